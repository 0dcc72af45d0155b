/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/accounts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct ht_account *account_of(struct ht_accounts *a, enum ht_ring ring, unsigned cpu)
{
	return ring < HT_RINGS && cpu < a->cpus ? &a->account[ring * a->cpus + cpu] : NULL;
}

int ht_accounts_init(struct ht_accounts *a, unsigned cpus)
{
	*a = (struct ht_accounts){ .cpus = cpus };
	a->account = calloc((size_t)cpus * HT_RINGS, sizeof(*a->account));
	a->reported = calloc((size_t)cpus * HT_RINGS, sizeof(*a->reported));
	if (a->account && a->reported)
		return 0;
	ht_accounts_free(a);
	return -ENOMEM;
}

void ht_accounts_free(struct ht_accounts *a)
{
	free(a->account);
	free(a->reported);
	*a = (struct ht_accounts){ 0 };
}

void ht_accounts_begin(struct ht_accounts *a, enum ht_ring ring, unsigned cpu, uint64_t last)
{
	struct ht_account *account = account_of(a, ring, cpu);

	if (!account)
		return;
	account->last = last;
	account->first = last + 1;
}

static void lose(struct ht_accounts *a, struct ht_account *account, uint64_t first, uint64_t last, uint64_t until_ns)
{
	struct ht_lost *lost = &account->lost;

	if (!lost->count) {
		lost->first = first;
		lost->since_ns = account->last_ns;
	}
	lost->count += last - first + 1;
	lost->last = last;
	lost->until_ns = until_ns;
	account->fate[HT_FATE_LOST] += last - first + 1;
	a->total[HT_FATE_LOST] += last - first + 1;
}

void ht_accounts_add(struct ht_accounts *a, enum ht_ring ring, unsigned cpu, uint64_t number, uint64_t time_ns,
		     enum ht_fate fate)
{
	struct ht_account *account = account_of(a, ring, cpu);

	/* A number that was there before can only come from a ring that somebody wrote to. */
	if (!account || number <= account->last)
		return;
	if (number > account->last + 1)
		lose(a, account, account->last + 1, number - 1, time_ns);
	account->last = number;
	account->last_ns = time_ns;
	account->fate[fate]++;
	a->total[fate]++;
}

void ht_accounts_end(struct ht_accounts *a, enum ht_ring ring, unsigned cpu, uint64_t last, uint64_t now_ns)
{
	struct ht_account *account = account_of(a, ring, cpu);

	if (!account || last <= account->last)
		return;
	lose(a, account, account->last + 1, last, now_ns);
	account->last = last;
}

struct ht_lost ht_accounts_take_lost(struct ht_accounts *a, enum ht_ring ring, unsigned cpu)
{
	struct ht_account *account = account_of(a, ring, cpu);
	struct ht_lost lost = { 0 };

	if (account) {
		lost = account->lost;
		memset(&account->lost, 0, sizeof(account->lost));
	}
	return lost;
}

/*
 * By cause. What is missing was counted by the numbers; the kernel's own count says how much of it was for
 * size.
 */
static size_t report_losses(struct ht_accounts *a, uint64_t lost, uint64_t too_large)
{
	uint64_t for_size = too_large - a->too_large;
	size_t n = 0;

	if (for_size > lost)
		for_size = lost;
	a->too_large += for_size;
	if (lost > for_size)
		a->losses[n++] = (struct ht_trail_loss){ .cause = "RingFull", .count = lost - for_size };
	if (for_size)
		a->losses[n++] = (struct ht_trail_loss){ .cause = "RecordTooLarge", .count = for_size };
	return n;
}

void ht_accounts_report(struct ht_accounts *a, uint64_t too_large, struct ht_trail_accounts *ret)
{
	size_t n = 0;
	uint64_t lost = 0;

	for (unsigned i = 0; i < a->cpus * HT_RINGS; i++) {
		struct ht_account *account = &a->account[i];

		if (account->last < account->first)
			continue;
		a->reported[n++] = (struct ht_trail_sequence){
			.ring = i / a->cpus,
			.cpu = i % a->cpus,
			.first = account->first,
			.last = account->last,
			.events = account->fate[HT_FATE_EVENT],
			.processes = account->fate[HT_FATE_PROCESS],
			.not_selected = account->fate[HT_FATE_NOT_SELECTED],
			.lost = account->fate[HT_FATE_LOST],
		};
		lost += account->fate[HT_FATE_LOST];
		memset(account->fate, 0, sizeof(account->fate));
		account->first = account->last + 1;
	}
	*ret = (struct ht_trail_accounts){
		.sequences = a->reported,
		.sequence_count = n,
		.losses = a->losses,
		.loss_count = report_losses(a, lost, too_large),
	};
}
