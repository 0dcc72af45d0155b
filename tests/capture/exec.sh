#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Programs that were executed, or refused: every member of every record, and no others.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
cgroup_make

work=$TMP/place
mkdir -p "$work"
cp "$BUILD/tests/capture/exec" "$work/program"
echo text >"$work/text"
printf '#!%s child\n' "$work/program" >"$work/script"
chmod +x "$work/text" "$work/script"
select_data ExecuteProgram

record_start --selectors "$TMP/selectors" --sign ed25519
run_expecting exec "$work"
record_ends
expected "programs"
finish
