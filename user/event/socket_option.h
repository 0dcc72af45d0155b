/* SPDX-License-Identifier: BSD-2-Clause */
/* What the bytes of a socket option's value are, by its level and number. */
#ifndef HT_EVENT_SOCKET_OPTION_H
#define HT_EVENT_SOCKET_OPTION_H

#include <stdbool.h>
#include <stdint.h>

enum ht_option_form {
	HT_OPTION_INT,    /* of 4 bytes; of another length it is not told, for it may be a key */
	HT_OPTION_NUMBER, /* of 1, 2, 4 or 8 bytes; the same */
	HT_OPTION_STRUCT, /* the struct, or the value */
	HT_OPTION_ARRAY,  /* of the struct */
	HT_OPTION_TEXT,
	HT_OPTION_ADDRESS, /* of a socket */
	HT_OPTION_UNTOLD, /* a key, or it may be one; or of a length that is no number of bytes */
};

struct ht_struct;

/* set: of setsockopt(2), else of getsockopt(2). *ret_structure: of STRUCT and ARRAY, else NULL. */
enum ht_option_form ht_socket_option_form(uint32_t level, uint32_t option, bool set, const struct ht_struct **ret_structure);

#endif
