/* SPDX-License-Identifier: BSD-2-Clause */
/* Log files that an earlier recorder left without a digest. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "sign/trail_state.h"
#include "sign/walk.h"

#define PARTIAL ".partial"

struct leftover {
	char *name; /* borrowed from the walk; without .partial */
	uint64_t sequence;
	bool partial;
};

static int by_sequence(const void *a, const void *b)
{
	const struct leftover *x = a, *y = b;

	if (x->sequence != y->sequence)
		return x->sequence < y->sequence ? -1 : 1;
	/* A partial file beside a complete one is dealt with first, which takes care of both. */
	return strcmp(x->name, y->name) ? strcmp(x->name, y->name) : (int)y->partial - (int)x->partial;
}

static size_t collect(const struct ht_trail_identity *identity, const struct ht_walk *files, uint64_t after,
		      struct leftover *leftovers)
{
	size_t count = 0;

	for (size_t i = 0; i < files->count; i++) {
		char *name = files->files[i].name;
		struct ht_log_name parts;

		if (!files->files[i].regular || !ht_log_name_parse(strrchr(name, '/') + 1, &parts) ||
		    parts.sequence <= after || strcmp(parts.host, identity->host_id))
			continue;
		if (parts.partial)
			name[strlen(name) - strlen(PARTIAL)] = '\0';
		leftovers[count++] = (struct leftover){ name, parts.sequence, parts.partial };
	}
	if (count)
		qsort(leftovers, count, sizeof(leftovers[0]), by_sequence);
	return count;
}

static int take(const struct ht_trail_identity *identity, const struct leftover *l, int level, struct ht_digest_log *log,
		struct ht_trail_recovery *recovery, struct ht_error *err)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s", identity->directory, l->name), r;

	if (n < 0 || (size_t)n >= sizeof(path))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s", l->name);
	if (l->partial) {
		r = ht_log_recover(path, level, &log->summary, &log->cut_bytes, err);
		if (r < 0)
			return r;
		recovery->log_files++;
		recovery->events += log->summary.events;
		recovery->cut_bytes += log->cut_bytes;
	} else {
		r = ht_log_summarise(path, &log->summary, err);
		/* One that is damaged is listed as it is: its hash keeps it from getting worse unseen. */
		if (r < 0 && r != -EBADMSG)
			return r;
		recovery->undigested++;
	}
	log->recovered = true;
	log->name = strdup(l->name);
	return log->name ? 0 : ht_fail_errno(err, -ENOMEM, "%s", path);
}

int ht_trail_find_logs(const struct ht_trail_identity *identity, uint64_t after, int level, struct ht_digest_log **ret,
		       size_t *ret_count, struct ht_trail_recovery *recovery, struct ht_error *err)
{
	_cleanup_(ht_walk_free) struct ht_walk files = { 0 };
	_cleanup_free_ struct leftover *leftovers = NULL;
	struct ht_digest_log *logs;
	size_t count, taken = 0;
	int r = ht_walk_add(&files, identity->directory, "HostTrail", err);

	if (r < 0 && r != -ENOENT)
		return r;
	leftovers = calloc(files.count + 1, sizeof(*leftovers));
	logs = calloc(files.count + 1, sizeof(*logs));
	if (!leftovers || !logs) {
		free(logs);
		return ht_fail_errno(err, -ENOMEM, "%s", identity->directory);
	}
	count = collect(identity, &files, after, leftovers);
	r = 0;
	for (size_t i = 0; r == 0 && i < count; i++) {
		if (i && strcmp(leftovers[i].name, leftovers[i - 1].name) == 0)
			continue;
		r = take(identity, &leftovers[i], level, &logs[taken], recovery, err);
		if (r == 0)
			taken++;
	}
	if (r < 0) {
		for (size_t i = 0; i < taken; i++)
			free(logs[i].name);
		free(logs);
		return r;
	}
	*ret = logs;
	*ret_count = taken;
	return 0;
}
