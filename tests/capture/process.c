/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of processes and threads, and how what describes them follows their changes. */
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <stdatomic.h>

#include "capture/support/expect.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_clone3
#define SYS_clone3 435
#endif

static void process(const char *event, const char *request)
{
	expect(.event = event, .source = "process", .request = request);
}

static void attempt(void)
{
	CALL(chmod, "/hosttrail-none", 0);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"path\":\"/hosttrail-none\",\"mode\":\"0000\"}",
	       .resources = R1("File", "/hosttrail-none", "caller"));
}

/* Reaps silently: waiting is not what is tested. */
static void reap(long pid)
{
	int status;

	NEED(waitpid((pid_t)pid, &status, 0) == (pid_t)pid && status == 7 << 8);
}

#define NOTHING_ELSE "\"stack\":\"0x0\""
#define ONLY_SIGNAL "\"pidFd\":\"0x0\",\"childTid\":\"0x0\",\"parentTid\":\"0x0\",\"exitSignal\":\"SIGCHLD\",\"stack\":\"0x0\"," \
		    "\"stackSize\":0,\"tls\":\"0x0\",\"setTid\":\"0x0\",\"setTidCount\":0,\"cgroup\":0"

/* A child's return from the call that made it is no event of its own. */
static void forks(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	long pid;

	pid = CALL(fork);
	if (pid == 0)
		_exit(7);
	process("CreateProcess", NULL);
	reap(pid);
	pid = CALL(clone, SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		_exit(7);
	process("CreateProcess", "{\"flags\":[],\"exitSignal\":\"SIGCHLD\"," NOTHING_ELSE "}");
	reap(pid);
	pid = CALL(clone3, &args, sizeof(args));
	if (pid == 0)
		_exit(7);
	process("CreateProcess", "{\"arguments\":{\"flags\":[]," ONLY_SIGNAL "},\"size\":88}");
	reap(pid);
	args.flags = 1ull << 63;
	CALL(clone3, &args, sizeof(args));
	process("CreateProcess", "{\"arguments\":{\"flags\":[\"0x8000000000000000\"]," ONLY_SIGNAL "},\"size\":88}");
	CALL(clone, CLONE_NEWUTS | CLONE_SIGHAND | SIGCHLD, 0, 0, 0, 0);
	expect(.event = "CreateNamespace", .source = "namespace", .plane = MANAGEMENT,
	       .request = "{\"flags\":[\"CLONE_SIGHAND\",\"CLONE_NEWUTS\"],\"exitSignal\":\"SIGCHLD\"," NOTHING_ELSE "}");
}

/* Name, directory and terminal are those of the moment. */
static void changes(void)
{
	int terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY), unlock = 0;
	unsigned number;

	attempt();
	NEED(prctl(PR_SET_NAME, "a new name") == 0);
	describe();
	attempt();
	NEED(chdir("/usr/bin") == 0);
	describe();
	attempt();
	NEED(terminal >= 0 && ioctl(terminal, TIOCSPTLCK, &unlock) == 0 && ioctl(terminal, TIOCGPTN, &number) == 0);
	NEED(setsid() > 0 && open(T("/dev/pts/%u", number), O_RDWR) >= 0);
	describe();
	NEED(strstr(self.identity, "\"tty\":\"pts/"));
	attempt();
}

/* Numbers are those of the initial pid namespace. */
static void first_of_its_namespace(void)
{
	NEED(getpid() == 1);
	attempt();
}

static void pid_namespace(void)
{
	char *own = R1("Process", T("%d", getpid()), "kernel");

	CALL(unshare, CLONE_NEWPID);
	expect(.event = "CreateNamespace", .source = "namespace", .plane = MANAGEMENT, .request = "{\"flags\":[\"CLONE_NEWPID\"]}",
	       .resources = own);
	in_child(first_of_its_namespace);
}

/* And user ids those of the initial user namespace, whoever somebody is in his own. */
static void user_namespace(void)
{
	struct description outside;
	char *path = T("/proc/%d/uid_map", getpid());
	long fd;

	mute();
	NEED(syscall(SYS_setresgid, 65534, 65534, 65534) == 0 && syscall(SYS_setresuid, 65534, 65534, 65534) == 0);
	NEED(prctl(PR_SET_DUMPABLE, 1) == 0);
	unmute();
	describe();
	outside = self;
	CALL(unshare, CLONE_NEWUSER);
	expect(.event = "CreateNamespace", .source = "namespace", .plane = MANAGEMENT, .request = "{\"flags\":[\"CLONE_NEWUSER\"]}",
	       .resources = R1("Process", T("%d", getpid()), "kernel"), .by = &outside);
	fd = CALL(open, "/proc/self/uid_map", O_WRONLY);
	NEED(fd >= 0);
	expect(.event = "OpenFile", .plane = MANAGEMENT, .request = "{\"path\":\"/proc/self/uid_map\",\"flags\":[\"O_WRONLY\"]}",
	       .response = PATH(path), .resources = R1("File", path, "kernel"), .by = &outside);
	NEED(CALL(write, (int)fd, "0 65534 1", 9) == 9);
	expect(.event = "WriteFile", .plane = MANAGEMENT, .request = T("{\"fd\":%ld,\"fdPath\":%s,\"count\":9}", fd, J(path)),
	       .resources = R1("File", path, "kernel"), .by = &outside);
	NEED(getuid() == 0);
	CALL(chmod, "/hosttrail-none", 0);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"path\":\"/hosttrail-none\",\"mode\":\"0000\"}",
	       .resources = R1("File", "/hosttrail-none", "caller"), .by = &outside);
}

static atomic_int turn;

static void *alternate(void *which)
{
	int me = which != NULL;

	describe();
	for (int i = 0; i < 20; i++) {
		while (atomic_load(&turn) % 2 != me)
			sched_yield();
		attempt();
		atomic_fetch_add(&turn, 1);
	}
	return NULL;
}

static void threads(void)
{
	pthread_t one, other;

	NEED(pthread_create(&one, NULL, alternate, NULL) == 0 && pthread_create(&other, NULL, alternate, &turn) == 0);
	NEED(pthread_join(one, NULL) == 0 && pthread_join(other, NULL) == 0);
}

/* Whom a signal is for is the descriptor's to say: a number names others in other namespaces. */
static void signal_by_descriptor(void)
{
	int fd = (int)syscall(SYS_pidfd_open, getppid(), 0);

	NEED(fd >= 0);
	CALL(pidfd_send_signal, fd, 0, NULL, 0);
	expect(.event = "SendSignal", .source = "process", .plane = MANAGEMENT,
	       .request = T("{\"pidFd\":%d,\"pidFdType\":\"anon_inode:[pidfd]\",\"pidFdPid\":%d,\"signal\":0,\"information\":null,"
			    "\"flags\":[]}", fd, getppid()),
	       .resources = R1("Process", T("%d", getppid()), "kernel"));
	CALL(pidfd_send_signal, 0, 0, NULL, 0);
	NEED(last.error);
	expect(.event = "SendSignal", .source = "process", .plane = MANAGEMENT,
	       .request = "{\"pidFd\":0,\"pidFdPath\":\"/dev/null\",\"signal\":0,\"information\":null,\"flags\":[]}");
}

/* Neither forks nor execs are selected: what they made is known all the same, down to who did it. */
static int leaf(void)
{
	expect_join();
	attempt();
	return 0;
}

static void execute_leaf(void)
{
	int self_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	mute();
	NEED(syscall(SYS_setresgid, 7, 7, 7) == 0 && syscall(SYS_setresuid, 7, 7, 7) == 0 && chdir("/usr") == 0);
	unmute();
	syscall(SYS_execveat, self_fd, "", (char *[]){ (char *)"l", (char *)"leaf", (char *)"", NULL }, environ, AT_EMPTY_PATH);
	give_up("not executed");
}

static void silent(void)
{
	in_child(execute_leaf);
}

static void tree(void)
{
	in_child(silent);
	attempt();
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "leaf") == 0)
		return leaf();
	expect_begin();
	if (argc == 1) {
		forks();
	} else {
		in_child(changes);
		in_child(pid_namespace);
		in_child(user_namespace);
		in_child(threads);
		in_child(signal_by_descriptor);
		in_child(tree);
	}
	expect_finish();
}
