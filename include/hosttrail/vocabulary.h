/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words that this version gives to the fields whose values are a fixed set: eventSource, eventName, eventType, errorCode and
 * resources.type (hosttrail-event(5)). Another version may have others, so that a log may hold a word that is not known here.
 */
#ifndef HOSTTRAIL_VOCABULARY_H
#define HOSTTRAIL_VOCABULARY_H

#include <stdbool.h>

#include "base/buffer.h"
#include "hosttrail/event.h"

/* What a word of the field is called, "event name"; NULL: its values are anybody's. */
const char *ht_vocabulary_noun(enum ht_field field);

/* Calls each for every word of the field, for some of them more than once, until it returns true; was there one? */
bool ht_vocabulary_any(enum ht_field field, bool (*each)(void *context, const char *word), void *context);

/* Is this a word of the field? Of one whose values are anybody's everything is. */
bool ht_vocabulary_knows(enum ht_field field, struct ht_text value);

/* Appends "; did you mean ...?" if words of the field are near, else where they are listed. A system call stands for its events. */
void ht_vocabulary_suggest(enum ht_field field, struct ht_text value, struct ht_buffer *b);

#endif
