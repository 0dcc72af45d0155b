/* SPDX-License-Identifier: BSD-2-Clause */
/* Making a digest and putting it in its place: each step can be tried again from where it failed. */
#ifndef HT_SIGN_PUBLISH_H
#define HT_SIGN_PUBLISH_H

#include "sign/delivery.h"

/* fsync of every directory from that of top/name up to top. */
int ht_publish_directories(const char *top, const char *name);

/* A digest on its way. Zero-initialised is none. */
struct ht_publication {
	struct ht_digest *digest; /* filled by the caller but for number, keys, previous and name */
	struct ht_buffer json, signature;
	bool built, tried, published, advanced;
};

/* A digest of the interval that ends at end_ns, as ht_publication wants it: everything is copied. reason: it is the last
 * one; else NULL. NULL: out of memory. */
struct ht_digest *ht_publish_draft(const struct ht_trail_identity *identity, int64_t end_ns,
				   const struct ht_trail_accounts *accounts, const char *reason);

/* 0: the digest is out, the key that signed it is destroyed, and *head is this digest. */
int ht_publish(struct ht_publication *p, const struct ht_trail_identity *identity, struct ht_keyring *keys,
	       struct ht_head *head, uint64_t number, struct ht_error *err);

void ht_publication_free(struct ht_publication *p);

#endif
