/* SPDX-License-Identifier: BSD-2-Clause */
/* The sets of names.def, one object each: ht_names_ID. */
#ifndef HT_EVENT_NAMES_H
#define HT_EVENT_NAMES_H

#include "hosttrail/names.h"

#define NAMES(id) extern const struct ht_name_set ht_names_##id;
#define NAME(name, value)
#define NAMES_END(id)
#include "hosttrail/catalogue/names.def"
#undef NAMES_END
#undef NAME
#undef NAMES

/* The rows of choices.def: ht_choice_ID. */
#define CHOICE(id, values, flags, mask) extern const struct ht_choice ht_choice_##id;
#include "hosttrail/catalogue/choices.def"
#undef CHOICE

#endif
