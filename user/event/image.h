/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images: tasks as they were described by process records, under the name (cpu and sequence) that their
 * events carry. What an event says of who did it is rendered once for each image.
 *
 * An image is kept until its task was described anew or is gone, and every event that could still carry its
 * name has been read: ht_images_caught_up() tells when. Memory is bounded by the tasks that are alive, with a
 * limit on top.
 */
#ifndef HT_EVENT_IMAGE_H
#define HT_EVENT_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "event/render.h"
#include "event/users.h"
#include "event/wire_read.h"
#include "hosttrail/text.h"

struct ht_image {
	uint64_t id;
	uint32_t pid, tid;
	uint32_t pid_ns; /* as in /proc/PID/ns; 0: not known */
	uint64_t thread_start_ns, exec_count;
	/* Everything below points into `owned`. */
	struct ht_text exe, cwd, cgroup, container, argv; /* argv: strings with their NULs */
	struct ht_text uid, user_name, login_uid;         /* as selectors compare them */
	struct ht_text json; /* "userIdentity":{…},"sourceIPAddress":…,"userAgent":…,"process":{…} */
	struct ht_truncated truncated;
	uint32_t argv_cut; /* length of all arguments where some were cut, else 0 */
	uint32_t exe_mode; /* st_mode of the executed file */
	bool pseudo_exe; /* exe is no path: a memory file */
	bool exe_deleted;
	struct ht_buffer owned;
	struct ht_image *next;    /* in its hash chain */
	struct ht_image *older;   /* in the list of those to be freed */
	uint64_t freed_after;
};

struct ht_images;

struct ht_images_options {
	struct ht_users *users;   /* borrowed */
	int64_t boot_ns;          /* wall-clock time minus CLOCK_BOOTTIME */
	const char *proc;         /* where procfs is, to see whether a task is still there; NULL: never looked */
};

int ht_images_new(struct ht_images **ret, const struct ht_images_options *options);
void ht_images_free(struct ht_images *t); /* NULL is accepted */

/* Takes a process record. -ENOMEM. */
int ht_images_add(struct ht_images *t, const struct ht_wire_view *process);

/* NULL: not known (its record was lost). */
const struct ht_image *ht_images_find(const struct ht_images *t, uint64_t id);

/*
 * A stand-in for an image that is not known, made from what the event itself carries. Valid until the next
 * call.
 */
const struct ht_image *ht_images_stand_in(struct ht_images *t, const struct ht_wire_event *event);

/* Every event that had been placed when the last record was added has been read. */
void ht_images_caught_up(struct ht_images *t);

size_t ht_images_count(const struct ht_images *t);

#endif
