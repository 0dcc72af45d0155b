/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines to views. Searching decodes millions of lines to show a few, so this is not built on the JSON reader:
 * keys are compared as words against the table of the object they stand in, beginning with the one that our
 * encoder writes next, and what no key asks for is skipped by looking for quotes and brackets alone.
 *
 * Any order of keys, any spacing and any escapes give the same view. What is skipped is checked for closed
 * strings and matching brackets only.
 */
#include <errno.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "event/decode_keys.h"
#include "event/scan.h"
#include "hosttrail/event.h"

struct decoder {
	const char *at, *end;
	const char *why;
	struct ht_buffer *scratch;
	struct ht_event_view *view;
};

static int read_members(struct decoder *d, enum ht_object object, void *base);

static int wrong(struct decoder *d, const char *why)
{
	d->why = why;
	return -EBADMSG;
}

static inline void skip_space(struct decoder *d)
{
	while (d->at < d->end && (*d->at == ' ' || *d->at == '\t' || *d->at == '\r' || *d->at == '\n'))
		d->at++;
}

/* The next byte that is no space, not taken; 0 at the end. */
static inline char peek(struct decoder *d)
{
	if (d->at < d->end && (unsigned char)*d->at > ' ')
		return *d->at;
	skip_space(d);
	return d->at < d->end ? *d->at : '\0';
}

/* Leaves at behind the closing quote; at stands behind the opening one. */
static int read_string(struct decoder *d, struct ht_text *ret, bool *ret_escaped)
{
	const char *start = d->at, *p = start;
	bool escaped = false;

	for (;;) {
		p = ht_scan_string(p, d->end);
		if (p == d->end)
			return wrong(d, "a string is not closed");
		if (*p == '"')
			break;
		if (*p != '\\')
			return wrong(d, "a control character in a string");
		escaped = true;
		if (d->end - p < 2)
			return wrong(d, "a string is not closed");
		p += 2;
	}
	*ret = (struct ht_text){ start, (size_t)(p - start) };
	*ret_escaped = escaped;
	d->at = p + 1;
	return 0;
}

/* Unescaping never makes longer, so room for the rest of the line once is room enough: what was unescaped
 * does not move. */
static int unescape(struct decoder *d, struct ht_text *text)
{
	struct ht_json_reader r;
	struct ht_json_token token;
	size_t before = d->scratch->length;

	if (!before && !ht_buffer_room(d->scratch, (size_t)(d->end - text->data)))
		return -ENOMEM;
	ht_json_reader_init(&r, text->data - 1, text->length + 2);
	if (ht_json_next(&r, &token) < 0 || ht_json_unescape(&token, d->scratch) < 0)
		return wrong(d, "a string with a wrong escape");
	*text = (struct ht_text){ d->scratch->data + before, d->scratch->length - before };
	return 0;
}

static int read_text(struct decoder *d, struct ht_text *ret)
{
	struct ht_text text;
	bool escaped;
	int e;

	if (peek(d) != '"')
		return wrong(d, "a field that must be a string is none");
	d->at++;
	e = read_string(d, &text, &escaped);
	if (e == 0 && escaped)
		e = unescape(d, &text);
	if (e == 0)
		*ret = text;
	return e;
}

/* What a word or number consists of. */
static struct ht_text read_bare(struct decoder *d)
{
	const char *start;

	skip_space(d);
	start = d->at;
	while (d->at < d->end && *d->at != ',' && *d->at != '}' && *d->at != ']' &&
	       (unsigned char)*d->at > ' ')
		d->at++;
	return (struct ht_text){ start, (size_t)(d->at - start) };
}

static int read_truth(struct decoder *d, struct ht_text *ret)
{
	struct ht_text word = read_bare(d);

	if (!ht_text_equal(word, HT_TEXT("true")) && !ht_text_equal(word, HT_TEXT("false")))
		return wrong(d, "a field that must be true or false is neither");
	*ret = word;
	return 0;
}

/* An integer as JSON writes it, so that equal numbers are equal texts. */
static int read_integer(struct decoder *d, struct ht_text *ret)
{
	struct ht_text word = read_bare(d);
	size_t sign = word.length && word.data[0] == '-', digits = word.length - sign;

	if (!digits || (word.data[sign] == '0' && (digits > 1 || sign)))
		return wrong(d, "a field that must be an integer is none");
	for (size_t i = sign; i < word.length; i++)
		if (word.data[i] < '0' || word.data[i] > '9')
			return wrong(d, "a field that must be an integer is none");
	*ret = word;
	return 0;
}

static int read_unsigned(struct decoder *d, uint64_t max, uint64_t *ret)
{
	struct ht_text text;
	int e = read_integer(d, &text);
	struct ht_json_token token = { .type = HT_JSON_NUMBER, .text = text.data, .length = text.length };
	uint64_t v;

	if (e < 0)
		return e;
	if (ht_json_to_u64(&token, &v) < 0 || v > max)
		return wrong(d, "a number is out of range");
	*ret = v;
	return 0;
}

static int read_signed(struct decoder *d, int64_t *ret)
{
	struct ht_text text;
	int e = read_integer(d, &text);
	struct ht_json_token token = { .type = HT_JSON_NUMBER, .text = text.data, .length = text.length };

	if (e < 0)
		return e;
	return ht_json_to_i64(&token, ret) < 0 ? wrong(d, "a number is out of range") : 0;
}

static int read_number_text(struct decoder *d, struct ht_text *ret)
{
	struct ht_text text;
	int e = read_integer(d, &text);

	if (e < 0)
		return e;
	if (text.data[0] == '-')
		return wrong(d, "a number is out of range");
	*ret = text;
	return 0;
}

static int read_time(struct decoder *d, int64_t *ret)
{
	struct ht_text text;
	int e = read_text(d, &text);

	if (e < 0)
		return e;
	return ht_timestamp_parse(text.data, text.length, ret) < 0 ? wrong(d, "eventTime is not a time") : 0;
}

/* Behind the '{' or '[' of something that nobody asked for. */
static int skip_nested(struct decoder *d)
{
	uint64_t braces = *d->at++ == '{';
	unsigned depth = 1;
	struct ht_text text;
	bool escaped;

	while (depth) {
		d->at = ht_scan_structure(d->at, d->end);
		if (d->at == d->end)
			return wrong(d, "an object or array is not closed");
		if (*d->at == '"') {
			d->at++;
			if (read_string(d, &text, &escaped) < 0)
				return -EBADMSG;
		} else if (*d->at == '{' || *d->at == '[') {
			if (++depth > HT_JSON_DEPTH)
				return wrong(d, "nested too deeply");
			braces = braces << 1 | (*d->at++ == '{');
		} else if (*d->at == '}' || *d->at == ']') {
			if ((*d->at++ == '}') != (braces & 1))
				return wrong(d, "brackets and braces do not match");
			braces >>= 1;
			depth--;
		} else if (*d->at == '\t' || *d->at == '\r' || *d->at == '\n') {
			d->at++;
		} else {
			return wrong(d, "a control character outside of strings");
		}
	}
	return 0;
}

static int skip_value(struct decoder *d)
{
	struct ht_text text;
	bool escaped;

	switch (peek(d)) {
	case '"':
		d->at++;
		return read_string(d, &text, &escaped);
	case '{':
	case '[':
		return skip_nested(d);
	default:
		text = read_bare(d);
		return text.length ? 0 : wrong(d, "a value is missing");
	}
}

static int read_result(struct decoder *d, int64_t *ret)
{
	char c = peek(d);

	return c == '-' || (c >= '0' && c <= '9') ? read_signed(d, ret) : skip_value(d);
}

static int read_object(struct decoder *d, enum ht_object object, void *base)
{
	if (peek(d) != '{')
		return wrong(d, "a field that must be an object is none");
	d->at++;
	return read_members(d, object, base);
}

static int read_resources(struct decoder *d)
{
	if (peek(d) != '[')
		return wrong(d, "resources is not an array");
	d->at++;
	if (peek(d) == ']') {
		d->at++;
		return 0;
	}
	for (;;) {
		struct ht_resource resource = { 0 };
		int e = read_object(d, HT_OBJECT_RESOURCE, &resource);
		char c;

		if (e < 0)
			return e;
		if (d->view->resources < HT_EVENT_RESOURCES)
			d->view->resource[d->view->resources++] = resource;
		c = peek(d);
		if (c != ',' && c != ']')
			return wrong(d, "',' or ']' is missing");
		d->at++;
		if (c == ']')
			return 0;
	}
}

/* A value as it stands; is it also read? */
static int read_raw(struct decoder *d, bool response, struct ht_text *ret)
{
	const char *begin;
	int e;

	skip_space(d);
	begin = d->at;
	e = response ? read_object(d, HT_OBJECT_RESPONSE, d->view) : skip_value(d);
	if (e == 0)
		*ret = (struct ht_text){ begin, (size_t)(d->at - begin) };
	return e;
}

static int read_value(struct decoder *d, const struct ht_key *k, void *base)
{
	void *where = (char *)base + k->where;
	uint64_t number;
	int e;

	switch ((enum ht_value)k->value) {
	case HT_VALUE_SKIP:
		return skip_value(d);
	case HT_VALUE_TEXT:
		return read_text(d, where);
	case HT_VALUE_TRUTH:
		return read_truth(d, where);
	case HT_VALUE_NUMBER_TEXT:
		return read_number_text(d, where);
	case HT_VALUE_I64:
		return read_signed(d, where);
	case HT_VALUE_U64:
		return read_unsigned(d, UINT64_MAX, where);
	case HT_VALUE_U32:
		e = read_unsigned(d, UINT32_MAX, &number);
		if (e == 0)
			*(uint32_t *)where = (uint32_t)number;
		return e;
	case HT_VALUE_RESULT:
		return read_result(d, where);
	case HT_VALUE_TIME:
		return read_time(d, where);
	case HT_VALUE_OBJECT:
		return read_object(d, (enum ht_object)k->where, base);
	case HT_VALUE_RAW:
	case HT_VALUE_RESPONSE:
		return read_raw(d, k->value == HT_VALUE_RESPONSE, where);
	case HT_VALUE_RESOURCES:
		return read_resources(d);
	}
	return -EINVAL;
}

/* Do the bytes behind a quote begin with this key, its quote and its colon? */
static inline bool key_here(const struct decoder *d, const struct ht_key *k)
{
	static const unsigned char ones[2 * HT_KEY_MAX] = { [0 ... HT_KEY_MAX - 1] = 0xff };
	const char *mask = (const char *)ones + HT_KEY_MAX -
			   k->length; /* as many ones as the key is long, then zeroes */
	uint64_t differ = 0;

	if ((size_t)(d->end - d->at) < HT_KEY_MAX)
		return (size_t)(d->end - d->at) >= k->length && memcmp(d->at, k->text, k->length) == 0;
	for (unsigned i = 0; i < HT_KEY_MAX; i += 8)
		differ |= (ht_scan_load(d->at + i) ^ ht_scan_load(k->text + i)) & ht_scan_load(mask + i);
	return differ == 0;
}

/* A key in whatever spelling, up to and with its colon; NULL: nobody knows it. */
static int read_odd_key(struct decoder *d, const struct ht_key *keys, const struct ht_key **ret)
{
	struct ht_text name;
	bool escaped;
	int e = read_string(d, &name, &escaped);

	if (e == 0 && escaped)
		e = unescape(d, &name);
	if (e < 0)
		return e;
	if (peek(d) != ':')
		return wrong(d, "':' is missing behind a key");
	d->at++;
	*ret = NULL;
	for (const struct ht_key *k = keys; k->length; k++)
		if (ht_text_equal((struct ht_text){ k->text, k->length - 2u }, name))
			*ret = k;
	return 0;
}

/* A key and its colon; next is the one that our encoder would write. */
static inline int read_key(struct decoder *d, const struct ht_key *keys, const struct ht_key *next,
			   const struct ht_key **ret)
{
	if (peek(d) != '"')
		return wrong(d, "a key is missing");
	d->at++;
	for (const struct ht_key *k = next; k->length; k++)
		if (key_here(d, k)) {
			d->at += k->length;
			*ret = k;
			return 0;
		}
	return read_odd_key(d, keys, ret);
}

/* Behind a '{' up to and with its '}'. */
static int read_members(struct decoder *d, enum ht_object object, void *base)
{
	const struct ht_key *keys = ht_keys_of[object], *next = keys, *k;
	uint32_t seen = 0;

	if (peek(d) == '}') {
		d->at++;
		return 0;
	}
	for (;;) {
		int e = read_key(d, keys, next, &k);
		char c;

		if (e < 0)
			return e;
		if (!k) {
			e = skip_value(d);
		} else if (seen >> (k - keys) & 1) {
			return wrong(d, "a key stands twice in an object");
		} else {
			seen |= 1u << (k - keys);
			next = k + 1;
			e = read_value(d, k, base);
		}
		if (e < 0)
			return e;
		c = peek(d);
		if (c != ',' && c != '}')
			return wrong(d, "',' or '}' is missing");
		d->at++;
		if (c == '}')
			return 0;
	}
}

static int check_event(struct decoder *d)
{
	struct ht_text version = d->view->event_version;

	if (!version.data)
		return wrong(d, "eventVersion is missing");
	if (!ht_text_starts(version, HT_TEXT("1.")) || version.length < 3)
		return wrong(d, "eventVersion is not 1.x, the version that is known here");
	if (d->view->time_ns == INT64_MIN)
		return wrong(d, "eventTime is missing");
	return 0;
}

int ht_event_decode(const char *line, size_t n, struct ht_buffer *scratch, struct ht_event_view *ret,
		    const char **ret_why)
{
	struct ht_event_view view = { .pid = -1, .session = -1, .time_ns = INT64_MIN };
	struct decoder d = { .at = line, .end = line + n, .scratch = scratch, .view = &view };
	int e;

	ht_buffer_reset(scratch);
	if (n >= HT_EVENT_LINE_MAX)
		e = wrong(&d, "the line is too long");
	else if (peek(&d) != '{')
		e = wrong(&d, "not a JSON object");
	else
		e = read_object(&d, HT_OBJECT_EVENT, &view);
	skip_space(&d);
	if (e == 0 && d.at < d.end)
		e = wrong(&d, "something follows the JSON object");
	if (e == 0)
		e = check_event(&d);
	if (e == 0)
		*ret = view;
	else if (ret_why)
		*ret_why = d.why ? d.why : "out of memory";
	return e;
}
