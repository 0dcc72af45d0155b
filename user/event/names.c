/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/names.h"

#include "base/cleanup.h"

#define NAMES(id) static const struct ht_name_value values_##id[] = {
#define NAME(name, value) { #name, value },
#define NAMES_END(id) };
#include "hosttrail/names.def"
#undef NAMES_END
#undef NAME
#undef NAMES

#define NAMES(id) const struct ht_name_set ht_names_##id = { #id, values_##id, ARRAY_SIZE(values_##id) };
#define NAME(name, value)
#define NAMES_END(id)
#include "hosttrail/names.def"
#undef NAMES
#define NAMES(id) &ht_names_##id,
static const struct ht_name_set *const sets[] = {
#include "hosttrail/names.def"
};
#undef NAMES_END
#undef NAME
#undef NAMES

const char *ht_name_of(const struct ht_name_set *set, uint64_t value)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->values[i].value == value)
			return set->values[i].name;
	return NULL;
}

const struct ht_name_set *const *ht_name_sets(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(sets);
	return sets;
}
