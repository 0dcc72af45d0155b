/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The recorder: rings → events → selection → trail. One thread drains, decides, encodes and hands lines to
 * the trail; the consumer positions move once the trail says that the bytes are with the file system.
 */
#ifndef HT_AGENT_RECORDER_H
#define HT_AGENT_RECORDER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "agent/host.h"
#include "base/error.h"
#include "event/paths.h"
#include "hosttrail/select.h"
#include "hosttrail/trail.h"

struct ht_recorder_options {
	const char *root;                  /* directory of the trails */
	const char *region;
	const char *cgroup;                /* NULL: the whole host */
	const struct ht_selectors *selectors; /* borrowed */
	const struct ht_paths *paths;         /* borrowed */
	enum ht_signature_algorithm algorithm;
	unsigned delivery_seconds, digest_seconds; /* 0: the trail's defaults */
	uint64_t delivery_bytes;
	uint32_t management_bytes, data_bytes; /* of the rings; 0: the defaults */
	unsigned content_bytes; /* of what calls read and write that are recorded, at most HT_PATH_BYTES */
	unsigned argument_bytes; /* of an argument vector; 0: the default */

	/* Called for each line that was recorded, in its order; may be NULL. */
	void (*line)(void *context, const char *line, size_t n);
	/*
	 * Called when there is something to tell whoever runs the recorder (one line, no newline); may be
	 * NULL.
	 */
	void (*message)(void *context, const char *text);
	/* Called after each round, so that live output can be flushed; may be NULL. */
	void (*round)(void *context);
	void *context;
};

struct ht_recorder_summary {
	struct ht_trail_status trail; /* its events: all lines that were stored, the recorder's own included */
	/* What a full disk dropped counts as lost. */
	uint64_t lost, not_selected, excluded; /* excluded: calls of the recorder itself */
	bool scope_vanished; /* the cgroup that was recorded is gone */
};

struct ht_recorder;

/*
 * Capture is loaded, the trail open, nothing attached yet. Errors as ht_capture_open() and ht_trail_open().
 */
int ht_recorder_open(struct ht_recorder **ret, const struct ht_recorder_options *options, struct ht_error *err);

/* Borrowed; what to show at the start. */
struct ht_trail *ht_recorder_trail(struct ht_recorder *r);
const struct ht_host *ht_recorder_host(const struct ht_recorder *r);

/* Attaches: what is called from here on is recorded. */
int ht_recorder_start(struct ht_recorder *r, struct ht_error *err);

/* Records until *stop is set, the duration (0: none) is over, or the scope is gone. */
int ht_recorder_run(struct ht_recorder *r, const volatile sig_atomic_t *stop, unsigned duration_s, struct ht_error *err);

/*
 * Detaches, drains what is left, finishes the log and signs the final digest. Frees the recorder whatever it
 * returns.
 */
int ht_recorder_close(struct ht_recorder **r, struct ht_recorder_summary *ret, struct ht_error *err);

#endif
