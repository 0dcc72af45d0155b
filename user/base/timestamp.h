/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Times as text. Wall-clock times are nanoseconds since 1970-01-01T00:00:00Z, signed 64 bits; text is RFC 3339 in UTC.
 */
#ifndef HT_BASE_TIMESTAMP_H
#define HT_BASE_TIMESTAMP_H

#include <stddef.h>
#include <stdint.h>

#define HT_NS_PER_S 1000000000LL
#define HT_TIMESTAMP_LENGTH 30 /* 2026-11-21T09:13:00.123456789Z */

/* Writes exactly HT_TIMESTAMP_LENGTH bytes and no NUL. Years 1970 to 2261. */
void ht_timestamp_write(int64_t ns, char *out);

/* Writes YYYYMMDDTHHMMSSZ and a NUL (17 bytes), as file names carry it. */
void ht_timestamp_compact(int64_t ns, char out[17]);

/* Parses RFC 3339 with 0 to 9 fraction digits and Z or an offset. -EINVAL. */
int ht_timestamp_parse(const char *s, size_t n, int64_t *ret_ns);

/* What a person types: RFC 3339; a date, or date and time without zone (local time); "now"; "-90s", "-5m", "-2h", "-7d"
 * before now. -EINVAL. */
int ht_timestamp_parse_loose(const char *s, int64_t now_ns, int64_t *ret_ns);

int64_t ht_now_ns(void); /* CLOCK_REALTIME */

#endif
