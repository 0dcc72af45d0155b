#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Every file says its licence at its head. What runs in the kernel, and the wire record that it shares, is dual.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1

bad=""
while read -r file; do
	case $file in
	bpf/* | include/hosttrail/wire.h) want='(BSD-2-Clause OR GPL-2.0-only)' ;;
	*) want='BSD-2-Clause' ;;
	esac
	said=$(head -n 2 "$file" | sed -nE 's,.*SPDX-License-Identifier: (.*[^ /*])( ?\*/)?$,\1,p' | head -n 1)
	# A header of contracts that the kernel's side includes may be dual as well.
	[ "$file" != "${file#include/}" ] && [ "$said" = '(BSD-2-Clause OR GPL-2.0-only)' ] && continue
	[ "$said" = "$want" ] || bad+="$file: says '${said:-nothing}', not '$want'"$'\n'
done < <(
	find bpf user include tests tools -type f \( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' -o -name '*.py' \) -not -path '*/corpus/*'
	find tests tools .ci Makefile -type f -perm -u+x -not -name '*.sh' -not -path '*/corpus/*'
)
equals "every file says its licence" "" "$bad"

licence=$(sed -nE 's/^char (LICENSE|_license)\[\] SEC\("license"\) = "(.*)";/\2/p' bpf/*.c 2>/dev/null | sort -u)
equals "the programs tell the kernel that licence" "Dual BSD/GPL" "$licence"

finish
