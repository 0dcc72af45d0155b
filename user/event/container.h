/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Container ids, as container managers put them into the names of cgroups. A name is only a name: whoever may
 * make cgroups can choose it.
 */
#ifndef HT_EVENT_CONTAINER_H
#define HT_EVENT_CONTAINER_H

#include "hosttrail/text.h"

/*
 * The id (64 hexadecimal digits; the machine's name for systemd-nspawn) within the path of a cgroup; absent
 * if there is none.
 */
struct ht_text ht_container_of(struct ht_text cgroup);

#endif
