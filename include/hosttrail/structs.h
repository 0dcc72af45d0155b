/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layouts of structs in user memory, one STRUCT block each in structs.def. Sizes and offsets in bytes, members in the
 * machine's byte order.
 */
#ifndef HOSTTRAIL_STRUCTS_H
#define HOSTTRAIL_STRUCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hosttrail/wire.h"

struct ht_choice;
struct ht_name_set;
struct ht_struct;

enum ht_layout {
	HT_LAYOUT_64,
	HT_LAYOUT_32,
	HT_LAYOUTS
};

struct ht_member {
	const char *name;   /* JSON key; NULL ends the list */
	uint8_t kind;       /* enum ht_arg_kind */
	uint8_t out;        /* 1: only the kernel writes it */
	uint16_t at[HT_LAYOUTS], size[HT_LAYOUTS];
	const struct ht_name_set *names;   /* of kinds that take a set, else NULL */
	const struct ht_choice *choice;    /* of CHOICE, else NULL */
	const struct ht_struct *structure; /* of STRUCT and STRUCTS, else NULL */
};

struct ht_struct {
	const char *id;
	uint16_t size, size_i386, size_x32;
	bool scalar; /* its only member is the value: no object around it */
	const struct ht_member *member;
};

/* Its size and layout under an ABI. */
unsigned ht_struct_size(const struct ht_struct *s, enum ht_abi abi);
enum ht_layout ht_struct_layout(const struct ht_struct *s, enum ht_abi abi);

/* Its member of this key. NULL: it has none, or there is no struct or no key. */
const struct ht_member *ht_struct_member(const struct ht_struct *s, const char *name);

/* All of them. */
const struct ht_struct *const *ht_structs(size_t *ret_count);

#define STRUCT(id, ...) extern const struct ht_struct ht_struct_##id;
#define SCALAR(id, ...) extern const struct ht_struct ht_struct_##id;
#define FIELD(...)
#define WORD(...)
#define FIELD_OUT(...)
#define WORD_OUT(...)
#define STRUCT_END(id)
#include "hosttrail/catalogue/structs.def"
#undef STRUCT_END
#undef WORD_OUT
#undef FIELD_OUT
#undef WORD
#undef FIELD
#undef SCALAR
#undef STRUCT

#endif
