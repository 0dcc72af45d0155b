/* SPDX-License-Identifier: BSD-2-Clause */
/* Which host this is. */
#ifndef HT_AGENT_HOST_H
#define HT_AGENT_HOST_H

#include "base/error.h"

struct ht_host {
	char id[17];       /* 16 hexadecimal digits, the same for the life of the installation */
	char name[256];    /* host name */
	char boot_id[37];  /* as in /proc/sys/kernel/random/boot_id */
	char kernel[128];  /* release */
};

/*
 * The id is made from /etc/machine-id (machine-id(5)), one way: that number itself is not for publishing.
 * Where there is none, from the firmware's product UUID; where neither is, from a random number kept as
 * ROOT/host-seed.
 */
int ht_host_learn(struct ht_host *ret, const char *root, struct ht_error *err);

#endif
