/* SPDX-License-Identifier: BSD-2-Clause */
#include "hosttrail/event.h"

static const char *const names[HT_FIELDS] = {
#define FIELD(id, name) [HT_FIELD_##id] = name,
#include "hosttrail/fields.def"
#undef FIELD
};

const char *ht_field_name(enum ht_field field)
{
	return (unsigned)field < HT_FIELDS ? names[field] : NULL;
}

enum ht_field ht_field_by_name(struct ht_text name)
{
	unsigned field = 0;

	while (field < HT_FIELDS && !ht_text_equal(ht_text_of(names[field]), name))
		field++;
	return (enum ht_field)field;
}
