# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What has to be true on every kernel: a guest is configured in all the ways that guest-record does, and the trail that
# comes out of it tells who did it, with what program, to what, and how it ended.
. "$SRC/tests/lib.sh"

# done_by NAME EVENT RESOURCE FILTER: `lookup` finds the event by its name and its resource, and the filter is true for
# one event that it finds.
done_by() {
	local name=$1 event=$2 resource=$3 filter=$4 found hits
	if ! found=$("$HOSTTRAIL" lookup --output json --event-name "$event" --resource-name "$resource" "$ROOT" 2>&1); then
		not_ok "$name" "$found"
		return
	fi
	hits=$(jq -c "select(.eventName == \"$event\" and ($filter)) | 1" <<<"$found" | wc -l)
	if [ "$hits" -eq 1 ]; then
		ok "$name"
	else
		not_ok "$name" "$hits events with $filter among:" "$found"
	fi
}

test_series() {
	local series=$1 said kernels=$SRC/tests/kernels
	local root_user='.userIdentity.type == "Root" and .userIdentity.userName == "root" and .userIdentity.uid == 0'
	local alice_id='.userIdentity.userName == "alice" and .userIdentity.uid == 1000 and .managementEvent'
	local alice='.userIdentity.userName == "alice" and .userIdentity.uid == 1000'

	need qemu-system-x86_64 busybox cpio
	said=$("$kernels/fetch" "$series" "$BUILD/kernels" 2>&1) || skip_all "needs Debian's kernel $series: ${said##*$'\n'}"

	exits "the guest runs" 0 "$kernels/boot" -t 240 -o "$TMP/guest" "$series" "$kernels/guest-record" "$HOSTTRAIL" \
		"$BUILD/tests/kernels/by_ring"
	matches "the recorder ended well" '^record: exit status 0$' "$TMP/out"
	matches "verify was content in the guest" '^verify: exit status 0$' "$TMP/out"
	[ "$failures" -eq 0 ] || sed 's/^/# /' "$TMP/out" "$TMP/err" "$TMP/guest/record.err"
	ROOT=$TMP/guest/root

	done_by "a file was created" OpenFile /etc/created \
		"$root_user and .process.name == \"touch\" and .readOnly == false and (has(\"errorCode\") | not)"
	done_by "its mode was changed" ChangeMode /etc/created \
		"$root_user and .process.name == \"chmod\" and .requestParameters.mode == \"0600\""
	done_by "its owner was changed" ChangeOwner /etc/created "$root_user and .process.name == \"chown\""
	done_by "it was removed" DeleteFile /etc/created \
		"$root_user and .process.name == \"rm\" and (has(\"errorCode\") | not)"
	done_by "one that is not there was not removed" DeleteFile /etc/never-there \
		"$root_user and .process.name == \"unlink\" and .errorCode == \"ENOENT\""
	done_by "a file was created by a ring" OpenFile /etc/by-ring \
		"$root_user and .process.name == \"by_ring\" and .syscall == {name: \"openat\", number: 18, abi: \"io_uring\"} and
		.requestParameters == {dirfd: \"AT_FDCWD\", path: \"/etc/by-ring\", flags: [\"O_WRONLY\", \"O_CREAT\", \"O_LARGEFILE\"],
			mode: \"0640\"} and .responseElements.path == \"/etc/by-ring\" and .resources[0].evidence == \"kernel\""
	done_by "it was written" WriteFile /etc/by-ring \
		".syscall.abi == \"io_uring\" and .requestParameters.fdPath == \"/etc/by-ring\" and .requestParameters.count == 4 and
		.responseElements.result == 4"
	done_by "and deleted" DeleteFile /etc/by-ring \
		".syscall.abi == \"io_uring\" and .requestParameters.path == \"/etc/by-ring\" and .responseElements.result == 0"
	done_by "a filesystem was mounted" MountFilesystem /mnt/disk \
		"$root_user and .process.name == \"mount\" and (has(\"errorCode\") | not)"
	done_by "a user was switched to" SetUserId alice \
		"$root_user and .process.args == [\"su\", \"alice\", \"-c\", \"id\"] and (has(\"errorCode\") | not)"
	done_by "a program gave more rights" ExecuteProgram /tmp/raise/id "$alice_id and .process.args == [\"/tmp/raise/id\", \"risen\"] and
		.requestParameters == { path: \"/tmp/raise/id\", argv: .process.args } and .syscall.name == \"execve\" and
		.responseElements.secureExecution and .responseElements.file == { path: \"/tmp/raise/id\", storage: \"disk\",
			mode: \"04755\", setUserId: true } and
		(.responseElements.credentials | .changed and .before.uid == 1000 and .before.euid == 1000 and .before.suid == 1000 and
			.before.permitted == [] and .after.uid == 1000 and .after.euid == 0 and .after.suid == 0 and
			.after.fsuid == 0 and .after.permitted == [\"ALL\"] and .after.effective == [\"ALL\"])"
	done_by "a module was refused" LoadKernelModule /tmp/refused.ko \
		"$root_user and .process.name == \"insmod\" and .errorCode == \"ENOEXEC\""
	done_by "a route was added" AddRoute 192.0.2.0/24 "$root_user and .process.name == \"ip\""
	done_by "the host was renamed" SetHostName renamed "$root_user and .process.name == \"hostname\""
	done_by "the clock was set" SetTime guest "$root_user and .process.name == \"date\""
	done_by "a password file was asked for in vain" OpenFile /etc/shadow \
		"$alice and .process.name == \"cat\" and .errorCode == \"EACCES\""

	equals "a process ended" '["sh","-c","exit 7"] exit_group {"status":7} {"exitStatus":7} true' "$(events '.eventName == "ExitProcess" and
		.requestParameters.status == 7' | jq -r '"\(.process.args) \(.syscall.name) \(.requestParameters) \(
			.responseElements | "\(.status) \(.lifetimeNanoseconds > 0 and .usage.maximumResidentBytes > 0)")"')"
	equals "a process was killed" '["sleep","100"] null {"signal":"SIGKILL"}' "$(events '.eventName == "ExitProcess" and
		.requestParameters.signal == "SIGKILL"' | jq -r '"\(.process.args) \(.syscall) \(.requestParameters)"')"
	exits "verify is content out here" 0 "$HOSTTRAIL" verify "$ROOT"
	check "every line is JSON" eval 'zstd -dcq $(log_files) | jq -e . >/dev/null'
	equals "nothing was lost" "" "$(events '.eventName == "EventsLost"' 2>&1)"
	finish
}
