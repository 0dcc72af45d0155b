/* SPDX-License-Identifier: BSD-2-Clause */
/* Management or data, read or write, and under which name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "event/classify.h"
#include "record.h"

#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })

static struct ht_paths *paths;
static bool foreign;

static int setup(void **state)
{
	static const char rules[] = "control /etc\ncredential /etc/shadow\ncredential */id_rsa\n";

	(void)state;
	return ht_paths_parse(&paths, "f", rules, sizeof(rules) - 1, NULL);
}

static int teardown(void **state)
{
	(void)state;
	ht_paths_free(paths);
	return 0;
}

/* "management write ChangeMode filesystem" of a record with one resource. */
static const char *class_of(const struct record *r, const char *resource)
{
	static char out[200];
	struct ht_classify_context c = { .paths = paths, .proc = "/proc", .foreign = foreign };
	struct ht_event_view view = { .resources = resource ? 1 : 0 };
	struct ht_wire_view w;
	struct ht_class class;

	view.resource[0].name = ht_text_of(resource);
	assert_int_equal(ht_wire_read(r->bytes, r->used, &w), 0);
	ht_classify(&c, r->call, &w, &view, &class);
	snprintf(out, sizeof(out), "%s %s %s %s", class.management ? "management" : "data", class.read_only ? "read" : "write",
		 class.event, ht_source_name(class.source));
	return out;
}

static const char *open_class(uint64_t flags, const char *resource)
{
	struct record r;

	record_begin(&r, "openat", HT_ABI_X86_64, 3, ARGS(0, 1, flags));
	return class_of(&r, resource);
}

static void test_by_path(void **state)
{
	(void)state;
	assert_string_equal(open_class(O_RDONLY, "/etc/x"), "data read OpenFile filesystem");
	assert_string_equal(open_class(O_WRONLY, "/etc/x"), "management write OpenFile filesystem");
	assert_string_equal(open_class(O_RDWR, "/etc/x"), "management write OpenFile filesystem");
	assert_string_equal(open_class(O_RDONLY | O_CREAT, "/etc/x"), "management write OpenFile filesystem");
	assert_string_equal(open_class(O_RDONLY | O_TRUNC, "/etc/x"), "management write OpenFile filesystem");
	assert_string_equal(open_class(O_RDONLY, "/etc/shadow"), "management read OpenFile filesystem");
	assert_string_equal(open_class(O_WRONLY, "/etc/shadow"), "management write OpenFile filesystem");
	assert_string_equal(open_class(O_RDONLY, "/home/u/id_rsa"), "management read OpenFile filesystem");
	assert_string_equal(open_class(O_WRONLY, "/srv/x"), "data write OpenFile filesystem");
	assert_string_equal(open_class(O_WRONLY, NULL), "data write OpenFile filesystem");
	/* It may begin anywhere. */
	assert_string_equal(open_class(O_WRONLY, "…/d/x"), "management write OpenFile filesystem");
	assert_string_equal(open_class(O_RDONLY, "…/d/x"), "data read OpenFile filesystem");
	assert_string_equal(open_class(O_RDONLY, "…/d/id_rsa"), "management read OpenFile filesystem");
}

static void test_open_how(void **state)
{
	uint64_t how[3] = { O_RDONLY, 0, 0 };
	struct record r;

	(void)state;
	record_begin(&r, "openat2", HT_ABI_X86_64, 3, ARGS(0, 1, 2, 24));
	/* Unknown flags could be any. */
	assert_string_equal(class_of(&r, "/etc/x"), "management write OpenFile filesystem");
	record_item(&r, HT_ITEM_BYTES, 2, 0, how, sizeof(how));
	assert_string_equal(class_of(&r, "/etc/x"), "data read OpenFile filesystem");
	how[0] = O_WRONLY;
	memcpy(record_last(&r) + 1, how, sizeof(how));
	assert_string_equal(class_of(&r, "/etc/x"), "management write OpenFile filesystem");
	record_last(&r)->length = 4;
	memset(record_last(&r) + 1, 0, 8);
	r.used -= 16;
	((struct ht_wire_head *)r.bytes)->size = (uint32_t)r.used;
	assert_string_equal(class_of(&r, "/etc/x"), "management write OpenFile filesystem");
}

static void test_always(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "chmod", HT_ABI_X86_64, -2, ARGS(1, 2));
	assert_string_equal(class_of(&r, "/srv/x"), "management write ChangeMode filesystem");
	record_begin(&r, "stat", HT_ABI_X86_64, 0, ARGS(1, 2));
	assert_string_equal(class_of(&r, "/etc/shadow"), "data read GetFileStatus filesystem");
	r.call = NULL;
	assert_string_equal(class_of(&r, NULL), "data write UnknownSystemCall kernel");
}

static void test_by_command(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "unlinkat", HT_ABI_X86_64, 0, ARGS(0, 1, 0x200));
	assert_string_equal(class_of(&r, "/etc/x"), "management write DeleteDirectory filesystem");
	assert_string_equal(class_of(&r, "/srv/x"), "data write DeleteDirectory filesystem");
	record_begin(&r, "mknod", HT_ABI_X86_64, 0, ARGS(0, 0020600));
	assert_string_equal(class_of(&r, "/srv/x"), "management write CreateDevice filesystem");
	record_begin(&r, "mknod", HT_ABI_X86_64, 0, ARGS(0, 0010600));
	assert_string_equal(class_of(&r, "/srv/x"), "data write CreateSpecialFile filesystem");
	record_begin(&r, "bpf", HT_ABI_X86_64, 0, ARGS(5));
	assert_string_equal(class_of(&r, NULL), "management write LoadBpfProgram kernel");
	record_begin(&r, "bpf", HT_ABI_X86_64, 0, ARGS(1));
	assert_string_equal(class_of(&r, NULL), "data read ReadBpfMap kernel");
}

static void test_by_attribute(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "setxattr", HT_ABI_X86_64, 0, ARGS(1, 2, 3, 4, 0));
	assert_string_equal(class_of(&r, "/srv/x"), "management write SetExtendedAttribute filesystem");
	record_text(&r, HT_ITEM_STRING, 1, "user.x");
	assert_string_equal(class_of(&r, "/srv/x"), "data write SetExtendedAttribute filesystem");
	assert_string_equal(class_of(&r, "/etc/x"), "management write SetExtendedAttribute filesystem");
	record_begin(&r, "setxattr", HT_ABI_X86_64, 0, ARGS(1, 2, 3, 4, 0));
	record_text(&r, HT_ITEM_STRING, 1, "security.capability");
	assert_string_equal(class_of(&r, "/srv/x"), "management write SetExtendedAttribute filesystem");
}

static const char *kill_class(int64_t pid, uint32_t uid, int64_t result)
{
	struct ht_wire_event *e;
	struct record r;

	record_begin(&r, "kill", HT_ABI_X86_64, result, ARGS((uint64_t)pid, 9));
	e = (struct ht_wire_event *)r.bytes;
	e->pid = 77;
	e->tid = 78;
	e->identity.uid = uid;
	return class_of(&r, NULL);
}

/* Whoever must not be dumped has a directory in procfs that is root's, and is no process of root's for that. */
static void test_target_not_dumpable(void **state)
{
	int pipes[2];
	char byte;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		if (setuid(4242) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0 && write(pipes[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	assert_string_equal(kill_class(pid, 0, 0), "management write SendSignal process");
	assert_string_equal(kill_class(pid, 4242, 0), "data write SendSignal process");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(pipes[0]);
}

/* Numbers of another pid namespace are those of other processes here. */
static void test_target_elsewhere(void **state)
{
	const char *management = "management write SendSignal process", *data = "data write SendSignal process";

	(void)state;
	foreign = true;
	assert_string_equal(kill_class(getpid(), getuid(), 0), management);
	assert_string_equal(kill_class(77, 1000, 0), management);
	assert_string_equal(kill_class(0, 1000, 0), data);
	assert_string_equal(kill_class(5, 1000, -3), data);
	foreign = false;
}

/* Signals to others' processes are management. */
static void test_by_target(void **state)
{
	const char *management = "management write SendSignal process", *data = "data write SendSignal process";

	(void)state;
	assert_string_equal(kill_class(1, 1000, 0), management);
	assert_string_equal(kill_class(1, 0, 0), data);
	assert_string_equal(kill_class(-1, 0, 0), management);
	assert_string_equal(kill_class(0, 1000, 0), data);
	assert_string_equal(kill_class(77, 1000, 0), data);
	assert_string_equal(kill_class(78, 1000, 0), data);
	assert_string_equal(kill_class(getpid(), getuid(), 0), data);
	assert_string_equal(kill_class(getpid(), getuid() + 1, 0), management);
	/* There was nobody; and whoever is gone by now was perhaps another's. */
	assert_string_equal(kill_class(0x3fffffff, 1000, -3), data);
	assert_string_equal(kill_class(0x3fffffff, 1000, 0), management);
}

static void test_by_credentials(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "execve", HT_ABI_X86_64, 0, ARGS(0));
	record_exec(&r, HT_EXEC_NOTED | HT_EXEC_SECURE);
	assert_string_equal(class_of(&r, "/etc/x"), "data write ExecuteProgram process");
	record_begin(&r, "execve", HT_ABI_X86_64, 0, ARGS(0));
	record_exec(&r, HT_EXEC_RAISED);
	assert_string_equal(class_of(&r, "/bin/x"), "management write ExecuteProgram process");
	record_begin(&r, "execve", HT_ABI_X86_64, -13, ARGS(1, 2, 3));
	assert_string_equal(class_of(&r, "/bin/x"), "data write ExecuteProgram process");
	record_begin(&r, "execveat", HT_ABI_X86_64, 0, ARGS(AT_FDCWD, 1, 2, 3, 0x10000));
	assert_string_equal(class_of(&r, "/bin/x"), "data read CheckProgram process");
}

static const char *end_class(const char *call, uint32_t flags)
{
	const struct ht_wire_exit e = { .flags = flags };
	struct record r;

	record_begin(&r, call, HT_ABI_X86_64, 0, ARGS(0));
	record_item(&r, HT_ITEM_EXIT, HT_ITEM_RESULT, 0, &e, sizeof(e));
	return class_of(&r, NULL);
}

static void test_ends(void **state)
{
	(void)state;
	assert_string_equal(end_class("exit", HT_EXIT_CALL), "data write ExitThread process");
	assert_string_equal(end_class("exit", HT_EXIT_CALL | HT_EXIT_LAST), "data write ExitProcess process");
	assert_string_equal(end_class("exit_group", HT_EXIT_CALL), "data write ExitThread process");
	assert_string_equal(end_class("exit_group", HT_EXIT_LAST), "data write ExitProcess process");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_path),	   cmocka_unit_test(test_open_how),	cmocka_unit_test(test_always),
		cmocka_unit_test(test_by_command), cmocka_unit_test(test_by_attribute), cmocka_unit_test(test_by_target),
		cmocka_unit_test(test_target_not_dumpable), cmocka_unit_test(test_target_elsewhere),
		cmocka_unit_test(test_by_credentials), cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
