/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls DIR ROUNDS CALL...: how long system calls take, as "CALL NANOSECONDS" lines. A call is timed in ROUNDS batches
 * and the median batch counts, so that what else the machine does now and then does not show. What a batch takes to
 * prepare and to clean up is not timed. Files are made below DIR.
 *
 *   getppid   nothing, and wanted by nobody
 *   openat    of a file five directories below DIR
 *   write     a byte at the beginning of a file
 *   unlinkat  of a file in DIR
 *   execve    vfork, execve of a program that only ends, and wait for it
 *   ring-read, ring-write, ring-openat
 *             the same by io_uring, a batch to a submission; of a byte of a file
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

#define BATCH 128
#define EXEC_BATCH 4
#define ROUNDS_MAX 100000

static char deep[4096], program[4096];
static int dir_fd, file_fd, fds[BATCH];

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void fail(const char *what)
{
	fprintf(stderr, "calls: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- what each call needs, and the batch itself ---- */

static void names_of_batch(char names[BATCH][16])
{
	for (unsigned i = 0; i < BATCH; i++)
		snprintf(names[i], 16, "unlink%u", i);
}

static double time_getppid(void)
{
	double begin = now_ns();

	for (unsigned i = 0; i < BATCH; i++)
		syscall(SYS_getppid);
	return (now_ns() - begin) / BATCH;
}

static double time_openat(void)
{
	double begin = now_ns(), took;

	for (unsigned i = 0; i < BATCH; i++)
		fds[i] = (int)syscall(SYS_openat, AT_FDCWD, deep, O_RDONLY, 0);
	took = now_ns() - begin;
	for (unsigned i = 0; i < BATCH; i++)
		if (fds[i] < 0 || close(fds[i]) < 0)
			fail("openat");
	return took / BATCH;
}

static double time_write(void)
{
	double begin = now_ns();
	long wrote = 0;

	for (unsigned i = 0; i < BATCH; i++)
		wrote += syscall(SYS_pwrite64, file_fd, "x", 1, 0);
	if (wrote != BATCH)
		fail("pwrite64");
	return (now_ns() - begin) / BATCH;
}

static double time_unlinkat(void)
{
	char names[BATCH][16];
	double begin, took;
	long failed = 0;

	names_of_batch(names);
	for (unsigned i = 0; i < BATCH; i++)
		if (mknodat(dir_fd, names[i], S_IFREG | 0600, 0) < 0)
			fail("mknodat");
	begin = now_ns();
	for (unsigned i = 0; i < BATCH; i++)
		failed += syscall(SYS_unlinkat, dir_fd, names[i], 0);
	took = now_ns() - begin;
	if (failed)
		fail("unlinkat");
	return took / BATCH;
}

static int run_program(void)
{
	char *argv[] = { program, NULL }, *envp[] = { NULL };
	int status = -1;
	pid_t pid;

	pid = vfork();
	if (pid == 0) {
		execve(program, argv, envp);
		_exit(1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return status;
}

static double time_execve(void)
{
	double begin = now_ns();

	for (unsigned i = 0; i < EXEC_BATCH; i++)
		if (run_program() != 0)
			fail("execve");
	return (now_ns() - begin) / EXEC_BATCH;
}

/* ---- by io_uring ---- */

static struct io_uring ring;

/* Submits what was filled and waits for all of it. */
static double time_ring(int results[BATCH])
{
	struct io_uring_cqe *cqe;
	double begin = now_ns(), took;

	if (io_uring_submit_and_wait(&ring, BATCH) != BATCH)
		fail("io_uring_enter");
	took = now_ns() - begin;
	for (unsigned i = 0; i < BATCH; i++) {
		if (io_uring_wait_cqe(&ring, &cqe) < 0 || cqe->res < 0)
			fail("an operation");
		results[i] = cqe->res;
		io_uring_cqe_seen(&ring, cqe);
	}
	return took / BATCH;
}

static struct io_uring_sqe *ring_entry(void)
{
	if (!ring.ring_fd && io_uring_queue_init(BATCH, &ring, 0) < 0)
		fail("io_uring_setup");
	return io_uring_get_sqe(&ring);
}

static double time_ring_read(void)
{
	int results[BATCH];
	char byte;

	for (unsigned i = 0; i < BATCH; i++)
		io_uring_prep_read(ring_entry(), file_fd, &byte, 1, 0);
	return time_ring(results);
}

static double time_ring_write(void)
{
	int results[BATCH];

	for (unsigned i = 0; i < BATCH; i++)
		io_uring_prep_write(ring_entry(), file_fd, "x", 1, 0);
	return time_ring(results);
}

static double time_ring_openat(void)
{
	double took;

	for (unsigned i = 0; i < BATCH; i++)
		io_uring_prep_openat(ring_entry(), AT_FDCWD, deep, O_RDONLY, 0);
	took = time_ring(fds);
	for (unsigned i = 0; i < BATCH; i++)
		close(fds[i]);
	return took;
}

/* ---- files ---- */

/* An ELF program of one segment whose code is exit(0): nothing of a C library's start stands in the measurement. */
static void make_program(void)
{
#if defined(__x86_64__)
	static const unsigned char code[] = { 0x31, 0xff, 0xb8, 0x3c, 0, 0, 0, 0x0f, 0x05 };
	const uint16_t machine = EM_X86_64;
#elif defined(__aarch64__)
	static const unsigned char code[] = { 0, 0, 0x80, 0xd2, 0xa8, 0x0b, 0x80, 0xd2, 1, 0, 0, 0xd4 };
	const uint16_t machine = EM_AARCH64;
#endif
	const uint64_t base = 0x400000, size = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr) + sizeof(code);
	Elf64_Ehdr head = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = machine,
		.e_version = EV_CURRENT,
		.e_entry = base + sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr),
		.e_phoff = sizeof(head),
		.e_ehsize = sizeof(head),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 1,
	};
	Elf64_Phdr segment = {
		.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = base, .p_paddr = base,
		.p_filesz = size, .p_memsz = size, .p_align = 0x1000,
	};
	int fd = open(program, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);

	if (fd < 0 || write(fd, &head, sizeof(head)) != sizeof(head) ||
	    write(fd, &segment, sizeof(segment)) != sizeof(segment) || write(fd, code, sizeof(code)) != sizeof(code) ||
	    close(fd) < 0)
		fail(program);
}

static void make_files(const char *dir)
{
	int n = snprintf(deep, sizeof(deep), "%s", dir);

	for (unsigned i = 0; i < 5; i++) {
		n += snprintf(deep + n, sizeof(deep) - (size_t)n, "/level%u", i);
		if ((size_t)n >= sizeof(deep) - 16 || (mkdir(deep, 0700) < 0 && errno != EEXIST))
			fail(deep);
	}
	snprintf(deep + n, sizeof(deep) - (size_t)n, "/file");
	snprintf(program, sizeof(program), "%s/program", dir);
	dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	file_fd = open(deep, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (dir_fd < 0 || file_fd < 0)
		fail(deep);
	make_program();
}

/* ---- measuring ---- */

static const struct {
	const char *name;
	double (*time)(void);
	unsigned share; /* one round in so many is enough */
} calls[] = {
	{ "getppid", time_getppid, 1 },   { "openat", time_openat, 1 },  { "write", time_write, 1 },
	{ "unlinkat", time_unlinkat, 4 }, { "execve", time_execve, 4 },
	{ "ring-read", time_ring_read, 1 }, { "ring-write", time_ring_write, 1 }, { "ring-openat", time_ring_openat, 1 },
};

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median_of(double (*time)(void), unsigned rounds)
{
	_cleanup_free_ double *took = calloc(rounds, sizeof(*took));

	if (!took)
		fail("memory");
	time();
	for (unsigned i = 0; i < rounds; i++)
		took[i] = time();
	qsort(took, rounds, sizeof(*took), compare);
	return (took[(rounds - 1) / 2] + took[rounds / 2]) / 2;
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;

	if (rounds < 4 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: calls DIR ROUNDS CALL...\n");
		return 2;
	}
	make_files(argv[1]);
	for (int i = 3; i < argc; i++) {
		unsigned c = 0;

		while (c < sizeof(calls) / sizeof(calls[0]) && strcmp(calls[c].name, argv[i]) != 0)
			c++;
		if (c == sizeof(calls) / sizeof(calls[0])) {
			fprintf(stderr, "calls: %s: no such call\n", argv[i]);
			return 2;
		}
		printf("%s %.1f\n", calls[c].name, median_of(calls[c].time, (unsigned)rounds / calls[c].share));
	}
	return 0;
}
