# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Compares what test programs expected (support/expect.h) with what was recorded; source it after tests/lib.sh.

# Every file in which a program's expectations are is compared with the records of the same trail.
EXPECTED=$TMP/expected

MUTED=false # true: programs are silent until they say otherwise, which is after they were loaded

# The records of calls, without what a silent program did.
recorded_calls() {
	"$HOSTTRAIL" cat "$ROOT" | jq -c 'select(.eventType == "HostApiCall")' | jq -nc --argjson muted "$MUTED" '
		def marker: .requestParameters.path? // "" | if type == "string" then ltrimstr("/hosttrail-") else "" end;
		foreach inputs as $e ({ muted: $muted };
			($e | marker) as $m
			| if $m == "mute" then .muted = true | .event = null
			  elif $m == "unmute" then .muted = false | .event = null
			  elif .muted then .event = null
			  else .event = $e end;
			.event | select(.))'
}

# What only the recorder can know is checked by form and order; the problems are printed.
check_forms() {
	jq -rn --slurpfile wanted "$EXPECTED" --slurpfile seen "$1" --argjson cpus "$(getconf _NPROCESSORS_CONF)" '
		def hex(n): . as $v | reduce range(n) as $i ([$v, ""];
			(.[0] % 16) as $d | [((.[0] - $d) / 16), "0123456789abcdef"[$d:$d + 1] + .[1]]) | .[1];
		def ns: (.[0:19] + "Z" | fromdate) * 1e9 + (.[20:29] | tonumber);
		def id: . as $e | (if .sequence.ring == "data" then 36864 else 32768 end) as $ring
			| .bootId[0:13] + "-8" + (.sequence.cpu | hex(3)) + "-"
				+ ($ring + ((.sequence.number / 281474976710656 | floor) % 4096) | hex(4)) + "-"
				+ (.sequence.number % 281474976710656 | hex(12));
		def problem(text; holds): if holds then empty else text end;
		($seen | length) as $n
		| (range([$n, ($wanted | length)] | min) as $i | $seen[$i] as $e | $wanted[$i] as $w
			| (problem("eventTime has another form";
				$e.eventTime | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{9}Z$")),
			  problem("eventTime is not the time of the call";
				($e.eventTime | ns) - $e.monotonicTime - $w.boot | fabs < 2e6),
			  problem("monotonicTime is not within the call"; $e.monotonicTime >= $w.from and $e.monotonicTime <= $w.to),
			  problem("startTime is not when the process started";
				($e.process.startTime | ns) - $w.boot - $w.ticks * 1e7 | . > -2e6 and . < 12e6),
			  problem("eventID is not made of boot, ring, CPU and number"; $e.eventID == ($e | id)),
			  problem("sequence.cpu is none"; $e.sequence.cpu >= 0 and $e.sequence.cpu < $cpus))
			| "record \($i) (\($e.syscall.name)): \(.)"),
		  ([range($n)] | group_by([$seen[.].sequence.cpu, $seen[.].sequence.ring])[]
			| . as $g | range(1; length) as $i | $seen[$g[$i - 1]] as $a | $seen[$g[$i]] as $b
			| problem("record \($g[$i]): number or time goes back on CPU \($b.sequence.cpu)";
				$a.sequence.number < $b.sequence.number and $a.monotonicTime <= $b.monotonicTime)),
		  ($seen | map(.eventID) | problem("eventID stands twice"; length == (unique | length)))'
}

# expected NAME: the records are those that were expected, each member of each, and there are no others. What an ended
# thread has used is for the test to look at.
expected() {
	local host differences seen=$TMP/seen numbered='| { "0": "\(input_line_number) \(.syscall.name)" } + .'
	host=$(find "$ROOT" -type d -path '*/HostTrail/*' -printf '%f\n' | head -n 1)
	recorded_calls >"$seen"
	differences=$(diff -U 0 -F '^  "0"' \
		<(jq -S --arg host "$host" '.record + { hostId: $host }'"$numbered" "$EXPECTED") \
		<(jq -S 'del(.eventTime, .monotonicTime, .eventID, .sequence.number, .sequence.cpu, .process.startTime) |
			if .eventName | test("^Exit") then del(.responseElements.usage, .responseElements.lifetimeNanoseconds) else . end'"$numbered" \
			"$seen") 2>&1)
	if [ -z "$differences" ]; then
		ok "$1"
	else
		not_ok "$1" "$(head -c 20000 <<<"$differences")"
	fi
	equals "$1: times, numbers and ids" "" "$(check_forms "$seen")"
	check "$1: something was expected" test -s "$EXPECTED"
	check "$1: nothing was lost" test -z "$(events '.eventName == "EventsLost"')"
}

# run_expecting PROGRAM ARGUMENT...: runs a test program in the cgroup and keeps what it expects.
run_expecting() {
	local name=$1
	shift
	check "$name made its calls" in_cgroup_expecting "$BUILD/tests/capture/$name" "$@"
}

in_cgroup_expecting() {
	in_cgroup "$@" >>"$EXPECTED" </dev/null
}

# The recorder is told to end, and does so with success. Not with check: its subshell could not wait for it.
record_ends() {
	local status=0
	record_stop || status=$?
	equals "the recorder ends" 0 "$status"
}

# select_data NAME...: selectors for management and the data events of these names, to $TMP/selectors.
select_data() {
	jq -n '[{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }] },
		{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Data"] }, { Field: "eventName", Equals: $ARGS.positional }] }]' \
		--args "$@" >"$TMP/selectors"
}
