/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A borrowed run of bytes: not NUL-terminated, any byte allowed. data NULL: absent (which an empty text is
 * not).
 */
#ifndef HOSTTRAIL_TEXT_H
#define HOSTTRAIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct ht_text {
	const char *data;
	size_t length;
};

#define HT_TEXT(literal) ((struct ht_text){ "" literal, sizeof(literal) - 1 })

static inline struct ht_text ht_text_of(const char *s)
{
	return (struct ht_text){ s, s ? strlen(s) : 0 };
}

static inline bool ht_text_equal(struct ht_text a, struct ht_text b)
{
	return a.data && b.data && a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

static inline bool ht_text_starts(struct ht_text a, struct ht_text prefix)
{
	return a.data && a.length >= prefix.length && memcmp(a.data, prefix.data, prefix.length) == 0;
}

static inline bool ht_text_ends(struct ht_text a, struct ht_text suffix)
{
	return a.data && a.length >= suffix.length &&
	       memcmp(a.data + a.length - suffix.length, suffix.data, suffix.length) == 0;
}

#endif
