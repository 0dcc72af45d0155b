/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arguments.h"
#include "hosttrail/structs.h"

/* Members that fit a register. */
static bool is_word(uint8_t kind)
{
	switch (kind) {
	case HT_ARG_STRUCT:
	case HT_ARG_STRUCTS:
	case HT_ARG_TEXT:
	case HT_ARG_BYTES:
	case HT_ARG_PERF_EVENT:
	case HT_ARG_LINK_DETAILS:
	case HT_ARG_IPV6:
	case HT_ARG_SOCKADDR:
		return false;
	default:
		return true;
	}
}

static void check_struct(const struct ht_struct *s)
{
	static const enum ht_abi abis[] = { HT_ABI_X86_64, HT_ABI_I386, HT_ABI_X32 };

	for (size_t a = 0; a < sizeof(abis) / sizeof(abis[0]); a++)
		for (const struct ht_member *m = s->member; m->name; m++) {
			enum ht_layout layout = ht_struct_layout(s, abis[a]);

			assert_true(m->at[layout] + m->size[layout] <= ht_struct_size(s, abis[a]));
			assert_true(m->size[layout] || !s->scalar);
			assert_in_range(m->kind, 1, HT_ARG_KINDS - 1);
			assert_int_equal(m->names != NULL, takes_names(m->kind));
			assert_int_equal(m->choice != NULL, m->kind == HT_ARG_CHOICE);
			assert_int_equal(m->structure != NULL, m->kind == HT_ARG_STRUCT || m->kind == HT_ARG_STRUCTS);
			if (is_word(m->kind))
				assert_true(m->size[layout] <= 8);
			if (m->kind == HT_ARG_STRUCT)
				assert_true(m->size[layout] >=
					    (layout == HT_LAYOUT_64 ? m->structure->size : m->structure->size_i386));
			for (const struct ht_member *o = s->member; o != m; o++)
				assert_string_not_equal(o->name, m->name);
		}
}

static void test_structs(void **state)
{
	size_t count;
	const struct ht_struct *const *structs = ht_structs(&count);

	(void)state;
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++)
		check_struct(structs[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_structs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
