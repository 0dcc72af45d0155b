/* SPDX-License-Identifier: BSD-2-Clause */
/* PROCESS: programs. */
#include "calls/calls.h"
#include "calls/child.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define PROGRAM "/bin/true"
#define LONGEST (128 * 1024 - 1) /* MAX_ARG_STRLEN without its end */

static char *const PLAIN[] = {(char *)"true", (char *)"an argument", (char *)"", (char *)"\"\\\n\t\001\177\303\244\377",
			      NULL};
static char *const ENVIRONMENT[] = {(char *)"LC_ALL=C", (char *)"EMPTY=", (char *)"no equals sign", NULL};

#define SCRIPT(path, text) write_file(path, text, strlen(text), 0755)

static void failing_paths(void)
{
	SCRIPT("plain", "no program");
	need(chmod("plain", 0644) == 0 && symlink("loop", "loop") == 0);
	SCRIPT("text", "no program");
	SCRIPT("orphan", "#!/nonexistent/interpreter\n");
	fails(ENOENT, call(execve, "/nonexistent/program", PLAIN, ENVIRONMENT));
	fails(ENOENT, call(execve, "", PLAIN, ENVIRONMENT));
	fails(EACCES, call(execve, "plain", PLAIN, ENVIRONMENT));
	fails(ENOTDIR, call(execve, "plain/below", PLAIN, ENVIRONMENT));
	fails(EACCES, call(execve, ".", PLAIN, ENVIRONMENT));
	fails(ENOEXEC, call(execve, "text", PLAIN, ENVIRONMENT));
	fails(ENOENT, call(execve, "orphan", PLAIN, ENVIRONMENT));
	fails(ELOOP, call(execve, "loop", PLAIN, ENVIRONMENT));
}

static void busy_file(void)
{
	int fd;

	copy_file(PROGRAM, "busy", 0755);
	fd = open("busy", O_WRONLY | O_CLOEXEC);
	/* Linux 6.11 let it run, 6.12 does not again. */
	call(execve, "busy", PLAIN, ENVIRONMENT);
	close(fd);
}

static void scripts(void)
{
	char *none[] = {NULL};

	SCRIPT("script", "#!/bin/sh -e\nexit 0\n");
	SCRIPT("outer", "#!./script an argument of the interpreter  \n");
	SCRIPT("bare", "#! /bin/true");
	IN_CHILD
		works(call(execve, "script", PLAIN, ENVIRONMENT));
	IN_CHILD
		works(call(execve, "./outer", PLAIN, ENVIRONMENT));
	/* An empty argv is given an empty string since Linux 5.18. */
	IN_CHILD
		works(call(execve, "bare", none, ENVIRONMENT));
}

/* An interpreter that is a script has one too, and so on, up to a limit; the line of one is 256 bytes. */
static void wrong_scripts(void)
{
	char line[400] = "#!";

	SCRIPT("6", "#!./5\n");
	SCRIPT("5", "#!./4\n");
	SCRIPT("4", "#!./3\n");
	SCRIPT("3", "#!./2\n");
	SCRIPT("2", "#!./1\n");
	SCRIPT("1", "#!./0\n");
	SCRIPT("0", "#!/bin/true\n");
	fails(ELOOP, call(execve, "6", PLAIN, ENVIRONMENT));
	SCRIPT("none", "#!  \n");
	fails(ENOEXEC, call(execve, "none", PLAIN, ENVIRONMENT));
	memset(line + 2, 'x', sizeof line - 2);
	write_file("long", line, sizeof line, 0755);
	fails(ENOEXEC, call(execve, "long", PLAIN, ENVIRONMENT));
	IN_CHILD
		works(call(execve, "3", PLAIN, ENVIRONMENT));
}

/* Rights that come from the file; where the mount has nosuid they do not come. */
static void raised_rights(void)
{
	static const uint32_t net_raw[5] = {0x02000001, 1 << 13, 0, 0, 0};

	copy_file(PROGRAM, "setuid", 0755);
	copy_file(PROGRAM, "capable", 0755);
	if (chown("setuid", 65534, 65534) || chmod("setuid", 06755) ||
	    setxattr("capable", "security.capability", net_raw, sizeof net_raw, 0))
		return;
	IN_CHILD
		works(call(execve, "setuid", PLAIN, ENVIRONMENT));
	/* The directory of the row is its user's alone. */
	IN_CHILD {
		be_nobody();
		call(execve, "capable", PLAIN, ENVIRONMENT);
	}
}

static void *exec_in_thread(void *argument)
{
	(void)argument;
	works(call(execve, PROGRAM, PLAIN, ENVIRONMENT));
	return NULL;
}

CALLS(execve)
{
	pthread_t thread;

	failing_paths();
	busy_file();
	IN_CHILD
		works(call(execve, PROGRAM, PLAIN, ENVIRONMENT));
	IN_CHILD
		works(call(execve, PROGRAM, NULL, NULL));
	IN_CHILD
		works(call(execve, "/proc/self/root/./bin/true", PLAIN, ENVIRONMENT));
	scripts();
	wrong_scripts();
	raised_rights();
	/* The process goes on under the number of its first thread. */
	IN_CHILD {
		if (pthread_create(&thread, NULL, exec_in_thread, NULL) == 0)
			pthread_join(thread, NULL);
	}
}

static int program_in_memory(unsigned flags)
{
	static char image[1 << 20];
	int from = open(PROGRAM, O_RDONLY | O_CLOEXEC);
	ssize_t got = read(from, image, sizeof image);
	int fd = memfd_create("program in memory", flags);

	close(from);
	need(got > 0 && fd >= 0);
	need(write(fd, image, (size_t)got) == got);
	return fd;
}

static void exec_without_path(void)
{
	int fd = program_in_memory(MFD_CLOEXEC);
	int deleted;

	copy_file(PROGRAM, "deleted", 0755);
	deleted = open("deleted", O_PATH | O_CLOEXEC);
	unlink("deleted");
	IN_CHILD
		works(call(execveat, fd, "", PLAIN, ENVIRONMENT, AT_EMPTY_PATH));
	IN_CHILD
		works(call(execveat, deleted, "", PLAIN, ENVIRONMENT, AT_EMPTY_PATH));
	IN_CHILD
		works(call(execveat, open(PROGRAM, O_RDONLY), "", PLAIN, ENVIRONMENT, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW));
	/* The interpreter would be handed a descriptor that the exec closes: ENOENT. Then one that stays. */
	SCRIPT("script", "#!/bin/sh\nexit 0\n");
	call(execveat, open("script", O_RDONLY | O_CLOEXEC), "", PLAIN, ENVIRONMENT, AT_EMPTY_PATH);
	IN_CHILD
		works(call(execveat, open("script", O_RDONLY), "", PLAIN, ENVIRONMENT, AT_EMPTY_PATH));
}

CALLS(execveat)
{
	int dir = open("/bin", O_PATH | O_DIRECTORY | O_CLOEXEC);

	IN_CHILD
		works(call(execveat, dir, "true", PLAIN, ENVIRONMENT, 0));
	IN_CHILD
		works(call(execveat, AT_FDCWD, PROGRAM, PLAIN, ENVIRONMENT, 0));
	IN_CHILD
		works(call(execveat, 9999, PROGRAM, PLAIN, ENVIRONMENT, 0));
	exec_without_path();
	need(symlink(PROGRAM, "link") == 0);
	fails(ELOOP, call(execveat, AT_FDCWD, "link", PLAIN, ENVIRONMENT, AT_SYMLINK_NOFOLLOW));
	fails(EBADF, call(execveat, 9999, "true", PLAIN, ENVIRONMENT, 0));
	fails(ENOENT, call(execveat, dir, "", PLAIN, ENVIRONMENT, 0));
	fails(ENOENT, call(execveat, dir, "nonexistent", PLAIN, ENVIRONMENT, 0));
	fails(EINVAL, call(execveat, dir, "true", PLAIN, ENVIRONMENT, -1));
	/* AT_EXECVE_CHECK, since Linux 6.14: only asks. */
	call(execveat, dir, "true", PLAIN, ENVIRONMENT, 0x10000);
}

CALLS(uselib)
{
	call(uselib, "/nonexistent/library");
	call(uselib, "");
	call(uselib, NULL);
}

/* argv of `count` strings of the longest size that the kernel takes. */
static char **long_argv(size_t count)
{
	char **argv = calloc(count + 1, sizeof *argv);
	char *longest = malloc(LONGEST + 1);

	need(argv && longest);
	memset(longest, 'x', LONGEST);
	longest[LONGEST] = '\0';
	for (size_t i = 0; i < count; i++)
		argv[i] = longest;
	return argv;
}

static char **many_argv(size_t count)
{
	char **argv = calloc(count + 1, sizeof *argv);

	need(argv);
	for (size_t i = 0; i < count; i++)
		argv[i] = (char *)"many";
	return argv;
}

EXTRA(hostile_execve_sizes)
{
	const struct rlimit large = {64 << 20, 64 << 20};
	char *too_long = malloc(LONGEST + 2);

	need(too_long);
	memset(too_long, 'x', LONGEST + 1);
	too_long[LONGEST + 1] = '\0';
	fails(E2BIG, call(execve, PROGRAM, ((char *[]){too_long, NULL}), NULL));
	fails(E2BIG, call(execve, PROGRAM, long_argv(64), NULL));
	fails(E2BIG, call(execve, PROGRAM, many_argv(1000000), NULL));
	IN_CHILD
		works(call(execve, PROGRAM, long_argv(15), NULL));
	IN_CHILD
		works(call(execve, PROGRAM, many_argv(100000), NULL));
	IN_CHILD
		works(call(execve, PROGRAM, PLAIN, long_argv(15)));
	IN_CHILD {
		need(setrlimit(RLIMIT_STACK, &large) == 0);
		works(call(execve, PROGRAM, long_argv(24), NULL));
	}
}

EXTRA(hostile_execve)
{
	char path[4097];
	char *unreadable_string[] = {(char *)"true", unreadable(), (char *)"after", NULL};
	char *endless[] = {(char *)"true", unterminated(8), NULL};
	char **unended = at_border(PLAIN, sizeof PLAIN - sizeof PLAIN[0]);

	memset(path, 'x', sizeof path);
	path[4096] = '\0';
	fails(ENAMETOOLONG, call(execve, path, PLAIN, ENVIRONMENT));
	path[4095] = '\0';
	fails(ENAMETOOLONG, call(execve, path, PLAIN, ENVIRONMENT));
	fails(EFAULT, call(execve, unterminated(7), PLAIN, ENVIRONMENT));
	fails(EFAULT, call(execve, NULL, NULL, NULL));
	fails(EFAULT, call(execve, unreadable(), unreadable(), unmapped()));
	fails(EFAULT, call(execve, PROGRAM, unreadable(), ENVIRONMENT));
	fails(EFAULT, call(execve, PROGRAM, unended, ENVIRONMENT));
	fails(EFAULT, call(execve, PROGRAM, unreadable_string, ENVIRONMENT));
	fails(EFAULT, call(execve, PROGRAM, endless, ENVIRONMENT));
	fails(EFAULT, call(execve, PROGRAM, PLAIN, unmapped()));
	fails(EFAULT, call(execve, PROGRAM, -1, -1));
	fails(EFAULT, call(execveat, -1, unreadable(), unreadable(), unreadable(), -1));
	fails(EFAULT, call(execveat, INT32_MIN, unterminated(7), unended, unended, AT_EMPTY_PATH));
	fails(EFAULT, call(execveat, AT_FDCWD, NULL, NULL, NULL, INT32_MIN));
	IN_CHILD
		works(call(execve, string_at_border(PROGRAM), at_border(PLAIN, sizeof PLAIN), NULL));
}
