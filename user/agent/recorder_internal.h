/* SPDX-License-Identifier: BSD-2-Clause */
/* What the recorder's files share. */
#ifndef HT_AGENT_RECORDER_INTERNAL_H
#define HT_AGENT_RECORDER_INTERNAL_H

#include "agent/accounts.h"
#include "agent/recorder.h"
#include "capture/capture.h"
#include "event/build.h"
#include "event/image.h"
#include "event/users.h"

struct ht_recorder {
	struct ht_recorder_options options;
	struct ht_host host;
	struct ht_capture *capture;
	struct ht_trail *trail;
	struct ht_users *users;
	struct ht_images *images;
	struct ht_builder *builder;
	struct ht_accounts accounts;
	struct ht_buffer line, parameters;
	int64_t boot_ns;          /* wall-clock time minus CLOCK_BOOTTIME */
	uint64_t clock_seen_ns;   /* CLOCK_BOOTTIME when boot_ns was last right */
	uint64_t flushed_ns, housekept_ns, said_ns;
	size_t waiting_bytes;     /* of lines that were not flushed */
	int trouble;              /* what the last flush failed with */
	bool scope_vanished;
	const char *reason;       /* for which recording ends */
};

uint64_t ht_recorder_now_ns(void); /* CLOCK_BOOTTIME */
int64_t ht_recorder_boot_ns(void); /* wall-clock time minus CLOCK_BOOTTIME, now */

/* One of the kernel's counters, summed over CPUs and rings. */
uint64_t ht_recorder_count(const struct ht_recorder *r, enum ht_count what);

/*
 * recorder_want.c: tells the kernel what the selectors could want, how calls are serialised, and the classes
 * of paths.
 */
int ht_recorder_want(struct ht_recorder *r, struct ht_error *err);

/* recorder_say.c: what the recorder records of itself. */
void ht_recorder_say_start(struct ht_recorder *r);
void ht_recorder_say_stop(struct ht_recorder *r);
void ht_recorder_say_lost(struct ht_recorder *r);
/* After the recorder follows the new clock; jump_ns: by how much it was set forward. */
void ht_recorder_say_clock_changed(struct ht_recorder *r, int64_t jump_ns);

/* Tells whoever runs the recorder that lines cannot be stored (a negative errno), or can again (0). */
void ht_recorder_trouble(struct ht_recorder *r, int code);

#endif
