/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Arguments, fetched by kind as the call's plan says. What was read at exit is what the kernel read a moment
 * before; it is resident, and what is not is marked as not readable rather than left out in silence.
 */
#ifndef HT_BPF_SERIALISE_H
#define HT_BPF_SERIALISE_H

#include "argv.h"
#include "bytes.h"
#include "msghdr.h"

#define AT_FDCWD_32 0xffffff9cu /* (int)AT_FDCWD, whatever stands above it in the register */

/* A NUL-terminated string in user memory, up to HT_PATH_BYTES. kind_arg: kind | arg << 8. */
__noinline int fetch_string(ht_u64 from, ht_u32 kind_arg)
{
	struct scratch *s = scratch_get();
	struct ht_wire_item *item;
	struct record *r;
	ht_u32 used, flags = 0, length = 0;
	long n;

	if (!s)
		return 0;
	s->relative = false;
	if (!from)
		return 0;
	r = &s->event;
	used = r->used;
	if (used > HT_WIRE_MAX - HT_PATH_BYTES - sizeof(*item)) {
		r->failed = 1;
		return 0;
	}
	item = (struct ht_wire_item *)(r->bytes + used);
	n = bpf_probe_read_user_str(r->bytes + used + sizeof(*item), HT_PATH_BYTES, (void *)from);
	if (n < 0) {
		flags |= HT_ITEM_FAULT;
		s->faults++;
	} else if (n > 0) {
		length = (n - 1) & (HT_PATH_BYTES - 1);
		/* Whole only if the byte that had no room would have been its end. */
		if (n == HT_PATH_BYTES) {
			char beyond = 1;

			bpf_probe_read_user(&beyond, 1, (void *)from + HT_PATH_BYTES - 1);
			if (beyond)
				flags |= HT_ITEM_TRUNCATED;
		}
	}
	/* What could not be read may have been relative. */
	s->relative = !length || r->bytes[used + sizeof(*item)] != '/';
	pad_with_zero(r, used + sizeof(*item) + length);
	item_end(r, item, kind_arg & 0xff, kind_arg >> 8, flags, length,
		 flags & HT_ITEM_TRUNCATED ? HT_PATH_BYTES : length);
	return 0;
}

/* Where a relative path starts: the directory behind a descriptor, or the working directory. */
__noinline int fetch_base(ht_u32 dirfd, ht_u32 arg)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct scratch *s = scratch_get();
	struct fs_struct *fs;
	ht_u32 asked;
	bool may_drop;
	ht_u64 file;

	if (!s)
		return 0;
	if (dirfd == AT_FDCWD_32) {
		fs = BPF_CORE_READ(task, fs);
		path_of_directory(WHICH_EVENT, HT_ITEM_BASE | arg << 8, (ht_u64)&fs->pwd);
		return 0;
	}
	file = file_of_fd(dirfd);
	/* A directory says nothing of what is named below it. */
	may_drop = s->may_drop;
	asked = s->class_asked;
	s->may_drop = false;
	s->class_asked = 0;
	if (file)
		path_of_file(WHICH_EVENT, HT_ITEM_BASE | arg << 8, file);
	s->may_drop = may_drop;
	s->class_asked = asked;
	return 0;
}

/* Both ends of a socket. */
__noinline int fetch_socket(ht_u64 file, ht_u32 arg)
{
	struct scratch *s = scratch_get();
	struct ht_wire_socket socket = {};
	struct socket *from;
	struct sock_common *common;
	struct sock *sk;

	if (!s)
		return 0;
	from = BPF_CORE_READ((struct file *)file, private_data);
	sk = BPF_CORE_READ(from, sk);
	if (!sk)
		return 0;
	common = &sk->__sk_common;
	socket.family = BPF_CORE_READ(common, skc_family);
	s->netlink = socket.family == AF_NETLINK;
	socket.type = BPF_CORE_READ(from, type);
	socket.protocol = BPF_CORE_READ(sk, sk_protocol);
	socket.state = BPF_CORE_READ(common, skc_state);
	if (socket.family == 2 || socket.family == 10) {
		socket.local_port = __builtin_bswap16(BPF_CORE_READ(common, skc_num));
		socket.remote_port = BPF_CORE_READ(common, skc_dport);
	}
	if (socket.family == 2) {
		bpf_core_read(socket.local, 4, &common->skc_rcv_saddr);
		bpf_core_read(socket.remote, 4, &common->skc_daddr);
	} else if (socket.family == 10) {
		bpf_core_read(socket.local, 16, &common->skc_v6_rcv_saddr);
		bpf_core_read(socket.remote, 16, &common->skc_v6_daddr);
	}
	return item_kernel(WHICH_EVENT, HT_ITEM_SOCKET | arg << 8, (ht_u64)&socket, sizeof(socket));
}

/* What an open file is: a path, and for sockets both ends. */
static __always_inline int file_add(ht_u64 file, ht_u32 arg)
{
	struct scratch *s = scratch_get();

	if (!s || !file)
		return 0;
	if (s->route == HT_ROUTE_NETLINK) {
		s->route = is_netlink(file) ? HT_ROUTE_MANAGEMENT : HT_ROUTE_DATA;
		if (s->route == HT_ROUTE_DATA && !s->data_wanted) {
			s->dropped = true;
			return 0;
		}
	}
	path_of_file(WHICH_EVENT, HT_ITEM_PATH | arg << 8, file);
	if (s->dropped)
		return 0;
	if ((s->inode.mode & S_IFMT) == S_IFSOCK)
		fetch_socket(file, arg);
	else if (arg == HT_ITEM_RESULT)
		s->walked = true;
	return 0;
}

__noinline int fetch_file(ht_u64 file, ht_u32 arg)
{
	return file_add(file, arg);
}

__noinline int fetch_fd(ht_u32 fd, ht_u32 arg)
{
	return file_add(file_of_fd(fd), arg);
}

__noinline int fetch_buffer_at(ht_u64 from, ht_u64 length_at, ht_u32 most, ht_u32 arg)
{
	ht_u32 n = 0;

	if (from && length_at && !bpf_probe_read_user(&n, sizeof(n), (void *)length_at))
		fetch_bytes(from, n, most, HT_ITEM_BYTES | arg << 8);
	return 0;
}

/* What a struct in user memory points to: a string, or an array. */
__noinline int fetch_pointed(ht_u32 aux, ht_u32 size, ht_u32 arg, ht_u32 fetch)
{
	struct scratch *s = scratch_get();
	ht_u32 i = HT_POINTED_ARG(aux), at = size & 0xff, count_at = size >> 8;
	ht_u64 base, from = 0;
	ht_u32 count = 0;

	if (!s || i >= HT_ARGS)
		return 0;
	from = base = s->regs[i];
	if (at != HT_POINTED_ITSELF) {
		from = 0;
		if (bpf_probe_read_user(&from, HT_POINTED_WIDE(aux) ? 8 : 4, (void *)base + at))
			return 0;
	}
	if (fetch == HT_FETCH_STRING_AT)
		return fetch_string(from, HT_ITEM_STRING | arg << 8);
	if (count_at == HT_POINTED_ONE)
		count = 1;
	else if (count_at >= HT_POINTED_COUNT(0))
		count = s->regs[count_at - HT_POINTED_COUNT(0) < HT_ARGS ? count_at - HT_POINTED_COUNT(0) : 0];
	else if (bpf_probe_read_user(&count, HT_POINTED_SMALL(aux) ? 2 : 4, (void *)base + count_at))
		return 0;
	return fetch_bytes(from, (ht_u64)count << HT_POINTED_SHIFT(aux), HT_ARRAY_BYTES, HT_ITEM_BYTES | arg << 8);
}

/* A set of bits, in whole words. */
static __always_inline void fetch_bits(ht_u64 from, ht_u64 count, ht_u32 most, ht_u32 kind_arg, ht_u32 word)
{
	fetch_bytes(from, (count + word * 8 - 1) / (word * 8) * word, most, kind_arg);
}

/* A message of a System V queue. */
__noinline int fetch_queue_message(ht_u64 from, ht_u64 count, ht_u32 arg, ht_u32 word)
{
	fetch_bytes(from, word, 8, HT_ITEM_BYTES | arg << 8);
	if (content_bytes && from)
		fetch_bytes(from + word, count, content_bytes, HT_ITEM_CONTENT | arg << 8);
	return 0;
}

#define SOL_SOCKET 1 /* include/uapi/asm-generic/socket.h */
#define SO_ATTACH_FILTER 26
#define SO_ATTACH_REUSEPORT_CBPF 51
#define PERF_ATTR_SIZE_VER0 64  /* include/uapi/linux/perf_event.h */
#define SCHED_ATTR_SIZE_VER0 48 /* include/uapi/linux/sched/types.h */

/* A struct that says its size: struct perf_event_attr, or struct sched_attr, whose size is its first member. */
__noinline int fetch_own_size(ht_u64 from, ht_u32 at, ht_u32 most, ht_u32 arg)
{
	ht_u32 n = 0;

	if (!from)
		return 0;
	bpf_probe_read_user(&n, sizeof(n), (void *)from + at);
	if (!n)
		n = at ? PERF_ATTR_SIZE_VER0 : SCHED_ATTR_SIZE_VER0;
	return fetch_bytes(from, n, most, HT_ITEM_BYTES | arg << 8);
}

/* A number that belongs to an argument: another one, the result, or one that the plan says. */
static __always_inline ht_u64 fetch_count(struct scratch *s, ht_u32 aux, ht_s64 result)
{
	if (aux < HT_ARGS)
		return s->regs[aux];
	if (aux == HT_FETCH_RESULT || aux == HT_FETCH_RESULT_WITHIN)
		return result < 0 ? 0 : result;
	return aux - HT_FETCH_COUNT(0);
}

/* What lies in user memory, but for strings. */
__noinline int fetch_memory(ht_u32 i, ht_u32 fetch, ht_u32 aux_size, ht_s64 result, ht_u32 word)
{
	struct scratch *s = scratch_get();
	ht_u32 aux = aux_size & 0xff, size = aux_size >> 8, arg = HT_ITEM_BYTES | i << 8;
	ht_u64 value, count;
	ht_u32 head;

	if (!s || i >= HT_ARGS)
		return 0;
	value = s->regs[i];
	count = fetch_count(s, aux, result);
	if (aux == HT_FETCH_RESULT_WITHIN)
		count = i + 1 < HT_ARGS && count > s->regs[i + 1] ? s->regs[i + 1] : count;
	if (s->netlink && s->sends && (fetch == HT_FETCH_CONTENT || fetch == HT_FETCH_VECTORS))
		fetch_message(value, count, i, fetch == HT_FETCH_VECTORS ? word : 0);
	switch (fetch) {
	case HT_FETCH_MSGHDR:
	case HT_FETCH_MMSGHDR:
		fetch_messages(value, fetch == HT_FETCH_MSGHDR ? ONE_MESSAGE : (ht_u32)count, result,
			       i | (size < MSGHDR_64 ? 4 : word) << 8);
		break;
	case HT_FETCH_NODES:
		count = count > 0x7fffffff ? 0x7fffffff : count - !!count;
		fetch_bits(value, count, size, arg, word);
		break;
	case HT_FETCH_BITS:
		fetch_bits(value, (int)count < 0 ? 0 : (ht_u32)count, size, arg, word);
		break;
	case HT_FETCH_PER_PAGE:
		fetch_bytes(value, (count + PAGE_BYTES - 1) / PAGE_BYTES, size, arg);
		break;
	case HT_FETCH_HEADED:
		if (bpf_probe_read_user(&head, sizeof(head), (void *)value))
			head = 0;
		count += head;
		fetch_bytes(value, count < sizeof(head) ? sizeof(head) : count, size, arg);
		break;
	case HT_FETCH_POINTERS:
		fetch_pointers(value, count, size, i, word);
		break;
	case HT_FETCH_INDIRECT:
		fetch_indirect(value, size, i, count ? count : word);
		break;
	case HT_FETCH_STRING_AT:
	case HT_FETCH_POINTED:
		fetch_pointed(aux, size, i, fetch);
		break;
	case HT_FETCH_OPTION_FILTER:
		if (s->regs[1] == SOL_SOCKET && (s->regs[2] == SO_ATTACH_FILTER || s->regs[2] == SO_ATTACH_REUSEPORT_CBPF))
			fetch_pointed(aux, size, i, fetch);
		break;
	case HT_FETCH_QUEUE_MESSAGE:
		fetch_queue_message(value, count, i, word);
		break;
	case HT_FETCH_OWN_SIZE:
		fetch_own_size(value, count, size, i);
		break;
	case HT_FETCH_BUFFER:
		fetch_bytes(value, (ht_u32)count, size, arg); /* many lengths are ints */
		break;
	case HT_FETCH_BUFFER_AT:
		fetch_buffer_at(value, count, size, i);
		break;
	case HT_FETCH_FIXED:
		fetch_bytes(value, size, size, arg);
		break;
	case HT_FETCH_ARRAY:
		fetch_bytes(value, (count > 0xffffff ? 0xffffff : count) * size, HT_ARRAY_BYTES, arg);
		break;
	case HT_FETCH_TAILED:
		fetch_bytes(value, size + (ht_u64)(ht_u32)count * 8, HT_ARRAY_BYTES, arg);
		break;
	case HT_FETCH_CONTENT:
		if (content_bytes)
			fetch_bytes(value, count, content_bytes, HT_ITEM_CONTENT | i << 8);
		break;
	case HT_FETCH_VECTORS:
		fetch_vectors(value, count, moved(s, result), i | (size < IOVEC_64 ? 4 : word) << 8);
		break;
	}
	return 0;
}

/*
 * All arguments of the event in scratch, as its plan says; the returned file first, whose path may decide
 * that nobody wants it.
 */
static __always_inline void serialise(struct scratch *s, const struct ht_plan *plan, ht_s64 result, ht_u32 word)
{
	s->out = plan->out;
	s->sends = plan->access != HT_PLAN_READ;
	if ((plan->flags & HT_PLAN_RESULT_FD) && result >= 0) {
		fetch_fd(result, HT_ITEM_RESULT);
		if (s->dropped)
			return;
		s->may_drop = false;
	}
	for (ht_u32 i = 0; i < HT_ARGS; i++) {
		ht_u32 fetch = plan->fetch[i], aux = plan->aux[i];
		ht_u64 value = s->regs[i];

		if (fetch == HT_FETCH_NONE || (result < 0 && (plan->out & 1u << i)))
			continue;
		switch (fetch) {
		case HT_FETCH_STRING:
			fetch_string(value, HT_ITEM_STRING | i << 8);
			break;
		case HT_FETCH_PATH:
			fetch_string(value, HT_ITEM_STRING | i << 8);
			if (s->relative)
				fetch_base(aux < HT_ARGS ? (ht_u32)s->regs[aux] : AT_FDCWD_32, i);
			else if (!value && aux < HT_ARGS)
				fetch_fd(s->regs[aux], i); /* no path at all: the file behind the descriptor (futimens) */
			if (s->dropped)
				return;
			break;
		case HT_FETCH_FD:
			fetch_fd(value, i);
			if (s->dropped)
				return;
			break;
		case HT_FETCH_ARGV:
			fetch_argv(value, i, word);
			break;
		default:
			fetch_memory(i, fetch, aux | (ht_u32)plan->size[i] << 8, result, word);
			if (s->passing.messages)
				fetch_passed();
			s->passing.messages = 0;
		}
	}
}

#endif
