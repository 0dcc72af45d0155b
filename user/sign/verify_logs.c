/* SPDX-License-Identifier: BSD-2-Clause */
/* Every log file that a digest lists: its place and number, and, on all processors, its bytes. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sign/verifier.h"

#define THREADS_MAX 64u
#define PROGRESS_NS 50000000L

bool ht_verify_log_in_place(const char *host_id, const char *name, struct ht_log_name *ret)
{
	const char *base = strrchr(name, '/');
	char place[PATH_MAX];

	if (!base || !ht_log_name_parse(base + 1, ret) || strcmp(ret->host, host_id))
		return false;
	snprintf(place, sizeof(place), "HostTrail/%s/%s/%.4s/%.2s/%.2s/%s", ret->host, ret->region, ret->time, ret->time + 4,
		 ret->time + 6, base + 1);
	return strcmp(place, name) == 0;
}

static void refuse(struct ht_verify_log *log, enum ht_finding_id id, const char *detail)
{
	log->skipped = true;
	log->id = id;
	snprintf(log->detail, sizeof(log->detail), "%s", detail);
}

/* The logs of a digest, with numbers that go on from *last; UINT64_MAX: where from is not known. */
static void take_logs(struct ht_verifier *v, struct ht_verify_digest *d, uint64_t *last)
{
	const struct ht_digest *digest = d->head.digest;
	uint64_t before = *last;

	for (size_t i = 0; i < digest->log_count; i++) {
		struct ht_verify_log *log = &v->logs[v->log_count++];
		struct ht_log_name name;

		*log = (struct ht_verify_log){ .listed = &digest->logs[i], .digest = d };
		if (!ht_verify_log_in_place(digest->host_id, log->listed->name, &name) || name.partial) {
			refuse(log, HT_FINDING_LOG_MOVED, d->file);
			continue;
		}
		if (before != UINT64_MAX && name.sequence <= before) {
			refuse(log, HT_FINDING_LOG_TWICE, d->file);
			continue;
		}
		if (before != UINT64_MAX && name.sequence != before + 1) {
			d->invalid = true;
			ht_verify_say(v, HT_FINDING_LOG_NUMBER, log->listed->name, "it comes after number %" PRIu64, before);
		}
		before = name.sequence;
		ht_verify_expect(v, log->listed->name);
	}
	if (before != UINT64_MAX && digest->log_sequence != before) {
		d->invalid = true;
		ht_verify_say(v, HT_FINDING_LOG_NUMBER, d->file,
			      "it counts %" PRIu64 " log files up to here, and lists them up to %" PRIu64, digest->log_sequence,
			      before);
	}
	*last = digest->log_sequence;
}

static int collect(struct ht_verifier *v, struct ht_error *err)
{
	uint64_t last = 0, number = 0;
	size_t count = 0;

	for (size_t i = 0; i < v->digest_count; i++)
		count += v->digests[i].head.digest ? v->digests[i].head.digest->log_count : 0;
	v->logs = calloc(count + 1, sizeof(*v->logs));
	if (!v->logs)
		return ht_fail_errno(err, -ENOMEM, "%s", v->o->trail);
	for (size_t i = 0; i < v->digest_count; i++) {
		struct ht_verify_digest *d = &v->digests[i];

		if (!d->head.digest)
			continue;
		if (d->number != number + 1)
			last = UINT64_MAX;
		number = d->number;
		take_logs(v, d, &last);
	}
	return 0;
}

/* ---- threads ---- */

struct pool {
	struct ht_verifier *v;
	int directory;
	atomic_size_t next;
	_Atomic uint64_t bytes;
};

static void add_bytes(void *context, uint64_t bytes)
{
	struct pool *p = context;

	atomic_fetch_add_explicit(&p->bytes, bytes, memory_order_relaxed);
}

static void *work(void *context)
{
	struct pool *p = context;
	size_t i;

	while ((i = atomic_fetch_add(&p->next, 1)) < p->v->log_count) {
		struct ht_verify_log *log = &p->v->logs[i];

		if (!log->skipped)
			ht_verify_log_file(p->v, p->directory, log, add_bytes, p);
	}
	return NULL;
}

static unsigned thread_count(const struct ht_verifier *v)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = v->o->threads ? v->o->threads : processors > 0 ? (size_t)processors : 1;

	if (n > v->log_count)
		n = v->log_count;
	return n > THREADS_MAX ? THREADS_MAX : (unsigned)n;
}

/* Waits for a thread, and tells how far all of them are meanwhile. */
static void join(struct pool *p, pthread_t thread, uint64_t all)
{
	const struct ht_verify_options *o = p->v->o;
	struct timespec until;

	if (!o->progress) {
		pthread_join(thread, NULL);
		return;
	}
	do {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += PROGRESS_NS;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		o->progress(o->context, atomic_load(&p->bytes), all);
	} while (pthread_timedjoin_np(thread, NULL, &until) == ETIMEDOUT);
}

static int read_all(struct ht_verifier *v, struct ht_error *err)
{
	struct pool p = { .v = v };
	_cleanup_close_ int fd = open(v->o->trail, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pthread_t threads[THREADS_MAX];
	unsigned wanted = thread_count(v), started = 0;
	uint64_t all = 0;

	if (fd < 0)
		return ht_fail_errno(err, -errno, "%s", v->o->trail);
	p.directory = fd;
	for (size_t i = 0; i < v->log_count; i++)
		if (__builtin_add_overflow(all, v->logs[i].listed->summary.stored_bytes, &all))
			all = UINT64_MAX;
	/* One alone is worth a thread only when somebody watches. */
	while (started < wanted && (wanted > 1 || v->o->progress) && pthread_create(&threads[started], NULL, work, &p) == 0)
		started++;
	if (started == 0)
		work(&p);
	for (unsigned i = 0; i < started; i++)
		join(&p, threads[i], all);
	v->result->stored_bytes += atomic_load(&p.bytes);
	return 0;
}

/* ---- the outcome ---- */

static void count(struct ht_verifier *v, const struct ht_verify_log *log)
{
	struct ht_verify_result *r = v->result;

	if (!log->good && !log->skipped && log->id == HT_FINDING_LOG_MISSING)
		r->logs_missing++;
	else if (!log->good || log->skipped || !log->digest->proven)
		r->logs_invalid++;
	else {
		r->logs_valid++;
		r->events += log->listed->summary.events;
	}
}

static void report(struct ht_verifier *v, const struct ht_verify_log *log)
{
	struct ht_finding f = {
		.id = log->id,
		.file = log->listed->name,
		.detail = log->detail[0] ? log->detail : NULL,
		.has_offset = log->has_offset,
		.offset = log->offset,
	};

	if (log->skipped || !log->good)
		ht_verify_report(v, &f);
	else if (log->listed->recovered)
		ht_verify_say(v, HT_FINDING_LOG_RECOVERED, f.file, "%" PRIu64 " bytes at its end were no complete line",
			      log->listed->cut_bytes);
}

int ht_verify_logs(struct ht_verifier *v, struct ht_error *err)
{
	int r = collect(v, err);

	if (r == 0)
		r = read_all(v, err);
	for (size_t i = 0; r == 0 && i < v->log_count; i++) {
		report(v, &v->logs[i]);
		count(v, &v->logs[i]);
	}
	return r;
}
