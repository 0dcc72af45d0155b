/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/timestamp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define S_PER_DAY 86400LL
#define YEAR_MIN 1970
#define YEAR_MAX 2261

/* Proleptic Gregorian calendar, years that begin in March: Howard Hinnant, "chrono-compatible low-level date algorithms". */
static int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400;
	unsigned year_of_era = (unsigned)(y - era * 400);
	unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void civil_from_days(int64_t days, unsigned *ret_year, unsigned *ret_month, unsigned *ret_day)
{
	uint32_t z = (uint32_t)(days + 719468);
	uint32_t era = z / 146097, day_of_era = z % 146097;
	uint32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	uint32_t mp = (5 * day_of_year + 2) / 153;

	*ret_day = day_of_year - (153 * mp + 2) / 5 + 1;
	*ret_month = mp < 10 ? mp + 3 : mp - 9;
	*ret_year = year_of_era + era * 400 + (*ret_month <= 2);
}

static inline void two(char *out, unsigned v)
{
	out[0] = (char)('0' + v / 10);
	out[1] = (char)('0' + v % 10);
}

struct civil {
	unsigned year, month, day, hour, minute, second, ns;
};

/* Times out of range are held at its ends: a clock that is far off must not stop the recording. */
static void civil_of(int64_t ns, struct civil *ret)
{
	int64_t seconds = ns / HT_NS_PER_S, fraction = ns % HT_NS_PER_S;
	uint32_t of_day;

	if (ns < 0)
		seconds = fraction = 0;
	of_day = (uint32_t)(seconds % S_PER_DAY);
	civil_from_days(seconds / S_PER_DAY, &ret->year, &ret->month, &ret->day);
	ret->hour = of_day / 3600;
	ret->minute = of_day / 60 % 60;
	ret->second = of_day % 60;
	ret->ns = (unsigned)fraction;
}

/* Every event carries a time, and most share their second with the one before. */
void ht_timestamp_write(int64_t ns, char *out)
{
	static _Thread_local int64_t cached_second = -1;
	static _Thread_local char cached[20];
	int64_t second = ns < 0 ? 0 : ns / HT_NS_PER_S;
	uint32_t fraction = ns < 0 ? 0 : (uint32_t)(ns % HT_NS_PER_S);

	if (second != cached_second) {
		struct civil c;

		civil_of(second * HT_NS_PER_S, &c);
		two(cached, c.year / 100);
		two(cached + 2, c.year % 100);
		cached[4] = '-';
		two(cached + 5, c.month);
		cached[7] = '-';
		two(cached + 8, c.day);
		cached[10] = 'T';
		two(cached + 11, c.hour);
		cached[13] = ':';
		two(cached + 14, c.minute);
		cached[16] = ':';
		two(cached + 17, c.second);
		cached[19] = '.';
		cached_second = second;
	}
	memcpy(out, cached, sizeof(cached));
	two(out + 20, fraction / 10000000);
	two(out + 22, fraction / 100000 % 100);
	two(out + 24, fraction / 1000 % 100);
	two(out + 26, fraction / 10 % 100);
	out[28] = (char)('0' + fraction % 10);
	out[29] = 'Z';
}

void ht_timestamp_compact(int64_t ns, char out[17])
{
	struct civil c;

	civil_of(ns, &c);
	two(out, c.year / 100);
	two(out + 2, c.year % 100);
	two(out + 4, c.month);
	two(out + 6, c.day);
	out[8] = 'T';
	two(out + 9, c.hour);
	two(out + 11, c.minute);
	two(out + 13, c.second);
	out[15] = 'Z';
	out[16] = '\0';
}

/* ---- reading ---- */

struct cursor {
	const char *at, *end;
};

static bool take(struct cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

static bool take_digits(struct cursor *c, unsigned count, unsigned *ret)
{
	unsigned v = 0;

	if ((size_t)(c->end - c->at) < count)
		return false;
	for (unsigned i = 0; i < count; i++) {
		if (c->at[i] < '0' || c->at[i] > '9')
			return false;
		v = v * 10 + (unsigned)(c->at[i] - '0');
	}
	c->at += count;
	*ret = v;
	return true;
}

static unsigned days_in_month(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month == 2 && year % 4 == 0 && (year % 100 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

static bool take_date(struct cursor *c, struct civil *ret)
{
	if (!take_digits(c, 4, &ret->year) || !take(c, '-') || !take_digits(c, 2, &ret->month) || !take(c, '-') ||
	    !take_digits(c, 2, &ret->day))
		return false;
	return ret->year >= YEAR_MIN && ret->year <= YEAR_MAX && ret->month >= 1 && ret->month <= 12 && ret->day >= 1 &&
	       ret->day <= days_in_month(ret->year, ret->month);
}

/* ".5" to ".123456789"; without a point 0. */
static bool take_fraction(struct cursor *c, unsigned *ret_ns)
{
	unsigned ns = 0, count = 0;

	*ret_ns = 0;
	if (!take(c, '.'))
		return true;
	for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++, count++) {
		if (count == 9)
			return false;
		ns = ns * 10 + (unsigned)(*c->at - '0');
	}
	if (count == 0)
		return false;
	for (; count < 9; count++)
		ns *= 10;
	*ret_ns = ns;
	return true;
}

/* HH:MM, and with seconds unless they are optional HH:MM:SS[.fraction]. A leap second is the second after it. */
static bool take_clock(struct cursor *c, bool seconds_optional, struct civil *ret)
{
	ret->second = ret->ns = 0;
	if (!take_digits(c, 2, &ret->hour) || !take(c, ':') || !take_digits(c, 2, &ret->minute))
		return false;
	if (ret->hour > 23 || ret->minute > 59)
		return false;
	if (!take(c, ':'))
		return seconds_optional;
	return take_digits(c, 2, &ret->second) && ret->second <= 60 && take_fraction(c, &ret->ns);
}

static bool take_zone(struct cursor *c, int64_t *ret_offset_s)
{
	unsigned hours, minutes;
	bool west;

	*ret_offset_s = 0;
	if (take(c, 'Z') || take(c, 'z'))
		return true;
	west = take(c, '-');
	if (!west && !take(c, '+'))
		return false;
	if (!take_digits(c, 2, &hours) || !take(c, ':') || !take_digits(c, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_offset_s = (int64_t)(hours * 3600 + minutes * 60) * (west ? -1 : 1);
	return true;
}

int ht_timestamp_parse(const char *s, size_t n, int64_t *ret_ns)
{
	struct cursor c = { s, s + n };
	struct civil t;
	int64_t offset, seconds;

	if (!take_date(&c, &t) || (!take(&c, 'T') && !take(&c, 't')) || !take_clock(&c, false, &t) ||
	    !take_zone(&c, &offset) || c.at != c.end)
		return -EINVAL;
	seconds = days_from_civil(t.year, t.month, t.day) * S_PER_DAY + t.hour * 3600 + t.minute * 60 + t.second - offset;
	if (seconds < 0)
		return -EINVAL;
	*ret_ns = seconds * HT_NS_PER_S + t.ns;
	return 0;
}

static int parse_ago(const char *s, int64_t now_ns, int64_t *ret_ns)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', S_PER_DAY } };
	int64_t count = 0;

	if (*s < '0' || *s > '9')
		return -EINVAL;
	for (; *s >= '0' && *s <= '9'; s++) {
		count = count * 10 + (*s - '0');
		if (count > 10000000000LL)
			return -EINVAL;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		int64_t ns;

		if (s[0] != units[i].unit || s[1] != '\0')
			continue;
		if (__builtin_mul_overflow(count, units[i].seconds * HT_NS_PER_S, &ns) || ns > now_ns)
			return -EINVAL;
		*ret_ns = now_ns - ns;
		return 0;
	}
	return -EINVAL;
}

int ht_timestamp_parse_loose(const char *s, int64_t now_ns, int64_t *ret_ns)
{
	struct cursor c = { s, s + strlen(s) };
	struct civil t = { 0 };
	struct tm tm;
	time_t seconds;

	if (strcmp(s, "now") == 0) {
		*ret_ns = now_ns;
		return 0;
	}
	if (s[0] == '-')
		return parse_ago(s + 1, now_ns, ret_ns);
	if (ht_timestamp_parse(s, strlen(s), ret_ns) == 0)
		return 0;
	if (!take_date(&c, &t))
		return -EINVAL;
	if (c.at != c.end && ((!take(&c, 'T') && !take(&c, ' ')) || !take_clock(&c, true, &t) || c.at != c.end))
		return -EINVAL;
	tm = (struct tm){
		.tm_year = (int)t.year - 1900,
		.tm_mon = (int)t.month - 1,
		.tm_mday = (int)t.day,
		.tm_hour = (int)t.hour,
		.tm_min = (int)t.minute,
		.tm_sec = (int)t.second,
		.tm_isdst = -1,
	};
	seconds = mktime(&tm);
	if (seconds < 0)
		return -EINVAL;
	*ret_ns = seconds * HT_NS_PER_S + t.ns;
	return 0;
}

int64_t ht_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * HT_NS_PER_S + ts.tv_nsec;
}
