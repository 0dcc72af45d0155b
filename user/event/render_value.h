/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parts of the renderer share. A value is one JSON value; its key is written by who calls. Bytes
 * of structs come from user memory: every function looks at their length before it reads a member.
 */
#ifndef HT_EVENT_RENDER_VALUE_H
#define HT_EVENT_RENDER_VALUE_H

#include "base/json.h"
#include "event/names.h"
#include "event/render.h"
#include "hosttrail/structs.h"

/* One call being rendered: the requestParameters or the responseElements of it. */
struct ht_render {
	struct ht_buffer *b;
	const struct ht_call *call; /* NULL: unknown number */
	const struct ht_arg *args;  /* what its arguments are under its command; NULL with call */
	const struct ht_wire_view *w;
	struct ht_truncated *t;
	const char *object;  /* "requestParameters." or "responseElements." */
	uint32_t unreadable; /* bit i: argument i is user memory that could not be read */
	bool any;            /* a member was written: the next one begins with a comma */
	bool narrow;         /* the ABI's words have 32 bits (i386) */
	bool out;            /* responseElements: what the kernel wrote is told too */
	const struct ht_wire_uring *uring; /* NULL: no operation of io_uring */
};

/* ---- members (render.c) ---- */

void ht_render_comma(struct ht_render *r);
void ht_render_key(struct ht_render *r, const char *key); /* the comma, if one is due, and "key": */
void ht_render_arg_key(struct ht_render *r, const struct ht_arg *arg); /* the same, faster */

/* The name of a member that stands beside an argument's; of the result's (arg NULL) there is no prefix. */
struct ht_sibling {
	char key[48];
};
struct ht_sibling ht_sibling_of(const struct ht_arg *arg, const char *suffix);

/* Notes that what the key says was cut, if the item was. */
void ht_render_note_cut(struct ht_render *r, const char *key, const struct ht_wire_item_view *item);

/* "key":"text", its base64 sibling, and a note if it was cut. */
void ht_render_item_string(struct ht_render *r, const char *key, const struct ht_wire_item_view *item);

/*
 * "key":["text",…] of NUL-terminated strings, the last of which may lack its NUL; if some is not UTF-8, the bytes of all
 * beside it.
 */
void ht_render_strings(struct ht_render *r, const struct ht_arg *arg, struct ht_text strings);

/* ---- values that fit a register (render_number.c) ---- */

void ht_render_hex(struct ht_buffer *b, uint64_t v);           /* "0x1f" */
void ht_render_mode(struct ht_buffer *b, uint64_t v);          /* "0644" */
void ht_render_quoted(struct ht_buffer *b, const char *ascii); /* a string that needs no escapes */
void ht_render_flags(struct ht_buffer *b, const struct ht_name_set *set, uint64_t v);
void ht_render_choice(struct ht_buffer *b, const struct ht_choice *choice, uint64_t v);
void ht_render_open_flags(struct ht_buffer *b, enum ht_abi abi, uint64_t v);

/* The name of a value of 32 bits; without name a number, or a hexadecimal string. */
void ht_render_enum(struct ht_buffer *b, const struct ht_name_set *set, uint64_t v);
void ht_render_request_name(struct ht_buffer *b, const struct ht_name_set *set, uint64_t v);

void ht_render_capability_set(struct ht_buffer *b, uint64_t bits);

/* Members that say how a child ended, or that it goes on or stands still, of what wait(2) returns. */
void ht_render_wait_status(struct ht_buffer *b, uint32_t v);

/*
 * A value of a kind that a number says all of, of `bits` bits, the upper ones 0; what has a sign is extended here. Of
 * kinds that mean nothing without other arguments, and of all others, the number.
 */
void ht_render_value(const struct ht_render *r, enum ht_arg_kind kind, const struct ht_name_set *names, uint64_t v,
		     unsigned bits);

/* render_divided.c. Argument i of a kind that makes two members of a register. false: it does not. */
bool ht_render_divided(struct ht_render *r, unsigned i);

/* The same of a value of kind OPERATION; beside the result's name its flags have no prefix. */
void ht_render_operation(struct ht_render *r, const struct ht_arg *arg, uint32_t v);

/* The value of argument i, whose kind needs the register alone. */
void ht_render_number(const struct ht_render *r, unsigned i);

/* ---- values in user memory ---- */

/*
 * render_bytes.c. The item of argument i, if it has something to show: NULL was written, or noted as unreadable,
 * otherwise.
 */
const struct ht_wire_item_view *ht_render_pointed(struct ht_render *r, unsigned i, enum ht_item_kind kind);
/* The same of what another argument's struct points to: nothing if it points nowhere. */
void ht_render_pointed_at(struct ht_render *r, unsigned i);
void ht_render_argv(struct ht_render *r, const struct ht_arg *arg, const struct ht_wire_item_view *item);
void ht_render_content(struct ht_render *r, const char *key, unsigned i);
void ht_render_vectors(struct ht_render *r, unsigned i);

/* The content of several buffers, which was taken of one. moved: what was read or written in all; negative: not known. */
void ht_render_buffers_content(struct ht_render *r, const struct ht_wire_item_view *item, int64_t moved);
void ht_render_queue_message(struct ht_render *r, unsigned i);
void ht_render_bytes(struct ht_render *r, unsigned i);

/*
 * "key":...: a struct msghdr as it was passed, or as the kernel has left it, or an array of them (render_message.c). Its control
 * messages, as a value (render_control.c); item: as they were fetched; narrow: with words of 32 bits.
 */
void ht_render_message(struct ht_render *r, unsigned i);
void ht_render_control(struct ht_render *r, const struct ht_wire_item_view *item, bool narrow);

/* What a file is, as members beside the descriptor's. render.c. */
void ht_render_file(struct ht_render *r, const struct ht_arg *arg, const struct ht_wire_item_view *path);

/* render_socket.c */
void ht_render_sockaddr(struct ht_buffer *b, const void *address, size_t n);
void ht_append_ip(struct ht_buffer *b, unsigned family, const uint8_t *address); /* text without quotes */
void ht_render_socket(struct ht_buffer *b, const struct ht_wire_item_view *item);

/*
 * render_struct.c: "key":{...} for the struct of argument i. false: it has fewer bytes than its members
 * take, nothing was written.
 */
bool ht_render_struct(struct ht_render *r, unsigned i, struct ht_text bytes);

/* A struct, or value, of which all bytes are there; an array of as many as there are. */
void ht_render_object(struct ht_render *r, const struct ht_struct *s, struct ht_text bytes, enum ht_layout layout);
void ht_render_array(struct ht_render *r, const struct ht_struct *s, struct ht_text bytes, size_t size, enum ht_layout layout);
/* render_signal.c: "key":{...} or "key":[{...},...]: siginfo_t. false: as above. */
bool ht_render_siginfo(struct ht_render *r, const struct ht_arg *arg, struct ht_text bytes);

/* "key":{...} if these are general registers of a 64-bit or a 32-bit program; nothing of others. */
void ht_render_registers(struct ht_render *r, const struct ht_arg *arg, struct ht_text bytes);

/* render_bpf.c: "key":{...}, the end of the attributes of BPF_LINK_CREATE, which are `bytes`. */
void ht_render_link_details(struct ht_render *r, const struct ht_member *m, struct ht_text bytes);

/* The members of a struct, as far as the bytes reach, without braces. */
void ht_render_members(struct ht_render *r, const struct ht_struct *s, struct ht_text bytes, enum ht_abi abi);

/* The same for an argument of kind STRUCT, STRUCT_SIZED or STRUCTS. */
bool ht_render_structs(struct ht_render *r, const struct ht_arg *arg, struct ht_text bytes);

/* A string of hexadecimal digits. */
void ht_render_hex_bytes(struct ht_buffer *b, struct ht_text bytes);

/*
 * render_xattr.c: "key":..., the value of an extended attribute, and the same of one that struct xattr_args names.
 */
void ht_render_xattr(struct ht_render *r, unsigned i, const struct ht_wire_item_view *item);
void ht_render_xattr_at(struct ht_render *r, unsigned i, const struct ht_wire_item_view *item);

/* render_mount.c: filesystem options, without what looks like a secret. */
void ht_render_mount_data(struct ht_render *r, const char *key, const struct ht_wire_item_view *item);

/* render_uring.c: is the argument told? A file's: by its index among those registered? And what a request has beside them. */
bool ht_render_uring_argument(struct ht_render *r, unsigned i);
bool ht_render_uring_is_index(const struct ht_render *r, unsigned i);
void ht_render_uring(struct ht_render *r);
/* "key":{...}: struct statmount. */
void ht_render_statmount(struct ht_render *r, unsigned i, const struct ht_wire_item_view *item);

/* Does the argument `key` of the call look like one whose value is a secret? */
bool ht_render_is_secret(const struct ht_render *r);

/* render_netlink.c: "netlink":{...} for the messages that the call sends to a netlink socket; nothing if it sends none there. */
void ht_render_netlink(struct ht_render *r);

#endif
