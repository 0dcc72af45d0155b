# SPDX-License-Identifier: BSD-2-Clause
#
# One Makefile, no configure step: sources are found by wildcard, their dependencies by the compiler. All that is made
# lies below $(BUILD). `make list` names the targets; these variables change how they work:
#
#   V=1                           whole commands instead of short lines
#   DEVELOPER=1                   warnings are errors
#   SANITIZE=address,undefined    into $(BUILD)/san instead of $(BUILD)
#   BUILD=DIR                     somewhere else than build/
#   ARGS="--cgroup PATH"          what `make run` passes on to `hosttrail record`
#   ROOT=DIR                      where `make run` records
#   TESTS="cli lint/includes"     what `make test` runs, all without it
#   FUZZ_SECONDS=60               how long `make fuzz` runs every target

VERSION := 0.1.0

BUILD    ?= build
PREFIX   ?= /usr/local
CC       := $(if $(filter default,$(origin CC)),gcc,$(CC))
CLANG    ?= clang
BPFTOOL  ?= $(firstword $(wildcard /usr/sbin/bpftool /sbin/bpftool) bpftool)
STRIP    ?= $(firstword $(wildcard /usr/bin/llvm-strip /usr/bin/llvm-strip-14) llvm-strip)
PKG      ?= pkg-config
CFLAGS   ?= -O2 -g

O := $(if $(SANITIZE),$(BUILD)/san,$(BUILD))
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(patsubst $(BUILD)/%,%,$@)')

# ---- flags ----------------------------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wvla -Wformat=2 \
	-Wwrite-strings -Wpointer-arith -Wundef -Wdate-time -Wimplicit-fallthrough -Wno-missing-field-initializers
GCC_WARNINGS := -Wlogical-op -Wduplicated-cond -Wduplicated-branches

HARDENING := -fstack-protector-strong -fstack-clash-protection -fPIE \
	$(if $(filter x86_64,$(shell uname -m)),-fcf-protection)
LINK_HARDENING := -pie -Wl,-z,relro,-z,now,-z,noexecstack

# Fortified calls would hide from the sanitizers what they look for.
ifdef SANITIZE
CHECKED := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
else
CHECKED := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

INCLUDES := -Iinclude -Iuser
BASE_CFLAGS := -std=gnu11 -D_GNU_SOURCE -DHOSTTRAIL_VERSION='"$(VERSION)"' $(INCLUDES) -include user/base/banned.h \
	-fno-strict-aliasing $(WARNINGS)
ALL_CFLAGS = $(BASE_CFLAGS) $(GCC_WARNINGS) $(CHECKED) $(HARDENING) $(CFLAGS) $(CPPFLAGS)
ALL_LDFLAGS = $(LINK_HARDENING) $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(LDFLAGS)
WERROR := $(if $(DEVELOPER),-Werror)

# Asked for once, and only where something is linked: `make list` and `make run` work without pkg-config.
ask_pkg = $(eval $(1) := $$(shell $(PKG) --libs $(2)))$($(1))
READ_LIBS    = $(call ask_pkg,READ_LIBS,libzstd libcrypto)
CAPTURE_LIBS = $(call ask_pkg,CAPTURE_LIBS,libbpf libelf zlib)
CMOCKA_LIBS  = $(call ask_pkg,CMOCKA_LIBS,cmocka)

# ---- what is there --------------------------------------------------------------------------------------------------

# The readers' layers make the library and see no libbpf; tests/lint/includes.sh holds them to it.
READER_LAYERS := base event select store sign history
HOST_LAYERS   := capture agent cli

sources = $(foreach layer,$(2),$(wildcard $(1)/$(layer)/*.c))
objects = $(patsubst %.c,$(O)/obj/%.o,$(1))

LIB_OBJ  := $(call objects,$(call sources,user,$(READER_LAYERS)))
HOST_OBJ := $(call objects,$(call sources,user,$(HOST_LAYERS)))
MAIN_OBJ := $(call objects,$(wildcard user/cli/main.c))

LIB := $(O)/libhosttrail.a
BIN := $(if $(MAIN_OBJ),$(O)/hosttrail)
BPF := $(patsubst bpf/%.c,$(BUILD)/%.o,$(wildcard bpf/*.bpf.c))
SKEL := $(patsubst $(BUILD)/%.bpf.o,$(BUILD)/gen/%.skel.h,$(BPF))

test_programs = $(patsubst %.c,$(O)/%,$(1))
UNIT_SUPPORT := $(call objects,$(wildcard tests/unit/support/*.c))
UNIT_READER  := $(call test_programs,$(call sources,tests/unit,$(READER_LAYERS)))
UNIT_HOST    := $(call test_programs,$(call sources,tests/unit,$(HOST_LAYERS)))
HELPERS      := $(call test_programs,$(call sources,tests,cli capture kernels bench))
CALLS        := $(BUILD)/tests/calls/calls $(if $(filter x86_64,$(shell uname -m)),$(BUILD)/tests/calls/calls32)
FUZZERS      := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
MAN          := $(wildcard docs/man/*.[157])

# ---- building -------------------------------------------------------------------------------------------------------

all: $(LIB) $(BIN) ## build hosttrail and libhosttrail.a (the default)

unit: $(UNIT_READER) $(UNIT_HOST)
helpers: $(HELPERS) $(CALLS)
fuzz-targets: $(FUZZERS)
all unit helpers fuzz-targets:
	@:

$(LIB): $(LIB_OBJ)
	$(call say,AR)
	$(Q)rm -f $@ && ar rcsD $@ $(LIB_OBJ)

$(O)/hosttrail: $(HOST_OBJ) $(LIB)
	$(call say,LINK)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(HOST_OBJ) $(LIB) $(CAPTURE_LIBS) $(READ_LIBS) -lpthread

$(O)/obj/%.o: %.c $(O)/flags
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(WERROR) $(EXTRA_CFLAGS) -MMD -MP -c -o $@ $<

# The skeleton is generated: the first build has to wait for it, every later one knows by its dependencies.
$(HOST_OBJ) $(addprefix $(O)/obj/,$(addsuffix .o,$(patsubst $(O)/%,%,$(UNIT_HOST)))): | $(SKEL)
$(O)/obj/user/capture/%.o $(O)/obj/user/agent/%.o $(O)/obj/tests/unit/capture/%.o: EXTRA_CFLAGS += -I$(BUILD)/gen
$(O)/obj/tests/%.o: EXTRA_CFLAGS += -Itests -Itests/unit

# What sudo make built is root's.
writable = @mkdir -p $(@D) && { [ -w $(@D) ] || { \
	echo '$(@D): sudo make has built here; type: sudo make clean, or build elsewhere with BUILD=DIR' >&2; exit 1; }; }

# Whatever changes the meaning of an object is written here, so that other flags rebuild and -Werror does not.
$(O)/flags: force
	$(writable)
	@for tool in $(CC) $(CLANG) $(BPFTOOL) $(STRIP) $(PKG); do \
		command -v $$tool >/dev/null || { \
			echo "$$tool: not found; install what building takes: sudo tools/install-packages build" >&2; exit 1; }; \
	done
	@echo '$(subst ','\'',$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS))' >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

# ---- the kernel's side ----------------------------------------------------------------------------------------------

BPF_ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,x86,$(shell uname -m)))
# clang -target bpf knows nothing of the distribution's multiarch directory, where asm/types.h is.
BPF_SYSTEM = $(eval BPF_SYSTEM := $$(addprefix -idirafter /usr/include/,$$(shell $(CC) -print-multiarch)))$(BPF_SYSTEM)
BPF_CFLAGS = -target bpf -mcpu=v3 -O2 -g -std=gnu11 -D__TARGET_ARCH_$(BPF_ARCH) -Ibpf -Iinclude $(BPF_SYSTEM) \
	-Wall -Werror

# DWARF goes, BTF stays: libbpf needs the second and nobody the first.
$(BUILD)/%.bpf.o: bpf/%.bpf.c $(BUILD)/bpf-flags
	$(call say,BPF)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -MF $(BUILD)/$*.bpf.d -MT $@ -c -o $@ $<
	$(Q)$(STRIP) -g $@

$(BUILD)/bpf-flags: force
	$(writable)
	@echo '$(CLANG) $(BPF_CFLAGS)' >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(BUILD)/gen/%.skel.h: $(BUILD)/%.bpf.o
	$(call say,SKEL)
	@mkdir -p $(@D)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf >$@.new && mv $@.new $@

# ---- programs of the tests ------------------------------------------------------------------------------------------

# Tests of the readers link what a reader's program links; the others get the recorder's objects besides.
HOST_TEST_OBJ := $(filter-out $(MAIN_OBJ),$(HOST_OBJ))

$(UNIT_READER): $(O)/%: $(O)/obj/%.o $(UNIT_SUPPORT) $(LIB)
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(UNIT_SUPPORT) $(LIB) $(CMOCKA_LIBS) $(READ_LIBS) -lpthread

$(UNIT_HOST): $(O)/%: $(O)/obj/%.o $(UNIT_SUPPORT) $(HOST_TEST_OBJ) $(LIB)
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(UNIT_SUPPORT) $(HOST_TEST_OBJ) $(LIB) $(CMOCKA_LIBS) $(CAPTURE_LIBS) \
		$(READ_LIBS) -lpthread

$(HELPERS): $(O)/%: $(O)/obj/%.o $(LIB)
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIB) $(READ_LIBS) $(EXTRA_LIBS) -lpthread

$(filter %/uring %/uring_modes %/uring_only %/uring_ways %/by_ring %/bench/calls,$(HELPERS)): EXTRA_LIBS = -luring

# One function for each row of the catalogue, in either ABI that runs here. Static: what the loader does is not theirs.
CALLS_SRC    := $(wildcard tests/calls/*.c)
CALLS_OBJ    := $(patsubst tests/calls/%.c,$(BUILD)/obj/calls/%.o,$(CALLS_SRC))
CALLS32_OBJ  := $(patsubst tests/calls/%.c,$(BUILD)/obj/calls32/%.o,$(CALLS_SRC))
CALLS_CFLAGS  = $(BASE_CFLAGS) $(GCC_WARNINGS) -Itests -O1 -g $(WERROR)

$(BUILD)/obj/calls/%.o: tests/calls/%.c $(O)/flags
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CALLS_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/calls32/%.o: tests/calls/%.c $(O)/flags
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) -m32 $(CALLS_CFLAGS) $(EXTRA_CFLAGS) -MMD -MP -c -o $@ $<

# The runner removes what the rows made, files of any size and time. The rows see the ABI as it is.
$(BUILD)/obj/calls32/main.o: EXTRA_CFLAGS += -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64

$(BUILD)/tests/calls/calls: $(CALLS_OBJ)
$(BUILD)/tests/calls/calls32: $(CALLS32_OBJ)
$(CALLS):
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(if $(filter %32,$@),-m32) -static -o $@ $^ -lpthread

# libFuzzer is clang's, so the library is compiled a second time, by clang, with its coverage.
FUZZ_SANITIZE := address,undefined
FUZZ_CFLAGS = $(BASE_CFLAGS) -Wno-missing-prototypes -Itests -g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all \
	-fsanitize=fuzzer-no-link,$(FUZZ_SANITIZE) $(WERROR)
FUZZ_LIB_OBJ := $(patsubst $(O)/obj/%,$(BUILD)/fuzz/obj/%,$(LIB_OBJ))

$(BUILD)/fuzz/obj/%.o: %.c $(O)/flags
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<

$(FUZZERS): $(BUILD)/fuzz/%: $(BUILD)/fuzz/obj/tests/fuzz/%.o $(FUZZ_LIB_OBJ)
	$(call say,LINK)
	$(Q)$(CLANG) -fsanitize=fuzzer,$(FUZZ_SANITIZE) -o $@ $^ $(READ_LIBS) -lpthread

# ---- using it -------------------------------------------------------------------------------------------------------

# A sub-make shares the jobs of a parallel make and makes its own where there is none.
jobs = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
submake = $(MAKE) --no-print-directory $(jobs)

# A directory of its own for every run; what was recorded before is never touched.
RUN_ROOT = $(or $(ROOT),/var/log/hosttrail/run/$(shell date -u +%Y%m%dT%H%M%SZ))
need_root = $(if $(filter 0,$(shell id -u)),,$(error make $@ records what this host does, which only root may; type: sudo make $@))

# The recorder takes the place of the recipe's shell, so that Ctrl-C reaches it and make waits until it has finished.
run: ## install what building takes, build, and record this host in the foreground (ARGS="--cgroup PATH" narrows)
	$(need_root)
	@tools/install-packages build
	@$(submake) all
	@root='$(RUN_ROOT)'; install -d -m 0700 "$$root" && \
		exec $(BUILD)/hosttrail record --print --root "$$root" $(ARGS)

test: ## install what testing takes, build everything twice (once with sanitizers), run all tests
	@tools/install-packages all
	@$(submake) DEVELOPER=1 all unit helpers fuzz-targets
	@$(submake) SANITIZE=address,undefined all unit
	@BUILD='$(BUILD)' tests/run $(TESTS)

bench: ## measure what recording costs (root)
	$(need_root)
	@tools/install-packages all
	@$(submake) all helpers
	@BUILD='$(BUILD)' tests/bench/run $(ARGS)

fuzz: ## build the fuzz targets; with FUZZ_SECONDS=60 run each that long, beginning from its corpus
	@tools/install-packages all
	@$(submake) fuzz-targets
	@for target in $(if $(FUZZ_SECONDS),$(FUZZERS)); do \
		name=$${target##*/fuzz_}; mkdir -p $(BUILD)/fuzz/found/$$name; \
		echo "$$name"; $$target -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=$(BUILD)/fuzz/$$name- \
			$(BUILD)/fuzz/found/$$name tests/fuzz/corpus/$$name || exit 1; \
	done

CHECKS := check-unit check-lint check-fuzz check-cli check-capture check-differential check-kernels

check-unit: ## the unit tests alone
check-lint: ## the rules of the tree: who includes whom, licences, man pages, clang-tidy, cppcheck
check-fuzz: ## the fuzz corpora, replayed
check-cli: ## the commands on recorded files
check-capture: ## real calls on this kernel, in a cgroup of their own (root)
check-differential: ## what strace and hosttrail say of the same programs (root)
check-kernels: ## other kernels, in QEMU
$(CHECKS): check-%:
	@$(MAKE) --no-print-directory test TESTS='$*'

install: all ## copy the program, library, headers and man pages below DESTDIR and PREFIX
	install -D -m 0755 $(BUILD)/hosttrail $(DESTDIR)$(PREFIX)/bin/hosttrail
	install -D -m 0644 $(LIB) $(DESTDIR)$(PREFIX)/lib/libhosttrail.a
	$(foreach header,$(shell find include -name '*.h' -o -name '*.def'),install -D -m 0644 $(header) \
		$(DESTDIR)$(PREFIX)/$(header) && ):
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/include/hosttrail/base $(filter-out %/banned.h,$(wildcard user/base/*.h))
	install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig
	@printf '%s\n' 'Name: hosttrail' 'Description: reads and checks the files of hosttrail' 'Version: $(VERSION)' \
		'Cflags: -I$(PREFIX)/include -I$(PREFIX)/include/hosttrail' \
		'Libs: -L$(PREFIX)/lib -lhosttrail' 'Requires: libzstd libcrypto' \
		>$(DESTDIR)$(PREFIX)/lib/pkgconfig/hosttrail.pc
	$(foreach page,$(MAN),install -D -m 0644 $(page) \
		$(DESTDIR)$(PREFIX)/share/man/man$(patsubst .%,%,$(suffix $(page)))/$(notdir $(page)) && ):

uninstall: ## remove what install copied
	rm -f $(DESTDIR)$(PREFIX)/bin/hosttrail $(DESTDIR)$(PREFIX)/lib/libhosttrail.a \
		$(DESTDIR)$(PREFIX)/lib/pkgconfig/hosttrail.pc
	rm -rf $(DESTDIR)$(PREFIX)/include/hosttrail
	rm -f $(foreach page,$(MAN),$(DESTDIR)$(PREFIX)/share/man/man$(patsubst .%,%,$(suffix $(page)))/$(notdir $(page)))

clean: ## remove everything that was built
	rm -rf $(BUILD)

# What is looked up in it is made of the catalogue: tests/cli/reference.sh says when that was forgotten.
reference: $(BIN) ## write docs/catalogue.md and hosttrail-calls(7) anew
	tools/catalogue-reference markdown $(BIN) >docs/catalogue.md
	tools/catalogue-reference man $(BIN) >docs/man/hosttrail-calls.7

list: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "%-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# What a variable holds, for the tools that compile on their own: make -s print-BASE_CFLAGS
print-%:
	@echo '$(subst ','\'',$($*))'

force:
.PHONY: all unit helpers fuzz-targets run test bench fuzz reference install uninstall clean list force \
	$(CHECKS)
.SECONDARY:
.DELETE_ON_ERROR:

-include $(LIB_OBJ:.o=.d) $(HOST_OBJ:.o=.d) $(FUZZ_LIB_OBJ:.o=.d) $(UNIT_SUPPORT:.o=.d)
-include $(patsubst $(O)/%,$(O)/obj/%.d,$(UNIT_READER) $(UNIT_HOST) $(HELPERS)) $(BPF:.o=.d)
-include $(CALLS_OBJ:.o=.d) $(CALLS32_OBJ:.o=.d)
-include $(patsubst $(BUILD)/fuzz/%,$(BUILD)/fuzz/obj/tests/fuzz/%.d,$(FUZZERS))
