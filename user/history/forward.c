/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Oldest first. Files are opened when the merge gets to their oldest event, so few are open at a time however
 * many there are: those whose times overlap, and those that do not tell their times.
 */
#include <errno.h>

#include "base/cleanup.h"
#include "history/run.h"

struct source {
	struct ht_run run;
	struct ht_held head;
};

struct merge {
	struct ht_search search;
	struct ht_candidate *waiting; /* by their oldest event */
	size_t next, files;
	struct source *source;
	size_t sources;
};

static void merge_free(struct merge *m)
{
	for (size_t i = 0; i < m->sources; i++) {
		free(m->source[i].head.line);
		ht_run_close(&m->source[i].run);
	}
	free(m->source);
	free(m->waiting);
	ht_search_free(&m->search);
}

static int by_oldest(const void *va, const void *vb)
{
	const struct ht_history_file *a = ((const struct ht_candidate *)va)->file;
	const struct ht_history_file *b = ((const struct ht_candidate *)vb)->file;

	if (a->oldest_ns != b->oldest_ns)
		return a->oldest_ns < b->oldest_ns ? -1 : 1;
	return a < b ? -1 : a > b; /* both of one array, which is ordered by path */
}

static int merge_init(struct merge *m, const struct ht_history *h, const struct ht_query *query,
		      const struct ht_history_sink *sink)
{
	*m = (struct merge){ 0 };
	ht_search_init(&m->search, h, query, sink);
	m->source = calloc(HT_HISTORY_OPEN_MAX, sizeof(*m->source));
	if (!m->source)
		return -ENOMEM;
	return ht_search_candidates(&m->search, h, by_oldest, &m->waiting, &m->files);
}

/* The source's next line; without one the source goes. */
static int advance(struct merge *m, size_t i)
{
	struct source *s = &m->source[i];
	int e = ht_run_next(&s->run, &m->search, &s->head);

	if (e == 0) {
		ht_run_close(&s->run);
		memmove(s, s + 1, (--m->sources - i) * sizeof(*s)); /* the older stays before the newer */
	}
	return e < 0 ? e : 0;
}

static int open_next(struct merge *m, struct ht_error *err)
{
	struct source *s = &m->source[m->sources];
	int e;

	if (m->sources == HT_HISTORY_OPEN_MAX)
		return ht_fail(err, -EMFILE,
			       "%s: is one of more than %u files whose times overlap or are unknown; give "
			       "fewer at a time",
			       m->waiting[m->next].file->path, HT_HISTORY_OPEN_MAX);
	*s = (struct source){ 0 };
	e = ht_run_open(&s->run, &m->search, m->waiting[m->next++].file);
	if (e < 0)
		return e;
	return advance(m, m->sources++);
}

static size_t earliest(const struct merge *m)
{
	size_t best = 0;

	for (size_t i = 1; i < m->sources; i++)
		if (ht_moment_before(&m->source[i].head.at, &m->source[best].head.at))
			best = i;
	return best;
}

static int run_merge(struct merge *m, struct ht_error *err)
{
	const struct ht_history_sink *sink = m->search.sink;

	for (;;) {
		size_t best = earliest(m);
		struct ht_held *head = &m->source[best].head;
		int e;

		if (m->next < m->files &&
		    (!m->sources || m->waiting[m->next].file->oldest_ns <= head->at.time_ns)) {
			e = open_next(m, err);
			if (e < 0)
				return e;
			continue;
		}
		if (!m->sources)
			return 0;
		e = sink->event(sink->context, (struct ht_text){ head->line, head->length });
		free(TAKE_PTR(head->line));
		if (e)
			return e;
		e = advance(m, best);
		if (e < 0)
			return e;
	}
}

int ht_history_forward(const struct ht_history *h, const struct ht_query *query,
		       const struct ht_history_sink *sink, struct ht_history_result *ret,
		       struct ht_error *err)
{
	_cleanup_(merge_free) struct merge m;
	int e = merge_init(&m, h, query, sink);

	if (e == 0)
		e = run_merge(&m, err);
	if (e == -ENOMEM)
		ht_fail_errno(err, e, "search");
	*ret = m.search.result;
	return e;
}
