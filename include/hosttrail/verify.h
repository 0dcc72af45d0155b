/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Verifying a trail: every digest and log file from the first public key to the newest digest, and the time after it.
 *
 * What a digest says counts only if it is proven: signed by the key that its proven predecessor names, and the first by the public
 * key that the caller trusts. Nothing is written, and what is read may come from anybody.
 */
#ifndef HOSTTRAIL_VERIFY_H
#define HOSTTRAIL_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum ht_finding_id {
#define FINDING(id, name, severity, exit, text) HT_FINDING_##id,
#include "hosttrail/findings.def"
#undef FINDING
	HT_FINDINGS
};

enum ht_severity {
	HT_SEVERITY_ERROR,
	HT_SEVERITY_WARNING,
	HT_SEVERITY_NOTICE,
	HT_SEVERITIES
};

struct ht_finding_kind {
	const char *name; /* "log-altered" */
	enum ht_severity severity;
	int exit;         /* 0, 1, 3 */
	const char *text;
};

struct ht_finding {
	enum ht_finding_id id;
	const char *file;       /* relative to the trail's directory; NULL: the trail as a whole */
	const char *detail;     /* one line; NULL: the kind's text says it all */
	bool has_interval;
	int64_t from_ns, to_ns; /* when has_interval */
	bool has_offset;
	uint64_t offset;        /* of the first byte that is wrong in the file, when has_offset */
};

struct ht_verify_options {
	const char *trail;          /* its directory */
	const char *public_key;     /* PEM of the key that must have signed the oldest digest; NULL: state/first-public-key.pem */
	size_t public_key_length;
	bool has_until;
	int64_t until_ns;           /* the time up to which the trail must be covered; without it: now, or the final digest */
	int64_t now_ns;
	bool content;               /* also decompress every log file and look at every event */
	unsigned threads;           /* 0: as many as there are processors */

	/* Called by the calling thread, in the order of the trail. */
	void (*finding)(void *context, const struct ht_finding *f);
	void (*progress)(void *context, uint64_t done_bytes, uint64_t all_bytes); /* may be NULL */
	void *context;
};

struct ht_verify_result {
	/* Every digest is one of these. valid: proven, and nothing is wrong with it. */
	uint64_t digests_valid, digests_invalid, digests_unproven, digests_missing;
	/* Every log file that a digest lists is one of these. valid: intact, and listed by a proven digest. */
	uint64_t logs_valid, logs_invalid, logs_missing;
	uint64_t events;      /* in valid log files */
	uint64_t events_lost; /* as the proven digests count them */
	uint64_t stored_bytes;
	bool covered;         /* there is a proven digest */
	int64_t from_ns, to_ns; /* when covered: from the start of the first to the end of the last one proven */
	uint64_t findings[HT_SEVERITIES];
	char first_fingerprint[65]; /* of the key that everything was verified from */
	int exit;             /* 0 or 1 or 3: bad news (1) before refusals (3) */
};

const struct ht_finding_kind *ht_finding_kind(enum ht_finding_id id);
const char *ht_severity_name(enum ht_severity severity); /* "error" */

/* -ENOENT, -ENOTDIR: no such directory. -EBADMSG: public_key is no key. -ENOMEM… Findings are no failure. */
int ht_verify(const struct ht_verify_options *o, struct ht_verify_result *ret, struct ht_error *err);

/*
 * The directories of trails that a path means: the path itself if it is a trail's, or that of the trail that it lies in, or those
 * in it. -ENOENT: there is none, or no such path. Free each and the array.
 */
int ht_verify_find(const char *path, char ***ret, size_t *ret_count, struct ht_error *err);

#endif
