/* SPDX-License-Identifier: BSD-2-Clause */
/* Every bit of a small trail turned over, every file cut at every length: verify must fail each time. */
#include "sign/trail_fixture.h"

static int begin(void **state)
{
	verify_options = (struct ht_verify_options){ 0 };
	return make_root(state);
}

/* What is changed must be what the error is about; a mere "valid but" would not do. */
static void expect_failure(const char *what, size_t at)
{
	struct verdict v;

	if (verify(&v) != 1 || v.result.findings[HT_SEVERITY_ERROR] == 0)
		fail_msg("%s, changed at %zu: verify has not seen it", what, at);
}

static void turn_bits(const char *suffix, unsigned index, unsigned step)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	const char *path = file_at(index, suffix);
	struct verdict v;

	read_whole(path, &b);
	for (size_t bit = 0; bit < 8 * b.length; bit += step) {
		b.data[bit / 8] = (char)(b.data[bit / 8] ^ 1 << bit % 8);
		write_whole(path, b.data, b.length);
		expect_failure(path, bit);
		b.data[bit / 8] = (char)(b.data[bit / 8] ^ 1 << bit % 8);
	}
	write_whole(path, b.data, b.length);
	assert_int_equal(verify(&v), 0);
}

static void cut_and_stretch(const char *suffix, unsigned index)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	const char *path = file_at(index, suffix);
	struct verdict v;

	read_whole(path, &b);
	for (size_t n = 0; n < b.length; n++) {
		write_whole(path, b.data, n);
		expect_failure(path, n);
	}
	for (int c = 0; c < 256; c += 51) {
		ht_buffer_byte(&b, (char)c);
		write_whole(path, b.data, b.length);
		expect_failure(path, b.length);
		b.length--;
	}
	write_whole(path, b.data, b.length);
	assert_int_equal(verify(&v), 0);
}

static void every_bit_of_a_log(void **state)
{
	(void)state;
	write_trail(1, 1, 2, HT_SIGN_ED25519);
	turn_bits(".zst", 0, 1);
}

static void every_bit_of_a_digest(void **state)
{
	(void)state;
	write_trail(1, 1, 2, HT_SIGN_ED25519);
	turn_bits(".json", 0, 1);
}

static void every_bit_of_a_signature(void **state)
{
	(void)state;
	write_trail(1, 1, 2, HT_SIGN_ED25519);
	turn_bits(".sig", 0, 1);
}

/* A PEM has bits that mean nothing to a key's reader: then the key must be the same. */
static void every_bit_of_the_first_key(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	const char *path;
	struct verdict v, good;
	unsigned failed = 0;

	(void)state;
	write_trail(1, 1, 2, HT_SIGN_ED25519);
	assert_int_equal(verify(&good), 0);
	path = file_at(0, "first-public-key.pem");
	read_whole(path, &b);
	for (size_t bit = 0; bit < 8 * b.length; bit++) {
		b.data[bit / 8] = (char)(b.data[bit / 8] ^ 1 << bit % 8);
		write_whole(path, b.data, b.length);
		if (verify(&v) == 0)
			assert_string_equal(v.result.first_fingerprint, good.result.first_fingerprint);
		else
			failed++;
		b.data[bit / 8] = (char)(b.data[bit / 8] ^ 1 << bit % 8);
	}
	assert_true(failed > 4 * b.length);
}

/* In the middle of a chain, where the neighbours hold copies of hash and signature. */
static void bits_within_a_chain(void **state)
{
	(void)state;
	write_trail(3, 1, 2, HT_SIGN_ED25519);
	turn_bits(".json", 1, 31);
	turn_bits(".sig", 1, 3);
	turn_bits(".zst", 1, 7);
}

static void bits_under_rsa(void **state)
{
	(void)state;
	write_trail(2, 1, 2, HT_SIGN_RSA);
	for (unsigned i = 0; i < 2; i++) {
		turn_bits(".json", i, 97);
		turn_bits(".sig", i, 11);
		turn_bits(".zst", i, 37);
	}
}

static void every_length(void **state)
{
	(void)state;
	write_trail(2, 1, 2, HT_SIGN_ED25519);
	for (unsigned i = 0; i < 2; i++) {
		cut_and_stretch(".zst", i);
		cut_and_stretch(".json", i);
		cut_and_stretch(".sig", i);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_bit_of_a_log),
		TEST(every_bit_of_a_digest),
		TEST(every_bit_of_a_signature),
		TEST(every_bit_of_the_first_key),
		TEST(bits_within_a_chain),
		TEST(bits_under_rsa),
		TEST(every_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
