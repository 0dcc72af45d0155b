/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "hosttrail/digest.h"

#define KEY "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
#define NAME "HostTrail-Digest/00112233445566aa/default/2026/11/21/" \
	     "00112233445566aa_HostTrail-Digest_default_main_20261121T091300Z_0000000000000007.json"

DEFINE_CLEANUP(struct ht_digest *, ht_digest_free)
#define _cleanup_digest_ _cleanup_(ht_digest_free_p)

static struct ht_digest_log logs[2];
static struct ht_trail_sequence sequences[1] = { { HT_RING_DATA, 4294967295u, 1, UINT64_MAX, 2, 3, 4, 5 } };
static struct ht_digest_loss losses[1];

static struct ht_digest sample(void)
{
	struct ht_digest d = {
		.name = (char *)(uintptr_t)NAME,
		.trail = (char *)(uintptr_t)"main",
		.host_id = (char *)(uintptr_t)"00112233445566aa",
		.host_name = (char *)(uintptr_t)"web \"1\"\n\xc3\xa9",
		.region = (char *)(uintptr_t)"default",
		.boot_id = (char *)(uintptr_t)"6f1d",
		.number = 7,
		.start_ns = 1795248780000000001,
		.end_ns = 1795252380123456789,
		.recording_since_ns = 5,
		.interval_seconds = 3600,
		.final = true,
		.reason = (char *)(uintptr_t)"Interrupted",
		.logs = logs,
		.log_count = 2,
		.log_sequence = 12,
		.sequences = sequences,
		.sequence_count = 1,
		.losses = losses,
		.loss_count = 1,
		.algorithm = HT_SIGN_ED25519,
		.public_key = (char *)(uintptr_t)KEY,
		.next_public_key = (char *)(uintptr_t)KEY,
	};

	logs[0] = (struct ht_digest_log){ (char *)(uintptr_t)"HostTrail/a", { 1, 2, 3, 4, 5, { 6 } }, true, 9 };
	logs[1] = (struct ht_digest_log){ (char *)(uintptr_t)"HostTrail/b", { 40, 0, 0, 0, 0, { 0xff } }, false, 0 };
	losses[0] = (struct ht_digest_loss){ (char *)(uintptr_t)"RingFull", 3 };
	memset(d.public_key_fingerprint, 'a', 64);
	memset(d.next_public_key_fingerprint, 'b', 64);
	d.previous.name = (char *)(uintptr_t)"HostTrail-Digest/before";
	memset(d.previous.sha256, 0x11, HT_SHA256);
	memset(d.previous.signature, 0x22, 64);
	d.previous.signature_length = 64;
	return d;
}

static void written_and_read(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 }, again = { 0 };
	_cleanup_digest_ struct ht_digest *d = NULL;
	struct ht_digest s = sample();
	struct ht_error err = { "" };

	(void)state;
	assert_int_equal(ht_digest_write(&s, &b), 0);
	if (ht_digest_parse(&d, b.data, b.length, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(d->name, s.name);
	assert_string_equal(d->trail, s.trail);
	assert_string_equal(d->host_id, s.host_id);
	assert_string_equal(d->host_name, s.host_name);
	assert_string_equal(d->region, s.region);
	assert_string_equal(d->boot_id, s.boot_id);
	assert_int_equal(d->number, s.number);
	assert_int_equal(d->start_ns, s.start_ns);
	assert_int_equal(d->end_ns, s.end_ns);
	assert_int_equal(d->recording_since_ns, s.recording_since_ns);
	assert_int_equal(d->interval_seconds, s.interval_seconds);
	assert_false(d->first_of_run);
	assert_true(d->final);
	assert_string_equal(d->reason, s.reason);
	assert_int_equal(d->log_count, 2);
	for (unsigned i = 0; i < 2; i++) {
		assert_string_equal(d->logs[i].name, s.logs[i].name);
		assert_int_equal(d->logs[i].summary.stored_bytes, s.logs[i].summary.stored_bytes);
		assert_int_equal(d->logs[i].summary.content_bytes, s.logs[i].summary.content_bytes);
		assert_int_equal(d->logs[i].summary.events, s.logs[i].summary.events);
		assert_int_equal(d->logs[i].summary.oldest_ns, s.logs[i].summary.oldest_ns);
		assert_int_equal(d->logs[i].summary.newest_ns, s.logs[i].summary.newest_ns);
		assert_memory_equal(d->logs[i].summary.sha256, s.logs[i].summary.sha256, HT_SHA256);
		assert_int_equal(d->logs[i].recovered, s.logs[i].recovered);
		assert_int_equal(d->logs[i].cut_bytes, s.logs[i].cut_bytes);
	}
	assert_int_equal(d->log_sequence, 12);
	assert_int_equal(d->sequence_count, 1);
	assert_memory_equal(d->sequences, sequences, sizeof(sequences));
	assert_int_equal(d->loss_count, 1);
	assert_string_equal(d->losses[0].cause, "RingFull");
	assert_int_equal(d->losses[0].count, 3);
	assert_string_equal(d->previous.name, s.previous.name);
	assert_memory_equal(d->previous.sha256, s.previous.sha256, HT_SHA256);
	assert_int_equal(d->previous.signature_length, 64);
	assert_memory_equal(d->previous.signature, s.previous.signature, 64);
	assert_int_equal(d->algorithm, HT_SIGN_ED25519);
	assert_string_equal(d->public_key, KEY);
	assert_string_equal(d->next_public_key, KEY);
	assert_string_equal(d->public_key_fingerprint, s.public_key_fingerprint);
	assert_string_equal(d->next_public_key_fingerprint, s.next_public_key_fingerprint);
	assert_int_equal(ht_digest_write(d, &again), 0);
	assert_int_equal(again.length, b.length);
	assert_memory_equal(again.data, b.data, b.length);
}

static void what_is_signed(void **state)
{
	static const unsigned char sha256[HT_SHA256] = { 0xab };
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_digest d = sample();
	const char *first = "HostTrail-Digest-v1\n" NAME "\n2026-11-21T09:13:00.123456789Z\n"
			    "ab00000000000000000000000000000000000000000000000000000000000000\nnull";

	(void)state;
	d.previous.signature_length = 2;
	assert_int_equal(ht_digest_string_to_sign(&d, sha256, &b), 0);
	assert_int_equal(b.length, strlen(first));
	assert_memory_equal(b.data, first, b.length - 4);
	assert_memory_equal(b.data + b.length - 4, "2222", 4);
	ht_buffer_reset(&b);
	d.previous.name = NULL;
	assert_int_equal(ht_digest_string_to_sign(&d, sha256, &b), 0);
	assert_int_equal(b.length, strlen(first));
	assert_memory_equal(b.data, first, b.length);
}

static void where_it_belongs(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_digest d = sample();

	(void)state;
	assert_int_equal(ht_digest_place(&d, &b), 0);
	assert_int_equal(b.length, strlen(NAME));
	assert_memory_equal(b.data, NAME, b.length);
	assert_int_equal(ht_digest_number_of(NAME, ".json"), 7);
	assert_int_equal(ht_digest_number_of(NAME, ".json.sig"), 0);
	assert_int_equal(ht_digest_number_of("0000000000000007.json", ".json"), 0);
	assert_int_equal(ht_digest_number_of("_00000000000000x7.json", ".json"), 0);
	assert_int_equal(ht_digest_number_of("_0000000000000007.json", ".json"), 7);
	assert_int_equal(ht_digest_number_of("", ".json"), 0);
}

/* Replaces the first occurrence of what by with, and parses. */
static int parse_with(const char *what, const char *with, struct ht_error *err)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 }, changed = { 0 };
	_cleanup_digest_ struct ht_digest *d = NULL;
	struct ht_digest s = sample();
	char *at;
	int r;

	assert_int_equal(ht_digest_write(&s, &b), 0);
	ht_buffer_byte(&b, '\0');
	at = strstr(b.data, what);
	if (!at)
		fail_msg("not in the digest: %s", what);
	ht_buffer_append(&changed, b.data, (size_t)(at - b.data));
	ht_buffer_append(&changed, with, strlen(with));
	ht_buffer_append(&changed, at + strlen(what), strlen(at + strlen(what)));
	r = ht_digest_parse(&d, changed.data, changed.length, err);
	if (r < 0)
		assert_null(d);
	return r;
}

static void refused(void **state)
{
	static const struct {
		const char *what, *with, *why;
	} cases[] = {
		{ "{\n", "[\n", "is no object" },
		{ "\n}\n", "\n}\n}", "not JSON" },
		{ "\"1.0\"", "\"2.0\"", "digestVersion" },
		{ "\"1.0\"", "1.0", "digestVersion" },
		{ "\"digestVersion\": \"1.0\",\n", "", "digestVersion: is missing" },
		{ "\"trail\": \"main\"", "\"trail\": \"main\", \"trail\": \"main\"", "trail: stands here twice" },
		{ "\"trail\": \"main\"", "\"trail\": null", "trail: is no text" },
		{ "\"trail\": \"main\"", "\"trail\": \"a\\u0000b\"", "trail: holds a NUL" },
		{ "\"digestNumber\": 7", "\"digestNumber\": 0", "digestNumber" },
		{ "\"digestNumber\": 7", "\"digestNumber\": -7", "digestNumber" },
		{ "\"digestNumber\": 7", "\"digestNumber\": 7.5", "digestNumber" },
		{ "\"digestNumber\": 7", "\"digestNumber\": \"7\"", "digestNumber" },
		{ "\"digestNumber\": 7", "\"digestNumber\": 18446744073709551616", "digestNumber" },
		{ "\"2026-11-21T09:13:00.123456789Z\"", "\"yesterday\"", "digestEndTime: is no time" },
		{ "\"final\": true", "\"final\": 1", "final" },
		{ ",\n\"finalReason\": \"Interrupted\"", "", "finalReason" },
		{ "\"logFiles\": [", "\"logFiles\": [1,", "logFiles: is no object" },
		{ "\"SHA-256\"", "\"MD5\"", "hashAlgorithm" },
		{ "\"hashValue\": \"0600", "\"hashValue\": \"0G00", "hashValue" },
		{ "\"hashValue\": \"0600", "\"hashValue\": \"060", "hashValue" },
		{ "\"ring\": \"data\"", "\"ring\": \"other\"", "ring" },
		{ "\"cpu\": 4294967295", "\"cpu\": 4294967296", "cpu" },
		{ "\"lost\": 5", "\"loss\": 5", "lost: is missing" },
		{ "\"signature\": \"22", "\"signature\": \"2", "signature" },
		{ "\"Ed25519\"", "\"None\"", "signatureAlgorithm" },
		{ "\"aaaa", "\"AAAA", "publicKeyFingerprint" },
		{ "\"previousDigest\": {", "\"previousDigest\": [], \"x\": {", "previousDigest: is no object" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ht_error err = { "" };

		if (parse_with(cases[i].what, cases[i].with, &err) != -EBADMSG)
			fail_msg("taken for a digest: %s", cases[i].with);
		if (!strstr(err.text, cases[i].why))
			fail_msg("\"%s\" is not in: %s", cases[i].why, err.text);
	}
}

static void later_versions(void **state)
{
	struct ht_error err = { "" };

	(void)state;
	assert_int_equal(parse_with("\"1.0\"", "\"1.12\", \"new\": {\"a\": [1, 2, {}]}", &err), 0);
	assert_int_equal(parse_with("\"recovered\": true", "\"recovered\": true, \"why\": null", &err), 0);
}

static void every_length(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_digest s = sample();

	(void)state;
	assert_int_equal(ht_digest_write(&s, &b), 0);
	/* The last byte is a newline, which a digest can do without. */
	for (size_t n = 0; n + 1 < b.length; n++) {
		struct ht_digest *d = NULL;

		assert_int_equal(ht_digest_parse(&d, b.data, n, NULL), -EBADMSG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_and_read), cmocka_unit_test(what_is_signed), cmocka_unit_test(where_it_belongs),
		cmocka_unit_test(refused),	    cmocka_unit_test(later_versions), cmocka_unit_test(every_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
