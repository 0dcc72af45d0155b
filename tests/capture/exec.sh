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
printf '#!%s\n' "$work/script" >"$work/outer"
chmod +x "$work/text" "$work/script" "$work/outer"
select_data ExecuteProgram CheckProgram

record_start --selectors "$TMP/selectors" --sign ed25519
run_expecting exec "$work"
record_ends
expected "programs"

# with_arguments BYTES NAME: what is told of 20 arguments of 1000 bytes, one in vain and one executed.
arguments=$(for i in $(seq 20); do printf '%0999d ' "$i"; done)
with_arguments() {
	ROOT=$TMP/arguments-$1
	record_start --selectors "$TMP/selectors" --sign ed25519 --argument-bytes "$1"
	# shellcheck disable=SC2086 # each is an argument
	in_cgroup env /no/such/program $arguments
	# shellcheck disable=SC2086
	in_cgroup true $arguments
	record_ends
	equals "$1 bytes of arguments" "$(($1 / 1000)) $(($1 % 1000 - $2))" "$(events '.requestParameters.argv[0] == "true" and
		(has("errorCode") | not)' | jq -r '.requestParameters.argv | "\(length - 2) \(last | length)"')"
	equals "$1 bytes: how many there were" '{"process.args":20005,"requestParameters.argv":20005}' "$(events \
		'.requestParameters.argv[0] == "true" and (has("errorCode") | not)' | jq -c .truncated)"
	equals "$1 bytes: of a call that failed" "$1" \
		"$(events '.errorCode == "ENOENT" and .requestParameters.path == "/no/such/program"' |
			jq -r '.requestParameters.argv | map(length + 1) | add - 1')"
}
with_arguments 256 5
with_arguments 16384 5
exits "too few bytes of arguments" 2 "$HOSTTRAIL" record --root "$TMP/root" --argument-bytes 255
exits "too many bytes of arguments" 2 "$HOSTTRAIL" record --root "$TMP/root" --argument-bytes 16385
finish
