/* SPDX-License-Identifier: BSD-2-Clause */
#include "sign/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

#define KEY "key.pem"
#define NEXT_KEY "next-key.pem"
#define FIRST_KEY "first-public-key.pem"
#define KEY_FILE_MAX (4 * HT_PUBLIC_KEY_MAX)

static int path_of(const struct ht_keyring *k, const char *name, char path[PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/%s", k->directory, name);

	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static void wipe_buffer(struct ht_buffer *b)
{
	if (b->data)
		OPENSSL_cleanse(b->data, b->capacity);
	ht_buffer_free(b);
}

/* -ENOENT and -EBADMSG: there is no such key. Anything else: it may be there and cannot be had now. */
static int load_private(const struct ht_keyring *k, const char *name, EVP_PKEY **ret)
{
	_cleanup_(wipe_buffer) struct ht_buffer b = { 0 };
	char path[PATH_MAX];
	int r = path_of(k, name, path);

	if (r == 0)
		r = ht_buffer_grow(&b, KEY_FILE_MAX + 2); /* at once: growing would leave copies behind */
	if (r == 0)
		r = ht_read_regular(AT_FDCWD, path, KEY_FILE_MAX, &b);
	if (r == 0)
		r = ht_key_read_private(b.data, b.length, ret);
	return r == -EFBIG ? -EBADMSG : r;
}

static int store_private(const struct ht_keyring *k, const char *name, EVP_PKEY *key, struct ht_error *err)
{
	_cleanup_(wipe_buffer) struct ht_buffer b = { 0 };
	char path[PATH_MAX];
	int r = path_of(k, name, path);

	if (r == 0)
		r = ht_buffer_grow(&b, KEY_FILE_MAX);
	if (r == 0)
		r = ht_key_write_private(key, &b);
	if (r == 0)
		r = ht_replace_file(path, b.data, b.length, 0600);
	return r < 0 ? ht_fail_errno(err, r, "%s/%s: cannot be written", k->directory, name) : 0;
}

static bool is_key(EVP_PKEY *key, const char *fingerprint)
{
	char hex[HT_HEX_SHA256];

	return key && ht_key_sha256(key, hex) == 0 && strcmp(hex, fingerprint) == 0;
}

static int make_key(const struct ht_keyring *k, const char *name, EVP_PKEY **ret, struct ht_error *err)
{
	_cleanup_key_ EVP_PKEY *key = NULL;
	int r = ht_key_make(k->algorithm, &key);

	if (r < 0)
		return ht_fail_errno(err, r, "%s: a key cannot be made", k->directory);
	r = store_private(k, name, key, err);
	if (r == 0)
		*ret = TAKE_PTR(key);
	return r;
}

static int load_first(struct ht_keyring *k)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	_cleanup_key_ EVP_PKEY *key = NULL;
	char path[PATH_MAX];
	int r = path_of(k, FIRST_KEY, path);

	if (r == 0)
		r = ht_read_regular(AT_FDCWD, path, HT_PUBLIC_KEY_MAX, &b);
	if (r == 0)
		r = ht_key_read_public(b.data, b.length, &key);
	if (r == 0)
		r = ht_key_sha256(key, k->first_fingerprint);
	if (r < 0)
		return r;
	k->first_pem = strndup(b.data, b.length);
	return k->first_pem ? 0 : -ENOMEM;
}

/* The public half of the current key becomes the first key. */
static int store_first(struct ht_keyring *k, struct ht_error *err)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	char path[PATH_MAX];
	int r = path_of(k, FIRST_KEY, path);

	if (r == 0)
		r = ht_key_write_public(k->current, &b);
	if (r == 0)
		r = ht_key_sha256(k->current, k->first_fingerprint);
	if (r == 0)
		r = ht_replace_file(path, b.data, b.length, 0644);
	if (r < 0)
		return ht_fail_errno(err, r, "%s/" FIRST_KEY ": cannot be written", k->directory);
	k->first_pem = strndup(b.data, b.length);
	return k->first_pem ? 0 : ht_fail_errno(err, -ENOMEM, "%s", k->directory);
}

/* Which of the two is the wanted key? The other, if it comes after it, is kept for the next digest. */
static int choose(struct ht_keyring *k, const char *wanted, struct ht_error *err)
{
	if (is_key(k->current, wanted))
		return 0;
	if (is_key(k->next, wanted)) /* killed after a digest was published, before its key was destroyed */
		return ht_keyring_advance(k, err);
	k->lost = true;
	EVP_PKEY_free(k->current);
	EVP_PKEY_free(k->next);
	k->current = k->next = NULL;
	return make_key(k, KEY, &k->current, err);
}

/* A trail without digests: its key is the first one, whether it was made now or by an opening that was killed. */
static int begin(struct ht_keyring *k, struct ht_error *err)
{
	int r;

	if (k->first_pem)
		return choose(k, k->first_fingerprint, err);
	if (!k->current) {
		r = make_key(k, KEY, &k->current, err);
		if (r < 0)
			return r;
	}
	k->is_new = true;
	return store_first(k, err);
}

int ht_keyring_open(struct ht_keyring *k, const char *directory, const char *wanted,
		    enum ht_signature_algorithm algorithm, struct ht_error *err)
{
	int r;

	*k = (struct ht_keyring){ .directory = strdup(directory), .algorithm = algorithm };
	if (!k->directory)
		return ht_fail_errno(err, -ENOMEM, "%s", directory);
	r = load_private(k, KEY, &k->current);
	if (r == 0 || r == -ENOENT || r == -EBADMSG)
		r = load_private(k, NEXT_KEY, &k->next);
	if (r == 0 || r == -ENOENT || r == -EBADMSG)
		r = load_first(k);
	if (r < 0 && r != -ENOENT && r != -EBADMSG) {
		ht_fail_errno(err, r, "%s: its keys cannot be read", directory);
		goto fail;
	}
	r = wanted ? choose(k, wanted, err) : begin(k, err);
	if (r == 0)
		return 0;
fail:
	ht_keyring_close(k);
	return r;
}

int ht_keyring_prepare(struct ht_keyring *k, struct ht_error *err)
{
	return k->next ? 0 : make_key(k, NEXT_KEY, &k->next, err);
}

/* Zeros over the file's bytes. Where the file system writes elsewhere (copy on write) the old ones stay until they are reused. */
static int overwrite(const char *path)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	static const char zeros[KEY_FILE_MAX];
	struct stat st;
	size_t n;
	int r;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	n = st.st_size < (off_t)sizeof(zeros) ? (size_t)st.st_size : sizeof(zeros);
	r = ht_write_all(fd, zeros, n);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	return r;
}

int ht_keyring_advance(struct ht_keyring *k, struct ht_error *err)
{
	char from[PATH_MAX], to[PATH_MAX];
	int r = path_of(k, NEXT_KEY, from);

	if (r == 0)
		r = path_of(k, KEY, to);
	/* Somebody removed the next key's file: it must be there before the only other one is overwritten. */
	if (r == 0 && !k->renamed && access(from, F_OK) < 0)
		r = store_private(k, NEXT_KEY, k->next, err);
	if (r == 0 && !k->renamed)
		r = overwrite(to);
	if (r == 0 && !k->renamed && rename(from, to) < 0)
		r = -errno;
	if (r == 0) {
		k->renamed = true;
		r = ht_sync_parent(to);
	}
	if (r < 0)
		return ht_fail_errno(err, r, "%s: the used key cannot be destroyed", k->directory);
	EVP_PKEY_free(k->current);
	k->current = TAKE_PTR(k->next);
	k->renamed = false;
	return 0;
}

void ht_keyring_close(struct ht_keyring *k)
{
	EVP_PKEY_free(k->current);
	EVP_PKEY_free(k->next);
	free(k->directory);
	free(k->first_pem);
	*k = (struct ht_keyring){ 0 };
}
