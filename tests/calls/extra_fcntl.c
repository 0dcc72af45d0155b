/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of fcntl(2). */
#include "calls/calls.h"

#include <signal.h>
#include <sys/mman.h>

/* Locks of 64 bits are fcntl64's under i386. */
#ifdef __i386__
#define CONTROL(...) call(fcntl64, __VA_ARGS__)
#else
#define CONTROL(...) call(fcntl, __VA_ARGS__)
#endif

/* Commands of newer headers. */
#define DUPFD_QUERY 1027
#define CREATED_QUERY 1028
#define GETDELEG 1039
#define SETDELEG 1040

EXTRA(fcntl_descriptors)
{
	int fd = scratch_file("file", "content"), other = dup(fd), ends[2];

	need(pipe(ends) == 0);
	works(CONTROL(fd, F_DUPFD, 400));
	works(CONTROL(fd, F_DUPFD_CLOEXEC, 400));
	fails(EINVAL, CONTROL(fd, F_DUPFD, -1));
	call(fcntl, fd, DUPFD_QUERY, other);
	call(fcntl, fd, CREATED_QUERY, 0);
	works(CONTROL(fd, F_SETFL, ~0u & ~(unsigned int)(O_ASYNC | O_DIRECT | O_NOATIME)));
	works(CONTROL(fd, F_GETFL));
	works(CONTROL(fd, F_SETFD, -1));
	works(CONTROL(fd, F_GETFD));
	works(CONTROL(ends[0], F_GETPIPE_SZ));
	works(CONTROL(ends[0], F_SETPIPE_SZ, 8192));
	fails(EBADF, CONTROL(fd, F_SETPIPE_SZ, 8192));
	fails(EINVAL, CONTROL(fd, F_GET_SEALS));
}

EXTRA(fcntl_owners)
{
	struct f_owner_ex owner = {F_OWNER_TID, getpid()};
	int fd = scratch_file("file", "content"), dir = open(".", O_RDONLY | O_DIRECTORY);

	need(signal(SIGIO, SIG_IGN) != SIG_ERR);
	works(CONTROL(fd, F_SETOWN, getpid()));
	works(CONTROL(fd, F_GETOWN));
	works(CONTROL(fd, F_SETOWN, -getpid()));
	CONTROL(fd, F_GETOWN); /* a group is a negative result, and of a small number what libc takes for an error */
	fails(ESRCH, CONTROL(fd, F_SETOWN, 0x7ffffff));
	works(CONTROL(fd, F_SETOWN_EX, &owner));
	works(CONTROL(fd, F_GETOWN_EX, at_border(NULL, sizeof(owner))));
	owner.type = 77;
	fails(EINVAL, CONTROL(fd, F_SETOWN_EX, &owner));
	fails(EFAULT, CONTROL(fd, F_SETOWN_EX, unmapped()));
	works(CONTROL(fd, F_SETSIG, SIGUSR1));
	works(CONTROL(fd, F_GETSIG));
	fails(EINVAL, CONTROL(fd, F_SETSIG, 777));
	works(CONTROL(fd, 17 /* F_GETOWNER_UIDS */, out));
	works(CONTROL(dir, F_NOTIFY, DN_CREATE | DN_DELETE | DN_MULTISHOT));
	works(CONTROL(dir, F_NOTIFY, 0));
}

EXTRA(fcntl_locks)
{
	struct flock64 lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 5ll << 32, .l_len = 1ll << 33};
	struct flock narrow = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_start = -1, .l_len = 0};
	int fd = scratch_file("file", "content"), other = open("file", O_RDWR | O_LARGEFILE);

	works(CONTROL(fd, F_OFD_SETLK, &lock));
	works(CONTROL(other, F_OFD_GETLK, &lock));
	lock.l_pid = 0;
	fails(EAGAIN, CONTROL(other, F_OFD_SETLK, at_border(&lock, sizeof(lock))));
	lock.l_type = F_UNLCK;
	works(CONTROL(fd, F_OFD_SETLKW, &lock));
	lock.l_pid = 77;
	fails(EINVAL, CONTROL(fd, F_OFD_SETLK, &lock));
	fails(EFAULT, CONTROL(fd, F_OFD_GETLK, unmapped()));
	works(CONTROL(fd, F_GETLK, &(struct flock){.l_type = F_RDLCK}));
	fails(EINVAL, CONTROL(fd, F_SETLK, &narrow)); /* before the begin */
	narrow.l_whence = 77;
	fails(EINVAL, CONTROL(fd, F_SETLKW, &narrow));
	fails(EFAULT, CONTROL(fd, F_GETLK, unreadable()));
}

EXTRA(fcntl_leases)
{
	struct {
		uint32_t flags;
		uint16_t type, none;
	} delegation = {0, F_RDLCK, 0};
	int fd = scratch_file("file", "content"), reader = open("file", O_RDONLY);

	close(fd);
	works(CONTROL(reader, F_SETLEASE, F_RDLCK));
	works(CONTROL(reader, F_GETLEASE));
	works(CONTROL(reader, F_SETLEASE, F_UNLCK));
	fails(EINVAL, CONTROL(reader, F_SETLEASE, 77));
	fails(EBADF, CONTROL(999, F_GETLEASE));
	call(fcntl, reader, GETDELEG, &delegation);
	call(fcntl, reader, SETDELEG, &delegation);
}

EXTRA(fcntl_seals_and_hints)
{
	uint64_t hint = 3;
	int memory = memfd_create("sealed", MFD_ALLOW_SEALING), fd = scratch_file("file", "content");

	works(CONTROL(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE));
	works(CONTROL(memory, F_GET_SEALS));
	fails(EINVAL, CONTROL(memory, F_ADD_SEALS, ~0u));
	works(CONTROL(memory, F_ADD_SEALS, F_SEAL_SEAL));
	fails(EPERM, CONTROL(memory, F_ADD_SEALS, F_SEAL_SHRINK));
	works(CONTROL(fd, F_SET_RW_HINT, &hint));
	works(CONTROL(fd, F_GET_RW_HINT, out));
	call(fcntl, fd, F_SET_FILE_RW_HINT, &hint);
	call(fcntl, fd, F_GET_FILE_RW_HINT, out);
	hint = 77;
	fails(EINVAL, CONTROL(fd, F_SET_RW_HINT, at_border(&hint, sizeof(hint))));
	fails(EFAULT, CONTROL(fd, F_GET_RW_HINT, unmapped()));
}

/* Every command that may have a name, on something that none of them suits. */
EXTRA(fcntl_numbers)
{
	static const unsigned int bases[] = {0, 1024, 0x7fffff00, 0xffffffe0};
	int ends[2];

	need(pipe(ends) == 0 && signal(SIGIO, SIG_IGN) != SIG_ERR);
	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		for (unsigned int command = bases[i]; command - bases[i] < 48 && command >= bases[i]; command++)
			call(fcntl, ends[0], command, unmapped());
	}
}
