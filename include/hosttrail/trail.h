/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A trail: one recording with its log files, its digests and its keys, below ROOT/NAME. Layout and formats are specified
 * in hosttrail-log(5) and hosttrail-digest(5).
 *
 * One thread appends, flushes and ticks. What waits for the disk (sync, delivery of finished files, digests, making of
 * keys) is done by a thread of the trail's own, so that none of these calls waits for it; only open and close do.
 *
 * At most one recorder has a trail open: it holds an exclusive flock on ROOT/NAME/state/lock.
 */
#ifndef HOSTTRAIL_TRAIL_H
#define HOSTTRAIL_TRAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "hosttrail/wire.h"

#define HT_TRAIL_PENDING_MAX (8u << 20) /* compressed bytes that are held while the disk is full */

enum ht_signature_algorithm {
	HT_SIGN_RSA = 0, /* SHA256withRSA, the default */
	HT_SIGN_ED25519 = 1,
};

/* The numbers of one ring and CPU within a digest's interval. last - first + 1 is the sum of the four counts. */
struct ht_trail_sequence {
	enum ht_ring ring;
	uint32_t cpu;
	uint64_t first, last;  /* first number that was not accounted for before; last, both inclusive */
	uint64_t events;       /* appended */
	uint64_t processes;    /* descriptions of processes: they become part of events */
	uint64_t not_selected; /* user space decided that the selectors do not want them */
	uint64_t lost;
};

struct ht_trail_loss {
	const char *cause; /* a word, as in the EventsLost event: "RingFull" */
	uint64_t count;
};

struct ht_trail_accounts {
	const struct ht_trail_sequence *sequences;
	size_t sequence_count; /* only those with numbers */
	const struct ht_trail_loss *losses;
	size_t loss_count;
};

/* Zero means the default, and NULL that of the text. Strings are copied. */
struct ht_trail_options {
	const char *root;
	const char *name;      /* "default"; 1 to 128 of A-Z a-z 0-9 . _ -, not beginning with '.' */
	const char *host_id;   /* 16 lower-case hexadecimal digits; must be given */
	const char *host_name; /* must be given */
	const char *region;    /* "default"; as name */
	const char *boot_id;   /* as in /proc/sys/kernel/random/boot_id; must be given */
	int zstd_level;        /* 1 */
	unsigned delivery_seconds; /* 300: age at which a log file is delivered */
	uint64_t delivery_bytes;   /* 50,000,000: stored bytes at which it is delivered */
	unsigned digest_seconds;   /* 3600 */
	unsigned sync_seconds;     /* 1: what was flushed is on disk so much later */
	enum ht_signature_algorithm algorithm; /* of the keys that are made from now on */

	/*
	 * Fills in what the digest says of the records behind the lines appended since the last call (or since the trail was
	 * opened). Called by ht_trail_tick() and ht_trail_close() once for each digest. What it points to must stay
	 * until it is called again. May be NULL.
	 */
	void (*accounts)(void *context, struct ht_trail_accounts *ret);
	void *context;
};

/* What opening found of an earlier recorder that did not end properly: for RecoveredAfterCrash. All zero: nothing. */
struct ht_trail_recovery {
	unsigned log_files;   /* partial files that were closed */
	uint64_t events;      /* complete lines kept in them */
	uint64_t cut_bytes;   /* of their ends that held no complete line */
	unsigned undigested;  /* complete files that no digest lists yet; the next one will */
	bool no_final_digest; /* the last digest is not final: the recorder before was killed */
	bool key_lost;        /* the key that the last digest names is gone: the chain goes on with a key it does not name */
	bool digests_missing; /* the trail's state knows of a newer digest than there is */
};

struct ht_trail_status {
	uint64_t events, content_bytes, stored_bytes; /* since open; stored: with the file system */
	uint64_t log_files, digests;                  /* delivered since open */
	uint64_t dropped;       /* lines given up when the log had to be ended on a full disk */
	int delivery_error;     /* 0, or the negative errno of what is being retried */
	char delivery_text[1024];
	char last_digest[512];  /* its name relative to the trail's directory; empty: none yet */
	int64_t last_delivery_ns, last_digest_ns;
};

struct ht_trail;

/*
 * Makes what is missing of the directories (mode 0700) and keys, or goes on with the trail that is there: deals with what
 * a killed recorder left, lists it in the next digest, and begins the run. May take a second (a key is made).
 * -EBUSY: a running recorder has it. -EXDEV: it belongs to another host. -EINVAL: an option. -ENOTDIR, -EACCES, -EROFS,
 * -ENOSPC…: as err says.
 */
int ht_trail_open(struct ht_trail **ret, const struct ht_trail_options *options, struct ht_error *err);

/* ROOT/NAME */
const char *ht_trail_directory(const struct ht_trail *t);

/*
 * The public key that verifies the first digest, and through it the whole trail: PEM, and the hexadecimal SHA-256 of its DER
 * SubjectPublicKeyInfo. Empty texts: the trail is an old one, and state/first-public-key.pem has been removed.
 */
const char *ht_trail_first_public_key(const struct ht_trail *t);
const char *ht_trail_first_fingerprint(const struct ht_trail *t);
bool ht_trail_is_new(const struct ht_trail *t); /* the first key was made by this open */

const struct ht_trail_recovery *ht_trail_recovered(const struct ht_trail *t);

/*
 * Adds a line (without newline) to the current log. time_ns is its eventTime. 0: accepted, will be with the file system at
 * the next flush that succeeds. Negative: not accepted, offer it again later: -ENOSPC, -EIO, -EDQUOT… while the disk takes
 * nothing and HT_TRAIL_PENDING_MAX is used up. -EMSGSIZE: longer than HT_EVENT_LINE_MAX, never accepted.
 */
int ht_trail_append(struct ht_trail *t, const char *line, size_t n, int64_t time_ns);

/* 0: every line accepted so far is with the file system, and survives the death of this process. Negative: not yet;
 * nothing is lost from memory. */
int ht_trail_flush(struct ht_trail *t);

/* To be called a few times a second: sync, rotation, digests. now_ns: CLOCK_REALTIME; monotonic_ns: CLOCK_MONOTONIC or
 * CLOCK_BOOTTIME, always the same; intervals go by it. What fails is retried; ht_trail_status() tells. */
void ht_trail_tick(struct ht_trail *t, int64_t now_ns, uint64_t monotonic_ns);

/* Any time, from the appending thread. */
void ht_trail_get_status(struct ht_trail *t, struct ht_trail_status *ret);

/*
 * Finishes the log, signs the final digest with the reason ("Interrupted", "DurationOver", a word), releases the lock, frees
 * the trail (also when it fails) and sets *t to NULL. *t NULL is accepted. ret may be NULL. When the disk is
 * full, what could not be stored is dropped and counted, and the reserve gives room for the ends of log and chain.
 */
int ht_trail_close(struct ht_trail **t, const char *reason, int64_t now_ns, struct ht_trail_status *ret,
		   struct ht_error *err);

#endif
