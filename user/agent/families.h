/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The families of generic netlink that the kernel has now, asked of their controller (include/uapi/linux/genetlink.h), for
 * ht_netlink_family(): at the start, and again when a number comes up that was not among them.
 */
#ifndef HT_AGENT_FAMILIES_H
#define HT_AGENT_FAMILIES_H

/* Asks now, and from now on whenever it is needed, at most ten times a second. Without an answer numbers stay without names. */
void ht_families_begin(void);

#endif
