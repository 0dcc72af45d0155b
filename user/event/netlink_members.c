/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/netlink_members.h"

#include <endian.h>

#define TYPE_MASK 0x3fffu /* NLA_TYPE_MASK: the other two bits are flags */
#define ATTRIBUTE_HEADER 4u

/* ---- reading ---- */

uint16_t ht_nl_u16(struct ht_text bytes, size_t at)
{
	uint16_t v;

	memcpy(&v, bytes.data + at, sizeof(v));
	return v;
}

uint32_t ht_nl_u32(struct ht_text bytes, size_t at)
{
	uint32_t v;

	memcpy(&v, bytes.data + at, sizeof(v));
	return v;
}

uint16_t ht_nl_be16(struct ht_text bytes, size_t at)
{
	return be16toh(ht_nl_u16(bytes, at));
}

uint32_t ht_nl_be32(struct ht_text bytes, size_t at)
{
	return be32toh(ht_nl_u32(bytes, at));
}

static uint64_t read64(struct ht_text bytes, size_t at)
{
	uint64_t v;

	memcpy(&v, bytes.data + at, sizeof(v));
	return v;
}

bool ht_nl_next(struct ht_text attributes, size_t *at, unsigned *ret_type, struct ht_text *ret_value)
{
	size_t left, n;

	if (*at > attributes.length || attributes.length - *at < ATTRIBUTE_HEADER)
		return false;
	left = attributes.length - *at;
	n = ht_nl_u16(attributes, *at);
	if (n < ATTRIBUTE_HEADER || n > left)
		return false;
	*ret_type = ht_nl_u16(attributes, *at + 2) & TYPE_MASK;
	*ret_value = (struct ht_text){ attributes.data + *at + ATTRIBUTE_HEADER, n - ATTRIBUTE_HEADER };
	*at += (n + 3) & ~(size_t)3;
	return true;
}

struct ht_text ht_nl_attribute(struct ht_text attributes, unsigned type, size_t least)
{
	struct ht_text found = { 0 }, value;
	unsigned t;

	for (size_t at = 0; ht_nl_next(attributes, &at, &t, &value);)
		if (t == type)
			found = value;
	return found.length >= least ? found : (struct ht_text){ 0 };
}

const struct ht_nl_object *ht_nl_find(const struct ht_nl_object *table, size_t n, unsigned protocol, unsigned type)
{
	for (; n; table++, n--)
		if (table->protocol == protocol && type >= table->first && type <= table->last)
			return table;
	return NULL;
}

uint32_t ht_nl_index(const struct ht_nl_body *body, size_t at)
{
	return body->fixed.length >= at + 4 ? ht_nl_u32(body->fixed, at) : 0;
}

bool ht_nl_dumps(const struct ht_nl_body *body)
{
	return body->reads && (body->flags & HT_NLM_F_DUMP) == HT_NLM_F_DUMP;
}

bool ht_nl_is(struct ht_text string, const char *word)
{
	size_t n = strlen(word);

	return string.data && strnlen(string.data, string.length) == n && memcmp(string.data, word, n) == 0;
}

/* ---- writing ---- */

static bool is_first(const struct ht_buffer *b, char bracket)
{
	return b->length && b->data[b->length - 1] == bracket;
}

void ht_nl_key(struct ht_buffer *b, const char *key)
{
	if (!is_first(b, '{'))
		ht_buffer_byte(b, ',');
	ht_render_quoted(b, key);
	ht_buffer_byte(b, ':');
}

void ht_nl_comma(struct ht_buffer *b)
{
	if (!is_first(b, '['))
		ht_buffer_byte(b, ',');
}

void ht_nl_unsigned(struct ht_buffer *b, const char *key, uint64_t v)
{
	ht_nl_key(b, key);
	ht_buffer_unsigned(b, v);
}

void ht_nl_string(struct ht_buffer *b, const char *key, struct ht_text text)
{
	if (!text.data)
		return;
	text.length = strnlen(text.data, text.length);
	if (!is_first(b, '{'))
		ht_buffer_byte(b, ',');
	ht_render_string(b, key, text);
}

void ht_nl_digits(struct ht_buffer *b, struct ht_text bytes, const char *between)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.length; i++) {
		uint8_t v = (uint8_t)bytes.data[i];

		if (i && *between)
			ht_buffer_byte(b, *between);
		ht_buffer_byte(b, digits[v >> 4]);
		ht_buffer_byte(b, digits[v & 15]);
	}
}

void ht_nl_address(struct ht_buffer *b, struct ht_text address)
{
	if (address.length == 4)
		ht_append_ip(b, 2, (const uint8_t *)address.data);
	else if (address.length == 16)
		ht_append_ip(b, 10, (const uint8_t *)address.data);
	else
		ht_nl_digits(b, address, ":");
}

enum ht_resource_kind ht_nl_interface(struct ht_buffer *b, struct ht_text name, uint32_t number)
{
	size_t n = name.data ? strnlen(name.data, name.length) : 0;

	if (n) {
		ht_buffer_append(b, name.data, n);
	} else if (number) {
		ht_buffer_literal(b, "interface ");
		ht_buffer_unsigned(b, number);
	} else {
		return HT_RESOURCE_NONE;
	}
	return HT_RESOURCE_INTERFACE;
}

/* ---- values ---- */

static size_t width(enum ht_nl_kind kind)
{
	switch (kind) {
	case HT_NL_U8:
	case HT_NL_ENUM8:
	case HT_NL_BITS8:
		return 1;
	case HT_NL_U16:
	case HT_NL_BE16:
	case HT_NL_ENUM16:
	case HT_NL_BITS16:
	case HT_NL_BE_BITS16:
		return 2;
	case HT_NL_U64:
	case HT_NL_BE64:
		return 8;
	case HT_NL_U32:
	case HT_NL_S32:
	case HT_NL_BE32:
	case HT_NL_SBE32:
	case HT_NL_HEX32:
	case HT_NL_BE_HEX32:
	case HT_NL_ENUM32:
	case HT_NL_BE_ENUM32:
	case HT_NL_BITS32:
	case HT_NL_BE_BITS32:
	case HT_NL_HANDLE:
		return 4;
	default:
		return 0; /* no number */
	}
}

static uint64_t number(enum ht_nl_kind kind, struct ht_text v)
{
	switch (kind) {
	case HT_NL_BE16:
	case HT_NL_BE_BITS16:
		return ht_nl_be16(v, 0);
	case HT_NL_BE32:
	case HT_NL_SBE32:
	case HT_NL_BE_HEX32:
	case HT_NL_BE_ENUM32:
	case HT_NL_BE_BITS32:
		return ht_nl_be32(v, 0);
	case HT_NL_BE64:
		return be64toh(read64(v, 0));
	default:
		break;
	}
	switch (width(kind)) {
	case 1:
		return (uint8_t)v.data[0];
	case 2:
		return ht_nl_u16(v, 0);
	case 4:
		return ht_nl_u32(v, 0);
	default:
		return read64(v, 0);
	}
}

/* include/uapi/linux/pkt_sched.h: TC_H_ROOT, TC_H_INGRESS (the same as TC_H_CLSACT) */
static void write_handle(struct ht_buffer *b, uint32_t v)
{
	if (v == 0xffffffff)
		ht_buffer_literal(b, "\"root\"");
	else if (v == 0xfffffff1)
		ht_buffer_literal(b, "\"ingress\"");
	else
		ht_buffer_printf(b, "\"%x:%x\"", v >> 16, v & 0xffff);
}

static void write_number(struct ht_buffer *b, const struct ht_nl_member *m, uint64_t v)
{
	switch ((enum ht_nl_kind)m->kind) {
	case HT_NL_S32:
	case HT_NL_SBE32:
		ht_buffer_signed(b, (int32_t)v);
		return;
	case HT_NL_HEX32:
	case HT_NL_BE_HEX32:
		ht_render_hex(b, v);
		return;
	case HT_NL_ENUM8:
	case HT_NL_ENUM16:
	case HT_NL_ENUM32:
	case HT_NL_BE_ENUM32:
		ht_render_enum(b, m->names, v);
		return;
	case HT_NL_BITS8:
	case HT_NL_BITS16:
	case HT_NL_BITS32:
	case HT_NL_BE_BITS16:
	case HT_NL_BE_BITS32:
		ht_render_flags(b, m->names, v);
		return;
	case HT_NL_HANDLE:
		write_handle(b, (uint32_t)v);
		return;
	default:
		ht_buffer_unsigned(b, v);
	}
}

static void write_list(struct ht_buffer *b, const struct ht_nl_member *m, const struct ht_nl_body *body, struct ht_text list)
{
	struct ht_text value;
	unsigned type, n = 0;

	if (m->kind != HT_NL_COUNT)
		ht_buffer_byte(b, '[');
	for (size_t at = 0; ht_nl_next(list, &at, &type, &value); n++) {
		if (m->kind == HT_NL_COUNT)
			continue;
		ht_nl_comma(b);
		ht_buffer_byte(b, '{');
		if (m->kind == HT_NL_STRINGS)
			ht_nl_string(b, "name", value);
		else
			ht_nl_attributes(b, m->nested, body, value);
		ht_buffer_byte(b, '}');
	}
	if (m->kind == HT_NL_COUNT)
		ht_buffer_unsigned(b, n);
	else
		ht_buffer_byte(b, ']');
}

static void write_other(struct ht_buffer *b, const struct ht_nl_member *m, const struct ht_nl_body *body, struct ht_text v)
{
	switch ((enum ht_nl_kind)m->kind) {
	case HT_NL_FLAG:
		ht_buffer_literal(b, "true");
		return;
	case HT_NL_ADDRESS:
	case HT_NL_NETWORK:
		ht_buffer_byte(b, '"');
		ht_nl_address(b, v);
		if (m->kind == HT_NL_NETWORK && m->aux < body->fixed.length) {
			ht_buffer_byte(b, '/');
			ht_buffer_unsigned(b, (uint8_t)body->fixed.data[m->aux]);
		}
		ht_buffer_byte(b, '"');
		return;
	case HT_NL_BYTES:
		ht_buffer_byte(b, '"');
		ht_nl_digits(b, v, "");
		ht_buffer_byte(b, '"');
		return;
	case HT_NL_NESTED:
		ht_buffer_byte(b, '{');
		ht_nl_attributes(b, m->nested, body, v);
		ht_buffer_byte(b, '}');
		return;
	case HT_NL_CUSTOM:
		m->custom(b, body, v);
		return;
	default:
		write_list(b, m, body, v);
	}
}

static void write_member(struct ht_buffer *b, const struct ht_nl_member *m, const struct ht_nl_body *body, struct ht_text v)
{
	size_t n = width(m->kind);
	uint64_t value;

	if (m->kind == HT_NL_STRING) {
		ht_nl_string(b, m->key, v);
		return;
	}
	if (!n) {
		ht_nl_key(b, m->key);
		write_other(b, m, body, v);
		return;
	}
	if (v.length < n)
		return;
	value = number(m->kind, v);
	if (m->nonzero && !value)
		return;
	ht_nl_key(b, m->key);
	write_number(b, m, value);
}

void ht_nl_fields(struct ht_buffer *b, const struct ht_nl_member *table, const struct ht_nl_body *body)
{
	for (const struct ht_nl_member *m = table; m->key; m++) {
		size_t n = width(m->kind);

		if (m->at + n > body->fixed.length)
			continue;
		if (m->aux && ht_nl_attribute(body->attributes, m->aux, n).data)
			continue;
		write_member(b, m, body, (struct ht_text){ body->fixed.data + m->at, n });
	}
}

void ht_nl_attributes(struct ht_buffer *b, const struct ht_nl_member *table, const struct ht_nl_body *body,
		      struct ht_text attributes)
{
	for (const struct ht_nl_member *m = table; m->key; m++) {
		struct ht_text value = ht_nl_attribute(attributes, m->at, 0);

		if (value.data)
			write_member(b, m, body, value);
	}
}
