/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What became of every number: each record of a ring and CPU was appended, became part of events
 * (descriptions of processes), was not selected, or was lost. Nothing else can become of it, and the sums say
 * so.
 */
#ifndef HT_AGENT_ACCOUNTS_H
#define HT_AGENT_ACCOUNTS_H

#include <stdint.h>

#include "hosttrail/trail.h"
#include "hosttrail/wire.h"

enum ht_fate {
	HT_FATE_EVENT,
	HT_FATE_PROCESS,
	HT_FATE_NOT_SELECTED,
	HT_FATE_LOST,
	HT_FATES,
};

/* Losses that wait to be told in an EventsLost event. */
struct ht_lost {
	uint64_t count, first, last; /* first and last number */
	uint64_t since_ns, until_ns; /* CLOCK_BOOTTIME of the records around them */
};

struct ht_account {
	uint64_t last;     /* the last number accounted for */
	uint64_t first;    /* the first one since the last digest */
	uint64_t last_ns;
	uint64_t fate[HT_FATES]; /* since the last digest */
	struct ht_lost lost;
};

struct ht_accounts {
	struct ht_account *account; /* [ring * cpus + cpu] */
	unsigned cpus;
	uint64_t total[HT_FATES];
	struct ht_trail_sequence *reported; /* what the last report pointed to */
	struct ht_trail_loss losses[2];
	uint64_t too_large; /* of the losses told so far, those that were too large for a record */
};

int ht_accounts_init(struct ht_accounts *a, unsigned cpus);
void ht_accounts_free(struct ht_accounts *a);

/* The last number given out before capture began. */
void ht_accounts_begin(struct ht_accounts *a, enum ht_ring ring, unsigned cpu, uint64_t last);

/* A record met its fate; numbers left out before it are lost. time_ns: the record's. */
void ht_accounts_add(struct ht_accounts *a, enum ht_ring ring, unsigned cpu, uint64_t number, uint64_t time_ns,
		     enum ht_fate fate);

/* Numbers up to `last` were given out and none is left to come: what was not seen of them is lost. */
void ht_accounts_end(struct ht_accounts *a, enum ht_ring ring, unsigned cpu, uint64_t last, uint64_t now_ns);

/* Losses of one ring and CPU that were not told yet; they count as told from then on. count 0: none. */
struct ht_lost ht_accounts_take_lost(struct ht_accounts *a, enum ht_ring ring, unsigned cpu);

/*
 * For a digest: everything since the last report. too_large: how many records the kernel has counted as too
 * large so far.
 */
void ht_accounts_report(struct ht_accounts *a, uint64_t too_large, struct ht_trail_accounts *ret);

#endif
