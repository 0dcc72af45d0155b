/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of named values (flags, enumerations), one NAMES block each in names.def. */
#ifndef HOSTTRAIL_NAMES_H
#define HOSTTRAIL_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct ht_name_value {
	const char *name;
	uint64_t value;
};

struct ht_name_set {
	const char *id;
	const struct ht_name_value *values; /* as they stand in names.def */
	size_t count;
	const uint16_t *by_value; /* indexes of values in their order; of small sets not filled */
};

/* A word of a value, under the mask, and flags: a row of choices.def. */
struct ht_choice {
	const struct ht_name_set *values, *flags;
	uint32_t mask;
};

/* The name of exactly this value, NULL if it has none. */
const char *ht_name_of(const struct ht_name_set *set, uint64_t value);

/* All sets, for tests that make every value round trip to text. */
const struct ht_name_set *const *ht_name_sets(size_t *ret_count);

#endif
