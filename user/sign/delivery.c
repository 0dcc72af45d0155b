/* SPDX-License-Identifier: BSD-2-Clause */
#include "sign/delivery.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/timestamp.h"
#include "sign/publish.h"
#include "sign/reserve.h"

#define RETRY_MS 1000
#define LAST_RETRY_MS 200
#define LAST_TRIES 5

enum job_type {
	JOB_SYNC,
	JOB_LOG,
	JOB_DIGEST,
};

struct job {
	struct job *next;
	enum job_type type;
	int fd;                     /* JOB_SYNC */
	struct ht_log_writer *log;  /* JOB_LOG */
	struct ht_digest_log entry; /* JOB_LOG: its name */
	struct ht_publication publication; /* JOB_DIGEST */
};

struct ht_delivery {
	const struct ht_trail_identity *identity;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;

	/* Under the mutex. */
	struct job *first, **end; /* the first one is being done */
	size_t waiting, undigested;
	bool syncing, ending;
	struct ht_trail_status status;

	/* The thread's own. */
	struct ht_keyring keys;
	struct ht_head head;
	uint64_t next_number, log_sequence;
	struct ht_digest_log *logs;
	size_t log_count, log_capacity;
	int64_t since_ns;
	bool run_has_digest, gave_up;
	unsigned tries;
	struct ht_error gave_up_text;
	int gave_up_code;
};

static void free_job(struct job *j)
{
	if (j->fd >= 0)
		close(j->fd);
	ht_log_free(j->log);
	free(j->entry.name);
	ht_publication_free(&j->publication);
	free(j);
}

static struct job *new_job(enum job_type type)
{
	struct job *j = calloc(1, sizeof(*j));

	if (j) {
		j->type = type;
		j->fd = -1;
	}
	return j;
}

static void queue(struct ht_delivery *d, struct job *j)
{
	pthread_mutex_lock(&d->mutex);
	*d->end = j;
	d->end = &j->next;
	d->waiting++;
	pthread_cond_signal(&d->wake);
	pthread_mutex_unlock(&d->mutex);
}

/* ---- the thread ---- */

static int add_log(struct ht_delivery *d, struct ht_digest_log *entry)
{
	if (d->log_count == d->log_capacity) {
		size_t capacity = d->log_capacity ? 2 * d->log_capacity : 16;
		struct ht_digest_log *logs = reallocarray(d->logs, capacity, sizeof(*logs));

		if (!logs)
			return -ENOMEM;
		d->logs = logs;
		d->log_capacity = capacity;
	}
	d->logs[d->log_count++] = *entry;
	entry->name = NULL;
	return 0;
}

static int do_log(struct ht_delivery *d, struct job *j, struct ht_error *err)
{
	struct ht_log_name name;
	int r = ht_log_publish(j->log, &j->entry.summary, err);

	if (r == 0)
		r = ht_publish_directories(d->identity->directory, j->entry.name);
	if (r < 0)
		return ht_fail_errno(err, r, "%s/%s: cannot be delivered", d->identity->directory, j->entry.name);
	if (ht_log_name_parse(strrchr(j->entry.name, '/') + 1, &name))
		d->log_sequence = name.sequence;
	r = add_log(d, &j->entry);
	if (r < 0)
		return ht_fail_errno(err, r, "%s", d->identity->directory);
	pthread_mutex_lock(&d->mutex);
	d->undigested = d->log_count;
	d->status.log_files++;
	d->status.last_delivery_ns = ht_now_ns();
	pthread_mutex_unlock(&d->mutex);
	return 0;
}

/* The digest of this job gets what is known only now that all before it is done. */
static int complete(struct ht_delivery *d, struct ht_digest *digest)
{
	const struct ht_digest *last = d->head.digest;

	if (digest->logs) /* tried before */
		return 0;
	/* After a final digest comes a hole that it announces; after any other there must be none. */
	digest->start_ns = last && (d->run_has_digest || !last->final) ? last->end_ns : d->since_ns;
	digest->recording_since_ns = d->since_ns;
	digest->first_of_run = !d->run_has_digest;
	digest->log_sequence = d->log_sequence;
	digest->logs = d->logs ? d->logs : calloc(1, sizeof(*digest->logs));
	if (!digest->logs)
		return -ENOMEM;
	digest->log_count = d->log_count;
	d->logs = NULL;
	d->log_count = d->log_capacity = 0;
	return 0;
}

static int do_digest(struct ht_delivery *d, struct job *j, struct ht_error *err)
{
	int r = complete(d, j->publication.digest);

	if (r < 0)
		return ht_fail_errno(err, r, "%s", d->identity->directory);
	/* A log that could not be delivered is left: this is not all that there was. */
	if (d->gave_up && !j->publication.built)
		j->publication.digest->final = false;
	r = ht_publish(&j->publication, d->identity, &d->keys, &d->head, d->next_number, err);
	if (r < 0)
		return r;
	d->next_number++;
	d->run_has_digest = true;
	pthread_mutex_lock(&d->mutex);
	d->undigested = 0;
	d->status.digests++;
	d->status.last_digest_ns = d->head.digest->end_ns;
	snprintf(d->status.last_digest, sizeof(d->status.last_digest), "%s", d->head.digest->name);
	pthread_mutex_unlock(&d->mutex);
	return 0;
}

static int do_job(struct ht_delivery *d, struct job *j, struct ht_error *err)
{
	switch (j->type) {
	case JOB_SYNC:
		if (fdatasync(j->fd) < 0)
			return ht_fail_errno(err, -errno, "%s: sync", d->identity->directory);
		return 0;
	case JOB_LOG:
		/* After one that was given up the others wait for the next recorder: it will deliver them in their order. */
		return d->gave_up ? 0 : do_log(d, j, err);
	case JOB_DIGEST:
		return do_digest(d, j, err);
	}
	return 0;
}

/* Waits on the condition for so long at most; the mutex is held. */
static void wait_ms(struct ht_delivery *d, unsigned ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&d->wake, &d->mutex, &until);
}

/* A job has failed: true if it is to be tried again. The mutex is held. */
static bool try_again(struct ht_delivery *d, int code, const struct ht_error *err)
{
	d->status.delivery_error = code;
	snprintf(d->status.delivery_text, sizeof(d->status.delivery_text), "%s", err->text);
	if (!d->ending) {
		wait_ms(d, RETRY_MS);
		return true;
	}
	ht_reserve_release(d->identity->state);
	if (d->tries++ < LAST_TRIES) {
		wait_ms(d, LAST_RETRY_MS);
		return true;
	}
	d->tries = 0;
	if (!d->gave_up) {
		d->gave_up = true;
		d->gave_up_code = code;
		d->gave_up_text = *err;
	}
	return false;
}

static void finish_job(struct ht_delivery *d, struct job *j)
{
	d->first = j->next;
	if (!d->first)
		d->end = &d->first;
	d->waiting--;
	if (j->type == JOB_SYNC)
		d->syncing = false;
	free_job(j);
}

/* With nothing else to do the next key is made, so that no digest has to wait for it. Called with the mutex held. */
static void prepare_key(struct ht_delivery *d)
{
	struct ht_error err = { "" };
	int r;

	pthread_mutex_unlock(&d->mutex);
	r = ht_keyring_prepare(&d->keys, &err);
	pthread_mutex_lock(&d->mutex);
	if (r < 0 && !d->first && !d->ending) {
		d->status.delivery_error = r;
		snprintf(d->status.delivery_text, sizeof(d->status.delivery_text), "%s", err.text);
		wait_ms(d, RETRY_MS);
	}
}

static void *run(void *context)
{
	struct ht_delivery *d = context;

	pthread_mutex_lock(&d->mutex);
	for (;;) {
		struct ht_error err = { "" };
		struct job *j = d->first;
		int r;

		if (!j && d->ending)
			break;
		if (!j) {
			if (!d->keys.next)
				prepare_key(d);
			else
				pthread_cond_wait(&d->wake, &d->mutex);
			continue;
		}
		pthread_mutex_unlock(&d->mutex);
		r = do_job(d, j, &err);
		pthread_mutex_lock(&d->mutex);
		if (r < 0 && try_again(d, r, &err))
			continue;
		if (r == 0 && !d->gave_up) {
			d->status.delivery_error = 0;
			d->status.delivery_text[0] = '\0';
			d->tries = 0;
		}
		finish_job(d, j);
	}
	pthread_mutex_unlock(&d->mutex);
	return NULL;
}

/* ---- the calls ---- */

static void free_delivery(struct ht_delivery *d)
{
	while (d->first) {
		struct job *j = d->first;

		d->first = j->next;
		free_job(j);
	}
	ht_keyring_close(&d->keys);
	ht_head_free(&d->head);
	for (size_t i = 0; i < d->log_count; i++)
		free(d->logs[i].name);
	free(d->logs);
	pthread_cond_destroy(&d->wake);
	pthread_mutex_destroy(&d->mutex);
	free(d);
}

static int start_thread(struct ht_delivery *d)
{
	pthread_condattr_t attributes;
	sigset_t all, before;
	int r;

	pthread_mutex_init(&d->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&d->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	/* Signals are for the thread that records. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = -pthread_create(&d->thread, NULL, run, d);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}

int ht_delivery_begin(struct ht_delivery **ret, const struct ht_trail_identity *identity, struct ht_delivery_start *start)
{
	struct ht_delivery *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return -ENOMEM;
	d->identity = identity;
	d->end = &d->first;
	d->keys = start->keys;
	d->head = start->head;
	d->next_number = start->next_number;
	d->logs = start->logs;
	d->log_count = d->log_capacity = d->undigested = start->log_count;
	d->log_sequence = start->log_sequence;
	d->since_ns = start->since_ns;
	*start = (struct ht_delivery_start){ 0 };
	r = start_thread(d);
	if (r < 0) {
		free_delivery(d);
		return r;
	}
	*ret = d;
	return 0;
}

int ht_delivery_sync(struct ht_delivery *d, int fd)
{
	struct job *j;
	bool busy;

	pthread_mutex_lock(&d->mutex);
	busy = d->syncing;
	d->syncing = true;
	pthread_mutex_unlock(&d->mutex);
	if (busy)
		return 0;
	j = new_job(JOB_SYNC);
	if (j)
		j->fd = dup(fd);
	if (!j || j->fd < 0) {
		int r = j ? -errno : -ENOMEM;

		if (j)
			free_job(j);
		pthread_mutex_lock(&d->mutex);
		d->syncing = false;
		pthread_mutex_unlock(&d->mutex);
		return r;
	}
	queue(d, j);
	return 0;
}

int ht_delivery_log(struct ht_delivery *d, struct ht_log_writer *log, const char *name)
{
	struct job *j = new_job(JOB_LOG);

	if (!j || !(j->entry.name = strdup(name))) {
		if (j)
			free_job(j);
		return -ENOMEM;
	}
	j->log = log;
	queue(d, j);
	return 0;
}

int ht_delivery_digest(struct ht_delivery *d, int64_t end_ns, const struct ht_trail_accounts *accounts,
		       const char *reason)
{
	struct job *j = new_job(JOB_DIGEST);

	if (!j)
		return -ENOMEM;
	j->publication.digest = ht_publish_draft(d->identity, end_ns, accounts, reason);
	if (!j->publication.digest) {
		free_job(j);
		return -ENOMEM;
	}
	queue(d, j);
	return 0;
}

size_t ht_delivery_undigested(struct ht_delivery *d)
{
	size_t n;

	pthread_mutex_lock(&d->mutex);
	n = d->undigested;
	pthread_mutex_unlock(&d->mutex);
	return n;
}

size_t ht_delivery_waiting(struct ht_delivery *d)
{
	size_t n;

	pthread_mutex_lock(&d->mutex);
	n = d->waiting;
	pthread_mutex_unlock(&d->mutex);
	return n;
}

static void get_status(const struct ht_delivery *d, struct ht_trail_status *s)
{
	s->log_files = d->status.log_files;
	s->digests = d->status.digests;
	s->delivery_error = d->status.delivery_error;
	memcpy(s->delivery_text, d->status.delivery_text, sizeof(s->delivery_text));
	memcpy(s->last_digest, d->status.last_digest, sizeof(s->last_digest));
	s->last_delivery_ns = d->status.last_delivery_ns;
	s->last_digest_ns = d->status.last_digest_ns;
}

void ht_delivery_status(struct ht_delivery *d, struct ht_trail_status *s)
{
	pthread_mutex_lock(&d->mutex);
	get_status(d, s);
	pthread_mutex_unlock(&d->mutex);
}

int ht_delivery_end(struct ht_delivery *d, struct ht_trail_status *status, struct ht_error *err)
{
	int r;

	if (!d)
		return 0;
	pthread_mutex_lock(&d->mutex);
	d->ending = true;
	pthread_cond_signal(&d->wake);
	pthread_mutex_unlock(&d->mutex);
	pthread_join(d->thread, NULL);
	if (status)
		get_status(d, status);
	r = d->gave_up ? d->gave_up_code : 0;
	if (r < 0)
		ht_fail(err, r, "%s", d->gave_up_text.text);
	free_delivery(d);
	return r;
}
