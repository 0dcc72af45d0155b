/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Digests that are signed as they should be and say what they should not: every rule that a chain has to keep, broken by itself.
 */
#include "sign/trail_fixture.h"

#include "sign/publish.h"

static struct ht_trail_identity identity;
static struct ht_keyring keys;
static struct ht_head head;
static uint64_t next_number;

static int begin(void **state)
{
	struct ht_error err = { "" };

	verify_options = (struct ht_verify_options){ 0 };
	if (make_root(state) < 0)
		return -1;
	identity = (struct ht_trail_identity){
		.directory = trail_directory,
		.name = (char *)(uintptr_t)"default",
		.host_id = (char *)(uintptr_t)HOST,
		.host_name = (char *)(uintptr_t)"test",
		.region = (char *)(uintptr_t)"default",
		.boot_id = (char *)(uintptr_t)BOOT,
	};
	if (asprintf(&identity.state, "%s/state", trail_directory) < 0 || ht_mkdir_parents(identity.state, 0700) < 0)
		return -1;
	next_number = 1;
	return ht_keyring_open(&keys, identity.state, NULL, HT_SIGN_ED25519, &err);
}

static int end(void **state)
{
	ht_keyring_close(&keys);
	ht_head_free(&head);
	free(identity.state);
	return remove_root(state);
}

/* A digest that goes on from the last one, an hour long, with nothing in it. */
static struct ht_digest *next_digest(void)
{
	struct ht_digest *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	d->trail = strdup("default");
	d->host_id = strdup(HOST);
	d->host_name = strdup("test");
	d->region = strdup("default");
	d->boot_id = strdup(BOOT);
	d->first_of_run = !head.digest;
	d->start_ns = head.digest ? head.digest->end_ns : 1795248000 * HT_NS_PER_S;
	d->end_ns = d->start_ns + 3600 * HT_NS_PER_S;
	d->recording_since_ns = 1795248000 * HT_NS_PER_S;
	d->interval_seconds = 3600;
	d->log_sequence = head.digest ? head.digest->log_sequence : 0;
	return d;
}

static void publish(struct ht_digest *d)
{
	struct ht_publication p = { .digest = d };
	struct ht_error err = { "" };

	if (ht_publish(&p, &identity, &keys, &head, next_number++, &err) < 0)
		fail_msg("%s", err.text);
	ht_publication_free(&p);
	/* What is newer than the newest digest is not what these tests are about. */
	verify_options.has_until = true;
	verify_options.until_ns = head.digest->end_ns;
}

static void publish_good(unsigned count)
{
	while (count--)
		publish(next_digest());
}

static void expect_one(enum ht_finding_id id, int exit)
{
	struct verdict v;

	assert_int_equal(verify(&v), exit);
	EXPECT(&v, id);
}

static void set_text(char **text, const char *value)
{
	free(*text);
	*text = strdup(value);
}

static void nothing_wrong(void **state)
{
	struct verdict v;

	(void)state;
	publish_good(3);
	assert_int_equal(verify(&v), 0);
	EXPECT(&v);
	assert_int_equal(v.result.digests_valid, 3);
}

static void a_hole_in_time(void **state)
{
	struct ht_digest *d;
	struct verdict v;

	(void)state;
	publish_good(1);
	d = next_digest();
	d->start_ns += HT_NS_PER_S;
	publish(d);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_TIME_HOLE);
	assert_int_equal(v.findings[1].to_ns - v.findings[1].from_ns, HT_NS_PER_S);
	assert_int_equal(v.result.digests_invalid, 1);
	assert_int_equal(v.result.digests_valid, 1);
}

static void a_final_digest_that_was_not(void **state)
{
	struct ht_digest *d = next_digest();

	(void)state;
	d->final = true;
	set_text(&d->reason, "Interrupted");
	publish(d);
	publish_good(1);
	expect_one(HT_FINDING_TIME_HOLE, 1);
}

static void a_recorder_that_was_killed(void **state)
{
	struct ht_digest *d;

	(void)state;
	publish_good(1);
	d = next_digest();
	d->first_of_run = true;
	d->recording_since_ns = d->start_ns + 60 * HT_NS_PER_S;
	publish(d);
	expect_one(HT_FINDING_KILLED, 0);
}

static void a_clock_set_back(void **state)
{
	struct ht_digest *d = next_digest();

	(void)state;
	d->end_ns = d->start_ns - HT_NS_PER_S;
	publish(d);
	publish_good(1);
	expect_one(HT_FINDING_CLOCK_BACK, 0);
}

static void events_lost(void **state)
{
	struct ht_digest *d = next_digest();
	struct verdict v;

	(void)state;
	d->losses = calloc(3, sizeof(*d->losses));
	d->losses[0] = (struct ht_digest_loss){ strdup("RingFull"), 7 };
	d->losses[1] = (struct ht_digest_loss){ strdup("RecordSize"), 0 };
	d->losses[2] = (struct ht_digest_loss){ strdup("DiskFull"), 2 };
	d->loss_count = 3;
	publish(d);
	assert_int_equal(verify(&v), 0);
	EXPECT(&v, HT_FINDING_EVENTS_LOST);
	assert_int_equal(v.result.events_lost, 9);
	assert_string_equal(v.texts[1][1], "7 RingFull, 2 DiskFull");
}

static void set_sequence(struct ht_digest *d, struct ht_trail_sequence s)
{
	d->sequences = calloc(1, sizeof(*d->sequences));
	d->sequences[0] = s;
	d->sequence_count = 1;
}

static void counts_that_do_not_add_up(void **state)
{
	static const struct ht_trail_sequence wrong[] = {
		{ HT_RING_DATA, 1, 1, 10, 5, 3, 1, 0 },
		{ HT_RING_DATA, 1, 1, 10, 5, 3, 1, 2 },
		{ HT_RING_DATA, 1, 0, 0, 1, 0, 0, 0 },
		{ HT_RING_DATA, 1, 5, 3, 0, 0, 0, 0 },
		{ HT_RING_DATA, 1, 1, 1, UINT64_MAX, 2, 0, 0 },
	};
	struct verdict v;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct ht_digest *d = next_digest();

		set_sequence(d, wrong[i]);
		d->first_of_run = i == 0;
		publish(d);
		assert_int_equal(verify(&v), 1);
		assert_non_null(find(&v, HT_FINDING_SEQUENCE_SUM));
		assert_int_equal(v.result.digests_invalid, i + 1);
	}
}

static void numbers_that_do_not_go_on(void **state)
{
	struct ht_digest *d = next_digest();

	(void)state;
	set_sequence(d, (struct ht_trail_sequence){ HT_RING_DATA, 1, 1, 10, 10, 0, 0, 0 });
	publish(d);
	/* A digest without this ring and CPU in between, and one with another ring. */
	publish_good(1);
	d = next_digest();
	set_sequence(d, (struct ht_trail_sequence){ HT_RING_MANAGEMENT, 1, 500, 500, 1, 0, 0, 0 });
	publish(d);
	d = next_digest();
	set_sequence(d, (struct ht_trail_sequence){ HT_RING_DATA, 1, 12, 12, 1, 0, 0, 0 });
	publish(d);
	expect_one(HT_FINDING_SEQUENCE_HOLE, 1);
}

static void another_hosts_digest(void **state)
{
	struct ht_digest *d;
	struct verdict v;

	(void)state;
	publish_good(1);
	d = next_digest();
	set_text(&d->host_id, "ffffffffffffffff");
	publish(d);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_DIGEST_FOREIGN);
	d = next_digest();
	set_text(&d->trail, "other");
	publish(d);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_DIGEST_FOREIGN, HT_FINDING_DIGEST_FOREIGN);
}

/* ---- what a digest says of the one before ---- */

static void another_predecessor(void **state)
{
	static const enum ht_finding_id wanted[] = { HT_FINDING_PREVIOUS_HASH, HT_FINDING_PREVIOUS_NAME };
	struct verdict v;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		publish_good(1);
		if (i == 0)
			head.sha256[0] ^= 1;
		else
			head.digest->name[0] = 'h';
		publish_good(1);
		assert_int_equal(verify(&v), 1);
		assert_non_null(find(&v, wanted[i]));
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
	}
	publish_good(1);
	head.signature[0] ^= 1;
	publish_good(1);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_PREVIOUS_SIGNATURE, HT_FINDING_UNCOVERED);
}

static void a_first_digest_with_a_predecessor(void **state)
{
	(void)state;
	publish_good(1);
	assert_int_equal(unlink(file_at(0, ".json")), 0);
	assert_int_equal(unlink(file_at(0, ".sig")), 0);
	next_number = 1;
	publish_good(1);
	{
		struct verdict v;

		assert_int_equal(verify(&v), 1);
		EXPECT(&v, HT_FINDING_FOREIGN_KEY, HT_FINDING_PREVIOUS_NAME);
	}
}

static void a_key_that_was_not_named(void **state)
{
	struct verdict v;

	(void)state;
	publish_good(1);
	EVP_PKEY_free(keys.current);
	assert_int_equal(ht_key_make(HT_SIGN_ED25519, &keys.current), 0);
	publish_good(2);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_KEY_NOT_NAMED, HT_FINDING_KEY_UNPROVEN, HT_FINDING_UNCOVERED);
	assert_int_equal(v.result.digests_valid, 1);
	assert_int_equal(v.result.digests_invalid, 1);
	assert_int_equal(v.result.digests_unproven, 1);
}

/* ---- log files ---- */

static void add_log(struct ht_digest *d, uint64_t sequence, bool write)
{
	struct ht_digest_log *log;
	struct ht_log_writer *w = NULL;
	char path[PATH_MAX + 1024], name[512];

	snprintf(name, sizeof(name), "HostTrail/" HOST "/default/2026/11/21/" HOST "_HostTrail_default_20261121T080000Z_%016llu.jsonl.zst",
		 (unsigned long long)sequence);
	d->logs = realloc(d->logs, (d->log_count + 1) * sizeof(*d->logs));
	log = &d->logs[d->log_count++];
	*log = (struct ht_digest_log){ .name = strdup(name) };
	d->log_sequence = sequence;
	if (!write)
		return;
	snprintf(path, sizeof(path), "%s/HostTrail/" HOST "/default/2026/11/21", trail_directory);
	assert_int_equal(ht_mkdir_parents(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/%s", trail_directory, name);
	assert_int_equal(ht_log_create(&w, path, 1, 0, NULL), 0);
	assert_int_equal(ht_log_append(w, "{\"eventVersion\":\"1.0\",\"eventTime\":\"2026-11-21T08:00:00Z\"}", 57,
				       1795248000 * HT_NS_PER_S), 0);
	assert_int_equal(ht_log_finish(&w, &log->summary, NULL), 0);
}

static void numbers_of_logs(void **state)
{
	struct ht_digest *d = next_digest();
	struct verdict v;

	(void)state;
	add_log(d, 1, true);
	add_log(d, 3, true);
	publish(d);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_LOG_NUMBER);
	/* The digest after it counts one that no digest lists. */
	d = next_digest();
	d->log_sequence = 4;
	publish(d);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_LOG_NUMBER, HT_FINDING_LOG_NUMBER);
}

static void a_log_twice(void **state)
{
	struct ht_digest *d = next_digest();
	struct verdict v;

	(void)state;
	add_log(d, 1, true);
	publish(d);
	d = next_digest();
	add_log(d, 1, false);
	publish(d);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_LOG_TWICE);
	assert_int_equal(v.result.logs_valid, 1);
	assert_int_equal(v.result.logs_invalid, 1);
}

/* A digest cannot make verify open what is no log of its trail. */
static void a_log_elsewhere(void **state)
{
	static const char *const names[] = {
		"/etc/passwd",
		"../x",
		"HostTrail/" HOST "_HostTrail_default_20261121T080000Z_0000000000000001.jsonl.zst",
		"HostTrail/" HOST "/default/2026/11/22/" HOST "_HostTrail_default_20261121T080000Z_0000000000000001.jsonl.zst",
		"HostTrail/" HOST "/default/2026/11/21/../21/" HOST "_HostTrail_default_20261121T080000Z_0000000000000001.jsonl.zst",
		"HostTrail/ffffffffffffffff/default/2026/11/21/ffffffffffffffff_HostTrail_default_20261121T080000Z_"
		"0000000000000001.jsonl.zst",
		"HostTrail/" HOST "/default/2026/11/21/" HOST "_HostTrail_default_20261121T080000Z_0000000000000001.jsonl.zst.partial",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct ht_digest *d = next_digest();

		add_log(d, 1, false);
		d->log_sequence = 0;
		set_text(&d->logs[0].name, names[i]);
		publish(d);
		expect_one(HT_FINDING_LOG_MOVED, 1);
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
	}
}

static void content(void **state)
{
	struct verdict v;

	verify_options.content = true;
	for (unsigned i = 0; i < 5; i++) {
		struct ht_digest *d = next_digest();

		add_log(d, 1, true);
		d->logs[0].summary.events += i == 1;
		d->logs[0].summary.content_bytes += i == 2;
		d->logs[0].summary.oldest_ns -= i == 3;
		d->logs[0].summary.newest_ns += i == 4;
		publish(d);
		verify_options.content = true;
		assert_int_equal(verify(&v), i ? 1 : 0);
		if (i)
			EXPECT(&v, HT_FINDING_LOG_CONTENT);
		verify_options.content = false;
		assert_int_equal(verify(&v), 0);
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_wrong),
		TEST(a_hole_in_time),
		TEST(a_final_digest_that_was_not),
		TEST(a_recorder_that_was_killed),
		TEST(a_clock_set_back),
		TEST(events_lost),
		TEST(counts_that_do_not_add_up),
		TEST(numbers_that_do_not_go_on),
		TEST(another_hosts_digest),
		TEST(another_predecessor),
		TEST(a_first_digest_with_a_predecessor),
		TEST(a_key_that_was_not_named),
		TEST(numbers_of_logs),
		TEST(a_log_twice),
		TEST(a_log_elsewhere),
		TEST(content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
