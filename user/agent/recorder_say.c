/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the recorder records of itself: HostServiceEvents, specified in hosttrail-event(5). They are never
 * selected away.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/recorder_internal.h"
#include "base/json.h"
#include "base/timestamp.h"
#include "event/render.h"

#define UIDS_TOLD 16

uint64_t ht_recorder_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * HT_NS_PER_S + (uint64_t)t.tv_nsec;
}

/*
 * The two clocks are read one after another: of some tries the one with the least between them is the best.
 */
int64_t ht_recorder_boot_ns(void)
{
	uint64_t best = UINT64_MAX;
	int64_t boot_ns = 0;

	for (unsigned i = 0; i < 4; i++) {
		uint64_t before = ht_recorder_now_ns();
		int64_t wall = ht_now_ns();
		uint64_t took = ht_recorder_now_ns() - before;

		if (took < best) {
			best = took;
			boot_ns = wall - (int64_t)(before + took / 2);
		}
	}
	return boot_ns;
}

static void say(struct ht_recorder *r, const char *name)
{
	struct ht_text parameters = { r->parameters.data, r->parameters.length };
	uint64_t now_ns = ht_recorder_now_ns();

	/* The time is the number too. */
	if (now_ns <= r->said_ns)
		now_ns = r->said_ns + 1;
	r->said_ns = now_ns;
	ht_buffer_reset(&r->line);
	if (ht_buffer_status(&r->parameters) < 0 || ht_event_service(r->builder, name, parameters, now_ns, &r->line) < 0)
		return;
	if (ht_trail_append(r->trail, r->line.data, r->line.length, r->boot_ns + (int64_t)now_ns) < 0)
		return;
	r->waiting_bytes += r->line.length;
	if (r->options.line)
		r->options.line(r->options.context, r->line.data, r->line.length);
}

static struct ht_buffer *begin(struct ht_recorder *r)
{
	ht_buffer_reset(&r->parameters);
	return &r->parameters;
}

static void key(struct ht_buffer *b, const char *name)
{
	if (b->length)
		ht_buffer_byte(b, ',');
	ht_buffer_printf(b, "\"%s\":", name);
}

static void text_member(struct ht_buffer *b, const char *name, const char *text)
{
	if (b->length)
		ht_buffer_byte(b, ',');
	ht_render_string(b, name, ht_text_of(text));
}

static void number_member(struct ht_buffer *b, const char *name, uint64_t v)
{
	key(b, name);
	ht_buffer_unsigned(b, v);
}

static void time_member(struct ht_buffer *b, const char *name, int64_t ns)
{
	char time[HT_TIMESTAMP_LENGTH + 1];

	ht_timestamp_write(ns, time);
	time[HT_TIMESTAMP_LENGTH] = '\0';
	text_member(b, name, time);
}

static void say_recovered(struct ht_recorder *r)
{
	const struct ht_trail_recovery *found = ht_trail_recovered(r->trail);
	struct ht_buffer *b = begin(r);

	if (!found->log_files && !found->undigested && !found->no_final_digest && !found->key_lost && !found->digests_missing)
		return;
	number_member(b, "logFiles", found->log_files);
	number_member(b, "events", found->events);
	number_member(b, "cutBytes", found->cut_bytes);
	number_member(b, "undigestedFiles", found->undigested);
	key(b, "finalDigestMissing");
	ht_buffer_printf(b, "%s", found->no_final_digest ? "true" : "false");
	key(b, "keyLost");
	ht_buffer_printf(b, "%s", found->key_lost ? "true" : "false");
	key(b, "digestsMissing");
	ht_buffer_printf(b, "%s", found->digests_missing ? "true" : "false");
	say(r, "RecoveredAfterCrash");
}

void ht_recorder_say_start(struct ht_recorder *r)
{
	struct ht_text selectors = ht_selectors_json(r->options.selectors);
	struct ht_buffer *b = begin(r);

	text_member(b, "version", HOSTTRAIL_VERSION);
	text_member(b, "kernel", r->host.kernel);
	text_member(b, "trail", "default");
	if (r->options.cgroup)
		text_member(b, "cgroup", r->options.cgroup);
	key(b, "selectors");
	ht_buffer_append(b, selectors.data, selectors.length);
	text_member(b, "firstPublicKeyFingerprint", ht_trail_first_fingerprint(r->trail));
	say(r, "StartRecording");
	say_recovered(r);
}

void ht_recorder_say_stop(struct ht_recorder *r)
{
	struct ht_buffer *b = begin(r);

	text_member(b, "reason", r->reason ? r->reason : "FailedToStart");
	number_member(b, "events", r->accounts.total[HT_FATE_EVENT]);
	number_member(b, "processes", r->accounts.total[HT_FATE_PROCESS]);
	number_member(b, "notSelected", r->accounts.total[HT_FATE_NOT_SELECTED]);
	number_member(b, "lost", r->accounts.total[HT_FATE_LOST]);
	number_member(b, "excludedOwnCalls", ht_recorder_count(r, HT_COUNT_SELF));
	number_member(b, "unreadableArguments", ht_recorder_count(r, HT_COUNT_FAULT));
	number_member(b, "undescribedImages", ht_recorder_count(r, HT_COUNT_NO_IMAGE));
	number_member(b, "unknownResults", ht_recorder_count(r, HT_COUNT_NO_RESULT));
	say(r, "StopRecording");
}

static const char *cause_name(uint8_t cause)
{
	return cause == HT_COUNT_RECORD_SIZE ? "RecordTooLarge" : "RingFull";
}

/* The kernel's counters by uid and cause, since the start: who was it that filled the ring. */
static void uids_member(struct ht_recorder *r, struct ht_buffer *b, enum ht_ring ring)
{
	struct ht_capture_loss losses[UIDS_TOLD];
	size_t n = ht_capture_losses(r->capture, losses, UIDS_TOLD);
	char before = '[';

	key(b, "byUidSinceStart");
	for (size_t i = 0; i < n; i++) {
		if (losses[i].ring != ring)
			continue;
		ht_buffer_printf(b, "%c{\"uid\":%u,\"reason\":\"%s\",\"count\":%llu}", before, losses[i].uid,
				 cause_name(losses[i].cause), (unsigned long long)losses[i].count);
		before = ',';
	}
	if (before == '[')
		ht_buffer_byte(b, before);
	ht_buffer_byte(b, ']');
}

static const char *reason_of(const struct ht_recorder *r, enum ht_ring ring, unsigned cpu)
{
	struct ht_capture_counters counters = { 0 };

	ht_capture_counters(r->capture, cpu, &counters);
	if (counters.count[ring][HT_COUNT_RING_FULL])
		return "RingFull";
	return counters.count[ring][HT_COUNT_RECORD_SIZE] ? "RecordTooLarge" : "RecordDamaged";
}

static void say_lost_of(struct ht_recorder *r, enum ht_ring ring, unsigned cpu)
{
	struct ht_lost lost = ht_accounts_take_lost(&r->accounts, ring, cpu);
	struct ht_buffer *b;

	if (!lost.count)
		return;
	b = begin(r);
	number_member(b, "count", lost.count);
	text_member(b, "reason", reason_of(r, ring, cpu));
	text_member(b, "ring", ring == HT_RING_MANAGEMENT ? "management" : "data");
	number_member(b, "cpu", cpu);
	number_member(b, "firstNumber", lost.first);
	number_member(b, "lastNumber", lost.last);
	if (lost.since_ns)
		time_member(b, "after", r->boot_ns + (int64_t)lost.since_ns);
	time_member(b, "before", r->boot_ns + (int64_t)lost.until_ns);
	uids_member(r, b, ring);
	say(r, "EventsLost");
}

void ht_recorder_say_lost(struct ht_recorder *r)
{
	/* While nothing can be stored, what was lost goes on being counted, and is told when it can be. */
	if (r->trouble)
		return;
	for (unsigned ring = 0; ring < HT_RINGS; ring++)
		for (unsigned cpu = 0; cpu < ht_capture_cpus(r->capture); cpu++)
			say_lost_of(r, ring, cpu);
}

void ht_recorder_say_clock_changed(struct ht_recorder *r, int64_t jump_ns)
{
	uint64_t now_ns = ht_recorder_now_ns();
	struct ht_buffer *b = begin(r);

	time_member(b, "from", r->boot_ns + (int64_t)now_ns - jump_ns);
	time_member(b, "to", r->boot_ns + (int64_t)now_ns);
	key(b, "jumpNanoseconds");
	ht_buffer_signed(b, jump_ns);
	say(r, "ClockChanged");
}

void ht_recorder_trouble(struct ht_recorder *r, int code)
{
	char text[512];

	if (code == r->trouble)
		return;
	if (code < 0)
		snprintf(text, sizeof(text),
			 "%s: %s; events wait in memory and in the rings, and what does not fit is counted: make room",
			 r->options.root, strerror(-code));
	else
		snprintf(text, sizeof(text), "%s: events can be stored again", r->options.root);
	r->trouble = code;
	if (r->options.message)
		r->options.message(r->options.context, text);
}
