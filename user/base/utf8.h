/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8 (RFC 3629; Unicode, table 3-7): no overlong forms, no surrogates, nothing beyond U+10FFFF. */
#ifndef HT_BASE_UTF8_H
#define HT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The bytes of the character that s begins with (n > 0). When they are no character, *ret_valid is false and
 * the result is the length of the maximal subpart, at least 1, that one U+FFFD stands for (Unicode,
 * section 3.9).
 */
size_t ht_utf8_length(const char *s, size_t n, bool *ret_valid);

/* Decodes a valid character of this length. */
uint32_t ht_utf8_decode(const char *s, size_t length);

/* Writes a character (not checked; at most U+10FFFF) and returns its length, 1 to 4. */
size_t ht_utf8_encode(uint32_t c, char out[4]);

#endif
