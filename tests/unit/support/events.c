/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/events.h"

#include <ftw.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/timestamp.h"
#include "hosttrail/event.h"
#include "hosttrail/log.h"

static char directory[128];

static char *slot(void)
{
	static char slots[8][1024];
	static unsigned next;

	return slots[next++ % ARRAY_SIZE(slots)];
}

const char *test_directory(void)
{
	const char *tmp = getenv("TMPDIR");

	if (!*directory) {
		snprintf(directory, sizeof(directory), "%s/hosttrail-test.XXXXXX", tmp ? tmp : "/tmp");
		if (!mkdtemp(directory))
			fail_msg("%s: cannot be made", directory);
	}
	return directory;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void test_directory_remove(void)
{
	if (*directory)
		nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	*directory = '\0';
}

const char *test_event_with(const char *name, int64_t time_ns, uint64_t monotonic_ns, const char *boot,
			    const char *members)
{
	char time[HT_TIMESTAMP_LENGTH], *out = slot();

	ht_timestamp_write(time_ns, time);
	snprintf(out, 1024,
		 "{\"eventVersion\":\"1.0\",\"eventTime\":\"%.*s\",\"monotonicTime\":%" PRIu64
		 ",\"bootId\":\"%s\",\"eventName\":\"%s\"%s}",
		 HT_TIMESTAMP_LENGTH, time, monotonic_ns, boot, name, members);
	return out;
}

const char *test_event(const char *name, int64_t time_ns, uint64_t monotonic_ns)
{
	return test_event_with(name, time_ns, monotonic_ns, "b1", "");
}

static void write_log(const char *path, const char *const *lines)
{
	_cleanup_buffer_ struct ht_buffer scratch = { 0 };
	struct ht_log_writer *w;
	struct ht_log_summary summary;

	assert_int_equal(ht_log_create(&w, path, 1, 300, NULL), 0);
	for (; *lines; lines++) {
		struct ht_event_view view = { 0 };

		ht_event_decode(*lines, strlen(*lines), &scratch, &view, NULL);
		assert_int_equal(ht_log_append(w, *lines, strlen(*lines), view.time_ns), 0);
	}
	assert_int_equal(ht_log_finish(&w, &summary, NULL), 0);
}

const char *test_file(const char *name, const char *const *lines)
{
	char *path = slot();
	size_t n = (size_t)snprintf(path, 1024, "%s/%s", test_directory(), name);

	if (n > 4 && strcmp(path + n - 4, ".zst") == 0) {
		write_log(path, lines);
	} else {
		_cleanup_fclose_ FILE *f = fopen(path, "we");

		assert_non_null(f);
		for (; *lines; lines++)
			fprintf(f, "%s\n", *lines);
	}
	return path;
}
