/* SPDX-License-Identifier: BSD-2-Clause */
#include "hosttrail/trail.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/hex.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "hosttrail/event.h"
#include "hosttrail/log.h"
#include "sign/delivery.h"
#include "sign/reserve.h"
#include "sign/trail_state.h"

#define NS_PER_S 1000000000ull
#define WAITING_MAX 64u        /* jobs behind a disk that takes nothing; no log is rotated beyond that */
#define UNDIGESTED_MAX 8192u   /* log files in one digest, give or take those under way */
#define HOST_NAME_MAX_BYTES 255u

struct ht_trail {
	struct ht_trail_identity identity;
	int lock;
	int level;
	uint64_t delivery_ns, delivery_bytes, digest_ns, sync_ns;
	void (*accounts)(void *context, struct ht_trail_accounts *ret);
	void *context;

	struct ht_delivery *delivery;
	struct ht_log_writer *log; /* NULL: nothing was appended since the last one was ended */
	char log_name[PATH_MAX];   /* relative to the trail's directory */
	uint64_t log_sequence;     /* of the newest log file */
	bool log_ended;            /* it is complete, and could not be handed over yet */

	bool ticked, unsynced, digest_due;
	uint64_t now, log_since, last_digest, last_sync; /* by the monotonic clock */

	struct ht_trail_status status; /* what delivery does not know; of logs that were handed over */
	struct ht_trail_recovery recovery;
	char *first_key, first_fingerprint[HT_HEX_SHA256];
	bool is_new;
};

/* ---- opening ---- */

static void free_trail(struct ht_trail *t)
{
	if (!t)
		return;
	ht_log_free(t->log);
	ht_delivery_end(t->delivery, NULL, NULL);
	if (t->lock >= 0)
		close(t->lock);
	free(t->identity.directory);
	free(t->identity.state);
	free(t->identity.name);
	free(t->identity.host_id);
	free(t->identity.host_name);
	free(t->identity.region);
	free(t->identity.boot_id);
	free(t->first_key);
	free(t);
}

DEFINE_CLEANUP(struct ht_trail *, free_trail)

static int check_options(const struct ht_trail_options *o, struct ht_error *err)
{
	unsigned char host[8];

	if (!o->root || !o->root[0])
		return ht_fail(err, -EINVAL, "root: is empty; name a directory");
	if (o->name && !ht_label_valid(o->name))
		return ht_fail(err, -EINVAL, "%s: cannot be a trail's name; take letters, digits, '.', '_' and '-'", o->name);
	if (o->region && !ht_label_valid(o->region))
		return ht_fail(err, -EINVAL, "%s: cannot be a region; take letters, digits, '.', '_' and '-'", o->region);
	if (!o->host_id || ht_hex_read(o->host_id, strlen(o->host_id), host, sizeof(host)) < 0)
		return ht_fail(err, -EINVAL, "%s: is no host id; it has 16 lower-case hexadecimal digits",
			       o->host_id ? o->host_id : "");
	if (!o->host_name || !o->host_name[0] || strlen(o->host_name) > HOST_NAME_MAX_BYTES)
		return ht_fail(err, -EINVAL, "host name: is empty or too long");
	if (!o->boot_id || !o->boot_id[0] || strlen(o->boot_id) > HT_LABEL_MAX)
		return ht_fail(err, -EINVAL, "boot id: is empty or too long");
	return 0;
}

static int set_up(struct ht_trail *t, const struct ht_trail_options *o)
{
	struct ht_trail_identity *i = &t->identity;
	const char *name = o->name ? o->name : "default";

	t->lock = -1;
	t->level = o->zstd_level ? o->zstd_level : 1;
	t->delivery_ns = (o->delivery_seconds ? o->delivery_seconds : 300) * NS_PER_S;
	t->delivery_bytes = o->delivery_bytes ? o->delivery_bytes : 50000000;
	t->digest_ns = (o->digest_seconds ? o->digest_seconds : 3600) * NS_PER_S;
	t->sync_ns = (o->sync_seconds ? o->sync_seconds : 1) * NS_PER_S;
	t->accounts = o->accounts;
	t->context = o->context;
	if (asprintf(&i->directory, "%s/%s", o->root, name) < 0)
		i->directory = NULL;
	if (asprintf(&i->state, "%s/%s/state", o->root, name) < 0)
		i->state = NULL;
	i->name = strdup(name);
	i->host_id = strdup(o->host_id);
	i->host_name = strdup(o->host_name);
	i->region = strdup(o->region ? o->region : "default");
	i->boot_id = strdup(o->boot_id);
	i->digest_seconds = t->digest_ns / NS_PER_S;
	return i->directory && i->state && i->name && i->host_id && i->host_name && i->region && i->boot_id ? 0 :
														     -ENOMEM;
}

static void free_start(struct ht_delivery_start *s)
{
	ht_keyring_close(&s->keys);
	ht_head_free(&s->head);
	for (size_t i = 0; i < s->log_count; i++)
		free(s->logs[i].name);
	free(s->logs);
}

static int keep_first_key(struct ht_trail *t, const struct ht_keyring *keys)
{
	t->is_new = keys->is_new;
	t->recovery.key_lost = keys->lost;
	memcpy(t->first_fingerprint, keys->first_fingerprint, sizeof(t->first_fingerprint));
	t->first_key = strdup(keys->first_pem ? keys->first_pem : "");
	return t->first_key ? 0 : -ENOMEM;
}

/* Everything that was there before, dealt with and handed to delivery. */
static int go_on(struct ht_trail *t, enum ht_signature_algorithm algorithm, struct ht_error *err)
{
	const struct ht_trail_identity *i = &t->identity;
	_cleanup_(free_start) struct ht_delivery_start s = { 0 };
	struct ht_log_name name;
	uint64_t kept;
	int r;

	r = ht_trail_find_head(i, &s.head, &s.next_number, &t->recovery, err);
	if (r < 0)
		return r;
	s.log_sequence = s.head.digest ? s.head.digest->log_sequence : 0;
	r = ht_trail_find_logs(i, s.log_sequence, t->level, &s.logs, &s.log_count, &t->recovery, err);
	if (r < 0)
		return r;
	if (s.log_count && ht_log_name_parse(strrchr(s.logs[s.log_count - 1].name, '/') + 1, &name))
		s.log_sequence = name.sequence;
	kept = ht_trail_load_sequence(i->state);
	t->log_sequence = kept > s.log_sequence ? kept : s.log_sequence;
	r = ht_keyring_open(&s.keys, i->state, s.head.digest ? s.head.digest->next_public_key_fingerprint : NULL, algorithm,
			    err);
	if (r < 0)
		return r;
	r = keep_first_key(t, &s.keys);
	if (r == 0) {
		s.since_ns = ht_now_ns();
		r = ht_delivery_begin(&t->delivery, i, &s);
	}
	return r < 0 ? ht_fail_errno(err, r, "%s", i->directory) : 0;
}

int ht_trail_open(struct ht_trail **ret, const struct ht_trail_options *options, struct ht_error *err)
{
	_cleanup_(free_trail_p) struct ht_trail *t = NULL;
	int r = check_options(options, err);

	if (r < 0)
		return r;
	t = calloc(1, sizeof(*t));
	if (!t || set_up(t, options) < 0)
		return ht_fail_errno(err, -ENOMEM, "%s", options->root);
	r = ht_trail_claim(&t->identity, &t->lock, err);
	if (r < 0)
		return r;
	/* Leftovers and keys first: they may need the room. */
	r = go_on(t, options->algorithm, err);
	if (r < 0)
		return r;
	r = ht_reserve_make(t->identity.state);
	if (r < 0)
		return ht_fail_errno(err, r, "%s: there is no room for the last words; free some space",
				     t->identity.directory);
	*ret = TAKE_PTR(t);
	return 0;
}

const char *ht_trail_directory(const struct ht_trail *t)
{
	return t->identity.directory;
}

const char *ht_trail_first_public_key(const struct ht_trail *t)
{
	return t->first_key;
}

const char *ht_trail_first_fingerprint(const struct ht_trail *t)
{
	return t->first_fingerprint;
}

bool ht_trail_is_new(const struct ht_trail *t)
{
	return t->is_new;
}

const struct ht_trail_recovery *ht_trail_recovered(const struct ht_trail *t)
{
	return &t->recovery;
}

/* ---- the current log ---- */

static int begin_log(struct ht_trail *t)
{
	const struct ht_trail_identity *i = &t->identity;
	uint64_t sequence = t->log_sequence + 1;
	char path[PATH_MAX], time[17];
	int n, directory, r;

	ht_timestamp_compact(ht_now_ns(), time);
	n = snprintf(t->log_name, sizeof(t->log_name), "HostTrail/%s/%s/%.4s/%.2s/%.2s/", i->host_id, i->region, time, time + 4,
		     time + 6);
	directory = snprintf(path, sizeof(path), "%s/%s", i->directory, t->log_name);
	if (directory <= 0 || (size_t)directory >= sizeof(path) - 256)
		return -ENAMETOOLONG;
	path[directory - 1] = '\0';
	r = ht_mkdir_parents(path, 0700);
	if (r < 0)
		return r;
	snprintf(t->log_name + n, sizeof(t->log_name) - (size_t)n, "%s_HostTrail_%s_%s_%016" PRIu64 ".jsonl.zst", i->host_id,
		 i->region, time, sequence);
	path[directory - 1] = '/';
	snprintf(path + directory, sizeof(path) - (size_t)directory, "%s", t->log_name + n);
	r = ht_log_create(&t->log, path, t->level, 0, NULL);
	if (r < 0)
		return r;
	/* After the file: killed in between, its number is known from its name. On a full disk the old number stays. */
	ht_trail_save_sequence(i->state, sequence);
	t->log_sequence = sequence;
	t->log_since = t->now;
	t->log_ended = false;
	return 0;
}

/* The log that was ended goes to delivery. */
static int hand_over(struct ht_trail *t)
{
	uint64_t stored = ht_log_stored_bytes(t->log), content = ht_log_content_bytes(t->log);
	uint64_t events = ht_log_events(t->log);
	int r = ht_delivery_log(t->delivery, t->log, t->log_name);

	if (r < 0)
		return r;
	t->log = NULL;
	t->log_ended = false;
	t->status.stored_bytes += stored;
	t->status.content_bytes += content;
	t->status.events += events;
	return 0;
}

/* The current log is over, if there is one. -EAGAIN: delivery is too far behind. */
static int end_log(struct ht_trail *t)
{
	int r;

	if (!t->log)
		return 0;
	if (!t->log_ended) {
		if (ht_delivery_waiting(t->delivery) >= WAITING_MAX)
			return -EAGAIN;
		r = ht_log_end(t->log);
		if (r < 0)
			return r;
		t->log_ended = true;
	}
	return hand_over(t);
}

int ht_trail_append(struct ht_trail *t, const char *line, size_t n, int64_t time_ns)
{
	int r;

	if (n >= HT_EVENT_LINE_MAX)
		return -EMSGSIZE;
	if (t->log_ended) {
		r = hand_over(t);
		if (r < 0)
			return r;
	}
	if (!t->log) {
		r = begin_log(t);
		if (r < 0)
			return r;
	}
	r = ht_log_append(t->log, line, n, time_ns);
	if (r == 0)
		t->unsynced = true;
	return r;
}

int ht_trail_flush(struct ht_trail *t)
{
	return t->log && !t->log_ended ? ht_log_flush(t->log) : 0;
}

/* ---- time ---- */

static int queue_digest(struct ht_trail *t, int64_t now_ns, const char *reason)
{
	struct ht_trail_accounts accounts = { 0 };

	if (t->accounts)
		t->accounts(t->context, &accounts);
	return ht_delivery_digest(t->delivery, now_ns, &accounts, reason);
}

static void rotate(struct ht_trail *t)
{
	if (!t->log || t->log_ended)
		return;
	if (t->now - t->log_since >= t->delivery_ns || ht_log_stored_bytes(t->log) >= t->delivery_bytes)
		end_log(t);
}

static void digest(struct ht_trail *t, int64_t now_ns)
{
	if (t->now - t->last_digest >= t->digest_ns || ht_delivery_undigested(t->delivery) >= UNDIGESTED_MAX)
		t->digest_due = true;
	if (!t->digest_due || ht_delivery_waiting(t->delivery) >= WAITING_MAX)
		return;
	/* It covers everything up to now, so the log ends here too; until it can be ended, the interval grows. */
	if (end_log(t) < 0)
		return;
	if (queue_digest(t, now_ns, NULL) < 0)
		return;
	t->digest_due = false;
	t->last_digest = t->now;
}

static void sync_log(struct ht_trail *t)
{
	if (!t->log || t->log_ended || !t->unsynced || t->now - t->last_sync < t->sync_ns)
		return;
	if (ht_delivery_sync(t->delivery, ht_log_fd(t->log)) < 0)
		return;
	t->last_sync = t->now;
	t->unsynced = false;
}

void ht_trail_tick(struct ht_trail *t, int64_t now_ns, uint64_t monotonic_ns)
{
	if (!t->ticked) {
		t->log_since = t->last_digest = t->last_sync = monotonic_ns;
		t->ticked = true;
	}
	if (monotonic_ns > t->now)
		t->now = monotonic_ns;
	if (t->log_ended)
		hand_over(t);
	rotate(t);
	digest(t, now_ns);
	sync_log(t);
}

void ht_trail_get_status(struct ht_trail *t, struct ht_trail_status *ret)
{
	*ret = t->status;
	if (t->log) {
		ret->stored_bytes += ht_log_stored_bytes(t->log);
		ret->content_bytes += ht_log_content_bytes(t->log);
		ret->events += ht_log_events(t->log);
	}
	if (t->delivery)
		ht_delivery_status(t->delivery, ret);
}

/* ---- the end ---- */

/* Ends the log even on a disk that is full: what cannot be stored is dropped and counted. */
static int force_end(struct ht_trail *t, struct ht_error *err)
{
	uint64_t dropped = 0;
	int r;

	if (!t->log)
		return 0;
	r = t->log_ended ? 0 : ht_log_end(t->log);
	if (r < 0) {
		ht_reserve_release(t->identity.state);
		r = ht_log_end(t->log);
	}
	if (r < 0)
		r = ht_log_cut(t->log, &dropped);
	if (r < 0)
		return ht_fail_errno(err, r, "%s/%s: cannot be ended", t->identity.directory, t->log_name);
	t->log_ended = true;
	t->status.dropped += dropped;
	r = hand_over(t);
	return r < 0 ? ht_fail_errno(err, r, "%s", t->identity.directory) : 0;
}

/* The accounts, and what was dropped just now as one more loss. */
static int queue_final(struct ht_trail *t, int64_t now_ns, const char *reason)
{
	struct ht_trail_accounts accounts = { 0 };
	struct ht_trail_loss *losses;
	int r;

	if (t->accounts)
		t->accounts(t->context, &accounts);
	losses = calloc(accounts.loss_count + 1, sizeof(*losses));
	if (!losses)
		return -ENOMEM;
	if (accounts.loss_count)
		memcpy(losses, accounts.losses, accounts.loss_count * sizeof(*losses));
	accounts.losses = losses;
	if (t->status.dropped)
		losses[accounts.loss_count++] = (struct ht_trail_loss){ "DiskFull", t->status.dropped };
	r = ht_delivery_digest(t->delivery, now_ns, &accounts, reason);
	free(losses);
	return r;
}

int ht_trail_close(struct ht_trail **trail, const char *reason, int64_t now_ns, struct ht_trail_status *ret,
		   struct ht_error *err)
{
	struct ht_trail *t = *trail;
	struct ht_trail_status status;
	struct ht_error first = { "" }, second = { "" };
	int r, ended;

	if (!t)
		return 0;
	r = force_end(t, &first);
	/* A log that could not be ended is left: what is signed now is not all that there was. */
	ended = queue_final(t, now_ns, r < 0 ? NULL : reason);
	if (r == 0 && ended < 0)
		r = ht_fail_errno(&first, ended, "%s: the final digest cannot be made", t->identity.directory);
	status = t->status;
	ended = ht_delivery_end(t->delivery, &status, &second);
	t->delivery = NULL;
	if (ended == 0)
		ht_reserve_release(t->identity.state);
	if (r < 0)
		ht_fail(err, r, "%s", first.text);
	else if (ended < 0)
		r = ht_fail(err, ended, "%s", second.text);
	if (ret)
		*ret = status;
	free_trail(t);
	*trail = NULL;
	return r;
}
