/* SPDX-License-Identifier: BSD-2-Clause */
/* What opening a trail finds in its directory and makes of it. */
#ifndef HT_SIGN_TRAIL_STATE_H
#define HT_SIGN_TRAIL_STATE_H

#include "sign/delivery.h"

/* Makes ROOT/NAME/state, takes the lock (the descriptor keeps it) and sees to it that the trail is this host's. */
int ht_trail_claim(const struct ht_trail_identity *identity, int *ret_lock, struct ht_error *err);

/* The newest digest there is, in the directory or in the state's memory of it, and the number of the next one. Removes what a
 * killed recorder left of a digest that was never published. */
int ht_trail_find_head(const struct ht_trail_identity *identity, struct ht_head *ret, uint64_t *ret_next_number,
		       struct ht_trail_recovery *recovery, struct ht_error *err);

/* The log files with numbers above `after`: closes partial ones, sums up all. */
int ht_trail_find_logs(const struct ht_trail_identity *identity, uint64_t after, int level, struct ht_digest_log **ret,
		       size_t *ret_count, struct ht_trail_recovery *recovery, struct ht_error *err);

/* The largest number that was ever given to a log file, as far as state/log-sequence knows; 0: it does not. */
uint64_t ht_trail_load_sequence(const char *state);
int ht_trail_save_sequence(const char *state, uint64_t sequence);

#endif
