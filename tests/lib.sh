# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What the shell tests share; source it first: `. "$SRC/tests/lib.sh"`. A test makes claims with check, equals,
# json_equals and events, and ends with `finish`. The cgroup and the recorder it started end with it, however it ends.
set -uo pipefail

: "${SRC:?run this with tests/run}" "${BUILD:?}" "${TMP:?}" "${HOSTTRAIL:?}"

cases=0 failures=0
CGROUP=""     # the directory of the cgroup that cgroup_make made
ROOT=""       # what record_start records below
RECORD_PID="" # the running recorder

# ---- claims, one line of TAP each ------------------------------------------------------------------------------------

ok() {
	cases=$((cases + 1))
	echo "ok $cases - $1"
}

# not_ok NAME [DETAIL...]
not_ok() {
	cases=$((cases + 1))
	failures=$((failures + 1))
	echo "not ok $cases - $1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/# /'
}

# A case that cannot be had here, and why.
skip() {
	cases=$((cases + 1))
	echo "ok $cases - $1 # SKIP $2"
}

# The whole test cannot be had here.
skip_all() {
	echo "$1"
	exit 77
}

finish() {
	echo "1..$cases"
	[ "$failures" -eq 0 ]
	exit
}

# check NAME COMMAND...: the command succeeds.
check() {
	local name=$1 output
	shift
	if output=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name" "$*: exit status $?" "$output"
	fi
}

# exits NAME STATUS COMMAND...: the command ends with that status; its output is left in $TMP/out and $TMP/err.
exits() {
	local name=$1 want=$2 status=0
	shift 2
	"$@" >"$TMP/out" 2>"$TMP/err" </dev/null || status=$?
	if [ "$status" -eq "$want" ]; then
		ok "$name"
	else
		not_ok "$name" "$*: exit status $status, not $want" "$(head -c 4000 "$TMP/out")" "$(head -c 4000 "$TMP/err")"
	fi
}

# equals NAME WANTED SEEN
equals() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "$(diff <(printf '%s\n' "$2") <(printf '%s\n' "$3"))"
	fi
}

# json_equals NAME WANTED SEEN: the same JSON values, whatever the order of their keys.
json_equals() {
	equals "$1" "$(jq -S . <<<"$2" 2>&1)" "$(jq -S . <<<"$3" 2>&1)"
}

# matches NAME REGEX FILE: a line of the file matches.
matches() {
	if grep -qE -- "$2" "$3"; then
		ok "$1"
	else
		not_ok "$1" "no line matches $2 in:" "$(head -c 4000 "$3")"
	fi
}

# ---- what a test needs -----------------------------------------------------------------------------------------------

need_root() {
	[ "$(id -u)" -eq 0 ] || skip_all "needs root"
}

need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip_all "needs $tool"
	done
}

# ---- a cgroup of its own ---------------------------------------------------------------------------------------------

cgroup_make() {
	local mount
	need_root
	mount=$(findmnt -n -o TARGET -t cgroup2 | head -n 1)
	[ -n "$mount" ] || skip_all "needs cgroup2 mounted"
	CGROUP=$mount/hosttrail-test-$$
	mkdir "$CGROUP" || skip_all "cannot make a cgroup below $mount"
}

# in_cgroup COMMAND...: runs it in $CGROUP from its first system call on; nothing but the command is in there.
in_cgroup() {
	"$BUILD/tests/capture/incgroup" "$CGROUP" "$@"
}

cgroup_remove() {
	local pid tries
	[ -n "$CGROUP" ] && [ -d "$CGROUP" ] || return 0
	while read -r pid; do
		kill -KILL "$pid" 2>/dev/null
	done <"$CGROUP/cgroup.procs"
	for tries in 1 2 3 4 5 6 7 8 9 10; do
		find "$CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null && break
		sleep "0.$tries"
	done
	CGROUP=""
}

# ---- the recorder ----------------------------------------------------------------------------------------------------

# record_start [OPTION...]: starts `hosttrail record` on $CGROUP below $ROOT ($TMP/root unless set) and returns once it
# records. Its output goes to $TMP/record.out and $TMP/record.err.
record_start() {
	local tries=0
	: "${ROOT:=$TMP/root}"
	: >"$TMP/record.err" # what the recorder before this one said is not waited for
	env --default-signal=INT "$HOSTTRAIL" record --root "$ROOT" ${CGROUP:+--cgroup "$CGROUP"} "$@" \
		>"$TMP/record.out" 2>"$TMP/record.err" </dev/null &
	RECORD_PID=$!
	until grep -q '^hosttrail: recording' "$TMP/record.err"; do
		tries=$((tries + 1))
		if ! kill -0 "$RECORD_PID" 2>/dev/null || [ "$tries" -gt 300 ]; then
			not_ok "the recorder starts" "$(cat "$TMP/record.err")"
			finish
		fi
		sleep 0.1
	done
}

# record_stop: as Ctrl-C does, and returns the recorder's exit status.
record_stop() {
	local status=0
	kill -INT "$RECORD_PID"
	wait "$RECORD_PID" || status=$?
	RECORD_PID=""
	return "$status"
}

# As a crash does.
record_kill() {
	kill -KILL "$RECORD_PID"
	wait "$RECORD_PID" 2>/dev/null
	RECORD_PID=""
}

# events FILTER: the recorded events for which a jq filter is true, one JSON object a line, in time order. jq's
# arguments may follow: events '.process.pid == $pid' --argjson pid 7
events() {
	local filter=$1
	shift
	"$HOSTTRAIL" cat "$ROOT" | jq -c "$@" "select($filter)"
}

# log_files, digest_files: what was delivered below $ROOT.
log_files() {
	find "$ROOT" -name '*.jsonl.zst' | sort
}

digest_files() {
	find "$ROOT" -path '*/HostTrail-Digest/*' -name '*.json' | sort
}

end_of_test() {
	if [ -n "$RECORD_PID" ]; then
		kill -INT "$RECORD_PID" 2>/dev/null
		wait "$RECORD_PID" 2>/dev/null
	fi
	cgroup_remove
}
trap end_of_test EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
