/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * incgroup CGROUP COMMAND...: runs a command that is in a cgroup from its first system call on.
 *
 * A shell that writes itself into cgroup.procs makes calls of its own in there before it executes the command, and
 * those would be recorded too. The command's exit status is returned, 128 and the signal's number when one ended it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct clone_args args = { .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD };
	int cgroup, status;
	long pid;

	if (argc < 3) {
		fprintf(stderr, "usage: incgroup CGROUP COMMAND...\n");
		return 125;
	}
	cgroup = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (cgroup < 0) {
		fprintf(stderr, "incgroup: %s: %m\n", argv[1]);
		return 125;
	}
	args.cgroup = (uint64_t)cgroup;
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (pid < 0) {
		fprintf(stderr, "incgroup: clone3: %m\n");
		return 125;
	}
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	while (waitpid((pid_t)pid, &status, 0) < 0)
		if (errno != EINTR)
			return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
