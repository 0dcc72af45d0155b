/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/nearest.h"

#include <ctype.h>

#include "base/cleanup.h"

#define LENGTH_MAX 64u  /* longer ones are no words */
#define SHORTEST 3u     /* that is looked for in others */
#define CLASS 100u      /* so many to an edit; letters around what was typed count one each, and at least as two edits */

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Letters that are to be put in, taken out, replaced or exchanged with their neighbour (optimal string alignment). */
static unsigned edits(struct ht_text a, const char *b, size_t length)
{
	unsigned row[3][LENGTH_MAX + 1];

	for (unsigned k = 0; k <= length; k++)
		row[0][k] = k;
	for (unsigned i = 1; i <= a.length; i++) {
		unsigned *now = row[i % 3], *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3];

		now[0] = i;
		for (unsigned k = 1; k <= length; k++) {
			now[k] = least(before[k - 1] + !same(a.data[i - 1], b[k - 1]), least(before[k], now[k - 1]) + 1);
			if (i > 1 && k > 1 && same(a.data[i - 1], b[k - 2]) && same(a.data[i - 2], b[k - 1]))
				now[k] = least(now[k], earlier[k - 2] + 1);
		}
	}
	return row[a.length % 3][length];
}

static bool holds(const char *word, size_t length, struct ht_text part)
{
	for (size_t at = 0; at + part.length <= length; at++) {
		size_t i = 0;

		while (i < part.length && same(word[at + i], part.data[i]))
			i++;
		if (i == part.length)
			return true;
	}
	return false;
}

static void keep(struct ht_nearest *n, const char *word, unsigned distance)
{
	unsigned at = 0;

	for (unsigned i = 0; i < n->count; i++)
		if (strcmp(n->word[i], word) == 0)
			return;
	while (at < n->count && n->distance[at] <= distance)
		at++;
	if (at == HT_NEAREST_WORDS)
		return;
	n->count = least(n->count + 1, HT_NEAREST_WORDS);
	for (unsigned i = n->count - 1; i > at; i--) {
		n->word[i] = n->word[i - 1];
		n->distance[i] = n->distance[i - 1];
	}
	n->word[at] = word;
	n->distance[at] = distance;
}

void ht_nearest_offer(struct ht_nearest *n, const char *word)
{
	size_t length = strlen(word);
	unsigned distance;

	if (!n->value.length || n->value.length > LENGTH_MAX || length > LENGTH_MAX)
		return;
	distance = edits(n->value, word, length);
	if (distance <= 1 + n->value.length / 4 && distance < length)
		keep(n, word, distance * CLASS);
	else if (n->value.length >= SHORTEST && holds(word, length, n->value))
		keep(n, word, 2 * CLASS + (unsigned)(length - n->value.length));
}

void ht_nearest_insist(struct ht_nearest *n, const char *word)
{
	keep(n, word, 0);
}

/* What is further away than the nearest was not meant. */
void ht_nearest_say(const struct ht_nearest *n, struct ht_buffer *b)
{
	unsigned count = 0;

	while (count < n->count && n->distance[count] / CLASS == n->distance[0] / CLASS)
		count++;
	if (!count)
		return;
	ht_buffer_literal(b, "; did you mean ");
	for (unsigned i = 0; i < count; i++)
		ht_buffer_printf(b, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", n->word[i]);
	ht_buffer_byte(b, '?');
}
