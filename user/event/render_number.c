/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values that a register holds. The upper half of a register that passes an int is not defined, so that
 * everything but words and addresses is looked at in its low 32 bits.
 */
#include "base/cleanup.h"
#include "event/render_value.h"

#define LOW32 0xffffffffu

static const char hex_digits[] = "0123456789abcdef";

void ht_render_hex(struct ht_buffer *b, uint64_t v)
{
	char text[20];
	char *at = text + sizeof(text);

	*--at = '"';
	do {
		*--at = hex_digits[v & 15];
		v >>= 4;
	} while (v);
	*--at = 'x';
	*--at = '0';
	*--at = '"';
	ht_buffer_append(b, at, (size_t)(text + sizeof(text) - at));
}

void ht_render_mode(struct ht_buffer *b, uint64_t v)
{
	char text[10];
	char *at = text + sizeof(text);

	v &= 0xffff;
	*--at = '"';
	for (unsigned digits = 0; v || digits < 4; digits++) {
		*--at = (char)('0' + (v & 7));
		v >>= 3;
	}
	if (*at != '0')
		*--at = '0';
	*--at = '"';
	ht_buffer_append(b, at, (size_t)(text + sizeof(text) - at));
}

void ht_render_quoted(struct ht_buffer *b, const char *ascii)
{
	ht_buffer_byte(b, '"');
	ht_buffer_append(b, ascii, strlen(ascii));
	ht_buffer_byte(b, '"');
}

/* The names of the bits, then what has no name. more: the array has values already. */
static void flag_values(struct ht_buffer *b, const struct ht_name_set *set, uint64_t v, bool more)
{
	for (size_t i = 0; i < set->count && v; i++) {
		uint64_t bits = set->values[i].value;

		if (!bits || (v & bits) != bits)
			continue;
		if (more)
			ht_buffer_byte(b, ',');
		ht_render_quoted(b, set->values[i].name);
		more = true;
		v &= ~bits;
	}
	if (!v)
		return;
	if (more)
		ht_buffer_byte(b, ',');
	ht_render_hex(b, v);
}

void ht_render_flags(struct ht_buffer *b, const struct ht_name_set *set, uint64_t v)
{
	const char *none = v ? NULL : ht_name_of(set, 0);

	ht_buffer_byte(b, '[');
	if (none)
		ht_render_quoted(b, none);
	else
		flag_values(b, set, v, false);
	ht_buffer_byte(b, ']');
}

void ht_render_enum(struct ht_buffer *b, const struct ht_name_set *set, uint64_t v)
{
	const char *name = ht_name_of(set, v & LOW32);

	if (name)
		ht_render_quoted(b, name);
	else
		ht_buffer_signed(b, (int32_t)v);
}

void ht_render_request_name(struct ht_buffer *b, const struct ht_name_set *set, uint64_t v)
{
	const char *name = ht_name_of(set, v & LOW32);

	if (name)
		ht_render_quoted(b, name);
	else
		ht_render_hex(b, v & LOW32);
}

void ht_render_open_flags(struct ht_buffer *b, enum ht_abi abi, uint64_t v)
{
	const struct ht_name_set *names =
		abi == HT_ABI_ARM64 ? &ht_names_open_flags_arm64 : &ht_names_open_flags_x86;

	ht_buffer_byte(b, '[');
	ht_render_quoted(b, ht_name_of(&ht_names_open_access, v & 3));
	flag_values(b, names, v & ~3ull, true);
	ht_buffer_byte(b, ']');
}

/* What mknod(2) takes: new_decode_dev() of include/linux/kdev_t.h. */
static void render_device(struct ht_buffer *b, uint64_t v)
{
	ht_buffer_byte(b, '"');
	ht_buffer_unsigned(b, (v & 0xfff00) >> 8);
	ht_buffer_byte(b, ':');
	ht_buffer_unsigned(b, (v & 0xff) | ((v >> 12) & 0xfff00));
	ht_buffer_byte(b, '"');
}

/* An id; the one with all bits set means "leave it as it is". */
static void render_id(struct ht_buffer *b, uint64_t v, uint64_t unchanged)
{
	v &= unchanged;
	if (v == unchanged)
		ht_buffer_literal(b, "null");
	else
		ht_buffer_unsigned(b, v);
}

static void render_socket_type(struct ht_buffer *b, uint64_t v)
{
	ht_buffer_byte(b, '[');
	ht_render_enum(b, &ht_names_socket_types, v & 0xf);
	flag_values(b, &ht_names_socket_flags, v & 0xfffffff0u, true);
	ht_buffer_byte(b, ']');
}

/* include/uapi/linux/ioprio.h: the class in the three bits from 13 on. */
static void render_io_priority(struct ht_buffer *b, uint64_t v)
{
	ht_buffer_literal(b, "{\"class\":");
	ht_render_enum(b, &ht_names_ioprio_classes, (v >> 13) & 7);
	ht_buffer_literal(b, ",\"level\":");
	ht_buffer_unsigned(b, v & 7);
	ht_buffer_byte(b, '}');
}

#define FAMILY_INET 2
#define FAMILY_INET6 10
#define FAMILY_NETLINK 16
#define LEVEL_SOCKET 1

/*
 * A protocol means something in a family, which is two arguments before; an option in its level, which is
 * one before.
 */
static void render_socket_number(const struct ht_render *r, unsigned i, uint64_t v)
{
	const struct ht_name_set *names = NULL;

	if (r->call->arg[i].kind == HT_ARG_SOCKET_OPTION_NAME) {
		if ((uint32_t)r->w->event->args[i - 1] == LEVEL_SOCKET)
			names = &ht_names_socket_options;
	} else {
		switch ((uint32_t)r->w->event->args[i - 2]) {
		case FAMILY_INET:
		case FAMILY_INET6:
			names = &ht_names_ip_protocols;
			break;
		case FAMILY_NETLINK:
			names = &ht_names_netlink_protocols;
			break;
		}
	}
	if (names)
		ht_render_enum(r->b, names, v);
	else
		ht_buffer_signed(r->b, (int32_t)v);
}

static bool render_named(const struct ht_render *r, unsigned i, uint64_t v)
{
	const struct ht_arg *arg = &r->call->arg[i];
	struct ht_buffer *b = r->b;

	switch (arg->kind) {
	case HT_ARG_FLAGS:
		ht_render_flags(b, arg->names, v & LOW32);
		return true;
	case HT_ARG_ENUM:
		ht_render_enum(b, arg->names, v);
		return true;
	case HT_ARG_REQUEST:
		ht_render_request_name(b, arg->names, v);
		return true;
	case HT_ARG_OPEN_FLAGS:
		ht_render_open_flags(b, r->w->event->abi, v & LOW32);
		return true;
	case HT_ARG_SIGNAL:
		ht_render_enum(b, &ht_names_signals, v);
		return true;
	case HT_ARG_SOCKET_TYPE:
		render_socket_type(b, v & LOW32);
		return true;
	case HT_ARG_SOCKET_PROTOCOL:
	case HT_ARG_SOCKET_OPTION_NAME:
		render_socket_number(r, i, v);
		return true;
	case HT_ARG_IO_PRIORITY:
		render_io_priority(b, v & LOW32);
		return true;
	default:
		return false;
	}
}

bool ht_render_number(const struct ht_render *r, unsigned i)
{
	const struct ht_arg *arg = &r->call->arg[i];
	uint64_t v = r->w->event->args[i];

	switch (arg->kind) {
	case HT_ARG_INT:
	case HT_ARG_FD_NUMBER:
	case HT_ARG_PID:
		ht_buffer_signed(r->b, (int32_t)v);
		return true;
	case HT_ARG_UINT:
		ht_buffer_unsigned(r->b, v & LOW32);
		return true;
	case HT_ARG_LONG:
		ht_buffer_signed(r->b, r->narrow ? (int32_t)v : (int64_t)v);
		return true;
	case HT_ARG_SIZE:
		ht_buffer_unsigned(r->b, v);
		return true;
	case HT_ARG_LOW:
		ht_buffer_signed(r->b, (int64_t)((v & LOW32) | r->w->event->args[i + 1] << 32));
		return true;
	case HT_ARG_HEX:
		ht_render_hex(r->b, v);
		return true;
	case HT_ARG_MODE:
		ht_render_mode(r->b, v);
		return true;
	case HT_ARG_DEVICE:
		render_device(r->b, v & LOW32);
		return true;
	case HT_ARG_UID:
	case HT_ARG_GID:
		render_id(r->b, v, LOW32);
		return true;
	case HT_ARG_UID16:
	case HT_ARG_GID16:
		render_id(r->b, v, 0xffff);
		return true;
	default:
		return render_named(r, i, v);
	}
}
