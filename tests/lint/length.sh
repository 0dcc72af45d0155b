#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A file tells one story and can be read at a sitting: at most 500 lines, and 600 where it tests. Code is written to 110
# columns (.editorconfig, .clang-format), and none is wider than 132. Tables of rows (*.def) are as long and as wide as
# what they list, and tests as wide as the records they expect.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1

sources=$(find bpf user include tests tools -type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' \) -not -path '*/corpus/*')

# shellcheck disable=SC2086 # a list of names without spaces
long=$(wc -l $sources | awk '$2 != "total" && $1 > ($2 ~ /^tests/ ? 600 : 500) { print $2 ": " $1 " lines" }')
equals "no file is too long to read at a sitting" "" "$long"

# shellcheck disable=SC2086
wide=$(for file in $(grep -v '^tests/' <<<"$sources"); do
	expand "$file" | awk -v file="$file" 'length($0) > 132 { print file ":" NR ": " length($0) " columns" }'
done)
equals "no line is wider than 132 columns" "" "$wide"

finish
