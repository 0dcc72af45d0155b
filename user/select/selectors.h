/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Selectors in memory. Every selector has at least one rule and every rule at least one value, so the limit
 * on values bounds all three and the arrays have a fixed size.
 */
#ifndef HT_SELECT_SELECTORS_H
#define HT_SELECT_SELECTORS_H

#include <stdint.h>

#include "hosttrail/select.h"

/* Those that let an event in come first, those that drop it last. */
enum ht_operator {
	HT_EQUALS,
	HT_STARTS_WITH,
	HT_ENDS_WITH,
	HT_NOT_EQUALS,
	HT_NOT_STARTS_WITH,
	HT_NOT_ENDS_WITH,
	HT_OPERATORS,
};
#define HT_POSITIVE_OPERATORS 3u

/* The values of one operator: count of them from values[first]. */
struct ht_values {
	uint16_t first, count;
};

struct ht_rule {
	enum ht_field field;
	struct ht_values of[HT_OPERATORS];
	size_t offset; /* of the field's name in the file */
};

struct ht_selector {
	struct ht_text name;
	bool management; /* eventCategory, which is not among the rules that are matched */
	uint16_t first_rule, rules;
	size_t offset;
};

struct ht_value {
	struct ht_text text;
	size_t offset;
};

struct ht_selectors {
	unsigned selector_count, rule_count, value_count;
	struct ht_selector selectors[HT_SELECTOR_VALUES];
	struct ht_rule rules[HT_SELECTOR_VALUES];
	struct ht_value values[HT_SELECTOR_VALUES];
	struct ht_buffer texts; /* what names and values point into: as large as the file from the beginning,
				   so it never moves */
	struct ht_buffer json;
};

/* What ht_selectors_parse() does once s->texts has room for n bytes. */
int ht_selectors_parse_into(struct ht_selectors *s, const char *name, const char *text, size_t n,
			    struct ht_error *err);

const char *ht_operator_name(enum ht_operator op); /* "Equals" */

#endif
