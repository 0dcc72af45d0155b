/* SPDX-License-Identifier: BSD-2-Clause */
#include "sign/head.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/io.h"
#include "sign/key.h"

void ht_head_free(struct ht_head *h)
{
	ht_digest_free(h->digest);
	*h = (struct ht_head){ 0 };
}

bool ht_head_is_signed(const struct ht_head *h)
{
	_cleanup_buffer_ struct ht_buffer text = { 0 };
	_cleanup_key_ EVP_PKEY *key = NULL;
	const struct ht_digest *d = h->digest;

	return ht_key_read_public(d->public_key, strlen(d->public_key), &key) == 0 &&
	       ht_key_algorithm(key) == d->algorithm && ht_digest_string_to_sign(d, h->sha256, &text) == 0 &&
	       ht_key_verify(key, text.data, text.length, h->signature, h->signature_length);
}

int ht_head_parse(struct ht_head *ret, const char *json, size_t n, const void *signature, size_t signature_length,
		  struct ht_error *err)
{
	struct ht_head h = { .signature_length = signature_length };
	int r;

	if (signature_length == 0 || signature_length > sizeof(h.signature))
		return ht_fail(err, -EBADMSG, "its signature is no signature");
	memcpy(h.signature, signature, signature_length);
	r = ht_sha256(json, n, h.sha256);
	if (r == 0)
		r = ht_digest_parse(&h.digest, json, n, err);
	if (r == 0)
		*ret = h;
	return r;
}

int ht_head_read(struct ht_head *ret, const char *path, struct ht_error *err)
{
	_cleanup_buffer_ struct ht_buffer json = { 0 }, signature = { 0 };
	_cleanup_(ht_head_free) struct ht_head h = { 0 };
	struct ht_error why = { "" };
	char beside[PATH_MAX];
	int n = snprintf(beside, sizeof(beside), "%s.sig", path), r;

	if (n < 0 || (size_t)n >= sizeof(beside))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s", path);
	r = ht_read_regular(AT_FDCWD, path, HT_DIGEST_MAX, &json);
	if (r < 0)
		return ht_fail_errno(err, r == -EFBIG ? -EBADMSG : r, "%s", path);
	r = ht_read_regular(AT_FDCWD, beside, HT_SIGNATURE_MAX, &signature);
	if (r < 0)
		return ht_fail_errno(err, r == -EFBIG ? -EBADMSG : r, "%s", beside);
	r = ht_head_parse(&h, json.data, json.length, signature.data, signature.length, &why);
	if (r < 0)
		return ht_fail(err, r, "%s: %s", path, why.text);
	if (!ht_head_is_signed(&h))
		return ht_fail(err, -EBADMSG, "%s: its signature is not that of its key", path);
	*ret = h;
	h = (struct ht_head){ 0 };
	return 0;
}

/* last-digest: the signature in hexadecimal, a newline, the digest's bytes. */
int ht_head_save(const char *state, const char *json, size_t n, const void *signature, size_t signature_length,
		 struct ht_error *err)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	char hex[2 * HT_SIGNATURE_MAX + 1], path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/last-digest", state), r;

	if (length < 0 || (size_t)length >= sizeof(path))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s", state);
	ht_hex_write(signature, signature_length, hex);
	ht_buffer_printf(&b, "%s\n", hex);
	ht_buffer_append(&b, json, n);
	r = ht_buffer_status(&b);
	if (r == 0)
		r = ht_replace_file(path, b.data, b.length, 0600);
	return r < 0 ? ht_fail_errno(err, r, "%s: cannot be written", path) : 0;
}

int ht_head_load(struct ht_head *ret, const char *state, struct ht_error *err)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	_cleanup_(ht_head_free) struct ht_head h = { 0 };
	unsigned char signature[HT_SIGNATURE_MAX];
	struct ht_error why = { "" };
	char path[PATH_MAX], *newline;
	int length = snprintf(path, sizeof(path), "%s/last-digest", state), r;
	size_t digits;

	if (length < 0 || (size_t)length >= sizeof(path))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s", state);
	r = ht_read_regular(AT_FDCWD, path, HT_DIGEST_MAX + 4096, &b);
	if (r < 0)
		return ht_fail_errno(err, r, "%s", path);
	newline = b.length ? memchr(b.data, '\n', b.length) : NULL;
	digits = newline ? (size_t)(newline - b.data) : 0;
	if (!newline || digits / 2 > sizeof(signature) || ht_hex_read(b.data, digits, signature, digits / 2) < 0)
		return ht_fail(err, -EBADMSG, "%s: is no copy of a digest", path);
	r = ht_head_parse(&h, newline + 1, b.length - digits - 1, signature, digits / 2, &why);
	if (r < 0)
		return ht_fail(err, r, "%s: %s", path, why.text);
	*ret = h;
	h = (struct ht_head){ 0 };
	return 0;
}
