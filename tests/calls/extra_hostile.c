/* SPDX-License-Identifier: BSD-2-Clause */
/* Vectors of many parts, pointers to pointers that are none, numbers that no table knows. */
#include "calls/calls.h"

#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>

EXTRA(vectors)
{
	static struct iovec many[65536];
	int fd = scratch_file("file", "content"), ends[2];
	struct msghdr message = {.msg_iov = many, .msg_iovlen = IOV_MAX};
	struct mmsghdr messages[64];

	for (size_t i = 0; i < 65536; i++)
		many[i] = (struct iovec){out + i % OUT_BYTES, 1};
	need(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	works(call(writev, fd, many, IOV_MAX));
	fails(EINVAL, call(writev, fd, many, IOV_MAX + 1));
	fails(EINVAL, call(readv, fd, many, 65536));
	fails(EINVAL, call(preadv, fd, many, -1l, 0, 0));
	works(call(sendmsg, ends[0], &message, 0));
	message.msg_iovlen = 65536;
	fails(EMSGSIZE, call(sendmsg, ends[0], &message, 0));
	message.msg_iovlen = (size_t)-1;
	fails(EMSGSIZE, call(recvmsg, ends[1], &message, 0));
	message.msg_iovlen = 1;
	message.msg_control = unmapped();
	message.msg_controllen = 4096;
	fails(EFAULT, call(sendmsg, ends[0], &message, 0));
	message.msg_controllen = (size_t)-1;
	fails(ENOBUFS, call(sendmsg, ends[0], &message, 0));
	for (size_t i = 0; i < 64; i++)
		messages[i] = (struct mmsghdr){{.msg_iov = many, .msg_iovlen = 3}, 0};
	works(call(sendmmsg, ends[0], messages, 64, MSG_DONTWAIT));
	call(vmsplice, ends[0], many, 65536, 0);
	call(process_vm_readv, getpid(), many, IOV_MAX, many, IOV_MAX, 0);
}

/* Structs and lengths at the border, of calls whose length is an argument. */
EXTRA(sizes)
{
	static const size_t sizes[] = {0, 1, 7, 8, 23, 24, 31, 32, 63, 64, 87, 88, 120, 256, 4096, 4097, SIZE_MAX / 2, SIZE_MAX};
	char *zeros = at_border(NULL, 64), *ones = at_border(NULL, 64);

	memset(ones, 0xff, 64);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		call(openat2, AT_FDCWD, "none", zeros, sizes[i]);
		call(openat2, AT_FDCWD, "none", ones, sizes[i]);
		call(mount_setattr, AT_FDCWD, "none", 0, ones, sizes[i]);
		call(open_tree_attr, AT_FDCWD, "none", 0, ones, sizes[i]);
		call(file_setattr, AT_FDCWD, "none", ones, sizes[i], 0);
		call(setxattrat, AT_FDCWD, "none", 0, "user.tag", ones, sizes[i]);
		call(setxattr, "none", "user.tag", ones, sizes[i], 0);
		call(bind, 999, ones, sizes[i]);
		call(sendto, 999, ones, sizes[i], 0, zeros, sizes[i]);
		call(setsockopt, 999, SOL_SOCKET, SO_REUSEADDR, ones, sizes[i]);
		call(readlink, "none", ones, sizes[i]);
		call(write, 999, ones, sizes[i]);
		call(getdents64, 999, ones, sizes[i]);
	}
}

/* All bits of every flag, the sign and the widest number: what no call takes. */
EXTRA(flags)
{
	static const long values[] = {-1, LONG_MIN, LONG_MAX, 0x7fffffff, 0xffffffffu, 0x55555555, 0xaaaaaaaau};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		long v = values[i];

		call(openat, v, "none", v & ~(long)(O_CREAT | O_DIRECTORY), v);
		call(fallocate, v, v, WORDS64(v), WORDS64(v));
		call(renameat2, v, "none", v, "other", v);
		call(linkat, v, "none", v, "other", v);
		call(unlinkat, v, "none", v);
		call(faccessat2, v, "none", v, v);
		call(statx, v, "none", v, v, out);
		call(fchownat, v, "none", v, v, v);
		call(utimensat, v, "none", NULL, v);
		call(splice, v, NULL, v, NULL, v, v);
		call(inotify_init1, v);
		call(epoll_ctl, v, v, v, NULL);
		call(mremap, 0x10000, v, v, v, v);
		call(mprotect, 0x10000, 4096, v);
		call(madvise, 0x10000, 0, v);
		call(msync, 0x10000, 4096, v);
		call(socket, v, v, v);
		call(shutdown, v, v);
		call(sendto, v, "message", 7, v, NULL, 0);
		call(fsopen, "tmpfs", v);
		call(fsmount, v, v, v);
		call(fsconfig, v, v, "key", "value", v);
		call(move_mount, v, "none", v, "other", v);
		call(mount_setattr, v, "none", v, NULL, v);
		call(close_range, 0x7fffff00, 0x7fffff01, v);
		call(fcntl, v, v, v);
		call(ioctl, v, v, v);
		call(lseek, v, v, v);
		call(flock, v, v);
		call(memfd_create, "name", v);
	}
}

/* Numbers beyond every table, and those of x32, which few kernels have. */
EXTRA(numbers)
{
	static const long numbers[] = {520, 547, 548, 999, 0xffff, 0x10000, 0x7fffffff, -1, 0x40000000 + 39, 0x40000000 + 999};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		call_number(numbers[i], -1, 0, 0x1234, -1, 0, 0x5678);
}

#ifdef __x86_64__
/* Calls of i386 made by code of 64 bits. What they point at lies low, since the program is linked there. */
static long call_i386(long number, long b, long c, long d)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(b), "c"(c), "d"(d)
			 : "memory", "r8", "r9", "r10", "r11");
	return result;
}

EXTRA(other_abi)
{
	static const char path[] = "/dev/null";
	static struct iovec none;

	call_i386(20, 0, 0, 0); /* getpid */
	call_i386(5, (long)path, O_RDWR | O_CLOEXEC, 0); /* open */
	call_i386(33, (long)path, 4, 0); /* access */
	call_i386(5, 0x1234, 0, 0);
	call_i386(145, 999, (long)&none, 1); /* readv */
	call_i386(9999, 1, 2, 3);
	call_i386(-1, 1, 2, 3);
}
#endif
