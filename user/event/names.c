/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/names.h"

#include <stdlib.h>

#include "base/cleanup.h"

#define NAMES(id) static const struct ht_name_value values_##id[] = {
#define NAME(name, value) { #name, value },
#define NAMES_END(id) };
#include "hosttrail/catalogue/names.def"
#undef NAMES_END
#undef NAME
#undef NAMES

#define NAMES(id) \
	static uint16_t by_value_##id[ARRAY_SIZE(values_##id)]; \
	const struct ht_name_set ht_names_##id = { #id, values_##id, ARRAY_SIZE(values_##id), by_value_##id };
#define NAME(name, value)
#define NAMES_END(id)
#include "hosttrail/catalogue/names.def"
#undef NAMES
#define NAMES(id) { &ht_names_##id, by_value_##id },
static const struct {
	const struct ht_name_set *set;
	uint16_t *by_value;
} indexes[] = {
#include "hosttrail/catalogue/names.def"
};
#undef NAMES
#define NAMES(id) &ht_names_##id,
static const struct ht_name_set *const sets[] = {
#include "hosttrail/catalogue/names.def"
};
#undef NAMES_END
#undef NAME
#undef NAMES

/* Sets larger than this are searched by their index. */
#define SMALL 16u

static int compare_values(const void *a, const void *b, void *values)
{
	const struct ht_name_value *v = values;
	uint64_t x = v[*(const uint16_t *)a].value, y = v[*(const uint16_t *)b].value;

	return (x > y) - (x < y);
}

/* Filled once, before main(). */
__attribute__((constructor)) static void sort_values(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(indexes); i++) {
		const struct ht_name_set *set = indexes[i].set;

		if (set->count <= SMALL)
			continue;
		for (size_t k = 0; k < set->count; k++)
			indexes[i].by_value[k] = (uint16_t)k;
		qsort_r(indexes[i].by_value, set->count, sizeof(uint16_t), compare_values, (void *)(uintptr_t)set->values);
	}
}

static const char *find_indexed(const struct ht_name_set *set, uint64_t value)
{
	size_t low = 0, high = set->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct ht_name_value *v = &set->values[set->by_value[middle]];

		if (v->value == value)
			return v->name;
		if (v->value < value)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const char *ht_name_of(const struct ht_name_set *set, uint64_t value)
{
	if (set->count > SMALL)
		return find_indexed(set, value);
	for (size_t i = 0; i < set->count; i++)
		if (set->values[i].value == value)
			return set->values[i].name;
	return NULL;
}

#define CHOICE(id, v, f, m) const struct ht_choice ht_choice_##id = { &ht_names_##v, &ht_names_##f, m };
#include "hosttrail/catalogue/choices.def"
#undef CHOICE

const struct ht_name_set *const *ht_name_sets(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(sets);
	return sets;
}
