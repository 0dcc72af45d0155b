/* SPDX-License-Identifier: BSD-2-Clause */
/* Every rule of the grammar, kept and broken; every complaint with its place, its field and its remedy. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>

#include "base/cleanup.h"
#include "hosttrail/select.h"
#include "hosttrail/vocabulary.h"

#define MANAGEMENT "{\"Field\":\"eventCategory\",\"Equals\":[\"Management\"]}"
#define DATA "{\"Field\":\"eventCategory\",\"Equals\":[\"Data\"]}"
#define ONE(fields) "[{\"FieldSelectors\":[" fields "]}]"

static void refused(const char *text, const char *want)
{
	struct ht_selectors *s = (struct ht_selectors *)&s;
	struct ht_error err = { "" };

	if (ht_selectors_parse(&s, "f", text, strlen(text), &err) != -EBADMSG)
		fail_msg("accepted: %s", text);
	assert_ptr_equal(s, &s); /* untouched */
	if (strcmp(err.text, want) != 0)
		fail_msg("%s:\n  %s\nnot\n  %s", text, err.text, want);
	assert_int_equal(ht_selectors_parse(&s, "f", text, strlen(text), NULL), -EBADMSG);
}

static void accepted(const char *text, const char *json)
{
	struct ht_selectors *s;
	struct ht_error err = { "" };
	struct ht_text seen;

	if (ht_selectors_parse(&s, "f", text, strlen(text), &err) != 0)
		fail_msg("%s", err.text);
	assert_string_equal(err.text, "");
	seen = ht_selectors_json(s);
	if (!ht_text_equal(seen, ht_text_of(json)))
		fail_msg("%.*s, not %s", (int)seen.length, seen.data, json);
	ht_selectors_free(s);
}

static void test_accepted(void **state)
{
	(void)state;
	accepted(ONE(MANAGEMENT), ONE(MANAGEMENT));
	accepted("\n{ \"AdvancedEventSelectors\" : " ONE(MANAGEMENT) " }\n", ONE(MANAGEMENT));
	/* Name anywhere, operators in any order, escapes: written in one canonical way. */
	accepted(
		"[{\"FieldSelectors\":[{\"NotEndsWith\":[\"z\"],\"Equals\":[\"\\u0061\",\"b\\\"\"],\"Field\":"
		"\"process.exe\"}," MANAGEMENT "],\"Name\":\"\"}]",
		"[{\"Name\":\"\",\"FieldSelectors\":[{\"Field\":\"process.exe\",\"Equals\":[\"a\",\"b\\\"\"],"
		"\"NotEndsWith\":"
		"[\"z\"]}," MANAGEMENT "]}]");
	accepted(ONE(DATA ",{\"Field\":\"resources.type\",\"Equals\":[\"Host::File\"]},{\"Field\":"
			  "\"readOnly\",\"Equals\":"
			  "[\"false\"]}"),
		 ONE(DATA ",{\"Field\":\"resources.type\",\"Equals\":[\"Host::File\"]},{\"Field\":"
			  "\"readOnly\",\"Equals\":"
			  "[\"false\"]}"));
	accepted(ONE(DATA ",{\"Field\":\"eventName\",\"StartsWith\":[\"Open\"]}"),
		 ONE(DATA ",{\"Field\":\"eventName\",\"StartsWith\":[\"Open\"]}"));
}

static bool first(void *ret, const char *word)
{
	*(const char **)ret = word;
	return true;
}

/* Every operator on every field that takes them all. */
static void test_every_operator_on_every_field(void **state)
{
	static const char *const operators[] = { "Equals",    "StartsWith",    "EndsWith",
						 "NotEquals", "NotStartsWith", "NotEndsWith" };

	(void)state;
	for (unsigned field = 0; field < HT_FIELDS; field++)
		for (size_t op = 0; op < ARRAY_SIZE(operators); op++) {
			const char *word = "v";
			char text[512];

			if (field == HT_FIELD_EVENT_CATEGORY || field == HT_FIELD_READ_ONLY)
				continue;
			ht_vocabulary_any((enum ht_field)field, first, &word);
			snprintf(text, sizeof(text),
				 ONE(MANAGEMENT ",{\"Field\":\"%s\",\"%s\":[\"%s\",\"%s\"]}"),
				 ht_field_name((enum ht_field)field), operators[op], word, word);
			accepted(text, text);
		}
}

static void test_not_json(void **state)
{
	(void)state;
	refused("", "f:1:1: JSON: the text ends too early; correct the syntax");
	refused("[\n  {,", "f:2:4: JSON: a key in double quotes is missing; correct the syntax");
	refused(ONE(MANAGEMENT) "x", "f:1:73: JSON: something follows the JSON value; correct the syntax");
	refused("[{\"Name\":\"\xff\"}]", "f:1:11: JSON: the string is not UTF-8; correct the syntax");
	refused("[{\"Name\":\"\\ud800\"}]",
		"f:1:10: JSON: half of a surrogate pair; write the character itself");
}

static void test_top(void **state)
{
	(void)state;
	refused("1", "f:1:1: AdvancedEventSelectors: neither an array nor an object; write "
		     "[{\"FieldSelectors\": [...]}]");
	refused("[]", "f:1:1: AdvancedEventSelectors: empty; give at least one selector, or no file at all "
		      "for all management "
		      "events");
	refused("{}", "f:1:2: AdvancedEventSelectors: missing; write {\"AdvancedEventSelectors\": [...]} or "
		      "the array alone");
	refused("{\"EventSelectors\":[]}",
		"f:1:2: AdvancedEventSelectors: missing; write {\"AdvancedEventSelectors\": [...]} or "
		"the array alone");
	refused("{\"AdvancedEventSelectors\":{}}",
		"f:1:27: AdvancedEventSelectors: not an array; write [{\"FieldSelectors\": ...}]");
	refused("{\"AdvancedEventSelectors\":" ONE(MANAGEMENT) ",\"More\":1}",
		"f:1:100: More: unknown key; the file has AdvancedEventSelectors alone");
	refused("[1]", "f:1:2: AdvancedEventSelectors: an element is not an object; write "
		       "{\"FieldSelectors\": [...]}");
}

static void test_selector(void **state)
{
	(void)state;
	refused("[{}]", "f:1:2: FieldSelectors: missing; a selector needs at least eventCategory");
	refused("[{\"Fields\":[]}]", "f:1:3: Fields: unknown key; a selector has Name and FieldSelectors");
	refused("[{\"Name\":1}]", "f:1:10: Name: not a string; put it in double quotes");
	refused("[{\"Name\":\"a\",\"Name\":\"b\"}]", "f:1:14: Name: stands twice in a selector; remove one");
	refused("[{\"FieldSelectors\":1}]",
		"f:1:20: FieldSelectors: not an array; write [{\"Field\": ...}, ...]");
	refused("[{\"FieldSelectors\":[]}]",
		"f:1:20: FieldSelectors: empty; give at least {\"Field\": \"eventCategory\", "
		"\"Equals\": [\"Management\"]}");
	refused("[{\"FieldSelectors\":[" MANAGEMENT "],\"FieldSelectors\":[" MANAGEMENT "]}]",
		"f:1:72: FieldSelectors: stands twice in a selector; remove one");
	refused("[{\"FieldSelectors\":[1]}]",
		"f:1:21: FieldSelectors: an element is not an object; write {\"Field\": ...}");
}

static void test_field_selector(void **state)
{
	(void)state;
	refused(ONE("{}"), "f:1:21: Field: missing; name the field that is to be compared");
	refused(ONE("{\"Equals\":[\"a\"]}"), "f:1:21: Field: missing; name the field that is to be compared");
	refused(ONE("{\"Field\":1}"), "f:1:30: Field: not a string; name a field, such as \"eventName\"");
	refused(ONE("{\"Field\":\"EventName\",\"Equals\":[\"a\"]}"),
		"f:1:30: EventName: there is no such field; the fields are eventCategory, readOnly, "
		"eventSource, eventName, "
		"eventType, errorCode, resources.type, resources.name, userIdentity.uid, "
		"userIdentity.userName, "
		"userIdentity.loginUid, process.exe, process.cgroup, process.container");
	refused(ONE("{\"Field\":\"eventName\",\"Field\":\"eventName\"}"),
		"f:1:42: Field: stands twice in a field selector; remove one");
	refused(ONE("{\"Field\":\"eventName\"}"),
		"f:1:30: eventName: compared with nothing; add Equals or another operator");
	refused(ONE("{\"Field\":\"eventName\",\"Matches\":[\"a\"]}"),
		"f:1:42: Matches: unknown key; a field selector has Field and Equals, NotEquals, StartsWith, "
		"NotStartsWith, "
		"EndsWith or NotEndsWith");
	refused(ONE("{\"Field\":\"eventName\",\"Equals\":[\"a\"],\"Equals\":[\"b\"]}"),
		"f:1:57: Equals: stands twice in a field selector; put all values into one array");
	refused(ONE(MANAGEMENT ",\n{\"Field\":\"eventName\",\"Equals\":[\"a\"]},{\"Field\":\"eventName\","
			       "\"NotEquals\":[\"b\"]}"),
		"f:2:47: eventName: stands twice in a selector; put all its operators into one field "
		"selector");
}

static void test_values(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	(void)state;
	refused(ONE("{\"Field\":\"eventName\",\"Equals\":\"a\"}"),
		"f:1:51: Equals: not an array; write [\"value\"]");
	refused(ONE("{\"Field\":\"eventName\",\"EndsWith\":[]}"),
		"f:1:53: EndsWith: no value; give at least one, or remove EndsWith");
	refused(ONE("{\"Field\":\"eventName\",\"Equals\":[1]}"),
		"f:1:52: Equals: a value is not a string; put it in double quotes");
	refused(ONE("{\"Field\":\"eventName\",\"NotEquals\":[\"a\",\"\"]}"),
		"f:1:59: NotEquals: an empty value; remove it");

	ht_buffer_literal(&b, "[{\"FieldSelectors\":[" MANAGEMENT ",{\"Field\":\"process.exe\",\"Equals\":[\"");
	for (unsigned i = 0; i < HT_SELECTOR_VALUE_MAX; i++)
		ht_buffer_byte(&b, 'x');
	ht_buffer_literal(&b, "\"]}]}]\0");
	accepted(b.data, b.data);
	b.length -= 7;
	ht_buffer_literal(&b, "x\"]}]}]\0");
	refused(b.data, "f:1:104: Equals: a value of 2049 bytes; at most 2048 are accepted");

	ht_buffer_reset(&b);
	ht_buffer_literal(&b, "[{\"Name\":\"");
	for (unsigned i = 0; i < 1001; i++)
		ht_buffer_byte(&b, 'n');
	ht_buffer_literal(&b, "\"}]\0");
	refused(b.data, "f:1:10: Name: 1001 bytes long; at most 1000 are accepted");
}

/* 500 values in all, whatever selectors they stand in. */
static void test_number_of_values(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_selectors *s;
	struct ht_error err;
	const char *close = "]}]}]";

	(void)state;
	ht_buffer_byte(&b, '[');
	for (unsigned i = 0; i < 248; i++)
		ht_buffer_literal(&b, "{\"FieldSelectors\":[" MANAGEMENT
				      ",{\"Field\":\"errorCode\",\"Equals\":[\"EACCES\"]}]},");
	ht_buffer_literal(&b, "\n{\"FieldSelectors\":[" MANAGEMENT
			      ",{\"Field\":\"errorCode\",\"Equals\":[\"1\",\"2\",\"3\"");
	ht_buffer_append(&b, close, strlen(close));
	assert_int_equal(ht_selectors_parse(&s, "f", b.data, b.length, &err), 0);
	ht_selectors_free(s);
	b.length -= strlen(close);
	ht_buffer_literal(&b, ",\"4\"");
	ht_buffer_append(&b, close, strlen(close));
	assert_int_equal(ht_selectors_parse(&s, "f", b.data, b.length, &err), -EBADMSG);
	assert_string_equal(
		err.text,
		"f:2:113: Equals: more than 500 values in all selectors together; use fewer, or prefixes");
}

static void test_category(void **state)
{
	(void)state;
	refused(ONE("{\"Field\":\"eventName\",\"Equals\":[\"a\"]}"),
		"f:1:2: eventCategory: missing; every selector needs {\"Field\": \"eventCategory\", "
		"\"Equals\": [\"Management\"]}, "
		"or \"Data\"");
	refused(ONE("{\"Field\":\"eventCategory\",\"Equals\":[\"management\"]}"),
		"f:1:56: eventCategory: \"management\" is not accepted; give \"Management\" or \"Data\"");
	refused(ONE("{\"Field\":\"eventCategory\",\"Equals\":[\"Management\",\"Data\"]}"),
		"f:1:69: eventCategory: more than one value; give \"Management\" or \"Data\"");
	refused(ONE("{\"Field\":\"eventCategory\",\"NotEquals\":[\"Data\"]}"),
		"f:1:59: eventCategory: NotEquals is not accepted here; use Equals");
	refused(ONE("{\"Field\":\"eventCategory\",\"Equals\":[\"Data\"],\"EndsWith\":[\"a\"]}"),
		"f:1:76: eventCategory: EndsWith is not accepted here; use Equals");
}

/* What is compared as a whole has to be there; prefixes and suffixes may be of names to come. */
static void test_words(void **state)
{
	(void)state;
	refused(ONE(MANAGEMENT ",{\"Field\":\"eventName\",\"Equals\":[\"OpenFile\",\"OpenFlie\"]}"),
		"f:1:113: eventName: there is no event name \"OpenFlie\"; did you mean OpenFile?");
	refused(ONE(MANAGEMENT ",\n{\"Field\":\"eventName\",\"NotEquals\":[\"unlinkat\"]}"),
		"f:2:35: eventName: there is no event name \"unlinkat\"; did you mean DeleteFile or DeleteDirectory?");
	refused(ONE(DATA ",{\"Field\":\"resources.type\",\"Equals\":[\"AWS::S3::Object\"]}"),
		"f:1:101: resources.type: there is no resource type \"AWS::S3::Object\"; hosttrail-event(5) lists them");
	refused(ONE(MANAGEMENT ",{\"Field\":\"errorCode\",\"Equals\":[\"EACCESS\"]}"),
		"f:1:102: errorCode: there is no error \"EACCESS\"; did you mean EACCES?");
	refused(ONE(MANAGEMENT ",{\"Field\":\"eventSource\",\"NotEquals\":[\"clock\"]}"),
		"f:1:107: eventSource: there is no event source \"clock\"; hosttrail-event(5) lists them");
	refused(ONE(MANAGEMENT ",{\"Field\":\"eventType\",\"Equals\":[\"AwsApiCall\"]}"),
		"f:1:102: eventType: there is no event type \"AwsApiCall\"; did you mean HostApiCall?");
	accepted(ONE(MANAGEMENT ",{\"Field\":\"eventName\",\"StartsWith\":[\"Xyz\"],\"NotEndsWith\":[\"zzy\"]}"),
		 ONE(MANAGEMENT ",{\"Field\":\"eventName\",\"StartsWith\":[\"Xyz\"],\"NotEndsWith\":[\"zzy\"]}"));
}

static void test_read_only(void **state)
{
	(void)state;
	refused(ONE(MANAGEMENT ",{\"Field\":\"readOnly\",\"Equals\":[\"yes\"]}"),
		"f:1:101: readOnly: \"yes\" is not accepted; give \"true\" or \"false\"");
	refused(ONE(MANAGEMENT ",{\"Field\":\"readOnly\",\"Equals\":[\"true\",\"false\"]}"),
		"f:1:108: readOnly: more than one value; give \"true\" or \"false\"");
	refused(ONE(MANAGEMENT ",{\"Field\":\"readOnly\",\"StartsWith\":[\"t\"]}"),
		"f:1:105: readOnly: StartsWith is not accepted here; use Equals");
}

static void test_data_must_name_something(void **state)
{
	static const char want[] = "f:1:2: resources.type: missing; a selector of Data events must name "
				   "resources.type or eventName "
				   "with Equals, StartsWith or EndsWith; hosttrail-selectors(5) shows one for everything";

	(void)state;
	refused(ONE(DATA), want);
	refused(ONE(DATA ",{\"Field\":\"userIdentity.uid\",\"Equals\":[\"0\"]}"), want);
	refused(ONE(DATA ",{\"Field\":\"eventName\",\"NotEquals\":[\"OpenFile\"]}"), want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_every_operator_on_every_field),
		cmocka_unit_test(test_not_json),
		cmocka_unit_test(test_top),
		cmocka_unit_test(test_selector),
		cmocka_unit_test(test_field_selector),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_number_of_values),
		cmocka_unit_test(test_category),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_data_must_name_something),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
