/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls [NAME...]: makes the calls of these rows, of all without a name. Each row runs in a child of its own, in a
 * directory of its own below $TMPDIR, for some seconds at most. Exits with 1 if a row crashed, hung or saw a call end
 * otherwise than meant, with 2 if there is no such row.
 *
 * calls --list: the names of the rows of the catalogue. calls --list-extra: those of the others.
 */
#include "calls/calls.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "calls/row.h"

#define ROW_SECONDS 20

/* The linker makes them: the begin and the end of the section that ROW() fills. */
extern const struct row *const __start_rows[], *const __stop_rows[];

bool row_failed;

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static void remove_tree(const char *path)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0)
		fprintf(stderr, "calls: %s: cannot remove it: %s\n", path, strerror(errno));
}

static void child_main(const struct row *row)
{
	const struct rlimit no_core = {0, 0};
	int null = open("/dev/null", O_RDWR);

	need(setpgid(0, 0) == 0 && setrlimit(RLIMIT_CORE, &no_core) == 0);
	need(null >= 0 && dup2(null, STDIN_FILENO) == STDIN_FILENO && close(null) == 0);
	umask(022);
	alarm(ROW_SECONDS);
	row->calls();
	_exit(row_failed);
}

/* What is left of a row's processes, all of its own process group and children of ours by now. */
static void end_group(pid_t pid)
{
	kill(-pid, SIGKILL);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static bool run(const struct row *row)
{
	int status = 0;
	pid_t pid;

	need(mkdir(row->name, 0755) == 0 && chdir(row->name) == 0);
	pid = fork();
	need(pid >= 0);
	if (pid == 0)
		child_main(row);
	while (waitpid(pid, &status, 0) < 0)
		need(errno == EINTR);
	end_group(pid);
	need(chdir("..") == 0);
	remove_tree(row->name);

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		fprintf(stderr, "calls: %s: did not end within %d s\n", row->name, ROW_SECONDS);
	else if (WIFSIGNALED(status))
		fprintf(stderr, "calls: %s: ended by SIG%s\n", row->name, sigabbrev_np(WTERMSIG(status)));
	else if (status != 0)
		fprintf(stderr, "calls: %s: not as meant\n", row->name);
	return status == 0;
}

static const struct row *row_of(const char *name)
{
	for (const struct row *const *row = __start_rows; row < __stop_rows; row++) {
		if (strcmp((*row)->name, name) == 0)
			return *row;
	}
	return NULL;
}

static int list(bool extra)
{
	for (const struct row *const *row = __start_rows; row < __stop_rows; row++) {
		if ((*row)->extra == extra)
			puts((*row)->name);
	}
	return 0;
}

static int run_all(int argc, char **argv)
{
	bool good = true;

	if (argc > 1) {
		for (int i = 1; i < argc; i++)
			good &= run(row_of(argv[i]));
	} else {
		for (const struct row *const *row = __start_rows; row < __stop_rows; row++)
			good &= run(*row);
	}
	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *below = getenv("TMPDIR");
	char base[512];
	int status;

	if (argc == 2 && strcmp(argv[1], "--list") == 0)
		return list(false);
	if (argc == 2 && strcmp(argv[1], "--list-extra") == 0)
		return list(true);
	for (int i = 1; i < argc; i++) {
		if (!row_of(argv[i])) {
			fprintf(stderr, "calls: %s: no such row; calls --list names them\n", argv[i]);
			return 2;
		}
	}
	need((size_t)snprintf(base, sizeof(base), "%s/hosttrail-calls.XXXXXX", below ? below : "/tmp") < sizeof(base));
	need(mkdtemp(base) && chdir(base) == 0);
	need(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	status = run_all(argc, argv);
	need(chdir("/") == 0);
	remove_tree(base);
	return status;
}
