/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/nearest.h"

/* What is said of a word that was mistyped, out of these. */
static void said(const char *typed, const char *want)
{
	static const char *const words[] = { "OpenFile", "OpenTree", "RenameFile", "MoveFile", "OpenFile", "DeleteFile", "e" };
	struct ht_nearest n = HT_NEAREST(ht_text_of(typed));
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		ht_nearest_offer(&n, words[i]);
	ht_nearest_say(&n, &b);
	if (!ht_text_equal((struct ht_text){ b.data ? b.data : "", b.length }, ht_text_of(want)))
		fail_msg("%s: %.*s, not %s", typed, (int)b.length, b.data ? b.data : "", want);
}

static void typing_mistakes(void **state)
{
	(void)state;
	said("OpenFlie", "; did you mean OpenFile?");
	said("Openfile", "; did you mean OpenFile?");
	said("penFile", "; did you mean OpenFile?");
	said("OpenFilee", "; did you mean OpenFile?");
	said("OpemTree", "; did you mean OpenTree?");
	said("openflee", "; did you mean OpenFile or OpenTree?");
	said("RemaneFile", "; did you mean RenameFile?");
	said("Rfl", "");
	said("Mount", "");
}

static void parts_of_words(void **state)
{
	(void)state;
	said("OpenT", "; did you mean OpenTree?");
	said("rename", "; did you mean RenameFile?");
	said("file", "; did you mean OpenFile, MoveFile or RenameFile?");
	said("le", "");
}

static void what_is_no_word(void **state)
{
	char longest[66];

	(void)state;
	said("", "");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[65] = '\0';
	said(longest, "");
	longest[64] = '\0';
	said(longest, "");
}

static void a_word_that_is_meant(void **state)
{
	struct ht_nearest n = HT_NEAREST(HT_TEXT("openat"));
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	(void)state;
	ht_nearest_insist(&n, "OpenFile");
	ht_nearest_insist(&n, "OpenFile");
	ht_nearest_offer(&n, "OpenAt");
	ht_nearest_say(&n, &b);
	ht_buffer_byte(&b, '\0');
	assert_string_equal(b.data, "; did you mean OpenFile or OpenAt?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typing_mistakes),
		cmocka_unit_test(parts_of_words),
		cmocka_unit_test(what_is_no_word),
		cmocka_unit_test(a_word_that_is_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
