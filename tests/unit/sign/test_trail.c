/* SPDX-License-Identifier: BSD-2-Clause */
#include "sign/trail_fixture.h"

#include <sys/mount.h>

#include "hosttrail/event.h"
#include "sign/head.h"

static int begin(void **state)
{
	verify_options = (struct ht_verify_options){ 0 };
	return make_root(state);
}

static bool exists(const char *below)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", trail_directory, below);
	return access(path, F_OK) == 0;
}

static void expect_mode(const char *path, mode_t mode)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, mode);
}

static void what_a_new_trail_has(void **state)
{
	struct ht_trail_options options = trail_options();
	struct ht_trail *t = open_trail(&options);
	struct ht_trail_recovery none = { 0 };
	char path[PATH_MAX + 64];

	(void)state;
	assert_true(ht_trail_is_new(t));
	assert_string_equal(ht_trail_directory(t), trail_directory);
	assert_memory_equal(ht_trail_recovered(t), &none, sizeof(none));
	assert_non_null(strstr(ht_trail_first_public_key(t), "BEGIN PUBLIC KEY"));
	assert_int_equal(strlen(ht_trail_first_fingerprint(t)), 64);
	expect_mode(trail_directory, 0700);
	snprintf(path, sizeof(path), "%s/state", trail_directory);
	expect_mode(path, 0700);
	expect_mode(file_at(0, "/key.pem"), 0600);
	expect_mode(file_at(0, "reserve"), 0600);
	append_events(t, 1);
	expect_mode(file_at(0, ".partial"), 0600);
	close_trail(t);
	assert_false(exists("state/reserve"));
	expect_mode(file_at(0, ".zst"), 0600);
	expect_mode(file_at(0, ".json"), 0600);

	t = open_trail(&options);
	assert_false(ht_trail_is_new(t));
	assert_memory_equal(ht_trail_recovered(t), &none, sizeof(none));
	close_trail(t);
}

static int refused(const struct ht_trail_options *options, const char *text)
{
	struct ht_trail *t = NULL;
	struct ht_error err = { "" };
	int r = ht_trail_open(&t, options, &err);

	assert_null(t);
	if (!strstr(err.text, text))
		fail_msg("\"%s\" is not in: %s", text, err.text);
	return r;
}

static void refusals(void **state)
{
	struct ht_trail_options options = trail_options();
	struct ht_trail *t = open_trail(&options);
	char file[PATH_MAX + 16], pid[32];

	(void)state;
	snprintf(pid, sizeof(pid), "(pid %ld)", (long)getpid());
	assert_int_equal(refused(&options, pid), -EBUSY);
	assert_int_equal(refused(&options, "already being recorded"), -EBUSY);
	close_trail(t);
	options.host_id = "ffffffffffffffff";
	assert_int_equal(refused(&options, "belongs to the trail of host " HOST), -EXDEV);

	options = trail_options();
	snprintf(file, sizeof(file), "%s/file", root);
	write_whole(file, "x", 1);
	options.root = file;
	assert_int_equal(refused(&options, "is not a directory"), -ENOTDIR);
	options.root = "/proc/hosttrail";
	assert_int_equal(refused(&options, "/proc/hosttrail"), -ENOENT);

	options = trail_options();
	options.host_id = "xyz";
	assert_int_equal(refused(&options, "xyz"), -EINVAL);
	options.host_id = NULL;
	assert_int_equal(refused(&options, "host id"), -EINVAL);
	options = trail_options();
	options.name = "../up";
	assert_int_equal(refused(&options, "../up"), -EINVAL);
	options = trail_options();
	options.region = "a/b";
	assert_int_equal(refused(&options, "a/b"), -EINVAL);
	options = trail_options();
	options.host_name = "";
	assert_int_equal(refused(&options, "host name"), -EINVAL);
	options = trail_options();
	options.boot_id = NULL;
	assert_int_equal(refused(&options, "boot id"), -EINVAL);
	options = trail_options();
	options.root = "";
	assert_int_equal(refused(&options, "root"), -EINVAL);
}

static void lines_that_are_too_long(void **state)
{
	static char line[HT_EVENT_LINE_MAX];
	struct ht_trail_options options = trail_options();
	struct ht_trail *t = open_trail(&options);

	(void)state;
	memset(line, 'x', sizeof(line));
	assert_int_equal(ht_trail_append(t, line, sizeof(line), 1), -EMSGSIZE);
	assert_int_equal(ht_trail_append(t, line, sizeof(line) - 1, 1), 0);
	close_trail(t);
}

static void rotation(void **state)
{
	struct ht_trail_options options = trail_options();
	struct ht_trail_status s;
	struct ht_trail *t;

	(void)state;
	options.delivery_bytes = 2000;
	t = open_trail(&options);
	append_events(t, 10);
	pass_time(t, 299, 0, 0);
	pass_time(t, 1, 1, 0);
	/* Nothing was appended: nothing is delivered. */
	pass_time(t, 1000, 1, 0);
	/* By size. */
	for (unsigned i = 0; i < 100; i++)
		append_events(t, 1);
	pass_time(t, 0, 2, 0);
	append_events(t, 1);
	pass_time(t, 3600 - 1300, 3, 1);
	pass_time(t, 3599, 3, 1);
	pass_time(t, 1, 3, 2);
	ht_trail_get_status(t, &s);
	assert_int_equal(s.events, 111);
	assert_int_equal(s.dropped, 0);
	assert_int_equal(s.delivery_error, 0);
	assert_true(s.stored_bytes > 2000 && s.stored_bytes < s.content_bytes);
	assert_true(strncmp(s.last_digest, "HostTrail-Digest/" HOST "/default/", 34) == 0);
	close_trail(t);
}

static struct ht_trail_sequence sequences[2] = {
	{ HT_RING_MANAGEMENT, 0, 1, 10, 5, 2, 2, 1 },
	{ HT_RING_DATA, 3, 7, 7, 0, 0, 0, 1 },
};
static struct ht_trail_loss losses[2] = { { "RingFull", 1 }, { "RecordSize", 1 } };
static unsigned accounts_calls;

static void accounts(void *context, struct ht_trail_accounts *ret)
{
	assert_ptr_equal(context, &accounts_calls);
	accounts_calls++;
	*ret = (struct ht_trail_accounts){ sequences, 2, losses, 2 };
}

/* Every field of a digest, as the recorder gave it. */
static void what_a_digest_says(void **state)
{
	struct ht_trail_options options = trail_options();
	struct ht_head h = { 0 };
	struct ht_digest *d;
	struct ht_error err = { "" };
	struct ht_trail *t;
	int64_t before = ht_now_ns(), after;

	(void)state;
	options.region = "north_1";
	options.digest_seconds = 60;
	options.accounts = accounts;
	options.context = &accounts_calls;
	t = open_trail(&options);
	append_events(t, 4);
	assert_int_equal(accounts_calls, 0);
	close_trail(t);
	after = ht_now_ns();
	assert_int_equal(accounts_calls, 1);
	assert_int_equal(ht_head_read(&h, file_at(0, ".json"), &err), 0);
	d = h.digest;
	assert_string_equal(d->name, file_at(0, ".json") + strlen(trail_directory) + 1);
	assert_string_equal(d->trail, "default");
	assert_string_equal(d->host_id, HOST);
	assert_string_equal(d->host_name, "test");
	assert_string_equal(d->region, "north_1");
	assert_string_equal(d->boot_id, BOOT);
	assert_int_equal(d->number, 1);
	assert_in_range(d->start_ns, before, after);
	assert_in_range(d->end_ns, d->start_ns, after);
	assert_int_equal(d->recording_since_ns, d->start_ns);
	assert_int_equal(d->interval_seconds, 60);
	assert_true(d->first_of_run);
	assert_true(d->final);
	assert_string_equal(d->reason, "Interrupted");
	assert_int_equal(d->log_count, 1);
	assert_string_equal(d->logs[0].name, file_at(0, ".zst") + strlen(trail_directory) + 1);
	assert_int_equal(d->logs[0].summary.events, 4);
	assert_false(d->logs[0].recovered);
	assert_int_equal(d->log_sequence, 1);
	assert_int_equal(d->sequence_count, 2);
	assert_memory_equal(d->sequences, sequences, sizeof(sequences));
	assert_int_equal(d->loss_count, 2);
	assert_string_equal(d->losses[0].cause, "RingFull");
	assert_int_equal(d->losses[0].count, 1);
	assert_string_equal(d->losses[1].cause, "RecordSize");
	assert_null(d->previous.name);
	assert_int_equal(d->algorithm, HT_SIGN_ED25519);
	assert_string_not_equal(d->public_key_fingerprint, d->next_public_key_fingerprint);
	assert_string_not_equal(d->public_key, d->next_public_key);
	ht_head_free(&h);
}

/* ---- a full disk ---- */

/* Room returns: nothing that was accepted is lost, and nothing is dropped. */
static void a_disk_that_was_full(void **state)
{
	struct ht_trail_options options = trail_options();
	struct ht_trail_status s;
	struct ht_trail *t;
	struct verdict v;
	char filler[PATH_MAX + 16];
	int r = 0;

	if (geteuid() || mount("none", root, "tmpfs", 0, "size=3m") < 0)
		skip();
	(void)state;
	snprintf(filler, sizeof(filler), "%s/filler", root);
	t = open_trail(&options);
	append_events(t, 10);
	pass_time(t, 3600, 1, 1);
	r = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	for (char block[4096] = "x"; write(r, block, sizeof(block)) > 0;)
		;
	close(r);
	while (try_append(t, 11) == 0 && ht_trail_flush(t) == 0)
		;
	assert_int_equal(ht_trail_flush(t), -ENOSPC);
	monotonic += 4000 * (uint64_t)HT_NS_PER_S;
	ht_trail_tick(t, ht_now_ns(), monotonic);
	assert_int_equal(unlink(filler), 0);
	assert_int_equal(ht_trail_flush(t), 0);
	ht_trail_tick(t, ht_now_ns(), monotonic);
	pass_time(t, 0, 2, 2);
	ht_trail_get_status(t, &s);
	close_trail(t);
	assert_int_equal(s.dropped, 0);
	assert_int_equal(verify(&v), 0);
	assert_int_equal(v.result.events, s.events);
	assert_int_equal(umount(root), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_new_trail_has),
		TEST(refusals),
		TEST(lines_that_are_too_long),
		TEST(rotation),
		TEST(what_a_digest_says),
		TEST(a_disk_that_was_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
