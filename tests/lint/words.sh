#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Words that say that something is unfinished, addresses of the machine it was written on, and blanks at line ends.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1

# seen PATTERN [GREP OPTION...]: where a pattern occurs. Corpora are data, and this file holds the patterns.
seen() {
	local pattern=$1
	shift
	[ $# -gt 0 ] || set -- -E
	grep -rnI "$@" --exclude-dir=corpus --exclude="$(basename "$0")" -- "$pattern" \
		Makefile README.md .ci bpf user include tests tools docs
}

equals "nothing is left to do" "" \
	"$(seen '\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b|not (yet )?implemente[d]|for no[w]\b' | grep -v 'Function not implemented')"
registries=$(grep -rhoE 'https?://[^/ ]+' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null |
	sed -E 's,https?://,,' | sort -u)
equals "no address of a package registry" "" "$(for host in $registries; do seen "$host" -F; done)"
equals "no path of this checkout" "" "$(seen "$SRC/" -F)"
equals "no blanks at the end of a line" "" \
	"$(seen '[[:blank:]]+$' -E --include='*.[ch]' --include='*.def' --include='*.sh' --include=Makefile)"

finish
