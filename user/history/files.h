/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a search, and what is known of them without reading them. */
#ifndef HT_HISTORY_FILES_H
#define HT_HISTORY_FILES_H

#include "hosttrail/history.h"

struct ht_history_file {
	char *path;
	uint64_t bytes; /* stored */
	uint64_t device, inode;
	int64_t oldest_ns, newest_ns; /* of its events; INT64_MIN and INT64_MAX: unknown */
	bool empty;                   /* its summaries say that it has no events */
};

struct ht_history {
	struct ht_history_file *file;
	size_t count, capacity;
	uint64_t bytes; /* of all */
};

/*
 * The times of a complete log file's events, from the summaries behind its frames: read backwards from the
 * end of the file, without reading the frames. -ENODATA: the file does not tell.
 */
int ht_history_bounds(int fd, uint64_t size, int64_t *ret_oldest_ns, int64_t *ret_newest_ns, bool *ret_empty);

#endif
