/* SPDX-License-Identifier: BSD-2-Clause */
/* The files below a directory. */
#ifndef HT_SIGN_WALK_H
#define HT_SIGN_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define HT_WALK_DEPTH 16u

struct ht_walk_file {
	char *name;   /* relative to the top, "HostTrail/..." */
	bool regular; /* false: a link, a device, a directory too deep to go into... */
};

struct ht_walk {
	struct ht_walk_file *files; /* sorted by name */
	size_t count, capacity;
};

/*
 * Adds every file below top/name, links not followed. A directory without entries is no file. -ENOENT: there is no top/name.
 */
int ht_walk_add(struct ht_walk *w, const char *top, const char *name, struct ht_error *err);

/* After adding. */
void ht_walk_sort(struct ht_walk *w);

/* The file of that name, NULL if there is none. */
const struct ht_walk_file *ht_walk_find(const struct ht_walk *w, const char *name);

void ht_walk_free(struct ht_walk *w);

#endif
