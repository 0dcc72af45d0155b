/* SPDX-License-Identifier: BSD-2-Clause */
/* Which keys of an event are read, from which object, as what, into where. */
#ifndef HT_EVENT_DECODE_KEYS_H
#define HT_EVENT_DECODE_KEYS_H

#include <stdint.h>

enum ht_object {
	HT_OBJECT_EVENT,
	HT_OBJECT_SEQUENCE,
	HT_OBJECT_IDENTITY,
	HT_OBJECT_PROCESS,
	HT_OBJECT_CALL,
	HT_OBJECT_RESPONSE,
	HT_OBJECT_RESOURCE,
	HT_OBJECTS,
};

enum ht_value {
	HT_VALUE_SKIP,
	HT_VALUE_TEXT,        /* string, to a text */
	HT_VALUE_TRUTH,       /* boolean, to a text */
	HT_VALUE_NUMBER_TEXT, /* unsigned integer, to a text */
	HT_VALUE_I64,
	HT_VALUE_U64,
	HT_VALUE_U32,
	HT_VALUE_RESULT, /* integer to int64_t; anything else is skipped */
	HT_VALUE_TIME,   /* string, to int64_t ns */
	HT_VALUE_OBJECT, /* where: enum ht_object */
	HT_VALUE_RAW,    /* anything, as it stands, to a text */
	HT_VALUE_RESPONSE, /* the object of that name, and as it stands to a text */
	HT_VALUE_RESOURCES,
};

#define HT_KEY_MAX 24u
#define HT_OBJECT_KEYS 32u /* at most, so that a word has a bit for each */

struct ht_key {
	char text[HT_KEY_MAX]; /* name":  - compared at once with what stands behind a key's opening quote */
	uint8_t length;        /* of text; 0 ends a table */
	uint8_t value;         /* enum ht_value */
	uint16_t where;        /* offset in struct ht_event_view, or in struct ht_resource */
};

/* By enum ht_object, each in the order in which the encoder writes. */
extern const struct ht_key *const ht_keys_of[HT_OBJECTS];

#endif
