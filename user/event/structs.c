/* SPDX-License-Identifier: BSD-2-Clause */
#include "hosttrail/structs.h"

#include "base/cleanup.h"
#include "event/names.h"
#include "hosttrail/catalogue.h"

#define AUX_NAMES(x) .names = &ht_names_##x
#define AUX_MEMBERS(x) .structure = &ht_struct_##x
#define AUX_FLAGS AUX_NAMES
#define AUX_ENUM AUX_NAMES
#define AUX_REQUEST AUX_NAMES
#define AUX_CHOICE(x) .choice = &ht_choice_##x
#define AUX_STRUCT AUX_MEMBERS
#define AUX_STRUCTS AUX_MEMBERS

#define MEMBER(n, k, at64, size64, at32, size32, written, ...) \
	{ .name = #n, .kind = HT_ARG_##k, .out = written, .at = { at64, at32 }, .size = { size64, size32 }, \
	  __VA_OPT__(AUX_##k(__VA_ARGS__)) },

/* The members first, then the structs that point to them. */
#define STRUCT(id, ...) static const struct ht_member members_##id[] = {
#define SCALAR(id, k, s64, s32, x32, ...) \
	STRUCT(id) MEMBER(value, k, 0, s64, 0, s32, 0, __VA_ARGS__) STRUCT_END(id)
#define WORD(n, k, at64, size64, at32, size32, ...) MEMBER(n, k, at64, size64, at32, size32, 0, __VA_ARGS__)
#define FIELD(n, k, at, size, ...) MEMBER(n, k, at, size, at, size, 0, __VA_ARGS__)
#define WORD_OUT(n, k, at64, size64, at32, size32, ...) MEMBER(n, k, at64, size64, at32, size32, 1, __VA_ARGS__)
#define FIELD_OUT(n, k, at, size, ...) MEMBER(n, k, at, size, at, size, 1, __VA_ARGS__)
#define STRUCT_END(id) { .name = NULL } };
#include "hosttrail/catalogue/structs.def"
#undef STRUCT_END
#undef FIELD_OUT
#undef WORD_OUT
#undef FIELD
#undef WORD
#undef SCALAR
#undef STRUCT

#define STRUCT(id, s64, s32, x32) const struct ht_struct ht_struct_##id = { #id, s64, s32, x32, false, members_##id };
#define SCALAR(id, k, s64, s32, x32, ...) \
	const struct ht_struct ht_struct_##id = { #id, s64, s32, x32, true, members_##id };
#define FIELD(...)
#define WORD(...)
#define FIELD_OUT(...)
#define WORD_OUT(...)
#define STRUCT_END(id)
#include "hosttrail/catalogue/structs.def"
#undef SCALAR
#undef STRUCT

#define STRUCT(id, ...) &ht_struct_##id,
#define SCALAR STRUCT
static const struct ht_struct *const structs[] = {
#include "hosttrail/catalogue/structs.def"
};

unsigned ht_struct_size(const struct ht_struct *s, enum ht_abi abi)
{
	switch (abi) {
	case HT_ABI_I386:
		return s->size_i386;
	case HT_ABI_X32:
		return s->size_x32;
	default:
		return s->size;
	}
}

enum ht_layout ht_struct_layout(const struct ht_struct *s, enum ht_abi abi)
{
	if (abi == HT_ABI_I386 || (abi == HT_ABI_X32 && s->size_x32 != s->size))
		return HT_LAYOUT_32;
	return HT_LAYOUT_64;
}

const struct ht_member *ht_struct_member(const struct ht_struct *s, const char *name)
{
	for (const struct ht_member *m = s ? s->member : NULL; m && m->name; m++)
		if (name && strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

const struct ht_struct *const *ht_structs(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(structs);
	return structs;
}
