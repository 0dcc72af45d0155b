/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Classes of paths (HT_CLASS_*), as far as the kernel's side has to know them. Two small tables over the
 * first and the last four bytes of a path turn away most; what passes is looked up by its prefix and by its
 * last component.
 */
#ifndef HT_BPF_CLASS_H
#define HT_BPF_CLASS_H

#include "state.h"

#define SCAN_BYTES 256 /* of a caller's path that are looked at; a longer one is unsure */

static __always_inline ht_u32 class_of_prefix(struct scratch *s)
{
	ht_u32 *class;

	s->prefix.bits = HT_CLASS_PREFIX * 8;
	class = bpf_map_lookup_elem(&path_prefixes, &s->prefix);
	return class ? *class : 0;
}

/* By the last component, whose last bytes are at the end of scratch->tail. */
static __always_inline ht_u32 class_of_tail(struct scratch *s)
{
	ht_u32 *class, leaf = HT_CLASS_NAME;

	__builtin_memset(&s->leaf, 0, sizeof(s->leaf));
	for (ht_u32 i = 0; i < HT_CLASS_NAME; i++) {
		if (s->tail[HT_CLASS_NAME - 1 - i] == '/')
			break;
		leaf = HT_CLASS_NAME - 1 - i;
	}
	for (ht_u32 i = 0; i < HT_CLASS_NAME; i++) {
		if (leaf + i >= HT_CLASS_NAME)
			break;
		s->leaf.text[i] = s->tail[(leaf + i) & (HT_CLASS_NAME - 1)];
	}
	class = bpf_map_lookup_elem(&path_names, &s->leaf);
	return class ? *class : 0;
}

/* The classes asked for that the text at a kernel address has. first, last: its first and last four bytes. */
static __always_inline ht_u32 class_of_text(struct scratch *s, ht_u64 text, ht_u32 length, ht_u32 first, ht_u32 last)
{
	ht_u32 class = 0;
	ht_u64 n;

	if (gate_first[ht_gate(first) & (HT_GATES - 1)] & s->class_asked) {
		__builtin_memset(&s->prefix, 0, sizeof(s->prefix));
		n = AT_MOST(length, HT_CLASS_PREFIX);
		bpf_probe_read_kernel(s->prefix.text, n, (void *)text);
		class |= class_of_prefix(s);
	}
	if (gate_last[ht_gate(last) & (HT_GATES - 1)] & s->class_asked) {
		__builtin_memset(s->tail, '/', sizeof(s->tail));
		n = AT_MOST(length, HT_CLASS_NAME);
		bpf_probe_read_kernel(s->tail + ((HT_CLASS_NAME - n) & (HT_CLASS_NAME - 1)), n,
				      (void *)text + length - n);
		class |= class_of_tail(s);
	}
	return class & s->class_asked;
}

/* Of the path that was walked last, where it is too short for the tables over four bytes ("/", "/x"). */
__noinline int class_of_short(void)
{
	struct scratch *s = scratch_get();
	ht_u32 n;

	if (!s)
		return 0;
	n = s->path_length & 3;
	__builtin_memset(&s->prefix, 0, sizeof(s->prefix));
	bpf_probe_read_kernel(s->prefix.text, n, path_text(s));
	__builtin_memset(s->tail, '/', sizeof(s->tail));
	bpf_probe_read_kernel(s->tail + ((HT_CLASS_NAME - n) & (HT_CLASS_NAME - 1)), n, path_text(s));
	return (class_of_prefix(s) | class_of_tail(s)) & s->class_asked;
}

/* Of the path that was walked last. */
static __always_inline ht_u32 class_of_walked(struct scratch *s)
{
	ht_u32 n = s->path_length, first, last;

	if (n < 4)
		return class_of_short();
	if (n > HT_PATH_BYTES) {
		s->unsure = true;
		return 0;
	}
	first = *(ht_u32 *)path_text(s);
	last = *(ht_u32 *)(s->path + PATH_END - 4);
	return class_of_text(s, (ht_u64)path_text(s), n, first, last);
}

/*
 * Where the scan of a path stands within a component. Few states, so that the verifier can follow them all.
 */
enum spelling {
	SPELLING_SLASH,
	SPELLING_DOT,
	SPELLING_DOTS,
	SPELLING_NAME,
};

/*
 * Does a caller's spelling need no more than comparing? Not with dots as components, doubled slashes, or too
 * long to look at.
 */
__noinline int spelled_plainly(ht_u32 at, ht_u32 length)
{
	struct scratch *s = scratch_get();
	ht_u32 state = SPELLING_NAME;
	char c;

	if (!s || at > HT_WIRE_MAX - HT_PATH_BYTES || length >= SCAN_BYTES)
		return 0;
	for (ht_u32 i = 0; i < SCAN_BYTES; i++) {
		if (i >= length)
			break;
		c = s->event.bytes[at + i];
		if (c == '/') {
			if (state != SPELLING_NAME)
				return 0;
			state = SPELLING_SLASH;
		} else if (c == '.' && (state == SPELLING_SLASH || !i)) {
			state = SPELLING_DOT;
		} else if (c == '.' && state == SPELLING_DOT) {
			state = SPELLING_DOTS;
		} else {
			state = SPELLING_NAME;
		}
	}
	return state == SPELLING_NAME;
}

/*
 * A path as the caller spelled it, an item's text in the event, below its base directory if it is relative:
 * the classes it literally has; unsure if its spelling needs more than comparing.
 */
__noinline int class_of_spelled(ht_u32 at, ht_u32 length, ht_u32 base_at, ht_u32 base_length)
{
	struct scratch *s = scratch_get();
	ht_u32 first = 0, last = 0;
	ht_u64 text, n;

	if (!s)
		return 0;
	if (at > HT_WIRE_MAX - HT_PATH_BYTES || base_at > HT_WIRE_MAX - HT_PATH_BYTES || length < 4 ||
	    length > HT_PATH_BYTES || base_length > HT_PATH_BYTES || !spelled_plainly(at, length)) {
		s->unsure = true;
		return 0;
	}
	text = (ht_u64)(s->event.bytes + at);
	bpf_probe_read_kernel(&last, 4, (void *)text + length - 4);
	if (!base_length) {
		bpf_probe_read_kernel(&first, 4, (void *)text);
		s->class_found |= class_of_text(s, text, length, first, last);
		return 0;
	}
	/* The last component by the text alone, the prefix by base, slash and text. */
	s->class_found |= class_of_text(s, text, length, 0, last);
	__builtin_memset(&s->prefix, 0, sizeof(s->prefix));
	n = AT_MOST(base_length, HT_CLASS_PREFIX);
	bpf_probe_read_kernel(s->prefix.text, n, s->event.bytes + base_at);
	if (n < HT_CLASS_PREFIX - 1) {
		if (base_length > 1)
			s->prefix.text[n++ & (HT_CLASS_PREFIX - 1)] = '/';
		n &= HT_CLASS_PREFIX - 1;
		/* Beyond the prefix lies the leaf, which is written anew before it is read. */
		bpf_probe_read_kernel(s->prefix.text + n, AT_MOST(length, HT_CLASS_PREFIX), (void *)text);
	}
	s->class_found |= class_of_prefix(s) & s->class_asked;
	return 0;
}

#endif
