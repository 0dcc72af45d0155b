/* SPDX-License-Identifier: BSD-2-Clause */
#include "hosttrail/log.h"

#include <string.h>

#define HOST_DIGITS 16u
#define SEQUENCE_DIGITS 16u
#define TIME_LENGTH 16u
#define MIDDLE "_HostTrail_"
#define SUFFIX ".jsonl.zst"
#define PARTIAL ".partial"

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool ht_label_valid(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || n > HT_LABEL_MAX || !is_alnum(s[0]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_alnum(s[i]) && s[i] != '.' && s[i] != '_' && s[i] != '-')
			return false;
	return true;
}

/* Takes the suffix off s of length *n. */
static bool drop(const char *s, size_t *n, const char *suffix)
{
	size_t length = strlen(suffix);

	if (*n < length || memcmp(s + *n - length, suffix, length))
		return false;
	*n -= length;
	return true;
}

static bool take_sequence(const char *s, size_t *n, uint64_t *ret)
{
	uint64_t v = 0;

	if (*n < SEQUENCE_DIGITS + 1 || s[*n - SEQUENCE_DIGITS - 1] != '_')
		return false;
	for (size_t i = *n - SEQUENCE_DIGITS; i < *n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s[i] - '0');
	}
	*n -= SEQUENCE_DIGITS + 1;
	*ret = v;
	return true;
}

static bool take_time(const char *s, size_t *n, char ret[17])
{
	const char *t;

	if (*n < TIME_LENGTH + 1 || s[*n - TIME_LENGTH - 1] != '_')
		return false;
	t = s + *n - TIME_LENGTH;
	for (size_t i = 0; i < TIME_LENGTH; i++) {
		char wanted = i == 8 ? 'T' : i == 15 ? 'Z' : '\0';

		if (wanted ? t[i] != wanted : t[i] < '0' || t[i] > '9')
			return false;
	}
	memcpy(ret, t, TIME_LENGTH);
	ret[TIME_LENGTH] = '\0';
	*n -= TIME_LENGTH + 1;
	return true;
}

static bool take_host(const char *s, size_t n, char ret[17])
{
	if (n < HOST_DIGITS)
		return false;
	for (size_t i = 0; i < HOST_DIGITS; i++)
		if (!(s[i] >= '0' && s[i] <= '9') && !(s[i] >= 'a' && s[i] <= 'f'))
			return false;
	memcpy(ret, s, HOST_DIGITS);
	ret[HOST_DIGITS] = '\0';
	return true;
}

/* A region may hold underscores, so the name is taken apart from both ends. */
bool ht_log_name_parse(const char *base, struct ht_log_name *ret)
{
	size_t n = strlen(base), start = HOST_DIGITS + strlen(MIDDLE);
	struct ht_log_name name = { 0 };

	name.partial = drop(base, &n, PARTIAL);
	if (!drop(base, &n, SUFFIX) || !take_sequence(base, &n, &name.sequence) || !take_time(base, &n, name.time) ||
	    !take_host(base, n, name.host))
		return false;
	if (n <= start || n - start > HT_LABEL_MAX || memcmp(base + HOST_DIGITS, MIDDLE, strlen(MIDDLE)))
		return false;
	memcpy(name.region, base + start, n - start);
	if (!ht_label_valid(name.region))
		return false;
	*ret = name;
	return true;
}
