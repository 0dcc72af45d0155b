/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/recorder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/families.h"
#include "agent/recorder_internal.h"
#include "base/cleanup.h"
#include "base/timestamp.h"

#define WAIT_MS 100
#define DRAIN_BYTES (8u << 20)        /* of the data ring, before management is looked at again */
#define FLUSH_NS (1 * HT_NS_PER_S)    /* how long lines may wait in memory, with their records still in the rings */
#define FLUSH_BYTES (4u << 20)        /* lines that are worth a flush of their own */
#define HOUSEKEEPING_NS (250 * 1000 * 1000LL)
#define CLOCK_JUMP_NS (1000 * 1000LL) /* the wall clock was set, rather than read unevenly */

static void recorder_free(struct ht_recorder *r)
{
	if (!r)
		return;
	ht_capture_close(r->capture);
	ht_builder_free(r->builder);
	ht_images_free(r->images);
	ht_users_free(r->users);
	ht_accounts_free(&r->accounts);
	ht_buffer_free(&r->line);
	ht_buffer_free(&r->parameters);
	free(r);
}

static void recorder_free_p(struct ht_recorder **r)
{
	if (*r && (*r)->trail)
		ht_trail_close(&(*r)->trail, "FailedToStart", ht_now_ns(), NULL, NULL);
	recorder_free(*r);
}

uint64_t ht_recorder_count(const struct ht_recorder *r, enum ht_count what)
{
	struct ht_capture_counters counters;
	uint64_t sum = 0;

	for (unsigned cpu = 0; cpu < ht_capture_cpus(r->capture); cpu++) {
		ht_capture_counters(r->capture, cpu, &counters);
		for (unsigned ring = 0; ring < HT_RINGS; ring++)
			sum += counters.count[ring][what];
	}
	return sum;
}

static void report_accounts(void *context, struct ht_trail_accounts *ret)
{
	struct ht_recorder *r = context;

	ht_accounts_report(&r->accounts, ht_recorder_count(r, HT_COUNT_RECORD_SIZE), ret);
}

static int open_trail(struct ht_recorder *r, struct ht_error *err)
{
	const struct ht_recorder_options *o = &r->options;
	struct ht_trail_options trail = {
		.root = o->root,
		.name = "default",
		.host_id = r->host.id,
		.host_name = r->host.name,
		.region = o->region,
		.boot_id = r->host.boot_id,
		.delivery_seconds = o->delivery_seconds,
		.delivery_bytes = o->delivery_bytes,
		.digest_seconds = o->digest_seconds,
		.algorithm = o->algorithm,
		.accounts = report_accounts,
		.context = r,
	};

	return ht_trail_open(&r->trail, &trail, err);
}

static int open_events(struct ht_recorder *r)
{
	struct ht_images_options images = { .boot_ns = r->boot_ns, .proc = "/proc" };
	struct ht_builder_options builder = {
		.host_id = r->host.id,
		.host_name = r->host.name,
		.region = r->options.region,
		.boot_id = r->host.boot_id,
		.paths = r->options.paths,
		.proc = "/proc",
	};
	int err;

	err = ht_users_new(&r->users, "/run/systemd/sessions", "/var/run/utmp");
	if (err < 0)
		return err;
	images.users = builder.users = r->users;
	err = ht_images_new(&r->images, &images);
	if (err < 0)
		return err;
	builder.images = r->images;
	err = ht_builder_new(&r->builder, &builder);
	if (err < 0)
		return err;
	ht_builder_set_clock(r->builder, r->boot_ns, 0);
	ht_families_begin();
	return 0;
}

static int begin_accounts(struct ht_recorder *r)
{
	struct ht_capture_counters counters;
	unsigned cpus = ht_capture_cpus(r->capture);
	int err = ht_accounts_init(&r->accounts, cpus);

	for (unsigned cpu = 0; cpu < cpus && !err; cpu++) {
		ht_capture_counters(r->capture, cpu, &counters);
		for (unsigned ring = 0; ring < HT_RINGS; ring++)
			ht_accounts_begin(&r->accounts, ring, cpu, counters.sequence[ring]);
	}
	return err;
}

int ht_recorder_open(struct ht_recorder **ret, const struct ht_recorder_options *options, struct ht_error *err)
{
	_cleanup_(recorder_free_p) struct ht_recorder *r = calloc(1, sizeof(*r));
	struct ht_capture_options capture = {
		.cgroup = options->cgroup,
		.management_bytes = options->management_bytes,
		.data_bytes = options->data_bytes,
		.content_bytes = options->content_bytes,
		.process_ends = ht_selectors_may_match(options->selectors, false, "ExitProcess"),
		.thread_ends = ht_selectors_may_match(options->selectors, false, "ExitThread"),
		.argument_bytes = options->argument_bytes,
	};
	int e;

	if (!r)
		return ht_fail(err, -ENOMEM, "out of memory");
	r->options = *options;
	r->boot_ns = ht_recorder_boot_ns();
	e = ht_capture_open(&r->capture, &capture, err);
	if (e < 0)
		return e;
	e = ht_host_learn(&r->host, options->root, err);
	if (e < 0)
		return e;
	e = ht_recorder_want(r, err);
	if (e < 0)
		return e;
	e = open_events(r);
	if (!e)
		e = begin_accounts(r);
	if (e < 0)
		return ht_fail_errno(err, e, "the recorder cannot start");
	e = open_trail(r, err);
	if (e < 0)
		return e;
	*ret = TAKE_PTR(r);
	return 0;
}

struct ht_trail *ht_recorder_trail(struct ht_recorder *r)
{
	return r->trail;
}

const struct ht_host *ht_recorder_host(const struct ht_recorder *r)
{
	return &r->host;
}

/*
 * An event: what it says, whether it is wanted, its line. A line that the trail does not take leaves the
 * record unread.
 */
static int record_event(struct ht_recorder *r, enum ht_ring ring, const struct ht_wire_view *w, enum ht_fate *ret_fate)
{
	const struct ht_event_view *view = ht_event_build(r->builder, ring, w);
	int e;

	if (!ht_selectors_match(r->options.selectors, view)) {
		*ret_fate = HT_FATE_NOT_SELECTED;
		return 0;
	}
	ht_buffer_reset(&r->line);
	e = ht_event_encode(r->builder, &r->line);
	if (e < 0)
		return e;
	e = ht_trail_append(r->trail, r->line.data, r->line.length, ht_builder_time(r->builder, w->head->time_ns));
	if (e < 0)
		return e;
	r->waiting_bytes += r->line.length;
	*ret_fate = HT_FATE_EVENT;
	if (r->options.line)
		r->options.line(r->options.context, r->line.data, r->line.length);
	return 0;
}

static int take_record(void *ctx, enum ht_ring ring, const void *record, size_t n)
{
	struct ht_recorder *r = ctx;
	enum ht_fate fate = HT_FATE_PROCESS;
	struct ht_wire_view w;
	int e;

	/*
	 * Only whoever can write to the rings can make a record malformed: it shows as a number that is
	 * missing.
	 */
	if (ht_wire_read(record, n, &w) < 0)
		return 0;
	e = w.process ? ht_images_add(r->images, &w) : record_event(r, ring, &w, &fate);
	/* A line too long to be an event is the one thing that is given up: as a loss. */
	if (e == -EMSGSIZE)
		return 0;
	if (e < 0)
		return e;
	ht_accounts_add(&r->accounts, ring, w.head->cpu, w.head->sequence, w.head->time_ns, fate);
	return 0;
}

/* Once with the file system, the records need not stay in the rings. */
static void flush(struct ht_recorder *r, uint64_t now_ns)
{
	int e = ht_trail_flush(r->trail);

	if (e < 0) {
		ht_recorder_trouble(r, e);
		return;
	}
	ht_recorder_trouble(r, 0);
	ht_capture_commit(r->capture);
	r->waiting_bytes = 0;
	r->flushed_ns = now_ns;
}

static bool flush_is_due(const struct ht_recorder *r, uint64_t now_ns)
{
	uint64_t used, size;

	if (r->waiting_bytes >= FLUSH_BYTES || now_ns - r->flushed_ns >= (uint64_t)FLUSH_NS)
		return true;
	for (unsigned i = 0; i < HT_RINGS; i++) {
		ht_capture_fill(r->capture, i, &used, &size);
		if (used > size / 4)
			return true;
	}
	return false;
}

/* What happened before the clock was last seen right goes by it: the rings hold records from before it was set. */
static void follow_clock(struct ht_recorder *r)
{
	uint64_t now_ns = ht_recorder_now_ns();
	int64_t boot_ns = ht_recorder_boot_ns(), jump = boot_ns - r->boot_ns;

	if (jump >= CLOCK_JUMP_NS || jump <= -CLOCK_JUMP_NS) {
		r->boot_ns = boot_ns;
		ht_builder_set_clock(r->builder, boot_ns, r->clock_seen_ns);
		ht_recorder_say_clock_changed(r, jump);
	}
	r->clock_seen_ns = now_ns;
}

static void housekeeping(struct ht_recorder *r, uint64_t now_ns)
{
	if (now_ns - r->housekept_ns < (uint64_t)HOUSEKEEPING_NS)
		return;
	r->housekept_ns = now_ns;
	ht_recorder_say_lost(r);
	ht_trail_tick(r->trail, ht_now_ns(), now_ns);
}

/* Drains, and flushes when it is time. 1: there may be more at once. */
static int round_of(struct ht_recorder *r)
{
	uint64_t now_ns;
	bool caught_up;
	int e;

	follow_clock(r);
	e = ht_capture_drain(r->capture, DRAIN_BYTES, take_record, r);
	caught_up = e == 0 && ht_capture_caught_up(r->capture);
	if (ht_capture_passed(r->capture))
		ht_images_caught_up(r->images);
	now_ns = ht_recorder_now_ns();
	if (e < 0 || flush_is_due(r, now_ns))
		flush(r, now_ns);
	housekeeping(r, now_ns);
	if (r->options.round)
		r->options.round(r->options.context);
	if (e == -EBADMSG)
		return e;
	return e == 0 && !caught_up;
}

int ht_recorder_start(struct ht_recorder *r, struct ht_error *err)
{
	r->reason = "FailedToStart";
	ht_recorder_say_start(r);
	return ht_capture_attach(r->capture, err);
}

int ht_recorder_run(struct ht_recorder *r, const volatile sig_atomic_t *stop, unsigned duration_s, struct ht_error *err)
{
	uint64_t end_ns = duration_s ? ht_recorder_now_ns() + duration_s * (uint64_t)HT_NS_PER_S : UINT64_MAX;
	int e;

	r->reason = "Interrupted";
	while (!*stop) {
		if (ht_recorder_now_ns() >= end_ns) {
			r->reason = "DurationOver";
			break;
		}
		if (!ht_capture_scope_alive(r->capture)) {
			r->reason = "ScopeVanished";
			r->scope_vanished = true;
			break;
		}
		e = round_of(r);
		if (e < 0) {
			r->reason = "RingDamaged";
			return ht_fail(err, e, "a ring's contents make no sense: somebody wrote to it; recording ends here");
		}
		if (e == 0)
			ht_capture_wait(r->capture, WAIT_MS);
	}
	return 0;
}

/* Everything that was placed before the programs were detached. */
static void drain_rest(struct ht_recorder *r)
{
	struct ht_capture_counters counters;

	ht_capture_detach(r->capture);
	while (round_of(r) > 0)
		;
	for (unsigned cpu = 0; cpu < ht_capture_cpus(r->capture); cpu++) {
		ht_capture_counters(r->capture, cpu, &counters);
		for (unsigned ring = 0; ring < HT_RINGS; ring++)
			ht_accounts_end(&r->accounts, ring, cpu, counters.sequence[ring], ht_recorder_now_ns());
	}
	/* The last words: closing the trail finds room for them. */
	r->trouble = 0;
	ht_recorder_say_lost(r);
}

int ht_recorder_close(struct ht_recorder **recorder, struct ht_recorder_summary *ret, struct ht_error *err)
{
	struct ht_recorder *r = TAKE_PTR(*recorder);
	struct ht_recorder_summary summary = { 0 };
	int e;

	drain_rest(r);
	summary.excluded = ht_recorder_count(r, HT_COUNT_SELF);
	ht_recorder_say_stop(r);
	e = ht_trail_close(&r->trail, r->reason ? r->reason : "FailedToStart", ht_now_ns(), &summary.trail, err);
	summary.lost = r->accounts.total[HT_FATE_LOST] + summary.trail.dropped;
	summary.not_selected = r->accounts.total[HT_FATE_NOT_SELECTED];
	summary.scope_vanished = r->scope_vanished;
	recorder_free(r);
	if (ret)
		*ret = summary;
	return e;
}
