/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/timestamp.h"

static void written(void **state)
{
	static const struct {
		int64_t ns;
		const char *text, *compact;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000000000Z", "19700101T000000Z" },
		{ -5, "1970-01-01T00:00:00.000000000Z", "19700101T000000Z" },
		{ 1, "1970-01-01T00:00:00.000000001Z", "19700101T000000Z" },
		{ 951782399999999999, "2000-02-28T23:59:59.999999999Z", "20000228T235959Z" },
		{ 951782400000000000, "2000-02-29T00:00:00.000000000Z", "20000229T000000Z" },
		{ 1795252380123456789, "2026-11-21T09:13:00.123456789Z", "20261121T091300Z" },
		{ 4107542399000000000, "2100-02-28T23:59:59.000000000Z", "21000228T235959Z" },
		{ 4107542400000000000, "2100-03-01T00:00:00.000000000Z", "21000301T000000Z" },
		{ 9214646399999999999, "2261-12-31T23:59:59.999999999Z", "22611231T235959Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[HT_TIMESTAMP_LENGTH + 1], compact[17];
		int64_t ns;

		text[HT_TIMESTAMP_LENGTH] = '!';
		ht_timestamp_write(cases[i].ns, text);
		assert_int_equal(text[HT_TIMESTAMP_LENGTH], '!');
		assert_memory_equal(text, cases[i].text, HT_TIMESTAMP_LENGTH);
		ht_timestamp_compact(cases[i].ns, compact);
		assert_string_equal(compact, cases[i].compact);
		assert_int_equal(ht_timestamp_parse(cases[i].text, HT_TIMESTAMP_LENGTH, &ns), 0);
		assert_int_equal(ns, cases[i].ns < 0 ? 0 : cases[i].ns);
	}
}

/* Every day, against the C library. */
static void every_day(void **state)
{
	(void)state;
	for (int64_t day = 0; day < 106000; day++) {
		char text[HT_TIMESTAMP_LENGTH], expected[32];
		time_t t = day * 86400 + day % 86400;
		struct tm tm;

		gmtime_r(&t, &tm);
		strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%S.000000000Z", &tm);
		ht_timestamp_write(t * HT_NS_PER_S, text);
		assert_memory_equal(text, expected, HT_TIMESTAMP_LENGTH);
	}
}

static void parsed(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
	} good[] = {
		{ "2026-11-21T09:13:00Z", 1795252380000000000 },
		{ "2026-11-21t09:13:00z", 1795252380000000000 },
		{ "2026-11-21T09:13:00.5Z", 1795252380500000000 },
		{ "2026-11-21T10:13:00.000000001+01:00", 1795252380000000001 },
		{ "2026-11-21T03:43:00-05:30", 1795252380000000000 },
		{ "2026-11-21T09:12:60Z", 1795252380000000000 },
		{ "1970-01-01T00:00:00Z", 0 },
	};
	static const char *const bad[] = {
		"", "2026", "2026-11-21", "2026-11-21T09:13Z", "2026-11-21T09:13:00", "2026-11-21 09:13:00Z",
		"2026-11-21T09:13:00.Z", "2026-11-21T09:13:00.1234567890Z", "2026-11-21T24:00:00Z", "2026-11-21T09:60:00Z",
		"2026-11-21T09:13:61Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01",
		"2262-01-01T00:00:00Z", "2026-11-21T09:13:00+24:00", "2026-11-21T09:13:00+1:00", "2026-11-21T09:13:00Zx",
		"2026-11-21T09:13:00Z ", "+026-11-21T09:13:00Z",
	};
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(ht_timestamp_parse(good[i].text, strlen(good[i].text), &ns), 0);
		assert_int_equal(ns, good[i].ns);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ns = 7;
		if (ht_timestamp_parse(bad[i], strlen(bad[i]), &ns) != -EINVAL)
			fail_msg("taken for a time: %s", bad[i]);
		assert_int_equal(ns, 7);
	}
}

static void typed(void **state)
{
	const int64_t now = 1795252380000000000, s = HT_NS_PER_S;
	const struct {
		const char *text;
		int64_t ns;
	} good[] = {
		{ "now", now },
		{ "-0s", now },
		{ "-90s", now - 90 * s },
		{ "-5m", now - 300 * s },
		{ "-2h", now - 7200 * s },
		{ "-7d", now - 7 * 86400 * s },
		{ "2026-11-21T10:13:00+01:00", now },
		/* Without a zone it is the local one: an hour east of UTC here. */
		{ "2026-11-21", now - (9 * 3600 + 13 * 60 + 3600) * s },
		{ "2026-11-21 10:13", now },
		{ "2026-11-21T10:13:00.25", now + s / 4 },
	};
	static const char *const bad[] = {
		"", "yesterday", "-", "-5", "-5w", "-5mm", "5m", "-99999999999d", "-1d2h", "2026-11", "2026-11-21T", "2026-11-21 10",
		"Now", "2026-11-21 10:13x",
	};
	int64_t ns;

	(void)state;
	setenv("TZ", "UTC-1", 1);
	tzset();
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (ht_timestamp_parse_loose(good[i].text, now, &ns) < 0 || ns != good[i].ns)
			fail_msg("%s: %lld", good[i].text, (long long)ns);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (ht_timestamp_parse_loose(bad[i], now, &ns) != -EINVAL)
			fail_msg("taken for a time: %s", bad[i]);
}

static void what_time_it_is(void **state)
{
	(void)state;
	assert_true(llabs(ht_now_ns() / HT_NS_PER_S - time(NULL)) <= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written), cmocka_unit_test(every_day), cmocka_unit_test(parsed),
		cmocka_unit_test(typed),   cmocka_unit_test(what_time_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
