#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Calls that configure the host: every member of every record, and no others.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
cgroup_make

mkdir -p "$TMP/place/point"
record_start --sign ed25519
run_expecting host "$TMP/place"
record_ends
expected "the host"
finish
