#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What all verbs share: help, versions, exit statuses, an output that nobody reads or that is full.
. "$SRC/tests/lib.sh"
. "$SRC/tests/cli/events.sh"
need jq

exits "no verb" 2 "$HOSTTRAIL"
matches "prints the usage" '^Usage: hosttrail VERB' "$TMP/err"
equals "on standard error alone" "" "$(cat "$TMP/out")"
exits "help" 0 "$HOSTTRAIL" help
cp "$TMP/out" "$TMP/help"
exits "--help is the same" 0 "$HOSTTRAIL" --help
equals "to the byte" "$(cat "$TMP/help")" "$(cat "$TMP/out")"
exits "-h too" 0 "$HOSTTRAIL" -h
exits "an unknown verb" 2 "$HOSTTRAIL" lokup
equals "is named" "hosttrail: lokup: no such verb; hosttrail help lists them" "$(cat "$TMP/err")"
exits "help on an unknown verb" 2 "$HOSTTRAIL" help lokup

verbs=$(sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$TMP/help")
equals "the verbs of this program" "" "$(comm -23 <(printf '%s\n' cat help lookup version | sort) <(sort <<<"$verbs"))"
for verb in $verbs; do
	exits "$verb --help" 0 "$HOSTTRAIL" "$verb" --help
	matches "$verb: has its usage" "^Usage: hosttrail $verb" "$TMP/out"
	matches "$verb: has an example" '^Example:$' "$TMP/out"
	matches "$verb: has its exit statuses" '^Exit status: 0 done, 1' "$TMP/out"
	page=$(sed -nE 's/^See (hosttrail[a-z-]*)\(([0-9])\)\.$/\1.\2/p' "$TMP/out")
	check "$verb: its man page is there" test -e "$SRC/docs/man/$page"
	for option in $(sed -nE 's/^ +(-[a-zA-Z], )?--([a-z-]+).*/\2/p' "$TMP/out"); do
		[ "$verb" = help ] || [ "$verb" = version ] ||
			check "$verb: its man page knows --$option" grep -qE "^\.It.* Fl (\\\\)?-$option( |$)" "$SRC/docs/man/$page"
	done
	equals "$verb: no line is longer than 100 columns" "" "$(awk 'length($0) > 100' "$TMP/out")"
	cp "$TMP/out" "$TMP/help-verb"
	exits "help $verb" 0 "$HOSTTRAIL" help "$verb"
	equals "help $verb is $verb --help" "$(cat "$TMP/help-verb")" "$(cat "$TMP/out")"
	exits "$verb with an unknown option" 2 "$HOSTTRAIL" "$verb" --no-such-option
	equals "$verb names the option" "hosttrail $verb: --no-such-option: unknown or ambiguous option; see hosttrail $verb --help" \
		"$(cat "$TMP/err")"
done

exits "version" 0 "$HOSTTRAIL" version
matches "is a version" '^hosttrail [0-9]+\.[0-9]+\.[0-9]+$' "$TMP/out"
exits "--version" 0 "$HOSTTRAIL" --version

# ---- standard output that cannot be written ----

for second in $(seq 1 50); do event "$second" DeleteFile; done >"$TMP/e.jsonl"
for i in $(seq 1 20); do cat "$TMP/e.jsonl"; done >"$TMP/events.jsonl"

# full COMMAND...: standard output is a full disk.
full() {
	"$@" >/dev/full
}
exits "cat to a full disk" 3 full "$HOSTTRAIL" cat "$TMP/events.jsonl"
equals "says so" "hosttrail cat: standard output: No space left on device; what was printed is incomplete" "$(cat "$TMP/err")"
exits "lookup to a full disk" 3 full "$HOSTTRAIL" lookup "$TMP/events.jsonl"
equals "is told once" 1 "$(wc -l <"$TMP/err")"
exits "help to a full disk" 3 full "$HOSTTRAIL" help

# gone COMMAND...: the reader of standard output goes away after a line.
gone() {
	"$@" 2>"$TMP/gone.err" | head -n 1 >/dev/null
	return "${PIPESTATUS[0]}"
}
exits "cat to a reader that goes away" 0 gone "$HOSTTRAIL" cat "$TMP/events.jsonl"
equals "is quiet" "" "$(cat "$TMP/gone.err")"
exits "lookup to a reader that goes away" 0 gone "$HOSTTRAIL" lookup "$TMP/events.jsonl"
equals "is quiet, too" "" "$(cat "$TMP/gone.err")"

finish
