/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values that a register holds. The upper half of a register that passes an int is not defined, so that
 * everything but words and addresses is looked at in its low 32 bits.
 */
#include "base/cleanup.h"
#include "event/errors.h"
#include "event/render_value.h"
#include "event/socket_names.h"

#define PAGE_BITS 12
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
	char text[26]; /* 22 digits of three bits, a zero before them, two quotes */
	char *at = text + sizeof(text);

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

void ht_render_choice(struct ht_buffer *b, const struct ht_choice *choice, uint64_t v)
{
	ht_buffer_byte(b, '[');
	ht_render_request_name(b, choice->values, v & choice->mask);
	flag_values(b, choice->flags, v & ~(uint64_t)choice->mask, true);
	ht_buffer_byte(b, ']');
}

/* What stands above the low half is a sign, or makes another number of it. */
static void render_long_enum(struct ht_buffer *b, const struct ht_name_set *set, uint64_t v)
{
	if ((int64_t)v == (int32_t)v || v <= LOW32)
		ht_render_enum(b, set, v);
	else
		ht_buffer_signed(b, (int64_t)v);
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

static void render_device_pair(struct ht_buffer *b, uint64_t major, uint64_t minor)
{
	ht_buffer_byte(b, '"');
	ht_buffer_unsigned(b, major);
	ht_buffer_byte(b, ':');
	ht_buffer_unsigned(b, minor);
	ht_buffer_byte(b, '"');
}

/* What mknod(2) takes: new_decode_dev() of include/linux/kdev_t.h. */
static void render_device(struct ht_buffer *b, uint64_t v)
{
	render_device_pair(b, (v & 0xfff00) >> 8, (v & 0xff) | ((v >> 12) & 0xfff00));
}

/* An id or a limit; the one with all bits set means "leave it as it is", or "unlimited". */
static void render_id(struct ht_buffer *b, uint64_t v, uint64_t unchanged)
{
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

/* include/uapi/linux/ioprio.h: the class in the three bits from 13 on, a hint in the ten before them. */
static void render_io_priority(struct ht_buffer *b, uint64_t v)
{
	ht_buffer_literal(b, "{\"class\":");
	ht_render_enum(b, &ht_names_ioprio_classes, (v >> 13) & 7);
	if (v >> 3 & 0x3ff) {
		ht_buffer_literal(b, ",\"hint\":");
		ht_render_enum(b, &ht_names_ioprio_hints, v >> 3 & 0x3ff);
	}
	ht_buffer_literal(b, ",\"level\":");
	ht_buffer_unsigned(b, v & 7);
	ht_buffer_byte(b, '}');
}

#define FAMILY_INET 2

/*
 * A protocol means something in a family, which is two arguments before; an option in its level, which is
 * one before.
 */
static void render_socket_number(const struct ht_render *r, unsigned i, uint64_t v)
{
	const uint64_t *args = r->w->event->args;
	const char *name;

	if (r->args[i].kind == HT_ARG_SOCKET_OPTION_NAME)
		name = ht_socket_option_name((uint32_t)args[i - 1], (uint32_t)v, r->call->access != HT_ACCESS_READ);
	else
		name = ht_socket_protocol_name((uint32_t)args[i - 2], (uint32_t)v);
	if (name)
		ht_render_quoted(r->b, name);
	else
		ht_buffer_signed(r->b, (int32_t)v);
}

/* ---- by kind ---- */

static void render_bits(struct ht_buffer *b, uint64_t bits, const struct ht_name_set *names, unsigned first)
{
	bool more = false;

	ht_buffer_byte(b, '[');
	for (unsigned i = 0; i < 64; i++) {
		const char *name = ht_name_of(names, i + first);

		if (!(bits & (1ull << i)))
			continue;
		if (more)
			ht_buffer_byte(b, ',');
		more = true;
		if (name)
			ht_render_quoted(b, name);
		else
			ht_buffer_unsigned(b, i + first);
	}
	ht_buffer_byte(b, ']');
}

void ht_render_capability_set(struct ht_buffer *b, uint64_t bits)
{
	render_bits(b, bits, &ht_names_capabilities, 0);
}

void ht_render_wait_status(struct ht_buffer *b, uint32_t v)
{
	if ((v & 0xff) == 0x7f) {
		ht_buffer_literal(b, "\"stopped\":true,\"signal\":");
		ht_render_enum(b, &ht_names_signals, v >> 8 & 0xff);
		if (v >> 16) {
			ht_buffer_literal(b, ",\"event\":");
			ht_buffer_unsigned(b, v >> 16);
		}
	} else if (v == 0xffff) {
		ht_buffer_literal(b, "\"continued\":true");
	} else if (v & 0x7f) {
		ht_buffer_literal(b, "\"signal\":");
		ht_render_enum(b, &ht_names_signals, v & 0x7f);
		if (v & 0x80)
			ht_buffer_literal(b, ",\"coreDumped\":true");
	} else {
		ht_buffer_literal(b, "\"exitStatus\":");
		ht_buffer_unsigned(b, v >> 8 & 0xff);
	}
}

/* Those that a call takes (FUTEX2_) from those that the kernel makes of them (FLAGS_, kernel/futex/futex.h). */
static uint32_t futex_flags(uint32_t kernel)
{
	const uint32_t size = 0x3, shared = 0x10, numa = 0x80, policy = 0x200;

	return (kernel & size) | (kernel & shared ? 0 : 0x80) | (kernel & numa ? 0x4 : 0) | (kernel & policy ? 0x8 : 0);
}

/* FUTEX_WAKE_OP (include/uapi/linux/futex.h): four bits, four bits, and two signed numbers of twelve. */
static void render_wake_operation(struct ht_buffer *b, uint32_t v)
{
	ht_buffer_literal(b, "{\"operation\":");
	ht_render_enum(b, &ht_names_futex_wake_operations, v >> 28 & 7);
	ht_buffer_literal(b, ",\"argument\":");
	ht_buffer_signed(b, (int32_t)(v << 8) >> 20);
	if (v >> 31)
		ht_buffer_literal(b, ",\"shifted\":true");
	ht_buffer_literal(b, ",\"comparison\":");
	ht_render_enum(b, &ht_names_futex_comparisons, v >> 24 & 0xf);
	ht_buffer_literal(b, ",\"comparedTo\":");
	ht_buffer_signed(b, (int32_t)(v << 20) >> 20);
	ht_buffer_byte(b, '}');
}

static void render_ipv4(struct ht_buffer *b, uint64_t v)
{
	uint8_t bytes[4];

	memcpy(bytes, &v, sizeof(bytes));
	ht_buffer_byte(b, '"');
	ht_append_ip(b, FAMILY_INET, bytes);
	ht_buffer_byte(b, '"');
}

static bool render_named(const struct ht_render *r, enum ht_arg_kind kind, const struct ht_name_set *names, uint64_t v)
{
	struct ht_buffer *b = r->b;

	switch (kind) {
	case HT_ARG_FLAGS:
	case HT_ARG_LONG_FLAGS:
		ht_render_flags(b, names, v);
		return true;
	case HT_ARG_LONG_ENUM:
		render_long_enum(b, names, v);
		return true;
	case HT_ARG_ENUM:
		ht_render_enum(b, names, v);
		return true;
	case HT_ARG_REQUEST:
		ht_render_request_name(b, names, v);
		return true;
	case HT_ARG_OPEN_FLAGS:
		ht_render_open_flags(b, r->w->event->abi, v);
		return true;
	case HT_ARG_SIGNAL:
		ht_render_enum(b, &ht_names_signals, v);
		return true;
	case HT_ARG_HANDLER:
		if (ht_name_of(&ht_names_signal_handlers, v))
			ht_render_enum(b, &ht_names_signal_handlers, v);
		else
			ht_render_hex(b, v);
		return true;
	case HT_ARG_SIGSET:
		render_bits(b, v, &ht_names_signals, 1);
		return true;
	case HT_ARG_CAPABILITY_SET:
		ht_render_capability_set(b, v);
		return true;
	case HT_ARG_SOCKET_TYPE:
		render_socket_type(b, v);
		return true;
	case HT_ARG_IO_PRIORITY:
		render_io_priority(b, v);
		return true;
	case HT_ARG_WAIT_STATUS:
		ht_buffer_byte(b, '{');
		ht_render_wait_status(b, (uint32_t)v);
		ht_buffer_byte(b, '}');
		return true;
	case HT_ARG_ERROR:
		if (!ht_error_name((int)v))
			return false;
		ht_render_quoted(b, ht_error_name((int)v));
		return true;
	case HT_ARG_FUTEX_FLAGS:
		ht_render_flags(b, &ht_names_futex2_flags, futex_flags((uint32_t)v));
		return true;
	case HT_ARG_WAKE_OPERATION:
		render_wake_operation(b, (uint32_t)v);
		return true;
	default:
		return false;
	}
}

void ht_render_value(const struct ht_render *r, enum ht_arg_kind kind, const struct ht_name_set *names, uint64_t v,
		     unsigned bits)
{
	uint64_t all = bits < 64 ? (1ull << bits) - 1 : UINT64_MAX;
	struct ht_buffer *b = r->b;

	switch (kind) {
	case HT_ARG_UINT:
	case HT_ARG_SIZE:
		ht_buffer_unsigned(b, v);
		return;
	case HT_ARG_HEX:
		ht_render_hex(b, v);
		return;
	case HT_ARG_PAGES:
		ht_render_hex(b, v << PAGE_BITS);
		return;
	case HT_ARG_MODE:
		ht_render_mode(b, bits < 64 ? v & 0xffff : v);
		return;
	case HT_ARG_DEVICE:
		render_device(b, v);
		return;
	case HT_ARG_DEVICE_PAIR:
		render_device_pair(b, v & LOW32, v >> 32);
		return;
	case HT_ARG_UID:
	case HT_ARG_GID:
	case HT_ARG_UID16:
	case HT_ARG_GID16:
	case HT_ARG_LIMIT:
		render_id(b, v, all);
		return;
	case HT_ARG_IPV4:
		render_ipv4(b, v);
		return;
	case HT_ARG_POSITION:
		if (!r->out && r->w->event->result > 0)
			v = (v - (uint64_t)r->w->event->result) & all;
		ht_buffer_unsigned(b, v);
		return;
	case HT_ARG_PORT:
		ht_buffer_unsigned(b, (v & 0xff) << 8 | (v >> 8 & 0xff));
		return;
	default:
		if (render_named(r, kind, names, v))
			return;
		/* Sign-extended: shifted up and arithmetically down again. */
		ht_buffer_signed(b, bits < 64 ? (int64_t)(v << (64 - bits)) >> (64 - bits) : (int64_t)v);
	}
}

/* How many bits of a register count: those of an int, but for words and addresses. */
static unsigned register_bits(const struct ht_render *r, enum ht_arg_kind kind)
{
	switch (kind) {
	case HT_ARG_LONG:
	case HT_ARG_SIZE:
	case HT_ARG_HEX:
	case HT_ARG_HANDLER:
	case HT_ARG_PAGES:
	case HT_ARG_LIMIT:
	case HT_ARG_LONG_FLAGS:
	case HT_ARG_LONG_ENUM:
		return r->narrow ? 32 : 64;
	case HT_ARG_MODE: /* umode_t */
	case HT_ARG_UID16:
	case HT_ARG_GID16:
		return 16;
	default:
		return 32;
	}
}

/* An argument and the next, which is its upper half. */
static uint64_t two_words(const struct ht_render *r, unsigned i)
{
	return (r->w->event->args[i] & LOW32) | r->w->event->args[i + 1] << 32;
}

void ht_render_number(const struct ht_render *r, unsigned i)
{
	const struct ht_arg *arg = &r->args[i];
	uint64_t v = r->w->event->args[i];
	unsigned bits = register_bits(r, arg->kind);

	if (arg->kind == HT_ARG_SOCKET_PROTOCOL || arg->kind == HT_ARG_SOCKET_OPTION_NAME)
		render_socket_number(r, i, v);
	else if (arg->kind == HT_ARG_LOW)
		ht_buffer_signed(r->b, (int64_t)two_words(r, i));
	else if (arg->kind == HT_ARG_LONG_FLAGS && i + 1 < HT_ARGS && r->args[i + 1].kind == HT_ARG_HIGH)
		ht_render_flags(r->b, arg->names, two_words(r, i));
	else if (arg->kind == HT_ARG_CHOICE)
		ht_render_choice(r->b, arg->choice, v & LOW32);
	else
		ht_render_value(r, arg->kind, arg->names, bits < 64 ? v & ((1ull << bits) - 1) : v, bits);
}
