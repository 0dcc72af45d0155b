#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Operations of io_uring: every member of every record, and no others.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
cgroup_make

# Calls of the same names are others' business.
eval "all_$(declare -f recorded_calls)"
recorded_calls() {
	all_recorded_calls | jq -c 'select(.syscall.abi == "io_uring")'
}

work=$TMP/work
mkdir -p "$work/control" "$work/plain"
echo secret >"$work/secret"
printf '%s\n' "control $work/control" "credential $work/secret" >"$TMP/paths"
mapfile -t names < <("$HOSTTRAIL" catalogue --output json |
	jq -r 'select(.operations) | .eventName, .commands[]?.eventName' | sort -u)
select_data "${names[@]}" UnknownSystemCall

record_start --paths "$TMP/paths" --selectors "$TMP/selectors" --sign ed25519
for program in uring uring_modes uring_ways; do
	run_expecting "$program" "$work"
done
record_ends
expected "operations"
finish
