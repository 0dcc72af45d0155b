/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Newest first. Compressed files can only be read forwards, so each is searched as a whole when the merge
 * gets to its newest event, and its matches are kept until they are delivered from their end.
 */
#include <errno.h>
#include <fcntl.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "history/run.h"

struct match {
	struct ht_moment at;
	char *line;      /* NULL: in the spool */
	uint64_t offset; /* in the spool */
	size_t length;
};

/* The matches of a file: match[first .. last), in order; the last is delivered next. */
struct matches {
	struct match *match;
	size_t first, last, capacity;
};

struct merge {
	struct ht_search search;
	struct ht_candidate *waiting; /* by their newest event */
	size_t next, files;
	struct matches *source;
	size_t sources;
	uint64_t max, delivered;
	uint64_t memory; /* bytes of lines that are held */
	int spool;
	uint64_t spooled;
	struct ht_buffer line; /* one out of the spool */
};

static void matches_free(struct matches *s)
{
	for (size_t i = s->first; i < s->last; i++)
		free(s->match[i].line);
	free(s->match);
	*s = (struct matches){ 0 };
}

static void merge_free(struct merge *m)
{
	for (size_t i = 0; i < m->sources; i++)
		matches_free(&m->source[i]);
	free(m->source);
	free(m->waiting);
	ht_buffer_free(&m->line);
	if (m->spool >= 0)
		close(m->spool);
	ht_search_free(&m->search);
}

static int by_newest(const void *va, const void *vb)
{
	const struct ht_history_file *a = ((const struct ht_candidate *)va)->file;
	const struct ht_history_file *b = ((const struct ht_candidate *)vb)->file;

	if (a->newest_ns != b->newest_ns)
		return a->newest_ns > b->newest_ns ? -1 : 1;
	return a > b ? -1 : a < b;
}

static int merge_init(struct merge *m, const struct ht_history *h, const struct ht_query *query, uint64_t max,
		      const struct ht_history_sink *sink)
{
	*m = (struct merge){ .max = max, .spool = -1 };
	ht_search_init(&m->search, h, query, sink);
	m->source = calloc(h->count + 1, sizeof(*m->source));
	if (!m->source)
		return -ENOMEM;
	return ht_search_candidates(&m->search, h, by_newest, &m->waiting, &m->files);
}

static int open_spool(struct ht_error *err)
{
	const char *directory = getenv("TMPDIR");
	int fd;

	if (!directory || !*directory)
		directory = "/tmp";
	fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return fd >= 0 ? fd
		       : ht_fail_errno(err, -errno,
				       "%s: no temporary file for the matches; set TMPDIR or --max-results",
				       directory);
}

/* Moves a line to the spool. */
static int spool(struct merge *m, struct match *match, struct ht_error *err)
{
	int e;

	if (m->spool < 0) {
		int fd = open_spool(err);

		if (fd < 0)
			return fd;
		m->spool = fd;
	}
	e = ht_write_all(m->spool, match->line, match->length);
	if (e < 0)
		return ht_fail_errno(err, e,
				     "%s: the temporary file for the matches; set TMPDIR or --max-results",
				     getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	match->offset = m->spooled;
	m->spooled += match->length;
	free(TAKE_PTR(match->line));
	return 0;
}

static int make_room(struct matches *s)
{
	size_t n = s->last - s->first, capacity = s->capacity ? 2 * s->capacity : 64;
	struct match *match;

	if (s->last < s->capacity)
		return 0;
	if (s->first > s->capacity / 2) { /* mostly matches that were dropped */
		memmove(s->match, s->match + s->first, n * sizeof(*s->match));
		s->first = 0;
		s->last = n;
		return 0;
	}
	match = reallocarray(s->match, capacity, sizeof(*match));
	if (!match)
		return -ENOMEM;
	s->match = match;
	s->capacity = capacity;
	return 0;
}

/* Keeps a match; with a limit, only as many of a file as may still be delivered. held's line is taken, also
 * on failure. */
static int keep(struct merge *m, struct matches *s, const struct ht_held *held, struct ht_error *err)
{
	struct match match = { held->at, held->line, 0, held->length };
	int e = make_room(s);

	if (e == 0 && m->memory + held->length > HT_HISTORY_MEMORY)
		e = spool(m, &match, err);
	if (e < 0) {
		free(match.line);
		return e;
	}
	if (match.line)
		m->memory += match.length;
	s->match[s->last++] = match;
	if (m->max && s->last - s->first > m->max - m->delivered) {
		struct match *oldest = &s->match[s->first++];

		if (oldest->line)
			m->memory -= oldest->length;
		free(oldest->line);
	}
	return 0;
}

/* Searches the next file. */
static int load_next(struct merge *m, struct ht_error *err)
{
	_cleanup_(ht_run_close) struct ht_run run;
	struct matches *s = &m->source[m->sources++];
	int e = ht_run_open(&run, &m->search, m->waiting[m->next++].file);

	while (e == 0) {
		struct ht_held held;
		int more = ht_run_next(&run, &m->search, &held);

		if (more <= 0) {
			e = more;
			break;
		}
		e = keep(m, s, &held, err);
	}
	if (e == 0 && s->first == s->last) {
		matches_free(s);
		m->sources--;
	}
	return e;
}

static const struct match *newest(const struct merge *m, size_t i)
{
	return &m->source[i].match[m->source[i].last - 1];
}

static size_t latest(const struct merge *m)
{
	size_t best = 0;

	for (size_t i = 1; i < m->sources; i++) {
		if (ht_moment_before(&newest(m, best)->at, &newest(m, i)->at))
			best = i;
	}
	return best;
}

static int unspool(struct merge *m, const struct match *match, struct ht_text *ret, struct ht_error *err)
{
	size_t done = 0;

	ht_buffer_reset(&m->line);
	if (!ht_buffer_room(&m->line, match->length + 1))
		return -ENOMEM;
	while (done < match->length) {
		ssize_t n = pread(m->spool, m->line.data + done, match->length - done,
				  (off_t)(match->offset + done));

		if (n == 0 || (n < 0 && errno != EINTR))
			return ht_fail_errno(err, n ? -errno : -EIO, "the temporary file for the matches");
		done += n > 0 ? (size_t)n : 0;
	}
	*ret = (struct ht_text){ m->line.data, match->length };
	return 0;
}

static int deliver(struct merge *m, size_t i, struct ht_error *err)
{
	const struct ht_history_sink *sink = m->search.sink;
	struct matches *s = &m->source[i];
	struct match match = s->match[--s->last];
	struct ht_text line = { match.line, match.length };
	int e = 0;

	if (match.line)
		m->memory -= match.length;
	else
		e = unspool(m, &match, &line, err);
	if (s->first == s->last) {
		matches_free(s);
		memmove(s, s + 1, (--m->sources - i) * sizeof(*s));
	}
	m->delivered++;
	if (e == 0)
		e = sink->event(sink->context, line);
	free(match.line);
	return e;
}

static int run_merge(struct merge *m, struct ht_error *err)
{
	while (!m->max || m->delivered < m->max) {
		size_t best = latest(m);
		int e;

		if (m->next < m->files &&
		    (!m->sources || m->waiting[m->next].file->newest_ns >= newest(m, best)->at.time_ns))
			e = load_next(m, err);
		else if (m->sources)
			e = deliver(m, best, err);
		else
			break;
		if (e)
			return e;
	}
	return 0;
}

int ht_history_backward(const struct ht_history *h, const struct ht_query *query, uint64_t max_results,
			const struct ht_history_sink *sink, struct ht_history_result *ret,
			struct ht_error *err)
{
	_cleanup_(merge_free) struct merge m;
	int e = merge_init(&m, h, query, max_results, sink);

	if (e == 0)
		e = run_merge(&m, err);
	if (e == -ENOMEM)
		ht_fail_errno(err, e, "search");
	*ret = m.search.result;
	return e;
}
