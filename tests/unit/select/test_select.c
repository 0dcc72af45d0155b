/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>

#include "base/cleanup.h"
#include "hosttrail/select.h"

static char path[] = "/tmp/hosttrail-selectors.XXXXXX";

static void write_file(const char *text, size_t n)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
}

static void test_load(void **state)
{
	static const char text[] =
		"[\n{\"FieldSelectors\":[{\"Field\":\"eventCategory\",\"Equals\":[\"Management\"]}]}]";
	struct ht_selectors *s;
	struct ht_error err;
	char want[128];

	(void)state;
	write_file(text, strlen(text));
	assert_int_equal(ht_selectors_load(&s, path, &err), 0);
	assert_true(ht_text_equal(ht_selectors_json(s),
				  HT_TEXT("[{\"FieldSelectors\":[{\"Field\":\"eventCategory\","
					  "\"Equals\":[\"Management\"]}]}]")));
	ht_selectors_free(s);

	write_file("[\n", 2);
	assert_int_equal(ht_selectors_load(&s, path, &err), -EBADMSG);
	snprintf(want, sizeof(want), "%s:2:1: JSON: the text ends too early; correct the syntax", path);
	assert_string_equal(err.text, want);

	write_file("", 0);
	assert_int_equal(ht_selectors_load(&s, path, &err), -EBADMSG);
}

static void test_no_file(void **state)
{
	struct ht_selectors *s;
	struct ht_error err;

	(void)state;
	assert_int_equal(ht_selectors_load(&s, "/nonexistent/s.json", &err), -ENOENT);
	assert_string_equal(
		err.text,
		"/nonexistent/s.json: No such file or directory; give a file with advanced event selectors");
	assert_int_equal(ht_selectors_load(&s, "/", &err), -EISDIR);
}

static void test_too_long(void **state)
{
	struct ht_selectors *s;
	struct ht_error err;
	char want[128];

	(void)state;
	assert_int_equal(truncate(path, HT_SELECTOR_FILE_MAX + 1), 0);
	assert_int_equal(ht_selectors_load(&s, path, &err), -EBADMSG);
	snprintf(want, sizeof(want), "%s: longer than 4194304 bytes; no selectors need that much", path);
	assert_string_equal(err.text, want);
}

static void test_default_json(void **state)
{
	struct ht_selectors *s;

	(void)state;
	assert_int_equal(ht_selectors_default(&s), 0);
	assert_true(ht_text_equal(ht_selectors_json(s),
				  HT_TEXT("[{\"Name\":\"Management events\",\"FieldSelectors\":[{\"Field\":"
					  "\"eventCategory\",\"Equals\":[\"Management\"]}]}]")));
	ht_selectors_free(s);
	ht_selectors_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_default_json),
	};
	int fd = mkstemp(path), status;

	if (fd < 0)
		return 1;
	close(fd);
	status = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return status;
}
