# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Events for the tests of the verbs that read, sourced by them.

# event SECOND NAME [JQ FILTER]: a line as a recorder writes it, at this second of 09:13 on 2026-11-21, changed by the filter.
event() {
	jq -nc --argjson s "$1" --arg name "$2" '{
		eventVersion: "1.0",
		eventTime: "2026-11-21T09:13:\($s | tostring | ("0" * (2 - length)) + .).250000000Z",
		monotonicTime: (5000000000 + $s * 1000000000),
		sequence: { number: $s, cpu: 0, ring: "management" },
		eventID: "0f0e8a3a-5cf1-8000-8000-0000000000\($s | tostring | ("0" * (2 - length)) + .)",
		bootId: "0f0e8a3a-5cf1-4a3b-9d1f-0123456789ab",
		eventCategory: "Management", managementEvent: true, readOnly: false,
		eventType: "HostApiCall", eventSource: "filesystem", eventName: $name,
		userIdentity: { type: "Root", uid: 0, gid: 0, euid: 0, egid: 0, userName: "root", loginUid: 1000,
			loginName: "alice", sessionId: 3, tty: "pts0" },
		sourceIPAddress: "192.0.2.17", userAgent: "/usr/bin/rm",
		process: { pid: 4242, tid: 4242, ppid: 4200, startTime: "2026-11-21T09:12:59.000000000Z", name: "rm",
			exe: "/usr/bin/rm", args: ["rm", "-f", "x"], cwd: "/root", cgroup: "/user.slice" },
		syscall: { name: "unlinkat", number: 263, abi: "x86_64" },
		responseElements: { result: 0 },
		resources: [{ type: "Host::File", name: "/etc/hosttrail-test", evidence: "kernel" }],
		hostId: "0123456789abcdef", hostName: "web1", region: "default"
	} | '"${3:-.}"
}
