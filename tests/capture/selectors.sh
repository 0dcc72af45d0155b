#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The selectors that hosttrail-selectors(5) shows do what it says of them: every exec, every exit, everything.
. "$SRC/tests/lib.sh"
need jq
cgroup_make

# example PATTERN: the selectors file of the page that has a selector with such a name.
example() {
	awk -v name="$1" '/^\.Bd/ { text = ""; on = 1; next } /^\.Ed/ { if (on && index(text, name)) printf "%s", text; on = 0 }
		on { text = text $0 "\n" }' "$SRC/docs/man/hosttrail-selectors.5"
}

# recorded NAME: what a shell leaves that executes two programs in children and one in its own place, under the selectors
# with this name.
recorded() {
	ROOT=$TMP/${1// /-}
	example "$1" >"$TMP/selectors.json"
	check "$1: is JSON" jq -e . "$TMP/selectors.json"
	record_start --sign ed25519 --selectors "$TMP/selectors.json"
	in_cgroup /bin/bash -c "/bin/true; mkdir /etc/hosttrail-none/made; exec /bin/echo done" >/dev/null 2>&1
	record_stop
	events '.eventType == "HostApiCall"' >"$TMP/recorded"
}

recorded "Every exec"
equals "every exec: the programs in their order, and nothing else" "ExecuteProgram bash
ExecuteProgram true
ExecuteProgram mkdir
ExecuteProgram echo" "$(jq -r '.eventName + " " + .process.name' "$TMP/recorded")"

recorded "Every exit"
equals "every exit: the processes in their order, and nothing else" "ExitProcess true
ExitProcess mkdir
ExitProcess echo" "$(jq -r '.eventName + " " + .process.name' "$TMP/recorded")"

recorded "Everything"
for name in ExecuteProgram OpenFile ReadFile WriteFile MapMemory CloseFile WaitForProcess ExitProcess CreateDirectory; do
	check "everything: $name" jq -e --arg name "$name" -s 'any(.eventName == $name)' "$TMP/recorded"
done
equals "everything: of both categories" "Data Management" "$(jq -r .eventCategory "$TMP/recorded" | sort -u | xargs)"

finish
