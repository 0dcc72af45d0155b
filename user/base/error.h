/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What went wrong, for a person. Library functions return a negative errno and, when the caller passed a
 * struct ht_error, one line that names the thing, what is wrong with it and what to do about it. They never print;
 * the command that called them does, once. err may be NULL everywhere.
 */
#ifndef HT_BASE_ERROR_H
#define HT_BASE_ERROR_H

struct ht_error {
	char text[1024]; /* one line, NUL-terminated, control bytes of hostile names escaped; empty: no error */
};

/* Sets the text and returns code (a negative errno), so that a failure is one statement. */
int ht_fail(struct ht_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Like ht_fail() with ": " and the text of the errno code appended. */
int ht_fail_errno(struct ht_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
