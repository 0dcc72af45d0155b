/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Digest files: what was recorded in an interval, chained and signed, specified in hosttrail-digest(5).
 *
 * A digest is one JSON object in a file; its signature stands beside it in a file of the same name with .sig behind.
 * Names in a digest are relative to the directory of the trail. All texts in a parsed digest are its own.
 */
#ifndef HOSTTRAIL_DIGEST_H
#define HOSTTRAIL_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "hosttrail/log.h"
#include "hosttrail/trail.h"

#define HT_DIGEST_VERSION "1.0"
#define HT_DIGEST_MAX (16u << 20) /* bytes of a digest file; a larger one is none */
#define HT_SIGNATURE_MAX 1024u    /* bytes of a signature */
#define HT_PUBLIC_KEY_MAX 4096u   /* bytes of a public key's PEM */
#define HT_HEX_SHA256 (2 * HT_SHA256 + 1)

struct ht_digest_log {
	char *name;
	struct ht_log_summary summary;
	bool recovered;     /* found without a digest when the recorder began; its own was killed */
	uint64_t cut_bytes; /* what was left over at its end then */
};

struct ht_digest_previous {
	char *name; /* NULL: this is the first digest of the trail */
	unsigned char sha256[HT_SHA256];
	unsigned char signature[HT_SIGNATURE_MAX];
	size_t signature_length;
};

struct ht_digest_loss {
	char *cause;
	uint64_t count;
};

struct ht_digest {
	char *name; /* its own */
	char *trail, *host_id, *host_name, *region, *boot_id;
	uint64_t number; /* from 1 */
	int64_t start_ns, end_ns;
	int64_t recording_since_ns; /* when the recorder that signs it began */
	uint64_t interval_seconds;  /* the next one is due so long after end_ns, unless this is the final one */
	bool first_of_run, final;
	char *reason; /* why recording stopped; NULL unless final */

	struct ht_digest_log *logs; /* by sequence number */
	size_t log_count;
	uint64_t log_sequence; /* number of the newest log file up to here; 0: none yet */
	struct ht_trail_sequence *sequences;
	size_t sequence_count;
	struct ht_digest_loss *losses;
	size_t loss_count;

	struct ht_digest_previous previous;
	enum ht_signature_algorithm algorithm;
	char *public_key;                                 /* PEM, signs this digest */
	char public_key_fingerprint[HT_HEX_SHA256];       /* hex SHA-256 of the DER SubjectPublicKeyInfo */
	char *next_public_key;                            /* signs the next one */
	char next_public_key_fingerprint[HT_HEX_SHA256];
};

/* NULL is accepted. */
void ht_digest_free(struct ht_digest *d);

/* Appends the file's bytes. -ENOMEM. */
int ht_digest_write(const struct ht_digest *d, struct ht_buffer *b);

/*
 * Reads a digest file's bytes, which may come from anybody. -EBADMSG: not JSON, of another major version, a field missing, twice or
 * of the wrong type; err says which. Only the form is judged: nothing is verified.
 */
int ht_digest_parse(struct ht_digest **ret, const char *text, size_t n, struct ht_error *err);

/* Appends what is signed, for a digest file's bytes and what it says of itself. */
int ht_digest_string_to_sign(const struct ht_digest *d, const unsigned char sha256[HT_SHA256], struct ht_buffer *b);

/* "HostTrail-Digest/HOST/REGION/YYYY/MM/DD/HOST_HostTrail-Digest_REGION_TRAIL_TIME_NUMBER.json", the only place where a digest of
 * this host, region, trail, end and number belongs. */
int ht_digest_place(const struct ht_digest *d, struct ht_buffer *b);

/* The number that the name of a digest's file ends with before the suffix (".json"); 0: it is not such a name. */
uint64_t ht_digest_number_of(const char *name, const char *suffix);

/* SHA256withRSA, Ed25519. */
const char *ht_signature_algorithm_name(enum ht_signature_algorithm algorithm);

#endif
