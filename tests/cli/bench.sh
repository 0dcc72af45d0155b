#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The benchmark runs and reports every measure, as a table and as JSON. What it measures in the second that it is given
# is not looked at.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1
need_root
need jq zstd openssl taskset
[ -e /sys/devices/system/cpu/cpu1 ] || skip_all "needs two CPUs"

exits "an option it does not know" 2 tests/bench/run --fast
exits "a quick run" 0 tests/bench/run --quick --output json
cp "$TMP/out" "$TMP/report"
measures="start instructions getppid openat unlinkat execve openat-unwanted write-unwanted ring-read ring-openat ring-write-unwanted \
user-cpu cpu lossless stored memory own-memory lookup cat verify"
equals "measures all" "$measures" "$(jq -r '[.measures[].id] | join(" ")' "$TMP/report")"
equals "each with its numbers" "" "$(jq -r '.measures[] | select(([.median, .min, .max] | map(type) | unique) != ["number"]
	or .min > .median or .median > .max or .unit == null or .text == null) | .id' "$TMP/report")"
equals "calls with both sides" "getppid openat unlinkat execve openat-unwanted write-unwanted ring-read ring-openat ring-write-unwanted" "$(jq -r \
	'[.measures[] | select(.recorded.median > 0 and .baseline.median > 0 and .ratio > 0) | .id] | join(" ")' "$TMP/report")"
equals "says that its numbers mean nothing" true "$(jq .quick "$TMP/report")"
equals "names the machine" "$(uname -r)" "$(jq -r .machine.kernel "$TMP/report")"
check "as a table too" jq -r -f tests/bench/table.jq "$TMP/report"
jq -r -f tests/bench/table.jq "$TMP/report" >"$TMP/table"
equals "of one line a measure" "$(wc -w <<<"$measures")" "$(grep -cE '( ns| us| ms|/s| B| MB|[0-9]) - ' "$TMP/table")"
finish
