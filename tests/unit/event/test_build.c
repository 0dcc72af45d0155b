/* SPDX-License-Identifier: BSD-2-Clause */
/* From wire record to line and view: whole lines compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "event/build.h"
#include "process_record.h"
#include "record.h"

#define BOOT "01234567-89ab-4cde-8f01-23456789abcd"
#define HEAD "{\"eventVersion\":\"1.0\",\"hostId\":\"0123456789abcdef\",\"hostName\":\"b\\\"x\",\"region\":\"north\",\"bootId\":\"" BOOT "\","
#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })

static struct ht_builder_options options = {
	.host_id = "0123456789abcdef", .host_name = "b\"x", .region = "north", .boot_id = BOOT, .proc = "/proc",
};

struct fixture {
	struct ht_builder *builder;
	struct ht_paths *paths;
	struct ht_images *images;
	struct ht_users *users;
	struct ht_buffer line;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct ht_images_options images = { 0 };

	assert_non_null(f);
	assert_int_equal(ht_users_new(&f->users, "/nonexistent", "/nonexistent"), 0);
	images.users = f->users;
	assert_int_equal(ht_images_new(&f->images, &images), 0);
	assert_int_equal(ht_paths_default(&f->paths), 0);
	options.users = f->users;
	options.images = f->images;
	options.paths = f->paths;
	assert_int_equal(ht_builder_new(&f->builder, &options), 0);
	ht_builder_set_clock(f->builder, 1700000000000000000, 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	ht_builder_free(f->builder);
	ht_paths_free(f->paths);
	ht_images_free(f->images);
	ht_users_free(f->users);
	ht_buffer_free(&f->line);
	free(f);
	return 0;
}

/* Process 100, whose record is number 7 of CPU 3: the name of its image. */
static uint64_t describe(struct fixture *f)
{
	struct process_record p;
	struct ht_wire_view w;

	process_begin(&p, 3, 7);
	process_text(&p, HT_ITEM_EXE, "/bin/x");
	assert_int_equal(ht_wire_read(p.bytes, p.used, &w), 0);
	assert_int_equal(ht_images_add(f->images, &w), 0);
	return 3ull << 48 | 7;
}

static struct ht_wire_event *event_of(struct record *r)
{
	return (struct ht_wire_event *)r->bytes;
}

static const struct ht_event_view *build(struct fixture *f, enum ht_ring ring, const struct record *r, const char *want)
{
	const struct ht_event_view *view;
	struct ht_wire_view w;

	assert_int_equal(ht_wire_read(r->bytes, r->used, &w), 0);
	view = ht_event_build(f->builder, ring, &w);
	ht_buffer_reset(&f->line);
	assert_int_equal(ht_event_encode(f->builder, &f->line), 0);
	ht_buffer_byte(&f->line, '\0');
	assert_string_equal(f->line.data, want);
	return view;
}

static void field_is(const struct ht_event_view *view, enum ht_field field, const char *want)
{
	if (want ? !ht_text_equal(view->field[field], ht_text_of(want)) : view->field[field].data != NULL)
		fail_msg("%s: %.*s", ht_field_name(field), (int)view->field[field].length, view->field[field].data);
}

#define WHO "\"userIdentity\":{\"type\":\"Root\",\"uid\":0,\"gid\":0,\"euid\":0,\"egid\":0,\"userName\":\"root\"}," \
	    "\"sourceIPAddress\":\"localhost\","

static void test_success(void **state)
{
	struct fixture *f = *state;
	const struct ht_event_view *view;
	struct record r;

	record_begin(&r, "openat", HT_ABI_X86_64, 3, ARGS(0xffffff9c, 1, 01, 0));
	event_of(&r)->image = describe(f);
	event_of(&r)->head.cpu = 0x12;
	event_of(&r)->head.sequence = 0x123456789;
	event_of(&r)->head.time_ns = 5000000001;
	record_text(&r, HT_ITEM_STRING, 1, "/etc/link");
	record_text(&r, HT_ITEM_PATH, HT_ITEM_RESULT, "/etc/x");
	view = build(f, HT_RING_MANAGEMENT, &r,
		     HEAD WHO "\"userAgent\":\"/bin/x\",\"process\":{\"pid\":100,\"tid\":100,"
			      "\"startTime\":\"1970-01-01T00:00:00.000002000Z\",\"name\":\"program\",\"exe\":\"/bin/x\","
			      "\"pidNamespace\":12,\"mountNamespace\":11},\"eventCategory\":\"Management\",\"managementEvent\":true,"
			      "\"readOnly\":false,\"eventType\":\"HostApiCall\",\"eventSource\":\"filesystem\","
			      "\"eventName\":\"OpenFile\",\"syscall\":{\"name\":\"openat\",\"number\":257,\"abi\":\"x86_64\"},"
			      "\"eventTime\":\"2023-11-14T22:13:25.000000001Z\",\"monotonicTime\":5000000001,"
			      "\"sequence\":{\"number\":4886718345,\"cpu\":18,\"ring\":\"management\"},"
			      "\"eventID\":\"01234567-89ab-8012-8000-000123456789\","
			      "\"requestParameters\":{\"dirfd\":\"AT_FDCWD\",\"path\":\"/etc/link\",\"flags\":[\"O_WRONLY\"]},"
			      "\"responseElements\":{\"result\":3,\"path\":\"/etc/x\"},"
			      "\"resources\":[{\"type\":\"Host::File\",\"name\":\"/etc/x\",\"evidence\":\"kernel\"}]}");
	field_is(view, HT_FIELD_EVENT_CATEGORY, "Management");
	field_is(view, HT_FIELD_READ_ONLY, "false");
	field_is(view, HT_FIELD_EVENT_SOURCE, "filesystem");
	field_is(view, HT_FIELD_EVENT_NAME, "OpenFile");
	field_is(view, HT_FIELD_EVENT_TYPE, "HostApiCall");
	field_is(view, HT_FIELD_ERROR_CODE, NULL);
	field_is(view, HT_FIELD_UID, "0");
	field_is(view, HT_FIELD_USER_NAME, "root");
	field_is(view, HT_FIELD_LOGIN_UID, NULL);
	field_is(view, HT_FIELD_EXE, "/bin/x");
	field_is(view, HT_FIELD_CGROUP, NULL);
	field_is(view, HT_FIELD_CONTAINER, NULL);
	assert_int_equal(view->resources, 1);
	assert_true(ht_text_equal(view->resource[0].type, HT_TEXT("Host::File")));
	assert_true(ht_text_equal(view->resource[0].name, HT_TEXT("/etc/x")));
	assert_true(ht_text_equal(view->resource[0].evidence, HT_TEXT("kernel")));
}

/* A description that was lost, a failure, bytes that are no text, and what was cut. */
static void test_failure(void **state)
{
	struct fixture *f = *state;
	const struct ht_event_view *view;
	struct record r;

	record_begin(&r, "unlink", HT_ABI_X86_64, -13, ARGS(1));
	event_of(&r)->image = 99;
	event_of(&r)->pid = 5;
	event_of(&r)->tid = 6;
	event_of(&r)->identity = (struct ht_wire_identity){ 65534, 1, 2, 3, UINT32_MAX, UINT32_MAX };
	record_item(&r, HT_ITEM_STRING, 0, HT_ITEM_TRUNCATED, "/srv/\xff", 6);
	record_last(&r)->full_length = 4096;
	view = build(f, HT_RING_DATA, &r,
		     HEAD "\"userIdentity\":{\"type\":\"Service\",\"uid\":65534,\"gid\":1,\"euid\":2,\"egid\":3,\"userName\":\"nobody\"},"
			  "\"sourceIPAddress\":\"localhost\",\"process\":{\"pid\":5,\"tid\":6},\"eventCategory\":\"Data\","
			  "\"managementEvent\":false,\"readOnly\":false,\"eventType\":\"HostApiCall\",\"eventSource\":\"filesystem\","
			  "\"eventName\":\"DeleteFile\",\"syscall\":{\"name\":\"unlink\",\"number\":87,\"abi\":\"x86_64\"},"
			  "\"eventTime\":\"2023-11-14T22:13:20.000000000Z\",\"monotonicTime\":0,"
			  "\"sequence\":{\"number\":1,\"cpu\":0,\"ring\":\"data\"},\"eventID\":\"01234567-89ab-8000-9000-000000000001\","
			  "\"requestParameters\":{\"path\":\"/srv/\xef\xbf\xbd\",\"pathBase64\":\"L3Nydi//\"},"
			  "\"errorCode\":\"EACCES\",\"errorMessage\":\"Permission denied\","
			  "\"resources\":[{\"type\":\"Host::File\",\"name\":\"/srv/\xef\xbf\xbd\",\"nameBase64\":\"L3Nydi//\","
			  "\"evidence\":\"caller\"}],\"truncated\":{\"requestParameters.path\":4096}}");
	field_is(view, HT_FIELD_EVENT_CATEGORY, "Data");
	field_is(view, HT_FIELD_ERROR_CODE, "EACCES");
	field_is(view, HT_FIELD_UID, "65534");
	field_is(view, HT_FIELD_EXE, NULL);
}

/* An unknown number; and after it one that shares what is remembered of calls. */
static void test_unknown(void **state)
{
	static const struct ht_call unknown = { .name = "unknown" };
	struct fixture *f = *state;
	struct record r;
	char want[2000];

	for (uint32_t number = 100000; number < 100600; number += 64) {
		record_begin_call(&r, &unknown, HT_ABI_X86_64, -38, ARGS(1, 0xffffffffffffffff));
		event_of(&r)->call = number;
		event_of(&r)->image = describe(f);
		snprintf(want, sizeof(want),
			 HEAD WHO "\"userAgent\":\"/bin/x\",\"process\":{\"pid\":100,\"tid\":100,"
				  "\"startTime\":\"1970-01-01T00:00:00.000002000Z\",\"name\":\"program\",\"exe\":\"/bin/x\","
				  "\"pidNamespace\":12,\"mountNamespace\":11},\"eventCategory\":\"Data\",\"managementEvent\":false,"
				  "\"readOnly\":false,\"eventType\":\"HostApiCall\",\"eventSource\":\"kernel\","
				  "\"eventName\":\"UnknownSystemCall\",\"syscall\":{\"number\":%u,\"abi\":\"x86_64\"},"
				  "\"eventTime\":\"2023-11-14T22:13:20.000000000Z\",\"monotonicTime\":0,"
				  "\"sequence\":{\"number\":1,\"cpu\":0,\"ring\":\"data\"},"
				  "\"eventID\":\"01234567-89ab-8000-9000-000000000001\",\"requestParameters\":{\"arg0\":\"0x1\","
				  "\"arg1\":\"0xffffffffffffffff\",\"arg2\":\"0x0\",\"arg3\":\"0x0\",\"arg4\":\"0x0\",\"arg5\":\"0x0\"},"
				  "\"errorCode\":\"ENOSYS\",\"errorMessage\":\"Function not implemented\"}", number);
		build(f, HT_RING_DATA, &r, want);
	}
}

/* By a call and by none, in turn: what is remembered of the one is not told of the other. */
static void test_ends(void **state)
{
	static const char ended[] = "\"lifetimeNanoseconds\":0,\"usage\":{\"minorFaults\":0,\"majorFaults\":0,"
				    "\"voluntarySwitches\":0,\"involuntarySwitches\":0}}}";
	struct fixture *f = *state;
	struct record r;
	char want[2000];

	for (unsigned i = 0; i < 4; i++) {
		bool call = i % 2 == 0;
		struct ht_wire_exit e = { .flags = call ? HT_EXIT_CALL : 0, .code = call ? 7 << 8 : 9 };

		record_begin(&r, "exit_group", HT_ABI_X86_64, 0, ARGS(7));
		event_of(&r)->image = describe(f);
		record_item(&r, HT_ITEM_EXIT, HT_ITEM_RESULT, 0, &e, sizeof(e));
		snprintf(want, sizeof(want),
			 HEAD WHO "\"userAgent\":\"/bin/x\",\"process\":{\"pid\":100,\"tid\":100,"
				  "\"startTime\":\"1970-01-01T00:00:00.000002000Z\",\"name\":\"program\",\"exe\":\"/bin/x\","
				  "\"pidNamespace\":12,\"mountNamespace\":11},\"eventCategory\":\"Data\",\"managementEvent\":false,"
				  "\"readOnly\":false,\"eventType\":\"HostApiCall\",\"eventSource\":\"process\",\"eventName\":\"ExitThread\"%s,"
				  "\"eventTime\":\"2023-11-14T22:13:20.000000000Z\",\"monotonicTime\":0,"
				  "\"sequence\":{\"number\":1,\"cpu\":0,\"ring\":\"data\"},"
				  "\"eventID\":\"01234567-89ab-8000-9000-000000000001\",\"requestParameters\":{%s},\"responseElements\":{%s",
			 call ? ",\"syscall\":{\"name\":\"exit_group\",\"number\":231,\"abi\":\"x86_64\"}" : "",
			 call ? "\"status\":7" : "\"signal\":\"SIGKILL\"", ended);
		build(f, HT_RING_DATA, &r, want);
	}
}

/* A call, and the same call as a part of another. */
static void test_parts(void **state)
{
	struct fixture *f = *state;
	struct record r;

	for (unsigned i = 0; i < 4; i++) {
		struct ht_wire_view w;

		record_begin(&r, "listen", HT_ABI_I386, 0, ARGS(3, 4));
		event_of(&r)->image = describe(f);
		event_of(&r)->via = i % 2 ? 102 : 0;
		assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
		ht_event_build(f->builder, HT_RING_DATA, &w);
		ht_buffer_reset(&f->line);
		assert_int_equal(ht_event_encode(f->builder, &f->line), 0);
		ht_buffer_byte(&f->line, '\0');
		assert_int_equal(strstr(f->line.data, "\"via\":\"socketcall\"") != NULL, i % 2);
	}
}

/* The number under which a part is kept is no call's: whoever calls it calls nothing. */
static void test_number_of_part(void **state)
{
	struct fixture *f = *state;
	struct ht_wire_view w;
	struct record r;

	record_begin(&r, "setsockopt", HT_ABI_I386, -38, ARGS(3, 0, 64, 0x1000, 4));
	event_of(&r)->image = describe(f);
	for (event_of(&r)->call = HT_PART_FIRST; event_of(&r)->call < HT_PART_FIRST + 40; event_of(&r)->call++) {
		assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
		ht_event_build(f->builder, HT_RING_DATA, &w);
		ht_buffer_reset(&f->line);
		assert_int_equal(ht_event_encode(f->builder, &f->line), 0);
		ht_buffer_byte(&f->line, '\0');
		assert_non_null(strstr(f->line.data, "\"eventName\":\"UnknownSystemCall\",\"syscall\":{\"number\":"));
		assert_non_null(strstr(f->line.data, "\"eventCategory\":\"Data\""));
	}
}

static void test_service(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ht_event_service(f->builder, "StopRecording", HT_TEXT("\"a\":1"), 1500000000, &f->line), 0);
	ht_buffer_byte(&f->line, '\0');
	assert_string_equal(f->line.data,
			    HEAD "\"eventCategory\":\"Management\",\"managementEvent\":true,\"readOnly\":false,"
				 "\"eventType\":\"HostServiceEvent\",\"eventSource\":\"trail\",\"eventName\":\"StopRecording\","
				 "\"eventTime\":\"2023-11-14T22:13:21.500000000Z\",\"monotonicTime\":1500000000,"
				 "\"eventID\":\"01234567-89ab-8000-a000-000059682f00\",\"requestParameters\":{\"a\":1}}");
	ht_buffer_reset(&f->line);
	assert_int_equal(ht_event_service(f->builder, "StartRecording", (struct ht_text){ 0 }, 1, &f->line), 0);
	ht_buffer_byte(&f->line, '\0');
	assert_null(strstr(f->line.data, "requestParameters"));
}

/* Seconds and fractions are written apart: over the borders of seconds, days and clocks. */
static void test_clock(void **state)
{
	static const struct {
		int64_t clock;
		uint64_t time_ns;
		const char *want;
	} cases[] = {
		{ 0, 999999999, "\"eventTime\":\"1970-01-01T00:00:00.999999999Z\"" },
		{ 0, 1000000000, "\"eventTime\":\"1970-01-01T00:00:01.000000000Z\"" },
		{ 0, 999999999, "\"eventTime\":\"1970-01-01T00:00:00.999999999Z\"" },
		{ 86400000000000ll * 365, 7, "\"eventTime\":\"1971-01-01T00:00:00.000000007Z\"" },
		{ 1709164800000000000, 86399000000000, "\"eventTime\":\"2024-02-29T23:59:59.000000000Z\"" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ht_builder_set_clock(f->builder, cases[i].clock, 0);
		ht_buffer_reset(&f->line);
		assert_int_equal(ht_event_service(f->builder, "X", (struct ht_text){ 0 }, cases[i].time_ns, &f->line), 0);
		ht_buffer_byte(&f->line, '\0');
		if (!strstr(f->line.data, cases[i].want))
			fail_msg("%s\n%s", f->line.data, cases[i].want);
	}
}

static void test_options(void **state)
{
	struct ht_builder_options wrong = options;
	struct ht_builder *b = (struct ht_builder *)&b;

	(void)state;
	wrong.boot_id = "01234567-89ab-4cde-8f01-23456789abc";
	assert_int_equal(ht_builder_new(&b, &wrong), -EINVAL);
	wrong.boot_id = "0123456789ab-4cde-8f01-23456789abcd0";
	assert_int_equal(ht_builder_new(&b, &wrong), -EINVAL);
	assert_ptr_equal(b, &b);
	ht_builder_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_success, setup, teardown),
		cmocka_unit_test_setup_teardown(test_failure, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_parts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_number_of_part, setup, teardown),
		cmocka_unit_test_setup_teardown(test_service, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clock, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
