/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of ids as this machine has them, and where sessions come from as logind and login write it down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utmp.h>

#include "event/users.h"
#include "support/events.h"

static char path[4096];

static const char *in_directory(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", test_directory(), name);
	return path;
}

static void write_file(const char *name, const void *data, size_t n)
{
	FILE *f = fopen(in_directory(name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void test_names(void **state)
{
	struct ht_users *u;

	(void)state;
	assert_int_equal(ht_users_new(&u, "/nonexistent", "/nonexistent"), 0);
	assert_string_equal(ht_users_name(u, 0), "root");
	assert_string_equal(ht_users_name(u, 65534), "nobody");
	assert_string_equal(ht_users_name(u, 4000000000u), "");
	/* Ids that share a slot do not share a name. */
	assert_string_equal(ht_users_name(u, 1024), "");
	assert_string_equal(ht_users_name(u, 0), "root");
	assert_string_equal(ht_users_name(u, 1024 * 3), "");
	assert_string_equal(ht_users_name(u, 4000000000u), "");
	ht_users_free(u);
	ht_users_free(NULL);
}

static void remote_is(const char *sessions, const char *utmp, uint32_t session, const char *tty, const char *want)
{
	struct ht_users *u;

	assert_int_equal(ht_users_new(&u, sessions, utmp), 0);
	assert_string_equal(ht_users_remote(u, session, tty), want);
	/* Remembered. */
	assert_string_equal(ht_users_remote(u, session, tty), want);
	ht_users_free(u);
}

static void test_remote_by_logind(void **state)
{
	static const char remote[] = "# private\nUID=1000\nREMOTE=1\nREMOTE_HOST=192.0.2.7\nTTY=pts/3\n";
	static const char local[] = "UID=1000\nREMOTE=0\nXREMOTE_HOST=192.0.2.8\n";
	static const char unfinished[] = "REMOTE_HOST=2001:db8::1";
	static const char empty[] = "REMOTE_HOST=\nTTY=x\n";
	const char *sessions = test_directory();

	(void)state;
	write_file("5", remote, sizeof(remote) - 1);
	write_file("6", local, sizeof(local) - 1);
	write_file("7", unfinished, sizeof(unfinished) - 1);
	write_file("8", empty, sizeof(empty) - 1);
	remote_is(sessions, "/nonexistent", 5, NULL, "192.0.2.7");
	remote_is(sessions, "/nonexistent", 6, NULL, "");
	remote_is(sessions, "/nonexistent", 7, NULL, "2001:db8::1");
	remote_is(sessions, "/nonexistent", 8, NULL, "");
	remote_is(sessions, "/nonexistent", 9, NULL, "");
	remote_is(sessions, "/nonexistent", UINT32_MAX, NULL, "");
	test_directory_remove();
}

static void test_remote_by_utmp(void **state)
{
	struct utmp entries[4];
	char utmp[4096];

	(void)state;
	memset(entries, 0, sizeof(entries));
	entries[0].ut_type = DEAD_PROCESS;
	snprintf(entries[0].ut_line, sizeof(entries[0].ut_line), "pts/1");
	inet_pton(AF_INET, "192.0.2.1", &entries[0].ut_addr_v6);
	entries[1].ut_type = USER_PROCESS;
	snprintf(entries[1].ut_line, sizeof(entries[1].ut_line), "pts/1");
	inet_pton(AF_INET, "192.0.2.2", &entries[1].ut_addr_v6);
	entries[2].ut_type = USER_PROCESS;
	snprintf(entries[2].ut_line, sizeof(entries[2].ut_line), "pts/2");
	inet_pton(AF_INET6, "2001:db8::2", &entries[2].ut_addr_v6);
	entries[3].ut_type = USER_PROCESS;
	snprintf(entries[3].ut_line, sizeof(entries[3].ut_line), "tty1");
	write_file("utmp", entries, sizeof(entries));
	snprintf(utmp, sizeof(utmp), "%s", in_directory("utmp"));
	remote_is("/nonexistent", utmp, UINT32_MAX, "pts/1", "192.0.2.2");
	remote_is("/nonexistent", utmp, 5, "pts/2", "2001:db8::2");
	remote_is("/nonexistent", utmp, 5, "tty1", "");
	remote_is("/nonexistent", utmp, 5, "pts/3", "");
	remote_is("/nonexistent", utmp, 5, NULL, "");
	/* Its last entry is half there. */
	write_file("utmp", entries, sizeof(entries) - 300);
	remote_is("/nonexistent", utmp, 5, "pts/2", "2001:db8::2");
	test_directory_remove();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_remote_by_logind),
		cmocka_unit_test(test_remote_by_utmp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
