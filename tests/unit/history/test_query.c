/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>

#include "base/cleanup.h"
#include "history/prefilter.h"

static const char line[] = "{\"eventVersion\":\"1.0\",\"eventTime\":\"1970-01-01T00:00:10Z\",\"eventID\":"
			   "\"id-1\",\"eventCategory\":"
			   "\"Management\",\"readOnly\":false,\"eventSource\":\"filesystem\",\"eventName\":"
			   "\"RenameFile\",\"userIdentity\":{"
			   "\"userName\":\"root\",\"loginName\":\"alice\"},\"process\":{\"pid\":4242,"
			   "\"name\":\"comm\",\"exe\":\"/usr/bin/mv\"},"
			   "\"errorCode\":\"EACCES\",\"resources\":[{\"type\":\"Host::File\",\"name\":\"/etc/"
			   "a\"},{\"type\":\"Host::Directory\","
			   "\"name\":\"/srv/b\"}]}";

static struct ht_event_view view_of(const char *text)
{
	static struct ht_buffer scratch;
	struct ht_event_view v;

	assert_int_equal(ht_event_decode(text, strlen(text), &scratch, &v, NULL), 0);
	ht_buffer_free(&scratch); /* nothing here is escaped */
	return v;
}

static bool found(const struct ht_query *q, const char *text)
{
	struct ht_event_view v = view_of(text);
	struct ht_prefilter p;
	bool in = ht_query_match(q, &v);

	ht_prefilter_init(&p, q);
	if (in)
		assert_true(ht_prefilter_passes(&p, ht_text_of(text)));
	return in;
}

static bool finds(enum ht_query_attribute attribute, const char *value)
{
	struct ht_query q = HT_QUERY_ALL;

	assert_int_equal(ht_query_add(&q, attribute, value), 0);
	return found(&q, line);
}

static void test_every_attribute(void **state)
{
	static const struct {
		enum ht_query_attribute attribute;
		const char *yes[4], *no[4];
	} cases[] = {
		{ HT_QUERY_EVENT_ID, { "id-1", "id*" }, { "id", "id-12", "ID-1" } },
		{ HT_QUERY_EVENT_NAME,
		  { "RenameFile", "*File", "Ren*", "*nameF*" },
		  { "Rename", "File", "renamefile" } },
		{ HT_QUERY_USER, { "root", "alice" }, { "bob", "roo" } },
		{ HT_QUERY_RESOURCE_NAME, { "/etc/a", "/srv/b", "/srv/*", "*b" }, { "/etc", "/etc/b" } },
		{ HT_QUERY_RESOURCE_TYPE, { "Host::File", "Host::Directory" }, { "Host::Program" } },
		{ HT_QUERY_PROGRAM, { "/usr/bin/mv", "mv", "comm", "/usr/*" }, { "bin", "/mv", "m" } },
		{ HT_QUERY_SOURCE, { "filesystem" }, { "process" } },
		{ HT_QUERY_READ_ONLY, { "false" }, { "true" } },
		{ HT_QUERY_CATEGORY, { "Management" }, { "Data" } },
		{ HT_QUERY_RESULT, { "failure", "EACCES", "E*" }, { "success", "EPERM" } },
		{ HT_QUERY_PID, { "4242", "42*" }, { "42", "424" } },
	};

	(void)state;
	assert_int_equal(ARRAY_SIZE(cases), HT_QUERY_ATTRIBUTES);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (size_t v = 0; v < ARRAY_SIZE(cases[i].yes); v++) {
			if (cases[i].yes[v] && !finds(cases[i].attribute, cases[i].yes[v]))
				fail_msg("%s is not found", cases[i].yes[v]);
			if (cases[i].no[v] && finds(cases[i].attribute, cases[i].no[v]))
				fail_msg("%s is found", cases[i].no[v]);
		}
}

static void test_star_alone_means_present(void **state)
{
	struct ht_query q = HT_QUERY_ALL;
	static const char bare[] = "{\"eventVersion\":\"1.0\",\"eventTime\":\"1970-01-01T00:00:10Z\"}";

	(void)state;
	for (unsigned a = 0; a < HT_QUERY_ATTRIBUTES; a++) {
		assert_true(finds((enum ht_query_attribute)a, "*"));
		q = HT_QUERY_ALL;
		ht_query_add(&q, (enum ht_query_attribute)a, "*");
		assert_false(found(&q, bare));
	}
	q = HT_QUERY_ALL;
	ht_query_add(&q, HT_QUERY_RESULT, "success");
	assert_true(found(&q, bare));
	assert_false(found(&q, line));
	q = HT_QUERY_ALL;
	assert_true(found(&q, bare));
}

static void test_and_or(void **state)
{
	struct ht_query q = HT_QUERY_ALL;

	(void)state;
	ht_query_add(&q, HT_QUERY_EVENT_NAME, "DeleteFile");
	assert_false(found(&q, line));
	ht_query_add(&q, HT_QUERY_EVENT_NAME, "RenameFile");
	assert_true(found(&q, line));
	ht_query_add(&q, HT_QUERY_USER, "alice");
	assert_true(found(&q, line));
	ht_query_add(&q, HT_QUERY_SOURCE, "process");
	assert_false(found(&q, line));
}

static void test_time_is_inclusive(void **state)
{
	struct ht_query q = HT_QUERY_ALL;

	(void)state;
	q.start_ns = q.end_ns = 10000000000;
	assert_true(found(&q, line));
	q.end_ns--;
	q.start_ns--;
	assert_false(found(&q, line));
	q = HT_QUERY_ALL;
	q.start_ns = 10000000001;
	assert_false(found(&q, line));
}

static void test_too_many_values(void **state)
{
	struct ht_query q = HT_QUERY_ALL;

	(void)state;
	for (unsigned i = 0; i < HT_QUERY_VALUES; i++)
		assert_int_equal(ht_query_add(&q, HT_QUERY_PID, "1"), 0);
	assert_int_equal(ht_query_add(&q, HT_QUERY_PID, "1"), -E2BIG);
	assert_int_equal(q.count[HT_QUERY_PID], HT_QUERY_VALUES);
}

static void test_prefilter(void **state)
{
	struct ht_query q = HT_QUERY_ALL;
	struct ht_prefilter p;

	(void)state;
	ht_prefilter_init(&p, &q);
	assert_int_equal(p.count, 0);
	assert_true(ht_prefilter_passes(&p, HT_TEXT("{}")));

	ht_query_add(&q, HT_QUERY_RESULT, "success"); /* has no text to look for */
	ht_query_add(&q, HT_QUERY_EVENT_NAME, "DeleteFile");
	ht_query_add(&q, HT_QUERY_EVENT_NAME, "Ren*");
	ht_prefilter_init(&p, &q);
	assert_int_equal(p.count, 2);
	assert_true(ht_prefilter_passes(&p, HT_TEXT("{\"DeleteFile\"}")));
	assert_true(ht_prefilter_passes(&p, HT_TEXT("{\"Renew\"}")));
	assert_false(ht_prefilter_passes(&p, HT_TEXT("{\"Delete\"}")));
	assert_true(ht_prefilter_passes(&p, HT_TEXT("{\"\\u0044eleteFile\"}")));

	q = HT_QUERY_ALL;
	ht_query_add(&q, HT_QUERY_RESULT, "failure");
	ht_prefilter_init(&p, &q);
	assert_false(ht_prefilter_passes(&p, HT_TEXT("{}")));
	assert_true(ht_prefilter_passes(&p, HT_TEXT("{\"errorCode\":\"EPERM\"}")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_attribute), cmocka_unit_test(test_star_alone_means_present),
		cmocka_unit_test(test_and_or),          cmocka_unit_test(test_time_is_inclusive),
		cmocka_unit_test(test_too_many_values), cmocka_unit_test(test_prefilter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
