#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# However recording ends: by signals, by time, because its cgroup is gone, because the disk is full. What was recorded stays
# valid, what could not be is counted, and who runs it is told.
. "$SRC/tests/lib.sh"
cgroup_make

# ends NAME STATUS REASON: the recorder has ended so; its trail is whole and says why it ended.
ends() {
	local status=0
	wait "$RECORD_PID" || status=$?
	RECORD_PID=""
	equals "$1: exit status" "$2" "$status"
	equals "$1: the last event says why" "[\"StopRecording\",\"$3\"]" \
		"$("$HOSTTRAIL" cat "$ROOT" | tail -n 1 | jq -c '[.eventName, .requestParameters.reason]')"
	exits "$1: the trail is whole" 0 "$HOSTTRAIL" verify --content "$ROOT"
	equals "$1: the recorder counted what verify counts" "$(sed -n 's/^  events  *\([0-9]*\), .*/\1/p' "$TMP/out")" \
		"$(sed -n 's/^hosttrail: \([0-9]*\) events recorded, .*/\1/p' "$TMP/record.err")"
}

attempted() {
	events '.eventName == "CreateDirectory"' | wc -l
}

for signal in INT TERM HUP; do
	ROOT=$TMP/$signal
	record_start --sign ed25519
	in_cgroup mkdir /etc/hosttrail-none/x 2>/dev/null
	# More than once, as people do.
	kill "-$signal" "$RECORD_PID"
	kill "-$signal" "$RECORD_PID" 2>/dev/null
	ends "SIG$signal" 0 Interrupted
	equals "SIG$signal: what was done a moment before is there" 1 "$(attempted)"
	equals "SIG$signal: one log and one digest" "1 1" "$(log_files | wc -l) $(digest_files | wc -l)"
done

ROOT=$TMP/duration
record_start --sign ed25519 --duration 1
ends "the duration is over" 0 DurationOver

# ---- the cgroup is removed ----

ROOT=$TMP/vanished
outer=$CGROUP
CGROUP=$outer/inner
mkdir "$CGROUP"
record_start --sign ed25519
in_cgroup mkdir /etc/hosttrail-none/x 2>/dev/null
rmdir "$CGROUP"
ends "the cgroup is gone" 3 ScopeVanished
equals "the cgroup is gone: it is said" "hosttrail record: cgroup $CGROUP: is gone; recording ended, what was recorded is complete" \
	"$(grep 'is gone' "$TMP/record.err")"
equals "the cgroup is gone: what was recorded is there" 1 "$(attempted)"
CGROUP=$outer

# ---- the disk is full ----

mkdir "$TMP/disk"
mount -t tmpfs -o size=16m hosttrail-test "$TMP/disk"
trap 'end_of_test; umount "$TMP/disk"' EXIT
ROOT=$TMP/disk/root
jq -n '[{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }] },
	{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Data"] }, { Field: "eventName", Equals: ["SeekFile"] }] }]' >"$TMP/selectors"
record_start --sign ed25519 --selectors "$TMP/selectors"
head -c 20m /dev/zero >"$TMP/disk/filler" 2>/dev/null
in_cgroup "$BUILD/tests/capture/flood" 1 100000 10000
for _ in $(seq 100); do
	grep -q 'wait in memory' "$TMP/record.err" && break
	sleep 0.1
done
matches "the disk is full: it is said" "^hosttrail record: $ROOT: No space left on device; .*make room" "$TMP/record.err"
rm "$TMP/disk/filler"
for _ in $(seq 100); do
	grep -q 'can be stored again' "$TMP/record.err" && break
	sleep 0.1
done
matches "there is room again: it is said" "^hosttrail record: $ROOT: events can be stored again" "$TMP/record.err"
kill -INT "$RECORD_PID"
ends "there was room again" 0 Interrupted
"$HOSTTRAIL" cat "$ROOT" >"$TMP/all"
equals "there was room again: nothing is missing" "100000 10" \
	"$(grep -c '"eventName":"SeekFile"' "$TMP/all") $(grep -c '"eventName":"ChangeMode"' "$TMP/all")"

ROOT=$TMP/disk/full
record_start --sign ed25519 --selectors "$TMP/selectors"
in_cgroup "$BUILD/tests/capture/flood" 1 1000 500
sleep 1.5
head -c 20m /dev/zero >"$TMP/disk/filler" 2>/dev/null
in_cgroup "$BUILD/tests/capture/flood" 1 100000 10000
kill -INT "$RECORD_PID"
status=0
wait "$RECORD_PID" || status=$?
RECORD_PID=""
equals "the disk stays full: exit status" 3 "$status"
matches "the disk stays full: it is said" "^hosttrail record: $ROOT: .* could not be stored and were dropped" "$TMP/record.err"
exits "the disk stays full: what was recorded is valid" 0 "$HOSTTRAIL" verify --content "$ROOT"
"$HOSTTRAIL" cat "$ROOT" >"$TMP/all"
matches "the disk stays full: verify says what was lost" "events were lost, and counted: [0-9]+ DiskFull" "$TMP/out"
# 101000 seeks, 12 changes of mode, StartRecording and StopRecording.
dropped=$(sed -n 's/.*: \([0-9]*\) events could not be stored.*/\1/p' "$TMP/record.err")
equals "the disk stays full: stored and dropped make what was generated" 101014 $((dropped + $(wc -l <"$TMP/all")))
matches "the disk stays full: the summary says so" "^hosttrail: $((101014 - dropped)) events recorded, $dropped lost" "$TMP/record.err"
check "the disk stays full: what came before is there" test "$(grep -c '"eventName":"SeekFile"' "$TMP/all")" -ge 1000
finish
