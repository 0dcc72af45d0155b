#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Sockets: every member of every record, and no others.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
cgroup_make

select_data CreateSocket CreateSocketPair Bind Listen Connect Accept Send Receive
record_start --sign ed25519 --selectors "$TMP/selectors"
run_expecting network "$TMP"
record_ends
expected "sockets"
finish
