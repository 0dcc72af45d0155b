/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread of a trail that waits for the disk: it syncs, gives finished logs their names, makes keys, signs
 * and publishes digests.
 *
 * Jobs are done one after the other, in the order given. One that fails is tried again every second, and those behind
 * it wait; only when the trail is closed does it give up. All calls below are made by the appending thread.
 */
#ifndef HT_SIGN_DELIVERY_H
#define HT_SIGN_DELIVERY_H

#include "hosttrail/trail.h"
#include "sign/head.h"
#include "sign/keyring.h"

/* Who a trail belongs to: the same in every digest of a run. All set. */
struct ht_trail_identity {
	char *directory; /* ROOT/NAME */
	char *state;     /* ROOT/NAME/state */
	char *name, *host_id, *host_name, *region, *boot_id;
	uint64_t digest_seconds;
};

struct ht_delivery;

/* What a run goes on from. Everything is taken over, also on failure. */
struct ht_delivery_start {
	struct ht_keyring keys;
	struct ht_head head;
	uint64_t next_number;       /* of the next digest */
	struct ht_digest_log *logs; /* that no digest lists yet, by sequence number */
	size_t log_count;
	uint64_t log_sequence;      /* of the newest log file in a digest or in logs */
	int64_t since_ns;           /* now */
};

/* identity must outlive the delivery. */
int ht_delivery_begin(struct ht_delivery **ret, const struct ht_trail_identity *identity, struct ht_delivery_start *start);

/* fdatasync of a log's descriptor, unless one is under way. */
int ht_delivery_sync(struct ht_delivery *d, int fd);

/* A log that has been ended, to be published. Takes it over on success. name: relative to the trail's directory. */
int ht_delivery_log(struct ht_delivery *d, struct ht_log_writer *log, const char *name);

/* A digest over all logs given so far, up to end_ns. reason NULL: not the final one. The accounts are copied. */
int ht_delivery_digest(struct ht_delivery *d, int64_t end_ns, const struct ht_trail_accounts *accounts,
		       const char *reason);

/* Logs that wait for a digest, and jobs that are not done. */
size_t ht_delivery_undigested(struct ht_delivery *d);
size_t ht_delivery_waiting(struct ht_delivery *d);

/* Fills in what delivery knows of. */
void ht_delivery_status(struct ht_delivery *d, struct ht_trail_status *s);

/* Does what is left and ends the thread: 0, or what was given up and why. Frees. NULL is accepted. status may be NULL. */
int ht_delivery_end(struct ht_delivery *d, struct ht_trail_status *status, struct ht_error *err);

#endif
