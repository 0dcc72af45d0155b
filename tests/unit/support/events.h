/* SPDX-License-Identifier: BSD-2-Clause */
/* Events and log files for tests. */
#ifndef HT_TESTS_EVENTS_H
#define HT_TESTS_EVENTS_H

#include <stddef.h>
#include <stdint.h>

/* A new directory below TMPDIR; removed with all below it by test_directory_remove(). Ends the test when it
 * cannot. */
const char *test_directory(void);
void test_directory_remove(void);

/* An event line of boot "b1", eventName name, at these times; valid until the next call but seven. */
const char *test_event(const char *name, int64_t time_ns, uint64_t monotonic_ns);

/* Any JSON members behind those (with a leading comma). */
const char *test_event_with(const char *name, int64_t time_ns, uint64_t monotonic_ns, const char *boot,
			    const char *members);

/* Writes lines (up to NULL) to a file in the test's directory; returns its path, valid like a line. A name
 * that ends in .zst gets a log file with a frame for every two lines, the times taken from the lines; any
 * other one plain lines. */
const char *test_file(const char *name, const char *const *lines);

#endif
