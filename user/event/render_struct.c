/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Structs that arguments point to, by the tables of structs.def. Before a member is read, the bytes are known to reach
 * to its end; what they do not reach to is absent.
 */
#include <stdio.h>

#include "base/hex.h"
#include "event/render_value.h"
#include "hosttrail/structs.h"

#define FAMILY_INET6 10
#define UTIME_NOW_NS 0x3fffffff
#define UTIME_OMIT_NS 0x3ffffffe
#define CAPABILITY_V1 0x19980330u

static uint64_t read_number(struct ht_text bytes, size_t at, size_t size)
{
	uint64_t v = 0;

	memcpy(&v, bytes.data + at, size < sizeof(v) ? size : sizeof(v));
	return v;
}

/* ---- by table ---- */

static struct ht_text part_of(struct ht_text bytes, size_t at, size_t size)
{
	return (struct ht_text){ bytes.data + at, size };
}

void ht_render_array(struct ht_render *r, const struct ht_struct *s, struct ht_text bytes, size_t size,
			 enum ht_layout layout)
{
	ht_buffer_byte(r->b, '[');
	for (size_t at = 0; size && at + size <= bytes.length; at += size) {
		if (at)
			ht_buffer_byte(r->b, ',');
		ht_render_object(r, s, part_of(bytes, at, size), layout);
	}
	ht_buffer_byte(r->b, ']');
}

void ht_render_hex_bytes(struct ht_buffer *b, struct ht_text bytes)
{
	char digits[3];

	ht_buffer_byte(b, '"');
	for (size_t i = 0; i < bytes.length; i++) {
		ht_hex_write(bytes.data + i, 1, digits);
		ht_buffer_append(b, digits, 2);
	}
	ht_buffer_byte(b, '"');
}

static void render_member(struct ht_render *r, const struct ht_member *m, struct ht_text bytes, enum ht_layout layout)
{
	switch (m->kind) {
	case HT_ARG_STRUCT:
		ht_render_object(r, m->structure, bytes, layout);
		return;
	case HT_ARG_STRUCTS:
		ht_render_array(r, m->structure, bytes, layout == HT_LAYOUT_64 ? m->structure->size : m->structure->size_i386,
			     layout);
		return;
	case HT_ARG_TEXT:
		bytes.length = strnlen(bytes.data, bytes.length);
		ht_render_string(r->b, m->name, bytes);
		return;
	case HT_ARG_BYTES:
		ht_render_hex_bytes(r->b, bytes);
		return;
	case HT_ARG_CHOICE:
		ht_render_choice(r->b, m->choice, read_number(bytes, 0, bytes.length));
		return;
	case HT_ARG_IPV6:
		ht_buffer_byte(r->b, '"');
		ht_append_ip(r->b, FAMILY_INET6, (const uint8_t *)bytes.data);
		ht_buffer_byte(r->b, '"');
		return;
	case HT_ARG_SOCKADDR:
		ht_render_sockaddr(r->b, bytes.data, bytes.length);
		return;
	default:
		ht_render_value(r, m->kind, m->names, read_number(bytes, 0, bytes.length), (unsigned)bytes.length * 8);
	}
}

#define PERF_TYPE_HARDWARE 0
#define PERF_TYPE_SOFTWARE 1
#define PERF_TYPE_HW_CACHE 3

/* struct perf_event_attr: what config means is the type's business; of hardware the high half is a device. */
static void render_perf_event(struct ht_render *r, const struct ht_member *m, struct ht_text bytes)
{
	uint32_t type = (uint32_t)read_number(bytes, 0, 4), config = (uint32_t)read_number(bytes, 8, 4);
	const char *names[3] = { NULL };
	unsigned n = 1;

	if (type == PERF_TYPE_HARDWARE) {
		names[0] = ht_name_of(&ht_names_perf_hardware_events, config);
	} else if (type == PERF_TYPE_SOFTWARE) {
		names[0] = ht_name_of(&ht_names_perf_software_events, config);
	} else if (type == PERF_TYPE_HW_CACHE && config < 1u << 24) {
		n = 3;
		names[0] = ht_name_of(&ht_names_perf_cache_events, config & 0xff);
		names[1] = ht_name_of(&ht_names_perf_cache_operations, config >> 8 & 0xff);
		names[2] = ht_name_of(&ht_names_perf_cache_results, config >> 16);
	}
	for (unsigned i = 0; i < n; i++)
		if (!names[i])
			return;
	ht_render_key(r, m->name);
	for (unsigned i = 0; i < n; i++) {
		ht_buffer_byte(r->b, i ? ',' : '[');
		ht_render_quoted(r->b, names[i]);
	}
	ht_buffer_byte(r->b, ']');
}

static bool ends_with_bytes(enum ht_arg_kind kind)
{
	return kind == HT_ARG_TEXT || kind == HT_ARG_BYTES || kind == HT_ARG_LINK_DETAILS;
}

static void render_members(struct ht_render *r, const struct ht_struct *s, struct ht_text bytes, enum ht_layout layout)
{
	for (const struct ht_member *m = s->member; m->name; m++) {
		size_t at = m->at[layout], size = m->size[layout];

		if (ends_with_bytes(m->kind) && at < bytes.length && at + size > bytes.length)
			size = bytes.length - at; /* what the bytes end in is its end */
		if (at + size > bytes.length || !size || (m->out && !r->out))
			continue;
		if (m->kind == HT_ARG_LINK_DETAILS) {
			ht_render_link_details(r, m, bytes);
			continue;
		}
		if (m->kind == HT_ARG_PERF_EVENT) {
			render_perf_event(r, m, part_of(bytes, at, size));
			continue;
		}
		if (m->kind == HT_ARG_TEXT)
			ht_render_comma(r); /* the text writes its key, for its sibling's sake */
		else
			ht_render_key(r, m->name);
		render_member(r, m, part_of(bytes, at, size), layout);
	}
}

void ht_render_object(struct ht_render *r, const struct ht_struct *s, struct ht_text bytes, enum ht_layout layout)
{
	bool outer = r->any;

	if (s->scalar) {
		render_member(r, s->member, bytes, layout);
		return;
	}
	ht_buffer_byte(r->b, '{');
	r->any = false;
	render_members(r, s, bytes, layout);
	ht_buffer_byte(r->b, '}');
	r->any = outer;
}

void ht_render_members(struct ht_render *r, const struct ht_struct *s, struct ht_text bytes, enum ht_abi abi)
{
	render_members(r, s, bytes, ht_struct_layout(s, abi));
}

#define PIDFD_INFO_EXIT 8u

/* Requests of ioctl(2) that point to one struct or another, which something else tells. */
static const struct ht_struct *structure_of(const struct ht_render *r, const struct ht_arg *arg, struct ht_text bytes)
{
	const struct ht_wire_item_view *item;
	struct ht_wire_socket socket;

	if (arg->structure == &ht_struct_pidfd_info)
		return bytes.length >= 4 && read_number(bytes, 0, 4) & PIDFD_INFO_EXIT ? &ht_struct_pidfd_info_ended :
											 arg->structure;
	if (arg->structure != &ht_struct_ifreq_address && arg->structure != &ht_struct_rtentry)
		return arg->structure;
	/* of addresses, the socket: net/ipv6/af_inet6.c, inet6_ioctl() */
	item = ht_wire_item(r->w, HT_ITEM_SOCKET, 0);
	if (!item || item->bytes.length < sizeof(socket))
		return arg->structure;
	memcpy(&socket, item->bytes.data, sizeof(socket));
	if (socket.family != FAMILY_INET6)
		return arg->structure;
	return arg->structure == &ht_struct_rtentry ? &ht_struct_in6_rtmsg : &ht_struct_in6_ifreq;
}

static bool is_one(enum ht_arg_kind kind)
{
	return kind == HT_ARG_STRUCT || kind == HT_ARG_POINTED_ONE || kind == HT_ARG_POINTED_BY;
}

bool ht_render_structs(struct ht_render *r, const struct ht_arg *arg, struct ht_text bytes)
{
	enum ht_abi abi = r->w->event->abi;
	const struct ht_struct *s = structure_of(r, arg, bytes);
	enum ht_layout layout = ht_struct_layout(s, abi);
	size_t size = ht_struct_size(s, abi);

	if (is_one(arg->kind) && bytes.length < size)
		return false;
	if (size < ht_struct_size(arg->structure, abi)) /* the smaller one is all there */
		r->unreadable &= ~(1u << (unsigned)(arg - r->args));
	if (s->scalar && s->member->kind == HT_ARG_TEXT) {
		ht_render_comma(r);
		bytes.length = strnlen(bytes.data, bytes.length);
		ht_render_string(r->b, arg->name, bytes);
		return true;
	}
	ht_render_arg_key(r, arg);
	if (arg->kind == HT_ARG_STRUCTS || arg->kind == HT_ARG_POINTERS || arg->kind == HT_ARG_POINTED ||
	    arg->kind == HT_ARG_POINTED_COUNT || arg->kind == HT_ARG_OPTION_FILTER)
		ht_render_array(r, s, bytes, size, layout);
	else
		ht_render_object(r, s, bytes, layout);
	return true;
}

/* ---- what tables do not tell ---- */

static void file_time(struct ht_render *r, struct ht_text bytes, bool narrow)
{
	int64_t ns = narrow ? (int32_t)read_number(bytes, 4, 4) : (int64_t)read_number(bytes, 8, 8);

	if (ns == UTIME_NOW_NS)
		ht_render_quoted(r->b, "UTIME_NOW");
	else if (ns == UTIME_OMIT_NS)
		ht_render_quoted(r->b, "UTIME_OMIT");
	else
		ht_render_object(r, &ht_struct_timespec, bytes, narrow ? HT_LAYOUT_32 : HT_LAYOUT_64);
}

/* size: of each */
static void file_times(struct ht_render *r, struct ht_text bytes, size_t size)
{
	ht_buffer_byte(r->b, '[');
	file_time(r, part_of(bytes, 0, size), size == 8);
	ht_buffer_byte(r->b, ',');
	file_time(r, part_of(bytes, size, size), size == 8);
	ht_buffer_byte(r->b, ']');
}

/* capset(2): two structs of three words, low halves first; version 1 has only the first struct. */
static bool capabilities(struct ht_render *r, unsigned i, struct ht_text bytes)
{
	static const char *const keys[] = { "effective", "permitted", "inheritable" };
	const struct ht_wire_item_view *header = i ? ht_wire_item(r->w, HT_ITEM_BYTES, i - 1) : NULL;
	bool one = header && header->bytes.length >= 4 && read_number(header->bytes, 0, 4) == CAPABILITY_V1;
	bool outer;

	if (bytes.length < (one ? 12 : 24))
		return false;
	ht_render_arg_key(r, &r->args[i]);
	outer = r->any;
	ht_buffer_byte(r->b, '{');
	r->any = false;
	for (unsigned k = 0; k < 3; k++) {
		ht_render_key(r, keys[k]);
		ht_render_capability_set(r->b, read_number(bytes, k * 4, 4) | (one ? 0 : read_number(bytes, 12 + k * 4, 4) << 32));
	}
	ht_buffer_byte(r->b, '}');
	r->any = outer;
	return true;
}

/* The numbers of the bits that are set, at most `limit` of them. */
static void bit_numbers(struct ht_buffer *b, struct ht_text bytes, uint64_t limit)
{
	bool more = false;

	ht_buffer_byte(b, '[');
	for (size_t i = 0; i < bytes.length * 8 && i < limit; i++) {
		if (!((uint8_t)bytes.data[i / 8] & (1u << (i % 8))))
			continue;
		if (more)
			ht_buffer_byte(b, ',');
		ht_buffer_unsigned(b, i);
		more = true;
	}
	ht_buffer_byte(b, ']');
}

#define PROBE_HEAD 16  /* struct io_uring_probe; behind it, of each operation: */
#define PROBE_ENTRY 8  /* struct io_uring_probe_op: its number, a byte, its flags */
#define PROBE_IS_THERE 1 /* IO_URING_OP_SUPPORTED */

static void probe(struct ht_buffer *b, struct ht_text bytes)
{
	unsigned last = (uint8_t)bytes.data[0], count = (uint8_t)bytes.data[1];
	bool more = false;

	ht_buffer_literal(b, "{\"lastOperation\":");
	ht_render_enum(b, &ht_names_io_uring_operations, last);
	ht_buffer_literal(b, ",\"count\":");
	ht_buffer_unsigned(b, count);
	ht_buffer_literal(b, ",\"operations\":[");
	for (unsigned i = 0; i < count && PROBE_HEAD + (i + 1) * PROBE_ENTRY <= bytes.length; i++) {
		const char *entry = bytes.data + PROBE_HEAD + i * PROBE_ENTRY;

		if (!(entry[2] & PROBE_IS_THERE))
			continue;
		if (more)
			ht_buffer_byte(b, ',');
		ht_render_enum(b, &ht_names_io_uring_operations, (uint8_t)entry[0]);
		more = true;
	}
	ht_buffer_literal(b, "]}");
}

static void byte_numbers(struct ht_buffer *b, struct ht_text bytes)
{
	ht_buffer_byte(b, '[');
	for (size_t i = 0; i < bytes.length; i++) {
		if (i)
			ht_buffer_byte(b, ',');
		ht_buffer_unsigned(b, (uint8_t)bytes.data[i]);
	}
	ht_buffer_byte(b, ']');
}

static void name_list(struct ht_buffer *b, struct ht_text bytes)
{
	const char *at = bytes.data, *end = at + bytes.length;

	ht_buffer_byte(b, '[');
	while (at < end) {
		size_t n = strnlen(at, (size_t)(end - at));

		if (at != bytes.data)
			ht_buffer_byte(b, ',');
		ht_json_string(b, at, n);
		at += n + 1;
	}
	ht_buffer_byte(b, ']');
}

/* name_to_handle_at(2): struct file_handle, whose first member says how long the handle is. */
static void file_handle(struct ht_render *r, struct ht_text bytes)
{
	size_t n = (size_t)read_number(bytes, 0, 4);

	ht_buffer_literal(r->b, "{\"bytes\":");
	ht_buffer_unsigned(r->b, n);
	if (bytes.length >= 8) {
		ht_buffer_literal(r->b, ",\"type\":");
		ht_buffer_signed(r->b, (int32_t)read_number(bytes, 4, 4));
		ht_buffer_literal(r->b, ",\"handle\":");
		ht_render_hex_bytes(r->b, part_of(bytes, 8, n < bytes.length - 8 ? n : bytes.length - 8));
	}
	ht_buffer_byte(r->b, '}');
}

/* Bytes that a kind does not go without. */
static size_t least_bytes(const struct ht_arg *arg, enum ht_abi abi)
{
	switch (arg->kind) {
	case HT_ARG_CPU_SET:
	case HT_ARG_FD_SET:
	case HT_ARG_NODE_SET:
	case HT_ARG_HEX_BYTES:
	case HT_ARG_NAME_LIST:
	case HT_ARG_RESIDENCE:
		return 0;
	case HT_ARG_FILE_HANDLE:
		return 4;
	default:
		return ht_arg_size(arg, abi);
	}
}

bool ht_render_struct(struct ht_render *r, unsigned i, struct ht_text bytes)
{
	const struct ht_arg *arg = &r->args[i];
	enum ht_arg_kind kind = arg->kind;

	if (arg->structure)
		return ht_render_structs(r, arg, bytes);
	if (kind == HT_ARG_CAPABILITIES)
		return capabilities(r, i, bytes);
	if (kind == HT_ARG_SIGINFO || kind == HT_ARG_SIGINFOS)
		return ht_render_siginfo(r, arg, bytes);
	if (bytes.length < least_bytes(arg, r->w->event->abi))
		return false;
	ht_render_arg_key(r, arg);
	switch (kind) {
	case HT_ARG_CPU_SET:
		bit_numbers(r->b, bytes, UINT64_MAX);
		return true;
	case HT_ARG_FD_SET:
		bit_numbers(r->b, bytes, (uint32_t)r->w->event->args[arg->aux]);
		return true;
	case HT_ARG_RESIDENCE:
		byte_numbers(r->b, bytes);
		return true;
	case HT_ARG_PROBE:
		probe(r->b, bytes);
		return true;
	case HT_ARG_NODE_SET:
		bit_numbers(r->b, bytes, (uint32_t)r->w->event->args[arg->aux] ? (uint32_t)r->w->event->args[arg->aux] - 1 : 0);
		return true;
	case HT_ARG_FILE_HANDLE:
		file_handle(r, bytes);
		return true;
	case HT_ARG_HEX_BYTES:
		ht_render_hex_bytes(r->b, bytes);
		return true;
	case HT_ARG_NAME_LIST:
		name_list(r->b, bytes);
		return true;
	default:
		file_times(r, bytes, ht_arg_size(arg, r->w->event->abi) / 2);
		return true;
	}
}
