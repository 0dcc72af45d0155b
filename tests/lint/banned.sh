#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Every function that user/base/banned.h names is refused by the compiler, with an error that says which it was.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1

flags=$(make -s --no-print-directory print-BASE_CFLAGS)
compile() {
	eval "gcc $flags -x c -fsyntax-only -" 2>&1
}

check "the header alone compiles" compile <<<'int nothing;'

names=$(sed -nE 's/^#define ([a-z]+)\(.*/\1/p' user/base/banned.h)
for name in $names; do
	said=$(compile <<<"void *call(char *a, char *b); void *call(char *a, char *b) { return (void *)(long)$name(
		$(sed -nE "s/^#define $name\((.*)\) HT_.*/\1/p" user/base/banned.h | sed 's/\.\.\./a, b/; s/[a-z]\+/a/g')); }")
	case $said in
	*"sorry_${name}_is_banned"*) ok "$name is refused" ;;
	*) not_ok "$name is refused" "$said" ;;
	esac
done
check "there are functions to refuse" test "$cases" -gt 15
finish
