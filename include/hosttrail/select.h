/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Selectors: which events a trail records. The grammar is that of CloudTrail's advanced event selectors
 * (design, section 6; `hosttrail-selectors(5)`).
 *
 * Selectors are OR'd, the fields of one are AND'd. Within a field a hit of NotEquals, NotStartsWith or
 * NotEndsWith drops the event; Equals, StartsWith and EndsWith are OR'd. An absent field equals nothing:
 * positive conditions on it fail, negative ones hold. A condition on resources.type or resources.name: a
 * positive one holds if any resource satisfies it, a negative one drops the event if any resource hits it.
 */
#ifndef HOSTTRAIL_SELECT_H
#define HOSTTRAIL_SELECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "hosttrail/event.h"

#define HT_SELECTOR_VALUES 500u   /* values in all conditions of all selectors */
#define HT_SELECTOR_VALUE_MAX 2048u
#define HT_SELECTOR_FILE_MAX (4u * 1024 * 1024)

struct ht_selectors;

/* CloudTrail's default: management events, read and write. */
int ht_selectors_default(struct ht_selectors **ret);

/*
 * Parses and checks a selectors file's text. name is the file's name for messages. -EBADMSG: not JSON or
 * against a rule; err says "NAME:LINE:COLUMN: field: what; remedy". The selectors own copies of what they
 * need.
 */
int ht_selectors_parse(struct ht_selectors **ret, const char *name, const char *text, size_t n, struct ht_error *err);
int ht_selectors_load(struct ht_selectors **ret, const char *path, struct ht_error *err);
void ht_selectors_free(struct ht_selectors *s);

bool ht_selectors_match(const struct ht_selectors *s, const struct ht_event_view *event);

/*
 * Could any event of this category (and, if not NULL, of this event name) be selected? Never false when one
 * could.
 */
bool ht_selectors_may_match(const struct ht_selectors *s, bool management, const char *event_name);

/* The selectors as canonical JSON (for the record's own events), borrowed. */
struct ht_text ht_selectors_json(const struct ht_selectors *s);

#endif
