/* SPDX-License-Identifier: BSD-2-Clause */
#include "history/prefilter.h"

#include "base/cleanup.h"

/* The text that stands in every line with this value, in some spelling; absent: there is none. */
static struct ht_text literal(enum ht_query_attribute attribute, const struct ht_query_value *v)
{
	if (attribute != HT_QUERY_RESULT)
		return v->text;
	if (ht_text_equal(v->text, HT_TEXT("success")))
		return (struct ht_text){ 0 };
	return ht_text_equal(v->text, HT_TEXT("failure")) ? HT_TEXT("\"errorCode\"") : v->text;
}

static bool has_literals(const struct ht_query *q, enum ht_query_attribute attribute)
{
	for (unsigned i = 0; i < q->count[attribute]; i++)
		if (!literal(attribute, &q->value[attribute][i]).length)
			return false;
	return q->count[attribute];
}

void ht_prefilter_init(struct ht_prefilter *p, const struct ht_query *q)
{
	/* The one that is likely to rule out most comes first. */
	static const enum ht_query_attribute order[] = {
		HT_QUERY_EVENT_ID, HT_QUERY_RESOURCE_NAME, HT_QUERY_EVENT_NAME,
		HT_QUERY_PROGRAM,  HT_QUERY_PID,           HT_QUERY_RESULT,
		HT_QUERY_USER,     HT_QUERY_RESOURCE_TYPE, HT_QUERY_SOURCE,
	};

	p->count = 0;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		if (!has_literals(q, order[i]))
			continue;
		for (p->count = 0; p->count < q->count[order[i]]; p->count++)
			p->literal[p->count] = literal(order[i], &q->value[order[i]][p->count]);
		return;
	}
}

#define LANES 16u

typedef uint8_t lanes __attribute__((vector_size(LANES)));

static inline lanes load(const char *s)
{
	lanes v;

	memcpy(&v, s, sizeof(v));
	return v;
}

static inline bool any(lanes v)
{
	uint64_t half[2];

	memcpy(half, &v, sizeof(half));
	return half[0] | half[1];
}

/*
 * Does the literal stand there, or a backslash? Sixteen places at a time are compared with the literal's
 * first and last byte, which leaves few to be compared as a whole.
 */
static bool stands_there(const char *s, size_t n, struct ht_text literal)
{
	lanes first = (lanes){ 0 } + (uint8_t)literal.data[0], slash = (lanes){ 0 } + (uint8_t)'\\';
	lanes last = (lanes){ 0 } + (uint8_t)literal.data[literal.length - 1];
	size_t i, span = literal.length - 1;

	for (i = 0; n - i >= span + LANES; i += LANES) {
		lanes here = load(s + i),
		      hits = ((here == first) & (load(s + i + span) == last)) | (here == slash);

		if (!any(hits))
			continue;
		for (size_t j = i; j < i + LANES; j++)
			if (s[j] == '\\' || (hits[j - i] && memcmp(s + j, literal.data, literal.length) == 0))
				return true;
	}
	return memmem(s + i, n - i, literal.data, literal.length) || memchr(s + i, '\\', n - i);
}

/* Where there is a backslash, any text may be spelt in another way. */
bool ht_prefilter_passes(const struct ht_prefilter *p, struct ht_text line)
{
	for (unsigned i = 0; i < p->count; i++)
		if (stands_there(line.data, line.length, p->literal[i]))
			return true;
	return !p->count;
}
