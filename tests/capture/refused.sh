#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What cannot be recorded says so in one line that names the thing and the remedy, exits as documented and leaves nothing
# changed.
. "$SRC/tests/lib.sh"
cgroup_make

# refused NAME STATUS MESSAGE OPTION...: `hosttrail record` ends with the status and these words alone.
refused() {
	local name=$1 status=$2 message=$3
	shift 3
	exits "$name" "$status" "${PREFIX[@]}" "${PROGRAM:-$HOSTTRAIL}" record --sign ed25519 --cgroup "$CGROUP" --root "$TMP/root" "$@"
	equals "$name: it is said" "hosttrail record: $message" "$(sed "${EDIT:-}" "$TMP/err")"
	equals "$name: nothing else is" "" "$(cat "$TMP/out")"
}

PREFIX=()

# ---- who may ----

PREFIX=(setpriv --bounding-set=-all --inh-caps=-all)
refused "without capabilities" 3 "recording needs root, or the capabilities CAP_BPF and CAP_PERFMON; run it with sudo"
chmod 0755 "$TMP" "$(dirname "$TMP")"
cp "$HOSTTRAIL" "$TMP/hosttrail"
PROGRAM=$TMP/hosttrail
PREFIX=(setpriv --reuid 65534 --regid 65534 --clear-groups)
refused "by nobody" 3 "recording needs root, or the capabilities CAP_BPF and CAP_PERFMON; run it with sudo"
PROGRAM=""
PREFIX=()
check "nothing was made" test ! -e "$TMP/root"

# ---- what to record ----

refused "a cgroup that is not there" 3 \
	"cgroup $CGROUP/none: cannot be opened; name a directory of the cgroup v2 tree: No such file or directory" --cgroup "$CGROUP/none"
refused "a cgroup that is a file" 3 \
	"cgroup $CGROUP/cgroup.procs: cannot be opened; name a directory of the cgroup v2 tree: Not a directory" \
	--cgroup "$CGROUP/cgroup.procs"
refused "a cgroup that is a directory of something else" 2 \
	"cgroup $TMP: not a cgroup v2; \`findmnt -t cgroup2\` shows where they are" --cgroup "$TMP"
check "nothing was made" test ! -e "$TMP/root"

# ---- selectors and paths ----

refused "selectors that are not there" 2 "$TMP/none: No such file or directory; give a file with advanced event selectors" --selectors "$TMP/none"
echo 'not JSON' >"$TMP/bad"
refused "selectors that are no JSON" 2 "$TMP/bad:1:1: JSON: not a JSON value; correct the syntax" --selectors "$TMP/bad"
printf '[{"FieldSelectors":[\n  {"Field":"eventName","Equals":["OpenFile"]}]}]\n' >"$TMP/bad"
refused "selectors that break a rule" 2 \
	"$TMP/bad:1:2: eventCategory: missing; every selector needs {\"Field\": \"eventCategory\", \"Equals\": [\"Management\"]}, or \"Data\"" \
	--selectors "$TMP/bad"
printf '[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},\n  {"Field":"eventName","Equals":["ExecutProgram"]}]}]\n' >"$TMP/bad"
refused "selectors with a name that no event has" 2 \
	"$TMP/bad:2:34: eventName: there is no event name \"ExecutProgram\"; did you mean ExecuteProgram?" --selectors "$TMP/bad"
refused "paths that are not there" 2 "$TMP/none: cannot be read: No such file or directory" --paths "$TMP/none"
printf 'control /etc\nforbidden /usr\n' >"$TMP/bad"
refused "paths of no class" 2 "$TMP/bad:2: a line begins with \"control\" or \"credential\"" --paths "$TMP/bad"
check "nothing was made" test ! -e "$TMP/root"

# ---- where to ----

# A host without an id of its own keeps one in the root, and meets the root before the trail.
EDIT='s,/default: ,: ,'
echo >"$TMP/file"
refused "a root that is a file" 3 "$TMP/file: is not a directory, or a part of it is not; give another one" --root "$TMP/file"
mkdir "$TMP/read-only"
mount -t tmpfs -o ro hosttrail-test "$TMP/read-only"
trap 'end_of_test; umount "$TMP/read-only"' EXIT
refused "a root that cannot be written" 3 \
	"$TMP/read-only/root: cannot be made; give a directory that can be written: Read-only file system" \
	--root "$TMP/read-only/root"
EDIT=""

record_start --sign ed25519
refused "a root that is being recorded" 3 \
	"$ROOT/default: is already being recorded by a running recorder (pid $RECORD_PID); stop that one, or record below another directory"
check "the other recorder goes on" kill -0 "$RECORD_PID"
in_cgroup mkdir /etc/hosttrail-none/x 2>/dev/null
record_stop
equals "and loses nothing" 1 "$(events '.eventName == "CreateDirectory"' | wc -l)"

host=$(cat "$TMP/root/default/state/host-id")
printf '%s\n' "${host//[0-9a-f]/5}" >"$TMP/root/default/state/host-id"
everything() {
	find "$TMP/root" -type f ! -name lock | sort | xargs sha256sum
}
everything >"$TMP/before"
refused "a root of another host" 3 \
	"$ROOT/default: belongs to the trail of host ${host//[0-9a-f]/5}, and this is host $host; record below another directory"
equals "it was left as it was" "$(cat "$TMP/before")" "$(everything)"
printf '%s\n' "$host" >"$TMP/root/default/state/host-id"

# without_id COMMAND...: as on a host that has neither a machine id nor a firmware that tells one.
without_id() {
	local ids=(/etc/machine-id /sys/class/dmi/id/product_uuid) there=() id
	for id in "${ids[@]}"; do
		[ ! -e "$id" ] || there+=("$id")
	done
	[ ${#there[@]} -gt 0 ] || {
		"$@"
		return
	}
	# shellcheck disable=SC2016 # the inner shell's
	unshare -m bash -c 'for id in $1; do mount --bind /dev/null "$id" || exit; done; shift; exec "$@"' - "${there[*]}" "$@"
}
for round in first second; do
	exits "a host without an id, the $round time" 0 without_id "$HOSTTRAIL" record --sign ed25519 --cgroup "$CGROUP" \
		--root "$TMP/no-id" --duration 1
done
exits "is one host" 0 "$HOSTTRAIL" verify "$TMP/no-id"
equals "with a seed in the root" 33 "$(wc -c <"$TMP/no-id/host-seed")"

# ---- said wrongly ----

refused "an option that is none" 2 "--no-such-option: unknown or ambiguous option; see hosttrail record --help" --no-such-option
refused "an operand" 2 "operand: record takes no operand; --root names the directory" operand
refused "a duration that is none" 2 "--duration: 0 is not accepted; give a whole number from 1 to 31622400" --duration 0
refused "an algorithm that is none" 2 "--sign md5: unknown; write rsa or ed25519" --sign md5
refused "a region that cannot be part of a name" 2 "a/b: cannot be a region; take letters, digits, '.', '_' and '-'" --region a/b
exits "the trail is whole after all" 0 "$HOSTTRAIL" verify "$TMP/root"
finish
