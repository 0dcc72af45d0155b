#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What is recorded and what is not: by cgroup, by who was there before, by what selectors say; never the recorder's own calls.
. "$SRC/tests/lib.sh"
cgroup_make

# attempt NAME: a directory made in vain, which is a management event with that name.
attempt() {
	mkdir "/etc/hosttrail-none/$1" 2>/dev/null
	return 0
}
names() {
	events '.eventName == "CreateDirectory"' | jq -r '.resources[0].name | ltrimstr("/etc/hosttrail-none/")' | sort | tr '\n' ' '
}
export -f attempt

# ---- the cgroup and all below it, and nothing else ----

mkfifo "$TMP/go"
in_cgroup bash -c "read -r x <'$TMP/go'; : >/etc/hosttrail-test-$$; exec mkdir /etc/hosttrail-none/executed" 2>/dev/null &
waiting=$!
mkdir "$CGROUP/below" "$CGROUP-beside"
record_start --sign ed25519
attempt outside
in_cgroup bash -c 'attempt inside'
"$BUILD/tests/capture/incgroup" "$CGROUP/below" bash -c 'attempt below'
"$BUILD/tests/capture/incgroup" "$CGROUP-beside" bash -c 'attempt beside'
mkdir "$CGROUP/later"
"$BUILD/tests/capture/incgroup" "$CGROUP/later" bash -c 'attempt later'
echo >"$TMP/go"
wait "$waiting"
rm -f "/etc/hosttrail-test-$$"
# A process of the cgroup that leaves it is recorded no more.
in_cgroup bash -c "attempt still; echo \$\$ >'$CGROUP-beside/cgroup.procs'; attempt left"
record_stop
rmdir "$CGROUP-beside"

equals "the cgroup and all below it, nothing else" "below executed inside later still " "$(names)"
equals "each says which" "$(basename "$CGROUP") $(basename "$CGROUP")/below $(basename "$CGROUP")/later" \
	"$(events '.eventName == "CreateDirectory"' | jq -r '.process.cgroup | ltrimstr("/")' | sort -u | tr '\n' ' ' | sed 's/ $//')"
equals "a process that was there before is described" \
	"[\"OpenFile\",\"bash\",\"$(readlink -f "$(command -v bash)")\",\"-c\",\"root\"]" \
	"$(events '.resources[0].name == $name' --arg name "/etc/hosttrail-test-$$" |
		jq -c '[.eventName, .process.name, .process.exe, .process.args[1], .userIdentity.userName]')"
equals "and described anew after it executed something else" '["mkdir",["mkdir","/etc/hosttrail-none/executed"]]' \
	"$(events '.resources[0].name == "/etc/hosttrail-none/executed"' | jq -c '[.process.name, .process.args]')"

# ---- selectors ----

ROOT=$TMP/selected
jq -n '[{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }, { Field: "userIdentity.uid", Equals: ["65534"] }] },
	{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] },
		{ Field: "process.exe", EndsWith: ["/rmdir"] }] },
	{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Data"] }, { Field: "eventName", Equals: ["CreateDirectory"] },
		{ Field: "resources.name", StartsWith: [$tmp] }, { Field: "errorCode", NotEquals: ["EEXIST"] }] }]' \
	--arg tmp "$TMP/made" >"$TMP/selectors"
record_start --sign ed25519 --selectors "$TMP/selectors"
in_cgroup bash -c "mkdir /etc/hosttrail-none/by-root; rmdir /etc/hosttrail-none/by-rmdir; mkdir '$TMP/made-1' '$TMP/other'; mkdir '$TMP/made-1'
	setpriv --reuid 65534 --clear-groups mkdir /etc/hosttrail-none/by-nobody" 2>/dev/null
record_stop
equals "by user, program, name and result" \
	"CreateDirectory /etc/hosttrail-none/by-nobody
CreateDirectory $TMP/made-1
DeleteDirectory /etc/hosttrail-none/by-rmdir" \
	"$(events '.eventType == "HostApiCall" and .eventSource == "filesystem"' | jq -r '.eventName + " " + .resources[0].name' | sort)"
check "the rest is accounted for as not selected" jq -se 'map(.sequences[].notSelected) | add > 0' $(digest_files)

# ---- the recorder itself ----

ROOT=$TMP/own
jq -n '[{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }] },
	{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Data"] },
		{ Field: "resources.type", Equals: ["Host::File", "Host::Directory"] }] }]' >"$TMP/selectors"
record_start --sign ed25519 --selectors "$TMP/selectors"
echo "$RECORD_PID" >"$CGROUP/cgroup.procs"
in_cgroup bash -c 'attempt inside'
pid=$RECORD_PID
record_stop
equals "the recorder's own calls are not recorded" "" "$(events '.process.pid == $pid' --argjson pid "$pid" | head -c 1000)"
equals "those of others are" "inside " "$(names)"
check "and the own ones are counted" \
	jq -e '.requestParameters.excludedOwnCalls > 0' <(events '.eventName == "StopRecording"')
exits "the trail is whole" 0 "$HOSTTRAIL" verify "$ROOT"
finish
