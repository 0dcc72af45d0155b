/* SPDX-License-Identifier: BSD-2-Clause */
#include "history/run.h"

#include <errno.h>
#include <inttypes.h>

#include "base/cleanup.h"

#define PROGRESS_LINES 4096u

void ht_search_init(struct ht_search *s, const struct ht_history *h, const struct ht_query *query,
		    const struct ht_history_sink *sink)
{
	*s = (struct ht_search){ .query = query, .sink = sink, .total = h->bytes };
	if (query)
		ht_prefilter_init(&s->prefilter, query);
}

void ht_search_free(struct ht_search *s)
{
	ht_buffer_free(&s->scratch);
}

static bool ruled_out(const struct ht_search *s, const struct ht_history_file *file)
{
	if (file->empty)
		return true;
	return s->query && (file->newest_ns < s->query->start_ns || file->oldest_ns > s->query->end_ns);
}

/* Counts bytes as read or ruled out. */
static void progress(struct ht_search *s, uint64_t bytes)
{
	s->done += bytes;
	if (s->sink->progress)
		s->sink->progress(s->sink->context, s->done, s->total);
}

int ht_search_candidates(struct ht_search *s, const struct ht_history *h,
			 int (*compare)(const void *, const void *), struct ht_candidate **ret,
			 size_t *ret_count)
{
	struct ht_candidate *candidates = calloc(h->count + 1, sizeof(*candidates));
	size_t n = 0;

	if (!candidates)
		return -ENOMEM;
	for (size_t i = 0; i < h->count; i++) {
		if (ruled_out(s, &h->file[i]))
			progress(s, h->file[i].bytes);
		else
			candidates[n++].file = &h->file[i];
	}
	qsort(candidates, n, sizeof(*candidates), compare);
	*ret = candidates;
	*ret_count = n;
	return 0;
}

static void report(struct ht_search *s, const char *text)
{
	s->result.problems++;
	if (s->sink->problem)
		s->sink->problem(s->sink->context, text);
}

/* A file that a recorder finishes loses its ".partial" between our finding it and our opening it. */
static int open_log(struct ht_log_reader **ret, const char *path, struct ht_error *err)
{
	static const char suffix[] = ".partial";
	size_t n = strlen(path), m = sizeof(suffix) - 1;
	_cleanup_free_ char *complete = NULL;
	int e = ht_log_open(ret, path, err);

	if (e != -ENOENT || n <= m || strcmp(path + n - m, suffix) != 0)
		return e;
	complete = strndup(path, n - m);
	return complete ? ht_log_open(ret, complete, err) : -ENOMEM;
}

int ht_run_open(struct ht_run *r, struct ht_search *s, const struct ht_history_file *file)
{
	struct ht_error err = { "" };
	int e;

	*r = (struct ht_run){ .file = file };
	e = open_log(&r->reader, file->path, &err);
	if (e == -ENOMEM)
		return e;
	if (e < 0)
		report(s, err.text);
	return 0;
}

void ht_run_close(struct ht_run *r)
{
	ht_log_close(r->reader);
	r->reader = NULL;
	ht_window_free(&r->window);
	ht_window_free(&r->data);
}

static void count_progress(struct ht_run *r, struct ht_search *s, uint64_t stored)
{
	if (stored > r->file->bytes)
		stored = r->file->bytes; /* it grew since */
	progress(s, stored - r->counted);
	r->counted = stored;
}

/* The end of the file, in order or not. */
static void finish(struct ht_run *r, struct ht_search *s, const char *damage)
{
	struct ht_error err;

	ht_log_close(r->reader);
	r->reader = NULL;
	count_progress(r, s, r->file->bytes);
	if (r->bad_lines) {
		ht_fail(&err, 0,
			"%s: lines that are no events: %" PRIu64 ", left out; the first is line %" PRIu64
			": %s%s%s",
			r->file->path, r->bad_lines, r->first_bad, r->first_why, damage ? "; " : "",
			damage ? damage : "");
		damage = err.text;
	}
	if (damage)
		report(s, damage);
}

/* Takes a line into the window if it is an event that the query matches. */
static int take_line(struct ht_run *r, struct ht_search *s, struct ht_text line)
{
	struct ht_event_view view;
	struct ht_moment at;
	const char *why = NULL;
	int e;

	r->lines++;
	s->result.events++;
	if (s->query && !ht_prefilter_passes(&s->prefilter, line))
		return 0;
	e = ht_event_decode(line.data, line.length, &s->scratch, &view, &why);
	if (e == -EBADMSG) {
		if (!r->bad_lines++) {
			r->first_bad = r->lines;
			r->first_why = why;
		}
		return 0;
	}
	if (e < 0 || (s->query && !ht_query_match(s->query, &view)))
		return e;
	s->result.matches++;
	at = ht_moment_of(&view);
	return ht_window_push(ht_text_equal(view.ring, HT_TEXT("data")) ? &r->data : &r->window, &at, line);
}

/*
 * Need no more be read to know which line is next? The management ring is drained before the data ring, so a
 * data event may be late by as much as the data ring holds, and other events are not late behind data events:
 * once the nearest data events are here, nothing that comes can be before the first of what is here.
 */
static bool is_settled(const struct ht_run *r)
{
	return r->data.count >= HT_HISTORY_NEAR || r->data.count + r->window.count >= HT_HISTORY_WINDOW ||
	       r->data.bytes + r->window.bytes >= HT_HISTORY_WINDOW_BYTES;
}

static bool pop(struct ht_run *r, struct ht_held *ret)
{
	const struct ht_held *a = ht_window_first(&r->window), *b = ht_window_first(&r->data);

	if (a && b)
		return ht_window_pop(ht_moment_before(&b->at, &a->at) ? &r->data : &r->window, ret);
	return ht_window_pop(a ? &r->window : &r->data, ret);
}

int ht_run_next(struct ht_run *r, struct ht_search *s, struct ht_held *ret)
{
	while (r->reader && !is_settled(r)) {
		struct ht_error err = { "" };
		struct ht_text line;
		int e = ht_log_read_line(r->reader, &line, &err);

		if (e == -ENOMEM)
			return e;
		if (e <= 0) {
			finish(r, s, e < 0 ? err.text : NULL);
			break;
		}
		e = take_line(r, s, line);
		if (e < 0)
			return e;
		if (r->lines % PROGRESS_LINES == 0)
			count_progress(r, s, ht_log_read_stored(r->reader));
	}
	return pop(r, ret);
}
