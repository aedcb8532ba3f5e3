"""What the test programs share: where the binaries are, how they are run, what
is masked before outputs are compared, and how results are counted.

Every test program prints a line for each failure and each skipped check, ends
with "N passed, N failed, N skipped", and exits 1 when something failed."""

import difflib
import json
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, os.environ.get("BUILD") or "build")
BIN = os.path.join(BUILD, "bin")
TOOLS = ["normalize", "sentence-split", "quote-extract", "tag-entities", "to-tsv"]
TIMEOUT = 120 if os.environ.get("SANITIZE") is None else 600

# The members that each tool may change; all others of a record are foreign to it.
CHANGES = {
    "normalize": {"text", "origin", "pipeline"},
    "sentence-split": {"sentences", "pipeline"},
    "quote-extract": {"quotes", "marks", "entities", "pipeline"},
    "tag-entities": {"entities", "quotes", "pipeline"},
    "to-tsv": set(),
}


def tool_path(tool):
    return os.path.join(BIN, tool)


def environment(**extra):
    """A caller's environment that no rules of this machine's user disturb."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("QAWL_", "XDG_"))}
    env["PATH"] = BIN + os.pathsep + env.get("PATH", "/usr/bin:/bin")
    env["XDG_CONFIG_HOME"] = "/nonexistent"
    env["XDG_CACHE_HOME"] = os.path.join(BUILD, "cache")
    env.update(extra)
    return env


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err


def run(command, stdin=b"", cwd=None, env=None, slowly=False, shell=False):
    """Runs a command; `slowly` feeds it one byte at a time through a pipe."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=cwd, env=environment() if env is None else env, shell=shell)
    if not slowly:
        out, err = process.communicate(stdin, timeout=TIMEOUT)
        return Result(process.returncode, out, err)

    def feed():
        try:
            for i in range(len(stdin)):
                os.write(process.stdin.fileno(), stdin[i:i + 1])
        except BrokenPipeError:
            pass
        process.stdin.close()

    collected = {}

    def collect(name, stream):
        collected[name] = stream.read()
        stream.close()

    threads = [threading.Thread(target=feed),
               threading.Thread(target=collect, args=("out", process.stdout)),
               threading.Thread(target=collect, args=("err", process.stderr))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Result(process.wait(), collected["out"], collected["err"])


def mask(data):
    """Takes out what changes with every edit of a rule: version and digest in
    the entries of `pipeline`."""
    data = re.sub(rb'("(?:%s)) \d+\.\d+\.\d+[^ "]*' % "|".join(TOOLS).encode(), rb"\1 VERSION", data)
    return re.sub(rb"(rules:[^\"]*?@|,[a-z-]+@)(?:[0-9a-f]{4,}|DIGEST)", rb"\1DIGEST", data)


def lines_of(data):
    return data.decode("utf-8", "backslashreplace").splitlines(keepends=True)


def pretty(data):
    """JSON Lines spread out, one item a line, so that a diff shows the member."""
    result = []
    for line in data.decode("utf-8", "backslashreplace").splitlines():
        try:
            document = json.loads(line)
        except ValueError:
            result.append(line + "\n")
            continue
        if not isinstance(document, dict):
            result.append(line + "\n")
            continue
        result.append("{\n")
        for name, value in document.items():
            if isinstance(value, list):
                result.append("  %s: [\n" % name)
                result += ["    %s\n" % json.dumps(item, ensure_ascii=False) for item in value]
                result.append("  ]\n")
            else:
                result.append("  %s: %s\n" % (name, json.dumps(value, ensure_ascii=False)))
        result.append("}\n")
    return result


def difference(expected, found, as_json=True):
    """A unified diff of two outputs, of JSON member by member."""
    if as_json and pretty(expected) != pretty(found):
        expected, found = pretty(expected), pretty(found)
    else:
        expected, found = lines_of(expected), lines_of(found)
    result = []
    for line in difflib.unified_diff(expected, found, "expected", "found", n=2):
        result.append(line if line.endswith("\n") else line + "\n\\ no newline at the end\n")
    return "".join(result[:60])


_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.S)
_SPACE = re.compile(rb"[ \t\r\n]*")


def _value_end(data, at):
    """The end of the JSON value that begins at `at`; the data is known to be JSON."""
    if data[at:at + 1] == b'"':
        return _STRING.match(data, at).end()
    if data[at:at + 1] not in (b"{", b"["):
        while at < len(data) and data[at:at + 1] not in b",}] \t\r\n":
            at += 1
        return at
    depth = 0
    while True:
        byte = data[at:at + 1]
        if byte == b'"':
            at = _STRING.match(data, at).end()
            continue
        if byte in (b"{", b"["):
            depth += 1
        elif byte in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1


def members(record):
    """The top-level members of a record as (name, raw bytes from the name's
    quote to the value's end), in order, duplicates included."""
    result = []
    at = record.index(b"{") + 1
    while True:
        at = _SPACE.match(record, at).end()
        if record[at:at + 1] == b"}":
            return result
        if record[at:at + 1] == b",":
            at += 1
            continue
        name_end = _STRING.match(record, at).end()
        name = json.loads(record[at:name_end])
        value = _SPACE.match(record, name_end).end() + 1
        value = _SPACE.match(record, value).end()
        end = _value_end(record, value)
        result.append((name, record[at:end]))
        at = end


def foreign(before, after, tool):
    """What `tool` must pass through byte for byte: these members of the record
    that went in, and the same ones of the record that came out."""
    kept = [(name, raw) for name, raw in members(before) if name not in CHANGES[tool]]
    names = {name for name, _ in kept}
    return [raw for _, raw in kept], [raw for name, raw in members(after) if name in names]


class Tally:
    """Counts and prints; safe from several threads."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.lock = threading.Lock()

    def ok(self):
        with self.lock:
            self.passed += 1

    def fail(self, name, why=""):
        with self.lock:
            self.failed += 1
            print("FAILED %s" % name)
            for line in why.splitlines():
                print("    " + line)
            sys.stdout.flush()

    def skip(self, name, why):
        with self.lock:
            self.skipped += 1
            print("skipped %s: %s" % (name, why))

    def check(self, name, good, why=""):
        if good:
            self.ok()
        else:
            self.fail(name, why() if callable(why) else why)
        return good

    def end(self):
        print("%d passed, %d failed, %d skipped" % (self.passed, self.failed, self.skipped))
        sys.exit(1 if self.failed else 0)


def in_parallel(function, items):
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for future in [pool.submit(function, item) for item in items]:
            future.result()


def need_binaries(tally):
    missing = [tool for tool in TOOLS if not os.access(tool_path(tool), os.X_OK)]
    if missing:
        tally.fail("binaries", "not in %s: %s; run make" % (BIN, ", ".join(missing)))
        tally.end()
