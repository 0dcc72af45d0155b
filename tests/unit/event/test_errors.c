/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of errors: the C library's, the kernel's own, and of numbers that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "event/errors.h"

static void test_library(void **state)
{
	(void)state;
	for (int e = 1; e < 512; e++) {
		const char *name = strerrorname_np(e);

		if (!name) {
			assert_null(ht_error_name(e));
			assert_string_equal(ht_error_text(e), "Unknown error");
			continue;
		}
		assert_string_equal(ht_error_name(e), name);
		assert_string_equal(ht_error_text(e), strerrordesc_np(e));
	}
}

/* include/linux/errno.h of the kernel */
static void test_kernel(void **state)
{
	static const struct {
		int error;
		const char *name;
	} cases[] = {
		{ 512, "ERESTARTSYS" }, { 513, "ERESTARTNOINTR" }, { 514, "ERESTARTNOHAND" }, { 515, "ENOIOCTLCMD" },
		{ 516, "ERESTART_RESTARTBLOCK" }, { 517, "EPROBE_DEFER" }, { 518, "EOPENSTALE" }, { 519, "ENOPARAM" },
		{ 520, NULL }, { 521, "EBADHANDLE" }, { 522, "ENOTSYNC" }, { 523, "EBADCOOKIE" }, { 524, "ENOTSUPP" },
		{ 525, "ETOOSMALL" }, { 526, "ESERVERFAULT" }, { 527, "EBADTYPE" }, { 528, "EJUKEBOX" },
		{ 529, "EIOCBQUEUED" }, { 530, "ERECALLCONFLICT" }, { 531, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].name)
			assert_string_equal(ht_error_name(cases[i].error), cases[i].name);
		else
			assert_null(ht_error_name(cases[i].error));
		assert_int_equal(strcmp(ht_error_text(cases[i].error), "Unknown error") == 0, !cases[i].name);
	}
	assert_string_equal(ht_error_text(512),
			    "Interrupted by a signal; restarted, unless a handler without SA_RESTART ran");
}

static void test_none(void **state)
{
	static const int none[] = { 0, -1, -512, 4095, 4096, INT32_MAX, INT32_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_null(ht_error_name(none[i]));
		assert_string_equal(ht_error_text(none[i]), "Unknown error");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_library),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
