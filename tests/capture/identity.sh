#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Processes that become somebody else: every member of every record, and no others.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
cgroup_make

record_start --sign ed25519
run_expecting identity
record_ends
expected "identities"
finish
