/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptions of processes: their JSON, how long they are kept, and what stands in for those that were lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "event/image.h"
#include "process_record.h"

#define START "\"startTime\":\"1970-01-01T00:00:00.000002000Z\""

static struct ht_users *users;

static int setup(void **state)
{
	struct ht_images_options options = { .proc = NULL };
	struct ht_images *images;

	if (ht_users_new(&users, "/nonexistent", "/nonexistent") < 0)
		return -1;
	options.users = users;
	if (ht_images_new(&images, &options) < 0)
		return -1;
	*state = images;
	return 0;
}

static int teardown(void **state)
{
	ht_images_free(*state);
	ht_users_free(users);
	return 0;
}

static uint64_t add(struct ht_images *images, const struct process_record *r)
{
	struct ht_wire_view w;

	assert_int_equal(ht_wire_read(r->bytes, r->used, &w), 0);
	assert_int_equal(ht_images_add(images, &w), 0);
	return (uint64_t)w.head->cpu << 48 | w.head->sequence;
}

static void json_is(const struct ht_image *image, const char *want)
{
	assert_non_null(image);
	if (!ht_text_equal(image->json, ht_text_of(want)))
		fail_msg("%.*s\nnot\n%s", (int)image->json.length, image->json.data, want);
}

static void test_least(void **state)
{
	const struct ht_image *image;
	struct process_record r;

	process_begin(&r, 3, 7);
	image = ht_images_find(*state, add(*state, &r));
	json_is(image, "\"userIdentity\":{\"type\":\"Root\",\"uid\":0,\"gid\":0,\"euid\":0,\"egid\":0,\"userName\":\"root\"},"
		       "\"sourceIPAddress\":\"localhost\",\"process\":{\"pid\":100,\"tid\":100," START
		       ",\"name\":\"program\",\"pidNamespace\":12,\"mountNamespace\":11}");
	assert_int_equal(image->pid, 100);
	assert_null(image->exe.data);
	assert_null(image->cwd.data);
	assert_null(image->cgroup.data);
	assert_null(image->container.data);
	assert_null(image->login_uid.data);
	assert_true(ht_text_equal(image->uid, HT_TEXT("0")));
	assert_true(ht_text_equal(image->user_name, HT_TEXT("root")));
	assert_int_equal(image->truncated.count, 0);
	assert_null(ht_images_find(*state, 7));
}

static void test_all(void **state)
{
	const struct ht_image *image;
	struct process_record r;

	process_begin(&r, 0, 1);
	process_of(&r)->tid = 101;
	process_of(&r)->identity = (struct ht_wire_identity){ 65534, 2, 0, 4, 4000000000u, 9 };
	process_of(&r)->ancestor[0] = (struct ht_wire_ancestor){ .pid = 50, .name = "parent" };
	process_of(&r)->ancestor[1] = (struct ht_wire_ancestor){ .pid = 1, .name = "sixteen bytes ab" };
	process_text(&r, HT_ITEM_EXE, "/bin/x\"y");
	process_item(&r, HT_ITEM_ARGV, 0, "x\0\0last", 7, 7);
	process_text(&r, HT_ITEM_CWD, "/srv");
	process_text(&r, HT_ITEM_CGROUP, "/machine.slice/machine-box.scope");
	process_text(&r, HT_ITEM_TTY, "pts7");
	image = ht_images_find(*state, add(*state, &r));
	json_is(image, "\"userIdentity\":{\"type\":\"Service\",\"uid\":65534,\"gid\":2,\"euid\":0,\"egid\":4,\"userName\":\"nobody\","
		       "\"loginUid\":4000000000,\"sessionId\":9,\"tty\":\"pts/7\"},\"sourceIPAddress\":\"localhost\","
		       "\"userAgent\":\"/bin/x\\\"y\",\"process\":{\"pid\":100,\"tid\":101,\"ppid\":50," START
		       ",\"name\":\"program\",\"exe\":\"/bin/x\\\"y\",\"args\":[\"x\",\"\",\"last\"],\"cwd\":\"/srv\","
		       "\"ancestors\":[{\"pid\":50,\"name\":\"parent\"},{\"pid\":1,\"name\":\"sixteen bytes ab\"}],"
		       "\"cgroup\":\"/machine.slice/machine-box.scope\",\"container\":\"box\","
		       "\"pidNamespace\":12,\"mountNamespace\":11}");
	assert_true(ht_text_equal(image->exe, HT_TEXT("/bin/x\"y")));
	assert_true(ht_text_equal(image->cwd, HT_TEXT("/srv")));
	assert_true(ht_text_equal(image->cgroup, HT_TEXT("/machine.slice/machine-box.scope")));
	assert_true(ht_text_equal(image->container, HT_TEXT("box")));
	assert_true(ht_text_equal(image->login_uid, HT_TEXT("4000000000")));
	assert_true(ht_text_equal(image->uid, HT_TEXT("65534")));
}

static void test_cut_and_raw(void **state)
{
	const struct ht_image *image;
	struct process_record r;

	process_begin(&r, 0, 1);
	process_of(&r)->identity.uid = 4000000001u;
	process_item(&r, HT_ITEM_EXE, HT_ITEM_DELETED | HT_ITEM_TRUNCATED, "/\xff", 2, 5000);
	process_item(&r, HT_ITEM_ARGV, HT_ITEM_TRUNCATED, "a\0\x80", 3, 90000);
	process_item(&r, HT_ITEM_CWD, HT_ITEM_TRUNCATED, "/d", 2, 6000);
	image = ht_images_find(*state, add(*state, &r));
	json_is(image, "\"userIdentity\":{\"type\":\"Unknown\",\"uid\":4000000001,\"gid\":0,\"euid\":0,\"egid\":0},"
		       "\"sourceIPAddress\":\"localhost\",\"userAgent\":\"/\xef\xbf\xbd\",\"userAgentBase64\":\"L/8=\","
		       "\"process\":{\"pid\":100,\"tid\":100," START ",\"name\":\"program\",\"exe\":\"/\xef\xbf\xbd\","
		       "\"exeBase64\":\"L/8=\",\"exeDeleted\":true,\"args\":[\"a\",\"\xef\xbf\xbd\"],\"argsBase64\":[\"YQ==\",\"gA==\"],"
		       "\"cwd\":\"/d\",\"pidNamespace\":12,\"mountNamespace\":11}");
	assert_int_equal(image->truncated.count, 3);
	assert_string_equal(image->truncated.entry[0].field, "process.exe");
	assert_int_equal(image->truncated.entry[0].full_length, 5000);
	assert_string_equal(image->truncated.entry[1].field, "process.cwd");
	assert_int_equal(image->truncated.entry[1].full_length, 6000);
	assert_string_equal(image->truncated.entry[2].field, "process.args");
	assert_int_equal(image->truncated.entry[2].full_length, 90000);
}

/* What was there at the exec stays, until the next one. */
static void test_kept_from_exec(void **state)
{
	const struct ht_image *image;
	struct process_record r;

	process_begin(&r, 0, 1);
	process_text(&r, HT_ITEM_EXE, "/bin/real");
	process_item(&r, HT_ITEM_ARGV, 0, "real", 5, 5);
	add(*state, &r);
	process_begin(&r, 0, 2);
	process_text(&r, HT_ITEM_EXE, "/bin/false");
	process_item(&r, HT_ITEM_ARGV, 0, "false", 6, 6);
	process_text(&r, HT_ITEM_CWD, "/new");
	image = ht_images_find(*state, add(*state, &r));
	assert_true(ht_text_equal(image->exe, HT_TEXT("/bin/real")));
	assert_true(ht_text_equal(image->argv, ((struct ht_text){ "real", 5 })));
	assert_true(ht_text_equal(image->cwd, HT_TEXT("/new")));
	process_of(&r)->head.sequence = 3;
	process_of(&r)->exec_count = 2;
	image = ht_images_find(*state, add(*state, &r));
	assert_true(ht_text_equal(image->exe, HT_TEXT("/bin/false")));
	assert_true(ht_text_equal(image->argv, ((struct ht_text){ "false", 6 })));
	/* Another thread with the same number later. */
	process_begin(&r, 0, 4);
	process_of(&r)->exec_count = 2;
	process_of(&r)->thread_start_ns = 3000;
	process_text(&r, HT_ITEM_EXE, "/bin/third");
	image = ht_images_find(*state, add(*state, &r));
	assert_true(ht_text_equal(image->exe, HT_TEXT("/bin/third")));
	assert_null(image->argv.data);
}

/* An image that was described anew is still found while events may carry its name. */
static void test_how_long_kept(void **state)
{
	struct process_record r;
	uint64_t first, second;

	process_begin(&r, 0, 1);
	first = add(*state, &r);
	process_begin(&r, 0, 2);
	second = add(*state, &r);
	assert_int_equal(ht_images_count(*state), 2);
	ht_images_caught_up(*state);
	assert_non_null(ht_images_find(*state, first));
	ht_images_caught_up(*state);
	assert_null(ht_images_find(*state, first));
	assert_int_equal(ht_images_count(*state), 1);
	for (int i = 0; i < 10; i++)
		ht_images_caught_up(*state);
	assert_non_null(ht_images_find(*state, second));
}

/*
 * Processes that are gone are looked for once in a while, not with each that comes while they wait to be freed: hundreds of millions
 * of looks would be taken here.
 */
static void test_many_short_lives(void **state)
{
	struct ht_images_options options = { .proc = "/nonexistent", .users = users };
	struct ht_images *images;
	struct process_record r;

	(void)state;
	assert_int_equal(ht_images_new(&images, &options), 0);
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 40000; i++) {
			process_begin(&r, 0, 1 + round * 40000 + i);
			((struct ht_wire_process *)r.bytes)->tid = i;
			add(images, &r);
		}
		ht_images_caught_up(images);
		ht_images_caught_up(images);
		assert_in_range(ht_images_count(images), 1, 8192);
	}
	ht_images_free(images);
}

static void test_stand_in(void **state)
{
	struct ht_wire_event e = { .pid = 7, .tid = 8, .identity = { 0, 0, 0, 0, UINT32_MAX, UINT32_MAX } };

	json_is(ht_images_stand_in(*state, &e),
		"\"userIdentity\":{\"type\":\"Root\",\"uid\":0,\"gid\":0,\"euid\":0,\"egid\":0,\"userName\":\"root\"},"
		"\"sourceIPAddress\":\"localhost\",\"process\":{\"pid\":7,\"tid\":8}");
	assert_int_equal(ht_images_count(*state), 0);
	e.pid = 9;
	json_is(ht_images_stand_in(*state, &e),
		"\"userIdentity\":{\"type\":\"Root\",\"uid\":0,\"gid\":0,\"euid\":0,\"egid\":0,\"userName\":\"root\"},"
		"\"sourceIPAddress\":\"localhost\",\"process\":{\"pid\":9,\"tid\":8}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_least, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut_and_raw, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kept_from_exec, setup, teardown),
		cmocka_unit_test_setup_teardown(test_how_long_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_short_lives, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stand_in, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
