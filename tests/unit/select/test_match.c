/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "hosttrail/select.h"
#include "hosttrail/vocabulary.h"

#define MANAGEMENT "{\"Field\":\"eventCategory\",\"Equals\":[\"Management\"]}"
#define DATA "{\"Field\":\"eventCategory\",\"Equals\":[\"Data\"]}"
#define ONE(fields) "[{\"FieldSelectors\":[" fields "]}]"

static struct ht_selectors *parse(const char *text)
{
	struct ht_selectors *s;
	struct ht_error err;

	if (ht_selectors_parse(&s, "test", text, strlen(text), &err) != 0)
		fail_msg("%s", err.text);
	return s;
}

static struct ht_event_view event_of(const char *category, const char *source, const char *name)
{
	struct ht_event_view v = { 0 };

	v.field[HT_FIELD_EVENT_CATEGORY] = ht_text_of(category);
	v.field[HT_FIELD_EVENT_SOURCE] = ht_text_of(source);
	v.field[HT_FIELD_EVENT_NAME] = ht_text_of(name);
	return v;
}

static bool match(const char *text, const struct ht_event_view *v)
{
	struct ht_selectors *s = parse(text);
	bool in = ht_selectors_match(s, v);

	ht_selectors_free(s);
	return in;
}

static void test_default(void **state)
{
	struct ht_event_view management = event_of("Management", "filesystem", "DeleteFile");
	struct ht_event_view data = event_of("Data", "filesystem", "DeleteFile");
	struct ht_event_view other = event_of("Insight", "filesystem", "DeleteFile"), none = { 0 };
	struct ht_selectors *s;

	(void)state;
	assert_int_equal(ht_selectors_default(&s), 0);
	assert_true(ht_selectors_match(s, &management));
	assert_false(ht_selectors_match(s, &data));
	assert_false(ht_selectors_match(s, &other));
	assert_false(ht_selectors_match(s, &none));
	assert_true(ht_selectors_may_match(s, true, NULL));
	assert_true(ht_selectors_may_match(s, true, "DeleteFile"));
	assert_false(ht_selectors_may_match(s, false, NULL));
	assert_false(ht_selectors_may_match(s, false, "OpenFile"));
	ht_selectors_free(s);
}

/* Two words that a field may be compared with. */
struct words {
	const char *one, *other;
};

static bool take_two(void *context, const char *word)
{
	struct words *w = context;

	if (!w->one)
		w->one = word;
	else if (strcmp(word, w->one) != 0)
		w->other = word;
	return w->other;
}

/* Values of a field against each operator: in or out. The value of the condition is the word's. */
static void test_every_operator_on_every_field(void **state)
{
	static const struct {
		const char *operator;
		bool equal, starts, ends, other, absent;
	} cases[] = {
		{ "Equals", true, false, false, false, false },
		{ "NotEquals", false, true, true, true, true },
		{ "StartsWith", true, true, false, false, false },
		{ "NotStartsWith", false, false, true, true, true },
		{ "EndsWith", true, false, true, false, false },
		{ "NotEndsWith", false, true, false, true, true },
	};

	(void)state;
	for (unsigned field = 0; field < HT_FIELDS; field++) {
		struct words word = { 0 };
		char longer[64], behind[64], shorter[64];
		const char *values[] = { NULL, longer, behind, shorter, NULL };

		if (field == HT_FIELD_EVENT_CATEGORY || field == HT_FIELD_READ_ONLY)
			continue;
		if (!ht_vocabulary_any((enum ht_field)field, take_two, &word))
			word = (struct words){ "/etc/", "nothing" };
		values[0] = word.one;
		snprintf(longer, sizeof(longer), "%sa", word.one);
		snprintf(behind, sizeof(behind), "a%s", word.one);
		snprintf(shorter, sizeof(shorter), "%.*s", (int)strlen(word.one) - 1, word.one);
		for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
			const bool want[] = { cases[i].equal, cases[i].starts, cases[i].ends, cases[i].other,
					      cases[i].absent };
			char text[256];

			snprintf(text, sizeof(text),
				 ONE(MANAGEMENT ",{\"Field\":\"%s\",\"%s\":[\"%s\",\"%s\"]}"),
				 ht_field_name((enum ht_field)field), cases[i].operator, word.other, word.one);
			for (size_t value = 0; value < ARRAY_SIZE(values); value++) {
				struct ht_event_view v = event_of("Management", NULL, NULL);
				struct ht_text t = ht_text_of(values[value]);

				v.resources = values[value] != NULL;
				if (field == HT_FIELD_RESOURCE_TYPE)
					v.resource[0].type = t;
				else if (field == HT_FIELD_RESOURCE_NAME)
					v.resource[0].name = t;
				else
					v.field[field] = t;
				if (match(text, &v) != want[value])
					fail_msg("%s on %s", text, values[value] ? values[value] : "nothing");
			}
		}
	}
}

static void test_positive_and_negative_agree(void **state)
{
	static const char text[] =
		ONE(MANAGEMENT ",{\"Field\":\"eventName\",\"StartsWith\":[\"Open\"],\"EndsWith\":[\"File\"],"
			       "\"NotEquals\":[\"OpenMountTree\"],\"NotEndsWith\":[\"Old\",\"OpenFile\"]}");
	static const struct {
		const char *name;
		bool in;
	} cases[] = {
		{ "OpenThing", true }, { "ReadFile", true }, { "OpenMountTree", false }, { "OpenOld", false },
		{ "OpenFile", false }, { "Nothing", false }, { "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ht_event_view v = event_of("Management", NULL, cases[i].name);

		if (match(text, &v) != cases[i].in)
			fail_msg("%s", cases[i].name);
	}
}

static void test_fields_are_and_selectors_are_or(void **state)
{
	static const char text[] =
		"[{\"FieldSelectors\":[" MANAGEMENT
		",{\"Field\":\"readOnly\",\"Equals\":[\"false\"]},{\"Field\":"
		"\"userIdentity.uid\",\"Equals\":[\"0\"]}]},{\"FieldSelectors\":[" DATA ",{\"Field\":"
		"\"eventName\",\"Equals\":[\"OpenFile\"]}]}]";
	struct ht_event_view v = event_of("Management", NULL, "X");

	(void)state;
	assert_false(match(text, &v));
	v.field[HT_FIELD_READ_ONLY] = HT_TEXT("false");
	assert_false(match(text, &v));
	v.field[HT_FIELD_UID] = HT_TEXT("0");
	assert_true(match(text, &v));
	v.field[HT_FIELD_READ_ONLY] = HT_TEXT("true");
	assert_false(match(text, &v));
	v = event_of("Data", NULL, "OpenFile");
	assert_true(match(text, &v));
	v = event_of("Data", NULL, "ReadFile");
	assert_false(match(text, &v));
	v = event_of("Management", NULL, "OpenFile");
	assert_false(match(text, &v));
}

static void test_several_resources(void **state)
{
	struct ht_event_view v = event_of("Management", NULL, "RenameFile");

	(void)state;
	v.resources = 2;
	v.resource[0].name = HT_TEXT("/tmp/a");
	v.resource[1].name = HT_TEXT("/etc/b");
	assert_true(match(ONE(MANAGEMENT ",{\"Field\":\"resources.name\",\"StartsWith\":[\"/etc/\"]}"), &v));
	assert_true(match(ONE(MANAGEMENT ",{\"Field\":\"resources.name\",\"StartsWith\":[\"/tmp/\"]}"), &v));
	assert_false(
		match(ONE(MANAGEMENT ",{\"Field\":\"resources.name\",\"NotStartsWith\":[\"/etc/\"]}"), &v));
	assert_false(
		match(ONE(MANAGEMENT ",{\"Field\":\"resources.name\",\"NotStartsWith\":[\"/tmp/\"]}"), &v));
	assert_true(
		match(ONE(MANAGEMENT ",{\"Field\":\"resources.name\",\"NotStartsWith\":[\"/var/\"]}"), &v));
	assert_false(match(
		ONE(MANAGEMENT
		    ",{\"Field\":\"resources.name\",\"StartsWith\":[\"/etc/\"],\"NotEquals\":[\"/tmp/a\"]}"),
		&v));
}

/* The worked examples of CloudTrail's user guide ("Logging data events", "Filtering data events by using
 * advanced event selectors"), told of a host. */
static void test_worked_examples(void **state)
{
	struct ht_event_view v;

	(void)state;
	/* All management events but those of two sources (there: KMS and the RDS data API). */
	v = event_of("Management", "time", "SetTime");
	assert_false(
		match(ONE(MANAGEMENT ",{\"Field\":\"eventSource\",\"NotEquals\":[\"time\",\"ipc\"]}"), &v));
	v.field[HT_FIELD_EVENT_SOURCE] = HT_TEXT("mount");
	assert_true(
		match(ONE(MANAGEMENT ",{\"Field\":\"eventSource\",\"NotEquals\":[\"time\",\"ipc\"]}"), &v));

	/* Writes to the objects below two prefixes (there: PutObject and DeleteObject in two buckets). */
	v = event_of("Data", "filesystem", "DeleteFile");
	v.field[HT_FIELD_READ_ONLY] = HT_TEXT("false");
	v.resources = 1;
	v.resource[0] = (struct ht_resource){ HT_TEXT("Host::File"), HT_TEXT("/srv/b/x"), HT_TEXT("kernel") };
#define WRITES                                                                                             \
	DATA ",{\"Field\":\"readOnly\",\"Equals\":[\"false\"]},{\"Field\":\"resources.type\",\"Equals\":[" \
	     "\"Host::File\"]},"                                                                           \
	     "{\"Field\":\"resources.name\",\"StartsWith\":[\"/srv/a/\",\"/srv/b/\"]}"
	assert_true(match(ONE(WRITES), &v));
	v.resource[0].name = HT_TEXT("/srv/c/x");
	assert_false(match(ONE(WRITES), &v));
	v.resource[0].name = HT_TEXT("/srv/a/x");
	v.resource[0].type = HT_TEXT("Host::Directory");
	assert_false(match(ONE(WRITES), &v));
	v.resource[0].type = HT_TEXT("Host::File");
	v.field[HT_FIELD_READ_ONLY] = HT_TEXT("true");
	assert_false(match(ONE(WRITES), &v));

	/* Program execution, but for one user (there: Lambda's Invoke without one function's role). */
	v = event_of("Data", "process", "ExecuteProgram");
	v.field[HT_FIELD_USER_NAME] = HT_TEXT("backup");
#define RUNS                                                                                         \
	DATA ",{\"Field\":\"eventName\",\"Equals\":[\"ExecuteProgram\"]},{\"Field\":\"userIdentity." \
	     "userName\","                                                                           \
	     "\"NotEquals\":[\"backup\"]}"
	assert_false(match(ONE(RUNS), &v));
	v.field[HT_FIELD_USER_NAME] = HT_TEXT("alice");
	assert_true(match(ONE(RUNS), &v));
	v.field[HT_FIELD_USER_NAME] = (struct ht_text){ 0 };
	assert_true(match(ONE(RUNS), &v));
}

static void test_may_match(void **state)
{
	struct ht_selectors *s = parse("[{\"FieldSelectors\":[" MANAGEMENT
				       ",{\"Field\":\"eventName\",\"NotEquals\":[\"OpenFile\"]}]},"
				       "{\"FieldSelectors\":[" DATA
				       ",{\"Field\":\"eventName\",\"EndsWith\":[\"Socket\"]},{\"Field\":"
				       "\"userIdentity.uid\",\"Equals\":[\"0\"]}]}]");

	(void)state;
	assert_true(ht_selectors_may_match(s, true, "DeleteFile"));
	assert_false(ht_selectors_may_match(s, true, "OpenFile"));
	assert_true(ht_selectors_may_match(s, true, NULL));
	assert_true(ht_selectors_may_match(s, false, "ConnectSocket"));
	assert_false(ht_selectors_may_match(s, false, "DeleteFile"));
	assert_true(ht_selectors_may_match(s, false, NULL));
	ht_selectors_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_every_operator_on_every_field),
		cmocka_unit_test(test_positive_and_negative_agree),
		cmocka_unit_test(test_fields_are_and_selectors_are_or),
		cmocka_unit_test(test_several_resources),
		cmocka_unit_test(test_worked_examples),
		cmocka_unit_test(test_may_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
