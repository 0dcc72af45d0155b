/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "sign/key.h"

static const enum ht_signature_algorithm algorithms[] = { HT_SIGN_RSA, HT_SIGN_ED25519 };

static void signed_and_verified(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
		_cleanup_buffer_ struct ht_buffer signature = { 0 }, public = { 0 }, private = { 0 };
		_cleanup_key_ EVP_PKEY *key = NULL, *back = NULL, *other = NULL;
		char hex[HT_HEX_SHA256], hex_of_pem[HT_HEX_SHA256];

		assert_int_equal(ht_key_make(algorithms[i], &key), 0);
		assert_int_equal(ht_key_algorithm(key), algorithms[i]);
		assert_int_equal(ht_key_sign(key, "text", 4, &signature), 0);
		assert_int_equal(signature.length, algorithms[i] == HT_SIGN_RSA ? 384 : 64);
		assert_int_equal(ht_key_write_public(key, &public), 0);
		assert_int_equal(ht_key_write_private(key, &private), 0);
		assert_int_equal(ht_key_read_public(public.data, public.length, &back), 0);
		assert_int_equal(ht_key_algorithm(back), algorithms[i]);
		assert_true(ht_key_verify(back, "text", 4, signature.data, signature.length));
		assert_false(ht_key_verify(back, "texT", 4, signature.data, signature.length));
		assert_false(ht_key_verify(back, "text", 3, signature.data, signature.length));
		assert_false(ht_key_verify(back, "text", 4, signature.data, signature.length - 1));
		assert_false(ht_key_verify(back, "text", 4, signature.data, 0));
		signature.data[7] = (char)(signature.data[7] ^ 1);
		assert_false(ht_key_verify(back, "text", 4, signature.data, signature.length));
		assert_int_equal(ht_key_sha256(key, hex), 0);
		assert_int_equal(ht_key_sha256_of_pem(public.data, public.length, hex_of_pem), 0);
		assert_string_equal(hex, hex_of_pem);
		/* A key that can sign is not taken for one that can be shown, nor the other way round. */
		assert_int_equal(ht_key_read_public(private.data, private.length, &other), -EBADMSG);
		assert_int_equal(ht_key_read_private(public.data, public.length, &other), -EBADMSG);
		assert_null(other);
	}
}

static void refused(void **state)
{
	/* P-256, made with openssl(1), and what is no key. */
	static const char *const pems[] = {
		"-----BEGIN PUBLIC KEY-----\n"
		"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n"
		"6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n"
		"-----END PUBLIC KEY-----\n",
		"",
		"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\n",
	};
	EVP_PKEY *key = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pems); i++) {
		assert_int_equal(ht_key_read_public(pems[i], strlen(pems[i]), &key), -EBADMSG);
		assert_null(key);
	}
}

static void other_spellings(void **state)
{
	static const char *const pems[] = {
		"",
		"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\nAAA\n-----END PUBLIC KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\nAAAA\nAAAA\n-----END PUBLIC KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\nAA*A\n-----END PUBLIC KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\r\nAAAA\r\n-----END PUBLIC KEY-----\r\n",
		"x-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\nx",
	};
	char hex[HT_HEX_SHA256];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pems); i++)
		assert_int_equal(ht_key_sha256_of_pem(pems[i], strlen(pems[i]), hex), -EBADMSG);
	/* SHA-256 of three zero bytes, from sha256sum(1). */
	assert_int_equal(ht_key_sha256_of_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", 57, hex), 0);
	assert_string_equal(hex, "709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signed_and_verified),
		cmocka_unit_test(refused),
		cmocka_unit_test(other_spellings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
