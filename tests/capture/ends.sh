#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# How threads and processes end, and what they have used.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
cgroup_make
select_data ExitProcess ExitThread

record_start --sign ed25519 --selectors "$TMP/selectors"
told=$TMP/told
check "ends made its calls" eval 'in_cgroup "$BUILD/tests/capture/ends" >>"$EXPECTED" 2>"$told" </dev/null'
record_ends
expected "ends"

# The figures that the parent was told are those of a moment later.
equals "what processes have used" "" "$(events '.eventName == "ExitProcess"' | jq -rs --rawfile told "$told" '
	map(select(.responseElements.status)) as $seen
	| $told | split("\n")[] | select(. != "") | split(" ") | map(tonumber) as [$pid, $resident, $faults, $user, $system]
	| ($seen | map(select(.process.pid == $pid))) as $e
	| if $e | length != 1 then "process \($pid) ended \($e | length) times" else
		$e[0].responseElements.usage as $u
		| select(($u | keys - ["userNanoseconds", "systemNanoseconds"]) != ["involuntarySwitches", "majorFaults",
				"maximumResidentBytes", "minorFaults", "voluntarySwitches"]
			or $u.maximumResidentBytes != $resident * 1024
			or $u.minorFaults > $faults or $u.minorFaults < $faults - 20
			or (($u.userNanoseconds // 0) + ($u.systemNanoseconds // 0)) / 1000 > $user + $system + 1
			or (($u.userNanoseconds // 0) + ($u.systemNanoseconds // 0)) / 1000 < $user + $system - 15000)
		| "process \($pid): \($u) is not \([$resident, $faults, $user, $system])"
	  end')"
equals "a process that was busy" true "$(events '.eventName == "ExitProcess"' | jq -s 'map(.responseElements) |
	max_by(.usage.maximumResidentBytes) | (.usage.userNanoseconds + .usage.systemNanoseconds) as $busy |
	.usage.maximumResidentBytes > 8388608 and $busy > 20000000 and .lifetimeNanoseconds > $busy - 15000000 or .')"
equals "what threads have used" "" "$(events '.eventName == "ExitThread"' | jq -c '.responseElements |
	select((keys != ["lifetimeNanoseconds", "usage"]) or ((.usage | keys - ["userNanoseconds", "systemNanoseconds"]) !=
		["involuntarySwitches", "majorFaults", "minorFaults", "voluntarySwitches"]))')"

ROOT=$TMP/group
record_start --sign ed25519 --selectors "$TMP/selectors"
pid=$(in_cgroup "$BUILD/tests/capture/ends" group)
record_ends
equals "two threads end a process" '[["ExitProcess",1],["ExitThread",1]] [{"exitStatus":11},{"status":11}] {"exitStatus":11} 1' "$(
	events '.process.pid == $pid' --argjson pid "$pid" | jq -rs '
		"\(group_by(.eventName) | map([.[0].eventName, length])) \(map(.requestParameters) | unique) \(
		map(.responseElements.status | values)[0]) \(map(select(.syscall.name == "exit_group")) | length)"')"

# Neither is wanted: nothing is attached that tells it, and nothing is told.
ROOT=$TMP/none
record_start --sign ed25519
in_cgroup "$BUILD/tests/capture/ends" group >/dev/null
equals "no program waits for what is not wanted" 0 "$(for f in "/proc/$RECORD_PID/fdinfo"/*; do
	sed -n 's/^prog_id:[[:space:]]*//p' "$f" 2>/dev/null
done | sort -u | while read -r id; do bpftool prog show id "$id" 2>/dev/null; done | grep -c hosttrail_end)"
record_ends
equals "and nothing is told" "" "$(events '.eventName | test("^Exit")')"
finish
