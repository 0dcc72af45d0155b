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
for program in uring uring_only uring_modes uring_ways; do
	run_expecting "$program" "$work"
done
record_ends
expected "operations"

# The gate: what the running kernel has is in the catalogue, and some program above makes it.
"$BUILD/tests/capture/uring_only" --opcodes | sort -u >"$TMP/opcodes"
check "the kernel says which operations it has" grep -qx 22 "$TMP/opcodes"
equals "every operation of the kernel is in the catalogue" "" "$(comm -23 "$TMP/opcodes" \
	<("$HOSTTRAIL" catalogue --output json | jq '.operations[]?.number' | sort -u))"
equals "every operation of the kernel is made" "" "$(comm -23 "$TMP/opcodes" \
	<(jq '.record.syscall | select(.abi == "io_uring").number' "$EXPECTED" | sort -u))"
finish
