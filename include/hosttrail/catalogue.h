/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The catalogue: what is known of every system call, one row each in calls.def.
 *
 * All tables here are constant and NUL-terminated where they hold strings. Numbers are those of the
 * kernel's tables: arch/x86/entry/syscalls/syscall_64.tbl, syscall_32.tbl and include/uapi/asm-
 * generic/unistd.h (arm64).
 */
#ifndef HOSTTRAIL_CATALOGUE_H
#define HOSTTRAIL_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hosttrail/wire.h"

#define HT_NO_CALL (-1)
#define HT_CWD HT_FETCH_CWD
#define HT_CALL_RESOURCES 2u

enum ht_arg_kind {
	HT_ARG_NONE = 0,
#define KIND(id, fetch, text) HT_ARG_##id,
#include "hosttrail/catalogue/kinds.def"
#undef KIND
	HT_ARG_KINDS
};

enum ht_source {
	HT_SOURCE_FILESYSTEM,
	HT_SOURCE_PROCESS,
	HT_SOURCE_NETWORK,
	HT_SOURCE_IDENTITY,
	HT_SOURCE_KERNEL,
	HT_SOURCE_MOUNT,
	HT_SOURCE_NAMESPACE,
	HT_SOURCE_TIME,
	HT_SOURCE_MEMORY,
	HT_SOURCE_IPC,
	HT_SOURCE_TRAIL,
	HT_SOURCES
};

enum ht_plane {
	HT_PLANE_MANAGEMENT,
	HT_PLANE_DATA,
	HT_PLANE_BY_PATH,    /* management if it writes a control-plane path or reads a credential path */
	HT_PLANE_BY_COMMAND, /* the row of its command decides; DATA for a command without row */
	HT_PLANE_BY_TARGET,  /* management if the process acted upon belongs to another user */
	HT_PLANE_BY_ATTRIBUTE, /* management, but for extended attributes named user.*, which go by path */
	HT_PLANE_BY_CREDENTIALS, /* an exec: management if it gave the process more rights */
	HT_PLANE_BY_MESSAGE, /* data, but for a netlink message whose row in messages.def says management */
};

enum ht_access {
	HT_ACCESS_READ,
	HT_ACCESS_WRITE,
	HT_ACCESS_BY_OPEN_FLAGS, /* of the argument of kind OPEN_FLAGS or OPEN_HOW */
	HT_ACCESS_BY_COMMAND,
};

enum ht_resource_kind {
	HT_RESOURCE_NONE = 0,
	HT_RESOURCE_FILE,     /* Host::File, or Host::Directory when the kernel says that it is one */
	HT_RESOURCE_DIRECTORY,
	HT_RESOURCE_PROGRAM,
	HT_RESOURCE_PROCESS,
	HT_RESOURCE_SOCKET,
	HT_RESOURCE_MOUNT,
	HT_RESOURCE_KERNEL_MODULE,
	HT_RESOURCE_BPF_OBJECT,
	HT_RESOURCE_USER,
	HT_RESOURCE_GROUP,
	HT_RESOURCE_ROUTE,
	HT_RESOURCE_INTERFACE,
	HT_RESOURCE_HOST,     /* the host itself: its name, clock, power */
	HT_RESOURCE_KERNEL_SETTING,
	HT_RESOURCE_NAMESPACE,
	HT_RESOURCE_KEY,
	HT_RESOURCE_ROUTING_RULE,
	HT_RESOURCE_NEIGHBOUR,
	HT_RESOURCE_FIREWALL_TABLE,
	HT_RESOURCE_FIREWALL_CHAIN,
	HT_RESOURCE_FIREWALL_RULE,
	HT_RESOURCE_FIREWALL_SET,
	HT_RESOURCE_FIREWALL_OBJECT,
	HT_RESOURCE_IPSEC_ASSOCIATION,
	HT_RESOURCE_IPSEC_POLICY,
	HT_RESOURCE_KINDS
};

#define HT_FROM_RESULT 0xff /* what the returned descriptor names; of kind NONE: a descriptor that names no resource */
#define HT_FROM_SELF 0xfe   /* the calling process, or the host */

struct ht_name_set; /* names.h */
struct ht_choice;   /* names.h */

struct ht_struct; /* structs.h */

enum ht_direction {
	HT_IN = 0,   /* a member of requestParameters */
	HT_OUT = 1,  /* what the kernel wrote: a member of responseElements, there only when the call succeeded */
	HT_BOTH = 2, /* both, as it is at the call's end; members that only the kernel writes are in the second alone */
	/*
	 * What the kernel writes its answer over. If the call succeeded it is in responseElements, and in requestParameters
	 * only the members that the kernel leaves alone; if it failed, all is as it was passed, and in requestParameters.
	 */
	HT_CHANGED = 3,
	HT_SPENT = 4, /* the same, written when the call fails as well: in requestParameters only if it is NULL */
	HT_REMAINS = 5, /* what the kernel wrote when a signal interrupted the call: a member of responseElements then alone */
};

struct ht_arg {
	const char *name;   /* JSON key, lowerCamelCase; NULL ends the list */
	const char *key;    /* the same as it stands in the JSON: "name": */
	uint8_t key_length; /* of key in bytes */
	uint8_t kind;       /* enum ht_arg_kind */
	uint8_t aux;        /* index of another argument or a count, see kinds.def */
	uint8_t direction;  /* enum ht_direction */
	const char *address; /* STRING_AT, POINTED…: the member of argument aux that points; NULL: the argument itself does */
	const char *number;  /* POINTED, POINTED_BYTES: the member that holds the number; NULL: there is one */
	uint8_t count;       /* POINTED_COUNT: index of the argument that is the number */
	/* Told only if the call's first argument, or the first member of its struct, has one of these bits; 0: always. */
	uint64_t only_if;
	const struct ht_name_set *names;  /* kinds whose aux is a set of names, else NULL */
	const struct ht_name_set *flags;  /* OPERATION: those in its word, else NULL */
	const struct ht_choice *choice;   /* CHOICE, else NULL */
	const struct ht_struct *structure; /* kinds of structs, else NULL */
};

/* Is it behind what another argument points to? Then the register of its own index means nothing. */
static inline bool ht_arg_is_pointed(const struct ht_arg *arg)
{
	return arg->address || arg->kind == HT_ARG_POINTED_BY;
}

/* What the result is stands behind the arguments; its kind is NONE where it is a plain number. */
#define HT_ARG_RESULT HT_ARGS

struct ht_call_resource {
	uint8_t kind; /* enum ht_resource_kind */
	uint8_t from; /* index of an argument, HT_FROM_RESULT, HT_FROM_SELF */
};

struct ht_call {
	const char *name;
	int16_t number[3]; /* by enum ht_abi: x86_64, i386, arm64; HT_NO_CALL */
	const char *event; /* eventName */
	uint8_t source;    /* enum ht_source */
	uint8_t plane;     /* enum ht_plane */
	uint8_t access;    /* enum ht_access */
	struct ht_call_resource resource[HT_CALL_RESOURCES];
	struct ht_arg arg[HT_ARGS + 1]; /* the last: the result */
};

/*
 * What a command of a multiplexer, or a flag that makes another deed of a call, says instead of the call's
 * row. It holds if the argument's bits under the mask are the value, and so for the second argument
 * (also_mask 0: there is none). The first row of a call that holds decides.
 */
struct ht_command {
	const char *call;
	const char *event;
	uint64_t mask, value, also_mask, also_value;
	uint8_t arg, also_arg; /* indices of the arguments */
	uint8_t source, plane, access;
	const struct ht_arg *args; /* HT_ARGS + 1, what the arguments are under this command; NULL: as in the call's row */
};

/*
 * Calls that others are parts of (socketcall, ipc of i386). A part is kept under a number of its own, from HT_PART_FIRST
 * on (wire.h), which no call has: whoever calls such a number calls nothing.
 */

struct ht_part_row {
	const char *call, *part; /* names of rows */
	uint16_t value;          /* of the call's first argument */
	struct ht_part wire;     /* its call is the part's number */
};

/*
 * A netlink message: what sending it is instead of Send. It holds if the type's bits under the mask are from first to last and all
 * the flags are there. Of generic netlink the type is the command.
 */
struct ht_message {
	const char *event;
	const char *family;   /* of generic netlink; "": of whatever family. NULL: of another protocol */
	uint16_t first, last, mask;
	uint16_t flags;       /* of struct nlmsghdr */
	uint8_t protocol;     /* NETLINK_* */
	uint8_t source, plane, access;
};

/* NULL: no such call. x32 numbers are looked up as x86_64 below 512, else in x32's own rows. */
const struct ht_call *ht_call_by_number(enum ht_abi abi, uint32_t number);
const struct ht_call *ht_call_by_name(const char *name);

/* All rows, in the order of the file. */
const struct ht_call *ht_calls(size_t *ret_count);
const struct ht_command *ht_commands(size_t *ret_count);

/* The command rows of a call, in the order in which they decide. NULL and 0: it has none. */
const struct ht_command *ht_commands_of(const struct ht_call *call, size_t *ret_count);

/* The command row for a call's arguments, or NULL. */
const struct ht_command *ht_command_of(const struct ht_call *call, const uint64_t args[HT_ARGS]);

/* Does this row hold for these arguments? */
bool ht_command_holds(const struct ht_command *c, const uint64_t args[HT_ARGS]);

/* All parts, in the order of their numbers; those of the same call stand together. */
const struct ht_part_row *ht_parts(size_t *ret_count);

/* The row of the call that it is a part of; calls of the same name that are none of i386 are other calls. */
const struct ht_call *ht_part_whole(const struct ht_part_row *part);

/* The row for a netlink message, or NULL. */
const struct ht_message *ht_message_of(unsigned protocol, unsigned type, unsigned flags);

/* The row for a message of generic netlink. family NULL: not known. */
const struct ht_message *ht_message_of_family(const char *family, unsigned command, unsigned flags);
const struct ht_message *ht_messages(size_t *ret_count);

/* "RTM_NEWROUTE"; NULL: a type without name, or a protocol whose types are not known. */
const char *ht_message_name(unsigned protocol, unsigned type);

/* "WG_CMD_SET_DEVICE"; NULL: a command without name, or a family whose commands are not known (NULL: that is not known either). */
const char *ht_message_command_name(const char *family, unsigned command);

const char *ht_source_name(enum ht_source source);            /* "filesystem" */
const char *ht_resource_kind_name(enum ht_resource_kind kind); /* "Host::File" */
const char *ht_abi_name(enum ht_abi abi);                     /* "x86_64", "i386", "arm64", "x32" */

/* Bytes of the struct, or of each, that an argument points to; 0: no struct of a fixed size. */
unsigned ht_arg_size(const struct ht_arg *arg, enum ht_abi abi);

/* What the call's arguments are under a command, which may be NULL. */
const struct ht_arg *ht_args_of(const struct ht_call *call, const struct ht_command *command);

/* Does it make somebody else of the caller (SetUserId, SetGroupId)? */
bool ht_call_changes_identity(const struct ht_call *call);

/* How the kernel serialises this call under this ABI. */
void ht_plan_compile(const struct ht_call *call, enum ht_abi abi, struct ht_plan *ret);

/* The same under one of its commands that has arguments of its own. */
void ht_plan_compile_command(const struct ht_call *call, const struct ht_command *command, enum ht_abi abi,
			     struct ht_plan *ret);

/* The route of a command of a call whose plan says HT_COMMAND_EXACT. */
enum ht_route ht_plan_command_route(const struct ht_command *command);

#endif
