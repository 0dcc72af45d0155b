/* SPDX-License-Identifier: BSD-2-Clause */
/* What numbers of sockets mean where they stand: a protocol in its family, an option in its level. */
#ifndef HT_EVENT_SOCKET_NAMES_H
#define HT_EVENT_SOCKET_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* Static storage; NULL: has no name, or the family or level has none. */
const char *ht_socket_protocol_name(uint32_t family, uint32_t protocol);

/* set: of setsockopt(2), else of getsockopt(2); the tables of a firewall have one number for either. */
const char *ht_socket_option_name(uint32_t level, uint32_t option, bool set);

#endif
