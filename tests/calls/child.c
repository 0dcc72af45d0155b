/* SPDX-License-Identifier: BSD-2-Clause */
#include "calls/child.h"

#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "calls/row.h"

#define STACK_BYTES 65536
#define ROW_FAILED 1 /* as need() */

bool reap(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, __WALL) < 0) {
		if (errno != EINTR)
			return false;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == ROW_FAILED)
		row_failed = true;
	return false;
}

void leave(void)
{
	_exit(row_failed ? ROW_FAILED : 0);
}

pid_t forked(void)
{
	pid_t pid = fork();

	need(pid >= 0);
	return pid;
}

pid_t pester(int signal)
{
	pid_t target = getpid();
	pid_t pid = forked();

	if (pid)
		return pid;
	alarm(5);
	while (getppid() == target) {
		sleep_ms(20);
		kill(target, signal);
	}
	_exit(0);
}

void sleep_ms(unsigned ms)
{
	struct timespec rest = {ms / 1000, ms % 1000 * 1000000L};

	while (nanosleep(&rest, &rest) && errno == EINTR)
		;
}

void be_nobody(void)
{
	if (geteuid() == 0)
		need(setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0);
}

void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct none[2] = {0}, have[2] = {0};

	need(syscall(SYS_capset, &header, none) == 0);
	need(syscall(SYS_capget, &header, have) == 0 && memcmp(have, none, sizeof have) == 0);
}

void write_file(const char *path, const void *content, size_t size, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	need(fd >= 0);
	need(write(fd, content, size) == (ssize_t)size);
	need(fchmod(fd, mode) == 0);
	close(fd);
}

void copy_file(const char *from, const char *to, mode_t mode)
{
	static char buf[1 << 20];
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, buf, sizeof buf);

	need(got >= 0);
	close(fd);
	write_file(to, buf, (size_t)got, mode);
}

static char *pages(size_t bytes, int protection)
{
	void *start = mmap(NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	need(start != MAP_FAILED);
	return start;
}

void *read_only(void)
{
	return pages(4096, PROT_READ);
}

void *stack_top(void)
{
	return pages(STACK_BYTES, PROT_READ | PROT_WRITE) + STACK_BYTES;
}

long clone3_thread(const struct clone_args *arguments, size_t size, void (*body)(void *), void *argument)
{
	long result = SYS_clone3;

	/* The child has no frame to return to: it calls `body` and ends. */
#if defined(__x86_64__)
	register void (*function)(void *) __asm__("r12") = body;
	register void *value __asm__("r13") = argument;

	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "mov %%r13, %%rdi\n\t"
			 "call *%%r12\n\t"
			 "xor %%edi, %%edi\n\t"
			 "mov $60, %%eax\n\t"
			 "syscall\n"
			 "1:"
			 : "+a"(result)
			 : "D"(arguments), "S"(size), "r"(function), "r"(value)
			 : "rcx", "r11", "memory");
#elif defined(__i386__)
	__asm__ volatile("int $0x80\n\t"
			 "test %%eax, %%eax\n\t"
			 "jnz 1f\n\t"
			 "sub $12, %%esp\n\t"
			 "push %%edi\n\t"
			 "call *%%esi\n\t"
			 "xor %%ebx, %%ebx\n\t"
			 "mov $1, %%eax\n\t"
			 "int $0x80\n"
			 "1:"
			 : "+a"(result)
			 : "b"(arguments), "c"(size), "S"(body), "D"(argument)
			 : "memory");
#else
#error "clone3_thread() knows no such processor"
#endif
	return result;
}
