#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# stress-ng's stressors by class, an operation or two of each: every system call of every thread, told by strace and by
# hosttrail. They run in namespaces of their own for network, mounts, processes, host name and System V objects.
#
# All classes are there but gpu and security, whose only stressors need a graphics card and AppArmor. Left out, since they
# would disturb the machine: clock, cpu-online, efivar, idle-page, ioport, klog, loop, memhotplug, physpage, quota, ramfs,
# rawdev, reboot, rtc, smi, softlockup, swap, uprobe, watchdog (they set or read what the whole host has), bigheap, mmapfork,
# oom-pipe, pageswap, resources (they eat memory until there is none), bad-ioctl, dev, procfs, sysfs (they write whatever they
# find there), enosys, opcode, sysbadaddr, sysinval, syscall, x86syscall (they make any call with any arguments). Left out,
# since one operation is ten thousands of calls, all the same: chdir, forkheavy, hrtimers, inode-flags, link, loadavg, madvise,
# mmapfixed, msyncmany, pipeherd, readahead, sigio, sockdiag, sockpair, symlink, sync-file, udp, yield. Left out, since it cannot
# be traced twice: ptrace; since it waits for what does not happen to who is traced: vm-segv. Since they do nothing without
# what few machines have: apparmor, binderfs, netlink-proc. The rest of the classes cpu, cpu-cache and memory computes: it
# makes the calls that begin and end every stressor, and no others.
# timeout: 600
. "$SRC/tests/lib.sh"
. "$SRC/tests/differential/support.sh"
need stress-ng unshare ip
differential_begin
cd "$TMP" || exit 1

# stress CLASS STRESSOR...: all of them at once, an operation each. STRESSOR:OPTION=VALUE sets an option besides.
stress() {
	local class=$1 stressor options=()
	shift
	for stressor; do
		case $stressor in
		*:*) options+=("--${stressor%%:*}" 1 "--${stressor%%:*}-ops" 1 "--${stressor#*:}") ;;
		*) options+=("--$stressor" 1 "--$stressor-ops" 1) ;;
		esac
	done
	mkdir -p "$TMP/$class"
	# shellcheck disable=SC2016 # for the shell that is traced
	traced "$class" unshare --net --mount --uts --ipc --pid --fork --mount-proc \
		sh -c 'ip link set lo up; ip addr add 10.1.1.1/24 dev lo; exec "$@"' sh \
		stress-ng --quiet --timeout 3 --temp-path "$TMP/$class" "${options[@]}"
	equals "$class: stress-ng takes its options" "" "$(grep -E 'unrecognized|unknown|out of range|Try ' "$TMP/traced/$class.out")"
}

stress cpu cpu crypt fp-error matrix pkey rseq secretmem vecmath zlib
stress cpu-cache cache malloc memcpy qsort membarrier vdso tlb-shootdown
stress device full kvm null urandom zero
stress filesystem access chattr chmod chown copy-file dentry dir dirdeep dirmany dup fallocate fiemap file-ioctl filename \
	flock fsize fstat getdent handle lease mknod rename seek touch utime verity xattr open fcntl
stress watching dnotify fanotify inotify eventfd epoll poll
stress io aio aiol hdd io iomix ioprio io-uring revio
stress interrupt alarm fault itimer kill nanosleep pidfd schedpolicy sigabrt sigchld sigfd sigfpe signal signest sigpending \
	sigpipe sigq sigrt sigsegv sigsuspend sigtrap sleep timer timerfd
stress ipc futex mq msg mutex sem sem-sysv shm shm-sysv
stress memory bad-altstack brk context dev-shm fpunch memfd mincore mlock mlockmany mmap:mmap-bytes=64k mmapaddr mmaphuge \
	mmapmany mprotect mremap msync munmap numa pagemove remap rmap seal stack stackmmap tmpfs userfaultfd vm:vm-bytes=64k \
	vm-addr vm-rw
stress network af-alg dccp icmp-flood netdev netlink-task ping-sock rawpkt rawsock rawudp sctp sock sockabuse sockfd \
	sockmany tun udp-flood
stress pipe fifo pipe ring-pipe sendfile splice tee vm-splice
stress scheduler affinity clone close cyclic daemon exec exit-group fork nice pthread race-sched resched session spawn switch \
	vfork vforkmany wait zombie
stress os bind-mount cap chroot dynlib env get getrandom kcmp key landlock locka lockf lockofd pci personality prctl \
	pty:pty-max=8 rlimit seccomp set sysinfo umount unshare usersyscall

differential_end
finish
