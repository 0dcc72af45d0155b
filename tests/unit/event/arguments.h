/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kinds of arguments and members take beside. */
#ifndef TESTS_UNIT_EVENT_ARGUMENTS_H
#define TESTS_UNIT_EVENT_ARGUMENTS_H

#include "hosttrail/catalogue.h"

/* Kinds whose aux is a number: of another argument, or a count. */
static inline bool takes_count(uint8_t kind)
{
	switch (kind) {
	case HT_ARG_BUFFER:
	case HT_ARG_HEX_BYTES:
	case HT_ARG_NAME_LIST:
	case HT_ARG_SOCKADDR:
	case HT_ARG_SOCKADDR_OUT:
	case HT_ARG_SOCKET_OPTION:
	case HT_ARG_SOCKET_OPTION_OUT:
	case HT_ARG_XATTR:
	case HT_ARG_XATTR_AT:
	case HT_ARG_SIGSET_AT:
	case HT_ARG_FILE_HANDLE:
	case HT_ARG_STATMOUNT:
	case HT_ARG_NODE_SET:
	case HT_ARG_RESIDENCE:
	case HT_ARG_STRUCT_HEADED:
	case HT_ARG_POINTERS:
	case HT_ARG_CPU_SET:
	case HT_ARG_FD_SET:
	case HT_ARG_CONTENT:
	case HT_ARG_VECTORS:
	case HT_ARG_STRUCT_SIZED:
	case HT_ARG_STRUCTS:
	case HT_ARG_STRUCT_AT:
	case HT_ARG_STRUCT_OWN_SIZE:
	case HT_ARG_STRING_AT:
	case HT_ARG_POINTED:
	case HT_ARG_POINTED_ONE:
	case HT_ARG_POINTED_BY:
	case HT_ARG_POINTED_COUNT:
	case HT_ARG_POINTED_BYTES:
	case HT_ARG_OPTION_FILTER:
	case HT_ARG_REGISTERS:
	case HT_ARG_SIGINFOS:
	case HT_ARG_PROBE:
	case HT_ARG_QUEUE_MESSAGE:
	case HT_ARG_MMSGHDR:
		return true;
	default:
		return false;
	}
}

static inline bool takes_struct(uint8_t kind)
{
	return kind == HT_ARG_STRUCT || kind == HT_ARG_STRUCT_SIZED || kind == HT_ARG_STRUCT_OWN_SIZE ||
	       kind == HT_ARG_STRUCT_AT || kind == HT_ARG_STRUCTS || kind == HT_ARG_STRUCT_HEADED || kind == HT_ARG_POINTERS ||
	       kind == HT_ARG_POINTED || kind == HT_ARG_POINTED_ONE || kind == HT_ARG_POINTED_BY ||
	       kind == HT_ARG_POINTED_COUNT || kind == HT_ARG_OPTION_FILTER;
}

static inline bool takes_names(uint8_t kind)
{
	return kind == HT_ARG_FLAGS || kind == HT_ARG_ENUM || kind == HT_ARG_REQUEST || kind == HT_ARG_OPERATION ||
	       kind == HT_ARG_IPC_FLAGS || kind == HT_ARG_LONG_FLAGS || kind == HT_ARG_LONG_ENUM;
}

#endif
