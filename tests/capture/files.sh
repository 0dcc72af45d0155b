#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Calls on files whose paths make them management: every member of every record, and no others.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
cgroup_make

work=$TMP/work
mkdir -p "$work/control" "$work/plain"
echo secret >"$work/secret"
printf '%s\n' "control $work/control" "credential $work/secret" >"$TMP/paths"

record_start --paths "$TMP/paths" --sign ed25519
for program in files_open files_names files_write files_mode paths paths_long; do
	run_expecting "$program" "$work"
done
record_ends
expected "files"
finish
