/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of verification share. */
#ifndef HT_SIGN_VERIFIER_H
#define HT_SIGN_VERIFIER_H

#include "hosttrail/digest.h"
#include "hosttrail/verify.h"
#include "sign/head.h"
#include "sign/walk.h"

/* A file that has the place or the form of a digest. */
struct ht_verify_digest {
	const char *file;      /* relative to the trail's directory */
	uint64_t number;       /* as it says, or as its file's name says when it cannot be read */
	struct ht_head head;   /* head.digest NULL: it cannot be read */
	struct ht_error why;   /* then */
	bool has_signature;    /* there is a .sig of a possible length */
	bool intact;           /* the signature of the key it names itself is over these bytes */
	bool invalid;          /* an error was found with it */
	bool proven;
};

/* A log file as a digest lists it. */
struct ht_verify_log {
	const struct ht_digest_log *listed;
	struct ht_verify_digest *digest;
	bool skipped;          /* not to be opened: an error is known already */
	bool good;
	enum ht_finding_id id; /* what is wrong, unless good */
	char detail[256];
	bool has_offset;
	uint64_t offset;
};

struct ht_verifier {
	const struct ht_verify_options *o;
	struct ht_verify_result *result;
	struct ht_head state;  /* the newest digest that the trail's state knew of before anything else was looked at */
	struct ht_walk files;
	bool *expected;        /* by index in files: some digest accounts for it */
	bool has_root;         /* there is a first public key: result->first_fingerprint */
	struct ht_verify_digest *digests; /* by number */
	size_t digest_count;
	struct ht_verify_log *logs; /* in the order of the digests */
	size_t log_count;
	uint64_t log_sequence; /* of the newest log file that a proven digest accounts for */
	uint64_t listed_sequence; /* and that any digest does */
	bool newer_missing;    /* the trail's state knows of a newer digest */
};

/* Reports. detail may be NULL. */
void ht_verify_report(struct ht_verifier *v, const struct ht_finding *f);
void ht_verify_say(struct ht_verifier *v, enum ht_finding_id id, const char *file, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void ht_verify_say_interval(struct ht_verifier *v, enum ht_finding_id id, const char *file, int64_t from_ns, int64_t to_ns,
			    const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The file was looked for and is accounted for. false: there is no such file. */
bool ht_verify_expect(struct ht_verifier *v, const char *name);

/* Is that the only place where a log file of that name belongs? ret: what the name says. */
bool ht_verify_log_in_place(const char *host_id, const char *name, struct ht_log_name *ret); /* verify_logs.c */

/* 0, or negative when verification itself cannot go on. */
int ht_verify_load_digests(struct ht_verifier *v, struct ht_error *err);   /* verify_digests.c */
void ht_verify_chain(struct ht_verifier *v);                               /* verify_chain.c */
void ht_verify_accounts(struct ht_verifier *v, size_t index);              /* verify_accounts.c */
int ht_verify_logs(struct ht_verifier *v, struct ht_error *err);           /* verify_logs.c */
void ht_verify_files(struct ht_verifier *v);                               /* verify_files.c */
void ht_verify_log_file(const struct ht_verifier *v, int directory, struct ht_verify_log *log,
			void (*progress)(void *context, uint64_t bytes), void *context); /* verify_log_file.c */

#endif
