#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# hosttrail lookup: each option, their combinations, the table, JSON, and bad input.
. "$SRC/tests/lib.sh"
. "$SRC/tests/cli/events.sh"
need jq zstd

mkdir -p "$TMP/root/t/HostTrail/a" "$TMP/root/t/HostTrail/b"
{
	event 1 ChangeOwner '.readOnly = false | .resources[0].name = "/etc/shadow"'
	event 3 ExecuteProgram '.eventSource = "process" | .readOnly = true | .eventCategory = "Data" | .managementEvent = false
		| .resources = [{ type: "Host::Program", name: "/usr/bin/id", evidence: "kernel" }]
		| .process.exe = "/usr/bin/bash" | .process.name = "script.sh" | .process.pid = 17'
	event 2 DeleteFile '.errorCode = "EACCES" | .errorMessage = "Permission denied" | del(.responseElements)
		| .userIdentity.uid = 1000 | .userIdentity.userName = "bob" | del(.userIdentity.loginName)'
} >"$TMP/root/t/HostTrail/a/one.jsonl"
{
	event 4 RenameFile '.resources = [{ type: "Host::File", name: "/etc/old" }, { type: "Host::File", name: "/etc/new" }]'
	event 5 DeleteFile
} | zstd -q >"$TMP/root/t/HostTrail/b/two.jsonl.zst"
ROOT=$TMP/root

# seconds OPTION...: the seconds of the events that are found, in order.
seconds() {
	"$HOSTTRAIL" lookup --root "$ROOT" --output json "$@" | jq -r .sequence.number | xargs
}

equals "everything, newest first" "5 4 3 2 1" "$(seconds)"
equals "--event-name" "5 2" "$(seconds --event-name DeleteFile)"
equals "-e" "5 2" "$(seconds -e DeleteFile)"
equals "an option twice is either" "5 4 2" "$(seconds --event-name DeleteFile --event-name RenameFile)"
equals "different options are both" "2" "$(seconds --event-name DeleteFile --user-name bob)"
equals "--user-name is also the login's" "5 4 3 1" "$(seconds --user-name alice)"
equals "--user-name" "2" "$(seconds -u bob)"
equals "--resource-name" "1" "$(seconds --resource-name /etc/shadow)"
equals "--resource-name of the second resource" "4" "$(seconds -r /etc/new)"
equals "a star behind" "5 4 2 1" "$(seconds --resource-name '/etc/*')"
equals "a star before" "1" "$(seconds --resource-name '*dow')"
equals "stars around" "5 2" "$(seconds --resource-name '*trail-te*')"
equals "without a star the whole" "" "$(seconds --resource-name /etc)"
equals "--resource-type" "3" "$(seconds --resource-type Host::Program)"
equals "--program by path" "3" "$(seconds --program /usr/bin/bash)"
equals "--program by file name" "3" "$(seconds -p bash)"
equals "--program by name of the process" "3" "$(seconds -p script.sh)"
equals "--source" "3" "$(seconds --source process)"
equals "--read-only true" "3" "$(seconds --read-only true)"
equals "--read-only false" "5 4 2 1" "$(seconds --read-only false)"
equals "--write" "5 4 2 1" "$(seconds --write)"
equals "--category" "3" "$(seconds --category data)"
equals "--category in any case" "5 4 2 1" "$(seconds --category MANAGEMENT)"
equals "--result success" "5 4 3 1" "$(seconds --result success)"
equals "--result failure" "2" "$(seconds --result failure)"
equals "--result with an error" "2" "$(seconds --result eacces)"
equals "--error-code" "2" "$(seconds --error-code EACCES --error-code EPERM)"
equals "--event-id" "4" "$(seconds --event-id 0f0e8a3a-5cf1-8000-8000-000000000004)"
equals "--pid" "3" "$(seconds --pid 17)"
equals "--start-time is inclusive" "5 4" "$(seconds --start-time 2026-11-21T09:13:04.25Z)"
equals "--end-time is inclusive" "2 1" "$(seconds --end-time 2026-11-21T09:13:02.25Z)"
equals "both" "4 3" "$(seconds --start-time 2026-11-21T10:13:03+01:00 --end-time '2026-11-21 09:13:05')"
equals "--max-results" "5 4" "$(seconds --max-results 2)"
equals "--max-results of what matches" "5" "$(seconds -n 1 -e DeleteFile)"
equals "a path instead of a root" "3 2 1" \
	"$("$HOSTTRAIL" lookup -o json "$ROOT/t/HostTrail/a/one.jsonl" | jq -r .sequence.number | xargs)"
equals "HOSTTRAIL_ROOT" "5 4 3 2 1" "$(HOSTTRAIL_ROOT=$ROOT "$HOSTTRAIL" lookup -o json | jq -r .sequence.number | xargs)"

exits "json is what was recorded" 0 "$HOSTTRAIL" lookup --root "$ROOT" --output json --pid 17
equals "to the byte" "$(sed -n 2p "$ROOT/t/HostTrail/a/one.jsonl")" "$(cat "$TMP/out")"

# ---- the table ----

exits "a table" 0 "$HOSTTRAIL" lookup --root "$ROOT"
equals "is whole where no terminal limits it" \
	"TIME                 WHO             PROGRAM          EVENT               RESOURCE                                  RESULT
2026-11-21 09:13:05  root (alice)    rm               DeleteFile          /etc/hosttrail-test                       ok
2026-11-21 09:13:04  root (alice)    rm               RenameFile          /etc/old -> /etc/new                      ok
2026-11-21 09:13:03  root (alice)    script.sh        ExecuteProgram      /usr/bin/id                               ok
2026-11-21 09:13:02  bob             rm               DeleteFile          /etc/hosttrail-test                       EACCES
2026-11-21 09:13:01  root (alice)    rm               ChangeOwner         /etc/shadow                               ok" \
	"$(cat "$TMP/out")"
exits "a narrow table" 0 env COLUMNS=80 "$HOSTTRAIL" lookup --root "$ROOT" -n 2
equals "cuts paths at their beginning, all else at its end" \
	"TIME                 WHO       PROGRAM    EVENT           RESOURCE       RESULT
2026-11-21 09:13:05  root (a…  rm         DeleteFile      …sttrail-test  ok
2026-11-21 09:13:04  root (a…  rm         RenameFile      … -> /etc/new  ok" \
	"$(cat "$TMP/out")"
for width in 80 100 132 200; do
	COLUMNS=$width "$HOSTTRAIL" lookup --root "$ROOT" >"$TMP/out"
	equals "keeps to $width columns" "" "$(grep -E ".{$((width + 1))}" "$TMP/out")"
done
equals "times are local" "2026-11-21 18:13:05" \
	"$(TZ=Asia/Tokyo "$HOSTTRAIL" lookup --root "$ROOT" -n 1 | sed -n '2s/  .*//p')"

event 7 DeleteFile '.userIdentity = { type: "User", uid: 1234 } | .process.name = "a\u001b[31mred\u0007" | .resources[0].name =
	"/tmp/\u202etxt.exe\n\u009b2J\u200b\u4e2d\u00e9"' >"$TMP/hostile.jsonl"
exits "hostile names" 0 "$HOSTTRAIL" lookup "$TMP/hostile.jsonl"
equals "are made visible, and harmless to a terminal" \
	'2026-11-21 09:13:07  1234            a\x1b[31mred\x07  DeleteFile          /tmp/\u202etxt.exe\x0a\x9b2J\u200b中é     ok' \
	"$(sed -n 2p "$TMP/out")"
printf '%s\n' "$(event 7 DeleteFile 'del(.userIdentity, .process, .resources)')" >"$TMP/bare.jsonl"
equals "what is absent is a dash" "2026-11-21 09:13:07  -               -                DeleteFile          -$(printf '%39s' '')  ok" \
	"$("$HOSTTRAIL" lookup "$TMP/bare.jsonl" | sed -n 2p)"
# result JQ_FILTER: the last column of an event's row.
result() {
	event 8 "$1" "$2" >"$TMP/result.jsonl"
	"$HOSTTRAIL" lookup "$TMP/result.jsonl" | sed -n '2s/.*trail-test *//p'
}
equals "a process that ended: its status" "exit 0" "$(result ExitProcess '.responseElements = { status: { exitStatus: 0 } }')"
equals "whatever was asked for" "exit 44" \
	"$(result ExitProcess '.requestParameters = { status: 300 } | .responseElements = { status: { exitStatus: 44 } }')"
equals "its signal" "SIGKILL" "$(result ExitProcess '.responseElements = { status: { signal: "SIGKILL" } }')"
equals "its core" "SIGSEGV, core" "$(result ExitProcess '.responseElements = { status: { signal: "SIGSEGV", coreDumped: true } }')"
equals "a signal without name" "signal 70" "$(result ExitProcess '.responseElements = { status: { signal: 70 } }')"
equals "a thread that ended by a call" "exit 3" "$(result ExitThread '.requestParameters = { status: 3 } | .responseElements = {}')"
equals "and by none" "SIGTERM" "$(result ExitThread '.requestParameters = { signal: "SIGTERM" } | .responseElements = {}')"
equals "one of which nothing is known" "ok" "$(result ExitThread '.requestParameters = { } | .responseElements = { status: 7 }')"
equals "a call that tells of another's end" "ok" "$(result WaitForProcess '.responseElements = { result: 5, status: { exitStatus: 1 } }')"
equals "netlink messages are sent" "sent" "$(result AddRoute '.requestParameters = { fd: 3, netlink: { messages: [] } }')"
equals "unless that failed" "EPERM" "$(result AddRoute '.requestParameters = { fd: 3, netlink: {} } | .errorCode = "EPERM"')"
equals "a result that nobody knows" "unknown" "$(result ReadFile '.responseElements = { result: null }')"
if command -v script >/dev/null; then
	script -qec "COLUMNS=100 TERM=xterm '$HOSTTRAIL' lookup --root '$ROOT' --result failure" /dev/null >"$TMP/tty" </dev/null
	matches "an error is red on a terminal" $'\033\\[31mEACCES\033\\[0m' "$TMP/tty"
	script -qec "NO_COLOR=1 TERM=xterm '$HOSTTRAIL' lookup --root '$ROOT' --result failure" /dev/null >"$TMP/tty" </dev/null
	equals "but not with NO_COLOR" "" "$(grep $'\033' "$TMP/tty")"
else
	skip "an error is red on a terminal" "needs script"
fi

# ---- bad input ----

exits "nothing found is no error" 0 "$HOSTTRAIL" lookup --root "$ROOT" -e RebootHost
equals "no table" "" "$(cat "$TMP/out")"
equals "but a word" "No event matches, of 5 in 2 files." "$(cat "$TMP/err")"

# unknown OPTION VALUE MESSAGE: a name that this version does not know is told, and looked for.
unknown() {
	exits "$1 $2" 0 "$HOSTTRAIL" lookup --root "$ROOT" "$1" "$2"
	equals "is told, and looked for" "hosttrail lookup: $1: $3
No event matches, of 5 in 2 files." "$(cat "$TMP/err")"
}
unknown --event-name DeleteFiel "DeleteFiel: no event name of this version; did you mean DeleteFile?"
unknown --event-name unlinkat "unlinkat: no event name of this version; did you mean DeleteFile or DeleteDirectory?"
unknown --event-name Xyzzy "Xyzzy: no event name of this version; hosttrail catalogue lists them"
unknown --event-name 'Delet3*' "Delet3*: no event name of this version; hosttrail catalogue lists them"
unknown --source filesytem "filesytem: no event source of this version; did you mean filesystem?"
unknown --resource-type File "File: no resource type of this version; did you mean Host::File?"
unknown --result eacess "EACESS: no error of this version; did you mean EACCES?"
unknown --error-code EWOULDBLOCK "EWOULDBLOCK: no error of this version; did you mean EAGAIN?"
for known in '--event-name Delete*' '--event-name *' '--event-name StopRecording' '--result E*' '--error-code 4000' \
	'--source trail' '--resource-type *Route' '--user-name nobody-at-all' '--program nix'; do
	read -ra words <<<"$known"
	"$HOSTTRAIL" lookup --root "$ROOT" "${words[@]}" >"$TMP/out" 2>"$TMP/err"
	equals "nothing is said of $known" "" "$(grep '^hosttrail' "$TMP/err")"
done
event 9 CreateWormhole >"$TMP/newer.jsonl"
exits "an event of a newer version" 0 "$HOSTTRAIL" lookup -o json -e CreateWormhole "$TMP/newer.jsonl"
equals "is found" "CreateWormhole" "$(jq -r .eventName "$TMP/out")"
equals "and its name told" "hosttrail lookup: --event-name: CreateWormhole: no event name of this version; \
hosttrail catalogue lists them" "$(cat "$TMP/err")"

head -c -20 "$ROOT/t/HostTrail/b/two.jsonl.zst" >"$ROOT/t/HostTrail/b/cut.jsonl.zst"
{ event 6 DeleteFile; echo '{"eventVersion":"9.0"}'; } >"$ROOT/t/HostTrail/b/foreign.jsonl"
exits "a damaged file is bad news" 1 "$HOSTTRAIL" lookup --root "$ROOT" -o json -e RenameFile -e DeleteFile -e ChangeOwner
equals "the others are shown" "6 5 4 2 1" "$(jq -r .sequence.number "$TMP/out" | sort -rnu | xargs)"
matches "it is named" "^hosttrail lookup: $ROOT/t/HostTrail/b/cut.jsonl.zst: damaged at byte [0-9]+: .*; hosttrail verify" "$TMP/err"
equals "on one line for each file" 1 "$(wc -l <"$TMP/err")"
exits "a line that is no event is bad news" 1 "$HOSTTRAIL" lookup "$ROOT/t/HostTrail/b/foreign.jsonl"
matches "and told" 'foreign.jsonl: lines that are no events: 1, left out; the first is line 2: eventVersion is not 1.x' "$TMP/err"

exits "a root that is not there" 3 "$HOSTTRAIL" lookup --root "$TMP/nothing"
equals "is named, with what to do" "hosttrail lookup: $TMP/nothing: No such file or directory; name a directory that was \
recorded below, or a log file" "$(cat "$TMP/err")"
mkdir "$TMP/empty"
exits "a root without logs" 3 "$HOSTTRAIL" lookup --root "$TMP/empty"
equals "says so" "hosttrail lookup: $TMP/empty: holds no log files; name a directory that was recorded below" "$(cat "$TMP/err")"
if [ "$(id -u)" -eq 0 ]; then
	mkdir -m 0700 "$TMP/secret"
	chmod 0755 "$TMP" && chmod a+x "$(dirname "$TMP")"
	exits "a root of somebody else's" 3 setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$HOSTTRAIL" lookup --root "$TMP/secret"
	matches "says who may" 'Permission denied; logs are readable for root alone; run it with sudo' "$TMP/err"
fi

# usage OPTIONS MESSAGE
usage() {
	# shellcheck disable=SC2086 # several words
	exits "$1" 2 "$HOSTTRAIL" lookup $1
	equals "says why" "hosttrail lookup: $2" "$(cat "$TMP/err")"
	equals "and prints nothing" "" "$(cat "$TMP/out")"
}
usage "--event-nam" "--event-nam: needs an argument; see hosttrail lookup --help"
usage "--nonsense=1" "--nonsense: unknown or ambiguous option; see hosttrail lookup --help"
usage "--write=1" "--write: takes no argument; see hosttrail lookup --help"
usage "-x" "-x: unknown or ambiguous option; see hosttrail lookup --help"
usage "-e" "-e: needs an argument; see hosttrail lookup --help"
usage "--event-name=" "--event-name: an empty value; give one, or leave the option out"
usage "--read-only maybe" "--read-only: maybe is not accepted; give true or false"
usage "--category network" "--category: network is none; give management or data"
usage "--result sucess" "--result: sucess is no result; give success, failure or an error such as EACCES"
usage "--error-code success" "--error-code: success is no result; give success, failure or an error such as EACCES"
usage "--pid -1" "--pid: -1 is not accepted; give a whole number from 0 to 2147483647"
usage "--pid 1x" "--pid: 1x is not accepted; give a whole number from 0 to 2147483647"
usage "--max-results 0" "--max-results: 0 is not accepted; give a whole number from 1 to 4294967295"
usage "--output xml" "--output: no format is called xml; give table or json"
usage "--start-time soon" "--start-time: soon is no time; give 2026-11-21T09:00:00Z, \"2026-11-21 09:00\", now, or -5m"
usage "--start-time now --end-time -1h" "--start-time: lies after --end-time; exchange them"
usage "--root $ROOT $ROOT" "--root: given together with paths; give one of them"

finish
