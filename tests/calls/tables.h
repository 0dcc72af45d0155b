/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The values of the sets of names.def: table_clocks[] and so on. What goes through all of a set sees that each of its
 * names is shown once at least, newer ones included.
 */
#ifndef HOSTTRAIL_TESTS_CALLS_TABLES_H
#define HOSTTRAIL_TESTS_CALLS_TABLES_H

#include <stdint.h>

#define NAMES(set) static const uint64_t table_##set[] __attribute__((unused)) = {
#define NAME(name, value) (uint64_t)(value),
#define NAMES_END(set)                                                                                                 \
	}                                                                                                              \
	;
#include "hosttrail/catalogue/names.def"
#undef NAMES
#undef NAME
#undef NAMES_END

#define COUNT(set) (sizeof(table_##set) / sizeof(table_##set[0]))

/* The statement that follows is run for each value of the set. */
#define FOR_EACH(value, set)                                                                                           \
	for (uint64_t at_##value = 0, value = table_##set[0]; at_##value < COUNT(set);                                 \
	     at_##value++, value = table_##set[at_##value < COUNT(set) ? at_##value : 0])

#endif
