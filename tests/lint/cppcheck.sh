#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# timeout: 600
#
# cppcheck over user space. Suppressed is what this version cannot understand: the cleanup attribute (memleak,
# resourceLeak), compound literals in a conditional (internalAstError), macros of rows without arguments
# (preprocessorErrorDirective); __VA_OPT__ is told to it as a macro. glibc's readdir is safe in threads that do not share a
# directory stream (readdirCalled). A false finding besides says so beside its line, with the reason.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1
need cppcheck

mkdir -p "$BUILD/cppcheck"
check "cppcheck finds nothing" cppcheck --quiet --error-exitcode=1 -j "$(nproc)" \
	--cppcheck-build-dir="$BUILD/cppcheck" \
	--std=c11 --language=c --library=posix --library=gnu --enable=warning,performance,portability --inline-suppr \
	--suppress=missingInclude --suppress=missingIncludeSystem --suppress=memleak --suppress=resourceLeak \
	--suppress=internalAstError --suppress=preprocessorErrorDirective --suppress=readdirCalled \
	'-D__VA_OPT__(...)=__VA_ARGS__' -Iinclude -Iuser -D__GNUC__=12 -D__x86_64__ -DHOSTTRAIL_VERSION='"0"' user
finish
