/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Names in messages come from anywhere: a terminal must not obey them, and a message is one line. */
static void escape_controls(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

int ht_fail(struct ht_error *err, int code, const char *format, ...)
{
	va_list ap;

	if (!err)
		return code;
	va_start(ap, format);
	vsnprintf(err->text, sizeof(err->text), format, ap);
	va_end(ap);
	escape_controls(err->text);
	return code;
}

int ht_fail_errno(struct ht_error *err, int code, const char *format, ...)
{
	va_list ap;
	int n;

	if (!err)
		return code;
	va_start(ap, format);
	n = vsnprintf(err->text, sizeof(err->text), format, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(err->text))
		snprintf(err->text + n, sizeof(err->text) - (size_t)n, ": %s", strerror(-code));
	escape_controls(err->text);
	return code;
}
