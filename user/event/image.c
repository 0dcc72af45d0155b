/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/image_render.h"

#define BUCKETS 16384u     /* a power of two */
#define SWEEP_FIRST 8192u  /* images at which it is looked for the first time which tasks are gone */
#define IMAGES_MAX 262144u /* the most that are kept, whatever is alive */

struct ht_images {
	struct ht_images_options options;
	struct ht_image *by_id[BUCKETS];
	struct ht_image *current[BUCKETS]; /* the newest image of each task, hashed by tid; a collision forgets the older */
	struct ht_image *retired, **retired_end; /* oldest first */
	struct ht_image *stand_in;
	size_t count, retiring; /* all, and those of them that are to be freed */
	size_t sweep_at;        /* of those that are not */
	uint64_t round; /* how often reading has caught up */
};

static unsigned bucket_of(uint64_t id)
{
	return (unsigned)((id * 0x9e3779b97f4a7c15ull) >> 50) & (BUCKETS - 1);
}

static void image_free(struct ht_image *image)
{
	if (image)
		ht_buffer_free(&image->owned);
	free(image);
}

DEFINE_CLEANUP(struct ht_image *, image_free)

int ht_images_new(struct ht_images **ret, const struct ht_images_options *options)
{
	struct ht_images *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->options = *options;
	t->sweep_at = SWEEP_FIRST;
	t->retired_end = &t->retired;
	*ret = t;
	return 0;
}

void ht_images_free(struct ht_images *t)
{
	if (!t)
		return;
	for (unsigned i = 0; i < BUCKETS; i++) {
		while (t->by_id[i]) {
			struct ht_image *image = t->by_id[i];

			t->by_id[i] = image->next;
			image_free(image);
		}
	}
	image_free(t->stand_in);
	free(t);
}

/* Its name may still stand in events that were placed and not read: it goes two rounds later. */
static void retire(struct ht_images *t, struct ht_image *image)
{
	if (image->freed_after)
		return;
	image->freed_after = t->round + 2;
	t->retiring++;
	image->older = NULL;
	*t->retired_end = image;
	t->retired_end = &image->older;
	if (t->current[image->tid & (BUCKETS - 1)] == image)
		t->current[image->tid & (BUCKETS - 1)] = NULL;
}

static bool task_is_gone(const struct ht_images *t, const struct ht_image *image)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%u", t->options.proc, image->tid);
	return access(path, F_OK) < 0;
}

static void sweep(struct ht_images *t)
{
	size_t kept = 0;

	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct ht_image *image = t->by_id[i]; image; image = image->next) {
			if (image->freed_after)
				continue;
			if ((t->options.proc && task_is_gone(t, image)) || kept >= IMAGES_MAX)
				retire(t, image);
			else
				kept++;
		}
	t->sweep_at = kept * 2 > SWEEP_FIRST ? kept * 2 : SWEEP_FIRST;
}

/*
 * What was there of the same image at its exec is nearer to the truth than what its process has written over
 * since.
 */
static void keep_from_exec(struct ht_image_facts *facts, const struct ht_image *before)
{
	if (!before || before->tid != facts->process->tid || before->exec_count != facts->process->exec_count ||
	    before->thread_start_ns != facts->process->thread_start_ns)
		return;
	if (before->exe.data) {
		/* At its end it may have no memory any more, and with it no file that it was executed from. */
		if (!facts->exe.data) {
			facts->exe_deleted = before->exe_deleted;
			facts->exe_mode = before->exe_mode;
		}
		facts->exe = before->exe;
		facts->pseudo_exe = before->pseudo_exe;
	}
	if (before->argv.data) {
		facts->argv = before->argv;
		facts->argv_cut = before->argv_cut;
	}
}

int ht_images_add(struct ht_images *t, const struct ht_wire_view *w)
{
	_cleanup_(image_free_p) struct ht_image *image = calloc(1, sizeof(*image));
	struct ht_image_facts facts;
	struct ht_image **slot;
	unsigned bucket;
	int r;

	if (!image)
		return -ENOMEM;
	image->id = (uint64_t)w->head->cpu << 48 | w->head->sequence;
	slot = &t->current[w->process->tid & (BUCKETS - 1)];
	ht_image_facts_read(&facts, w);
	keep_from_exec(&facts, *slot);
	r = ht_image_render(image, &facts, t->options.users, t->options.boot_ns);
	if (r < 0)
		return r;
	if (*slot && (*slot)->tid == image->tid)
		retire(t, *slot);
	*slot = image;
	bucket = bucket_of(image->id);
	image->next = t->by_id[bucket];
	t->by_id[bucket] = TAKE_PTR(image);
	if (++t->count - t->retiring >= t->sweep_at)
		sweep(t);
	return 0;
}

const struct ht_image *ht_images_find(const struct ht_images *t, uint64_t id)
{
	for (const struct ht_image *image = t->by_id[bucket_of(id)]; image; image = image->next)
		if (image->id == id)
			return image;
	return NULL;
}

const struct ht_image *ht_images_stand_in(struct ht_images *t, const struct ht_wire_event *event)
{
	struct ht_wire_process process = { .pid = event->pid, .tid = event->tid, .identity = event->identity };
	struct ht_image_facts facts = { .process = &process, .unknown = true };

	image_free(t->stand_in);
	t->stand_in = calloc(1, sizeof(*t->stand_in));
	if (t->stand_in && ht_image_render(t->stand_in, &facts, t->options.users, t->options.boot_ns) < 0) {
		image_free(t->stand_in);
		t->stand_in = NULL;
	}
	return t->stand_in;
}

static void unlink_image(struct ht_images *t, const struct ht_image *image)
{
	struct ht_image **at = &t->by_id[bucket_of(image->id)];

	while (*at != image)
		at = &(*at)->next;
	*at = image->next;
	t->count--;
	t->retiring--;
}

void ht_images_caught_up(struct ht_images *t)
{
	t->round++;
	while (t->retired && t->retired->freed_after <= t->round) {
		struct ht_image *image = t->retired;

		t->retired = image->older;
		if (!t->retired)
			t->retired_end = &t->retired;
		unlink_image(t, image);
		image_free(image);
	}
}

size_t ht_images_count(const struct ht_images *t)
{
	return t->count;
}
