#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What is read, written, sent and received is recorded only if it is asked for, so many bytes of it, and what is missing is told.
. "$SRC/tests/lib.sh"
need jq python3
cgroup_make

jq -n '[{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Data"] },
	{ Field: "eventName", Equals: ["ReadFile", "WriteFile", "Send", "Receive"] }] }]' >"$TMP/selectors"

# recorded [OPTION...]: what a program that moves content leaves of it: the calls in their order, the data and what was cut.
recorded() {
	ROOT=$TMP/root$#
	record_start --sign ed25519 --selectors "$TMP/selectors" "$@"
	in_cgroup /usr/bin/env python3 -c '
import os, socket
name = os.path.join(os.environ["TMP"], "content")
f = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
a, b = socket.socketpair()
os.write(f, b"short")
os.pwrite(f, b"\xff much longer", 0)
os.pread(f, 100, 1)
os.writev(f, [b"", b"one", b"and two"])
os.preadv(f, [bytearray(4), bytearray(40)], 0)
a.send(b"sent through")
b.recv(100)
a.sendmsg([b"two,", b" buffers"])
b.recvmsg(4)
os.readv(f, [bytearray(9)])
try:
	os.read(f + 100, 5)
except OSError:
	pass
' >"$TMP/said" 2>&1 || not_ok "the program runs" "$(cat "$TMP/said")"
	record_stop
	events '.syscall.name as $call | ["write", "pwrite64", "pread64", "writev", "preadv", "preadv2", "readv", "sendto", "recvfrom", "sendmsg",
		"recvmsg"]
		| index($call)' | jq -sr 'map(select((.requestParameters.fdPath // "" | endswith("/content")) or .requestParameters.fdSocket))[] |
		[(.syscall.name | rtrimstr("2")), .requestParameters.data // .requestParameters.message.data, .requestParameters.dataBase64,
		.responseElements.data // .responseElements.message.data, (.truncated // {} | to_entries[] | "\(.key)=\(.value)")] | map(. // "-") | join(" | ")'
}

equals "nothing by default" "write | - | - | -
pwrite64 | - | - | -
pread64 | - | - | -
writev | - | - | -
preadv | - | - | -
sendto | - | - | -
recvfrom | - | - | -
sendmsg | - | - | -
recvmsg | - | - | -
readv | - | - | -" "$(recorded)"
equals "the first bytes of everything that was asked for" "write | short | - | -
pwrite64 | � much l | /yBtdWNoIGw= | - | requestParameters.data=13
pread64 | - | - |  much lo | responseElements.data=12
writev | one | - | - | requestParameters.data=10
preadv | - | - | � mu | responseElements.data=15
sendto | sent thr | - | - | requestParameters.data=12
recvfrom | - | - | sent thr | responseElements.data=12
sendmsg | two, | - | - | requestParameters.message.data=12
recvmsg | - | - | two,
readv | - | - | -" "$(recorded --content-bytes 8)"

finish
