/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Vectors of buffers, and struct msghdr: what it names, and the files that go along with it. Of a message that is received
 * the kernel has written the address, the control messages and their lengths if the call succeeded; if it failed, they
 * are what was there before, which says nothing.
 */
#ifndef HT_BPF_MSGHDR_H
#define HT_BPF_MSGHDR_H

#include "bytes.h"
#include "message.h"
#include "path.h"

#define IOVECS 8           /* buffers of a vector that are looked at for the first that is not empty */
#define IOVEC_64 16        /* bytes of struct iovec; fewer are struct compat_iovec */
#define MSGHDR_64 56       /* and of struct user_msghdr, with nothing behind it */
#define ADDRESS_BYTES 128  /* struct sockaddr_storage, which is all that the kernel takes */
#define CONTROL_BYTES 1152 /* the most descriptors that one message carries, and what else comes with it */
#define LATER_BYTES 256    /* of the vector, the control messages and the content of a message that is not the first */

#define SOL_SOCKET 1
#define SCM_RIGHTS 1
#define PASSED_EACH 8   /* descriptors of a control message whose files are told */
#define PASSED_ALL 16   /* and of all */
#define PASSED_STEPS 64 /* control messages and descriptors that are looked at */
#define PASSED_ROOM (HT_WIRE_MAX - 3 * HT_PATH_BYTES) /* no more of them in an event that is so long */

/*
 * Of a vector's buffers: where the first that is not empty lies, and how long it is.
 */
__noinline int iovec_read(ht_u64 iov, ht_u64 count, ht_u32 word)
{
	struct scratch *s = scratch_get();

	if (!s)
		return 0;
	s->buffer = s->buffer_length = 0;
	for (ht_u32 i = 0; i < IOVECS; i++) {
		ht_u64 at = 0, n = 0;

		if (i >= count)
			return 0;
		bpf_probe_read_user(&at, word == 4 ? 4 : 8, (void *)iov + (ht_u64)i * 2 * word);
		bpf_probe_read_user(&n, word == 4 ? 4 : 8, (void *)iov + (ht_u64)i * 2 * word + word);
		if (n) {
			s->buffer = at;
			s->buffer_length = n;
			return 0;
		}
	}
	return 0;
}

/* How much was read or written; what a ring has just taken will be written, as far as anybody knows. */
static __always_inline ht_u64 moved(const struct scratch *s, ht_s64 result)
{
	if (s->submitted && s->sends)
		return 0xffffffff;
	return result < 0 ? 0 : result;
}

static __always_inline ht_u64 iovec_bytes(ht_u64 count, ht_u32 word)
{
	return count > 0x7ffffff ? 0xffffffff : count * 2 * word;
}

/* The first bytes of what is in a vector's first buffer that is not empty; `all`: how many were read or written. */
static __always_inline void fetch_vector_content(struct scratch *s, ht_u64 iov, ht_u64 count, ht_u64 all, ht_u32 most,
						 ht_u32 arg_word)
{
	if (!most || !all)
		return;
	iovec_read(iov, count, arg_word >> 8);
	fetch_bytes(s->buffer, s->buffer_length < all ? s->buffer_length : all, most, HT_ITEM_CONTENT | (arg_word & 0xff) << 8);
}

/* The buffers of readv and writev, and if asked for the first bytes of what is in the first that is not empty. */
__noinline int fetch_vectors(ht_u64 from, ht_u64 count, ht_u64 all, ht_u32 arg_word)
{
	struct scratch *s = scratch_get();

	if (!s)
		return 0;
	fetch_bytes(from, iovec_bytes(count, arg_word >> 8), HT_ARRAY_BYTES, HT_ITEM_BYTES | (arg_word & 0xff) << 8);
	fetch_vector_content(s, from, count, all, content_bytes, arg_word);
	return 0;
}

#define MSGHDR_NAMED 1u   /* the address and the control messages are there */
#define MSGHDR_BUFFERS 2u /* the buffers are asked for */
#define MSGHDR_LATER 4u   /* it is not the first of an array */
#define MSGHDR_SENT 8u    /* what goes to a netlink socket is asked for */
#define MSGHDR_TOLD 16u   /* the header is asked for, and what it names */
#define MSGHDR_ARRAY 32u  /* struct mmsghdr */

/* Members that lead elsewhere, to scratch. Layouts: struct user_msghdr and compat_msghdr. */
static __always_inline bool msghdr_read(struct scratch *s, ht_u64 from, ht_u32 word)
{
#define READ(words) \
	do { \
		if (bpf_probe_read_user(words, sizeof(words), (void *)from)) \
			return false; \
		s->msghdr.name = (words)[0]; \
		s->msghdr.name_length = (words)[1]; \
		s->msghdr.vector = (words)[2]; \
		s->msghdr.count = (words)[3]; \
		s->msghdr.control = (words)[4]; \
		s->msghdr.control_length = (words)[5]; \
	} while (0)
	if (word == 4)
		READ(s->msghdr_words.narrow);
	else
		READ(s->msghdr_words.wide);
#undef READ
	return true;
}

/* A struct msghdr and what it names. all: the bytes that were sent or received by it. asked: MSGHDR_*. */
__noinline int fetch_msghdr(ht_u64 from, ht_u64 all, ht_u32 arg_word, ht_u32 asked)
{
	ht_u32 arg = arg_word & 0xff, word = arg_word >> 8, later = asked & MSGHDR_LATER ? LATER_BYTES : HT_PATH_BYTES;
	struct scratch *s = scratch_get();
	bool netlink;

	if (!s)
		return 0;
	s->msghdr.control_length = 0;
	if (asked & MSGHDR_TOLD)
		fetch_bytes(from, (asked & MSGHDR_ARRAY ? 8 : 7) * word, 64, HT_ITEM_HEADER | arg << 8);
	if (!from || !msghdr_read(s, from, word))
		return 0;
	netlink = s->netlink && asked & MSGHDR_SENT;
	if (!(asked & MSGHDR_NAMED))
		s->msghdr.name_length = s->msghdr.control_length = 0;
	if (asked & MSGHDR_TOLD) {
		ht_u32 name_length = s->msghdr.name_length;

		if (s->msghdr.name && name_length && (int)name_length > 0)
			fetch_bytes(s->msghdr.name, name_length > ADDRESS_BYTES ? ADDRESS_BYTES : name_length, ADDRESS_BYTES,
				    HT_ITEM_BYTES | arg << 8);
		if (asked & MSGHDR_BUFFERS && s->msghdr.count)
			fetch_bytes(s->msghdr.vector, iovec_bytes(s->msghdr.count, word),
				    later < HT_ARRAY_BYTES ? later : HT_ARRAY_BYTES, HT_ITEM_VECTOR | arg << 8);
		if (s->msghdr.control_length)
			fetch_bytes(s->msghdr.control, s->msghdr.control_length, later < CONTROL_BYTES ? later : CONTROL_BYTES,
				    HT_ITEM_CONTROL | arg << 8);
		if (asked & MSGHDR_BUFFERS && !netlink)
			fetch_vector_content(s, s->msghdr.vector, s->msghdr.count, all,
					     content_bytes < later ? content_bytes : later, arg_word);
	}
	if (netlink) {
		message_begin(s);
		message_add_vector(s->msghdr.vector, s->msghdr.count, word);
		message_end(arg);
	}
	return 0;
}

/*
 * A message (count: ONE_MESSAGE) or an array of them. Of what is sent to a netlink socket: those that were sent, and the one that
 * failed after them. Where a call was taken by a ring, it has no result yet; when it has one, its buffers are not looked at again.
 */
#define ONE_MESSAGE (~0ull)

__noinline int fetch_messages(ht_u64 from, ht_u64 count, ht_s64 result, ht_u32 arg_word)
{
	ht_u32 word = arg_word >> 8 == 4 ? 4 : 8, tried = result < 0 ? 1 : (ht_u32)result + 1, all;
	struct scratch *s = scratch_get();
	ht_u32 array = count == ONE_MESSAGE ? 0 : MSGHDR_ARRAY;

	if (!s)
		return 0;
	s->passing.word = word;
	s->passing.arg = arg_word & 0xff;
	s->passing.messages = 0;
	if (!array)
		count = 1;
	for (ht_u32 i = 0; i < HT_MESSAGES; i++) {
		ht_u32 asked = MSGHDR_TOLD | array | (i ? MSGHDR_LATER : 0) | (s->completed ? 0 : MSGHDR_BUFFERS);

		if (!from || i >= (ht_u32)count)
			return 0;
		if (s->sends || (array ? (ht_s64)i < result : result >= 0))
			asked |= MSGHDR_NAMED;
		if (s->sends && i < tried)
			asked |= MSGHDR_SENT;
		all = 0;
		if (!array)
			all = moved(s, result);
		else if ((ht_s64)i < result)
			bpf_probe_read_user(&all, sizeof(all), (void *)from + (8ull * i + 7) * word);
		fetch_msghdr(from + 8ull * i * word, all, arg_word, asked);
		s->passing.at[i] = s->msghdr.control;
		s->passing.left[i] = s->msghdr.control_length;
		s->passing.messages = i + 1;
	}
	return 0;
}

/* What a descriptor is that goes along with a message. */
static __always_inline void fetch_passed_file(struct scratch *s, ht_u32 fd)
{
	ht_u32 used = s->event.used, asked = s->class_asked;
	bool may_drop = s->may_drop;
	ht_u64 file = file_of_fd(fd);

	if (!file || used > PASSED_ROOM || s->passed >= PASSED_ALL)
		return;
	s->passed++;
	/* It decides nothing of the call. */
	s->may_drop = false;
	s->class_asked = 0;
	path_of_file(WHICH_EVENT, HT_ITEM_PASSED | s->passing.arg << 8, file);
	s->may_drop = may_drop;
	s->class_asked = asked;
	if (s->event.used > used)
		((struct ht_wire_item *)(s->event.bytes + AT_MOST(used, PASSED_ROOM)))->fd = fd;
}

/* The next control message of the message that is looked at. false: there is none. */
static __always_inline bool control_next(struct scratch *s, ht_u64 at, ht_u64 left)
{
	ht_u32 i = s->passing.message & (HT_MESSAGES - 1), word = s->passing.word, header = word + 2 * sizeof(ht_u32);
	ht_u32 *kind = s->msghdr_words.narrow;
	ht_u64 length;

	s->msghdr_words.wide[1] = 0;
	if (left < header || bpf_probe_read_user(kind, 8, (void *)at + word) ||
	    bpf_probe_read_user(&s->msghdr_words.wide[1], word == 4 ? 4 : 8, (void *)at))
		return false;
	length = s->msghdr_words.wide[1];
	if (length < header || length > left)
		return false;
	if (kind[0] == SOL_SOCKET && kind[1] == SCM_RIGHTS) {
		s->passing.fd = at + header;
		s->passing.fds = length - header > 4 * PASSED_EACH ? PASSED_EACH : (length - header) / 4;
	}
	length = (length + word - 1) & ~(ht_u64)(word - 1);
	s->passing.at[i] = at + length;
	s->passing.left[i] = length < left ? left - length : 0;
	return true;
}

/*
 * The files behind the descriptors among the control messages that were fetched last. One loop over messages, what they
 * carry, and descriptors, whose state is in memory: that is one step to the verifier.
 */
__noinline int fetch_passed(void)
{
	struct scratch *s = scratch_get();
	ht_u32 i;

	if (!s)
		return 0;
	s->passing.message = s->passing.fds = 0;
	for (ht_u32 step = 0; step < PASSED_STEPS; step++) {
		i = s->passing.message;
		if (i >= s->passing.messages)
			return 0;
		i &= HT_MESSAGES - 1;
		if (s->passing.fds) {
			ht_u32 fd = 0;

			bpf_probe_read_user(&fd, sizeof(fd), (void *)s->passing.fd);
			s->passing.fd += 4;
			s->passing.fds--;
			fetch_passed_file(s, fd);
		} else if (!control_next(s, s->passing.at[i], s->passing.left[i])) {
			s->passing.message++;
		}
	}
	return 0;
}

#endif
