/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>

#include "base/cleanup.h"
#include "hosttrail/event.h"

#define HEAD "{\"eventVersion\":\"1.0\",\"eventTime\":\"1970-01-01T00:00:01.000000002Z\""

static const char full[] =
	"{\"eventVersion\":\"1.0\",\"eventTime\":\"2026-11-21T09:13:00.123456789Z\",\"monotonicTime\":"
	"18446744073709551615,"
	"\"sequence\":{\"ring\":\"management\",\"cpu\":3,\"number\":77},\"eventID\":\"0f0e8a3a-5cf1-5a3b-"
	"9d1f-0123456789ab\","
	"\"bootId\":\"b007\",\"eventCategory\":\"Management\",\"managementEvent\":true,\"readOnly\":false,"
	"\"eventType\":\"HostApiCall\",\"eventSource\":\"filesystem\",\"eventName\":\"RenameFile\","
	"\"userIdentity\":{\"type\":"
	"\"User\",\"uid\":1000,\"gid\":1001,\"euid\":0,\"egid\":0,\"userName\":\"alice\",\"loginUid\":1002,"
	"\"loginName\":\"bob\","
	"\"sessionId\":12,\"tty\":\"pts0\"},\"sourceIPAddress\":\"192.0.2.17\",\"userAgent\":\"/usr/bin/"
	"mv\",\"process\":{"
	"\"pid\":4242,\"tid\":4243,\"ppid\":1,\"startTime\":\"2026-11-21T09:13:00.120000000Z\",\"name\":"
	"\"mv\",\"exe\":"
	"\"/usr/bin/mv\",\"args\":[\"mv\",\"{]\\\"\",\"b\"],\"cwd\":\"/"
	"\",\"ancestors\":[{\"pid\":1,\"name\":\"init\"}],"
	"\"cgroup\":\"/"
	"user.slice\",\"container\":\"c0ffee\",\"mountNamespace\":1,\"pidNamespace\":2},\"syscall\":{"
	"\"name\":"
	"\"renameat2\",\"number\":316,\"abi\":\"x86_64\"},\"requestParameters\":{\"flags\":[],\"deep\":{"
	"\"er\":[[{}]]}},"
	"\"responseElements\":{\"result\":-7},\"errorCode\":\"EACCES\",\"errorMessage\":\"Permission "
	"denied\",\"resources\":["
	"{\"type\":\"Host::File\",\"name\":\"/etc/"
	"a\",\"evidence\":\"kernel\"},{\"type\":\"Host::Directory\",\"name\":\"/b\","
	"\"evidence\":\"caller\"}],\"hostId\":\"h0\",\"hostName\":\"web\",\"region\":\"default\","
	"\"truncated\":[]}";

static void is(struct ht_text text, const char *want)
{
	if (!want) {
		assert_null(text.data);
		return;
	}
	assert_non_null(text.data);
	if (text.length != strlen(want) || memcmp(text.data, want, text.length) != 0)
		fail_msg("%.*s, not %s", (int)text.length, text.data, want);
}

static int decode(const char *line, struct ht_buffer *scratch, struct ht_event_view *v, const char **why)
{
	/* Of exactly its size, so that a sanitizer sees a read beyond the end. */
	_cleanup_free_ char *copy = malloc(strlen(line) ? strlen(line) : 1);
	static char *kept;
	int e;

	assert_non_null(copy);
	memcpy(copy, line, strlen(line));
	e = ht_event_decode(copy, strlen(line), scratch, v, why);
	free(kept); /* the view borrows from the line */
	kept = TAKE_PTR(copy);
	return e;
}

static void check_full(const struct ht_event_view *v)
{
	static const char *const fields[HT_FIELDS] = {
		"Management", "false", "filesystem", "RenameFile", "HostApiCall", "EACCES",      NULL,
		NULL,         "1000",  "alice",      "1002",       "/usr/bin/mv", "/user.slice", "c0ffee",
	};

	for (unsigned i = 0; i < HT_FIELDS; i++)
		is(v->field[i], fields[i]);
	assert_int_equal(v->resources, 2);
	is(v->resource[0].type, "Host::File");
	is(v->resource[0].name, "/etc/a");
	is(v->resource[0].evidence, "kernel");
	is(v->resource[1].type, "Host::Directory");
	is(v->resource[1].name, "/b");
	is(v->resource[1].evidence, "caller");
	is(v->resource[2].type, NULL);
	assert_true(v->time_ns == 1795252380123456789);
	assert_true(v->monotonic_ns == UINT64_MAX);
	is(v->event_version, "1.0");
	is(v->event_id, "0f0e8a3a-5cf1-5a3b-9d1f-0123456789ab");
	is(v->boot_id, "b007");
	is(v->source_ip, "192.0.2.17");
	is(v->login_name, "bob");
	is(v->tty, "pts0");
	is(v->program_name, "mv");
	is(v->syscall, "renameat2");
	is(v->error_message, "Permission denied");
	is(v->host_id, "h0");
	is(v->ring, "management");
	assert_int_equal(v->number, 77);
	assert_int_equal(v->cpu, 3);
	assert_int_equal(v->pid, 4242);
	assert_int_equal(v->session, 12);
	assert_int_equal(v->result, -7);
	assert_true(ht_text_starts(v->request, HT_TEXT("{")) && ht_text_ends(v->request, HT_TEXT("}")));
	assert_true(ht_text_starts(v->response, HT_TEXT("{")) && ht_text_ends(v->response, HT_TEXT("}")));
	assert_non_null(memmem(v->response.data, v->response.length, "result", 6));
}

static void test_every_field(void **state)
{
	_cleanup_buffer_ struct ht_buffer scratch = { 0 };
	struct ht_event_view v;
	const char *why = "";

	(void)state;
	if (decode(full, &scratch, &v, &why) != 0)
		fail_msg("%s", why);
	check_full(&v);
	is(v.request, "{\"flags\":[],\"deep\":{\"er\":[[{}]]}}");
	is(v.response, "{\"result\":-7}");
}

static void test_absent(void **state)
{
	_cleanup_buffer_ struct ht_buffer scratch = { 0 };
	struct ht_event_view v;

	(void)state;
	memset(&v, 0xa5, sizeof(v));
	assert_int_equal(decode(HEAD ",\"resources\":[],\"process\":{}}", &scratch, &v, NULL), 0);
	for (unsigned i = 0; i < HT_FIELDS; i++)
		is(v.field[i], NULL);
	assert_int_equal(v.resources, 0);
	assert_true(v.time_ns == 1000000002);
	assert_int_equal(v.monotonic_ns, 0);
	is(v.event_id, NULL);
	is(v.boot_id, NULL);
	is(v.source_ip, NULL);
	is(v.login_name, NULL);
	is(v.tty, NULL);
	is(v.program_name, NULL);
	is(v.syscall, NULL);
	is(v.error_message, NULL);
	is(v.host_id, NULL);
	is(v.ring, NULL);
	assert_int_equal(v.number, 0);
	assert_int_equal(v.cpu, 0);
	assert_int_equal(v.pid, -1);
	assert_int_equal(v.session, -1);
	assert_int_equal(v.result, 0);
	is(v.request, NULL);
	is(v.response, NULL);
}

/* Spaces wherever JSON allows them; strings are left alone. */
static void test_spaces(void **state)
{
	_cleanup_buffer_ struct ht_buffer scratch = { 0 }, spaced = { 0 };
	struct ht_event_view v;
	const char *why = "";
	bool string = false;

	(void)state;
	for (const char *p = full; *p; p++) {
		bool structure = !string && strchr("{}[],:", *p);

		if (*p == '"' && p[-1] != '\\')
			string = !string;
		if (structure)
			ht_buffer_literal(&spaced, " \t\r\n");
		ht_buffer_byte(&spaced, *p);
		if (structure)
			ht_buffer_literal(&spaced, "\n ");
	}
	ht_buffer_byte(&spaced, '\0');
	if (decode(spaced.data, &scratch, &v, &why) != 0)
		fail_msg("%s", why);
	check_full(&v);
}

/* Other keys, another order, keys and values in escaped spelling. */
static void test_unusual(void **state)
{
	_cleanup_buffer_ struct ht_buffer scratch = { 0 };
	struct ht_event_view v;
	const char *why = "";

	(void)state;
	if (decode("{\"new\":{\"eventName\":\"No\",\"a\":[\"]\",1.5e3,null]},\"process\":{\"exe\":\"/"
		   "\\u00e9\\n\",\"pid\":0,"
		   "\"name\":\"\"},\"event\\u004eame\":\"A\\\"B\\\\\",\"eventTime\":\"1970-01-01T00:00:01."
		   "000000002Z\","
		   "\"eventVersion\":\"1.17\",\"responseElements\":{\"result\":\"0x7f00\"},\"eventname\":"
		   "\"No\"}",
		   &scratch, &v, &why) != 0)
		fail_msg("%s", why);
	is(v.event_version, "1.17");
	is(v.field[HT_FIELD_EVENT_NAME], "A\"B\\");
	is(v.field[HT_FIELD_EXE], "/\xc3\xa9\n");
	is(v.program_name, "");
	assert_int_equal(v.pid, 0);
	assert_int_equal(v.result, 0);
	assert_int_equal(v.time_ns, 1000000002);
}

static void test_more_resources_than_can_be(void **state)
{
	_cleanup_buffer_ struct ht_buffer scratch = { 0 };
	struct ht_event_view v;

	(void)state;
	assert_int_equal(decode(HEAD ",\"resources\":[{\"name\":\"1\"},{\"name\":\"2\"},{},{\"name\":\"4\"},{"
				     "\"name\":\"5\"},{},{},{\"name\":\"8\"},{\"name\":\"9\"}]}",
				&scratch, &v, NULL),
			 0);
	assert_int_equal(v.resources, HT_EVENT_RESOURCES);
	is(v.resource[0].name, "1");
	is(v.resource[2].name, NULL);
	is(v.resource[3].name, "4");
	is(v.resource[7].name, "8");
}

static void test_every_cut(void **state)
{
	_cleanup_buffer_ struct ht_buffer scratch = { 0 };
	struct ht_event_view v, untouched;
	const char *why;
	char cut[sizeof(full)];

	(void)state;
	memset(&v, 0x5a, sizeof(v));
	untouched = v;
	for (size_t n = 0; n < sizeof(full) - 1; n++) {
		memcpy(cut, full, n);
		cut[n] = '\0';
		why = NULL;
		assert_int_equal(decode(cut, &scratch, &v, &why), -EBADMSG);
		assert_non_null(why);
		assert_memory_equal(&v, &untouched, sizeof(v));
	}
}

static void test_refused(void **state)
{
	static const char *const lines[][2] = {
		{ "[]", "not a JSON object" },
		{ "", "not a JSON object" },
		{ "{}", "eventVersion is missing" },
		{ "{\"eventVersion\":\"1.0\"}", "eventTime is missing" },
		{ "{\"eventVersion\":\"2.0\"}", "eventVersion is not 1.x, the version that is known here" },
		{ "{\"eventVersion\":\"1\"}", "eventVersion is not 1.x, the version that is known here" },
		{ "{\"eventVersion\":1.0}", "a field that must be a string is none" },
		{ "{\"eventTime\":\"yesterday\"}", "eventTime is not a time" },
		{ HEAD "}}", "something follows the JSON object" },
		{ HEAD "} {}", "something follows the JSON object" },
		{ HEAD ",}", "a key is missing" },
		{ HEAD ",\"a\"}", "':' is missing behind a key" },
		{ HEAD ",\"a\":}", "a value is missing" },
		{ HEAD ",\"a\":1 2}", "',' or '}' is missing" },
		{ HEAD ",\"a\":[}]}", "brackets and braces do not match" },
		{ HEAD ",\"a\":\"\t\"}", "a control character in a string" },
		{ HEAD ",\"a\":[\x01]}", "a control character outside of strings" },
		{ HEAD ",\"eventName\":null}", "a field that must be a string is none" },
		{ HEAD ",\"eventName\":\"\\ud800\"}", "a string with a wrong escape" },
		{ HEAD ",\"eventName\":\"\\x\"}", "a string with a wrong escape" },
		{ HEAD ",\"eventName\":\"a\",\"eventName\":\"b\"}", "a key stands twice in an object" },
		{ HEAD ",\"event\\u004eame\":\"a\",\"eventName\":\"b\"}", "a key stands twice in an object" },
		{ HEAD ",\"readOnly\":\"true\"}", "a field that must be true or false is neither" },
		{ HEAD ",\"readOnly\":tru}", "a field that must be true or false is neither" },
		{ HEAD ",\"monotonicTime\":-1}", "a number is out of range" },
		{ HEAD ",\"monotonicTime\":1.5}", "a field that must be an integer is none" },
		{ HEAD ",\"monotonicTime\":01}", "a field that must be an integer is none" },
		{ HEAD ",\"sequence\":{\"cpu\":4294967296}}", "a number is out of range" },
		{ HEAD ",\"sequence\":[]}", "a field that must be an object is none" },
		{ HEAD ",\"userIdentity\":{\"uid\":-1}}", "a number is out of range" },
		{ HEAD ",\"userIdentity\":{\"uid\":\"0\"}}", "a field that must be an integer is none" },
		{ HEAD ",\"process\":{\"pid\":-0}}", "a field that must be an integer is none" },
		{ HEAD ",\"process\":{\"pid\":9223372036854775808}}", "a number is out of range" },
		{ HEAD ",\"resources\":{}}", "resources is not an array" },
		{ HEAD ",\"resources\":[1]}", "a field that must be an object is none" },
		{ HEAD ",\"resources\":[{},]}", "a field that must be an object is none" },
		{ HEAD ",\"resources\":[{} {}]}", "',' or ']' is missing" },
		{ HEAD ",\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
		  "nested too deeply" },
	};
	_cleanup_buffer_ struct ht_buffer scratch = { 0 };
	struct ht_event_view v;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		const char *why = NULL;

		if (decode(lines[i][0], &scratch, &v, &why) != -EBADMSG)
			fail_msg("accepted: %s", lines[i][0]);
		if (strcmp(why, lines[i][1]) != 0)
			fail_msg("%s: %s, not %s", lines[i][0], why, lines[i][1]);
	}
}

/* A byte more or less of padding moves every string across the words that are scanned at a time. */
static void test_every_alignment(void **state)
{
	_cleanup_buffer_ struct ht_buffer scratch = { 0 };
	struct ht_event_view v;

	(void)state;
	for (int pad = 0; pad < 40; pad++) {
		char line[256];

		snprintf(line, sizeof(line),
			 HEAD
			 ",\"x\":\"%.*s\",\"errorCode\":\"E%.*s\",\"y\":[\"%.*s]\\\\\"],\"hostId\":\"h\"}",
			 pad, "........................................", pad,
			 "0123456789012345678901234567890123456789", pad,
			 "........................................");
		assert_int_equal(decode(line, &scratch, &v, NULL), 0);
		assert_int_equal(v.field[HT_FIELD_ERROR_CODE].length, pad + 1);
		is(v.host_id, "h");
	}
}

static void test_line_limit(void **state)
{
	_cleanup_buffer_ struct ht_buffer scratch = { 0 };
	_cleanup_free_ char *line = malloc(HT_EVENT_LINE_MAX);
	size_t head = strlen(HEAD "}");
	struct ht_event_view v;
	const char *why = "";

	(void)state;
	assert_non_null(line);
	memset(line, ' ', HT_EVENT_LINE_MAX);
	memcpy(line, HEAD "}", head);
	assert_int_equal(ht_event_decode(line, HT_EVENT_LINE_MAX - 1, &scratch, &v, NULL), 0);
	assert_int_equal(ht_event_decode(line, HT_EVENT_LINE_MAX, &scratch, &v, &why), -EBADMSG);
	assert_string_equal(why, "the line is too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_spaces),
		cmocka_unit_test(test_unusual),
		cmocka_unit_test(test_more_resources_than_can_be),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_every_alignment),
		cmocka_unit_test(test_line_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
