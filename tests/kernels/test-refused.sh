#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# timeout: 300
#
# A kernel that does not let anybody read its memory, one without type information, and a caller without privileges: one
# line that names the thing and the remedy, the exit status for it, and nothing left behind.
. "$SRC/tests/lib.sh"

kernels=$SRC/tests/kernels
need qemu-system-x86_64 busybox cpio
said=$("$kernels/fetch" 6.1 "$BUILD/kernels" 2>&1) || skip_all "needs Debian's kernel 6.1: ${said##*$'\n'}"
version=$(cat "$BUILD/kernels/6.1/version")

exits "the guest runs" 0 "$kernels/boot" -a lockdown=confidentiality 6.1 "$kernels/guest-refused" "$HOSTTRAIL"
equals "what it is told" "$(
	cat <<EOF
== locked-down
exit status 3
hosttrail record: this kernel does not let BPF programs do what recording takes; it is older than Linux 5.10, or locked \
down so that nobody may read its memory (lockdown=confidentiality)
== alice
exit status 3
hosttrail record: recording needs root, or the capabilities CAP_BPF and CAP_PERFMON; run it with sudo
== no-btf
exit status 3
hosttrail record: kernel $version: no type information (/sys/kernel/btf/vmlinux); run a kernel built with \
CONFIG_DEBUG_INFO_BTF=y
EOF
)" "$(cat "$TMP/out")"
finish
