#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A recorder that stands still while data events flood its ring: what was generated is what was recorded and what was lost,
# to the last number; and no management event is lost.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
cgroup_make

processes=2 count=250000 every=1000
select_data SeekFile
record_start --selectors "$TMP/selectors" --sign ed25519
kill -STOP "$RECORD_PID"
check "the flood" in_cgroup "$BUILD/tests/capture/flood" $processes $count $every
kill -CONT "$RECORD_PID"
record_ends

"$HOSTTRAIL" cat "$ROOT" >"$TMP/all"
recorded=$(grep -c '"eventName":"SeekFile"' "$TMP/all")
told=$(grep '"eventName":"EventsLost"' "$TMP/all" | tee "$TMP/losses" | jq -s 'map(.requestParameters.count) | add // 0')
equals "recorded and lost make what was generated" $((processes * count)) $((recorded + told))
check "some were recorded" test "$recorded" -gt 0
check "some were lost" test "$told" -gt 0
equals "each management event was recorded" $((processes * count / every)) "$(grep -c '"eventName":"ChangeMode"' "$TMP/all")"

# Numbers per CPU: those of the events, with the gaps that were told, leave out none.
missing=$(grep -o '"sequence":{"number":[0-9]*,"cpu":[0-9]*,"ring":"data"}' "$TMP/all" | tr -c '0-9\n' ' ' |
	sort -k2,2n -k1,1n | awk '
	NR == 1 || $2 != cpu { cpu = $2; next_number = $1 }
	$1 < next_number { print "number " $1 " of CPU " $2 " stands twice" }
	{ gap += $1 - next_number; next_number = $1 + 1 }
	END { printf "%d\n", gap }')
# What was lost after the last event of a CPU leaves no gap: the digest's sums have it.
check "gaps between numbers are no more than what was told" test "$missing" -le "$told"
equals "each loss says why, where and who" '["RingFull","data",[[0,"RingFull"]]]' \
	"$(jq -sc 'map(.requestParameters | [.reason, .ring, (.byUidSinceStart | map([.uid, .reason]))]) | unique | .[]' "$TMP/losses")"
equals "and how many by whom" "$told" \
	"$(jq -s 'map(.requestParameters.byUidSinceStart[0].count) | max' "$TMP/losses")"
equals "each loss says which numbers" "" "$(jq -r '.requestParameters | select(.lastNumber - .firstNumber + 1 < .count
	or .firstNumber < 1 or .after != null and .after >= .before)' "$TMP/losses")"
equals "the digests' sums are closed" "" "$(digest_files | xargs jq -c '.sequences[]
	| select(.last - .first + 1 != .events + .processes + .notSelected + .lost)')"
equals "and have the same losses" "$told" "$(digest_files | xargs jq -s 'map(.sequences[].lost) | add')"
exits "the trail is whole" 0 "$HOSTTRAIL" verify --content "$ROOT"
matches "and verify says what was lost" "$told" "$TMP/out"
finish
