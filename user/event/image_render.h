/* SPDX-License-Identifier: BSD-2-Clause */
/* A process record as the JSON that every event of its image carries. */
#ifndef HT_EVENT_IMAGE_RENDER_H
#define HT_EVENT_IMAGE_RENDER_H

#include "event/image.h"

struct ht_image_facts {
	const struct ht_wire_process *process;
	bool unknown; /* only pid, tid and identity are known */
	struct ht_text exe, cwd, cgroup, tty, argv;
	bool exe_deleted, pseudo_exe;
	uint32_t exe_mode;
	uint32_t exe_cut, cwd_cut, argv_cut; /* full length where it was cut, else 0 */
};

/* Borrows from the record. */
void ht_image_facts_read(struct ht_image_facts *ret, const struct ht_wire_view *w);

/* Fills image->json and the texts that selectors compare. -ENOMEM. */
int ht_image_render(struct ht_image *image, const struct ht_image_facts *facts, struct ht_users *users, int64_t boot_ns);

#endif
