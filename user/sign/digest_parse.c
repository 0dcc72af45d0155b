/* SPDX-License-Identifier: BSD-2-Clause */
/* Digests as others may have written them: every field looked at, by tables. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/timestamp.h"
#include "hosttrail/digest.h"

struct parser {
	const char *text;
	size_t n;
	struct ht_json_reader json;
	struct ht_error *err;
};

enum field_type {
	TEXT,
	TIME,
	NUMBER,
	NUMBER32,
	BOOLEAN,
	SHA256_HEX,
	FINGERPRINT, /* a hash that is kept as text */
	RING,
	ALGORITHM,
	HASH_NAME, /* must be SHA-256; nothing is kept */
	VERSION,   /* major version must be ours; nothing is kept */
	NESTED,    /* by a function */
};

struct field {
	const char *name;
	enum field_type type;
	size_t offset;
	bool optional;
	int (*nested)(struct parser *p, const struct ht_json_token *t, void *base);
};

DEFINE_CLEANUP(struct ht_digest *, ht_digest_free)

static int bad(struct parser *p, const struct ht_json_token *t, const char *name, const char *what)
{
	unsigned line, column;

	ht_json_position(p->text, p->n, t->offset, &line, &column);
	return ht_fail(p->err, -EBADMSG, "line %u, column %u: %s: %s", line, column, name, what);
}

static int next(struct parser *p, struct ht_json_token *t)
{
	unsigned line, column;

	if (ht_json_next(&p->json, t) == 0)
		return 0;
	ht_json_position(p->text, p->n, p->json.problem_offset, &line, &column);
	return ht_fail(p->err, -EBADMSG, "line %u, column %u: not JSON: %s", line, column, p->json.problem);
}

static int take_text(struct parser *p, const struct ht_json_token *t, const char *name, char **ret)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	char *copy;

	if (t->type != HT_JSON_STRING || ht_json_unescape(t, &b) < 0)
		return bad(p, t, name, "is no text");
	if (b.length && memchr(b.data, '\0', b.length))
		return bad(p, t, name, "holds a NUL");
	copy = strndup(b.length ? b.data : "", b.length);
	if (!copy || ht_buffer_status(&b)) {
		free(copy);
		return -ENOMEM;
	}
	free(*ret);
	*ret = copy;
	return 0;
}

static int take_time(struct parser *p, const struct ht_json_token *t, const char *name, int64_t *ret)
{
	if (t->type != HT_JSON_STRING || ht_timestamp_parse(t->text, t->length, ret) < 0)
		return bad(p, t, name, "is no time");
	return 0;
}

static int take_number(struct parser *p, const struct ht_json_token *t, const char *name, uint64_t max, uint64_t *ret)
{
	uint64_t v;

	if (t->type != HT_JSON_NUMBER || ht_json_to_u64(t, &v) < 0 || v > max)
		return bad(p, t, name, "is no number in range");
	*ret = v;
	return 0;
}

static bool is_text(const struct ht_json_token *t, const char *text)
{
	return t->type == HT_JSON_STRING && ht_json_is(t, text);
}

static int take_field(struct parser *p, const struct field *f, const struct ht_json_token *t, void *base)
{
	char *at = (char *)base + f->offset;
	unsigned char sha256[HT_SHA256];
	uint64_t number = 0;
	int r;

	switch (f->type) {
	case TEXT:
		return take_text(p, t, f->name, (char **)at);
	case TIME:
		return take_time(p, t, f->name, (int64_t *)at);
	case NUMBER:
		return take_number(p, t, f->name, UINT64_MAX, (uint64_t *)at);
	case NUMBER32:
		r = take_number(p, t, f->name, UINT32_MAX, &number);
		*(uint32_t *)at = (uint32_t)number;
		return r;
	case BOOLEAN:
		*(bool *)at = t->type == HT_JSON_TRUE;
		return t->type == HT_JSON_TRUE || t->type == HT_JSON_FALSE ? 0 : bad(p, t, f->name, "is neither true nor false");
	case SHA256_HEX:
	case FINGERPRINT:
		if (t->type != HT_JSON_STRING || ht_hex_read(t->text, t->length, sha256, sizeof(sha256)) < 0)
			return bad(p, t, f->name, "is no SHA-256 in hexadecimal");
		if (f->type == FINGERPRINT)
			ht_hex_write(sha256, sizeof(sha256), at);
		else
			memcpy(at, sha256, sizeof(sha256));
		return 0;
	case RING:
		*(enum ht_ring *)at = is_text(t, "data") ? HT_RING_DATA : HT_RING_MANAGEMENT;
		return is_text(t, "data") || is_text(t, "management") ? 0 : bad(p, t, f->name, "is no ring");
	case ALGORITHM:
		*(enum ht_signature_algorithm *)at = is_text(t, "Ed25519") ? HT_SIGN_ED25519 : HT_SIGN_RSA;
		if (is_text(t, "Ed25519") || is_text(t, "SHA256withRSA"))
			return 0;
		return bad(p, t, f->name, "is an algorithm this program does not know");
	case HASH_NAME:
		return is_text(t, "SHA-256") ? 0 : bad(p, t, f->name, "is an algorithm this program does not know");
	case VERSION:
		if (t->type == HT_JSON_STRING && t->length > 2 && memcmp(t->text, "1.", 2) == 0)
			return 0;
		return bad(p, t, f->name, "is no version this program can read; take a later hosttrail");
	case NESTED:
		return f->nested(p, t, base);
	}
	return -EBADMSG;
}

/* An object by its table; fields that the table does not know are passed over, so that later minor versions are read. */
static int take_object(struct parser *p, const struct ht_json_token *start, const char *what, const struct field *fields,
		       size_t count, void *base)
{
	struct ht_json_token t;
	uint64_t seen = 0;
	size_t i;
	int r;

	if (start->type != HT_JSON_OBJECT)
		return bad(p, start, what, "is no object");
	while ((r = next(p, &t)) == 0 && t.type == HT_JSON_KEY) {
		for (i = 0; i < count && !ht_json_is(&t, fields[i].name); i++)
			;
		if (i < count && seen & 1ull << i)
			return bad(p, &t, fields[i].name, "stands here twice");
		r = next(p, &t);
		if (r < 0)
			return r;
		if (i < count) {
			seen |= 1ull << i;
			r = take_field(p, &fields[i], &t, base);
		} else if (ht_json_skip(&p->json, &t) < 0) {
			r = bad(p, &t, what, "not JSON");
		}
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	for (i = 0; i < count; i++)
		if (!fields[i].optional && !(seen & 1ull << i))
			return bad(p, start, fields[i].name, "is missing");
	return 0;
}

/* An array of objects. *array grows by doubling; each element is zero before it is filled, and counts at once, so that what it
 * owns is freed with the digest. */
static int take_array(struct parser *p, const struct ht_json_token *start, const char *what, const struct field *fields,
		      size_t field_count, size_t size, void **array, size_t *count)
{
	struct ht_json_token t;
	size_t capacity = 0;
	int r;

	if (start->type != HT_JSON_ARRAY)
		return bad(p, start, what, "is no list");
	while ((r = next(p, &t)) == 0 && t.type != HT_JSON_CLOSE) {
		if (*count == capacity) {
			void *grown;

			capacity = capacity ? 2 * capacity : 8;
			grown = reallocarray(*array, capacity, size);
			if (!grown)
				return -ENOMEM;
			*array = grown;
		}
		memset((char *)*array + *count * size, 0, size);
		(*count)++;
		r = take_object(p, &t, what, fields, field_count, (char *)*array + (*count - 1) * size);
		if (r < 0)
			return r;
	}
	return r;
}

#define LOG(member) offsetof(struct ht_digest_log, member)
static const struct field log_fields[] = {
	{ "name", TEXT, LOG(name), false, NULL },
	{ "size", NUMBER, LOG(summary.stored_bytes), false, NULL },
	{ "contentBytes", NUMBER, LOG(summary.content_bytes), false, NULL },
	{ "hashAlgorithm", HASH_NAME, 0, false, NULL },
	{ "hashValue", SHA256_HEX, LOG(summary.sha256), false, NULL },
	{ "events", NUMBER, LOG(summary.events), false, NULL },
	{ "oldestEventTime", TIME, LOG(summary.oldest_ns), true, NULL },
	{ "newestEventTime", TIME, LOG(summary.newest_ns), true, NULL },
	{ "recovered", BOOLEAN, LOG(recovered), true, NULL },
	{ "cutBytes", NUMBER, LOG(cut_bytes), true, NULL },
};

static int take_logs(struct parser *p, const struct ht_json_token *t, void *base)
{
	struct ht_digest *d = base;

	return take_array(p, t, "logFiles", log_fields, ARRAY_SIZE(log_fields), sizeof(d->logs[0]), (void **)&d->logs,
			  &d->log_count);
}

#define SEQUENCE(member) offsetof(struct ht_trail_sequence, member)
static const struct field sequence_fields[] = {
	{ "ring", RING, SEQUENCE(ring), false, NULL },
	{ "cpu", NUMBER32, SEQUENCE(cpu), false, NULL },
	{ "first", NUMBER, SEQUENCE(first), false, NULL },
	{ "last", NUMBER, SEQUENCE(last), false, NULL },
	{ "events", NUMBER, SEQUENCE(events), false, NULL },
	{ "processes", NUMBER, SEQUENCE(processes), false, NULL },
	{ "notSelected", NUMBER, SEQUENCE(not_selected), false, NULL },
	{ "lost", NUMBER, SEQUENCE(lost), false, NULL },
};

static int take_sequences(struct parser *p, const struct ht_json_token *t, void *base)
{
	struct ht_digest *d = base;

	return take_array(p, t, "sequences", sequence_fields, ARRAY_SIZE(sequence_fields), sizeof(d->sequences[0]),
			  (void **)&d->sequences, &d->sequence_count);
}

#define LOSS(member) offsetof(struct ht_digest_loss, member)
static const struct field loss_fields[] = {
	{ "cause", TEXT, LOSS(cause), false, NULL },
	{ "count", NUMBER, LOSS(count), false, NULL },
};

static int take_losses(struct parser *p, const struct ht_json_token *t, void *base)
{
	struct ht_digest *d = base;

	return take_array(p, t, "eventsLost", loss_fields, ARRAY_SIZE(loss_fields), sizeof(d->losses[0]),
			  (void **)&d->losses, &d->loss_count);
}

static int take_signature(struct parser *p, const struct ht_json_token *t, void *base)
{
	struct ht_digest_previous *previous = base;

	if (t->type != HT_JSON_STRING || t->length == 0 || t->length / 2 > HT_SIGNATURE_MAX ||
	    ht_hex_read(t->text, t->length, previous->signature, t->length / 2) < 0)
		return bad(p, t, "signature", "is no signature in hexadecimal");
	previous->signature_length = t->length / 2;
	return 0;
}

#define PREVIOUS(member) offsetof(struct ht_digest_previous, member)
static const struct field previous_fields[] = {
	{ "name", TEXT, PREVIOUS(name), false, NULL },
	{ "hashValue", SHA256_HEX, PREVIOUS(sha256), false, NULL },
	{ "signature", NESTED, 0, false, take_signature },
};

static int take_previous(struct parser *p, const struct ht_json_token *t, void *base)
{
	struct ht_digest *d = base;

	if (t->type == HT_JSON_NULL)
		return 0;
	return take_object(p, t, "previousDigest", previous_fields, ARRAY_SIZE(previous_fields), &d->previous);
}

#define DIGEST(member) offsetof(struct ht_digest, member)
static const struct field digest_fields[] = {
	{ "digestVersion", VERSION, 0, false, NULL },
	{ "digestName", TEXT, DIGEST(name), false, NULL },
	{ "trail", TEXT, DIGEST(trail), false, NULL },
	{ "hostId", TEXT, DIGEST(host_id), false, NULL },
	{ "hostName", TEXT, DIGEST(host_name), false, NULL },
	{ "region", TEXT, DIGEST(region), false, NULL },
	{ "bootId", TEXT, DIGEST(boot_id), false, NULL },
	{ "digestNumber", NUMBER, DIGEST(number), false, NULL },
	{ "digestStartTime", TIME, DIGEST(start_ns), false, NULL },
	{ "digestEndTime", TIME, DIGEST(end_ns), false, NULL },
	{ "recordingSince", TIME, DIGEST(recording_since_ns), false, NULL },
	{ "digestIntervalSeconds", NUMBER, DIGEST(interval_seconds), false, NULL },
	{ "firstOfRun", BOOLEAN, DIGEST(first_of_run), false, NULL },
	{ "final", BOOLEAN, DIGEST(final), false, NULL },
	{ "finalReason", TEXT, DIGEST(reason), true, NULL },
	{ "logFiles", NESTED, 0, false, take_logs },
	{ "logSequence", NUMBER, DIGEST(log_sequence), false, NULL },
	{ "sequences", NESTED, 0, false, take_sequences },
	{ "eventsLost", NESTED, 0, false, take_losses },
	{ "previousDigest", NESTED, 0, false, take_previous },
	{ "signatureAlgorithm", ALGORITHM, DIGEST(algorithm), false, NULL },
	{ "publicKey", TEXT, DIGEST(public_key), false, NULL },
	{ "publicKeyFingerprint", FINGERPRINT, DIGEST(public_key_fingerprint), false, NULL },
	{ "nextPublicKey", TEXT, DIGEST(next_public_key), false, NULL },
	{ "nextPublicKeyFingerprint", FINGERPRINT, DIGEST(next_public_key_fingerprint), false, NULL },
};

int ht_digest_parse(struct ht_digest **ret, const char *text, size_t n, struct ht_error *err)
{
	_cleanup_(ht_digest_free_p) struct ht_digest *d = calloc(1, sizeof(*d));
	struct parser p = { .text = text, .n = n, .err = err };
	struct ht_json_token t;
	int r;

	if (!d)
		return ht_fail_errno(err, -ENOMEM, "digest");
	if (n > HT_DIGEST_MAX)
		return ht_fail(err, -EBADMSG, "is too large for a digest");
	ht_json_reader_init(&p.json, text, n);
	r = next(&p, &t);
	if (r == 0)
		r = take_object(&p, &t, "digest", digest_fields, ARRAY_SIZE(digest_fields), d);
	if (r == 0)
		r = next(&p, &t);
	if (r == 0 && d->number == 0)
		r = ht_fail(err, -EBADMSG, "digestNumber: counts from 1");
	if (r == 0 && d->final && !d->reason)
		r = ht_fail(err, -EBADMSG, "finalReason: is missing");
	if (r == -ENOMEM)
		ht_fail_errno(err, r, "digest");
	if (r < 0)
		return r;
	*ret = TAKE_PTR(d);
	return 0;
}
