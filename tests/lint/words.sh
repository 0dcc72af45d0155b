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
	grep -rnIE "$@" --exclude-dir=corpus --exclude="$(basename "$0")" -- "$pattern" \
		Makefile README.md .ci bpf user include tests tools docs
}

equals "nothing is left to do" "" "$(seen '\b(TODO|FIXME|XXX|HACK)\b|not (yet )?implemented|for now\b')"
equals "no address of a package registry" "" "$(grep -rhoE 'https?://[^/ ]+' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null |
	sed -E 's,https?://,,' | sort -u | while read -r host; do seen "$host" -F; done)"
equals "no path of a developer's machine" "" "$(seen '(^|[^[:alnum:]_.])(/work/|/home/[a-z]+/|/tmp/ht/)' -h)"
equals "no blanks at the end of a line" "" "$(seen '[[:blank:]]+$' --include='*.[ch]' --include='*.def' --include='*.sh' --include=Makefile)"

finish
