/* SPDX-License-Identifier: BSD-2-Clause */
/* From each digest to the next: is it signed, by the right key, and does it go on where the one before ended? */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "sign/key.h"
#include "sign/verifier.h"

static void fault(struct ht_verifier *v, struct ht_verify_digest *d, enum ht_finding_id id, const char *detail)
{
	d->invalid = true;
	if (detail)
		ht_verify_say(v, id, d->file, "%s", detail);
	else
		ht_verify_say(v, id, d->file, NULL);
}

static bool key_matches(const char *pem, const char *fingerprint)
{
	char hex[HT_HEX_SHA256];

	return ht_key_sha256_of_pem(pem, strlen(pem), hex) == 0 && strcmp(hex, fingerprint) == 0;
}

/* The signature of a digest stands in its .sig and again in its successor: one of them is enough to know that it is intact. */
static void check_signature(struct ht_verifier *v, struct ht_verify_digest *d, const struct ht_verify_digest *next)
{
	const struct ht_digest_previous *copy = next && next->head.digest ? &next->head.digest->previous : NULL;

	if (!key_matches(d->head.digest->public_key, d->head.digest->public_key_fingerprint) ||
	    !key_matches(d->head.digest->next_public_key, d->head.digest->next_public_key_fingerprint))
		fault(v, d, HT_FINDING_KEY_INVALID, NULL);
	d->intact = d->has_signature && ht_head_is_signed(&d->head);
	if (d->intact)
		return;
	if (copy && copy->name && memcmp(copy->sha256, d->head.sha256, HT_SHA256) == 0) {
		memcpy(d->head.signature, copy->signature, copy->signature_length);
		d->head.signature_length = copy->signature_length;
		d->intact = ht_head_is_signed(&d->head);
	}
	fault(v, d, d->has_signature ? HT_FINDING_SIGNATURE_INVALID : HT_FINDING_SIGNATURE_MISSING,
	      d->intact ? "the digest is intact: the next one carries its signature" : NULL);
}

static void check_place(struct ht_verifier *v, struct ht_verify_digest *d)
{
	_cleanup_buffer_ struct ht_buffer place = { 0 };
	const struct ht_digest *own = d->head.digest, *first = v->digests[0].head.digest;

	if (first && (strcmp(own->host_id, first->host_id) || strcmp(own->trail, first->trail)))
		fault(v, d, HT_FINDING_DIGEST_FOREIGN, NULL);
	if (ht_digest_place(own, &place) < 0 || place.length != strlen(own->name) ||
	    memcmp(place.data, own->name, place.length) || strcmp(own->name, d->file))
		fault(v, d, HT_FINDING_DIGEST_MOVED, own->name);
}

/* The first one there is: whether it is proven is decided by the key that the caller trusts. */
static void check_root(struct ht_verifier *v, struct ht_verify_digest *d)
{
	bool named;

	if (!v->has_root) {
		d->proven = d->intact;
		snprintf(v->result->first_fingerprint, sizeof(v->result->first_fingerprint), "%s",
			 d->head.digest->public_key_fingerprint);
		return;
	}
	named = key_matches(d->head.digest->public_key, v->result->first_fingerprint);
	d->proven = d->intact && named;
	if (!named)
		fault(v, d, d->number == 1 ? HT_FINDING_FOREIGN_KEY : HT_FINDING_KEY_UNPROVEN, NULL);
	if (d->number == 1 && d->head.digest->previous.name)
		fault(v, d, HT_FINDING_PREVIOUS_NAME, "it is the first and can have none");
}

static void check_link(struct ht_verifier *v, struct ht_verify_digest *d, const struct ht_verify_digest *before)
{
	const struct ht_digest *own = d->head.digest, *last = before->head.digest;
	const struct ht_digest_previous *p = &own->previous;
	bool named = strcmp(own->public_key_fingerprint, last->next_public_key_fingerprint) == 0;
	bool same_hash = p->name && memcmp(p->sha256, before->head.sha256, HT_SHA256) == 0;
	bool same_signature = p->name && p->signature_length == before->head.signature_length &&
			      memcmp(p->signature, before->head.signature, p->signature_length) == 0;

	if (!named)
		fault(v, d, HT_FINDING_KEY_NOT_NAMED, NULL);
	if (!p->name || strcmp(p->name, last->name))
		fault(v, d, HT_FINDING_PREVIOUS_NAME, p->name);
	if (!same_hash)
		fault(v, d, HT_FINDING_PREVIOUS_HASH, NULL);
	/* One that is not intact has been reported; what it is held against cannot be told. */
	if (!same_signature && before->intact)
		fault(v, d, HT_FINDING_PREVIOUS_SIGNATURE, NULL);
	d->proven = before->proven && d->intact && named && same_hash && same_signature;
	if (!before->proven && d->intact && named)
		ht_verify_say(v, HT_FINDING_KEY_UNPROVEN, d->file, NULL);
}

/* It began with logs that no digest knew: a recorder between it and the one before was killed before its first digest. */
static bool found_logs(const struct ht_digest *d)
{
	for (size_t i = 0; i < d->log_count; i++)
		if (d->logs[i].recovered)
			return true;
	return false;
}

static void check_times(struct ht_verifier *v, struct ht_verify_digest *d, const struct ht_verify_digest *before)
{
	const struct ht_digest *own = d->head.digest, *last = before ? before->head.digest : NULL;

	if (own->end_ns < own->start_ns)
		ht_verify_say_interval(v, HT_FINDING_CLOCK_BACK, d->file, own->end_ns, own->start_ns, NULL);
	if (!last)
		return;
	if (last->final && own->first_of_run) {
		if (found_logs(own))
			ht_verify_say_interval(v, HT_FINDING_KILLED, d->file, last->end_ns, own->recording_since_ns, NULL);
		else if (own->start_ns >= last->end_ns)
			ht_verify_say_interval(v, HT_FINDING_NOT_RECORDING, d->file, last->end_ns, own->start_ns, "%s",
					       last->reason ? last->reason : "");
		else
			ht_verify_say_interval(v, HT_FINDING_CLOCK_BACK, d->file, own->start_ns, last->end_ns, NULL);
		return;
	}
	if (last->final || own->start_ns != last->end_ns) {
		d->invalid = true;
		ht_verify_say_interval(v, HT_FINDING_TIME_HOLE, d->file, last->end_ns, own->start_ns, NULL);
	} else if (own->first_of_run) {
		ht_verify_say_interval(v, HT_FINDING_KILLED, d->file, last->end_ns, own->recording_since_ns, NULL);
	}
}

/* The numbers from first to last have no digest. */
static void report_gap(struct ht_verifier *v, uint64_t first, uint64_t last, const struct ht_digest *before,
		       const struct ht_digest *after)
{
	v->result->digests_missing += last - first + 1;
	if (before && after)
		ht_verify_say_interval(v, HT_FINDING_DIGEST_MISSING, NULL, before->end_ns, after->start_ns,
				       "%" PRIu64 " missing, number %" PRIu64 " to %" PRIu64, last - first + 1, first, last);
	else
		ht_verify_say(v, HT_FINDING_DIGEST_MISSING, NULL, "%" PRIu64 " missing, number %" PRIu64 " to %" PRIu64,
			      last - first + 1, first, last);
}

/* The trail's state remembers the newest digest: were newer ones removed than are left, or is that one here another? */
static void check_newest(struct ht_verifier *v)
{
	uint64_t newest = v->digest_count ? v->digests[v->digest_count - 1].number : 0;
	const struct ht_head *state = &v->state;

	if (!state->digest || !ht_head_is_signed(state))
		return;
	if (state->digest->number > newest) {
		v->newer_missing = true;
		report_gap(v, newest + 1, state->digest->number, NULL, NULL);
		return;
	}
	for (size_t i = v->digest_count; i-- > 0 && v->digests[i].number >= state->digest->number;)
		if (v->digests[i].number == state->digest->number && v->digests[i].intact &&
		    memcmp(v->digests[i].head.sha256, state->sha256, HT_SHA256))
			ht_verify_say(v, HT_FINDING_DIGEST_TWICE, v->digests[i].file, HT_HEAD_FILE " is another one");
}

static void check_digest(struct ht_verifier *v, size_t i)
{
	struct ht_verify_digest *d = &v->digests[i], *before = i ? d - 1 : NULL;
	uint64_t expected = before ? before->number + 1 : 1;
	bool follows = before && before->number + 1 == d->number && before->head.digest;

	if (d->number > expected)
		report_gap(v, expected, d->number - 1, before ? before->head.digest : NULL, d->head.digest);
	if (!d->head.digest) {
		if (!d->invalid)
			fault(v, d, HT_FINDING_DIGEST_FORMAT, d->why.text);
		return;
	}
	check_place(v, d);
	check_signature(v, d, i + 1 < v->digest_count ? d + 1 : NULL);
	if (!before)
		check_root(v, d);
	else if (follows)
		check_link(v, d, before);
	else
		ht_verify_say(v, HT_FINDING_KEY_UNPROVEN, d->file, NULL);
	check_times(v, d, follows ? before : NULL);
	ht_verify_accounts(v, i);
	if (d->proven)
		v->log_sequence = d->head.digest->log_sequence;
	if (d->head.digest->log_sequence > v->listed_sequence)
		v->listed_sequence = d->head.digest->log_sequence;
}

void ht_verify_chain(struct ht_verifier *v)
{
	if (v->digest_count == 0)
		ht_verify_say(v, HT_FINDING_NO_DIGESTS, NULL, NULL);
	for (size_t i = 0; i < v->digest_count; i++)
		check_digest(v, i);
	check_newest(v);
}
