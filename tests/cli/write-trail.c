/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * write-trail ROOT [DIGESTS [LOGS [EVENTS [MODE...]]]]: writes a trail as a recorder would, with so many digests of so many
 * logs of so many events (3, 2, 10). Modes: ed25519; killed (ends without closing); endless (a log a moment, each event flushed and
 * its number printed, until killed); full (goes on past a full disk, then closes).
 *
 * Prints "first FINGERPRINT" and, when something was recovered, "recovered EVENTS".
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/timestamp.h"
#include "hosttrail/trail.h"

#define HOST "00112233445566aa"
#define BOOT "6f1d9a52-0000-4000-8000-1d2c3b4a5968"

static bool ed25519, killed, endless, full;
static uint64_t appended;

static bool append(struct ht_trail *t, uint64_t number)
{
	char line[2048], time[HT_TIMESTAMP_LENGTH], noise[801] = "";
	int64_t now = ht_now_ns();
	int n;

	/* A disk is not filled by what compresses to nothing. */
	for (size_t i = 0; full && i + 1 < sizeof(noise); i++)
		noise[i] = "0123456789abcdef"[random() & 15];
	ht_timestamp_write(now, time);
	n = snprintf(line, sizeof(line),
		     "{\"eventVersion\":\"1.0\",\"eventID\":\"00000000-0000-4000-8000-%012" PRIu64 "\",\"eventTime\":\"%.*s\","
		     "\"bootId\":\"" BOOT "\",\"eventCategory\":\"Management\",\"managementEvent\":true,\"readOnly\":false,"
		     "\"eventType\":\"HostApiCall\",\"eventSource\":\"filesystem\",\"eventName\":\"DeleteFile\","
		     "\"hostId\":\"" HOST "\",\"hostName\":\"test\",\"region\":\"default\",\"noise\":\"%s\","
		     "\"sequence\":{\"ring\":\"management\",\"cpu\":0,\"number\":%" PRIu64 "}}",
		     number, HT_TIMESTAMP_LENGTH, time, noise, number);
	if (ht_trail_append(t, line, (size_t)n, now) < 0)
		return false;
	appended++;
	return true;
}

static struct ht_trail_sequence sequence = { .ring = HT_RING_MANAGEMENT, .first = 1 };

static void accounts(void *context, struct ht_trail_accounts *ret)
{
	static struct ht_trail_sequence now;

	(void)context;
	now = sequence;
	now.last = appended;
	now.events = now.last + 1 - now.first;
	sequence.first = appended + 1;
	*ret = (struct ht_trail_accounts){ .sequences = &now, .sequence_count = now.events ? 1 : 0 };
}

/* Until delivery has nothing left to do. */
static void settle(struct ht_trail *t, uint64_t log_files, uint64_t digests)
{
	struct timespec pause = { 0, 2000000 };
	struct ht_trail_status s;

	do {
		nanosleep(&pause, NULL);
		ht_trail_get_status(t, &s);
	} while (s.log_files < log_files || s.digests < digests);
}

static void write_endlessly(struct ht_trail *t)
{
	uint64_t monotonic = 0;

	for (uint64_t i = 1;; i++) {
		append(t, i);
		if (ht_trail_flush(t) == 0) {
			printf("%" PRIu64 "\n", i);
			fflush(stdout);
		}
		monotonic += 20000000; /* a log every 50 events, a digest every 200 */
		ht_trail_tick(t, ht_now_ns(), monotonic);
	}
}

/* Until nothing more is accepted, which is long after the disk is full. */
static void fill_disk(struct ht_trail *t)
{
	unsigned refused = 0;

	while (refused < 1000) {
		if (!append(t, appended + 1))
			refused++;
		if (appended % 100 == 0)
			ht_trail_flush(t);
		ht_trail_tick(t, ht_now_ns(), appended * 1000);
	}
}

static void write_some(struct ht_trail *t, unsigned digests, unsigned logs, unsigned events)
{
	uint64_t monotonic = 1;

	ht_trail_tick(t, ht_now_ns(), monotonic);
	for (unsigned d = 0; d < digests; d++) {
		for (unsigned l = 0; l < logs; l++) {
			for (unsigned e = 0; e < events; e++)
				append(t, appended + 1);
			ht_trail_flush(t);
			/* The last log of the last digest is ended by closing, or not at all. */
			if (d + 1 == digests && l + 1 == logs)
				return;
			monotonic += 2 * HT_NS_PER_S;
			ht_trail_tick(t, ht_now_ns(), monotonic);
			settle(t, d * logs + l + 1, d);
		}
		monotonic += 3600 * HT_NS_PER_S;
		ht_trail_tick(t, ht_now_ns(), monotonic);
		settle(t, 0, d + 1);
	}
}

static unsigned number_argument(int argc, char **argv, int i, unsigned otherwise)
{
	return argc > i ? (unsigned)strtoul(argv[i], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	struct ht_trail_options options = { .host_id = HOST, .host_name = "test", .boot_id = BOOT, .delivery_seconds = 1 };
	struct ht_trail_status status;
	struct ht_error err = { "" };
	struct ht_trail *t = NULL;

	for (int i = 5; i < argc; i++) {
		ed25519 |= strcmp(argv[i], "ed25519") == 0;
		killed |= strcmp(argv[i], "killed") == 0;
		endless |= strcmp(argv[i], "endless") == 0;
		full |= strcmp(argv[i], "full") == 0;
	}
	options.root = argc > 1 ? argv[1] : "";
	options.algorithm = ed25519 ? HT_SIGN_ED25519 : HT_SIGN_RSA;
	options.digest_seconds = endless ? 4 : 3600;
	options.accounts = accounts;
	if (ht_trail_open(&t, &options, &err) < 0) {
		fprintf(stderr, "write-trail: %s\n", err.text);
		return 3;
	}
	printf("first %s\n", ht_trail_first_fingerprint(t));
	if (ht_trail_recovered(t)->log_files)
		printf("recovered %" PRIu64 "\n", ht_trail_recovered(t)->events);
	fflush(stdout);
	if (endless)
		write_endlessly(t);
	else if (full)
		fill_disk(t);
	else
		write_some(t, number_argument(argc, argv, 2, 3), number_argument(argc, argv, 3, 2),
			   number_argument(argc, argv, 4, 10));
	if (killed)
		_exit(0);
	if (ht_trail_close(&t, "Interrupted", ht_now_ns(), &status, &err) < 0) {
		fprintf(stderr, "write-trail: %s\n", err.text);
		return 3;
	}
	printf("dropped %" PRIu64 " of %" PRIu64 "\n", status.dropped, appended);
	return 0;
}
