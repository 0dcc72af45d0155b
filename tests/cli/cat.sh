#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# hosttrail cat: what was recorded, in order of time, whatever the files.
. "$SRC/tests/lib.sh"
. "$SRC/tests/cli/events.sh"
need jq zstd

mkdir -p "$TMP/root/one" "$TMP/root/two"
for second in 1 3 4 2; do event "$second" E; done >"$TMP/root/one/a.jsonl"
for second in 5 7; do event "$second" E; done | zstd -q >"$TMP/root/one/b.jsonl.zst"
for second in 6 8; do event "$second" E; done | zstd -q >"$TMP/root/two/c.jsonl.zst.partial"
echo "not a log" >"$TMP/root/two/readme.txt"

seconds() {
	jq -r .sequence.number "$TMP/out" | xargs
}

exits "a directory" 0 "$HOSTTRAIL" cat "$TMP/root"
equals "all files, in order" "1 2 3 4 5 6 7 8" "$(seconds)"
equals "nothing to say" "" "$(cat "$TMP/err")"
equals "the lines to the byte" "$(cat "$TMP/root/one/a.jsonl" | sort | sha256sum)" "$(head -n 4 "$TMP/out" | sort | sha256sum)"
exits "files" 0 "$HOSTTRAIL" cat "$TMP/root/two/c.jsonl.zst.partial" "$TMP/root/one/b.jsonl.zst"
equals "are merged" "5 6 7 8" "$(seconds)"
exits "a file twice" 0 "$HOSTTRAIL" cat "$TMP/root/one/a.jsonl" "$TMP/root/one"
equals "counts once" "1 2 3 4 5 7" "$(seconds)"

# A clock that was set back does not reorder what one boot recorded.
{
	event 1 E '.eventTime = "2026-11-21T09:59:00.000000000Z"'
	event 2 E
	event 3 E
} >"$TMP/clock.jsonl"
exits "a clock change" 0 "$HOSTTRAIL" cat "$TMP/clock.jsonl"
equals "does not reorder" "1 2 3" "$(seconds)"

# What a killed recorder left: its last line has no end.
{ event 1 E; printf '{"eventVersion":"1.0","ev'; } >"$TMP/killed.jsonl.partial"
exits "a partial file" 0 "$HOSTTRAIL" cat "$TMP/killed.jsonl.partial"
equals "ends with its last whole line" "1" "$(seconds)"

head -c -10 "$TMP/root/one/b.jsonl.zst" >"$TMP/root/one/cut.jsonl.zst"
exits "a cut file is bad news" 1 "$HOSTTRAIL" cat "$TMP/root"
equals "the others are printed" "1 2 3 4 5 6 7 8" "$(jq -r .sequence.number "$TMP/out" | sort -un | xargs)"
matches "it is named" "^hosttrail cat: $TMP/root/one/cut.jsonl.zst: damaged at byte " "$TMP/err"
equals "once" 1 "$(wc -l <"$TMP/err")"

exits "no path" 2 "$HOSTTRAIL" cat
equals "is asked for" "hosttrail cat: PATH: missing; name a log file or a directory that was recorded below" "$(cat "$TMP/err")"
exits "a path that is not there" 3 "$HOSTTRAIL" cat "$TMP/root" "$TMP/nothing"
equals "is named" "hosttrail cat: $TMP/nothing: No such file or directory; name a directory that was recorded below, or a log file" \
	"$(cat "$TMP/err")"
exits "a path that would speak to the terminal" 3 "$HOSTTRAIL" cat $'/nothing/\xc2\x9b2J\xe2\x80\xae\xc3\xa9'
equals "is shown, not obeyed" "hosttrail cat: /nothing/\\x9b2J\\u202eé: No such file or directory; name a directory that was \
recorded below, or a log file" "$(cat "$TMP/err")"

finish
