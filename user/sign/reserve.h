/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reserve: a file whose blocks are given up when the disk is full, so that a log can be ended, its digest signed and
 * the keys moved on all the same.
 */
#ifndef HT_SIGN_RESERVE_H
#define HT_SIGN_RESERVE_H

#define HT_RESERVE_BYTES (1 << 20)

/* Makes state/reserve, really allocated, or keeps the one that is there. */
int ht_reserve_make(const char *state);

/* Gives its blocks back. Not being there is no failure. */
void ht_reserve_release(const char *state);

#endif
