"""What scripts that run the filters over files of documents share: lines and documents
with the place where they stand, filters that are there, the options of all of them.
A mistake is told by the name of the script, and ends it with status 2."""

import argparse
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
HINTS = {
    "id": "a document has an id, a string or a number",
    "text": "a document has its text, a string",
    "quotes": 'gold is a list of {"start": N, "end": N, "speaker": {"name": ...}}',
    "timex": "gold is a list of [start, end, type, value]",
}


def fail(message):
    print(f"{os.path.basename(sys.argv[0])}: {message}", file=sys.stderr)
    sys.exit(2)


def numbered_lines(path):
    """Where each line that is not empty stands ("FILE:LINE"), and the line."""
    try:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        yield f"{path}:{number}", line.decode("utf-8")
                    except UnicodeDecodeError:
                        fail(f"{path}:{number}: not UTF-8; convert the file (iconv -t UTF-8)")
    except OSError as error:
        fail(f"{path}: {error.strerror}")


def read_documents(path, **members):
    """Where each document stands, and the document, which has `members` of these types."""
    for place, line in numbered_lines(path):
        try:
            document = json.loads(line.strip())
        except json.JSONDecodeError as error:
            fail(f"{place}:{error.colno}: no JSON ({error.msg}); a line is one document, an object")
        if not isinstance(document, dict):
            fail(f"{place}: no object; a line is one document: {{\"text\": ...}}")
        for name, kind in members.items():
            if not isinstance(document.get(name), kind):
                wrong = "is of the wrong type" if name in document else "is missing"
                fail(f'{place}: "{name}" {wrong}; {HINTS[name]}')
        yield place, document


def as_lines(documents):
    """The documents as filters read them."""
    return "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)


def of_lines(lines):
    """The documents that filters wrote; a text may hold other line ends than theirs."""
    return [json.loads(line) for line in lines.split("\n") if line]


def need_filters(directory, names):
    for name in names:
        if not os.access(os.path.join(directory, name), os.X_OK):
            fail(f"no {name} in {directory}: run make first (or say where it is; see --help)")


def run_filter(directory, name, options, lines, worst=0):
    """What a filter makes of the lines. It has said itself why it ends with a status above
    `worst`, which is 1 where documents may be refused."""
    done = subprocess.run([os.path.join(directory, name)] + options, input=lines, text=True,
                          encoding="utf-8", stdout=subprocess.PIPE, check=False)
    if done.returncode > worst or done.returncode < 0:
        fail(f"{name} ended with status {done.returncode}")
    return done.stdout


def parser_of(documentation):
    """A parser whose --help says all that the documentation of a script says, with -b."""
    summary, usage, *rest = documentation.split("\n\n")
    parser = argparse.ArgumentParser(
        usage=usage.removeprefix("usage: "), description="\n\n".join([summary] + rest),
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-b", metavar="DIR", default=os.path.join(ROOT, "build", "bin"),
                        help="where the filters are (default: build/bin of these sources)")
    return parser
