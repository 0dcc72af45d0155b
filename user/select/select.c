/* SPDX-License-Identifier: BSD-2-Clause */
#include "hosttrail/select.h"

#include <errno.h>
#include <fcntl.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/json.h"
#include "select/selectors.h"

DEFINE_CLEANUP(struct ht_selectors *, ht_selectors_free)

static void write_rule(struct ht_buffer *b, const struct ht_selectors *s, const struct ht_rule *r)
{
	ht_buffer_printf(b, "{\"Field\":\"%s\"", ht_field_name(r->field));
	for (unsigned op = 0; op < HT_OPERATORS; op++) {
		if (!r->of[op].count)
			continue;
		ht_buffer_printf(b, ",\"%s\":[", ht_operator_name((enum ht_operator)op));
		for (unsigned i = 0; i < r->of[op].count; i++) {
			struct ht_text value = s->values[r->of[op].first + i].text;

			if (i)
				ht_buffer_byte(b, ',');
			ht_json_string(b, value.data, value.length);
		}
		ht_buffer_byte(b, ']');
	}
	ht_buffer_byte(b, '}');
}

/* The same selectors give the same bytes, however their file was laid out. */
static int write_json(struct ht_selectors *s)
{
	struct ht_buffer *b = &s->json;

	ht_buffer_byte(b, '[');
	for (unsigned i = 0; i < s->selector_count; i++) {
		const struct ht_selector *selector = &s->selectors[i];

		if (i)
			ht_buffer_byte(b, ',');
		ht_buffer_byte(b, '{');
		if (selector->name.data) {
			ht_buffer_literal(b, "\"Name\":");
			ht_json_string(b, selector->name.data, selector->name.length);
			ht_buffer_byte(b, ',');
		}
		ht_buffer_literal(b, "\"FieldSelectors\":[");
		for (unsigned r = 0; r < selector->rules; r++) {
			if (r)
				ht_buffer_byte(b, ',');
			write_rule(b, s, &s->rules[selector->first_rule + r]);
		}
		ht_buffer_literal(b, "]}");
	}
	ht_buffer_byte(b, ']');
	return ht_buffer_status(b);
}

void ht_selectors_free(struct ht_selectors *s)
{
	if (!s)
		return;
	ht_buffer_free(&s->texts);
	ht_buffer_free(&s->json);
	free(s);
}

int ht_selectors_parse(struct ht_selectors **ret, const char *name, const char *text, size_t n,
		       struct ht_error *err)
{
	_cleanup_(ht_selectors_free_p) struct ht_selectors *s = calloc(1, sizeof(*s));
	int e;

	if (n > HT_SELECTOR_FILE_MAX)
		return ht_fail(err, -EBADMSG, "%s: longer than %u bytes; no selectors need that much", name,
			       HT_SELECTOR_FILE_MAX);
	/* Unescaped text is never longer than the file, so this is all that will be needed. */
	if (!s || ht_buffer_grow(&s->texts, n + 1) < 0)
		return ht_fail_errno(err, -ENOMEM, "%s", name);
	e = ht_selectors_parse_into(s, name, text, n, err);
	if (e < 0)
		return e;
	e = write_json(s);
	if (e < 0)
		return ht_fail_errno(err, e, "%s", name);
	*ret = TAKE_PTR(s);
	return 0;
}

int ht_selectors_default(struct ht_selectors **ret)
{
	static const char text[] = "[{\"Name\":\"Management events\",\"FieldSelectors\":"
				   "[{\"Field\":\"eventCategory\",\"Equals\":[\"Management\"]}]}]";

	return ht_selectors_parse(ret, "default", text, sizeof(text) - 1, NULL);
}

int ht_selectors_load(struct ht_selectors **ret, const char *path, struct ht_error *err)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	int e = ht_read_file(AT_FDCWD, path, HT_SELECTOR_FILE_MAX, &b);

	if (e == -EFBIG)
		return ht_fail(err, -EBADMSG, "%s: longer than %u bytes; no selectors need that much", path,
			       HT_SELECTOR_FILE_MAX);
	if (e < 0)
		return ht_fail(err, e, "%s: %s; give a file with advanced event selectors", path,
			       strerror(-e));
	return ht_selectors_parse(ret, path, b.data ? b.data : "", b.length, err);
}

struct ht_text ht_selectors_json(const struct ht_selectors *s)
{
	return (struct ht_text){ s->json.data, s->json.length };
}
