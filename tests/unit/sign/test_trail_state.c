/* SPDX-License-Identifier: BSD-2-Clause */
/* What opening makes of what an earlier recorder, or somebody else, left behind. */
#include "sign/trail_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "sign/head.h"
#include "sign/key.h"

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

/* ---- what a killed recorder leaves ---- */

/* Runs a recorder in a process of its own that ends without closing. */
static void be_killed(void (*work)(struct ht_trail *t))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct ht_trail_options options = trail_options();
		struct ht_trail *t = NULL;

		if (ht_trail_open(&t, &options, NULL) < 0)
			_exit(1);
		ht_trail_tick(t, ht_now_ns(), 1);
		work(t);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void leave_events(struct ht_trail *t)
{
	append_events(t, 7);
}

static void killed_while_writing(void **state)
{
	struct ht_trail_options options = trail_options();
	const struct ht_trail_recovery *r;
	struct ht_trail *t;
	struct verdict v;

	(void)state;
	for (unsigned round = 1; round <= 3; round++) {
		be_killed(leave_events);
		t = open_trail(&options);
		r = ht_trail_recovered(t);
		assert_int_equal(r->log_files, 1);
		assert_int_equal(r->events, 7);
		assert_int_equal(r->cut_bytes, 0);
		assert_int_equal(r->undigested, 0);
		assert_false(r->no_final_digest);
		assert_false(r->key_lost);
		assert_false(r->digests_missing);
		append_events(t, 2);
		close_trail(t);
		assert_int_equal(verify(&v), 0);
		assert_int_equal(v.result.events, 9 * round);
		assert_int_equal(v.result.logs_valid, 2 * round);
	}
}

static void leave_delivered(struct ht_trail *t)
{
	monotonic = 1;
	append_events(t, 3);
	pass_time(t, 3600, 1, 1);
	append_events(t, 3);
	pass_time(t, 301, 2, 1);
	append_events(t, 3);
}

static void killed_between_digests(void **state)
{
	struct ht_trail_options options = trail_options();
	struct ht_trail *t;
	struct verdict v;

	(void)state;
	be_killed(leave_delivered);
	t = open_trail(&options);
	assert_int_equal(ht_trail_recovered(t)->log_files, 1);
	assert_int_equal(ht_trail_recovered(t)->events, 3);
	assert_int_equal(ht_trail_recovered(t)->undigested, 1);
	assert_true(ht_trail_recovered(t)->no_final_digest);
	close_trail(t);
	assert_int_equal(verify(&v), 0);
	EXPECT(&v, HT_FINDING_KILLED, HT_FINDING_LOG_RECOVERED, HT_FINDING_LOG_RECOVERED);
	assert_int_equal(v.result.events, 9);
	assert_int_equal(v.result.digests_valid, 2);
}

/* The file may end anywhere: every length of what was on disk gives a trail that is valid, with the lines that were whole. */
static void cut_at_every_length(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_trail_options options = trail_options();
	uint64_t last = 0;

	be_killed(leave_events);
	read_whole(file_at(0, ".partial"), &b);
	for (size_t n = 0; n <= b.length; n += n + 8 < b.length ? 8 : 1) {
		struct ht_trail *t;
		struct verdict v;

		assert_int_equal(remove_root(state), 0);
		assert_int_equal(mkdir(root, 0700), 0);
		be_killed(leave_events);
		write_whole(file_at(0, ".partial"), b.data, n);
		t = open_trail(&options);
		assert_int_equal(ht_trail_recovered(t)->log_files, 1);
		assert_true(ht_trail_recovered(t)->events >= last);
		last = ht_trail_recovered(t)->events;
		close_trail(t);
		assert_int_equal(verify(&v), 0);
		assert_int_equal(v.result.events, last);
	}
	assert_int_equal(last, 7);
}

/* ---- keys ---- */

static void keep(const char *suffix, struct ht_buffer *b)
{
	read_whole(file_at(0, suffix), b);
}

static void put(const char *below, const struct ht_buffer *b)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", trail_directory, below);
	write_whole(path, b->data, b->length);
}

/* Killed after a digest was out: its key is in next-key.pem, and key.pem holds the used one or what is left of it. */
static void killed_while_keys_moved(void **state)
{
	_cleanup_buffer_ struct ht_buffer key = { 0 }, used = { 0 };
	struct ht_trail_options options = trail_options();
	struct verdict v;

	(void)state;
	for (unsigned round = 0; round < 3; round++) {
		struct ht_trail *t;

		write_trail(1, 1, 1, HT_SIGN_ED25519);
		keep("/key.pem", &key);
		if (round == 0) {
			keep("first-public-key.pem", &used); /* anything but the key */
		} else {
			ht_buffer_reset(&used);
			for (size_t i = 0; i < key.length * (round - 1) / 2; i++)
				ht_buffer_byte(&used, '\0');
		}
		put("state/next-key.pem", &key);
		put("state/key.pem", &used);
		t = open_trail(&options);
		assert_false(ht_trail_recovered(t)->key_lost);
		close_trail(t);
		assert_int_equal(verify(&v), 0);
	}
}

static void a_lost_key(void **state)
{
	struct ht_trail_options options = trail_options();
	struct ht_trail *t;
	struct verdict v;

	(void)state;
	write_trail(2, 1, 1, HT_SIGN_ED25519);
	assert_int_equal(unlink(file_at(0, "/key.pem")), 0);
	t = open_trail(&options);
	assert_true(ht_trail_recovered(t)->key_lost);
	append_events(t, 1);
	close_trail(t);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_NOT_RECORDING, HT_FINDING_KEY_NOT_NAMED, HT_FINDING_UNCOVERED);
}

/* No used key is left anywhere: whoever takes the state cannot sign what was signed. */
static void used_keys_are_gone(void **state)
{
	struct ht_head h = { 0 };
	struct verdict v;
	_cleanup_buffer_ struct ht_buffer key = { 0 };
	_cleanup_key_ EVP_PKEY *left = NULL;
	char hex[HT_HEX_SHA256];

	(void)state;
	write_trail(3, 1, 1, HT_SIGN_ED25519);
	assert_false(exists("state/next-key.pem"));
	keep("/key.pem", &key);
	assert_int_equal(ht_key_read_private(key.data, key.length, &left), 0);
	assert_int_equal(ht_key_sha256(left, hex), 0);
	assert_int_equal(ht_head_read(&h, file_at(2, ".json"), NULL), 0);
	assert_string_equal(hex, h.digest->next_public_key_fingerprint);
	ht_head_free(&h);
	assert_int_equal(verify(&v), 0);
}

/* ---- what somebody did while no recorder ran ---- */

static void a_digest_removed_meanwhile(void **state)
{
	struct ht_trail_options options = trail_options();
	struct ht_trail *t;
	struct verdict v;

	(void)state;
	write_trail(3, 1, 1, HT_SIGN_ED25519);
	assert_int_equal(unlink(file_at(2, ".json")), 0);
	assert_int_equal(unlink(file_at(2, ".sig")), 0);
	t = open_trail(&options);
	assert_true(ht_trail_recovered(t)->digests_missing);
	close_trail(t);
	/* The chain goes on after the one that is missing, and so shows that it is. */
	assert_int_equal(verify(&v), 1);
	assert_int_equal(v.result.digests_missing, 1);
	assert_non_null(find(&v, HT_FINDING_DIGEST_MISSING));
}

static void a_log_removed_after_a_crash(void **state)
{
	struct ht_trail_options options = trail_options();
	struct verdict v;

	(void)state;
	be_killed(leave_events);
	assert_int_equal(unlink(file_at(0, ".partial")), 0);
	close_trail(open_trail(&options));
	write_trail(1, 1, 1, HT_SIGN_ED25519);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_NOT_RECORDING, HT_FINDING_LOG_NUMBER);
}

static void leftovers_of_a_digest(void **state)
{
	struct ht_trail_options options = trail_options();
	char path[PATH_MAX + 64];
	struct ht_trail *t;
	struct verdict v;

	(void)state;
	write_trail(1, 1, 1, HT_SIGN_ED25519);
	snprintf(path, sizeof(path), "%.*s2.json.sig", (int)strlen(file_at(0, ".json")) - 6, file_at(0, ".json"));
	write_whole(path, "x", 1);
	assert_int_equal(verify(&v), 0);
	EXPECT(&v, HT_FINDING_DIGEST_UNPUBLISHED);
	t = open_trail(&options);
	assert_int_equal(access(path, F_OK), -1);
	close_trail(t);
	assert_int_equal(verify(&v), 0);
	EXPECT(&v, HT_FINDING_NOT_RECORDING);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(killed_while_writing),
		TEST(killed_between_digests),
		TEST(cut_at_every_length),
		TEST(killed_while_keys_moved),
		TEST(a_lost_key),
		TEST(used_keys_are_gone),
		TEST(a_digest_removed_meanwhile),
		TEST(a_log_removed_after_a_crash),
		TEST(leftovers_of_a_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
