/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request of io_uring has beside the arguments of the call it stands for. */
#include "event/render_value.h"
#include "event/uring.h"

bool ht_render_uring_argument(struct ht_render *r, unsigned i)
{
	const struct ht_uring_op *op = r->uring ? ht_uring_op(r->w->event->call) : NULL;

	if (!r->uring)
		return true;
	if (!op || op->argument[i].how == HT_URING_ABSENT || r->uring->absent & 1u << i)
		return false;
	if (!(r->uring->unknown & 1u << i))
		return true;
	r->unreadable |= 1u << i;
	return op->argument[i].how == HT_URING_FILE;
}

bool ht_render_uring_is_index(const struct ht_render *r, unsigned i)
{
	const struct ht_uring_op *op = r->uring ? ht_uring_op(r->w->event->call) : NULL;
	unsigned how = op ? op->argument[i].how : HT_URING_ABSENT;

	return (how == HT_URING_FILE && (r->uring->flags & HT_URING_FIXED)) ||
	       (how == HT_URING_FILE_IN && (r->uring->flags & HT_URING_FIXED_IN));
}

void ht_render_uring(struct ht_render *r)
{
	const struct ht_wire_uring *u = r->uring;

	if (!u)
		return;
	if (u->flags & HT_URING_SLOT) {
		ht_render_key(r, "fileSlot");
		if (u->slot == HT_URING_ANY_SLOT)
			ht_render_quoted(r->b, "IORING_FILE_INDEX_ALLOC");
		else
			ht_buffer_unsigned(r->b, u->slot);
	}
	if (u->flags & HT_URING_CREDENTIALS) {
		ht_render_key(r, "credentials");
		ht_buffer_printf(r->b, "{\"uid\":%u,\"gid\":%u,\"euid\":%u,\"egid\":%u}", u->uid, u->gid, u->euid, u->egid);
	}
	if (u->flags & HT_URING_POLLED) {
		ht_render_key(r, "pollThread");
		ht_buffer_literal(r->b, "true");
	}
}
