#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Netlink messages: every member of every record, and no others; and what real tools send.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
[ "$(uname -m)" = x86_64 ] || skip_all "needs x86_64"
cgroup_make

select_data Send GetRoute GetInterface GetNetlinkFamily
record_start --sign ed25519 --selectors "$TMP/selectors"
run_expecting netlink
record_ends
expected "netlink messages"
finish
