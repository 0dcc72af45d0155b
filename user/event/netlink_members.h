/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What netlink messages say, described as data: a message's own struct, then attributes (netlink(7)), of which some hold
 * attributes again. A table of members for each becomes a JSON object. What no table names is left out, keys of encryption first of
 * all. Tables nest in no circle, so that the depth is theirs; lengths come from user memory and are checked here alone.
 */
#ifndef HT_EVENT_NETLINK_MEMBERS_H
#define HT_EVENT_NETLINK_MEMBERS_H

#include "event/netlink.h"
#include "event/render_value.h"

enum ht_nl_kind {
	HT_NL_U8 = 1,
	HT_NL_U16,
	HT_NL_U32,
	HT_NL_U64,
	HT_NL_S32,
	HT_NL_BE16, /* BE: big-endian */
	HT_NL_BE32,
	HT_NL_BE64,
	HT_NL_SBE32,
	HT_NL_HEX32,      /* "0x1f" */
	HT_NL_BE_HEX32,
	HT_NL_ENUM8,      /* a name, or the number; names: of what */
	HT_NL_ENUM16,
	HT_NL_ENUM32,
	HT_NL_BE_ENUM32,
	HT_NL_BITS8,      /* an array of names */
	HT_NL_BITS16,
	HT_NL_BITS32,
	HT_NL_BE_BITS16,
	HT_NL_BE_BITS32,
	HT_NL_FLAG,       /* true: that it is there says it */
	HT_NL_STRING,     /* to its NUL, if it has one */
	HT_NL_ADDRESS,    /* of the internet by 4 or 16 bytes; else bytes in hexadecimal with colons */
	HT_NL_NETWORK,    /* the same with the length of the prefix, the byte at `aux` of the message's struct */
	HT_NL_BYTES,      /* hexadecimal digits */
	HT_NL_HANDLE,     /* of traffic control: "1:10", "root", "ingress" */
	HT_NL_NESTED,     /* an object of `nested` */
	HT_NL_LIST,       /* an array: an object of `nested` for each attribute inside, whatever its type */
	HT_NL_STRINGS,    /* an array: a string for each attribute inside */
	HT_NL_COUNT,      /* how many attributes are inside */
	HT_NL_CUSTOM,     /* `custom` writes the value */
};

struct ht_nl_body;

struct ht_nl_member {
	const char *key;
	uint16_t at;  /* offset in the struct, or type of the attribute */
	uint8_t kind; /* enum ht_nl_kind */
	uint8_t aux;  /* NETWORK: see there; of a struct's member, the attribute that stands for it where it is there */
	bool nonzero; /* absent if zero */
	const struct ht_name_set *names;
	const struct ht_nl_member *nested; /* ends with a key NULL */
	void (*custom)(struct ht_buffer *b, const struct ht_nl_body *body, struct ht_text value);
};

/* A message taken apart. */
struct ht_nl_body {
	struct ht_text fixed;      /* its struct, or as much as was carried of it */
	struct ht_text attributes; /* what follows; nothing if the struct is cut */
	unsigned type, flags;
	bool reads; /* its row says so */
};

/* What a group of messages is about. */
struct ht_nl_object {
	uint8_t protocol;
	uint16_t first, last;    /* message types */
	const char *key;         /* in the message's JSON; NULL: no object */
	uint16_t bytes;          /* of the struct, to where the attributes begin */
	uint16_t bytes_narrow;   /* the same under i386; 0: no other */
	const struct ht_nl_member *members, *attributes; /* NULL: none */
	void (*more)(struct ht_buffer *b, const struct ht_nl_body *body); /* further members; NULL */
	enum ht_resource_kind (*name)(struct ht_buffer *b, const struct ht_nl_body *body); /* as ht_netlink_resource(); NULL */
};

/* NULL: nothing is known of such a message. */
const struct ht_nl_object *ht_nl_route_object(unsigned type);
const struct ht_nl_object *ht_nl_link_object(unsigned type); /* part of the one before */
const struct ht_nl_object *ht_nl_netfilter_object(unsigned type);
const struct ht_nl_object *ht_nl_other_object(unsigned protocol, unsigned type);
const struct ht_nl_object *ht_nl_audit_object(unsigned type); /* part of the one before */
const struct ht_nl_object *ht_nl_family_object(const char *family);

/*
 * netlink_link.c: does it ask for a change of a link and say of none? The kernel answers ENODEV or EINVAL (rtnl_newlink(),
 * rtnl_setlink() in net/core/rtnetlink.c); ip(8) sends one at every start, to see whether it is told ENODEV or EOPNOTSUPP.
 * A message that was not carried whole could say it.
 */
bool ht_nl_is_about_no_link(const struct ht_netlink *m);

/* netlink_rule.c: the value of a rule's NFTA_RULE_EXPRESSIONS, and what NFTA_*_DATA holds. */
void ht_nl_write_expressions(struct ht_buffer *b, const struct ht_nl_body *body, struct ht_text list);
extern const struct ht_nl_member ht_nl_verdict_data[];

/* The first in a table of n that holds for the type. */
const struct ht_nl_object *ht_nl_find(const struct ht_nl_object *table, size_t n, unsigned protocol, unsigned type);

/*
 * Writes members, each with the comma that is due after what stands before it in the object; the buffer's last byte is the object's
 * brace if that is nothing. attributes: those of the table's level.
 */
void ht_nl_fields(struct ht_buffer *b, const struct ht_nl_member *table, const struct ht_nl_body *body);
void ht_nl_attributes(struct ht_buffer *b, const struct ht_nl_member *table, const struct ht_nl_body *body,
		      struct ht_text attributes);

void ht_nl_key(struct ht_buffer *b, const char *key);    /* the comma if one is due, and "key": */
void ht_nl_comma(struct ht_buffer *b);                   /* the comma if one is due in an array */
void ht_nl_unsigned(struct ht_buffer *b, const char *key, uint64_t v);
void ht_nl_string(struct ht_buffer *b, const char *key, struct ht_text text); /* to its NUL */
void ht_nl_digits(struct ht_buffer *b, struct ht_text bytes, const char *between); /* without quotes */

/* The text of an address, without quotes: of the internet by its length, else as ht_nl_digits(). */
void ht_nl_address(struct ht_buffer *b, struct ht_text address);

/*
 * The last attribute of this type, which is the one that the kernel takes (nla_parse()); without data if there is none, or
 * it has less than `least` bytes.
 */
struct ht_text ht_nl_attribute(struct ht_text attributes, unsigned type, size_t least);

/* Goes over attributes: *at is 0 at first. false: no more. */
bool ht_nl_next(struct ht_text attributes, size_t *at, unsigned *ret_type, struct ht_text *ret_value);

/* Of bytes that are known to be there. */
uint16_t ht_nl_u16(struct ht_text bytes, size_t at);
uint32_t ht_nl_u32(struct ht_text bytes, size_t at);
uint16_t ht_nl_be16(struct ht_text bytes, size_t at);
uint32_t ht_nl_be32(struct ht_text bytes, size_t at);

/* The number of 4 bytes in the message's struct; 0 if it was not carried. */
uint32_t ht_nl_index(const struct ht_nl_body *body, size_t at);

/* Does the message ask for all there is, rather than for the one that it names? */
bool ht_nl_dumps(const struct ht_nl_body *body);

/* Is a string attribute, to its NUL, this word? */
bool ht_nl_is(struct ht_text string, const char *word);

/* An interface: its name, else its number, else nothing. Returns INTERFACE or NONE. */
enum ht_resource_kind ht_nl_interface(struct ht_buffer *b, struct ht_text name, uint32_t number);

#endif
