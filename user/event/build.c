/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "event/classify.h"
#include "event/encode.h"
#include "event/life.h"
#include "event/errors.h"
#include "event/render.h"
#include "event/resource.h"

struct ht_builder {
	struct ht_builder_options options;
	struct ht_encode_constants constants;
	struct ht_event_view view;
	struct ht_buffer resources; /* texts of the view's resources */
	struct ht_facts facts;
	uint64_t pid_ns; /* whose numbers procfs shows; 0: not known */
};

/* Does the task number processes otherwise than procfs does? */
static bool is_foreign(const struct ht_builder *b, const struct ht_image *image)
{
	return image && image->pid_ns && b->pid_ns && image->pid_ns != b->pid_ns;
}

static uint64_t pid_namespace(const char *proc)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "%s/self/ns/pid", proc);
	return stat(path, &st) < 0 ? 0 : (uint64_t)st.st_ino;
}

int ht_builder_new(struct ht_builder **ret, const struct ht_builder_options *options)
{
	struct ht_builder *b = calloc(1, sizeof(*b));
	int r;

	if (!b)
		return -ENOMEM;
	b->options = *options;
	b->pid_ns = pid_namespace(options->proc);
	r = ht_encode_constants_init(&b->constants, options->host_id, options->host_name, options->region, options->boot_id);
	if (r < 0) {
		ht_builder_free(b);
		return r;
	}
	*ret = b;
	return 0;
}

void ht_builder_free(struct ht_builder *b)
{
	if (!b)
		return;
	ht_buffer_free(&b->resources);
	ht_encode_constants_free(&b->constants);
	free(b);
}

void ht_builder_set_clock(struct ht_builder *b, int64_t boot_ns, uint64_t since_ns)
{
	b->constants.boot_ns_before = b->constants.boot_ns;
	b->constants.boot_ns = boot_ns;
	b->constants.clock_since_ns = since_ns;
}

int64_t ht_builder_time(const struct ht_builder *b, uint64_t monotonic_ns)
{
	return ht_encode_time(&b->constants, monotonic_ns);
}

static void view_who(struct ht_event_view *view, const struct ht_image *image)
{
	view->field[HT_FIELD_UID] = image->uid;
	view->field[HT_FIELD_USER_NAME] = image->user_name;
	view->field[HT_FIELD_LOGIN_UID] = image->login_uid;
	view->field[HT_FIELD_EXE] = image->exe;
	view->field[HT_FIELD_CGROUP] = image->cgroup;
	view->field[HT_FIELD_CONTAINER] = image->container;
}

static void view_what(struct ht_event_view *view, const struct ht_facts *f)
{
	const char *error = f->result < 0 && f->result >= -4095 ? ht_error_name((int)-f->result) : NULL;

	view->field[HT_FIELD_EVENT_CATEGORY] = f->class.management ? HT_TEXT("Management") : HT_TEXT("Data");
	view->field[HT_FIELD_READ_ONLY] = f->class.read_only ? HT_TEXT("true") : HT_TEXT("false");
	view->field[HT_FIELD_EVENT_SOURCE] = ht_text_of(ht_source_name(f->class.source));
	view->field[HT_FIELD_EVENT_NAME] = ht_text_of(f->class.event);
	view->field[HT_FIELD_EVENT_TYPE] = HT_TEXT("HostApiCall");
	view->field[HT_FIELD_ERROR_CODE] = ht_text_of(error);
}

const struct ht_event_view *ht_event_build(struct ht_builder *b, enum ht_ring ring, const struct ht_wire_view *w)
{
	const struct ht_wire_event *e = w->event;
	struct ht_classify_context classify = { .paths = b->options.paths, .proc = b->options.proc };
	struct ht_resource_context resources;
	struct ht_facts *f = &b->facts;

	memset(&b->view, 0, sizeof(b->view));
	f->w = w;
	f->ring = ring;
	f->result = e->result;
	f->no_call = ht_exit_without_call(w);
	f->call = e->via || e->call < HT_PART_FIRST ? ht_call_by_number(e->abi, e->call) : NULL;
	f->image = e->image ? ht_images_find(b->options.images, e->image) : NULL;
	if (!f->image)
		f->image = ht_images_stand_in(b->options.images, e);
	resources = (struct ht_resource_context){
		.call = f->call, .w = w, .image = f->image, .host_name = b->options.host_name, .users = b->options.users,
	};
	classify.foreign = is_foreign(b, f->image);
	ht_resources_find(&resources, &b->resources, &b->view);
	ht_classify(&classify, f->call, w, &b->view, &f->class);
	if (f->image)
		view_who(&b->view, f->image);
	view_what(&b->view, f);
	return &b->view;
}

int ht_event_encode(struct ht_builder *b, struct ht_buffer *out)
{
	ht_encode_call(out, &b->constants, &b->facts, &b->view);
	return ht_buffer_status(out);
}

int ht_event_service(struct ht_builder *b, const char *name, struct ht_text parameters, uint64_t monotonic_ns,
		     struct ht_buffer *out)
{
	ht_encode_service(out, &b->constants, name, parameters, monotonic_ns);
	return ht_buffer_status(out);
}
