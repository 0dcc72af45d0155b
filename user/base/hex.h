/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes as lower-case hexadecimal digits. */
#ifndef HT_BASE_HEX_H
#define HT_BASE_HEX_H

#include <stddef.h>

/* Writes 2 * n digits and a NUL. */
void ht_hex_write(const void *data, size_t n, char *out);

/* Reads exactly 2 * n digits, lower-case only, so that a value has one spelling. -EINVAL; out may then be half written. */
int ht_hex_read(const char *s, size_t length, void *out, size_t n);

#endif
