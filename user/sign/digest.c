/* SPDX-License-Identifier: BSD-2-Clause */
/* A digest's memory, its bytes, its place and what of it is signed. */
#include "hosttrail/digest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/hex.h"
#include "base/json.h"
#include "base/timestamp.h"

#define PURPOSE "HostTrail-Digest-v1" /* no string signed for another purpose begins with this line */
#define NUMBER_DIGITS 16u

void ht_digest_free(struct ht_digest *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->log_count; i++)
		free(d->logs[i].name);
	for (size_t i = 0; i < d->loss_count; i++)
		free(d->losses[i].cause);
	free(d->logs);
	free(d->losses);
	free(d->sequences);
	free(d->name);
	free(d->trail);
	free(d->host_id);
	free(d->host_name);
	free(d->region);
	free(d->boot_id);
	free(d->reason);
	free(d->previous.name);
	free(d->public_key);
	free(d->next_public_key);
	free(d);
}

const char *ht_signature_algorithm_name(enum ht_signature_algorithm algorithm)
{
	return algorithm == HT_SIGN_ED25519 ? "Ed25519" : "SHA256withRSA";
}

/* ---- writing: a field a line, so that a person can read it and `diff` can tell two apart ---- */

static void key(struct ht_buffer *b, const char *name)
{
	ht_buffer_literal(b, ",\n\"");
	ht_buffer_append(b, name, strlen(name));
	ht_buffer_literal(b, "\": ");
}

static void put_string(struct ht_buffer *b, const char *name, const char *value)
{
	key(b, name);
	ht_json_string(b, value, strlen(value));
}

static void put_number(struct ht_buffer *b, const char *name, uint64_t value)
{
	key(b, name);
	ht_buffer_unsigned(b, value);
}

static void put_bool(struct ht_buffer *b, const char *name, bool value)
{
	key(b, name);
	ht_buffer_printf(b, "%s", value ? "true" : "false");
}

static void write_time(struct ht_buffer *b, int64_t ns)
{
	char text[HT_TIMESTAMP_LENGTH];

	ht_timestamp_write(ns, text);
	ht_json_string(b, text, sizeof(text));
}

static void put_time(struct ht_buffer *b, const char *name, int64_t ns)
{
	key(b, name);
	write_time(b, ns);
}

static void write_log(struct ht_buffer *b, const struct ht_digest_log *log)
{
	const struct ht_log_summary *s = &log->summary;
	char hash[HT_HEX_SHA256];

	ht_hex_write(s->sha256, sizeof(s->sha256), hash);
	ht_buffer_literal(b, "{\"name\": ");
	ht_json_string(b, log->name, strlen(log->name));
	ht_buffer_printf(b,
			 ", \"size\": %" PRIu64 ", \"contentBytes\": %" PRIu64
			 ", \"hashAlgorithm\": \"SHA-256\", \"hashValue\": \"%s\", \"events\": %" PRIu64,
			 s->stored_bytes, s->content_bytes, hash, s->events);
	if (s->events) {
		ht_buffer_literal(b, ", \"oldestEventTime\": ");
		write_time(b, s->oldest_ns);
		ht_buffer_literal(b, ", \"newestEventTime\": ");
		write_time(b, s->newest_ns);
	}
	if (log->recovered)
		ht_buffer_printf(b, ", \"recovered\": true, \"cutBytes\": %" PRIu64, log->cut_bytes);
	ht_buffer_byte(b, '}');
}

static void write_logs(struct ht_buffer *b, const struct ht_digest *d)
{
	key(b, "logFiles");
	ht_buffer_byte(b, '[');
	for (size_t i = 0; i < d->log_count; i++) {
		ht_buffer_printf(b, "%s\n", i ? "," : "");
		write_log(b, &d->logs[i]);
	}
	ht_buffer_byte(b, ']');
}

static void write_sequences(struct ht_buffer *b, const struct ht_digest *d)
{
	key(b, "sequences");
	ht_buffer_byte(b, '[');
	for (size_t i = 0; i < d->sequence_count; i++) {
		const struct ht_trail_sequence *s = &d->sequences[i];

		ht_buffer_printf(b,
				 "%s\n{\"ring\": \"%s\", \"cpu\": %" PRIu32 ", \"first\": %" PRIu64 ", \"last\": %" PRIu64
				 ", \"events\": %" PRIu64 ", \"processes\": %" PRIu64 ", \"notSelected\": %" PRIu64
				 ", \"lost\": %" PRIu64 "}",
				 i ? "," : "", s->ring == HT_RING_DATA ? "data" : "management", s->cpu, s->first, s->last,
				 s->events, s->processes, s->not_selected, s->lost);
	}
	ht_buffer_byte(b, ']');
}

static void write_losses(struct ht_buffer *b, const struct ht_digest *d)
{
	key(b, "eventsLost");
	ht_buffer_byte(b, '[');
	for (size_t i = 0; i < d->loss_count; i++) {
		ht_buffer_printf(b, "%s\n{\"cause\": ", i ? "," : "");
		ht_json_string(b, d->losses[i].cause, strlen(d->losses[i].cause));
		ht_buffer_printf(b, ", \"count\": %" PRIu64 "}", d->losses[i].count);
	}
	ht_buffer_byte(b, ']');
}

static void write_previous(struct ht_buffer *b, const struct ht_digest_previous *p)
{
	char hash[HT_HEX_SHA256], signature[2 * HT_SIGNATURE_MAX + 1];

	key(b, "previousDigest");
	if (!p->name) {
		ht_buffer_literal(b, "null");
		return;
	}
	ht_hex_write(p->sha256, sizeof(p->sha256), hash);
	ht_hex_write(p->signature, p->signature_length, signature);
	ht_buffer_literal(b, "{\"name\": ");
	ht_json_string(b, p->name, strlen(p->name));
	ht_buffer_printf(b, ",\n\"hashValue\": \"%s\",\n\"signature\": \"%s\"}", hash, signature);
}

int ht_digest_write(const struct ht_digest *d, struct ht_buffer *b)
{
	ht_buffer_literal(b, "{\n\"digestVersion\": \"" HT_DIGEST_VERSION "\"");
	put_string(b, "digestName", d->name);
	put_string(b, "trail", d->trail);
	put_string(b, "hostId", d->host_id);
	put_string(b, "hostName", d->host_name);
	put_string(b, "region", d->region);
	put_string(b, "bootId", d->boot_id);
	put_number(b, "digestNumber", d->number);
	put_time(b, "digestStartTime", d->start_ns);
	put_time(b, "digestEndTime", d->end_ns);
	put_time(b, "recordingSince", d->recording_since_ns);
	put_number(b, "digestIntervalSeconds", d->interval_seconds);
	put_bool(b, "firstOfRun", d->first_of_run);
	put_bool(b, "final", d->final);
	if (d->final)
		put_string(b, "finalReason", d->reason);
	write_logs(b, d);
	put_number(b, "logSequence", d->log_sequence);
	write_sequences(b, d);
	write_losses(b, d);
	write_previous(b, &d->previous);
	put_string(b, "signatureAlgorithm", ht_signature_algorithm_name(d->algorithm));
	put_string(b, "publicKey", d->public_key);
	put_string(b, "publicKeyFingerprint", d->public_key_fingerprint);
	put_string(b, "nextPublicKey", d->next_public_key);
	put_string(b, "nextPublicKeyFingerprint", d->next_public_key_fingerprint);
	ht_buffer_literal(b, "\n}\n");
	return ht_buffer_status(b);
}

/* ---- what is signed, and where it belongs ---- */

int ht_digest_string_to_sign(const struct ht_digest *d, const unsigned char sha256[HT_SHA256], struct ht_buffer *b)
{
	char end[HT_TIMESTAMP_LENGTH], hash[HT_HEX_SHA256], signature[2 * HT_SIGNATURE_MAX + 1] = "null";

	ht_timestamp_write(d->end_ns, end);
	ht_hex_write(sha256, HT_SHA256, hash);
	if (d->previous.name)
		ht_hex_write(d->previous.signature, d->previous.signature_length, signature);
	ht_buffer_printf(b, PURPOSE "\n%s\n%.*s\n%s\n%s", d->name, HT_TIMESTAMP_LENGTH, end, hash, signature);
	return ht_buffer_status(b);
}

int ht_digest_place(const struct ht_digest *d, struct ht_buffer *b)
{
	char end[17];

	ht_timestamp_compact(d->end_ns, end);
	ht_buffer_printf(b, "HostTrail-Digest/%s/%s/%.4s/%.2s/%.2s/%s_HostTrail-Digest_%s_%s_%s_%016" PRIu64 ".json",
			 d->host_id, d->region, end, end + 4, end + 6, d->host_id, d->region, d->trail, end, d->number);
	return ht_buffer_status(b);
}

uint64_t ht_digest_number_of(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);
	uint64_t v = 0;

	if (n < m + NUMBER_DIGITS + 1 || strcmp(name + n - m, suffix) || name[n - m - NUMBER_DIGITS - 1] != '_')
		return 0;
	for (const char *p = name + n - m - NUMBER_DIGITS; p < name + n - m; p++) {
		if (*p < '0' || *p > '9')
			return 0;
		v = v * 10 + (uint64_t)(*p - '0');
	}
	return v;
}
