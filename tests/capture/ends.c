/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ends of threads and processes. ends: what is recorded of each; a line for each process, "PID RESIDENT_KILOBYTES MINOR_FAULTS
 * USER_MICROSECONDS SYSTEM_MICROSECONDS" as its parent was told, goes to standard error. ends group: a process that one of its
 * threads ends.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>

#include "capture/support/expect.h"

#define LATER 60000000000ull /* a child that is about to end cannot say when it has */

static void ends(const char *event, const char *call, long number, const char *abi, const char *request, const char *response)
{
	before_call(call, number, abi);
	after_call(0);
	last.to += LATER;
	expect(.event = event, .source = "process", .request = request, .response = response, .no_call = !call, .no_result = true);
}

static void process_ends(const char *call, long number, int status)
{
	ends("ExitProcess", call, number, "x86_64", T("{\"status\":%d}", status), T("\"status\":{\"exitStatus\":%d}", status & 0xff));
}

static void by_exit_group(void)
{
	process_ends("exit_group", SYS_exit_group, 7);
	syscall(SYS_exit_group, 7);
}

static void by_exit(void)
{
	process_ends("exit", SYS_exit, 3);
	syscall(SYS_exit, 3);
}

/* The parent is told the low byte. */
static void by_large_status(void)
{
	process_ends("exit_group", SYS_exit_group, 0x12345);
	syscall(SYS_exit_group, 0x12345);
}

static void by_negative_status(void)
{
	process_ends("exit_group", SYS_exit_group, -1);
	syscall(SYS_exit_group, -1);
}

static void by_signal(int number)
{
	const char *name = sigabbrev_np(number);
	char *end = T("\"signal\":\"SIG%s\"", name);

	ends("ExitProcess", NULL, 0, NULL, T("{%s}", end), T("\"status\":{%s}", end));
	kill(getpid(), number);
}

static void by_kill(void)
{
	by_signal(SIGKILL);
}

static void by_abort(void)
{
	by_signal(SIGABRT);
}

/* The fault leaves a number where that of a call would be: here that of exit. */
static void by_fault(void)
{
	ends("ExitProcess", NULL, 0, NULL, "{\"signal\":\"SIGSEGV\"}",
	     "\"status\":{\"signal\":\"SIGSEGV\"}");
	__asm__ volatile("mov %0, %%ds" : : "r"(60));
}

static void by_i386_door(long number, const char *name)
{
	ends("ExitProcess", name, number, "i386", "{\"status\":9}", "\"status\":{\"exitStatus\":9}");
	__asm__ volatile("int $0x80" : : "a"(number), "b"(9) : "memory");
}

static void by_i386_exit(void)
{
	by_i386_door(1, "exit");
}

static void by_i386_exit_group(void)
{
	by_i386_door(252, "exit_group");
}

static void *thread(void *unused)
{
	describe();
	ends("ExitThread", "exit", SYS_exit, "x86_64", "{\"status\":0}", "");
	return unused;
}

static void after_thread(void)
{
	pthread_t other;

	NEED(pthread_create(&other, NULL, thread, NULL) == 0 && pthread_join(other, NULL) == 0);
	by_exit_group();
}

static atomic_int described;

/* The leader is gone when the last thread goes; what /proc tells of the process is gone with it. */
static void *last_thread(void *unused)
{
	describe();
	atomic_store(&described, 1);
	while (stat_of(getpid()).state != 'Z')
		usleep(1000);
	ends("ExitProcess", "exit", SYS_exit, "x86_64", "{\"status\":6}", "\"status\":{\"exitStatus\":6}");
	syscall(SYS_exit, 6);
	return unused;
}

static void after_leader(void)
{
	pthread_t other;

	NEED(pthread_create(&other, NULL, last_thread, NULL) == 0);
	while (!atomic_load(&described))
		usleep(1000);
	ends("ExitThread", "exit", SYS_exit, "x86_64", "{\"status\":5}", "");
	syscall(SYS_exit, 5);
}

static void busy(void)
{
	volatile unsigned long n = 0;
	char *pages = mmap(NULL, 8 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	NEED(pages != MAP_FAILED);
	memset(pages, 1, 8 << 20);
	while (n < 100000000)
		n++;
	by_exit_group();
}

/* A child that is described and then ends, told by what its parent is told. */
static void end(void (*how)(void))
{
	struct rusage usage;
	int status;
	pid_t pid = fork();

	NEED(pid >= 0);
	if (pid == 0) {
		describe();
		how();
		pause();
	}
	NEED(wait4(pid, &status, 0, &usage) == pid);
	fprintf(stderr, "%d %ld %ld %ld %ld\n", pid, usage.ru_maxrss, usage.ru_minflt, usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec,
		usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec);
}

static void *waiting(void *unused)
{
	pause();
	return unused;
}

/* Which of the two threads is the last one nobody can say. */
static void group(void)
{
	pthread_t other;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		NEED(pthread_create(&other, NULL, waiting, NULL) == 0);
		usleep(100000);
		syscall(SYS_exit_group, 11);
	}
	NEED(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 11);
	printf("%d\n", pid);
}

int main(int argc, char **argv)
{
	static void (*const all[])(void) = {
		by_exit_group, by_exit, by_large_status, by_negative_status, by_kill, by_abort, by_fault, by_i386_exit,
		by_i386_exit_group, after_thread, after_leader, busy,
	};
	const struct rlimit none = { 0, 0 };

	NEED(setrlimit(RLIMIT_CORE, &none) == 0);
	if (argc > 1 && strcmp(argv[1], "group") == 0) {
		group();
		return 0;
	}
	expect_begin();
	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		end(all[i]);
	process_ends("exit_group", SYS_exit_group, 0);
	expect_finish();
}
