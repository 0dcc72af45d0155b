/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Executing programs: exec DIRECTORY makes the calls; those that succeed become this program again, as `... child`, which
 * says what it expects of the record that describes it.
 */
#include <linux/capability.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "capture/support/expect.h"

#ifndef AT_EXECVE_CHECK
#define AT_EXECVE_CHECK 0x10000
#endif

#define MANY 100
#define NOBODY 65534

static char *dir, *me;

/* ---- what the new image has to know of the call that made it, told by its environment, which is not recorded ---- */

static const char *const variables[] = {
	"CALL", "CALL_PATH", "INTERPRETER", "DIRFD", "DIRFD_PATH", "DIRFD_TYPE", "FLAGS", "SCRIPT", "SCRIPT_EVIDENCE", "BEFORE", "FILE",
	"STORAGE", "RAISED", "SECURE",
};

static char **environment(const struct own_exec *e)
{
	const char *values[] = {
		e->call, e->path, e->interpreter, e->dirfd, e->dirfd_path, e->dirfd_type, e->flags, e->script, e->script_evidence,
		describe_credentials(), e->file, e->storage, e->raised ? "yes" : NULL, e->secure ? "yes" : NULL,
	};
	char **all = calloc(sizeof(values) / sizeof(values[0]) + 2, sizeof(*all));
	unsigned n = 0;

	NEED(all);
	for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (values[i])
			all[n++] = T("%s=%s", variables[i], values[i]);
	all[n] = T("FROM=%llu", (unsigned long long)clock_ns(CLOCK_BOOTTIME));
	return all;
}

#define about(...) environment(&(struct own_exec){ __VA_ARGS__ })

static void child_of_deleted(void);

static int child(int argc, char **argv)
{
	struct own_exec e = {
		.call = getenv("CALL"), .path = getenv("CALL_PATH"), .interpreter = getenv("INTERPRETER"), .dirfd = getenv("DIRFD"),
		.dirfd_path = getenv("DIRFD_PATH"), .dirfd_type = getenv("DIRFD_TYPE"), .flags = getenv("FLAGS"), .script = getenv("SCRIPT"),
		.script_evidence = getenv("SCRIPT_EVIDENCE"), .before = getenv("BEFORE"), .file = getenv("FILE"),
		.storage = getenv("STORAGE"), .raised = getenv("RAISED"), .secure = getenv("SECURE"),
		.from = strtoull(getenv("FROM"), NULL, 10),
	};

	expect_join();
	expect_own_exec(&e);
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

static char *repeated(char c, size_t n)
{
	char *text = malloc(n + 1);

	NEED(text);
	memset(text, c, n);
	text[n] = '\0';
	return text;
}

/* One-letter arguments: what is shown of them. */
static char *letters(unsigned n)
{
	char *text = repeated(' ', 4 * (size_t)n + 1);

	for (unsigned i = 0; i < n; i++)
		memcpy(text + 4 * i, i ? ",\"x\"" : "[\"x\"", 4);
	text[4 * n] = ']';
	return text;
}

static void many_letters(unsigned n, const char *shown, const char *truncated)
{
	char **argv = calloc(n + 1, sizeof(*argv));

	NEED(argv);
	for (unsigned i = 0; i < n; i++)
		argv[i] = (char *)"x";
	CALL(execve, "/no/such/program", argv, NULL);
	expect(.event = "ExecuteProgram", .source = "process", .request = T("{\"path\":\"/no/such/program\",\"argv\":%s}", shown),
	       .resources = R1("Program", "/no/such/program", "caller"), .truncated = truncated);
}

/* A long string and a long vector: 8192 bytes are told, NULs included, and that there was more. */
static void long_vectors(void)
{
	char *big = repeated('y', 100000), *argv[] = { (char *)"a", big, (char *)"z", NULL };
	char *all[40];

	CALL(execve, "/no/such/program", argv, NULL);
	expect(.event = "ExecuteProgram", .source = "process",
	       .request = T("{\"path\":\"/no/such/program\",\"argv\":[\"a\",\"%.8190s\"]}", big),
	       .resources = R1("Program", "/no/such/program", "caller"), .truncated = "{\"requestParameters.argv\":8192}");
	/* Longer than what is read at a time, and whole; its NUL is the last byte; and so without room for its NUL. */
	argv[0] = big + 100000 - 8191;
	argv[1] = NULL;
	CALL(execve, "/no/such/program", argv, NULL);
	expect(.event = "ExecuteProgram", .source = "process", .request = T("{\"path\":\"/no/such/program\",\"argv\":[\"%s\"]}", argv[0]),
	       .resources = R1("Program", "/no/such/program", "caller"));
	argv[0]--;
	CALL(execve, "/no/such/program", argv, NULL);
	expect(.event = "ExecuteProgram", .source = "process", .request = T("{\"path\":\"/no/such/program\",\"argv\":[\"%s\"]}", argv[0]),
	       .resources = R1("Program", "/no/such/program", "caller"), .truncated = "{\"requestParameters.argv\":8192}");
	many_letters(4096, letters(4096), NULL);
	many_letters(4097, letters(4096), "{\"requestParameters.argv\":8192}");
	/* More than the kernel takes. */
	for (int i = 0; i < 39; i++)
		all[i] = big;
	all[39] = NULL;
	CALL(execve, me, all, NULL);
	NEED(last.error == E2BIG);
	expect(.event = "ExecuteProgram", .source = "process", .request = T("{\"path\":%s,\"argv\":[\"%.8192s\"]}", J(me), big),
	       .resources = R1("Program", me, "caller"), .truncated = "{\"requestParameters.argv\":8192}");
}

/* Asking whether something could be executed executes nothing. */
static void checks(void)
{
	char *argv[] = { (char *)"c", NULL };

	CALL(execveat, AT_FDCWD, me, argv, NULL, AT_EXECVE_CHECK);
	if (last.error == EINVAL)
		return;
	expect(.event = "CheckProgram", .source = "process", .read_only = true,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"argv\":[\"c\"],\"flags\":[\"AT_EXECVE_CHECK\"]}", J(me)),
	       .resources = R1("Program", me, "caller"));
	CALL(execveat, AT_FDCWD, "none", argv, NULL, AT_EXECVE_CHECK);
	expect(.event = "CheckProgram", .source = "process", .read_only = true,
	       .request = "{\"dirfd\":\"AT_FDCWD\",\"path\":\"none\",\"argv\":[\"c\"],\"flags\":[\"AT_EXECVE_CHECK\"]}",
	       .resources = R1("Program", T("%s/none", dir), "caller"));
}

/* ---- executed: each in a process of its own ---- */

static void absolute(void)
{
	syscall(SYS_execve, me, (char *[]){ (char *)"another name", (char *)"child", (char *)"", (char *)"last", NULL },
		about(.call = "execve", .path = me));
}

static void relative(void)
{
	NEED(chdir("..") == 0);
	syscall(SYS_execve, "./place/../place/program", (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execve", .path = "./place/../place/program"));
}

static void execveat_absolute(void)
{
	syscall(SYS_execveat, AT_FDCWD, me, (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execveat", .dirfd = "\"AT_FDCWD\"", .path = me, .flags = "[\"AT_SYMLINK_NOFOLLOW\"]"), AT_SYMLINK_NOFOLLOW);
}

/* Where the path is absolute the descriptor counts for nothing. */
static void execveat_unused_descriptor(void)
{
	syscall(SYS_execveat, 7777, me, (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execveat", .dirfd = "7777", .path = me, .flags = "[]"), 0);
}

static void execveat_relative(void)
{
	syscall(SYS_execveat, AT_FDCWD, "program", (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execveat", .dirfd = "\"AT_FDCWD\"", .path = "program", .flags = "[]"), 0);
}

static void below_descriptor(void)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY);

	syscall(SYS_execveat, fd, "program", (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execveat", .dirfd = T("%d", fd), .dirfd_path = dir, .path = "program", .flags = "[]"), 0);
}

/* Closed by the exec: what it was is not known any more. */
static void below_closed_descriptor(void)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	syscall(SYS_execveat, fd, "program", (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execveat", .dirfd = T("%d", fd), .path = "program", .flags = "[]"), 0);
}

static void execute_descriptor(int fd, const char *path, const char *storage)
{
	syscall(SYS_execveat, fd, "", (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execveat", .dirfd = T("%d", fd), .dirfd_path = path, .path = "", .flags = "[\"AT_EMPTY_PATH\"]",
		      .storage = storage), AT_EMPTY_PATH);
}

static void by_descriptor(void)
{
	execute_descriptor(open(me, O_RDONLY), me, NULL);
}

static void by_path_descriptor(void)
{
	execute_descriptor(open(me, O_PATH), me, NULL);
}

static void script(void)
{
	char *path = T("%s/script", dir);

	syscall(SYS_execve, path, (char *[]){ (char *)"s", (char *)"argument", NULL },
		about(.call = "execve", .path = path, .interpreter = me, .script = path, .script_evidence = "caller"));
}

/* A script whose interpreter is a script: the last interpreter is the one that runs. */
static void script_of_script(void)
{
	char *path = T("%s/outer", dir);

	syscall(SYS_execve, "outer", (char *[]){ (char *)"s", NULL },
		about(.call = "execve", .path = "outer", .interpreter = me, .script = path, .script_evidence = "caller"));
}

static void script_below_descriptor(void)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY);

	NEED(chdir("/") == 0);
	syscall(SYS_execveat, fd, "script", (char *[]){ (char *)"s", NULL },
		about(.call = "execveat", .dirfd = T("%d", fd), .dirfd_path = dir, .path = "script", .flags = "[]", .interpreter = me,
		      .script = T("%s/script", dir), .script_evidence = "caller"), 0);
}

static void script_by_descriptor(void)
{
	char *path = T("%s/script", dir);
	int fd = open(path, O_RDONLY);

	syscall(SYS_execveat, fd, "", (char *[]){ (char *)"s", NULL },
		about(.call = "execveat", .dirfd = T("%d", fd), .dirfd_path = path, .path = "", .flags = "[\"AT_EMPTY_PATH\"]",
		      .interpreter = me, .script = path, .script_evidence = "kernel"), AT_EMPTY_PATH);
}

static char *loader(void)
{
	char *maps = read_whole("/proc/self/maps", NULL), *at = strstr(maps, "/ld-linux"), *begin = at;

	NEED(at);
	while (*begin != ' ')
		begin--;
	at[strcspn(at, "\n")] = '\0';
	return begin + 1;
}

/* The program is then an argument of the dynamic loader's. */
static void by_loader(void)
{
	syscall(SYS_execve, loader(), (char *[]){ (char *)"ld", me, (char *)"child", NULL }, about(.call = "execve", .path = loader()));
}

static void not_text(void)
{
	syscall(SYS_execve, me, (char *[]){ (char *)"p", (char *)"child", (char *)"\x80\xff", (char *)"\n\t\x7f", NULL },
		about(.call = "execve", .path = me));
}

static void long_arguments(void)
{
	char *big = repeated('b', 49999);

	syscall(SYS_execve, me, (char *[]){ (char *)"p", (char *)"child", big, big, NULL }, about(.call = "execve", .path = me));
}

/* As long as the kernel lets them be. */
static void longest_arguments(void)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	char *argv[] = { (char *)"p", (char *)"child", [2 ... 17] = repeated('c', 120000), NULL };

	NEED(setrlimit(RLIMIT_STACK, &unlimited) == 0);
	syscall(SYS_execve, me, argv, about(.call = "execve", .path = me));
}

/* A program that lies in memory alone. */
static void from_memory(void)
{
	int fd = memfd_create("in memory", 0), file = open(me, O_RDONLY);
	struct stat st;

	NEED(fd >= 0 && fstat(file, &st) == 0 && sendfile(fd, file, NULL, (size_t)st.st_size) == st.st_size);
	syscall(SYS_execveat, fd, "", (char *[]){ (char *)"m", (char *)"child", NULL },
		about(.call = "execveat", .dirfd = T("%d", fd), .path = "", .flags = "[\"AT_EMPTY_PATH\"]", .storage = "memory",
		      .dirfd_type = "memfd:in memory"), AT_EMPTY_PATH);
}

/* A program whose file has no name any more. */
static void nameless(void)
{
	char *gone = T("%s/nameless", dir);
	int fd;

	NEED(link(me, gone) == 0);
	fd = open(gone, O_RDONLY);
	NEED(fd >= 0 && unlink(gone) == 0);
	execute_descriptor(fd, gone, "deleted");
}

/* A program that deletes its file: its children, described later, say so. */
static void deleted(void)
{
	char *gone = T("%s/gone", dir);

	NEED(link(me, gone) == 0);
	syscall(SYS_execve, gone, (char *[]){ (char *)"g", (char *)"child", (char *)"deleted", NULL },
		about(.call = "execve", .path = gone));
}

/* ---- executed with more rights than before ---- */

static void become_nobody(void)
{
	NEED(syscall(SYS_setresgid, NOBODY, NOBODY, NOBODY) == 0 && syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY) == 0);
	/* What has changed its ids may not be looked at, not even by itself. */
	NEED(prctl(PR_SET_DUMPABLE, 1) == 0);
}

static void set_user(void)
{
	mute();
	become_nobody();
	unmute();
	syscall(SYS_execve, "./set-user", (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execve", .path = "./set-user", .file = "\"setUserId\":true", .raised = true, .secure = true));
}

static void set_group(void)
{
	mute();
	become_nobody();
	unmute();
	syscall(SYS_execve, "./set-group", (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execve", .path = "./set-group", .file = "\"setGroupId\":true", .raised = true, .secure = true));
}

static void file_capabilities(void)
{
	mute();
	become_nobody();
	unmute();
	syscall(SYS_execve, "./capable", (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execve", .path = "./capable", .file = "\"capabilities\":true", .raised = true, .secure = true));
}

/* Whoever has the rights already gains none by them. */
static void set_user_in_vain(void)
{
	syscall(SYS_execve, "./set-user", (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execve", .path = "./set-user", .file = "\"setUserId\":true"));
}

/* User 0 without capabilities regains them by executing anything. */
static void regaining(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { { 0 }, { 0 } };

	mute();
	NEED(syscall(SYS_capset, &header, none) == 0);
	unmute();
	syscall(SYS_execve, me, (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execve", .path = me, .raised = true));
}

/* No new privileges: the bits are on the file, and do nothing. */
static void set_user_without_rise(void)
{
	mute();
	become_nobody();
	NEED(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	unmute();
	syscall(SYS_execve, "./set-user", (char *[]){ (char *)"p", (char *)"child", NULL },
		about(.call = "execve", .path = "./set-user", .file = "\"setUserId\":true"));
}

static void copy_with(const char *name, mode_t mode, uid_t owner, gid_t group)
{
	char *to = T("%s/%s", dir, name);
	int from = open(me, O_RDONLY), fd = open(to, O_WRONLY | O_CREAT | O_EXCL, 0700);
	struct stat st;

	NEED(from >= 0 && fd >= 0 && fstat(from, &st) == 0 && sendfile(fd, from, NULL, (size_t)st.st_size) == st.st_size);
	NEED(fchown(fd, owner, group) == 0 && fchmod(fd, mode) == 0);
	close(from);
	close(fd);
}

static void make_rising_programs(void)
{
	struct vfs_cap_data data = { .magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE };

	mute();
	copy_with("set-user", 04755, 0, 0);
	copy_with("set-group", 02755, 0, 0);
	copy_with("capable", 0755, 0, 0);
	data.data[0].permitted = 1u << CAP_NET_RAW;
	data.data[1].permitted = 1u << (CAP_BPF - 32);
	NEED(setxattr(T("%s/capable", dir), "security.capability", &data, sizeof(data), 0) == 0);
	unmute();
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

static void (*const programs[])(void) = {
	absolute, relative, execveat_absolute, execveat_unused_descriptor, execveat_relative, below_descriptor,
	below_closed_descriptor, by_descriptor, by_path_descriptor, script, script_of_script, script_below_descriptor,
	script_by_descriptor, by_loader, not_text, long_arguments, longest_arguments, from_thread, from_memory, nameless, deleted,
	set_user, set_group, file_capabilities, set_user_in_vain, regaining, set_user_without_rise,
};

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "child") == 0)
		return child(argc, argv);
	NEED(argc == 2);
	dir = argv[1];
	expect_begin();
	expect_own_exec(&(struct own_exec){ .call = "execve", .path = argv[0] });
	me = T("%s/program", dir);
	NEED(chdir(dir) == 0);
	describe();
	failures();
	long_vectors();
	checks();
	make_rising_programs();
	for (unsigned i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		run(programs[i]);
	for (int i = 0; i < MANY; i++)
		run(absolute);
	expect_finish();
}
