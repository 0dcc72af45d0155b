/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules over paths: their grammar, what they hold of, and the normal form of a path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/paths.h"
#include "hosttrail/wire.h"

#define CONTROL HT_CLASS_CONTROL
#define CREDENTIAL HT_CLASS_CREDENTIAL

static struct ht_paths *parsed(const char *text)
{
	struct ht_paths *p = NULL;
	struct ht_error err = { "" };

	if (ht_paths_parse(&p, "f", text, strlen(text), &err) != 0)
		fail_msg("%s", err.text);
	return p;
}

static void refused(const char *text, const char *want)
{
	struct ht_paths *p = (struct ht_paths *)&p;
	struct ht_error err = { "" };

	assert_int_equal(ht_paths_parse(&p, "f", text, strlen(text), &err), -EBADMSG);
	assert_ptr_equal(p, &p); /* untouched */
	assert_string_equal(err.text, want);
}

static void test_grammar(void **state)
{
	const struct ht_path_rule *rules;
	struct ht_paths *p = parsed("# comment\n\n control /etc # why\r\ncredential\t/etc/shadow/\ncontrol /lib*\n"
				    "credential */.ssh/id_rsa\ncontrol /etc");
	size_t n;

	(void)state;
	rules = ht_paths_rules(p, &n);
	assert_int_equal(n, 5);
	assert_int_equal(rules[0].class_bits, CONTROL);
	assert_int_equal(rules[0].match, HT_PATH_BELOW);
	assert_true(ht_text_equal(rules[0].text, HT_TEXT("/etc")));
	assert_int_equal(rules[1].class_bits, CREDENTIAL);
	assert_int_equal(rules[1].match, HT_PATH_BELOW);
	assert_true(ht_text_equal(rules[1].text, HT_TEXT("/etc/shadow")));
	assert_int_equal(rules[2].match, HT_PATH_PREFIX);
	assert_true(ht_text_equal(rules[2].text, HT_TEXT("/lib")));
	assert_int_equal(rules[3].match, HT_PATH_SUFFIX);
	assert_true(ht_text_equal(rules[3].text, HT_TEXT("/.ssh/id_rsa")));
	assert_true(ht_text_equal(rules[4].text, HT_TEXT("/etc")));
	ht_paths_free(p);
	p = parsed("");
	ht_paths_rules(p, &n);
	assert_int_equal(n, 0);
	ht_paths_free(p);
	ht_paths_free(NULL);
}

static void test_what_breaks_the_grammar(void **state)
{
	char many[513 * 12 + 1] = "";

	(void)state;
	refused("control /etc\nforbidden /x", "f:2: a line begins with \"control\" or \"credential\"");
	refused("control", "f:1: no pattern after the class; write for example \"control /etc\"");
	refused("\n\ncontrol /a b", "f:3: only one pattern a line; patterns cannot have blanks");
	refused("control etc", "f:1: a pattern is an absolute path (\"/etc\", \"/lib*\"), or \"*/\" and a name");
	refused("control /", "f:1: a pattern is an absolute path (\"/etc\", \"/lib*\"), or \"*/\" and a name");
	refused("control *", "f:1: a pattern is an absolute path (\"/etc\", \"/lib*\"), or \"*/\" and a name");
	refused("control */", "f:1: a pattern is an absolute path (\"/etc\", \"/lib*\"), or \"*/\" and a name");
	refused("control /e*c", "f:1: * can stand only at the end, or in front as \"*/\"");
	refused("control */x/", "f:1: the name after the last slash must have 1 to 30 bytes and no *");
	refused("control */0123456789012345678901234567890", "f:1: the name after the last slash must have 1 to 30 bytes and no *");
	for (unsigned i = 0; i < 513; i++)
		memcpy(many + i * 12, "control /aa\n", 13);
	refused(many, "f:513: more than 512 rules");
}

static void holds(const struct ht_paths *p, const char *path, unsigned class_bits)
{
	if (ht_paths_class(p, ht_text_of(path)) != class_bits)
		fail_msg("%s: class %u, not %u", path, ht_paths_class(p, ht_text_of(path)), class_bits);
}

static void test_what_rules_hold_of(void **state)
{
	struct ht_paths *p = parsed("control /etc\ncredential /etc/shadow\ncontrol /lib*\ncredential */.ssh/id_rsa");

	(void)state;
	holds(p, "/etc", CONTROL);
	holds(p, "/etc/x/y", CONTROL);
	holds(p, "/etcetera", 0);
	holds(p, "/et", 0);
	holds(p, "/srv/etc/x", 0);
	holds(p, "/etc/shadow", CONTROL | CREDENTIAL);
	holds(p, "/etc/shadow-", CONTROL);
	holds(p, "/lib", CONTROL);
	holds(p, "/lib64/x", CONTROL);
	holds(p, "/usr/lib", 0);
	holds(p, "/root/.ssh/id_rsa", CREDENTIAL);
	holds(p, "/.ssh/id_rsa", CREDENTIAL);
	holds(p, "/x.ssh/id_rsa", 0);
	holds(p, "/root/.ssh/id_rsa.pub", 0);
	holds(p, "", 0);
	holds(p, "/", 0);
	assert_int_equal(ht_paths_class_of_prefix(p, HT_TEXT("/etc/shadow")), CONTROL | CREDENTIAL);
	assert_int_equal(ht_paths_class_of_prefix(p, HT_TEXT("/etc")), CONTROL);
	assert_int_equal(ht_paths_class_of_prefix(p, HT_TEXT("/lib64")), CONTROL);
	assert_int_equal(ht_paths_class_of_prefix(p, HT_TEXT("/li")), 0);
	ht_paths_free(p);
}

/* The default list: what design and documentation promise. */
static void test_default(void **state)
{
	static const char *const control[] = {
		"/etc/x", "/boot/vmlinuz", "/usr/bin/x", "/lib/x", "/lib64/x", "/bin/x", "/sbin/x", "/opt/x", "/var/spool/cron/x",
		"/run/systemd/system/x.service", "/root/.ssh/x", "/home/u/.ssh/authorized_keys", "/sys/x", "/proc/sys/kernel/x",
		"/proc/7/loginuid", "/proc/7/uid_map",
	};
	static const char *const credential[] = {
		"/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/sudoers.d/x", "/etc/ssh/ssh_host_rsa_key",
		"/etc/ssl/private/x", "/home/u/.ssh/id_ed25519", "/home/u/.ssh/id_rsa", "/proc/kcore",
	};
	static const char *const neither[] = { "/var/log/x", "/home/u/x", "/tmp/etc", "/proc/7/status", "/home/u/.ssh/id_rsa.pub" };
	struct ht_paths *p = NULL;

	(void)state;
	assert_int_equal(ht_paths_default(&p), 0);
	for (size_t i = 0; i < ARRAY_SIZE(control); i++)
		if (!(ht_paths_class(p, ht_text_of(control[i])) & CONTROL))
			fail_msg("%s", control[i]);
	for (size_t i = 0; i < ARRAY_SIZE(credential); i++)
		if (!(ht_paths_class(p, ht_text_of(credential[i])) & CREDENTIAL))
			fail_msg("%s", credential[i]);
	for (size_t i = 0; i < ARRAY_SIZE(neither); i++)
		holds(p, neither[i], 0);
	ht_paths_free(p);
}

static void test_load(void **state)
{
	struct ht_paths *p = (struct ht_paths *)&p;
	struct ht_error err = { "" };

	(void)state;
	assert_int_equal(ht_paths_load(&p, "/nonexistent/paths", &err), -ENOENT);
	assert_ptr_equal(p, &p);
	assert_string_equal(err.text, "/nonexistent/paths: cannot be read: No such file or directory");
}

static void normal(const char *base, const char *path, const char *want)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	ht_buffer_literal(&b, "before");
	ht_path_normalise(&b, ht_text_of(base), ht_text_of(path));
	ht_buffer_byte(&b, '\0');
	assert_memory_equal(b.data, "before", 6);
	assert_string_equal(b.data + 6, want);
}

static void test_normalise(void **state)
{
	(void)state;
	normal(NULL, "/a/b", "/a/b");
	normal("/base", "/a/b", "/a/b");
	normal("/base", "a", "/base/a");
	normal("/base", "./a/.", "/base/a");
	normal("/base", "../a", "/a");
	normal("/base/c", "../../../../a", "/a");
	normal("/", "a", "/a");
	normal("/", ".", "/");
	normal("/base", "", "/base");
	normal("/base", "..", "/");
	normal(NULL, "//a///b//", "/a/b");
	normal(NULL, "/..", "/");
	normal(NULL, "/a/../..", "/");
	normal(NULL, "/...", "/...");
	normal(NULL, "/a/..b/.c", "/a/..b/.c");
	normal(NULL, "/", "/");
	normal(NULL, "", "/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grammar),
		cmocka_unit_test(test_what_breaks_the_grammar),
		cmocka_unit_test(test_what_rules_hold_of),
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_normalise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
