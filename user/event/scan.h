/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scanning JSON eight bytes at a time. Nothing here reads at or beyond end.
 */
#ifndef HT_EVENT_SCAN_H
#define HT_EVENT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HT_EACH(byte) (0x0101010101010101ull * (byte))

static inline uint64_t ht_scan_load(const char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v;
}

/* The high bit of each byte that is zero. Exact up to the first one (in memory's order on a little-endian
 * machine), which is all that ht_scan_first() looks at. */
static inline uint64_t ht_scan_zero(uint64_t v)
{
	return (v - HT_EACH(1)) & ~v & HT_EACH(0x80);
}

static inline uint64_t ht_scan_is(uint64_t v, unsigned char c)
{
	return ht_scan_zero(v ^ HT_EACH(c));
}

static inline uint64_t ht_scan_control(uint64_t v)
{
	return (v - HT_EACH(0x20)) & ~v & HT_EACH(0x80);
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define HT_SCAN_WORDS 1

static inline unsigned ht_scan_first(uint64_t hits)
{
	return (unsigned)__builtin_ctzll(hits) / 8;
}
#else
#define HT_SCAN_WORDS 0 /* the masks above are exact at the wrong end there: byte by byte */

static inline unsigned ht_scan_first(uint64_t hits)
{
	(void)hits;
	return 0;
}
#endif

/* The first quote, backslash or control character, or end. */
static inline const char *ht_scan_string(const char *p, const char *end)
{
	while (HT_SCAN_WORDS && end - p >= 8) {
		uint64_t v = ht_scan_load(p);
		uint64_t hits = ht_scan_is(v, '"') | ht_scan_is(v, '\\') | ht_scan_control(v);

		if (hits)
			return p + ht_scan_first(hits);
		p += 8;
	}
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

/* The first quote, bracket, brace or control character, or end. */
static inline const char *ht_scan_structure(const char *p, const char *end)
{
	while (HT_SCAN_WORDS && end - p >= 8) {
		uint64_t v = ht_scan_load(p),
			 lower = v | HT_EACH(0x20); /* brackets differ from braces in this bit */
		uint64_t hits = ht_scan_is(v, '"') | ht_scan_is(lower, '{') | ht_scan_is(lower, '}') |
				ht_scan_control(v);

		if (hits)
			return p + ht_scan_first(hits);
		p += 8;
	}
	while (p < end && *p != '"' && (*p | 0x20) != '{' && (*p | 0x20) != '}' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

#endif
