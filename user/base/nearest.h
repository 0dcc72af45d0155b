/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which words a mistyped one could have been meant for. Case counts for nothing, and a word that holds the mistyped one is near
 * as well. Words are borrowed until they are said; one that is offered twice counts once.
 */
#ifndef HT_BASE_NEAREST_H
#define HT_BASE_NEAREST_H

#include "base/buffer.h"
#include "hosttrail/text.h"

#define HT_NEAREST_WORDS 3u

struct ht_nearest {
	struct ht_text value; /* what was typed */
	const char *word[HT_NEAREST_WORDS]; /* nearest first; of words that are as near, the one offered first */
	unsigned distance[HT_NEAREST_WORDS], count;
};

#define HT_NEAREST(text) ((struct ht_nearest){ .value = (text) })

void ht_nearest_offer(struct ht_nearest *n, const char *word);

/* This one is meant, whatever it looks like. */
void ht_nearest_insist(struct ht_nearest *n, const char *word);

/* Appends "; did you mean OpenFile or OpenTree?", or nothing if none is near. */
void ht_nearest_say(const struct ht_nearest *n, struct ht_buffer *b);

#endif
