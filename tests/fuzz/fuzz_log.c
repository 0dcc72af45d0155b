/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a log file: reading ends, and what it returns are lines. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hosttrail/event.h"
#include "hosttrail/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool claim)
{
	if (!claim)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ht_log_reader *r = NULL;
	struct ht_error err = { "" };
	struct ht_text line;
	uint64_t content = 0;
	int64_t ns;
	unsigned lines = 0;
	int code;

	if (ht_log_open_memory(&r, data, size, "input", &err) < 0) {
		must(err.text[0]);
		return 0;
	}
	/* A few bytes can stand for a great many: what matters is the way there, not the length of it. */
	while (lines++ < 100000 && (code = ht_log_read_line(r, &line, &err)) > 0) {
		must(line.length < HT_EVENT_LINE_MAX && !memchr(line.data, '\n', line.length));
		must(ht_log_read_content(r) > content || line.length == 0);
		must(ht_log_read_stored(r) <= size);
		content = ht_log_read_content(r);
		ht_log_line_time(line, &ns);
		if (content > 64u << 20)
			break;
	}
	ht_log_close(r);
	return 0;
}
