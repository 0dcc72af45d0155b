/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "hosttrail/catalogue.h"
#include "hosttrail/vocabulary.h"

static bool knows(enum ht_field field, const char *word)
{
	return ht_vocabulary_knows(field, ht_text_of(word));
}

static void words_of_the_catalogue(void **state)
{
	size_t calls, commands, messages;
	const struct ht_call *call = ht_calls(&calls);
	const struct ht_command *command = ht_commands(&commands);
	const struct ht_message *message = ht_messages(&messages);

	(void)state;
	for (size_t i = 0; i < calls; i++)
		assert_true(knows(HT_FIELD_EVENT_NAME, call[i].event));
	for (size_t i = 0; i < commands; i++)
		assert_true(knows(HT_FIELD_EVENT_NAME, command[i].event));
	for (size_t i = 0; i < messages; i++)
		assert_true(knows(HT_FIELD_EVENT_NAME, message[i].event));
	for (unsigned i = 0; i < HT_SOURCES; i++)
		assert_true(knows(HT_FIELD_EVENT_SOURCE, ht_source_name((enum ht_source)i)));
	for (unsigned i = 1; i < HT_RESOURCE_KINDS; i++)
		assert_true(knows(HT_FIELD_RESOURCE_TYPE, ht_resource_kind_name((enum ht_resource_kind)i)));
}

static void other_words(void **state)
{
	(void)state;
	assert_true(knows(HT_FIELD_EVENT_NAME, "UnknownSystemCall"));
	assert_true(knows(HT_FIELD_EVENT_NAME, "StartRecording"));
	assert_true(knows(HT_FIELD_EVENT_TYPE, "HostApiCall"));
	assert_true(knows(HT_FIELD_EVENT_TYPE, "HostServiceEvent"));
	assert_true(knows(HT_FIELD_ERROR_CODE, "EACCES"));
	assert_true(knows(HT_FIELD_ERROR_CODE, "EHWPOISON"));
	assert_true(knows(HT_FIELD_ERROR_CODE, "ERESTARTSYS"));
	assert_true(knows(HT_FIELD_ERROR_CODE, "520")); /* one without name is recorded as its number */
}

static void what_is_no_word(void **state)
{
	(void)state;
	assert_false(knows(HT_FIELD_EVENT_NAME, "openat"));
	assert_false(knows(HT_FIELD_EVENT_NAME, "OpenFil"));
	assert_false(knows(HT_FIELD_EVENT_NAME, "OpenFiles"));
	assert_false(knows(HT_FIELD_EVENT_NAME, "openFile"));
	assert_false(knows(HT_FIELD_EVENT_NAME, ""));
	assert_false(knows(HT_FIELD_EVENT_SOURCE, "files"));
	assert_false(knows(HT_FIELD_EVENT_TYPE, "AwsApiCall"));
	assert_false(knows(HT_FIELD_ERROR_CODE, "EWOULDBLOCK"));
	assert_false(knows(HT_FIELD_ERROR_CODE, "13x"));
	assert_false(knows(HT_FIELD_ERROR_CODE, ""));
	assert_false(knows(HT_FIELD_RESOURCE_TYPE, "File"));
}

static void fields_of_anybody(void **state)
{
	static const enum ht_field fields[] = { HT_FIELD_RESOURCE_NAME, HT_FIELD_UID, HT_FIELD_USER_NAME, HT_FIELD_LOGIN_UID,
						HT_FIELD_EXE, HT_FIELD_CGROUP, HT_FIELD_CONTAINER };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		assert_null(ht_vocabulary_noun(fields[i]));
		assert_true(knows(fields[i], "whatever"));
	}
}

static void suggests(enum ht_field field, const char *word, const char *want)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	ht_vocabulary_suggest(field, ht_text_of(word), &b);
	ht_buffer_byte(&b, '\0');
	assert_string_equal(b.data, want);
}

static void suggestions(void **state)
{
	(void)state;
	suggests(HT_FIELD_EVENT_NAME, "OpenFlie", "; did you mean OpenFile?");
	suggests(HT_FIELD_EVENT_NAME, "unlinkat", "; did you mean DeleteFile or DeleteDirectory?");
	suggests(HT_FIELD_EVENT_NAME, "Xyzzy", "; hosttrail catalogue lists them");
	suggests(HT_FIELD_EVENT_SOURCE, "filesytem", "; did you mean filesystem?");
	suggests(HT_FIELD_ERROR_CODE, "EACESS", "; did you mean EACCES?");
	suggests(HT_FIELD_ERROR_CODE, "EWOULDBLOCK", "; did you mean EAGAIN?");
	suggests(HT_FIELD_ERROR_CODE, "yes", "; errno(3) lists them");
	suggests(HT_FIELD_RESOURCE_TYPE, "File", "; did you mean Host::File?");
	suggests(HT_FIELD_RESOURCE_TYPE, "xyzzy", "; hosttrail-event(5) lists them");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_the_catalogue),
		cmocka_unit_test(other_words),
		cmocka_unit_test(what_is_no_word),
		cmocka_unit_test(fields_of_anybody),
		cmocka_unit_test(suggestions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
