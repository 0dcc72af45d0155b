/* SPDX-License-Identifier: BSD-2-Clause */
/* What an event acted upon: names, kinds and evidence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "event/resource.h"
#include "record.h"
#include "support/events.h"

#define CWD 0xffffff9c

static struct ht_buffer text;

/* "Host::File /etc/x kernel; ..." of a record's resources. */
static const char *resources_of(const struct record *r, const struct ht_image *image)
{
	static char out[4 * HT_PATH_BYTES];
	struct ht_resource_context c = { .call = r->call, .image = image, .host_name = "box" };
	struct ht_event_view view = { 0 };
	struct ht_wire_view w;
	size_t n = 0;

	assert_int_equal(ht_users_new(&c.users, "/nonexistent", "/nonexistent"), 0);
	assert_int_equal(ht_wire_read(r->bytes, r->used, &w), 0);
	c.w = &w;
	ht_resources_find(&c, &text, &view);
	out[0] = '\0';
	for (unsigned i = 0; i < view.resources; i++) {
		const struct ht_resource *v = &view.resource[i];

		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%.*s %.*s %.*s", i ? "; " : "", (int)v->type.length, v->type.data,
				      (int)v->name.length, v->name.data, (int)v->evidence.length, v->evidence.data);
	}
	ht_users_free(c.users);
	return out;
}

#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })
#define assert_resources(r, want) assert_string_equal(resources_of(r, NULL), want)

static void test_paths(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "openat", HT_ABI_X86_64, 3, ARGS(CWD, 1, 0, 0));
	record_text(&r, HT_ITEM_STRING, 1, "link");
	record_text(&r, HT_ITEM_BASE, 1, "/srv");
	record_text(&r, HT_ITEM_PATH, HT_ITEM_RESULT, "/etc/real");
	assert_resources(&r, "Host::File /etc/real kernel");
	record_last(&r)->mode = S_IFDIR | 0755;
	assert_resources(&r, "Host::Directory /etc/real kernel");
	record_last(&r)->mode = S_IFSOCK;
	assert_resources(&r, "Host::Socket /etc/real kernel");
	/* A path whose beginning was cut does not look like one from the root. */
	record_last(&r)->mode = 0;
	record_last(&r)->flags = HT_ITEM_TRUNCATED;
	assert_resources(&r, "Host::File …/etc/real kernel");

	record_begin(&r, "openat", HT_ABI_X86_64, -2, ARGS(CWD, 1, 0, 0));
	record_text(&r, HT_ITEM_STRING, 1, "../x/./y");
	record_text(&r, HT_ITEM_BASE, 1, "/srv/dir");
	assert_resources(&r, "Host::File /srv/x/y caller");
	record_last(&r)->flags = HT_ITEM_TRUNCATED;
	assert_resources(&r, "Host::File …/srv/x/y caller");
	/* At what is no directory there is nothing. */
	record_last(&r)->flags = HT_ITEM_PSEUDO;
	assert_resources(&r, "");
	record_begin(&r, "openat", HT_ABI_X86_64, -9, ARGS(99, 1, 0, 0));
	record_text(&r, HT_ITEM_STRING, 1, "relative");
	assert_resources(&r, "");
	record_begin(&r, "openat", HT_ABI_X86_64, -2, ARGS(99, 1, 0, 0));
	record_text(&r, HT_ITEM_STRING, 1, "/absolute//x");
	assert_resources(&r, "Host::File /absolute/x caller");
	record_begin(&r, "openat", HT_ABI_X86_64, -14, ARGS(99, 1, 0, 0));
	assert_resources(&r, "");
}

static void test_two_paths(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "rename", HT_ABI_X86_64, 0, ARGS(1, 2));
	record_text(&r, HT_ITEM_STRING, 0, "a");
	record_text(&r, HT_ITEM_BASE, 0, "/srv");
	record_text(&r, HT_ITEM_STRING, 1, "/etc/b");
	assert_resources(&r, "Host::File /srv/a caller; Host::File /etc/b caller");
	record_begin(&r, "mkdir", HT_ABI_X86_64, 0, ARGS(1));
	record_text(&r, HT_ITEM_STRING, 0, "/etc/d/");
	assert_resources(&r, "Host::Directory /etc/d caller");
}

/* No path, or an empty one: the file behind the descriptor. */
static void test_empty_path(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "fchownat", HT_ABI_X86_64, 0, ARGS(3, 1, 0, 0, 0x1000));
	record_text(&r, HT_ITEM_STRING, 1, "");
	record_text(&r, HT_ITEM_BASE, 1, "/etc/file");
	assert_resources(&r, "Host::File /etc/file kernel");
	((struct ht_wire_event *)r.bytes)->result = -1;
	assert_resources(&r, "Host::File /etc/file kernel");
	/* ENOENT: the empty name itself was not accepted. */
	((struct ht_wire_event *)r.bytes)->result = -2;
	assert_resources(&r, "");
	record_begin(&r, "utimensat", HT_ABI_X86_64, 0, ARGS(3, 0, 0, 0));
	record_text(&r, HT_ITEM_PATH, 1, "/etc/file");
	assert_resources(&r, "Host::File /etc/file kernel");
}

static void test_without_path(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "fchmod", HT_ABI_X86_64, 0, ARGS(3, 0600));
	record_item(&r, HT_ITEM_PATH, 0, HT_ITEM_PSEUDO, "pipe", 4);
	record_last(&r)->mode = S_IFIFO | 0600;
	record_last(&r)->inode = 12345678901ull;
	assert_resources(&r, "Host::File pipe:[12345678901] kernel");
	record_begin(&r, "fchmod", HT_ABI_X86_64, 0, ARGS(3, 0600));
	record_item(&r, HT_ITEM_PATH, 0, HT_ITEM_PSEUDO, "anon_inode:[eventfd]", 20);
	assert_resources(&r, "Host::File anon_inode:[eventfd] kernel");
	record_begin(&r, "setns", HT_ABI_X86_64, 0, ARGS(3, 0));
	record_item(&r, HT_ITEM_PATH, 0, HT_ITEM_PSEUDO, "net", 3);
	record_last(&r)->inode = 4026531840u;
	assert_resources(&r, "Host::Namespace net:[4026531840] kernel");
}

static void test_programs(void **state)
{
	struct ht_image image = { .exe = HT_TEXT("/bin/dash"), .cwd = HT_TEXT("/srv") };
	struct record r;

	(void)state;
	record_begin(&r, "execve", HT_ABI_X86_64, 0, ARGS(0));
	record_text(&r, HT_ITEM_STRING, 0, "/bin/sh");
	record_exec(&r, 0);
	assert_string_equal(resources_of(&r, &image), "Host::Program /bin/dash kernel");
	record_begin(&r, "execve", HT_ABI_X86_64, 0, ARGS(0));
	record_text(&r, HT_ITEM_STRING, 0, "./script");
	record_item(&r, HT_ITEM_INTERPRETER, HT_ITEM_RESULT, 0, "/bin/sh", 7);
	record_exec(&r, HT_EXEC_NOTED);
	assert_string_equal(resources_of(&r, &image), "Host::Program /bin/dash kernel; Host::Program /srv/script caller");
	record_begin(&r, "execve", HT_ABI_X86_64, -13, ARGS(1, 2, 3));
	record_text(&r, HT_ITEM_STRING, 0, "/bin/none");
	assert_string_equal(resources_of(&r, &image), "Host::Program /bin/none caller");
	/* Asked whether it could be executed: nothing was. */
	record_begin(&r, "execveat", HT_ABI_X86_64, 0, ARGS(AT_FDCWD, 1, 2, 3, 0x10000));
	record_text(&r, HT_ITEM_STRING, 1, "/bin/other");
	assert_string_equal(resources_of(&r, &image), "Host::Program /bin/other caller");
}

static void script_by(struct record *r, uint32_t flags, const char *path, const char *base)
{
	record_begin(r, "execveat", HT_ABI_X86_64, 0, ARGS(5, 0, 0, 0, 0));
	record_text(r, HT_ITEM_STRING, 1, path);
	record_text(r, HT_ITEM_INTERPRETER, HT_ITEM_RESULT, "/bin/sh");
	if (base)
		record_text(r, HT_ITEM_BASE, 1, base);
	record_exec(r, flags);
}

static void test_scripts_by_descriptor(void **state)
{
	const uint32_t known = HT_EXEC_NOTED | HT_EXEC_BY_DESCRIPTOR;
	struct ht_image image = { .exe = HT_TEXT("/bin/dash"), .cwd = HT_TEXT("/srv") };
	struct record r;

	(void)state;
	script_by(&r, known, "/dev/fd/5/a/../b", "/opt");
	assert_string_equal(resources_of(&r, &image), "Host::Program /bin/dash kernel; Host::Program /opt/b caller");
	script_by(&r, known, "/dev/fd/5", "/opt/script");
	assert_string_equal(resources_of(&r, &image), "Host::Program /bin/dash kernel; Host::Program /opt/script kernel");
	/* Closed since: nobody knows where the path began. */
	script_by(&r, known, "/dev/fd/5/b", NULL);
	assert_string_equal(resources_of(&r, &image), "Host::Program /bin/dash kernel");
	/* Not noted: the descriptor is the kernel's word for it. */
	script_by(&r, HT_EXEC_BY_DESCRIPTOR, "/dev/fd/5/b", NULL);
	assert_string_equal(resources_of(&r, &image), "Host::Program /bin/dash kernel; Host::Program /dev/fd/5/b caller");
	/* The caller's own words. */
	script_by(&r, HT_EXEC_NOTED, "/dev/fd/5/b", NULL);
	assert_string_equal(resources_of(&r, &image), "Host::Program /bin/dash kernel; Host::Program /dev/fd/5/b caller");
}

static void test_numbers_and_self(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "pidfd_send_signal", HT_ABI_X86_64, 0, ARGS(7, 9));
	record_item(&r, HT_ITEM_PATH, 0, HT_ITEM_PSEUDO, "anon_inode:[pidfd]", 18);
	assert_resources(&r, "");
	record_last(&r)->pid = 4711;
	assert_resources(&r, "Host::Process 4711 kernel");
	record_begin(&r, "pidfd_send_signal", HT_ABI_X86_64, -9, ARGS(7, 9));
	assert_resources(&r, "");
	record_begin(&r, "setuid", HT_ABI_X86_64, 0, ARGS(65534));
	assert_resources(&r, "Host::User nobody kernel");
	record_begin(&r, "setuid", HT_ABI_X86_64, 0, ARGS(4000000001u));
	assert_resources(&r, "Host::User 4000000001 kernel");
	record_begin(&r, "setreuid", HT_ABI_X86_64, 0, ARGS(5, UINT32_MAX));
	assert_resources(&r, "");
	record_begin(&r, "setgid", HT_ABI_X86_64, 0, ARGS(4000000001u));
	assert_resources(&r, "Host::Group 4000000001 kernel");
	record_begin(&r, "kill", HT_ABI_X86_64, 0, ARGS((uint64_t)-5, 9));
	assert_resources(&r, "Host::Process -5 kernel");
	record_begin(&r, "unshare", HT_ABI_X86_64, 0, ARGS(0));
	((struct ht_wire_event *)r.bytes)->pid = 77;
	assert_resources(&r, "Host::Process 77 kernel");
	record_begin(&r, "sethostname", HT_ABI_X86_64, 0, ARGS(1, 2));
	assert_resources(&r, "Host::Host box kernel");
	record_text(&r, HT_ITEM_BYTES, 0, "web2");
	assert_resources(&r, "Host::Host box kernel; Host::Host web2 caller");
	record_begin(&r, "setdomainname", HT_ABI_X86_64, 0, ARGS(1, 2));
	record_text(&r, HT_ITEM_BYTES, 0, "example");
	assert_resources(&r, "Host::Host box kernel");
	record_begin(&r, "delete_module", HT_ABI_X86_64, 0, ARGS(1, 2));
	record_text(&r, HT_ITEM_STRING, 0, "loop");
	assert_resources(&r, "Host::KernelModule loop caller");
}

static void sockaddr(struct record *r, const void *address, size_t n)
{
	record_begin(r, "connect", HT_ABI_X86_64, 0, ARGS(3, 1, n));
	record_item(r, HT_ITEM_BYTES, 1, 0, address, n);
}

static void test_sockets(void **state)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = htonl(0xc0000207) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(443), .sin6_addr.s6_addr = { 0x20, 1, [15] = 5 } };
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/run/x" };
	struct ht_wire_socket socket = { .family = AF_INET, .remote_port = htons(22), .remote = { 192, 0, 2, 9 } };
	struct record r;

	(void)state;
	sockaddr(&r, &v4, sizeof(v4));
	assert_resources(&r, "Host::Socket 192.0.2.7:80 caller");
	sockaddr(&r, &v4, sizeof(v4) - 1);
	assert_resources(&r, "");
	sockaddr(&r, &v6, sizeof(v6));
	assert_resources(&r, "Host::Socket [2001::5]:443 caller");
	sockaddr(&r, &un, sizeof(un));
	assert_resources(&r, "Host::Socket /run/x caller");
	sockaddr(&r, &un, 2 + 4);
	assert_resources(&r, "Host::Socket /run caller");
	memcpy(un.sun_path, "\0a\0b", 4);
	sockaddr(&r, &un, 2 + 4);
	assert_resources(&r, "Host::Socket @a@b caller");
	sockaddr(&r, &un, 2);
	assert_resources(&r, "");
	sockaddr(&r, &un, 1);
	assert_resources(&r, "");
	/* What the kernel holds stands above what the caller says. */
	record_begin(&r, "shutdown", HT_ABI_X86_64, 0, ARGS(3, 0));
	record_item(&r, HT_ITEM_PATH, 0, HT_ITEM_PSEUDO, "socket", 6);
	record_last(&r)->mode = S_IFSOCK;
	record_last(&r)->inode = 5;
	record_item(&r, HT_ITEM_SOCKET, 0, 0, &socket, sizeof(socket));
	assert_resources(&r, "Host::Socket 192.0.2.9:22 kernel");
	socket.remote_port = 0;
	memcpy(record_last(&r) + 1, &socket, sizeof(socket));
	assert_resources(&r, "Host::Socket socket:[5] kernel");
}

/* A name that was changed may lead elsewhere over links: where to is looked up, and marked as looked up. */
static void test_resolved(void **state)
{
	char spelled[4096], want[3 * 4096], directory[4096];
	const char *d = test_directory();
	struct record r;

	(void)state;
	assert_non_null(realpath(d, directory));
	snprintf(spelled, sizeof(spelled), "%s/real", d);
	assert_int_equal(mkdir(spelled, 0700), 0);
	snprintf(spelled, sizeof(spelled), "%s/link", d);
	assert_int_equal(symlink("real", spelled), 0);
	snprintf(spelled, sizeof(spelled), "%s/link/file", d);
	record_begin(&r, "unlink", HT_ABI_X86_64, 0, ARGS(1));
	((struct ht_wire_event *)r.bytes)->tid = (uint32_t)getpid();
	record_text(&r, HT_ITEM_STRING, 0, spelled);
	snprintf(want, sizeof(want), "Host::File %s caller", spelled);
	assert_resources(&r, want);
	((struct ht_wire_event *)r.bytes)->route = HT_ROUTED_UNDECIDED;
	snprintf(want, sizeof(want), "Host::File %s caller; Host::File %s/real/file resolved", spelled, directory);
	assert_resources(&r, want);
	((struct ht_wire_event *)r.bytes)->result = -2;
	snprintf(want, sizeof(want), "Host::File %s caller", spelled);
	assert_resources(&r, want);
	test_directory_remove();
}

/* Of the call's only path. Its resource is the spelling, and what that leads to. */
static void leads_to(struct record *r, const char *spelled, const char *to)
{
	char want[3 * 4096];

	((struct ht_wire_event *)r->bytes)->route = HT_ROUTED_UNDECIDED;
	((struct ht_wire_event *)r->bytes)->pid = (uint32_t)getpid();
	((struct ht_wire_event *)r->bytes)->tid = (uint32_t)getpid();
	record_text(r, HT_ITEM_STRING, 0, spelled);
	snprintf(want, sizeof(want), "Host::File %s caller%s%s%s", spelled, to ? "; Host::File " : "", to ? to : "",
		 to ? " resolved" : "");
	assert_resources(r, want);
}

/* What procfs and links say to the caller, they do not say to the recorder. */
static void test_resolved_for_the_caller(void **state)
{
	char spelled[2 * 4096], to[2 * 4096], directory[4096];
	const char *d = test_directory();
	struct record r;
	int fd;

	(void)state;
	assert_non_null(realpath(d, directory));
	snprintf(spelled, sizeof(spelled), "%s/file", directory);
	snprintf(to, sizeof(to), "%s/link", directory);
	assert_int_equal(symlink(spelled, to), 0);
	fd = open(d, O_PATH | O_DIRECTORY);
	assert_true(fd >= 0);
	snprintf(to, sizeof(to), "%s/none", directory);
	snprintf(spelled, sizeof(spelled), "/proc/self/root%s/none", directory);
	record_begin(&r, "unlink", HT_ABI_X86_64, 0, ARGS(1));
	leads_to(&r, spelled, to);
	snprintf(spelled, sizeof(spelled), "/dev/fd/%d/none", fd);
	record_begin(&r, "unlink", HT_ABI_X86_64, 0, ARGS(1));
	leads_to(&r, spelled, to);
	/* Nobody can tell where a descriptor led that is gone. */
	record_begin(&r, "unlink", HT_ABI_X86_64, 0, ARGS(1));
	leads_to(&r, "/proc/thread-self/fd/4711/none", "…/none");
	record_begin(&r, "unlink", HT_ABI_X86_64, 0, ARGS(1));
	leads_to(&r, "/hosttrail-none/none", NULL);
	/* The link itself, or what it leads to. */
	snprintf(spelled, sizeof(spelled), "%s/link", directory);
	snprintf(to, sizeof(to), "%s/file", directory);
	record_begin(&r, "unlink", HT_ABI_X86_64, 0, ARGS(1));
	leads_to(&r, spelled, NULL);
	record_begin(&r, "truncate", HT_ABI_X86_64, 0, ARGS(1, 0));
	leads_to(&r, spelled, to);
	close(fd);
	test_directory_remove();
}

static int teardown(void **state)
{
	(void)state;
	ht_buffer_free(&text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),	       cmocka_unit_test(test_two_paths),
		cmocka_unit_test(test_empty_path),     cmocka_unit_test(test_without_path),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_scripts_by_descriptor),       cmocka_unit_test(test_numbers_and_self),
		cmocka_unit_test(test_sockets),	       cmocka_unit_test(test_resolved),
		cmocka_unit_test(test_resolved_for_the_caller),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
