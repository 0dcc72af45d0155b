/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a selectors file. What is accepted is written as JSON that is accepted again and written the
 * same. */
#include <errno.h>
#include <stdlib.h>

#include "hosttrail/select.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

static void match(const struct ht_selectors *s)
{
	struct ht_event_view v = { .resources = 2 };

	v.field[HT_FIELD_EVENT_CATEGORY] = HT_TEXT("Data");
	v.field[HT_FIELD_EVENT_NAME] = HT_TEXT("OpenFile");
	v.resource[0].type = HT_TEXT("Host::File");
	v.resource[1].name = HT_TEXT("/etc/a");
	require(!ht_selectors_match(s, &v) ||
		(ht_selectors_may_match(s, false, "OpenFile") && ht_selectors_may_match(s, false, NULL)));
	v.field[HT_FIELD_EVENT_CATEGORY] = HT_TEXT("Management");
	require(!ht_selectors_match(s, &v) ||
		(ht_selectors_may_match(s, true, "OpenFile") && ht_selectors_may_match(s, true, NULL)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ht_selectors *s, *again;
	struct ht_error err = { "" };
	int e = ht_selectors_parse(&s, "fuzz", (const char *)data, size, &err);

	if (e < 0) {
		require(e == -EBADMSG && strncmp(err.text, "fuzz:", 5) == 0);
		return 0;
	}
	match(s);
	require(ht_selectors_parse(&again, "again", ht_selectors_json(s).data, ht_selectors_json(s).length,
				   &err) == 0);
	require(ht_text_equal(ht_selectors_json(s), ht_selectors_json(again)));
	ht_selectors_free(again);
	ht_selectors_free(s);
	return 0;
}
