#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Calls of the 32-bit ABI, and numbers that no table has: every member of every record, and no others.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
[ "$(uname -m)" = x86_64 ] || skip_all "needs x86_64"
cgroup_make

select_data UnknownSystemCall
record_start --selectors "$TMP/selectors" --sign ed25519
run_expecting abi
record_ends
expected "other doors"
finish
