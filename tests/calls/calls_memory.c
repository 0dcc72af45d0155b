/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls/memory.def: mappings of this process alone. */
#include "calls/calls.h"

#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/uio.h>

#define PAGE ((size_t)4096)
#define FAR_DOWN 0x10000000ul

/* Pages of memory of their own. */
static char *pages(size_t count)
{
	char *memory = mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	need(memory != MAP_FAILED);
	*memory = 1;
	return memory;
}

/* The old call of i386 takes its arguments from memory. */
#ifdef __i386__
static long map(unsigned long address, unsigned long length, int protection, unsigned long flags, int fd,
		unsigned long offset)
{
	unsigned long words[6] = {address, length, (unsigned long)protection, flags, (unsigned long)fd, offset};

	return call(mmap, at_border(words, sizeof(words)));
}
#else
#define map(...) call(mmap, __VA_ARGS__)
#endif

CALLS(mmap)
{
	int fd = scratch_file("file", "content");

	works(map(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	works(map(0, 100, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0));
	works(map(FAR_DOWN, PAGE, PROT_NONE, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, fd, 16 * PAGE));
	works(map(0, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, 999, 0));
	fails(EEXIST, map(FAR_DOWN, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
	fails(EINVAL, map(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	fails(EINVAL, map(0, PAGE, PROT_READ, MAP_SHARED, fd, 100));
	fails(EBADF, map(0, PAGE, PROT_READ, MAP_PRIVATE, 999, 0));
	fails(EINVAL, map(0, PAGE, -1, MAP_ANONYMOUS, -1, 0));
	fails(ENOMEM, map(0, SIZE_MAX - 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	call(mmap, unmapped(), PAGE, ~0u, ~0u & ~(unsigned int)MAP_FIXED, fd, -1l);
}

#ifdef __i386__
CALLS(mmap2)
{
	int fd = scratch_file("file", "content");

	works(call(mmap2, 0, PAGE, PROT_READ, MAP_PRIVATE | MAP_DENYWRITE, fd, 0x100000));
	works(call(mmap2, FAR_DOWN, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	fails(EBADF, call(mmap2, 0, PAGE, PROT_READ, MAP_SHARED, 999, 0));
	fails(EINVAL, call(mmap2, 0, 0, PROT_READ, MAP_SHARED, fd, 0));
}
#endif

CALLS(munmap)
{
	char *memory = pages(2);

	works(call(munmap, memory, PAGE));
	fails(EINVAL, call(munmap, memory + 1, PAGE));
	fails(EINVAL, call(munmap, memory, 0));
}

CALLS(mprotect)
{
	char *memory = pages(3);

	works(call(mprotect, memory, PAGE, PROT_READ | PROT_EXEC));
	works(call(mprotect, memory, 3 * PAGE, PROT_NONE));
	fails(EINVAL, call(mprotect, memory + 1, PAGE, PROT_READ));
	fails(EINVAL, call(mprotect, memory, PAGE, PROT_READ | PROT_GROWSDOWN | PROT_GROWSUP));
	fails(EINVAL, call(mprotect, memory, PAGE, ~0u));
	fails(ENOMEM, call(mprotect, FAR_DOWN, PAGE, PROT_READ));
}

CALLS(pkey_mprotect)
{
	char *memory = pages(1);

	works(call(pkey_mprotect, memory, PAGE, PROT_READ, -1));
	fails(EINVAL, call(pkey_mprotect, memory, PAGE, PROT_READ, 77));
}

CALLS(mremap)
{
	char *memory = pages(4);

	works(call(mremap, memory, 4 * PAGE, 2 * PAGE, 0));
	works(call(mremap, memory, 2 * PAGE, 8 * PAGE, MREMAP_MAYMOVE));
	memory = pages(1);
	works(call(mremap, memory, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, FAR_DOWN));
	works(call(mremap, FAR_DOWN, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0));
	fails(EINVAL, call(mremap, memory, PAGE, PAGE, ~0u, 0x1234));
	fails(EFAULT, call(mremap, unmapped(), PAGE, 2 * PAGE, 0));
}

/* Those that poison pages of the machine are none of this. */
CALLS(madvise)
{
	static const int advice[] = {0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25};
	char *memory = pages(4);

	for (size_t i = 0; i < sizeof(advice) / sizeof(*advice); i++)
		call(madvise, memory, 4 * PAGE, advice[i]);
	fails(EINVAL, call(madvise, memory, PAGE, 77));
	fails(EINVAL, call(madvise, memory + 1, PAGE, MADV_NORMAL));
	fails(ENOMEM, call(madvise, FAR_DOWN, PAGE, MADV_NORMAL));
}

CALLS(process_madvise)
{
	char *memory = pages(2);
	struct iovec vectors[2] = {{memory, PAGE}, {memory + PAGE, PAGE}};
	int self = (int)call(pidfd_open, getpid(), 0);

	call(process_madvise, self, vectors, 2, 20 /* MADV_COLD */, 0);
	call(process_madvise, self, at_border(vectors, sizeof(vectors)), 2, 21 /* MADV_PAGEOUT */, 0);
	fails(EINVAL, call(process_madvise, self, vectors, 2, MADV_COLD, ~0u));
	fails(EFAULT, call(process_madvise, self, unmapped(), 2, MADV_COLD, 0));
	fails(EBADF, call(process_madvise, 999, vectors, 2, MADV_COLD, 0));
	call(process_madvise, self, vectors, 2, 77, 0);
}

CALLS(msync)
{
	char *memory = pages(1);

	works(call(msync, memory, PAGE, MS_SYNC));
	works(call(msync, memory, PAGE, MS_ASYNC | MS_INVALIDATE));
	fails(EINVAL, call(msync, memory, PAGE, MS_SYNC | MS_ASYNC));
	fails(EINVAL, call(msync, memory, PAGE, ~0u));
	fails(ENOMEM, call(msync, FAR_DOWN, PAGE, MS_SYNC));
}

CALLS(memfd_create)
{
	works(call(memfd_create, "na me\"\xff", MFD_CLOEXEC | MFD_ALLOW_SEALING));
	works(call(memfd_create, "", 0));
	call(memfd_create, "sealed", 0x8 /* MFD_NOEXEC_SEAL */);
	call(memfd_create, "program", 0x10 /* MFD_EXEC */);
	call(memfd_create, "huge", MFD_HUGETLB | (21u << 26));
	fails(EINVAL, call(memfd_create, "name", 0x20));
	fails(EINVAL, call(memfd_create, unterminated(4096), 0));
	fails(EFAULT, call(memfd_create, unmapped(), 0));
}

CALLS(memfd_secret)
{
	call(memfd_secret, 0);
	call(memfd_secret, O_CLOEXEC);
	call(memfd_secret, ~0u);
}

CALLS(userfaultfd)
{
	call(userfaultfd, O_CLOEXEC | O_NONBLOCK);
	call(userfaultfd, O_CLOEXEC | 1 /* UFFD_USER_MODE_ONLY */);
	call(userfaultfd, ~0u);
}

CALLS(brk)
{
	char *end = (char *)call(brk, 0);

	call(brk, end + PAGE);
	call(brk, end);
	call(brk, 0x1234);
}

CALLS(mincore)
{
	char *memory = pages(2);

	works(call(mincore, memory, 2 * PAGE, out));
	works(call(mincore, memory, 2 * PAGE, at_border(NULL, 2)));
	fails(EINVAL, call(mincore, memory + 1, PAGE, out));
	fails(ENOMEM, call(mincore, FAR_DOWN, PAGE, out));
	fails(EFAULT, call(mincore, memory, PAGE, unmapped()));
}

CALLS(mlock)
{
	works(call(mlock, pages(1), PAGE));
	fails(ENOMEM, call(mlock, FAR_DOWN, PAGE));
}

CALLS(mlock2)
{
	works(call(mlock2, pages(1), PAGE, 1 /* MLOCK_ONFAULT */));
	fails(EINVAL, call(mlock2, pages(1), PAGE, ~0u));
}

CALLS(mlockall)
{
	works(call(mlockall, MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
	fails(EINVAL, call(mlockall, ~0u));
	fails(EINVAL, call(mlockall, 0));
}

CALLS(munlock)
{
	works(call(munlock, pages(1), PAGE));
	fails(ENOMEM, call(munlock, FAR_DOWN, PAGE));
}

CALLS(munlockall)
{
	works(call(munlockall));
}

CALLS(mseal)
{
	char *memory = pages(1);

	call(mseal, memory, PAGE, 0);
	call(mseal, memory, PAGE, ~0u);
	call(mseal, FAR_DOWN, PAGE, 0);
}

CALLS(remap_file_pages)
{
	int fd = scratch_file("file", "content");
	char *memory;

	need(ftruncate(fd, 2 * (off_t)PAGE) == 0);
	memory = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	need(memory != MAP_FAILED);
	works(call(remap_file_pages, memory, PAGE, 0, 1, 0));
	fails(EINVAL, call(remap_file_pages, memory, PAGE, PROT_READ, 1, 0));
	fails(EINVAL, call(remap_file_pages, FAR_DOWN, PAGE, 0, 0, MAP_NONBLOCK));
}

CALLS(pkey_alloc)
{
	call(pkey_alloc, 0, 0);
	call(pkey_alloc, 0, 0x1 | 0x2 /* PKEY_DISABLE_ACCESS, _WRITE */);
	fails(EINVAL, call(pkey_alloc, ~0ul, 0));
	fails(EINVAL, call(pkey_alloc, 0, ~0ul));
}

CALLS(pkey_free)
{
	long key = call(pkey_alloc, 0, 0);

	call(pkey_free, key);
	fails(EINVAL, call(pkey_free, 77));
}

CALLS(map_shadow_stack)
{
	call(map_shadow_stack, 0, PAGE, 1 /* SHADOW_STACK_SET_TOKEN */);
	call(map_shadow_stack, 0x1234, 1, ~0u);
}

CALLS(mbind)
{
	unsigned long nodes = 1;
	char *memory = pages(2);

	call(mbind, memory, PAGE, MPOL_BIND | MPOL_F_STATIC_NODES, &nodes, 64, MPOL_MF_STRICT | MPOL_MF_MOVE);
	call(mbind, memory, PAGE, MPOL_DEFAULT, NULL, 0, 0);
	call(mbind, memory, PAGE, 77, &nodes, 64, ~0u);
	call(mbind, memory, PAGE, MPOL_INTERLEAVE, unmapped(), 64, 0);
}

CALLS(set_mempolicy)
{
	unsigned long nodes = 1;

	call(set_mempolicy, MPOL_PREFERRED | MPOL_F_RELATIVE_NODES, &nodes, 64);
	call(set_mempolicy, MPOL_DEFAULT, NULL, 0);
	call(set_mempolicy, MPOL_BIND, unmapped(), 64);
	call(set_mempolicy, 77, &nodes, 64);
}

CALLS(set_mempolicy_home_node)
{
	unsigned long nodes = 1;
	char *memory = pages(1);

	call(mbind, memory, PAGE, MPOL_BIND, &nodes, 64, 0);
	call(set_mempolicy_home_node, memory, PAGE, 0, 0);
	call(set_mempolicy_home_node, pages(1), PAGE, 77, ~0u);
}

CALLS(get_mempolicy)
{
	unsigned long nodes[1024 / 8 / sizeof(unsigned long)];
	int mode;

	call(get_mempolicy, &mode, nodes, 1024, NULL, 0);
	call(get_mempolicy, &mode, NULL, 0, pages(1), MPOL_F_NODE | MPOL_F_ADDR);
	call(get_mempolicy, NULL, nodes, 1024, NULL, MPOL_F_MEMS_ALLOWED);
	call(get_mempolicy, unmapped(), nodes, 1024, NULL, 0);
	call(get_mempolicy, &mode, nodes, 1024, NULL, ~0ul);
}

CALLS(migrate_pages)
{
	unsigned long from = 1, to = 1;

	call(migrate_pages, 0, 64, &from, &to);
	call(migrate_pages, getpid(), 64, unmapped(), &to);
	call(migrate_pages, 0x7fffffff, 64, &from, &to);
}

CALLS(move_pages)
{
	char *memory = pages(1);
	void *list[2] = {memory, memory + 4 * PAGE};
	int nodes[2] = {0, 0}, status[2];

	call(move_pages, 0, 2, list, nodes, status, MPOL_MF_MOVE);
	call(move_pages, 0, 2, list, NULL, status, 0);
	call(move_pages, 0, 2, unmapped(), nodes, status, MPOL_MF_MOVE);
	call(move_pages, 0x7fffffff, 2, list, nodes, status, ~0u);
}
