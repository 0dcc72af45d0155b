/* SPDX-License-Identifier: BSD-2-Clause */
/* Do the numbers in a digest add up, and go on from those of the one before? */
#include <inttypes.h>

#include "sign/verifier.h"

static bool sums_up(const struct ht_trail_sequence *s)
{
	uint64_t sum = 0;

	return s->first && s->last >= s->first && !__builtin_add_overflow(s->events, s->processes, &sum) &&
	       !__builtin_add_overflow(sum, s->not_selected, &sum) && !__builtin_add_overflow(sum, s->lost, &sum) &&
	       sum == s->last - s->first + 1;
}

#define LOOK_BACK 1000u /* digests; a ring that was silent for so long is not followed further */

/* The newest number that a ring and CPU had used before digest `index` within the same run; UINT64_MAX: none is known. */
static uint64_t last_before(const struct ht_verifier *v, size_t index, const struct ht_trail_sequence *wanted)
{
	for (unsigned n = 0; n < LOOK_BACK && index > 0 && !v->digests[index].head.digest->first_of_run; n++) {
		const struct ht_verify_digest *d = &v->digests[--index];

		/* Beyond a missing one nothing can be said. */
		if (!d->head.digest || d->number + 1 != v->digests[index + 1].number)
			return UINT64_MAX;
		for (size_t i = 0; i < d->head.digest->sequence_count; i++) {
			const struct ht_trail_sequence *s = &d->head.digest->sequences[i];

			if (s->ring == wanted->ring && s->cpu == wanted->cpu)
				return s->last;
		}
	}
	return UINT64_MAX;
}

static void check_sequence(struct ht_verifier *v, size_t index, const struct ht_trail_sequence *s)
{
	struct ht_verify_digest *d = &v->digests[index];
	const char *ring = s->ring == HT_RING_DATA ? "data" : "management";
	uint64_t last = last_before(v, index, s);

	if (!sums_up(s)) {
		d->invalid = true;
		ht_verify_say(v, HT_FINDING_SEQUENCE_SUM, d->file, "%s ring, CPU %" PRIu32 ", %" PRIu64 " to %" PRIu64, ring,
			      s->cpu, s->first, s->last);
	}
	if (last != UINT64_MAX && s->first != last + 1) {
		d->invalid = true;
		ht_verify_say(v, HT_FINDING_SEQUENCE_HOLE, d->file, "%s ring, CPU %" PRIu32 ": %" PRIu64 " comes after %" PRIu64,
			      ring, s->cpu, s->first, last);
	}
}

static void check_losses(struct ht_verifier *v, const struct ht_verify_digest *d)
{
	_cleanup_buffer_ struct ht_buffer text = { 0 };
	uint64_t sum = 0;

	for (size_t i = 0; i < d->head.digest->loss_count; i++) {
		const struct ht_digest_loss *loss = &d->head.digest->losses[i];

		if (__builtin_add_overflow(sum, loss->count, &sum))
			sum = UINT64_MAX;
		if (loss->count)
			ht_buffer_printf(&text, "%s%" PRIu64 " %s", text.length ? ", " : "", loss->count, loss->cause);
	}
	if (sum == 0)
		return;
	if (d->proven)
		v->result->events_lost += sum;
	ht_verify_say_interval(v, HT_FINDING_EVENTS_LOST, d->file, d->head.digest->start_ns, d->head.digest->end_ns, "%.*s",
			       (int)text.length, text.length ? text.data : "");
}

void ht_verify_accounts(struct ht_verifier *v, size_t index)
{
	struct ht_verify_digest *d = &v->digests[index];

	for (size_t i = 0; i < d->head.digest->sequence_count; i++)
		check_sequence(v, index, &d->head.digest->sequences[i]);
	check_losses(v, d);
}
