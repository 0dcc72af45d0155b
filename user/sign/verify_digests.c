/* SPDX-License-Identifier: BSD-2-Clause */
/* All digests of a trail, read and put in order. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "sign/key.h"
#include "sign/verifier.h"

static bool has_suffix(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n > m && strcmp(s + n - m, suffix) == 0;
}

static int read_signature(struct ht_verifier *v, struct ht_verify_digest *d, const char *path)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	char name[PATH_MAX];
	int r = ht_read_regular(AT_FDCWD, path, HT_SIGNATURE_MAX, &b);

	snprintf(name, sizeof(name), "%s.sig", d->file);
	ht_verify_expect(v, name);
	if (r == -ENOENT || r == -EMEDIUMTYPE) /* that it is no file is found with all that does not belong */
		return 0;
	if (r < 0 && r != -EFBIG)
		return r;
	d->has_signature = true;
	if (b.length)
		memcpy(d->head.signature, b.data, b.length);
	d->head.signature_length = b.length;
	return 0;
}

static int read_digest(struct ht_verifier *v, struct ht_verify_digest *d, struct ht_error *err)
{
	_cleanup_buffer_ struct ht_buffer json = { 0 };
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s.sig", v->o->trail, d->file), r;

	if (n < 0 || (size_t)n >= sizeof(path))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s", d->file);
	r = read_signature(v, d, path);
	if (r == 0) {
		path[n - 4] = '\0';
		r = ht_read_regular(AT_FDCWD, path, HT_DIGEST_MAX, &json);
	}
	if (r == -ENOMEM)
		return ht_fail_errno(err, r, "%s", path);
	if (r < 0 && r != -EFBIG) {
		ht_verify_say(v, HT_FINDING_FILE_UNREADABLE, d->file, "%s", strerror(-r));
		d->invalid = true;
		return 0;
	}
	if (r < 0)
		r = ht_fail(&d->why, -EBADMSG, "is too large");
	if (r == 0)
		r = ht_sha256(json.data, json.length, d->head.sha256);
	if (r == 0)
		r = ht_digest_parse(&d->head.digest, json.length ? json.data : "", json.length, &d->why);
	if (r == 0)
		d->number = d->head.digest->number;
	return r == -ENOMEM ? ht_fail_errno(err, r, "%s", path) : 0;
}

/* Of two with the same number the one that is where it says it belongs comes first. */
static int rank(const struct ht_verify_digest *d)
{
	if (!d->head.digest)
		return 2;
	return strcmp(d->head.digest->name, d->file) ? 1 : 0;
}

static int by_number(const void *a, const void *b)
{
	const struct ht_verify_digest *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return rank(x) != rank(y) ? rank(x) - rank(y) : strcmp(x->file, y->file);
}

static void report_outsider(struct ht_verifier *v, const struct ht_verify_digest *d, const char *other)
{
	v->result->digests_invalid++;
	if (d->invalid) /* reported: it could not be read */
		return;
	if (d->head.digest)
		ht_verify_say(v, HT_FINDING_DIGEST_TWICE, d->file, "%s", other);
	else
		ht_verify_say(v, HT_FINDING_DIGEST_FORMAT, d->file, "%s", d->why.text);
}

int ht_verify_load_digests(struct ht_verifier *v, struct ht_error *err)
{
	static const char tree[] = "HostTrail-Digest/";
	size_t kept = 0;

	v->digests = calloc(v->files.count + 1, sizeof(*v->digests));
	if (!v->digests)
		return ht_fail_errno(err, -ENOMEM, "%s", v->o->trail);
	for (size_t i = 0; i < v->files.count; i++) {
		const struct ht_walk_file *f = &v->files.files[i];
		struct ht_verify_digest *d = &v->digests[v->digest_count];
		int r;

		if (!f->regular || strncmp(f->name, tree, sizeof(tree) - 1) || !has_suffix(f->name, ".json"))
			continue;
		v->expected[i] = true;
		v->digest_count++;
		d->file = f->name;
		d->number = ht_digest_number_of(f->name, ".json");
		r = read_digest(v, d, err);
		if (r < 0)
			return r;
	}
	qsort(v->digests, v->digest_count, sizeof(v->digests[0]), by_number);
	/* One without a number, or the second one of a number, has no part in the chain. */
	for (size_t i = 0; i < v->digest_count; i++) {
		struct ht_verify_digest *d = &v->digests[i];

		if (d->number == 0 || (kept && d->number == v->digests[kept - 1].number)) {
			report_outsider(v, d, kept ? v->digests[kept - 1].file : "");
			ht_head_free(&d->head);
			continue;
		}
		if (kept != i) {
			v->digests[kept] = *d;
			*d = (struct ht_verify_digest){ 0 };
		}
		kept++;
	}
	v->digest_count = kept;
	return 0;
}
