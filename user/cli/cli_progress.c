/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"

#include <unistd.h>

#include "base/timestamp.h"

#define BAR 30u
#define DRAW_NS (HT_NS_PER_S / 10)
#define PATIENCE_NS (HT_NS_PER_S / 2) /* work that is done sooner shows no bar */

static int64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * HT_NS_PER_S + now.tv_nsec;
}

void ht_cli_progress_begin(struct ht_cli_progress *p, const char *what, uint64_t total)
{
	*p = (struct ht_cli_progress){ .what = what, .total = total, .terminal = isatty(STDERR_FILENO) };
	if (!p->terminal)
		return;
	p->start_ns = monotonic_ns();
	p->next_ns = p->start_ns + PATIENCE_NS;
}

void ht_cli_progress_update(struct ht_cli_progress *p, uint64_t done)
{
	char bar[BAR + 1];
	int64_t now, left_s;
	unsigned filled;

	if (!p->terminal || !p->total || !done)
		return;
	now = monotonic_ns();
	if (now < p->next_ns)
		return;
	p->next_ns = now + DRAW_NS;
	done = done < p->total ? done : p->total;
	filled = (unsigned)((double)done / (double)p->total * BAR);
	memset(bar, '#', filled);
	memset(bar + filled, '.', BAR - filled);
	bar[BAR] = '\0';
	left_s = (int64_t)((double)(now - p->start_ns) / (double)done * (double)(p->total - done)) /
		 HT_NS_PER_S;
	fprintf(stderr, "\r\033[K%s [%s] %3u %%, %lld s left", p->what, bar,
		(unsigned)((double)done / (double)p->total * 100), (long long)left_s);
	fflush(stderr);
	p->shown = true;
}

void ht_cli_progress_clear(struct ht_cli_progress *p)
{
	if (!p->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	p->shown = false;
}
