/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wire records: a ring is memory that root can write to. Input is one or more records, each preceded by its length as 32 bits;
 * what is accepted goes all the way to JSON, which must be an event again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/build.h"
#include "hosttrail/event.h"

#define RECORDS_MAX 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct ht_users *users;
static struct ht_paths *paths;

static struct ht_builder *make_builder(struct ht_images **ret_images)
{
	struct ht_images_options images = { .users = users, .boot_ns = 1700000000000000000 };
	struct ht_builder_options options = {
		.host_id = "0123456789abcdef",
		.host_name = "fuzz",
		.region = "default",
		.boot_id = "01234567-89ab-cdef-0123-456789abcdef",
		.paths = paths,
		.users = users,
		.proc = "/nonexistent",
	};
	struct ht_builder *b = NULL;

	images.users = users;
	if (ht_images_new(ret_images, &images) < 0)
		abort();
	options.images = *ret_images;
	if (ht_builder_new(&b, &options) < 0)
		abort();
	ht_builder_set_clock(b, images.boot_ns, 0);
	return b;
}

static void encode(struct ht_builder *b, const struct ht_wire_view *w)
{
	_cleanup_buffer_ struct ht_buffer line = { 0 }, scratch = { 0 };
	struct ht_event_view view;

	ht_event_build(b, HT_RING_DATA, w);
	if (ht_event_encode(b, &line) < 0)
		abort();
	if (line.length < HT_EVENT_LINE_MAX && ht_event_decode(line.data, line.length, &scratch, &view, NULL) < 0)
		abort();
}

static void take(struct ht_builder *b, struct ht_images *images, const uint8_t *data, size_t n)
{
	/* As in a ring: aligned, and nothing readable behind it. */
	void *record = aligned_alloc(8, n ? (n + 7) / 8 * 8 : 8);
	struct ht_wire_view w;

	if (!record)
		return;
	memcpy(record, data, n);
	if (ht_wire_read(record, n, &w) == 0) {
		if (w.process && ht_images_add(images, &w) < 0)
			abort();
		if (w.event)
			encode(b, &w);
	}
	free(record);
}

/* Tables are large and making them anew for each input is most of the work: now and then is enough. */
static struct ht_builder *get_builder(struct ht_images **ret_images)
{
	static struct ht_images *images;
	static struct ht_builder *builder;
	static unsigned uses;

	if (!users && (ht_users_new(&users, "/nonexistent", "/nonexistent") < 0 || ht_paths_default(&paths) < 0))
		abort();
	if (uses++ % 256 == 0) {
		ht_builder_free(builder);
		ht_images_free(images);
		builder = make_builder(&images);
	}
	*ret_images = images;
	return builder;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ht_images *images;
	struct ht_builder *b = get_builder(&images);

	for (unsigned i = 0; i < RECORDS_MAX && n >= 4; i++) {
		uint32_t length;

		memcpy(&length, data, 4);
		data += 4;
		n -= 4;
		if (length > n)
			length = (uint32_t)n;
		take(b, images, data, length);
		data += length;
		n -= length;
	}
	ht_images_caught_up(images);
	return 0;
}
