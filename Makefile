# qawl needs GNU make, a C11 compiler, pkg-config and the libraries below.
#
#   make                      build/bin/NAME for every tools/NAME
#   make check                everything scripts/check runs
#   make SANITIZE=address,undefined [check]   the same under build/sanitize
#   make DEVELOPER=1          warnings are errors
#   make bench [CORPUS=FILE.jsonl]            what scripts/bench measures
#   make lint format install uninstall dist clean
#
# A new .c file in common/ or in tools/NAME/ is found by itself.

VERSION := $(shell cat VERSION)

PREFIX         ?= /usr/local
BINDIR         ?= $(PREFIX)/bin
DATADIR        ?= $(PREFIX)/share
MANDIR         ?= $(DATADIR)/man
DESTDIR        ?=
# Put in front of the name of every program and its page: a distribution may
# want qawl-normalize.
PROGRAM_PREFIX ?=

# PKG-CONFIG-NAME:DEBIAN-PACKAGE of every library.
LIBRARIES = libpcre2-8:libpcre2-dev yaml-0.1:libyaml-dev libutf8proc:libutf8proc-dev \
	uchardet:libuchardet-dev
TEST_LIBRARIES = cmocka:libcmocka-dev

# uchardet brings the library of C++ with it, which takes longer to load than all the
# rest, and clean text needs neither: where their archives are here, they are linked into
# the programs. SHARED=1 does not do that, and links again what was linked otherwise.
SHARED         ?=
UCHARDET_INSIDE = -Wl,-Bstatic -luchardet -lstdc++ -Wl,-Bdynamic -static-libgcc

CC         ?= cc
PKG_CONFIG ?= pkg-config
CFLAGS     ?= -O2 -g
BUILD      ?= build$(if $(SANITIZE),/sanitize)

WARNINGS = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wmissing-prototypes \
	-Wstrict-prototypes -Wvla -Wno-psabi $(if $(DEVELOPER),-Werror)
SANITIZE_FLAGS = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=$(SANITIZE) \
	-fno-omit-frame-pointer)
QAWL_CPPFLAGS = -I. -D_POSIX_C_SOURCE=200809L -DQAWL_VERSION='"$(VERSION)"' $(CPPFLAGS)
QAWL_CFLAGS = -std=c11 $(WARNINGS) $(CFLAGS) $(SANITIZE_FLAGS) $(LIBRARY_CFLAGS)
COMPILE = $(CC) $(QAWL_CPPFLAGS) $(QAWL_CFLAGS)
LINK = $(CC) $(CFLAGS) $(SANITIZE_FLAGS) $(LDFLAGS)

COMMON  := $(wildcard common/*.c)
LOGIC   := $(wildcard tools/*/*.c)
TOOLS   := $(notdir $(patsubst %/,%,$(wildcard tools/*/)))
TOOLS   := $(foreach tool,$(TOOLS),$(if $(wildcard tools/$(tool)/$(tool).c),$(tool)))
UNITS   := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
HEADERS := $(wildcard common/*.h tools/*/*.h)
PAGES   := $(wildcard man/*.[157])

MAINS      = $(foreach tool,$(TOOLS),tools/$(tool)/$(tool).c)
object     = $(patsubst %.c,$(BUILD)/object/%.o,$(1))
OBJECTS    = $(call object,$(COMMON) $(LOGIC))
PROGRAMS   = $(addprefix $(BUILD)/bin/,$(TOOLS))
UNIT_TESTS = $(addprefix $(BUILD)/tests/,$(UNITS))
RULES_LINK = $(BUILD)/share/qawl/rules
to_root    = $(subst $() ,/,$(patsubst %,..,$(subst /, ,$(1))))

.DEFAULT_GOAL = all
.DELETE_ON_ERROR:
.PHONY: all unit-tests check lint format headers bench install uninstall dist clean

all: $(PROGRAMS) $(RULES_LINK)
unit-tests: $(UNIT_TESTS)

# --- libraries ---------------------------------------------------------------

# Remembered in $(BUILD)/libraries.mk; a missing library is named with the
# package that brings it.
ifneq ($(filter-out clean dist uninstall headers format lint,$(or $(MAKECMDGOALS),all)),)
include $(BUILD)/libraries.mk
ifneq ($(strip $(SHARED)),$(strip $(LINKED_SHARED)))
$(BUILD)/libraries.mk: ask-again
.PHONY: ask-again
endif
endif

$(BUILD)/libraries.mk: Makefile
	@mkdir -p $(@D)
	@command -v $(firstword $(CC)) >/dev/null || { echo 'make: no $(CC) here; on Debian: apt-get install gcc' >&2; exit 1; }
	@command -v $(PKG_CONFIG) >/dev/null || { echo 'make: no $(PKG_CONFIG) here; on Debian: apt-get install pkg-config' >&2; exit 1; }
	@missing=; for library in $(LIBRARIES); do \
	  $(PKG_CONFIG) --exists $${library%:*} || { missing="$$missing $${library#*:}"; \
	  echo "make: library $${library%:*} not found" >&2; }; \
	done; \
	if [ -n "$$missing" ]; then echo "make: on Debian: apt-get install$$missing   (or run scripts/setup)" >&2; exit 1; fi
	@printf '#include <iconv.h>\nint main(void) { return iconv_open("", "") == (iconv_t)-1; }\n' > $(BUILD)/iconv-test.c; \
	if $(CC) -o $(BUILD)/iconv-test $(BUILD)/iconv-test.c 2>/dev/null; then iconv=; \
	elif $(CC) -o $(BUILD)/iconv-test $(BUILD)/iconv-test.c -liconv 2>/dev/null; then iconv=-liconv; \
	else echo 'make: no iconv, neither in libc nor as -liconv; install GNU libiconv' >&2; exit 1; fi; \
	rm -f $(BUILD)/iconv-test $(BUILD)/iconv-test.c; \
	names='$(foreach library,$(LIBRARIES),$(firstword $(subst :, ,$(library))))'; \
	printf '#include <uchardet/uchardet.h>\nint main(void) { return uchardet_new() == 0; }\n' > $(BUILD)/static-test.c; \
	libs=$$($(PKG_CONFIG) --libs $$names); inside=$$(echo "$$libs" | sed 's/-luchardet/$(UCHARDET_INSIDE)/'); \
	if [ -n '$(SHARED)$(SANITIZE)' ] || ! $(LINK) $$($(PKG_CONFIG) --cflags uchardet) -o $(BUILD)/static-test \
	  $(BUILD)/static-test.c $$inside 2>/dev/null; then inside=$$libs; fi; \
	rm -f $(BUILD)/static-test $(BUILD)/static-test.c; \
	{ echo "LIBRARY_CFLAGS = $$($(PKG_CONFIG) --cflags $$names)"; \
	  echo "LIBRARY_LIBS = $$inside $$iconv -lm"; \
	  echo "LINKED_SHARED = $(SHARED)"; } > $@

# --- programs ----------------------------------------------------------------

$(BUILD)/object/%.o: %.c Makefile VERSION
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

$(BUILD)/libqawl.a: $(call object,$(COMMON))
	rm -f $@
	$(AR) rcs $@ $^

# The logic of all tools without their main, for unit tests.
$(BUILD)/libtools.a: $(call object,$(filter-out $(MAINS),$(LOGIC)))
	rm -f $@
	$(AR) rcs $@ $^

# check-rules compiles rules as the other tools do.
define program
$(BUILD)/bin/$(1): $(call object,$(wildcard tools/$(1)/*.c)) \
		$(if $(filter check-rules,$(1)),$(BUILD)/libtools.a) $(BUILD)/libqawl.a \
		$(BUILD)/libraries.mk
	@mkdir -p $$(@D)
	$$(LINK) -o $$@ $$(filter-out %.mk,$$^) $$(LIBRARY_LIBS) $$(LDLIBS)
endef
$(foreach tool,$(TOOLS),$(eval $(call program,$(tool))))

# A program looks for its rules in ../share/qawl/rules beside itself, so the
# build folder is laid out like an installation; the link is relative, so the
# tree can be moved.
$(RULES_LINK):
	@mkdir -p $(@D)
	ln -sfn $(if $(filter /%,$(BUILD)),$(CURDIR),$(call to_root,$(BUILD)/share/qawl))/rules $@

$(BUILD)/tests/%: $(BUILD)/object/tests/unit/%.o $(BUILD)/libtools.a $(BUILD)/libqawl.a \
		$(BUILD)/libraries.mk
	@mkdir -p $(@D)
	@$(PKG_CONFIG) --exists cmocka || { echo 'make: library cmocka not found; on Debian: apt-get install libcmocka-dev' >&2; exit 1; }
	$(LINK) -o $@ $(filter-out %.mk,$^) $$($(PKG_CONFIG) --libs cmocka) $(LIBRARY_LIBS) $(LDLIBS)

-include $(OBJECTS:.o=.d) $(addprefix $(BUILD)/object/tests/unit/,$(addsuffix .d,$(UNITS)))
.SECONDARY:

# --- checks ------------------------------------------------------------------

check: all
	BUILD=$(BUILD) SANITIZE=$(SANITIZE) scripts/check

lint:
	scripts/lint

format:
	clang-format -i $(COMMON) $(LOGIC) $(HEADERS) $(wildcard tests/unit/*.[ch])

# Every header compiles alone.
headers:
	@for header in $(HEADERS); do \
	  printf '#include "%s"\nextern int header_check;\n' $$header | \
	    $(CC) $(QAWL_CPPFLAGS) -std=c11 $(WARNINGS) -Werror -fsyntax-only -x c - || exit 1; \
	done

bench: all
	BUILD=$(BUILD) scripts/bench $(CORPUS)

# --- installation ------------------------------------------------------------

# man/NAME.1 of a tool follows PROGRAM_PREFIX, as the tool does.
page_name = $(if $(filter $(TOOLS),$(basename $(notdir $(1)))),$(PROGRAM_PREFIX))$(notdir $(1))
page_path = $(MANDIR)/man$(patsubst .%,%,$(suffix $(1)))/$(call page_name,$(1))
rule_files = $(patsubst rules/%,%,$(shell find rules -type f 2>/dev/null | LC_ALL=C sort))

install: all
	install -d $(DESTDIR)$(BINDIR)
	$(foreach tool,$(TOOLS),install -m 755 $(BUILD)/bin/$(tool) $(DESTDIR)$(BINDIR)/$(PROGRAM_PREFIX)$(tool) && ):
	$(foreach page,$(PAGES),install -D -m 644 $(page) $(DESTDIR)$(call page_path,$(page)) && ):
	$(foreach file,$(rule_files),install -D -m 644 rules/$(file) $(DESTDIR)$(DATADIR)/qawl/rules/$(file) && ):

uninstall:
	$(foreach tool,$(TOOLS),rm -f $(DESTDIR)$(BINDIR)/$(PROGRAM_PREFIX)$(tool) && ):
	$(foreach page,$(PAGES),rm -f $(DESTDIR)$(call page_path,$(page)) && ):
	rm -rf $(DESTDIR)$(DATADIR)/qawl

# Refuses unless the commit is the one that the tag vVERSION names.
dist:
	@[ "$$(git describe --exact-match --tags HEAD 2>/dev/null)" = "v$(VERSION)" ] || \
	  { echo 'make: dist: HEAD is not tagged v$(VERSION); tag it, or correct VERSION' >&2; exit 1; }
	git archive --format=tar --prefix=qawl-$(VERSION)/ HEAD | gzip -9n > qawl-$(VERSION).tar.gz

clean:
	rm -rf build qawl-*.tar.gz
