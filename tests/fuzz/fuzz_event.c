/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as an event's line. Where the strict reader agrees that it is JSON, it must find the same
 * eventName, uid and resources; and what a query matches, its look at the bytes must let through.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/json.h"
#include "history/prefilter.h"
#include "hosttrail/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

/* Within the line or the scratch buffer, or absent. */
static void check_text(struct ht_text t, const char *line, size_t n, const struct ht_buffer *scratch)
{
	bool in_line = t.data >= line && t.length <= n && t.data <= line + n - t.length;
	bool in_scratch = scratch->data && t.data >= scratch->data && t.length <= scratch->length &&
			  t.data <= scratch->data + scratch->length - t.length;

	require(!t.data || in_line || in_scratch);
}

/* The member of the object that was just opened; the reader is left behind its value's first token. */
static bool find(struct ht_json_reader *r, const char *key, struct ht_json_token *ret)
{
	struct ht_json_token t;

	while (ht_json_next(r, &t) == 0 && t.type == HT_JSON_KEY) {
		if (ht_json_next(r, ret) < 0)
			return false;
		if (ht_json_is(&t, key))
			return true;
		if (ht_json_skip(r, ret) < 0)
			return false;
	}
	return false;
}

static bool is_json(const char *line, size_t n)
{
	struct ht_json_reader r;
	struct ht_json_token t;
	int e;

	ht_json_reader_init(&r, line, n);
	while ((e = ht_json_next(&r, &t)) == 0 && t.type != HT_JSON_END)
		;
	return e == 0;
}

static void same_text(const struct ht_json_token *t, struct ht_text text)
{
	struct ht_buffer b = { 0 };

	require(ht_json_unescape(t, &b) == 0);
	require(text.data && text.length == b.length &&
		(!b.length || memcmp(text.data, b.data, b.length) == 0));
	ht_buffer_free(&b);
}

static void compare(const char *line, size_t n, const struct ht_event_view *v)
{
	struct ht_json_reader r;
	struct ht_json_token t;

	ht_json_reader_init(&r, line, n);
	require(ht_json_next(&r, &t) == 0 && t.type == HT_JSON_OBJECT);
	if (find(&r, "eventName", &t))
		same_text(&t, v->field[HT_FIELD_EVENT_NAME]);
	else
		require(!v->field[HT_FIELD_EVENT_NAME].data);
	ht_json_reader_init(&r, line, n);
	ht_json_next(&r, &t);
	if (find(&r, "userIdentity", &t) && find(&r, "uid", &t))
		require(t.length == v->field[HT_FIELD_UID].length &&
			memcmp(t.text, v->field[HT_FIELD_UID].data, t.length) == 0);
	else
		require(!v->field[HT_FIELD_UID].data);
	ht_json_reader_init(&r, line, n);
	ht_json_next(&r, &t);
	if (find(&r, "resources", &t) && ht_json_next(&r, &t) == 0 && t.type == HT_JSON_OBJECT) {
		require(v->resources > 0);
		if (find(&r, "name", &t))
			same_text(&t, v->resource[0].name);
	}
}

static void search(const char *line, size_t n, const struct ht_event_view *v)
{
	static const char *const values[] = { "DeleteFile", "*a*", "/etc/*", "*e", "4242", "failure" };
	struct ht_text text = { line, n };

	for (unsigned a = 0; a < HT_QUERY_ATTRIBUTES; a++)
		for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
			struct ht_query q = HT_QUERY_ALL;
			struct ht_prefilter p;

			ht_query_add(&q, (enum ht_query_attribute)a, values[i]);
			ht_prefilter_init(&p, &q);
			require(!ht_query_match(&q, v) || ht_prefilter_passes(&p, text));
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ht_buffer scratch = { 0 };
	struct ht_event_view v;
	const char *line = (const char *)data, *why = NULL;
	int e = ht_event_decode(line, size, &scratch, &v, &why);

	if (e < 0) {
		require(e == -EBADMSG && why);
	} else {
		for (unsigned i = 0; i < HT_FIELDS; i++)
			check_text(v.field[i], line, size, &scratch);
		require(v.resources <= HT_EVENT_RESOURCES);
		for (unsigned i = 0; i < v.resources; i++) {
			check_text(v.resource[i].type, line, size, &scratch);
			check_text(v.resource[i].name, line, size, &scratch);
			check_text(v.resource[i].evidence, line, size, &scratch);
		}
		if (is_json(line, size))
			compare(line, size, &v);
		search(line, size, &v);
	}
	ht_buffer_free(&scratch);
	return 0;
}
