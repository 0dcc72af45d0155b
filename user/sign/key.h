/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys and signatures, in memory: RSA of 3072 bits with PKCS #1 v1.5 and SHA-256, and Ed25519 (RFC 8017, RFC 8032).
 */
#ifndef HT_SIGN_KEY_H
#define HT_SIGN_KEY_H

#include <openssl/evp.h>
#include <stdbool.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "hosttrail/digest.h"

DEFINE_CLEANUP(EVP_PKEY *, EVP_PKEY_free)
#define _cleanup_key_ _cleanup_(EVP_PKEY_free_p)

/* Takes up to a second for RSA. -ENOMEM, -EIO. */
int ht_key_make(enum ht_signature_algorithm algorithm, EVP_PKEY **ret);

/* PEM, appended. */
int ht_key_write_public(EVP_PKEY *key, struct ht_buffer *b);
int ht_key_write_private(EVP_PKEY *key, struct ht_buffer *b);

/* -EBADMSG: no PEM, or not one of the two algorithms, or RSA of less than 2048 or more than 8192 bits. */
int ht_key_read_public(const char *pem, size_t n, EVP_PKEY **ret);
int ht_key_read_private(const char *pem, size_t n, EVP_PKEY **ret);

enum ht_signature_algorithm ht_key_algorithm(EVP_PKEY *key);

int ht_key_sha256(EVP_PKEY *key, char ret_hex[HT_HEX_SHA256]); /* of the DER SubjectPublicKeyInfo */

/*
 * The same of a PEM in its one canonical spelling, without the cost of making a key of it (half a millisecond in OpenSSL 3).
 * -EBADMSG: is spelled otherwise.
 */
int ht_key_sha256_of_pem(const char *pem, size_t n, char ret_hex[HT_HEX_SHA256]);

/* Appends the signature. */
int ht_key_sign(EVP_PKEY *key, const void *data, size_t n, struct ht_buffer *b);

bool ht_key_verify(EVP_PKEY *key, const void *data, size_t n, const void *signature, size_t signature_length);

int ht_sha256(const void *data, size_t n, unsigned char ret[HT_SHA256]);

#endif
