/* SPDX-License-Identifier: BSD-2-Clause */
#include "sign/trail_fixture.h"

#include "sign/key.h"

static int begin(void **state)
{
	verify_options = (struct ht_verify_options){ 0 };
	return make_root(state);
}

static void a_good_trail(void **state)
{
	struct verdict v;

	(void)state;
	write_trail(3, 2, 5, HT_SIGN_ED25519);
	verify_options.content = true;
	assert_int_equal(verify(&v), 0);
	EXPECT(&v);
	assert_non_null(find(&v, HT_FINDING_LOCAL_KEY));
	assert_non_null(find(&v, HT_FINDING_STOPPED));
	assert_int_equal(v.result.digests_valid, 3);
	assert_int_equal(v.result.digests_invalid, 0);
	assert_int_equal(v.result.digests_unproven, 0);
	assert_int_equal(v.result.digests_missing, 0);
	assert_int_equal(v.result.logs_valid, 6);
	assert_int_equal(v.result.logs_invalid, 0);
	assert_int_equal(v.result.logs_missing, 0);
	assert_int_equal(v.result.events, 30);
	assert_int_equal(v.result.events_lost, 0);
	assert_true(v.result.covered);
	assert_true(v.result.from_ns < v.result.to_ns);
}

static void two_runs(void **state)
{
	struct verdict v;

	(void)state;
	write_trail(2, 1, 3, HT_SIGN_ED25519);
	write_trail(1, 1, 3, HT_SIGN_RSA);
	write_trail(1, 0, 0, HT_SIGN_ED25519);
	assert_int_equal(verify(&v), 0);
	EXPECT(&v, HT_FINDING_NOT_RECORDING, HT_FINDING_NOT_RECORDING);
	assert_int_equal(v.result.digests_valid, 4);
	assert_int_equal(v.result.logs_valid, 3);
	assert_string_equal(v.texts[1][1], "Interrupted");
	assert_true(v.findings[1].has_interval);
	assert_true(v.findings[1].from_ns < v.findings[1].to_ns);
}

/* ---- keys ---- */

static void a_key_kept_elsewhere(void **state)
{
	_cleanup_buffer_ struct ht_buffer pem = { 0 }, other = { 0 };
	_cleanup_key_ EVP_PKEY *key = NULL;
	struct verdict v;

	(void)state;
	write_trail(2, 1, 3, HT_SIGN_ED25519);
	read_whole(file_at(0, "first-public-key.pem"), &pem);
	verify_options.public_key = pem.data;
	verify_options.public_key_length = pem.length;
	assert_int_equal(verify(&v), 0);
	assert_null(find(&v, HT_FINDING_LOCAL_KEY));

	assert_int_equal(ht_key_make(HT_SIGN_ED25519, &key), 0);
	assert_int_equal(ht_key_write_public(key, &other), 0);
	verify_options.public_key = other.data;
	verify_options.public_key_length = other.length;
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_FOREIGN_KEY, HT_FINDING_KEY_UNPROVEN);
	assert_int_equal(v.result.digests_valid, 0);
	assert_int_equal(v.result.logs_valid, 0);
	assert_int_equal(v.result.logs_invalid, 2);
	assert_false(v.result.covered);
}

static void no_key_at_all(void **state)
{
	struct verdict v;

	(void)state;
	write_trail(1, 1, 3, HT_SIGN_ED25519);
	assert_int_equal(unlink(file_at(0, "first-public-key.pem")), 0);
	assert_int_equal(verify(&v), 0);
	EXPECT(&v, HT_FINDING_NO_KEY);
}

/* Whoever takes the host cannot make the past anew: a trail written again with keys of his own is not the trail. */
static void a_trail_made_anew(void **state)
{
	_cleanup_buffer_ struct ht_buffer pem = { 0 };
	struct verdict v;

	write_trail(2, 1, 3, HT_SIGN_ED25519);
	read_whole(file_at(0, "first-public-key.pem"), &pem);
	assert_int_equal(remove_root(state), 0);
	assert_int_equal(mkdir(root, 0700), 0);
	write_trail(2, 1, 3, HT_SIGN_ED25519);
	verify_options.public_key = pem.data;
	verify_options.public_key_length = pem.length;
	assert_int_equal(verify(&v), 1);
	assert_non_null(find(&v, HT_FINDING_FOREIGN_KEY));
}

/* ---- digests ---- */

static void a_missing_digest(void **state)
{
	struct verdict v;

	(void)state;
	write_trail(5, 1, 3, HT_SIGN_ED25519);
	assert_int_equal(unlink(file_at(2, ".json")), 0);
	assert_int_equal(unlink(file_at(2, ".json.sig")), 0);
	assert_int_equal(unlink(file_at(2, ".json")), 0);
	assert_int_equal(unlink(file_at(2, ".json.sig")), 0);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_DIGEST_MISSING, HT_FINDING_KEY_UNPROVEN, HT_FINDING_LOG_UNLISTED, HT_FINDING_LOG_UNLISTED,
	       HT_FINDING_UNCOVERED);
	assert_int_equal(v.result.digests_missing, 2);
	assert_int_equal(v.result.digests_valid, 2);
	assert_int_equal(v.result.digests_unproven, 1);
	assert_true(find(&v, HT_FINDING_DIGEST_MISSING)->has_interval);
	assert_int_equal(find(&v, HT_FINDING_UNCOVERED)->from_ns, v.result.to_ns);
}

static void the_oldest_digests_are_missing(void **state)
{
	struct verdict v;

	(void)state;
	write_trail(4, 1, 3, HT_SIGN_ED25519);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(unlink(file_at(0, ".json")), 0);
		assert_int_equal(unlink(file_at(0, ".json.sig")), 0);
	}
	assert_int_equal(verify(&v), 1);
	assert_int_equal(v.result.digests_missing, 2);
	assert_non_null(find(&v, HT_FINDING_KEY_UNPROVEN));
	assert_int_equal(v.result.digests_valid, 0);
}

static void the_newest_digests_are_missing(void **state)
{
	struct verdict v;

	(void)state;
	write_trail(4, 1, 3, HT_SIGN_ED25519);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(unlink(file_at(2, ".json")), 0);
		assert_int_equal(unlink(file_at(2, ".json.sig")), 0);
	}
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_DIGEST_MISSING, HT_FINDING_LOG_UNCOVERED, HT_FINDING_LOG_UNCOVERED, HT_FINDING_UNCOVERED);
	assert_int_equal(v.result.digests_missing, 2);

	/* The logs and the trail's memory as well: what is left is a trail whose recorder has not ended. */
	assert_int_equal(unlink(file_at(2, ".zst")), 0);
	assert_int_equal(unlink(file_at(2, ".zst")), 0);
	assert_int_equal(unlink(file_at(0, "last-digest")), 0);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_UNCOVERED);
	assert_true(find(&v, HT_FINDING_UNCOVERED)->to_ns - find(&v, HT_FINDING_UNCOVERED)->from_ns > 0);
	verify_options.has_until = true;
	verify_options.until_ns = v.result.to_ns;
	assert_int_equal(verify(&v), 0);
	verify_options.until_ns++;
	assert_int_equal(verify(&v), 1);
}

/* A run that ended before: only the end that is asked for tells that another run is gone. */
static void until_after_the_final_digest(void **state)
{
	struct verdict v;

	(void)state;
	write_trail(1, 1, 3, HT_SIGN_ED25519);
	verify_options.has_until = true;
	verify_options.until_ns = ht_now_ns();
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_UNCOVERED);
}

static void all_digests_are_missing(void **state)
{
	struct verdict v;

	(void)state;
	write_trail(2, 1, 3, HT_SIGN_ED25519);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(unlink(file_at(0, ".json")), 0);
		assert_int_equal(unlink(file_at(0, ".json.sig")), 0);
	}
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_NO_DIGESTS, HT_FINDING_DIGEST_MISSING, HT_FINDING_LOG_UNCOVERED, HT_FINDING_LOG_UNCOVERED);
	assert_int_equal(v.result.digests_missing, 2);
}

static void a_signature_is_missing(void **state)
{
	struct verdict v;

	(void)state;
	write_trail(3, 1, 3, HT_SIGN_ED25519);
	assert_int_equal(unlink(file_at(1, ".json.sig")), 0);
	assert_int_equal(verify(&v), 1);
	/* The next digest carries the signature: the digest is proven, the trail is not whole. */
	EXPECT(&v, HT_FINDING_SIGNATURE_MISSING);
	assert_int_equal(v.result.digests_valid, 2);
	assert_int_equal(v.result.digests_invalid, 1);
	assert_int_equal(v.result.logs_valid, 3);
	assert_int_equal(unlink(file_at(1, ".json.sig")), 0);
	assert_int_equal(verify(&v), 1);
	assert_int_equal(v.result.digests_invalid, 2);
}

static void digests_change_places(void **state)
{
	char first[PATH_MAX], second[PATH_MAX], aside[PATH_MAX + 8];
	struct verdict v;

	(void)state;
	write_trail(3, 1, 3, HT_SIGN_ED25519);
	snprintf(first, sizeof(first), "%s", file_at(0, ".json"));
	snprintf(second, sizeof(second), "%s", file_at(1, ".json"));
	snprintf(aside, sizeof(aside), "%s/aside", root);
	assert_int_equal(rename(first, aside), 0);
	assert_int_equal(rename(second, first), 0);
	assert_int_equal(rename(aside, second), 0);
	assert_int_equal(verify(&v), 1);
	assert_non_null(find(&v, HT_FINDING_DIGEST_MOVED));
}

static void a_digest_is_renamed(void **state)
{
	char to[PATH_MAX], to_signature[PATH_MAX + 8], from_signature[PATH_MAX + 8];
	const char *from;
	struct verdict v;

	(void)state;
	write_trail(3, 1, 3, HT_SIGN_ED25519);
	from = file_at(1, ".json");
	snprintf(to, sizeof(to), "%.*sx.json", (int)strlen(from) - 6, from);
	snprintf(from_signature, sizeof(from_signature), "%s.sig", from);
	snprintf(to_signature, sizeof(to_signature), "%s.sig", to);
	assert_int_equal(rename(from, to), 0);
	assert_int_equal(rename(from_signature, to_signature), 0);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_DIGEST_MOVED);
	assert_int_equal(v.result.digests_valid, 2);
}

static void a_digest_twice(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	char copy[PATH_MAX + 8];
	struct verdict v;

	(void)state;
	write_trail(2, 1, 3, HT_SIGN_ED25519);
	read_whole(file_at(0, ".json"), &b);
	snprintf(copy, sizeof(copy), "%s.copy.json", file_at(0, ".json"));
	write_whole(copy, b.data, b.length);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_DIGEST_TWICE);
	assert_int_equal(v.result.digests_valid, 2);
	assert_int_equal(v.result.digests_invalid, 1);
}

static void what_is_no_digest(void **state)
{
	char path[PATH_MAX + 64];
	struct verdict v;

	(void)state;
	write_trail(2, 1, 3, HT_SIGN_ED25519);
	snprintf(path, sizeof(path), "%s/HostTrail-Digest/x.json", trail_directory);
	write_whole(path, "{}", 2);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_DIGEST_FORMAT);
	assert_int_equal(v.result.digests_valid, 2);
	assert_int_equal(v.result.digests_invalid, 1);
}

/* ---- log files ---- */

static void a_missing_log(void **state)
{
	struct verdict v;

	(void)state;
	write_trail(2, 2, 3, HT_SIGN_ED25519);
	assert_int_equal(unlink(file_at(1, ".zst")), 0);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_LOG_MISSING);
	assert_int_equal(v.result.logs_missing, 1);
	assert_int_equal(v.result.logs_valid, 3);
	assert_int_equal(v.result.events, 9);
}

static void logs_change_places(void **state)
{
	char first[PATH_MAX], second[PATH_MAX], aside[PATH_MAX + 8];
	struct verdict v;

	(void)state;
	write_trail(1, 2, 3, HT_SIGN_ED25519);
	snprintf(first, sizeof(first), "%s", file_at(0, ".zst"));
	snprintf(second, sizeof(second), "%s", file_at(1, ".zst"));
	snprintf(aside, sizeof(aside), "%s/aside", root);
	assert_int_equal(rename(first, aside), 0);
	assert_int_equal(rename(second, first), 0);
	assert_int_equal(rename(aside, second), 0);
	assert_int_equal(verify(&v), 1);
	assert_int_equal(v.result.logs_invalid, 2);
}

static void a_log_is_renamed(void **state)
{
	char to[PATH_MAX];
	const char *from;
	struct verdict v;

	(void)state;
	write_trail(1, 2, 3, HT_SIGN_ED25519);
	from = file_at(1, ".zst");
	snprintf(to, sizeof(to), "%.*s9.jsonl.zst", (int)strlen(from) - 11, from);
	assert_int_equal(rename(from, to), 0);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_LOG_MISSING, HT_FINDING_LOG_UNCOVERED, HT_FINDING_UNCOVERED);
}

static void a_log_too_many(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	char copy[PATH_MAX], *p;
	struct verdict v;

	(void)state;
	write_trail(1, 2, 3, HT_SIGN_ED25519);
	read_whole(file_at(0, ".zst"), &b);
	/* The number of a log that is listed, at another time. */
	snprintf(copy, sizeof(copy), "%s", file_at(0, ".zst"));
	p = strrchr(copy, 'Z') - 1;
	*p = *p == '9' ? '0' : (char)(*p + 1);
	write_whole(copy, b.data, b.length);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_LOG_UNLISTED);
	assert_int_equal(unlink(copy), 0);

	snprintf(strrchr(copy, '/'), 16, "/notes.txt");
	write_whole(copy, "x", 1);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_FILE_UNEXPECTED);
	assert_int_equal(unlink(copy), 0);
	assert_int_equal(symlink("/etc/passwd", copy), 0);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_FILE_UNEXPECTED);
}

static void bytes_after_a_log(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	const struct ht_finding *f;
	struct verdict v;
	const char *path;

	(void)state;
	write_trail(1, 1, 3, HT_SIGN_ED25519);
	path = file_at(0, ".zst");
	read_whole(path, &b);
	ht_buffer_byte(&b, '\0');
	write_whole(path, b.data, b.length);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_LOG_TRAILING);
	f = find(&v, HT_FINDING_LOG_TRAILING);
	assert_true(f->has_offset);
	assert_int_equal(f->offset, b.length - 1);
}

static void a_link_in_place_of_a_log(void **state)
{
	char aside[PATH_MAX + 8];
	struct verdict v;
	const char *path;

	(void)state;
	write_trail(1, 1, 3, HT_SIGN_ED25519);
	path = file_at(0, ".zst");
	snprintf(aside, sizeof(aside), "%s/aside", root);
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(symlink(aside, path), 0);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_FILE_UNEXPECTED, HT_FINDING_FILE_UNEXPECTED);
}

/* While a recorder is at work there is always something that no digest covers yet. */
static void a_running_recorder(void **state)
{
	struct ht_trail_options options = trail_options();
	struct ht_trail *t = open_trail(&options);
	struct verdict v;

	(void)state;
	append_events(t, 3);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_NO_DIGESTS, HT_FINDING_LOG_PARTIAL);
	pass_time(t, 3600, 1, 1);
	append_events(t, 3);
	pass_time(t, 301, 2, 1);
	append_events(t, 3);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_LOG_UNCOVERED, HT_FINDING_LOG_PARTIAL, HT_FINDING_UNCOVERED);
	assert_non_null(strstr(v.texts[v.count - 1][1], "--until"));
	verify_options.has_until = true;
	verify_options.until_ns = v.result.to_ns;
	assert_int_equal(verify(&v), 0);
	EXPECT(&v, HT_FINDING_LOG_UNCOVERED, HT_FINDING_LOG_PARTIAL);
	close_trail(t);
}

static void names_and_severities(void **state)
{
	(void)state;
	for (unsigned i = 0; i < HT_FINDINGS; i++) {
		const struct ht_finding_kind *kind = ht_finding_kind((enum ht_finding_id)i);

		assert_non_null(kind->name);
		assert_non_null(kind->text);
		/* What is an error is bad news, or kept verify from looking; nothing else is. */
		assert_int_equal(kind->severity == HT_SEVERITY_ERROR, kind->exit != 0);
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(kind->name, ht_finding_kind((enum ht_finding_id)j)->name);
	}
	assert_string_equal(ht_severity_name(HT_SEVERITY_ERROR), "error");
	assert_string_equal(ht_severity_name(HT_SEVERITY_WARNING), "warning");
	assert_string_equal(ht_severity_name(HT_SEVERITY_NOTICE), "notice");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_trail),
		TEST(two_runs),
		TEST(a_key_kept_elsewhere),
		TEST(no_key_at_all),
		TEST(a_trail_made_anew),
		TEST(a_missing_digest),
		TEST(the_oldest_digests_are_missing),
		TEST(the_newest_digests_are_missing),
		TEST(until_after_the_final_digest),
		TEST(all_digests_are_missing),
		TEST(a_signature_is_missing),
		TEST(digests_change_places),
		TEST(a_digest_is_renamed),
		TEST(a_digest_twice),
		TEST(what_is_no_digest),
		TEST(a_missing_log),
		TEST(logs_change_places),
		TEST(a_log_is_renamed),
		TEST(a_log_too_many),
		TEST(bytes_after_a_log),
		TEST(a_link_in_place_of_a_log),
		TEST(a_running_recorder),
		cmocka_unit_test(names_and_severities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
