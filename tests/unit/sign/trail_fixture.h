/* SPDX-License-Identifier: BSD-2-Clause */
/* A trail in a directory of its own, written by the trail writer without a recorder, and what verify says of it. */
#ifndef HT_TESTS_TRAIL_FIXTURE_H
#define HT_TESTS_TRAIL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "hosttrail/digest.h"
#include "hosttrail/trail.h"
#include "hosttrail/verify.h"

#define HOST "00112233445566aa"
#define BOOT "6f1d9a52-0000-4000-8000-1d2c3b4a5968"
#define FINDINGS_MAX 64u

static char root[PATH_MAX];
static char trail_directory[PATH_MAX + 16];
static uint64_t monotonic;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static __attribute__((unused)) int make_root(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(root, sizeof(root), "%s/trail.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(root))
		return -1;
	snprintf(trail_directory, sizeof(trail_directory), "%s/default", root);
	monotonic = 0;
	return 0;
}

static __attribute__((unused)) int remove_root(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static __attribute__((unused)) struct ht_trail_options trail_options(void)
{
	return (struct ht_trail_options){
		.root = root,
		.host_id = HOST,
		.host_name = "test",
		.boot_id = BOOT,
		.algorithm = HT_SIGN_ED25519,
	};
}

static __attribute__((unused)) struct ht_trail *open_trail(const struct ht_trail_options *options)
{
	struct ht_trail *t = NULL;
	struct ht_error err = { "" };

	if (ht_trail_open(&t, options, &err) < 0)
		fail_msg("%s", err.text);
	ht_trail_tick(t, ht_now_ns(), ++monotonic);
	return t;
}

static __attribute__((unused)) int try_append(struct ht_trail *t, uint64_t number)
{
	char line[512], time[HT_TIMESTAMP_LENGTH];
	int64_t now = ht_now_ns();
	int n;

	ht_timestamp_write(now, time);
	n = snprintf(line, sizeof(line),
		     "{\"eventVersion\":\"1.0\",\"eventTime\":\"%.*s\",\"eventName\":\"DeleteFile\",\"sequence\":{\"ring\":"
		     "\"management\",\"cpu\":0,\"number\":%llu}}",
		     HT_TIMESTAMP_LENGTH, time, (unsigned long long)number);
	return ht_trail_append(t, line, (size_t)n, now);
}

static __attribute__((unused)) void append_events(struct ht_trail *t, unsigned count)
{
	static uint64_t number;

	for (unsigned i = 0; i < count; i++)
		assert_int_equal(try_append(t, ++number), 0);
	assert_int_equal(ht_trail_flush(t), 0);
}

/* Moves time on and waits until delivery has done what that brings about. */
static __attribute__((unused)) void pass_time(struct ht_trail *t, unsigned seconds, uint64_t logs, uint64_t digests)
{
	const struct timespec pause = { 0, 1000000 };
	struct ht_trail_status s;
	unsigned tries = 0;

	monotonic += seconds * (uint64_t)HT_NS_PER_S;
	ht_trail_tick(t, ht_now_ns(), monotonic);
	for (ht_trail_get_status(t, &s); s.log_files < logs || s.digests < digests; ht_trail_get_status(t, &s)) {
		nanosleep(&pause, NULL);
		if (++tries > 10000)
			fail_msg("no delivery: %s", s.delivery_text);
	}
	assert_int_equal(s.log_files, logs);
	assert_int_equal(s.digests, digests);
}

static __attribute__((unused)) void close_trail(struct ht_trail *t)
{
	struct ht_error err = { "" };

	if (ht_trail_close(&t, "Interrupted", ht_now_ns(), NULL, &err) < 0)
		fail_msg("%s", err.text);
	assert_null(t);
}

/* Digests of so many logs of so many events, the last digest final. */
static __attribute__((unused)) void write_trail(unsigned digests, unsigned logs, unsigned events,
						enum ht_signature_algorithm algorithm)
{
	struct ht_trail_options options = trail_options();
	struct ht_trail *t;

	options.algorithm = algorithm;
	t = open_trail(&options);
	for (unsigned d = 0; d < digests; d++) {
		for (unsigned l = 0; l < logs; l++) {
			append_events(t, events);
			if (l + 1 < logs)
				pass_time(t, 301, (uint64_t)d * logs + l + 1, d);
		}
		if (d + 1 < digests)
			pass_time(t, 3600, (uint64_t)(d + 1) * logs, d + 1);
	}
	close_trail(t);
}

/* ---- verify ---- */

struct verdict {
	struct ht_verify_result result;
	struct ht_finding findings[FINDINGS_MAX];
	char texts[FINDINGS_MAX][2][600]; /* file, detail */
	unsigned count;
};

static void keep_finding(void *context, const struct ht_finding *f)
{
	struct verdict *v = context;
	unsigned i = v->count;

	if (i == FINDINGS_MAX)
		return;
	v->findings[i] = *f;
	snprintf(v->texts[i][0], sizeof(v->texts[i][0]), "%s", f->file ? f->file : "");
	snprintf(v->texts[i][1], sizeof(v->texts[i][1]), "%s", f->detail ? f->detail : "");
	v->count++;
}

static struct ht_verify_options verify_options; /* a test may set what it wants; reset by the fixture */

static __attribute__((unused)) int verify(struct verdict *v)
{
	struct ht_verify_options o = verify_options;
	struct ht_error err = { "" };

	*v = (struct verdict){ .count = 0 };
	o.trail = trail_directory;
	o.now_ns = ht_now_ns();
	o.threads = 1;
	o.finding = keep_finding;
	o.context = v;
	if (ht_verify(&o, &v->result, &err) < 0)
		fail_msg("%s", err.text);
	return v->result.exit;
}

static __attribute__((unused)) const struct ht_finding *find(const struct verdict *v, enum ht_finding_id id)
{
	for (unsigned i = 0; i < v->count; i++)
		if (v->findings[i].id == id)
			return &v->findings[i];
	return NULL;
}

/* Exactly these findings, in any order, besides those of a good trail (local-key, stopped). Ends with HT_FINDINGS. */
static __attribute__((unused)) void expect_findings(const struct verdict *v, const enum ht_finding_id *wanted)
{
	bool used[FINDINGS_MAX] = { false };

	for (; *wanted != HT_FINDINGS; wanted++) {
		unsigned i;

		for (i = 0; i < v->count && (used[i] || v->findings[i].id != *wanted); i++)
			;
		if (i == v->count)
			fail_msg("not found: %s", ht_finding_kind(*wanted)->name);
		used[i] = true;
	}
	for (unsigned i = 0; i < v->count; i++)
		if (!used[i] && v->findings[i].id != HT_FINDING_LOCAL_KEY && v->findings[i].id != HT_FINDING_STOPPED)
			fail_msg("found as well: %s: %s: %s", ht_finding_kind(v->findings[i].id)->name, v->texts[i][0],
				 v->texts[i][1]);
}

#define EXPECT(v, ...) expect_findings((v), (const enum ht_finding_id[]){ __VA_ARGS__ __VA_OPT__(, ) HT_FINDINGS })

/* ---- files ---- */

struct listing {
	char *names[256];
	unsigned count;
};

static struct listing listed;

static int list_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (type == FTW_F && listed.count < 256)
		listed.names[listed.count++] = strdup(path);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The absolute path of the index-th file (from 0, by name) that ends with suffix, in a static buffer. */
static __attribute__((unused)) const char *file_at(unsigned index, const char *suffix)
{
	static char found[4][PATH_MAX];
	static unsigned slot;
	char *result = found[slot++ % 4];

	*result = '\0';
	listed.count = 0;
	nftw(trail_directory, list_one, 16, FTW_PHYS);
	qsort(listed.names, listed.count, sizeof(listed.names[0]), by_name);
	for (unsigned i = 0, n = 0; i < listed.count; i++) {
		const char *name = listed.names[i];
		size_t length = strlen(name), m = strlen(suffix);

		if (length > m && strcmp(name + length - m, suffix) == 0 && n++ == index)
			snprintf(result, PATH_MAX, "%s", name);
	}
	for (unsigned i = 0; i < listed.count; i++)
		free(listed.names[i]);
	if (!*result)
		fail_msg("no file %u that ends with %s", index, suffix);
	return result;
}

static __attribute__((unused)) void read_whole(const char *path, struct ht_buffer *b)
{
	ht_buffer_reset(b);
	assert_int_equal(ht_read_file(AT_FDCWD, path, 1 << 24, b), 0);
}

static __attribute__((unused)) void write_whole(const char *path, const void *data, size_t n)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(ht_write_all(fd, data, n), 0);
}

#endif
