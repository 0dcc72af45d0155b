/* SPDX-License-Identifier: BSD-2-Clause */
#include "sign/key.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/hex.h"

/* Good beyond 2030 (NIST SP 800-57, part 1, table 2): a record may be asked for long after its key is gone. */
#define RSA_BITS 3072
#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192

DEFINE_CLEANUP(BIO *, BIO_free_all)
DEFINE_CLEANUP(EVP_MD_CTX *, EVP_MD_CTX_free)

int ht_key_make(enum ht_signature_algorithm algorithm, EVP_PKEY **ret)
{
	EVP_PKEY *key;

	if (algorithm == HT_SIGN_ED25519)
		key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	else
		key = EVP_RSA_gen(RSA_BITS);
	if (!key) {
		ERR_clear_error();
		return -EIO;
	}
	*ret = key;
	return 0;
}

static int write_pem(EVP_PKEY *key, bool private, struct ht_buffer *b)
{
	_cleanup_(BIO_free_all_p) BIO *bio = BIO_new(private ? BIO_s_secmem() : BIO_s_mem());
	char *data;
	long n;
	int r;

	if (!bio)
		return -ENOMEM;
	r = private ? PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) : PEM_write_bio_PUBKEY(bio, key);
	n = BIO_get_mem_data(bio, &data);
	if (r != 1 || n <= 0) {
		ERR_clear_error();
		return -EIO;
	}
	ht_buffer_append(b, data, (size_t)n);
	return ht_buffer_status(b);
}

int ht_key_write_public(EVP_PKEY *key, struct ht_buffer *b)
{
	return write_pem(key, false, b);
}

int ht_key_write_private(EVP_PKEY *key, struct ht_buffer *b)
{
	return write_pem(key, true, b);
}

static bool is_of_ours(EVP_PKEY *key)
{
	if (EVP_PKEY_is_a(key, "ED25519"))
		return true;
	return EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= RSA_BITS_MIN &&
	       EVP_PKEY_get_bits(key) <= RSA_BITS_MAX;
}

static int no_passphrase(char *buffer, int size, int writing, void *context)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

static int read_pem(const char *pem, size_t n, bool private, EVP_PKEY **ret)
{
	_cleanup_(BIO_free_all_p) BIO *bio = NULL;
	_cleanup_key_ EVP_PKEY *key = NULL;

	if (n > (private ? 4 * HT_PUBLIC_KEY_MAX : HT_PUBLIC_KEY_MAX))
		return -EBADMSG;
	bio = BIO_new_mem_buf(pem, (int)n);
	if (!bio)
		return -ENOMEM;
	key = private ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) :
			PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
	ERR_clear_error();
	if (!key || !is_of_ours(key))
		return -EBADMSG;
	*ret = TAKE_PTR(key);
	return 0;
}

int ht_key_read_public(const char *pem, size_t n, EVP_PKEY **ret)
{
	return read_pem(pem, n, false, ret);
}

int ht_key_read_private(const char *pem, size_t n, EVP_PKEY **ret)
{
	return read_pem(pem, n, true, ret);
}

enum ht_signature_algorithm ht_key_algorithm(EVP_PKEY *key)
{
	return EVP_PKEY_is_a(key, "ED25519") ? HT_SIGN_ED25519 : HT_SIGN_RSA;
}

int ht_sha256(const void *data, size_t n, unsigned char ret[HT_SHA256])
{
	return EVP_Q_digest(NULL, "SHA256", NULL, data, n, ret, NULL) == 1 ? 0 : -ENOMEM;
}

int ht_key_sha256(EVP_PKEY *key, char ret_hex[HT_HEX_SHA256])
{
	unsigned char *der = NULL, sha256[HT_SHA256];
	int n = i2d_PUBKEY(key, &der), r;

	if (n <= 0)
		return -ENOMEM;
	r = ht_sha256(der, (size_t)n, sha256);
	OPENSSL_free(der);
	if (r == 0)
		ht_hex_write(sha256, sizeof(sha256), ret_hex);
	return r;
}

#define PEM_BEGIN "-----BEGIN PUBLIC KEY-----\n"
#define PEM_END "-----END PUBLIC KEY-----\n"
#define PEM_LINE 64u

int ht_key_sha256_of_pem(const char *pem, size_t n, char ret_hex[HT_HEX_SHA256])
{
	unsigned char base64[HT_PUBLIC_KEY_MAX], der[HT_PUBLIC_KEY_MAX], sha256[HT_SHA256];
	const char *at = pem + strlen(PEM_BEGIN), *end = pem + n - strlen(PEM_END);
	size_t length = 0;
	int decoded, r;

	if (n > HT_PUBLIC_KEY_MAX || n < strlen(PEM_BEGIN) + strlen(PEM_END) || memcmp(pem, PEM_BEGIN, strlen(PEM_BEGIN)) ||
	    memcmp(end, PEM_END, strlen(PEM_END)))
		return -EBADMSG;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t line = newline ? (size_t)(newline - at) : 0;

		/* Every line but the last is full. */
		if (line == 0 || line > PEM_LINE || (line < PEM_LINE && newline + 1 != end))
			return -EBADMSG;
		memcpy(base64 + length, at, line);
		length += line;
		at = newline + 1;
	}
	if (length < 4 || length % 4)
		return -EBADMSG;
	decoded = EVP_DecodeBlock(der, base64, (int)length);
	if (decoded < 0)
		return -EBADMSG;
	decoded -= (base64[length - 1] == '=') + (base64[length - 2] == '=');
	r = ht_sha256(der, (size_t)decoded, sha256);
	if (r == 0)
		ht_hex_write(sha256, sizeof(sha256), ret_hex);
	return r;
}

/* Ed25519 hashes by itself, and refuses to be given a hash. */
static const EVP_MD *hash_of(EVP_PKEY *key)
{
	return ht_key_algorithm(key) == HT_SIGN_ED25519 ? NULL : EVP_sha256();
}

int ht_key_sign(EVP_PKEY *key, const void *data, size_t n, struct ht_buffer *b)
{
	_cleanup_(EVP_MD_CTX_free_p) EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char signature[HT_SIGNATURE_MAX];
	size_t length = sizeof(signature);

	if (!context)
		return -ENOMEM;
	if (EVP_DigestSignInit(context, NULL, hash_of(key), NULL, key) != 1 ||
	    EVP_DigestSign(context, signature, &length, data, n) != 1) {
		ERR_clear_error();
		return -EIO;
	}
	ht_buffer_append(b, signature, length);
	return ht_buffer_status(b);
}

bool ht_key_verify(EVP_PKEY *key, const void *data, size_t n, const void *signature, size_t signature_length)
{
	_cleanup_(EVP_MD_CTX_free_p) EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good = context && EVP_DigestVerifyInit(context, NULL, hash_of(key), NULL, key) == 1 &&
		    EVP_DigestVerify(context, signature, signature_length, data, n) == 1;

	ERR_clear_error();
	return good;
}
