/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The head of a chain: the newest digest with the hash of its bytes and its signature. A copy is kept as state/last-digest, so
 * that a digest that is deleted while no recorder runs is missed by the next one.
 */
#ifndef HT_SIGN_HEAD_H
#define HT_SIGN_HEAD_H

#include "hosttrail/digest.h"

#define HT_HEAD_FILE "state/last-digest"

struct ht_head {
	struct ht_digest *digest; /* NULL: the trail has none yet; all else is zero then */
	unsigned char sha256[HT_SHA256];
	unsigned char signature[HT_SIGNATURE_MAX];
	size_t signature_length;
};

/* From a digest file and its .sig. -ENOENT: one of them is not there. -EBADMSG: they are no digest, or the signature is not that of
 * the key that the digest itself names. */
int ht_head_read(struct ht_head *ret, const char *path, struct ht_error *err);

/* From the bytes of both; takes nothing over. */
int ht_head_parse(struct ht_head *ret, const char *json, size_t n, const void *signature, size_t signature_length,
		  struct ht_error *err);

/* state/last-digest. Whether it is signed is not looked at. */
int ht_head_load(struct ht_head *ret, const char *state, struct ht_error *err);
int ht_head_save(const char *state, const char *json, size_t n, const void *signature, size_t signature_length,
		 struct ht_error *err);

/* Is the digest's own key the one that made the signature? */
bool ht_head_is_signed(const struct ht_head *h);

void ht_head_free(struct ht_head *h);

#endif
