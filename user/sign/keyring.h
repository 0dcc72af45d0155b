/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keys of a trail on disk, in its state directory:
 *
 *   first-public-key.pem  verifies the first digest; never changes
 *   key.pem               signs the next digest
 *   next-key.pem          signs the one after it; made ahead, and durable before a digest names its public half
 *
 * Once a digest is published, key.pem is overwritten with zeros and next-key.pem takes its name. A crash at
 * any moment leaves the key that the newest digest names under one of the two names, and ht_keyring_open()
 * finds out which.
 */
#ifndef HT_SIGN_KEYRING_H
#define HT_SIGN_KEYRING_H

#include "base/error.h"
#include "sign/key.h"

struct ht_keyring {
	char *directory;
	enum ht_signature_algorithm algorithm; /* of keys that are made */
	EVP_PKEY *current;                     /* never NULL once open */
	EVP_PKEY *next;                        /* NULL until ht_keyring_prepare() */
	char *first_pem; /* NULL, and the fingerprint empty: there are digests, and the file is gone */
	char first_fingerprint[HT_HEX_SHA256];
	bool is_new; /* the trail's first key was made by opening */
	bool renamed; /* the next key has its name already; advancing is not yet done */
	bool lost;   /* the wanted key is gone; current is another */
};

/* wanted: fingerprint of the key that the newest digest names, NULL when there is none yet. */
int ht_keyring_open(struct ht_keyring *k, const char *directory, const char *wanted,
		    enum ht_signature_algorithm algorithm, struct ht_error *err);

/* Makes the next key and writes it to disk, unless it is there. Takes up to a second. */
int ht_keyring_prepare(struct ht_keyring *k, struct ht_error *err);

/* Destroys the current key; the next one takes its place. May be called again if it fails. */
int ht_keyring_advance(struct ht_keyring *k, struct ht_error *err);

void ht_keyring_close(struct ht_keyring *k);

#endif
