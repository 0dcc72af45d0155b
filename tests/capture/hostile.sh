#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Arguments that lie: every member of every record, and no others; all of them are valid and no longer than a line may be.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
cgroup_make

LINE_BYTES=1048576 # hosttrail-event(5)

work=$TMP/work
mkdir -p "$work/plain"
select_data WriteFile ReadFile OpenFile Connect Send CreateSocket ControlDescriptor ControlDevice ControlProcess UnknownSystemCall

MUTED=true

record_start --selectors "$TMP/selectors" --sign ed25519
run_expecting hostile "$work"
record_ends
expected "hostile arguments"
"$HOSTTRAIL" cat "$ROOT" >"$TMP/lines"
check "every line is JSON" jq -e -n '[inputs] | length > 0' "$TMP/lines"
equals "no line is longer than one may be" "" "$(awk -v most="$LINE_BYTES" 'length($0) >= most { print NR ": " length($0) }' "$TMP/lines")"
finish
