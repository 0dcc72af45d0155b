/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of ioctl(2): terminals, files, namespaces, and every one that has a name. */
#include "calls/calls.h"
#include "calls/child.h"

#include <linux/fs.h>
#include <linux/nsfs.h>
#include <linux/fiemap.h>
#include <linux/userfaultfd.h>
#include <asm/termbits.h>
#include <asm/ioctls.h>
#include <signal.h>
#include <sys/mman.h>
#include <string.h>
#include <stdio.h>

struct size {
	unsigned short rows, columns, x, y;
};

/* A terminal of its own in a session of its own; nothing it does reaches another. */
static int terminal(void *unused)
{
	struct termios2 settings;
	struct size size = {24, 80, 0, 0};
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK), slave, value = 0, pid = getpid();

	(void)unused;
	if (master < 0 || call(setsid) < 0 || signal(SIGHUP, SIG_IGN) == SIG_ERR)
		return 0;
	works(call(ioctl, master, TIOCSPTLCK, &value));
	works(call(ioctl, master, TIOCGPTN, &value));
	call(ioctl, master, TIOCGPTLCK, &value);
	slave = (int)call(ioctl, master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (slave < 0)
		return 0;
	works(call(ioctl, slave, TCGETS, out));
	works(call(ioctl, slave, TCSETS, out));
	works(call(ioctl, slave, TCSETSW, out));
	works(call(ioctl, slave, TCSETSF, out));
	works(call(ioctl, slave, TCGETS2, &settings));
	works(call(ioctl, slave, TCSETS2, at_border(&settings, sizeof(settings))));
	works(call(ioctl, slave, TCGETA, out));
	works(call(ioctl, slave, TCSETA, out));
	works(call(ioctl, slave, TIOCSWINSZ, &size));
	works(call(ioctl, slave, TIOCGWINSZ, at_border(NULL, sizeof(size))));
	works(call(ioctl, slave, TIOCSCTTY, 0));
	works(call(ioctl, slave, TIOCGPGRP, &value));
	works(call(ioctl, slave, TIOCSPGRP, &pid));
	works(call(ioctl, slave, TIOCGSID, &value));
	call(ioctl, slave, TIOCSTI, "x");
	works(call(ioctl, slave, FIONREAD, &value));
	works(call(ioctl, slave, TIOCOUTQ, &value));
	works(call(ioctl, slave, TIOCGETD, &value));
	works(call(ioctl, slave, TIOCSETD, &(int){0}));
	works(call(ioctl, master, TIOCPKT, &(int){1}));
	call(ioctl, master, TIOCGPKT, &value);
	works(call(ioctl, slave, TIOCEXCL, 0));
	call(ioctl, slave, TIOCGEXCL, &value);
	works(call(ioctl, slave, TIOCNXCL, 0));
	works(call(ioctl, slave, TCFLSH, 2));
	works(call(ioctl, slave, TCXONC, 1));
	call(ioctl, slave, TCSBRK, 1);
	call(ioctl, slave, TCSBRKP, 0);
	call(ioctl, slave, TIOCGDEV, &value);
	call(ioctl, slave, TIOCLINUX, out);
	fails(EFAULT, call(ioctl, slave, TCSETS, unmapped()));
	fails(EFAULT, call(ioctl, slave, TIOCSWINSZ, NULL));
	fails(ENOTTY, call(ioctl, slave, 0x54ff, 0));
	works(call(ioctl, slave, TIOCNOTTY, 0));
	call(ioctl, slave, TIOCVHANGUP, 0);
	return 0;
}

EXTRA(ioctl_terminal)
{
	need(in_child(terminal, NULL) == 0);
}

struct extended {
	uint32_t flags, extent_bytes, extents, project, cow_extent_bytes;
	unsigned char none[8];
};

EXTRA(ioctl_file)
{
	struct fiemap *map = (struct fiemap *)out;
	struct file_clone_range range;
	struct extended extended;
	int fd = scratch_file("file", "content"), to = scratch_file("to", ""), value = 0;
	long flags = 0;

	range = (struct file_clone_range){.src_fd = fd, .src_length = 4096};
	call(ioctl, fd, FS_IOC_GETFLAGS, &flags);
	flags |= FS_NODUMP_FL | FS_NOATIME_FL;
	call(ioctl, fd, FS_IOC_SETFLAGS, &flags);
	flags = FS_IMMUTABLE_FL | FS_APPEND_FL;
	call(ioctl, to, FS_IOC_SETFLAGS, &flags);
	flags = 0;
	call(ioctl, to, FS_IOC_SETFLAGS, at_border(&flags, sizeof(flags)));
	flags = -1;
	call(ioctl, fd, FS_IOC_SETFLAGS, unmapped());
	call(ioctl, fd, FS_IOC_GETVERSION, &flags);
	if (call(ioctl, fd, FS_IOC_FSGETXATTR, &extended) == 0)
		call(ioctl, fd, FS_IOC_FSSETXATTR, &extended);
	extended.flags = ~0u;
	call(ioctl, fd, FS_IOC_FSSETXATTR, &extended);
	call(ioctl, fd, FIGETBSZ, &value);
	call(ioctl, fd, FIOQSIZE, out);
	call(ioctl, to, FICLONE, fd);
	call(ioctl, to, FICLONERANGE, &range);
	call(ioctl, to, FICLONE, 999);
	memset(out, 0, sizeof(out));
	map->fm_length = ~0ull;
	map->fm_extent_count = 4;
	call(ioctl, fd, FS_IOC_FIEMAP, map);
	call(ioctl, fd, FS_IOC_GETFSLABEL, out);
	works(call(ioctl, fd, FIONBIO, &(int){1}));
	works(call(ioctl, fd, FIOCLEX, 0));
	works(call(ioctl, fd, FIONCLEX, 0));
	works(call(ioctl, fd, FIONREAD, &value));
	fails(EFAULT, call(ioctl, fd, FIONREAD, NULL));
	fails(ENOTTY, call(ioctl, fd, 0x12345678, 0x12345678));
	fails(EBADF, call(ioctl, 999, FIONREAD, &value));
}

EXTRA(ioctl_namespace)
{
	static const char *const names[] = {"uts", "net", "mnt", "pid", "user", "ipc", "cgroup", "time"};
	char path[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		int fd;

		need(snprintf(path, sizeof(path), "/proc/self/ns/%s", names[i]) > 0);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		call(ioctl, fd, NS_GET_USERNS, 0);
		call(ioctl, fd, NS_GET_PARENT, 0);
		call(ioctl, fd, NS_GET_NSTYPE, 0);
		call(ioctl, fd, NS_GET_OWNER_UID, out);
		call(ioctl, fd, 0x8008b705 /* NS_GET_MNTNS_ID */, out);
		call(ioctl, fd, 0x8004b706 /* NS_GET_PID_FROM_PIDNS */, getpid());
		call(ioctl, fd, 0x8010b70a /* NS_MNT_GET_INFO */, out);
		call(ioctl, fd, 0x8008b70d /* NS_GET_ID */, out);
		call(ioctl, fd, 0xb7ff, 0);
		close(fd);
	}
}

/* A page that is filled in by hand, and one of zeros. Who may not has no descriptor. */
EXTRA(ioctl_faults)
{
	enum { SIZE = 0x4000 };
	char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *source = mmap(NULL, 0x1000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	struct uffdio_range range = {(uintptr_t)memory, SIZE};
	struct uffdio_register part = {.range = range, .mode = UFFDIO_REGISTER_MODE_MISSING};
	struct uffdio_copy copy = {.dst = (uintptr_t)memory, .src = (uintptr_t)source, .len = 0x1000, .mode = UFFDIO_COPY_MODE_DONTWAKE};
	struct uffdio_zeropage zero = {.range = {(uintptr_t)memory + 0x1000, 0x2000}};
	struct uffdio_writeprotect protect = {.range = range, .mode = UFFDIO_WRITEPROTECT_MODE_WP};
	struct uffdio_api api = {.api = UFFD_API};
	int fd = (int)call(userfaultfd, O_CLOEXEC | O_NONBLOCK | 1 /* UFFD_USER_MODE_ONLY */);

	need(memory != MAP_FAILED && source != MAP_FAILED);
	if (fd < 0)
		return;
	fails(EINVAL, call(ioctl, fd, UFFDIO_API, &(struct uffdio_api){.api = 7}));
	works(call(ioctl, fd, UFFDIO_API, &api));
	works(call(ioctl, fd, UFFDIO_REGISTER, &part));
	works(call(ioctl, fd, UFFDIO_COPY, &copy));
	fails(EEXIST, call(ioctl, fd, UFFDIO_COPY, &copy));
	works(call(ioctl, fd, UFFDIO_ZEROPAGE, &zero));
	call(ioctl, fd, UFFDIO_WRITEPROTECT, &protect);
	works(call(ioctl, fd, UFFDIO_WAKE, &range));
	works(call(ioctl, fd, UFFDIO_UNREGISTER, &range));
	fails(EFAULT, call(ioctl, fd, UFFDIO_UNREGISTER, unmapped()));
}

/* What is known of a process, by descriptor. Older kernels know nothing. */
EXTRA(ioctl_process)
{
	struct {
		uint64_t mask, cgroup;
		uint32_t ids[12];
	} info = {.mask = 7};
	int fd = (int)call(pidfd_open, getpid(), 0);

	if (fd < 0)
		return;
	call(ioctl, fd, 0xc040ff0b /* PIDFD_GET_INFO */, &info);
	call(ioctl, fd, 0xc040ff0b, at_border(NULL, sizeof(info)));
	call(ioctl, fd, 0xff0a /* PIDFD_GET_UTS_NAMESPACE */, 0);
	call(ioctl, fd, 0xc040ff0b, unmapped());
}

/* What the catalogue has a name for, asked of a pipe, which knows next to none of it. */
static const unsigned int requests[] = {
#define NAMES(set)
#define NAMES_END(set)
#define NAME(name, value) (unsigned int)(value),
#include "hosttrail/catalogue/names/ioctl.def"
#undef NAMES
#undef NAMES_END
#undef NAME
};

EXTRA(ioctl_names)
{
	int ends[2];
	void *nothing = unmapped();

	need(pipe(ends) == 0 && signal(SIGIO, SIG_IGN) != SIG_ERR);
	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++)
		call(ioctl, ends[0], requests[i], nothing);
	for (unsigned int bit = 0; bit < 32; bit++)
		call(ioctl, ends[0], 0x77u ^ 1u << bit, 0x1234);
	call(ioctl, ends[0], 0x123456789abcdef0ull, ~0ul);
}

/* What stands at the address: zeros, small numbers, and text. */
static unsigned char byte_of(unsigned int sort, size_t i)
{
	if (sort == 2)
		return (unsigned char)('a' + i % 26);
	return sort && i % 4 == 0 ? (unsigned char)(i / 4 + 1) : 0;
}

/* What a request takes is told although nobody answers it. */
EXTRA(ioctl_arguments)
{
	static unsigned char bytes[8192];
	int ends[2];

	drop_capabilities();
	need(pipe(ends) == 0 && signal(SIGIO, SIG_IGN) != SIG_ERR);
	for (unsigned int i = 0; i < 3 * sizeof(requests) / sizeof(*requests); i++) {
		for (size_t j = 0; j < sizeof(bytes); j++)
			bytes[j] = byte_of(i % 3, j);
		call(ioctl, ends[0], requests[i / 3], bytes);
	}
}
