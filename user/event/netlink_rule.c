/* SPDX-License-Identifier: BSD-2-Clause */
/* The expressions of a rule of nftables, in their order: include/uapi/linux/netfilter/nf_tables.h. */
#include "base/cleanup.h"
#include "event/netlink_members.h"

static const struct ht_nl_member verdict[] = {
	{ "code", 1, HT_NL_BE_ENUM32, .names = &ht_names_netfilter_verdicts },
	{ "chain", 2, HT_NL_STRING },
	{ 0 },
};
const struct ht_nl_member ht_nl_verdict_data[] = {
	{ "value", 1, HT_NL_BYTES },
	{ "verdict", 2, HT_NL_NESTED, .nested = verdict },
	{ 0 },
};

#define DATA(key_, at_) { key_, at_, HT_NL_NESTED, .nested = ht_nl_verdict_data }

static const struct ht_nl_member immediate[] = { { "register", 1, HT_NL_BE32 }, DATA("data", 2), { 0 } };
static const struct ht_nl_member cmp[] = {
	{ "register", 1, HT_NL_BE32 },
	{ "operation", 2, HT_NL_BE_ENUM32, .names = &ht_names_nft_operations },
	DATA("data", 3),
	{ 0 },
};
static const struct ht_nl_member range[] = {
	{ "register", 1, HT_NL_BE32 }, { "operation", 2, HT_NL_BE32 }, DATA("from", 3), DATA("to", 4), { 0 },
};
static const struct ht_nl_member bitwise[] = {
	{ "register", 1, HT_NL_BE32 }, { "toRegister", 2, HT_NL_BE32 }, { "length", 3, HT_NL_BE32 }, DATA("mask", 4),
	DATA("xor", 5), { 0 },
};
static const struct ht_nl_member payload[] = {
	{ "toRegister", 1, HT_NL_BE32 },
	{ "base", 2, HT_NL_BE_ENUM32, .names = &ht_names_nft_payload_bases },
	{ "offset", 3, HT_NL_BE32 },
	{ "length", 4, HT_NL_BE32 },
	{ "register", 5, HT_NL_BE32 },
	{ 0 },
};
static const struct ht_nl_member meta[] = {
	{ "toRegister", 1, HT_NL_BE32 },
	{ "key", 2, HT_NL_BE_ENUM32, .names = &ht_names_nft_meta_keys },
	{ "register", 3, HT_NL_BE32 },
	{ 0 },
};
static const struct ht_nl_member ct[] = {
	{ "toRegister", 1, HT_NL_BE32 },
	{ "key", 2, HT_NL_BE32 },
	{ "direction", 3, HT_NL_U8 },
	{ "register", 4, HT_NL_BE32 },
	{ 0 },
};
static const struct ht_nl_member lookup[] = {
	{ "set", 1, HT_NL_STRING },
	{ "register", 2, HT_NL_BE32 },
	{ "toRegister", 3, HT_NL_BE32 },
	{ "flags", 5, HT_NL_BE_HEX32 },
	{ 0 },
};
static const struct ht_nl_member dynset[] = {
	{ "set", 1, HT_NL_STRING }, { "operation", 3, HT_NL_BE32 }, { "timeout", 6, HT_NL_BE64 }, { 0 },
};
static const struct ht_nl_member log_[] = {
	{ "group", 1, HT_NL_BE16 }, { "prefix", 2, HT_NL_STRING }, { "level", 5, HT_NL_BE32 }, { 0 },
};
static const struct ht_nl_member nat[] = {
	{ "type", 1, HT_NL_BE_ENUM32, .names = &ht_names_nft_nat_types },
	{ "family", 2, HT_NL_BE32 },
	{ "addressRegister", 3, HT_NL_BE32 },
	{ "portRegister", 5, HT_NL_BE32 },
	{ 0 },
};
static const struct ht_nl_member extension[] = { { "extension", 1, HT_NL_STRING }, { "revision", 2, HT_NL_BE32 }, { 0 } };
static const struct ht_nl_member reject[] = { { "type", 1, HT_NL_BE32 }, { "code", 2, HT_NL_U8 }, { 0 } };
static const struct ht_nl_member queue[] = { { "number", 1, HT_NL_BE16 }, { "total", 2, HT_NL_BE16 }, { 0 } };
static const struct ht_nl_member object[] = { { "type", 1, HT_NL_BE32 }, { "object", 2, HT_NL_STRING }, { 0 } };
static const struct ht_nl_member flow_offload[] = { { "flowtable", 1, HT_NL_STRING }, { 0 } };

static const struct {
	const char *name;
	const struct ht_nl_member *members;
} expressions[] = {
	{ "immediate", immediate }, { "cmp", cmp },         { "range", range },      { "bitwise", bitwise },
	{ "payload", payload },     { "meta", meta },       { "ct", ct },            { "lookup", lookup },
	{ "dynset", dynset },       { "log", log_ },        { "nat", nat },          { "match", extension },
	{ "target", extension },    { "reject", reject },   { "queue", queue },      { "objref", object },
	{ "flow_offload", flow_offload },
};

#define EXPRESSION_NAME 1
#define EXPRESSION_DATA 2

void ht_nl_write_expressions(struct ht_buffer *b, const struct ht_nl_body *body, struct ht_text list)
{
	struct ht_text one, name;
	unsigned type;

	ht_buffer_byte(b, '[');
	for (size_t at = 0; ht_nl_next(list, &at, &type, &one);) {
		name = ht_nl_attribute(one, EXPRESSION_NAME, 1);
		ht_nl_comma(b);
		ht_buffer_byte(b, '{');
		ht_nl_string(b, "name", name);
		for (size_t i = 0; i < ARRAY_SIZE(expressions); i++)
			if (ht_nl_is(name, expressions[i].name))
				ht_nl_attributes(b, expressions[i].members, body, ht_nl_attribute(one, EXPRESSION_DATA, 0));
		ht_buffer_byte(b, '}');
	}
	ht_buffer_byte(b, ']');
}
