/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Operations of io_uring between their submission and their completion.
 */
#ifndef HT_BPF_URING_WAIT_H
#define HT_BPF_URING_WAIT_H

#include "uring_request.h"

/* Set by user space: completions do not say which request they are of (until 5.18). */
const volatile bool uring_anonymous;

/*
 * By the ring and the user data that its completion will tell; requests of many completions by themselves, since those
 * but the last do not say which request they are of. If another one waits under that name already, by the request and the
 * user data: the first then counts the others, and its name stays taken until they have ended. Short records, which all
 * without long paths are, stand here; of a longer one only the head, and all of it in the second table. 1 KiB is room for two
 * paths of 200 bytes and their directories. What finds no place is told at once, without its result.
 */
struct uring_key {
	ht_u64 of, user_data;
};

#define MANY 1u /* in key.of, where a pointer has none: of many completions */

#define URING_RECORD(bytes_) struct uring_head head; ht_u32 used, failed; ht_u8 bytes[(bytes_) - sizeof(struct uring_head) - 8]

struct uring_short {
	URING_RECORD(1024);
};

/* Two paths, two directories, and a message's address and header. */
struct uring_long {
	URING_RECORD(18 << 10);
};

#define URING_SHORT_BYTES sizeof(((struct uring_short *)0)->bytes)
#define URING_LONG_BYTES sizeof(((struct uring_long *)0)->bytes)

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct uring_key);
	__type(value, struct uring_short);
} uring_waiting SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, struct uring_key);
	__type(value, struct uring_long);
} uring_waiting_long SEC(".maps");

/*
 * Those that complete silently if they succeed were told when they were submitted. If they fail that is told too: what has
 * been here for long has succeeded.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct uring_key);
	__type(value, struct uring_short);
} uring_silent SEC(".maps");

#define URING_TOLD 1u   /* an event of it was placed already */
#define URING_UNSURE 2u /* what was looked at when it was submitted could be of any class */
#define URING_GONE 4u   /* it has ended, but others have its name */
#define URING_MANY 8u   /* its completions are many */

/* Takes what waits back to scratch. */
static __always_inline bool uring_recall(struct scratch *s, const struct uring_key *key, const struct uring_short *w)
{
	ht_u64 used = AT_MOST(w->used, URING_SHORT_BYTES);
	const struct uring_long *l;

	if (w->used <= URING_SHORT_BYTES)
		return !bpf_probe_read_kernel(&s->uring, __builtin_offsetof(struct uring_short, bytes) + used, w);
	l = bpf_map_lookup_elem(&uring_waiting_long, key);
	return l && !bpf_probe_read_kernel(&s->uring, sizeof(*l), l);
}

static __always_inline void uring_others(const struct uring_key *key, int n)
{
	struct uring_short *w = bpf_map_lookup_elem(&uring_waiting, key);

	if (!w)
		return;
	__sync_fetch_and_add(&w->head.others, n);
	if (!w->head.others && (w->head.bits & URING_GONE))
		bpf_map_delete_elem(&uring_waiting, key);
}

/* Finds what waits for this completion, and under which name. */
static __always_inline struct uring_short *uring_find(struct uring_key *key, ht_u64 ring, ht_u64 req)
{
	struct uring_short *w;

	key->of = ring;
	w = bpf_map_lookup_elem(&uring_waiting, key);
	if (w && w->head.request == req)
		return w;
	key->of = req;
	w = bpf_map_lookup_elem(&uring_waiting, key);
	if (w)
		return w;
	key->of = ring | MANY;
	w = bpf_map_lookup_elem(&uring_waiting, key);
	return w && w->head.request == req ? w : 0;
}

/* The name is free again, or stays for those that share it. */
static __always_inline void uring_leave(struct uring_key *key, struct uring_short *w, ht_u64 ring, ht_u64 req)
{
	bool many = w->head.bits & URING_MANY;

	if (w->used > URING_SHORT_BYTES)
		bpf_map_delete_elem(&uring_waiting_long, key);
	if (key->of != req && w->head.others) {
		w->head.bits |= URING_GONE;
		return;
	}
	bpf_map_delete_elem(&uring_waiting, key);
	if (key->of != req)
		return;
	key->of = many ? ring | MANY : ring;
	uring_others(key, -1);
}

/* A request has completed. true: its event is in scratch, to be finished. */
static __always_inline bool uring_take(struct scratch *s, ht_u64 ring, ht_u64 req, ht_u64 user_data)
{
	struct uring_key key = { .user_data = user_data };
	struct uring_short *w = uring_find(&key, ring, req);
	bool tell;

	if (w) {
		tell = !(w->head.bits & (URING_TOLD | URING_GONE)) && uring_recall(s, &key, w);
		uring_leave(&key, w, ring, req);
		return tell;
	}
	key.of = req;
	w = bpf_map_lookup_elem(&uring_silent, &key);
	if (!w)
		return false;
	tell = uring_recall(s, &key, w);
	bpf_map_delete_elem(&uring_silent, &key);
	return tell;
}

/*
 * A completion that does not say which request it is of. final: the request's last. true: its event is in scratch. Where
 * several share the name nobody can tell whose it is: of those of many completions it is told that there was one, and
 * the others are told without their results.
 */
static __always_inline bool uring_take_some(struct scratch *s, ht_u64 ring, ht_u64 user_data, bool final)
{
	struct uring_key key = { .of = ring, .user_data = user_data };
	struct uring_short *w = 0;
	ht_u32 bits;

	if (final)
		w = bpf_map_lookup_elem(&uring_waiting, &key);
	if (!w) {
		key.of = ring | MANY;
		w = bpf_map_lookup_elem(&uring_waiting, &key);
	}
	if (!w)
		return false;
	bits = w->head.bits;
	if (bits & URING_TOLD || !uring_recall(s, &key, w))
		bits |= URING_TOLD;
	if (!w->head.others) {
		if (final)
			uring_leave(&key, w, ring, w->head.request);
		return !(bits & URING_TOLD);
	}
	if (uring_anonymous && final) {
		w->head.bits |= URING_TOLD;
		uring_others(&key, -1);
		uring_of(s)->flags |= HT_URING_NO_RESULT;
		return !(bits & URING_TOLD);
	}
	if (!(bits & URING_MANY))
		return false;
	s->uring.request = 0;
	uring_of(s)->unknown = (1u << HT_ARGS) - 1;
	uring_of(s)->flags = 0;
	return !(bits & URING_TOLD);
}

/* Puts the event in scratch under a name that is free. */
static __always_inline bool uring_put(struct scratch *s, const struct uring_key *key)
{
	if (s->event.used > URING_SHORT_BYTES && bpf_map_update_elem(&uring_waiting_long, key, &s->uring, BPF_NOEXIST))
		return false;
	if (!bpf_map_update_elem(&uring_waiting, key, &s->uring, BPF_NOEXIST))
		return true;
	if (s->event.used > URING_SHORT_BYTES)
		bpf_map_delete_elem(&uring_waiting_long, key);
	return false;
}

/*
 * Lets the event in scratch wait. What waits under its name already is another operation with the same user data, or this
 * request's last, which ended without a word and is told when recording ends. false: it cannot wait.
 */
static __always_inline bool uring_keep(struct scratch *s, struct uring_key *key, ht_u64 req)
{
	bool fits = !s->event.failed && s->event.used <= URING_LONG_BYTES;
	struct uring_key own = { .of = req, .user_data = key->user_data };
	struct uring_short *w;

	if (fits && uring_put(s, key))
		return true;
	w = bpf_map_lookup_elem(&uring_waiting, key);
	if (!w || w->head.request == req)
		return false;
	/* Who completes without a name counts as one of those who might, whether it waits or not. */
	if (uring_anonymous) {
		__sync_fetch_and_add(&w->head.others, 1);
		return false;
	}
	if (!fits || !uring_put(s, &own))
		return false;
	__sync_fetch_and_add(&w->head.others, 1);
	return true;
}

/* It will complete silently, unless it fails. */
static __always_inline void uring_keep_silent(struct scratch *s, struct uring_key *key, ht_u64 req)
{
	key->of = req;
	if (!s->event.failed && s->event.used <= URING_SHORT_BYTES)
		bpf_map_update_elem(&uring_silent, key, &s->uring, BPF_ANY);
}

#endif
