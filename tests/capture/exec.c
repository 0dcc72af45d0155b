/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Executing programs: exec DIRECTORY makes the calls; those that succeed become this program again, as `... child`, which
 * says what it expects of the record that describes it.
 */
#include <pthread.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "capture/support/expect.h"

#define MANY 100

static char *dir, *me;

/* What the new image has to know of the call that made it, told by its environment, which is not recorded. */
static char **about(const char *call, const char *path, const char *interpreter)
{
	static char *variables[5];

	variables[0] = T("CALL=%s", call);
	variables[1] = T("CALL_PATH=%s", path);
	variables[2] = T("FROM=%llu", (unsigned long long)clock_ns(CLOCK_BOOTTIME));
	variables[3] = interpreter ? T("INTERPRETER=%s", interpreter) : NULL;
	return variables;
}

static void child_of_deleted(void);

static int child(int argc, char **argv)
{
	const char *call = getenv("CALL");

	expect_join();
	expect_own_exec(call, strcmp(call, "execve") == 0 ? SYS_execve : SYS_execveat, getenv("CALL_PATH"), getenv("INTERPRETER"),
			strtoull(getenv("FROM"), NULL, 10));
	if (argc > 2 && strcmp(argv[2], "deleted") == 0) {
		NEED(unlink(getenv("CALL_PATH")) == 0);
		in_child(child_of_deleted);
	}
	return 0;
}

/* ---- refused: what the kernel never ran, by the words of the caller ---- */

static void refused(const char *request, const char *resources)
{
	expect(.event = "ExecuteProgram", .source = "process", .request = request, .resources = resources);
}

static void failures(void)
{
	char *argv[] = { (char *)"name", (char *)"a \"quoted\" one", (char *)"", NULL }, *text = T("%s/text", dir);
	int fd = open(dir, O_RDONLY | O_DIRECTORY);

	CALL(execve, "/no/such/program", argv, NULL);
	refused("{\"path\":\"/no/such/program\",\"argv\":[\"name\",\"a \\\"quoted\\\" one\",\"\"]}",
		R1("Program", "/no/such/program", "caller"));
	CALL(execve, text, argv, NULL);
	refused(T("{\"path\":%s,\"argv\":[\"name\",\"a \\\"quoted\\\" one\",\"\"]}", J(text)), R1("Program", text, "caller"));
	CALL(execve, "..", argv + 2, NULL);
	refused("{\"path\":\"..\",\"argv\":[\"\"]}", R1("Program", T("%.*s", (int)(strrchr(dir, '/') - dir), dir), "caller"));
	CALL(execve, "none", argv + 3, NULL);
	refused("{\"path\":\"none\",\"argv\":[]}", R1("Program", T("%s/none", dir), "caller"));
	CALL(execve, "none", NULL, NULL);
	refused("{\"path\":\"none\",\"argv\":null}", R1("Program", T("%s/none", dir), "caller"));
	CALL(execve, text, (void *)8, NULL);
	refused(T("{\"path\":%s,\"unreadable\":[\"argv\"]}", J(text)), R1("Program", text, "caller"));
	CALL(execve, NULL, argv, NULL);
	refused("{\"path\":null,\"argv\":[\"name\",\"a \\\"quoted\\\" one\",\"\"]}", NULL);
	CALL(execve, (void *)8, argv + 2, NULL);
	refused("{\"argv\":[\"\"],\"unreadable\":[\"path\"]}", NULL);
	CALL(execveat, fd, "none", argv + 2, NULL, AT_SYMLINK_NOFOLLOW);
	refused(T("{\"dirfd\":%d,\"dirfdPath\":%s,\"path\":\"none\",\"argv\":[\"\"],\"flags\":[\"AT_SYMLINK_NOFOLLOW\"]}", fd, J(dir)),
		R1("Program", T("%s/none", dir), "caller"));
	CALL(execveat, fd, "", argv + 2, NULL, AT_EMPTY_PATH);
	refused(T("{\"dirfd\":%d,\"dirfdPath\":%s,\"path\":\"\",\"argv\":[\"\"],\"flags\":[\"AT_EMPTY_PATH\"]}", fd, J(dir)),
		R1("Program", dir, "kernel"));
	CALL(execveat, AT_FDCWD, "none", argv + 2, NULL, 0);
	refused("{\"dirfd\":\"AT_FDCWD\",\"path\":\"none\",\"argv\":[\"\"],\"flags\":[]}", R1("Program", T("%s/none", dir), "caller"));
	close(fd);
}

/* A long string and a long vector: their beginnings are told, and that they were cut. */
static void long_vectors(void)
{
	char *argv[70], *text = T("[\"x\""), *big = malloc(100001);

	NEED(big);
	memset(big, 'y', 100000);
	big[100000] = '\0';
	argv[0] = big;
	argv[1] = (char *)"z";
	argv[2] = NULL;
	CALL(execve, "/no/such/program", argv, NULL);
	expect(.event = "ExecuteProgram", .source = "process",
	       .request = T("{\"path\":\"/no/such/program\",\"argv\":[\"%.4095s\",\"z\"]}", big),
	       .resources = R1("Program", "/no/such/program", "caller"), .truncated = "{\"requestParameters.argv\":4098}");
	for (int i = 0; i < 69; i++)
		argv[i] = (char *)"x";
	argv[69] = NULL;
	for (int i = 1; i < 64; i++)
		text = T("%s,\"x\"", text);
	CALL(execve, "/no/such/program", argv, NULL);
	expect(.event = "ExecuteProgram", .source = "process", .request = T("{\"path\":\"/no/such/program\",\"argv\":%s]}", text),
	       .resources = R1("Program", "/no/such/program", "caller"), .truncated = "{\"requestParameters.argv\":128}");
}

/* ---- executed: each in a process of its own ---- */

static void absolute(void)
{
	syscall(SYS_execve, me, (char *[]){ (char *)"another name", (char *)"child", (char *)"", (char *)"last", NULL },
		about("execve", me, NULL));
}

static void relative(void)
{
	NEED(chdir("..") == 0);
	syscall(SYS_execve, "./place/../place/program", (char *[]){ (char *)"p", (char *)"child", NULL },
		about("execve", "./place/../place/program", NULL));
}

static void by_descriptor(void)
{
	int fd = open(me, O_RDONLY);

	syscall(SYS_execveat, fd, "", (char *[]){ (char *)"p", (char *)"child", NULL }, about("execveat", T("/dev/fd/%d", fd), NULL),
		AT_EMPTY_PATH);
}

static void below_descriptor(void)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY);

	syscall(SYS_execveat, fd, "program", (char *[]){ (char *)"p", (char *)"child", NULL },
		about("execveat", T("/dev/fd/%d/program", fd), NULL), 0);
}

static void script(void)
{
	char *path = T("%s/script", dir);

	syscall(SYS_execve, path, (char *[]){ (char *)"s", (char *)"argument", NULL }, about("execve", path, T("%s/program", dir)));
}

static void not_text(void)
{
	syscall(SYS_execve, me, (char *[]){ (char *)"p", (char *)"child", (char *)"\x80\xff", (char *)"\n\t\x7f", NULL },
		about("execve", me, NULL));
}

static void long_arguments(void)
{
	static char big[50000];

	memset(big, 'b', sizeof(big) - 1);
	syscall(SYS_execve, me, (char *[]){ (char *)"p", (char *)"child", big, big, NULL }, about("execve", me, NULL));
}

/* A program that lies in memory alone. */
static void from_memory(void)
{
	int fd = memfd_create("in memory", 0), file = open(me, O_RDONLY);
	struct stat st;

	NEED(fd >= 0 && fstat(file, &st) == 0 && sendfile(fd, file, NULL, (size_t)st.st_size) == st.st_size);
	syscall(SYS_execveat, fd, "", (char *[]){ (char *)"m", (char *)"child", NULL }, about("execveat", T("/dev/fd/%d", fd), NULL),
		AT_EMPTY_PATH);
}

/* A program that deletes its file: its children, described later, say so. */
static void deleted(void)
{
	char *gone = T("%s/gone", dir);

	NEED(link(me, gone) == 0);
	syscall(SYS_execve, gone, (char *[]){ (char *)"g", (char *)"child", (char *)"deleted", NULL }, about("execve", gone, NULL));
}

static void child_of_deleted(void)
{
	CALL(execve, "/no/such/program", NULL, NULL);
	expect(.event = "ExecuteProgram", .source = "process", .request = "{\"path\":\"/no/such/program\",\"argv\":null}",
	       .resources = R1("Program", "/no/such/program", "caller"));
}

static void *execute(void *unused)
{
	absolute();
	return unused;
}

/* A thread that is not the leader takes its place. */
static void from_thread(void)
{
	pthread_t thread;

	NEED(pthread_create(&thread, NULL, execute, NULL) == 0);
	pthread_join(thread, NULL);
}

static void run(void (*program)(void))
{
	int status;
	pid_t pid = fork();

	NEED(pid >= 0);
	if (pid == 0) {
		program();
		give_up("not executed");
	}
	NEED(waitpid(pid, &status, 0) == pid && status == 0);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "child") == 0)
		return child(argc, argv);
	NEED(argc == 2);
	dir = argv[1];
	expect_begin();
	expect_own_exec("execve", SYS_execve, argv[0], NULL, 0);
	me = T("%s/program", dir);
	NEED(chdir(dir) == 0);
	describe();
	failures();
	long_vectors();
	run(absolute);
	run(relative);
	run(by_descriptor);
	run(below_descriptor);
	run(script);
	run(not_text);
	run(long_arguments);
	run(from_thread);
	run(from_memory);
	run(deleted);
	for (int i = 0; i < MANY; i++)
		run(absolute);
	expect_finish();
}
