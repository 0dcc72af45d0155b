#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# timeout: 900
#
# clang-tidy, with the checks of .clang-tidy, over user space. A file that was found clean is not looked at again until
# it or something it includes changes.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1
need clang-tidy

flags=$(make -s --no-print-directory print-BASE_CFLAGS)
mkdir -p "$BUILD/tidy"

# stamp_of FILE: a name for the state of all that a file is made of, from the dependencies the compiler wrote down.
stamp_of() {
	local deps="$BUILD/obj/${1%.c}.d"
	{
		clang-tidy --version
		cat .clang-tidy tests/lint/analyzer.h
		echo "$flags"
		[ ! -e "$deps" ] || sed 's/\\$//; s/^[^:]*://' "$deps" | tr ' ' '\n' | grep -v '^/\|^$' | sort -u |
			while read -r part; do [ ! -f "$part" ] || sha256sum "$part"; done
		sha256sum "$1"
	} | sha256sum | cut -c1-64
}

tidy() {
	local stamp hints
	stamp=$BUILD/tidy/$(stamp_of "$1")
	[ ! -e "$stamp" ] || return 0
	[ "$1" = user/base/error.c ] || hints="-include tests/lint/analyzer.h"
	eval "clang-tidy --quiet '$1' -- $flags ${hints:-} -I'$BUILD/gen'" 2>/dev/null && touch "$stamp"
}

export -f tidy stamp_of
export flags
tidy_all() {
	find user -name '*.c' | sort | xargs -P "$(nproc)" -n 1 bash -c 'tidy "$1"' tidy
}
check "clang-tidy finds nothing" tidy_all
finish
