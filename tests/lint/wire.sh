#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The wire record means the same bytes to both of its compilers: no padding anywhere, and one layout.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1
need clang bpftool

printf '#include <linux/types.h>\n#include "hosttrail/wire.h"\n' >"$TMP/wire.c"
system=/usr/include/$(gcc -print-multiarch)

check "no padding for the host's compiler" \
	gcc -std=gnu11 -Wpadded -Werror -Iinclude -c -o "$TMP/host.o" "$TMP/wire.c"
check "no padding for the kernel's compiler" \
	clang -target bpf -std=gnu11 -Wpadded -Werror -Iinclude -idirafter "$system" -c -o "$TMP/bpf.o" "$TMP/wire.c"
finish
