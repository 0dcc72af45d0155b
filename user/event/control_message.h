/* SPDX-License-Identifier: BSD-2-Clause */
/* What comes with messages beside their content: the types of control messages by their level, and how their data reads. */
#ifndef HT_EVENT_CONTROL_MESSAGE_H
#define HT_EVENT_CONTROL_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "hosttrail/structs.h"

enum ht_control_form {
	HT_CONTROL_BYTES,  /* not known */
	HT_CONTROL_NUMBER, /* of 1, 2, 4 or 8 bytes */
	HT_CONTROL_STRUCT, /* or as much of it as there is */
	HT_CONTROL_ARRAY,  /* of structs */
	HT_CONTROL_TEXT,   /* up to a NUL */
	HT_CONTROL_ADDRESS, /* a socket address */
	HT_CONTROL_DESCRIPTORS,
	HT_CONTROL_UNTOLD, /* may be a key */
};

/* Static storage; NULL: has no name. */
const char *ht_control_type_name(uint32_t level, uint32_t type);

/* bytes: of the data; what is too short for its struct is BYTES. ret_structure: of STRUCT and ARRAY, else NULL. */
enum ht_control_form ht_control_form(uint32_t level, uint32_t type, size_t bytes, const struct ht_struct **ret_structure);

#endif
