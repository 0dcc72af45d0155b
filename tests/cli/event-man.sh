#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# hosttrail-event(5) specifies every field that stands in recorded events, in their order, and hosttrail-record(1) has the
# default list of paths as it is.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1
need jq
page=docs/man/hosttrail-event.5

# ---- the paths -------------------------------------------------------------------------------------------------------

default_rules() {
	sed -nE 's/^[^"]*"((control|credential) [^"]*)\\n";?$/\1/p' user/event/paths.c
}
check "there are default rules" test "$(default_rules | wc -l)" -gt 30
equals "the default paths are documented" "$(default_rules)" \
	"$(sed -n '/^# default paths$/,/^\.Ed$/p' docs/man/hosttrail-record.1 | grep -E '^(control|credential) ')"

# ---- the fields ------------------------------------------------------------------------------------------------------

# Names of fields that the page specifies, one a line: "eventName", "process.pid".
documented() {
	sed -n '/^\.Ss Version and host$/,/^\.Ss Values$/p' "$page" | sed -nE 's/^\.It Va (.*)/\1/p' |
		sed -E 's/ , /\n/g' | grep -E '^[A-Za-z0-9.]+$'
}
documented >"$TMP/documented"
equals "no field is specified twice" "" "$(sort "$TMP/documented" | uniq -d)"
equals "the readers know the same fields, in the same order" "$(sed -n '/event_keys\[\]/,/^};/s/^\tKEY("\([A-Za-z]*\)".*/\1/p' \
	user/event/decode_keys.c)" "$(grep -v '\.' "$TMP/documented")"

# service NAME: the parameters of a HostServiceEvent, by the page.
service() {
	sed -n '/^\.Ss HostServiceEvent$/,/^\.Sh/p' "$page" | sed -n "/^\.It Va $1\$/,/^\.It /p" |
		sed -nE 's/^(\.It )?(\.Pq |\.)?Va (.*)/\3/p' | tr -s ' ,:.()' '\n'
}

cgroup_make
cat >"$TMP/everything.json" <<'END'
[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]},
 {"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},
                    {"Field":"resources.type","StartsWith":["Host::"]}]}]
END
record_start --selectors "$TMP/everything.json"
file=$TMP/$'not\377utf8'
# shellcheck disable=SC2016 # for the inner shell
in_cgroup bash -c 'touch "$1"; rm "$1"; cat "$1"; echo "$1"; cd "$2" && (exec -a "$1" cat /etc/shadow); kill -0 $$
	(: >/dev/tcp/127.0.0.1/1); mount --bind "$2" "$2/missing"; echo one | cat; ./script; chmod 600 /etc/shadow.missing
	exec setpriv --reuid 65534 --clear-groups cat /etc/shadow' - "$file" "$TMP" >"$TMP/said" 2>&1 </dev/null
record_stop
events true >"$TMP/events"
check "events are there" test "$(wc -l <"$TMP/events")" -gt 100

# Every path to a value at the top and in these objects; a Base64 sibling is specified with its field.
jq -r 'to_entries[] | .key as $key | if (["userIdentity", "process", "syscall", "sequence", "resources"] | index($key))
	then $key, (.value | if type == "array" then .[] else . end | to_entries[] | .key as $member
		| "\($key).\($member)", if $member == "ancestors" then .value[] | keys[] | "\($key).\($member).\(.)" else empty end)
	else $key end' "$TMP/events" | sort -u >"$TMP/seen"
equals "what is recorded is specified" "" "$(sed 's/Base64$//' "$TMP/seen" | grep -vxFf "$TMP/documented")"
check "bytes that are not UTF-8 were among it" grep -qx 'resources.nameBase64' "$TMP/seen"
equals "nearly all that is specified was recorded" "process.container process.exeDeleted syscall.via truncated userIdentity.loginName \
userIdentity.loginUid userIdentity.sessionId userIdentity.tty" "$({
	grep -vE '^(requestParameters|responseElements)\.' "$TMP/documented" | grep -vxFf "$TMP/seen"
	printf '%s\n' process.container process.exeDeleted syscall.via truncated userIdentity.loginName userIdentity.loginUid \
		userIdentity.sessionId userIdentity.tty
} | sort -u | xargs)"
equals "fields stand in the order of the page" "" "$(jq -r --rawfile page "$TMP/documented" '($page | split("\n")) as $order
	| [keys_unsorted[] | . as $key | $order | index($key)] | select(. != sort) | "out of order"' "$TMP/events" | sort -u)"

for name in StartRecording StopRecording; do
	service "$name" | sort -u >"$TMP/service"
	equals "the parameters of $name are specified" "" "$(jq -r --arg name "$name" 'select(.eventName == $name)
		| .requestParameters | keys[]' "$TMP/events" | grep -vxFf "$TMP/service")"
done
said=$(sed -nE 's/^.*say\(r, "([A-Za-z]+)"\);$/\1/p' user/agent/recorder_say.c | sort -u)
equals "every HostServiceEvent is specified" "$said" "$(sed -n '/^\.Ss HostServiceEvent$/,/^\.Sh/s/^\.It Va \([A-Z].*\)/\1/p' \
	"$page" | sort -u)"
event_options=$(printf -- '--event-name %s ' $said)
# shellcheck disable=SC2086 # an option each
equals "and known to lookup" "" "$("$HOSTTRAIL" lookup --root "$ROOT" --max-results 1 $event_options 2>&1 >/dev/null)"
members=$(sed -nE 's/^.*(_member|key)\(b, "([a-zA-Z]+)".*$/\2/p' user/agent/recorder_say.c | sort -u)
check "their parameters are in the code" test "$(wc -l <<<"$members")" -gt 20
equals "every parameter of any of them is specified" "" "$(for name in $said; do
	service "$name"
done | sort -u | grep -vxFf - <(echo "$members"))"

finish
