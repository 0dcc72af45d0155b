/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order in which a digest comes into the world, and why a recorder that is killed between any two steps leaves a chain that can
 * be gone on with:
 *
 *   1. the next key is durable        killed: it is found, or made anew; nobody knows of it yet
 *   2. NAME.json.sig is durable       killed: a signature without a digest; opening removes it
 *   3. NAME.json is durable           killed: the digest counts; the key it names is in next-key.pem
 *   4. the used key is overwritten    killed: the same, and key.pem is worthless
 *   5. the next key takes its place   killed: the key it names is in key.pem
 *   6. state/last-digest is replaced  killed: it is one digest behind the directory, and opening takes the newer
 */
#include "sign/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"

void ht_publication_free(struct ht_publication *p)
{
	ht_digest_free(p->digest);
	ht_buffer_free(&p->json);
	ht_buffer_free(&p->signature);
	*p = (struct ht_publication){ 0 };
}

int ht_publish_directories(const char *top, const char *name)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s", top, name);
	size_t stop = strlen(top);
	char *slash;

	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	while ((slash = strrchr(path, '/')) && (size_t)(slash - path) >= stop) {
		int r = ht_sync_parent(path);

		if (r < 0)
			return r;
		*slash = '\0';
	}
	return 0;
}

static int set_public_key(EVP_PKEY *key, char **ret_pem, char fingerprint[HT_HEX_SHA256])
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	int r = ht_key_write_public(key, &b);

	if (r == 0)
		r = ht_key_sha256(key, fingerprint);
	if (r < 0)
		return r;
	free(*ret_pem);
	*ret_pem = strndup(b.data, b.length);
	return *ret_pem ? 0 : -ENOMEM;
}

static int set_previous(struct ht_digest *d, const struct ht_head *head)
{
	if (!head->digest)
		return 0;
	free(d->previous.name);
	d->previous.name = strdup(head->digest->name);
	if (!d->previous.name)
		return -ENOMEM;
	memcpy(d->previous.sha256, head->sha256, sizeof(head->sha256));
	memcpy(d->previous.signature, head->signature, head->signature_length);
	d->previous.signature_length = head->signature_length;
	return 0;
}

static int set_name(struct ht_digest *d)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	int r = ht_digest_place(d, &b);

	if (r < 0)
		return r;
	free(d->name);
	d->name = strndup(b.data, b.length);
	return d->name ? 0 : -ENOMEM;
}

static int build(struct ht_publication *p, struct ht_keyring *keys, const struct ht_head *head, uint64_t number)
{
	_cleanup_buffer_ struct ht_buffer text = { 0 };
	struct ht_digest *d = p->digest;
	unsigned char sha256[HT_SHA256];
	int r;

	d->number = number;
	d->algorithm = ht_key_algorithm(keys->current);
	ht_buffer_reset(&p->json);
	ht_buffer_reset(&p->signature);
	r = set_public_key(keys->current, &d->public_key, d->public_key_fingerprint);
	if (r == 0)
		r = set_public_key(keys->next, &d->next_public_key, d->next_public_key_fingerprint);
	if (r == 0)
		r = set_previous(d, head);
	if (r == 0)
		r = set_name(d);
	if (r == 0)
		r = ht_digest_write(d, &p->json);
	if (r == 0)
		r = ht_sha256(p->json.data, p->json.length, sha256);
	if (r == 0)
		r = ht_digest_string_to_sign(d, sha256, &text);
	if (r == 0)
		r = ht_key_sign(keys->current, text.data, text.length, &p->signature);
	return r;
}

static int put_in_place(struct ht_publication *p, const char *directory, struct ht_error *err)
{
	char path[PATH_MAX], signature[PATH_MAX], parent[PATH_MAX];
	int n = snprintf(signature, sizeof(signature), "%s/%s.sig", directory, p->digest->name), r;

	if (n < 0 || (size_t)n >= sizeof(signature))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s", p->digest->name);
	snprintf(path, sizeof(path), "%.*s", n - 4, signature);
	snprintf(parent, sizeof(parent), "%.*s", (int)(strrchr(path, '/') - path), path);
	r = ht_mkdir_parents(parent, 0700);
	if (r < 0)
		return ht_fail_errno(err, r, "%s: cannot be made", parent);
	/* Once tried, what stands there may be ours, and is replaced by the same bytes. */
	if (!p->tried && access(path, F_OK) == 0)
		return ht_fail_errno(err, -EEXIST, "%s", path);
	p->tried = true;
	r = ht_replace_file(signature, p->signature.data, p->signature.length, 0600);
	if (r == 0)
		r = ht_replace_file(path, p->json.data, p->json.length, 0600);
	if (r == 0)
		r = ht_publish_directories(directory, p->digest->name);
	return r < 0 ? ht_fail_errno(err, r, "%s: cannot be written", path) : 0;
}

int ht_publish(struct ht_publication *p, const struct ht_trail_identity *identity, struct ht_keyring *keys,
	       struct ht_head *head, uint64_t number, struct ht_error *err)
{
	struct ht_head now;
	int r;

	if (!p->advanced) {
		r = ht_keyring_prepare(keys, err);
		if (r < 0)
			return r;
	}
	if (!p->built) {
		r = build(p, keys, head, number);
		if (r < 0)
			return ht_fail_errno(err, r, "%s: a digest cannot be made", identity->directory);
		p->built = true;
	}
	if (!p->published) {
		r = put_in_place(p, identity->directory, err);
		if (r < 0)
			return r;
		p->published = true;
	}
	if (!p->advanced) {
		r = ht_keyring_advance(keys, err);
		if (r < 0)
			return r;
		p->advanced = true;
	}
	r = ht_head_save(identity->state, p->json.data, p->json.length, p->signature.data, p->signature.length, err);
	if (r < 0)
		return r;
	r = ht_head_parse(&now, p->json.data, p->json.length, p->signature.data, p->signature.length, err);
	if (r < 0)
		return r;
	ht_head_free(head);
	*head = now;
	return 0;
}

static int copy_accounts(struct ht_digest *digest, const struct ht_trail_accounts *a)
{
	digest->sequences = calloc(a->sequence_count + 1, sizeof(*digest->sequences));
	digest->losses = calloc(a->loss_count + 1, sizeof(*digest->losses));
	if (!digest->sequences || !digest->losses)
		return -ENOMEM;
	if (a->sequence_count)
		memcpy(digest->sequences, a->sequences, a->sequence_count * sizeof(*a->sequences));
	digest->sequence_count = a->sequence_count;
	for (size_t i = 0; i < a->loss_count; i++) {
		digest->losses[i] = (struct ht_digest_loss){ strdup(a->losses[i].cause), a->losses[i].count };
		if (!digest->losses[i].cause)
			return -ENOMEM;
		digest->loss_count++;
	}
	return 0;
}

static int copy_identity(struct ht_digest *digest, const struct ht_trail_identity *identity)
{
	digest->trail = strdup(identity->name);
	digest->host_id = strdup(identity->host_id);
	digest->host_name = strdup(identity->host_name);
	digest->region = strdup(identity->region);
	digest->boot_id = strdup(identity->boot_id);
	digest->interval_seconds = identity->digest_seconds;
	return digest->trail && digest->host_id && digest->host_name && digest->region && digest->boot_id ? 0 : -ENOMEM;
}

struct ht_digest *ht_publish_draft(const struct ht_trail_identity *identity, int64_t end_ns,
				   const struct ht_trail_accounts *accounts, const char *reason)
{
	struct ht_digest *digest = calloc(1, sizeof(*digest));

	if (!digest)
		return NULL;
	digest->end_ns = end_ns;
	digest->final = reason;
	digest->reason = reason ? strdup(reason) : NULL;
	if ((!reason || digest->reason) && copy_identity(digest, identity) == 0 && copy_accounts(digest, accounts) == 0)
		return digest;
	ht_digest_free(digest);
	return NULL;
}
