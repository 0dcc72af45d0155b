/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/encode.h"

#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "event/errors.h"
#include "event/exec.h"
#include "event/life.h"
#include "event/render.h"

/* The most that the fields of fixed length take. */
#define FIXED_ROOM 1024

/*
 * eventID: RFC 9562 version 8. 48 bits of the boot id; 12 bits of the CPU; 2 bits of the ring, or of the
 * recorder itself; and the number. The same event always has the same id.
 */
enum id_ring {
	ID_MANAGEMENT = HT_RING_MANAGEMENT,
	ID_DATA = HT_RING_DATA,
	ID_RECORDER = 2,
};

int ht_encode_constants_init(struct ht_encode_constants *c, const char *host_id, const char *host_name,
			     const char *region, const char *boot_id)
{
	*c = (struct ht_encode_constants){ 0 };
	if (strlen(boot_id) != 36 || boot_id[8] != '-' || boot_id[13] != '-')
		return -EINVAL;
	memcpy(c->id_prefix, boot_id, 13);
	c->id_prefix[13] = '\0';
	ht_buffer_literal(&c->head, "{\"eventVersion\":\"" HT_EVENT_VERSION "\",\"hostId\":");
	ht_json_string(&c->head, host_id, strlen(host_id));
	ht_buffer_literal(&c->head, ",\"hostName\":");
	ht_json_string(&c->head, host_name, strlen(host_name));
	ht_buffer_literal(&c->head, ",\"region\":");
	ht_json_string(&c->head, region, strlen(region));
	ht_buffer_literal(&c->head, ",\"bootId\":");
	ht_json_string(&c->head, boot_id, strlen(boot_id));
	ht_buffer_byte(&c->head, ',');
	return ht_buffer_status(&c->head);
}

void ht_encode_constants_free(struct ht_encode_constants *c)
{
	ht_buffer_free(&c->head);
	for (unsigned i = 0; i < HT_ENCODE_WHATS; i++)
		ht_buffer_free(&c->what[i].json);
}

static char *put_hex(char *at, uint64_t v, unsigned digits)
{
	for (unsigned i = digits; i-- > 0; v >>= 4)
		at[i] = "0123456789abcdef"[v & 15];
	return at + digits;
}

static void put_id(struct ht_buffer *b, const struct ht_encode_constants *c, enum id_ring ring, unsigned cpu,
		   uint64_t number)
{
	uint64_t tail = 2ull << 62 | (uint64_t)ring << 60 | (number & ((1ull << 60) - 1));
	char text[36], *at = text;

	memcpy(at, c->id_prefix, 13);
	at += 13;
	*at++ = '-';
	*at++ = '8';
	at = put_hex(at, cpu, 3);
	*at++ = '-';
	at = put_hex(at, tail >> 48, 4);
	*at++ = '-';
	at = put_hex(at, tail, 12);
	ht_buffer_append(b, text, (size_t)(at - text));
}

static void put_time(struct ht_buffer *b, int64_t ns)
{
	if (!ht_buffer_room(b, HT_TIMESTAMP_LENGTH))
		return;
	ht_timestamp_write(ns, b->data + b->length);
	b->length += HT_TIMESTAMP_LENGTH;
}

static void put_text(struct ht_buffer *b, const char *s)
{
	ht_buffer_append(b, s, strlen(s));
}

static void put_when(struct ht_buffer *b, const struct ht_encode_constants *c, uint64_t monotonic_ns)
{
	ht_buffer_literal(b, ",\"eventTime\":\"");
	put_time(b, ht_encode_time(c, monotonic_ns));
	ht_buffer_literal(b, "\",\"monotonicTime\":");
	ht_buffer_unsigned(b, monotonic_ns);
}

static void put_which(struct ht_buffer *b, const struct ht_encode_constants *c, const struct ht_facts *f)
{
	const struct ht_wire_head *head = f->w->head;

	ht_buffer_literal(b, ",\"sequence\":{\"number\":");
	ht_buffer_unsigned(b, head->sequence);
	ht_buffer_literal(b, ",\"cpu\":");
	ht_buffer_unsigned(b, head->cpu);
	if (f->ring == HT_RING_MANAGEMENT)
		ht_buffer_literal(b, ",\"ring\":\"management\"},\"eventID\":\"");
	else
		ht_buffer_literal(b, ",\"ring\":\"data\"},\"eventID\":\"");
	put_id(b, c, (enum id_ring)f->ring, head->cpu, head->sequence);
	ht_buffer_byte(b, '"');
}

static void put_class(struct ht_buffer *b, const struct ht_class *class, const struct ht_event_view *view)
{
	struct ht_text source = view->field[HT_FIELD_EVENT_SOURCE], name = view->field[HT_FIELD_EVENT_NAME];

	if (class->management)
		ht_buffer_literal(b, "\"eventCategory\":\"Management\",\"managementEvent\":true");
	else
		ht_buffer_literal(b, "\"eventCategory\":\"Data\",\"managementEvent\":false");
	if (class->read_only)
		ht_buffer_literal(b, ",\"readOnly\":true");
	else
		ht_buffer_literal(b, ",\"readOnly\":false");
	ht_buffer_literal(b, ",\"eventType\":\"HostApiCall\",\"eventSource\":\"");
	ht_buffer_append(b, source.data, source.length);
	ht_buffer_literal(b, "\",\"eventName\":\"");
	ht_buffer_append(b, name.data, name.length);
	ht_buffer_byte(b, '"');
}

static void put_syscall(struct ht_buffer *b, const struct ht_facts *f)
{
	const struct ht_wire_event *e = f->w->event;
	const struct ht_call *whole;

	ht_buffer_literal(b, ",\"syscall\":{");
	if (f->call) {
		ht_buffer_literal(b, "\"name\":\"");
		put_text(b, f->call->name);
		ht_buffer_literal(b, "\",");
	}
	ht_buffer_literal(b, "\"number\":");
	ht_buffer_signed(b, (int32_t)(e->via ? e->via : e->call));
	if (e->via) {
		whole = ht_call_by_number(e->abi, e->via);
		ht_buffer_literal(b, ",\"via\":\"");
		put_text(b, whole ? whole->name : "");
		ht_buffer_byte(b, '"');
	}
	ht_buffer_literal(b, ",\"abi\":\"");
	put_text(b, ht_abi_name(e->abi));
	ht_buffer_literal(b, "\"}");
}

/* What was done takes few forms, each many times: the JSON of the last one in each slot is kept. */
static void put_what(struct ht_buffer *b, struct ht_encode_constants *c, const struct ht_facts *f,
		     const struct ht_event_view *view)
{
	const struct ht_wire_event *e = f->w->event;
	struct ht_encode_what *what = &c->what[(e->call ^ e->abi << 4) % HT_ENCODE_WHATS];

	if (what->number != e->call || what->abi != e->abi || what->via != e->via || what->no_call != f->no_call ||
	    what->class.event != f->class.event ||
	    what->class.source != f->class.source || what->class.management != f->class.management ||
	    what->class.read_only != f->class.read_only) {
		ht_buffer_reset(&what->json);
		put_class(&what->json, &f->class, view);
		if (!f->no_call)
			put_syscall(&what->json, f);
		what->no_call = f->no_call;
		what->via = e->via;
		what->number = e->call;
		what->abi = e->abi;
		what->class = f->class;
	}
	if (ht_buffer_status(&what->json) < 0) {
		what->class.event = NULL;
		b->failed = true;
		return;
	}
	ht_buffer_append(b, what->json.data, what->json.length);
}

static void render_request(struct ht_buffer *b, const struct ht_facts *f, struct ht_truncated *t)
{
	if (f->call && ht_exec_of(f->w))
		ht_render_exec_request(b, f->call, f->w, f->image, t);
	else if (f->no_call)
		ht_render_exit_request(b, f->w);
	else
		ht_render_request(b, f->call, f->w, t);
}

static void render_response(struct ht_buffer *b, const struct ht_facts *f, struct ht_truncated *t)
{
	if (f->call && ht_exec_of(f->w))
		ht_render_exec_response(b, f->w, f->image);
	else if (ht_exit_of(f->w))
		ht_render_exit_response(b, f->w);
	else
		ht_render_response(b, f->call, f->w, t);
}

/* The members are rendered straight into the line; a comma and the key go again if there were none. */
static void put_members(struct ht_buffer *b, const char *key, size_t n, const struct ht_facts *f, struct ht_truncated *t,
			void (*render)(struct ht_buffer *, const struct ht_facts *, struct ht_truncated *))
{
	size_t before = b->length, begin;

	ht_buffer_append(b, key, n);
	begin = b->length;
	render(b, f, t);
	if (b->length == begin && !b->failed)
		b->length = before;
	else
		ht_buffer_byte(b, '}');
}

#define PUT_MEMBERS(b, key, f, t, render) put_members(b, ",\"" key "\":{", sizeof(",\"" key "\":{") - 1, f, t, render)

static void put_error(struct ht_buffer *b, int64_t result, struct ht_text code)
{
	if (result >= 0 || result < -4095)
		return;
	ht_buffer_literal(b, ",\"errorCode\":\"");
	if (code.data)
		ht_buffer_append(b, code.data, code.length);
	else
		ht_buffer_unsigned(b, (uint64_t)-result);
	ht_buffer_literal(b, "\",\"errorMessage\":\"");
	put_text(b, ht_error_text((int)-result));
	ht_buffer_byte(b, '"');
}

static void put_resources(struct ht_buffer *b, const struct ht_event_view *view)
{
	char before = '[';

	if (!view->resources)
		return;
	ht_buffer_literal(b, ",\"resources\":");
	for (unsigned i = 0; i < view->resources; i++, before = ',') {
		const struct ht_resource *r = &view->resource[i];

		ht_buffer_byte(b, before);
		ht_buffer_literal(b, "{\"type\":\"");
		ht_buffer_append(b, r->type.data, r->type.length);
		ht_buffer_literal(b, "\",");
		ht_render_string(b, "name", r->name);
		ht_buffer_literal(b, ",\"evidence\":\"");
		ht_buffer_append(b, r->evidence.data, r->evidence.length);
		ht_buffer_literal(b, "\"}");
	}
	ht_buffer_byte(b, ']');
}

static void put_truncated(struct ht_buffer *b, const struct ht_truncated *image, const struct ht_truncated *call)
{
	const struct ht_truncated *lists[] = { image, call };
	char before = '{';

	if (!(image ? image->count : 0) && !call->count)
		return;
	ht_buffer_literal(b, ",\"truncated\":");
	for (unsigned l = 0; l < 2; l++)
		for (unsigned i = 0; lists[l] && i < lists[l]->count; i++, before = ',') {
			ht_buffer_byte(b, before);
			ht_json_string(b, lists[l]->entry[i].field, strlen(lists[l]->entry[i].field));
			ht_buffer_byte(b, ':');
			ht_buffer_unsigned(b, lists[l]->entry[i].full_length);
		}
	ht_buffer_byte(b, '}');
}

void ht_encode_call(struct ht_buffer *b, struct ht_encode_constants *c, const struct ht_facts *f,
		    const struct ht_event_view *view)
{
	struct ht_truncated truncated;

	truncated.count = 0;
	if (!ht_buffer_room(b, FIXED_ROOM))
		return;
	ht_buffer_append(b, c->head.data, c->head.length);
	if (f->image)
		ht_buffer_append(b, f->image->json.data, f->image->json.length);
	else
		ht_buffer_literal(b, "\"userIdentity\":{\"type\":\"Unknown\"}");
	ht_buffer_byte(b, ',');
	put_what(b, c, f, view);
	put_when(b, c, f->w->head->time_ns);
	put_which(b, c, f);
	PUT_MEMBERS(b, "requestParameters", f, &truncated, render_request);
	PUT_MEMBERS(b, "responseElements", f, &truncated, render_response);
	put_error(b, f->result, view->field[HT_FIELD_ERROR_CODE]);
	put_resources(b, view);
	put_truncated(b, f->image ? &f->image->truncated : NULL, &truncated);
	ht_buffer_byte(b, '}');
}

void ht_encode_service(struct ht_buffer *b, const struct ht_encode_constants *c, const char *name, struct ht_text parameters,
		       uint64_t monotonic_ns)
{
	ht_buffer_append(b, c->head.data, c->head.length);
	ht_buffer_literal(b, "\"eventCategory\":\"Management\",\"managementEvent\":true,\"readOnly\":false,"
			     "\"eventType\":\"HostServiceEvent\",\"eventSource\":\"trail\",\"eventName\":\"");
	put_text(b, name);
	ht_buffer_byte(b, '"');
	put_when(b, c, monotonic_ns);
	ht_buffer_literal(b, ",\"eventID\":\"");
	put_id(b, c, ID_RECORDER, 0, monotonic_ns);
	ht_buffer_byte(b, '"');
	if (parameters.length) {
		ht_buffer_literal(b, ",\"requestParameters\":{");
		ht_buffer_append(b, parameters.data, parameters.length);
		ht_buffer_byte(b, '}');
	}
	ht_buffer_byte(b, '}');
}
