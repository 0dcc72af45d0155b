/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/life.h"

#include <unistd.h>

#include "event/render_value.h"

const struct ht_wire_exit *ht_exit_of(const struct ht_wire_view *w)
{
	const struct ht_wire_item_view *v = ht_wire_item(w, HT_ITEM_EXIT, HT_ITEM_RESULT);

	return v && v->bytes.length >= sizeof(struct ht_wire_exit) ? (const void *)v->bytes.data : NULL;
}

bool ht_exit_without_call(const struct ht_wire_view *w)
{
	const struct ht_wire_exit *e = ht_exit_of(w);

	return e && !(e->flags & HT_EXIT_CALL);
}

void ht_render_exit_request(struct ht_buffer *b, const struct ht_wire_view *w)
{
	ht_render_wait_status(b, ht_exit_of(w)->code);
}

static void member(struct ht_buffer *b, const char *key, uint64_t v)
{
	ht_buffer_byte(b, ',');
	ht_render_quoted(b, key);
	ht_buffer_byte(b, ':');
	ht_buffer_unsigned(b, v);
}

/*
 * The tick tells how the time was spent, and the scheduler how much it was: as getrusage(2) tells them, by cputime_adjust()
 * in kernel/sched/cputime.c. What was never accounted is not known.
 */
static void render_times(struct ht_buffer *b, const struct ht_wire_exit *e)
{
	uint64_t user = e->user_ns, system = e->system_ns, run = e->run_ns;

	if (!user && !system && !run)
		return;
	if (system == 0)
		user = run;
	else if (user == 0)
		system = run;
	else {
		system = (uint64_t)((unsigned __int128)run * system / ((unsigned __int128)user + system));
		user = run - system;
	}
	member(b, "userNanoseconds", user);
	member(b, "systemNanoseconds", system);
}

void ht_render_exit_response(struct ht_buffer *b, const struct ht_wire_view *w)
{
	const struct ht_wire_exit *e = ht_exit_of(w);
	uint64_t now = w->head->time_ns;

	if (e->flags & HT_EXIT_LAST) {
		ht_buffer_literal(b, "\"status\":{");
		ht_render_wait_status(b, e->group_code);
		ht_buffer_literal(b, "},");
	}
	ht_buffer_literal(b, "\"lifetimeNanoseconds\":");
	ht_buffer_unsigned(b, e->start_ns < now ? now - e->start_ns : 0);
	if (e->flags & HT_EXIT_PARTIAL)
		return;
	ht_buffer_literal(b, ",\"usage\":{\"minorFaults\":");
	ht_buffer_unsigned(b, e->minor_faults);
	member(b, "majorFaults", e->major_faults);
	if (e->flags & HT_EXIT_LAST)
		member(b, "maximumResidentBytes", e->resident_pages * (uint64_t)sysconf(_SC_PAGESIZE));
	render_times(b, e);
	member(b, "voluntarySwitches", e->voluntary_switches);
	member(b, "involuntarySwitches", e->involuntary_switches);
	ht_buffer_byte(b, '}');
}
