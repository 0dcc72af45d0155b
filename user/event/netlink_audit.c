/* SPDX-License-Identifier: BSD-2-Clause */
/* NETLINK_AUDIT: include/uapi/linux/audit.h. There are no attributes, and no content of what programs say there is told. */
#include "base/cleanup.h"
#include "event/netlink_members.h"

/* struct audit_status: only what the mask names is set. */
static void more_status(struct ht_buffer *b, const struct ht_nl_body *body)
{
	static const struct {
		const char *key;
		uint32_t bit;
		size_t at;
	} members[] = {
		{ "enabled", 0x1, 4 },       { "failure", 0x2, 8 },  { "pid", 0x4, 12 },       { "rateLimit", 0x8, 16 },
		{ "backlogLimit", 0x10, 20 }, { "lost", 0x40, 24 },  { "backlogWaitTime", 0x20, 36 },
		{ "backlogWaitTimeActual", 0x80, 40 },
	};
	uint32_t mask;

	if (body->fixed.length < 4)
		return;
	mask = ht_nl_u32(body->fixed, 0);
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (!(mask & members[i].bit) || body->fixed.length < members[i].at + 4)
			continue;
		ht_nl_key(b, members[i].key);
		if (members[i].bit == 0x2)
			ht_render_enum(b, &ht_names_audit_failures, ht_nl_u32(body->fixed, members[i].at));
		else
			ht_buffer_unsigned(b, ht_nl_u32(body->fixed, members[i].at));
	}
}

/* struct audit_rule_data: what is compared stands in parallel arrays, strings one behind the other at the end. */
#define FIELDS_MAX 64u
#define FIELDS 268u
#define VALUES 524u
#define OPERATORS 780u
#define STRINGS 1040u
#define PREPEND 0x10u

static bool is_string(uint32_t field)
{
	return (field >= 13 && field <= 17) || (field >= 19 && field <= 23) || field == 105 || field == 107 || field == 112 ||
	       field == 210;
}

static void write_rule_fields(struct ht_buffer *b, struct ht_text rule, struct ht_text strings, uint32_t count)
{
	ht_buffer_byte(b, '[');
	for (uint32_t i = 0; i < count; i++) {
		uint32_t field = ht_nl_u32(rule, FIELDS + i * 4), value = ht_nl_u32(rule, VALUES + i * 4);

		ht_nl_comma(b);
		ht_buffer_literal(b, "{\"field\":");
		ht_render_enum(b, &ht_names_audit_fields, field);
		ht_nl_key(b, "operator");
		ht_render_enum(b, &ht_names_audit_operators, ht_nl_u32(rule, OPERATORS + i * 4) & 0x78000000);
		if (!is_string(field)) {
			ht_nl_unsigned(b, "value", value);
		} else if (value <= strings.length) {
			ht_buffer_byte(b, ',');
			ht_render_string(b, "value", (struct ht_text){ strings.data, value });
			strings = (struct ht_text){ strings.data + value, strings.length - value };
		} else {
			strings.length = 0;
		}
		ht_buffer_byte(b, '}');
	}
	ht_buffer_byte(b, ']');
}

static void more_rule(struct ht_buffer *b, const struct ht_nl_body *body)
{
	uint32_t count;

	if (body->fixed.length < 12)
		return;
	count = ht_nl_u32(body->fixed, 8);
	ht_nl_key(b, "filter");
	ht_render_enum(b, &ht_names_audit_filters, ht_nl_u32(body->fixed, 0) & ~PREPEND);
	if (ht_nl_u32(body->fixed, 0) & PREPEND) {
		ht_nl_key(b, "prepend");
		ht_buffer_literal(b, "true");
	}
	ht_nl_key(b, "action");
	ht_render_enum(b, &ht_names_audit_actions, ht_nl_u32(body->fixed, 4));
	ht_nl_unsigned(b, "fieldCount", count);
	if (body->fixed.length < STRINGS)
		return;
	ht_nl_key(b, "fields");
	write_rule_fields(b, body->fixed, body->attributes, count < FIELDS_MAX ? count : FIELDS_MAX);
}

/* struct audit_features: bits by number. */
static void more_feature(struct ht_buffer *b, const struct ht_nl_body *body)
{
	uint32_t mask, lock;

	if (body->fixed.length < 16)
		return;
	mask = ht_nl_u32(body->fixed, 4);
	lock = ht_nl_u32(body->fixed, 12);
	ht_nl_key(b, "set");
	ht_buffer_byte(b, '[');
	for (unsigned i = 0; i < 32; i++) {
		if (!(mask & (1u << i)))
			continue;
		ht_nl_comma(b);
		ht_buffer_literal(b, "{\"name\":");
		ht_render_enum(b, &ht_names_audit_features, i);
		ht_nl_unsigned(b, "value", ht_nl_u32(body->fixed, 8) >> i & 1);
		ht_nl_unsigned(b, "lock", lock >> i & 1);
		ht_buffer_byte(b, '}');
	}
	ht_buffer_byte(b, ']');
}

static const struct ht_nl_member tty_members[] = { { "enabled", 0, HT_NL_U32 }, { "logPasswords", 4, HT_NL_U32 }, { 0 } };

/* Two lengths, and the two paths behind them. */
static void more_trees(struct ht_buffer *b, const struct ht_nl_body *body)
{
	uint64_t first, second;

	if (body->fixed.length < 8)
		return;
	first = ht_nl_u32(body->fixed, 0);
	second = ht_nl_u32(body->fixed, 4);
	if (first > body->attributes.length || second > body->attributes.length - first)
		return;
	ht_nl_string(b, "tree", (struct ht_text){ body->attributes.data, (size_t)first });
	ht_nl_string(b, "equivalent", (struct ht_text){ body->attributes.data + first, (size_t)second });
}

static enum ht_resource_kind name_audit(struct ht_buffer *b, const struct ht_nl_body *body)
{
	if (body->reads)
		return HT_RESOURCE_NONE;
	ht_buffer_literal(b, "audit");
	return HT_RESOURCE_KERNEL_SETTING;
}

static const struct ht_nl_object objects[] = {
	{ 9, 1001, 1001, "status", 44, 0, NULL, NULL, more_status, name_audit },
	{ 9, 1011, 1012, "rule", STRINGS, 0, NULL, NULL, more_rule, name_audit },
	{ 9, 1014, 1014, NULL, 0, 0, NULL, NULL, NULL, name_audit },
	{ 9, 1015, 1015, "trees", 8, 0, NULL, NULL, more_trees, name_audit },
	{ 9, 1017, 1017, "tty", 8, 0, tty_members, NULL, NULL, name_audit },
	{ 9, 1018, 1018, "features", 16, 0, NULL, NULL, more_feature, name_audit },
};

const struct ht_nl_object *ht_nl_audit_object(unsigned type)
{
	return ht_nl_find(objects, ARRAY_SIZE(objects), HT_NETLINK_AUDIT, type);
}
