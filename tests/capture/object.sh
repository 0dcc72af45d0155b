#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Of the two objects (bpf/object.h) the one that this kernel takes is loaded: paths are walked by plain loads where they
# can be. The other one is what kernels before 6.2 run (tests/kernels), and would not be missed here but by its price.
. "$SRC/tests/lib.sh"
need bpftool
cgroup_make
record_start --sign ed25519

programs() {
	cat "/proc/$RECORD_PID/fdinfo"/* 2>/dev/null | sed -n 's/^prog_id:[[:space:]]*//p' | sort -u
}

exit_program() {
	programs | while read -r id; do bpftool prog show id "$id"; done | sed -n 's/^\([0-9]*\): .* name hosttrail_exit .*/\1/p'
}

# Long names are copied by the helper in both.
helped() {
	bpftool prog dump xlated id "$(exit_program)" | sed -n '/^int path_climb(/,/^int [^p]/p' | grep -c 'call bpf_probe_read_kernel'
}

# Not -q, which would end the pipe early.
bpftool btf dump file /sys/kernel/btf/vmlinux format raw | grep "FUNC 'bpf_rdonly_cast'" >/dev/null && loads=yes || loads=no
calls=$(helped)
equals "a path is walked by loads where the kernel allows them" "$loads" "$([ "$calls" -eq 1 ] && echo yes || echo no)"
check "the program was found" test "$calls" -ge 1
record_stop
finish
