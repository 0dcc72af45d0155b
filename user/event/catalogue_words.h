/* SPDX-License-Identifier: BSD-2-Clause */
/* What the words of calls.def and commands.def stand for in the tables that are made of their rows. */
#ifndef HT_EVENT_CATALOGUE_WORDS_H
#define HT_EVENT_CATALOGUE_WORDS_H

#include "event/names.h"
#include "hosttrail/catalogue.h"
#include "hosttrail/structs.h"

enum {
	FROM_0 = 0,
	FROM_1 = 1,
	FROM_2 = 2,
	FROM_3 = 3,
	FROM_4 = 4,
	FROM_5 = 5,
	FROM_RESULT = HT_FROM_RESULT,
	FROM_SELF = HT_FROM_SELF,
};

#define RESOURCE_2(kind, from_, ...) { HT_RESOURCE_##kind, FROM_##from_ }
#define RESOURCE_1(kind, from_, ...) { HT_RESOURCE_##kind, FROM_##from_ }, __VA_OPT__(RESOURCE_2(__VA_ARGS__))
#define RESOURCES(...) { __VA_OPT__(RESOURCE_1(__VA_ARGS__)) }

/* What stands behind an argument's kind. */
#define CWD HT_CWD
#define RETURNED HT_FETCH_RESULT
#define COUNT(n) HT_FETCH_COUNT(n)
#define AUX_INDEX(x) .aux = x
#define AUX_NAMES(x) .names = &ht_names_##x
#define AUX_STRUCT(x) .structure = &ht_struct_##x
#define AUX_STRUCT_SIZED(x, i) .structure = &ht_struct_##x, .aux = i
#define AUX_STRUCTS AUX_STRUCT_SIZED
#define AUX_STRUCT_HEADED AUX_STRUCT_SIZED
#define AUX_POINTERS AUX_STRUCT_SIZED
#define AUX_STRUCT_AT AUX_STRUCT_SIZED
#define AUX_STRUCT_OWN_SIZE AUX_STRUCT_SIZED
#define AUX_OPERATION(x, y) .names = &ht_names_##x, .flags = &ht_names_##y
#define AUX_CHOICE(x) .choice = &ht_choice_##x
#define AUX_STRING_AT(i, a) .aux = i, .address = #a
#define AUX_POINTED(x, i, a, n) .structure = &ht_struct_##x, .aux = i, .address = #a, .number = #n
#define AUX_POINTED_ONE(x, i, a) .structure = &ht_struct_##x, .aux = i, .address = #a
#define AUX_POINTED_BY AUX_STRUCT_SIZED
#define AUX_POINTED_COUNT(x, i, a, n) .structure = &ht_struct_##x, .aux = i, .address = #a, .count = n
#define AUX_OPTION_FILTER(i) .structure = &ht_struct_instruction, .aux = i, .address = "instructions", .number = "instructionCount"
#define AUX_REGISTERS(i, a, n) .aux = i, .address = #a, .number = #n
#define AUX_POINTED_BYTES(i, a, n) .aux = i, .address = #a, .number = #n
#define AUX_QUEUE_MESSAGE AUX_INDEX
#define AUX_SIGINFOS AUX_INDEX
#define AUX_PROBE AUX_INDEX
#define AUX_PATH AUX_INDEX
#define AUX_BUFFER AUX_INDEX
#define AUX_HEX_BYTES AUX_INDEX
#define AUX_NAME_LIST AUX_INDEX
#define AUX_SOCKADDR AUX_INDEX
#define AUX_SOCKADDR_OUT AUX_INDEX
#define AUX_SOCKET_OPTION AUX_INDEX
#define AUX_SOCKET_OPTION_OUT AUX_INDEX
#define AUX_XATTR AUX_INDEX
#define AUX_MMSGHDR AUX_INDEX
#define AUX_XATTR_AT AUX_INDEX
#define AUX_SIGSET_AT AUX_INDEX
#define AUX_FILE_HANDLE AUX_INDEX
#define AUX_CPU_SET AUX_INDEX
#define AUX_FD_SET AUX_INDEX
#define AUX_NODE_SET AUX_INDEX
#define AUX_STATMOUNT AUX_INDEX
#define AUX_RESIDENCE AUX_INDEX
#define AUX_CONTENT AUX_INDEX
#define AUX_VECTORS AUX_INDEX
#define AUX_FLAGS AUX_NAMES
#define AUX_LONG_FLAGS AUX_NAMES
#define AUX_LONG_ENUM AUX_NAMES
#define AUX_IPC_FLAGS AUX_NAMES
#define AUX_ENUM AUX_NAMES
#define AUX_REQUEST AUX_NAMES

#define ARG_OF(d, n, k, ...) ONLY_IF(0, d, n, k, __VA_ARGS__)
#define ONLY_IF(bits, d, n, k, ...) \
	{ .name = #n, .key = "\"" #n "\":", .key_length = sizeof(#n) + 2, .kind = HT_ARG_##k, .direction = d, \
	  .only_if = bits, __VA_OPT__(AUX_##k(__VA_ARGS__)) }
#define ARG(n, k, ...) ARG_OF(HT_IN, n, k, __VA_ARGS__)
#define OUT(n, k, ...) ARG_OF(HT_OUT, n, k, __VA_ARGS__)
#define ARG_IF(bits, n, k, ...) ONLY_IF(bits, HT_IN, n, k, __VA_ARGS__)
#define OUT_IF(bits, n, k, ...) ONLY_IF(bits, HT_OUT, n, k, __VA_ARGS__)
#define BOTH(n, k, ...) ARG_OF(HT_BOTH, n, k, __VA_ARGS__)
#define CHANGED(n, k, ...) ARG_OF(HT_CHANGED, n, k, __VA_ARGS__)
#define SPENT(n, k, ...) ARG_OF(HT_SPENT, n, k, __VA_ARGS__)
#define REMAINS(n, k, ...) ARG_OF(HT_REMAINS, n, k, __VA_ARGS__)
#define RETURNS(k, ...) [HT_ARG_RESULT] = ARG_OF(HT_OUT, result, k, __VA_ARGS__)

#endif
