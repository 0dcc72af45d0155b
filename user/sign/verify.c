/* SPDX-License-Identifier: BSD-2-Clause */
#include "hosttrail/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/timestamp.h"
#include "sign/key.h"
#include "sign/verifier.h"

#define FIRST_KEY "state/first-public-key.pem"

static const struct ht_finding_kind kinds[HT_FINDINGS] = {
#define FINDING(id, name, severity, exit, text) [HT_FINDING_##id] = { name, HT_SEVERITY_##severity, exit, text },
#include "hosttrail/findings.def"
#undef FINDING
};

const struct ht_finding_kind *ht_finding_kind(enum ht_finding_id id)
{
	return &kinds[id];
}

const char *ht_severity_name(enum ht_severity severity)
{
	static const char *const names[HT_SEVERITIES] = { "error", "warning", "notice" };

	return names[severity];
}

/* ---- reporting ---- */

void ht_verify_report(struct ht_verifier *v, const struct ht_finding *f)
{
	const struct ht_finding_kind *kind = ht_finding_kind(f->id);

	v->result->findings[kind->severity]++;
	if (kind->exit == 1 || (kind->exit && v->result->exit == 0))
		v->result->exit = kind->exit;
	if (v->o->finding)
		v->o->finding(v->o->context, f);
}

static void __attribute__((format(printf, 3, 0))) report(struct ht_verifier *v, struct ht_finding f, const char *format,
							  va_list ap)
{
	char detail[1024];

	if (format) {
		vsnprintf(detail, sizeof(detail), format, ap);
		if (detail[0])
			f.detail = detail;
	}
	ht_verify_report(v, &f);
}

void ht_verify_say(struct ht_verifier *v, enum ht_finding_id id, const char *file, const char *format, ...)
{
	struct ht_finding f = { .id = id, .file = file };
	va_list ap;

	va_start(ap, format);
	report(v, f, format, ap);
	va_end(ap);
}

void ht_verify_say_interval(struct ht_verifier *v, enum ht_finding_id id, const char *file, int64_t from_ns, int64_t to_ns,
			    const char *format, ...)
{
	struct ht_finding f = { .id = id, .file = file, .has_interval = true, .from_ns = from_ns, .to_ns = to_ns };
	va_list ap;

	va_start(ap, format);
	report(v, f, format, ap);
	va_end(ap);
}

bool ht_verify_expect(struct ht_verifier *v, const char *name)
{
	const struct ht_walk_file *f = ht_walk_find(&v->files, name);

	if (!f || !f->regular)
		return false;
	v->expected[f - v->files.files] = true;
	return true;
}

/* ---- what everything rests on ---- */

/* Only the key's fingerprint is needed. The usual spelling gives it away without the cost of making a key of it. */
static int fingerprint(const char *pem, size_t n, char ret_hex[HT_HEX_SHA256])
{
	_cleanup_key_ EVP_PKEY *key = NULL;
	int r = ht_key_sha256_of_pem(pem, n, ret_hex);

	if (r != -EBADMSG)
		return r;
	r = ht_key_read_public(pem, n, &key);
	return r < 0 ? r : ht_key_sha256(key, ret_hex);
}

static int load_root(struct ht_verifier *v, struct ht_error *err)
{
	_cleanup_buffer_ struct ht_buffer pem = { 0 }, path = { 0 };
	char *root = v->result->first_fingerprint;
	int r;

	if (v->o->public_key) {
		r = fingerprint(v->o->public_key, v->o->public_key_length, root);
		v->has_root = r == 0;
		return r < 0 ? ht_fail(err, r, "--public-key: is no public key in PEM; give the copy of "
					       "first-public-key.pem that was kept") : 0;
	}
	ht_buffer_printf(&path, "%s/" FIRST_KEY, v->o->trail);
	if (ht_buffer_status(&path))
		return ht_fail_errno(err, -ENOMEM, "%s", v->o->trail);
	r = ht_read_regular(AT_FDCWD, path.data, HT_PUBLIC_KEY_MAX, &pem);
	if (r == 0)
		r = fingerprint(pem.data, pem.length, root);
	if (r == -ENOMEM)
		return ht_fail_errno(err, r, "%s", v->o->trail);
	v->has_root = r == 0;
	if (r == 0)
		ht_verify_say(v, HT_FINDING_LOCAL_KEY, NULL, "SHA-256 %s", root);
	else if (r == -EBADMSG || r == -EFBIG)
		ht_verify_say(v, HT_FINDING_KEY_INVALID, FIRST_KEY, NULL);
	else
		ht_verify_say(v, HT_FINDING_NO_KEY, NULL, "%s: %s", FIRST_KEY, strerror(-r));
	return 0;
}

/* A recorder that runs publishes first and remembers then: what its state knows now will be found in the directories. */
static int load_state(struct ht_verifier *v, struct ht_error *err)
{
	_cleanup_buffer_ struct ht_buffer path = { 0 };

	ht_buffer_printf(&path, "%s/state", v->o->trail);
	if (ht_buffer_status(&path) || ht_head_load(&v->state, path.data, NULL) == -ENOMEM)
		return ht_fail_errno(err, -ENOMEM, "%s", v->o->trail);
	return 0;
}

static int list_files(struct ht_verifier *v, struct ht_error *err)
{
	static const char *const trees[] = { "HostTrail", "HostTrail-Digest" };

	for (size_t i = 0; i < ARRAY_SIZE(trees); i++) {
		struct ht_error why = { "" };
		char path[PATH_MAX];
		int r, n = snprintf(path, sizeof(path), "%s/%s", v->o->trail, trees[i]);

		if (n < 0 || (size_t)n >= sizeof(path))
			return ht_fail_errno(err, -ENAMETOOLONG, "%s", v->o->trail);
		if (access(path, F_OK) < 0 && errno == ENOENT)
			continue;
		r = ht_walk_add(&v->files, v->o->trail, trees[i], &why);
		if (r < 0)
			return ht_fail(err, r, "%s/%s", v->o->trail, why.text);
	}
	ht_walk_sort(&v->files);
	v->expected = calloc(v->files.count + 1, sizeof(*v->expected));
	return v->expected ? 0 : ht_fail_errno(err, -ENOMEM, "%s", v->o->trail);
}

/* ---- the time after the newest digest ---- */

static const struct ht_digest *last_proven(const struct ht_verifier *v)
{
	for (size_t i = v->digest_count; i-- > 0;)
		if (v->digests[i].proven)
			return v->digests[i].head.digest;
	return NULL;
}

/* Is there a log file that no proven digest lists? Then recording went on, whatever the last digest says. */
static bool has_newer_logs(const struct ht_verifier *v)
{
	for (size_t i = 0; i < v->files.count; i++) {
		struct ht_log_name name;

		if (ht_log_name_parse(strrchr(v->files.files[i].name, '/') + 1, &name) && name.sequence > v->log_sequence)
			return true;
	}
	return false;
}

static void check_coverage(struct ht_verifier *v)
{
	const struct ht_digest *last = last_proven(v);
	bool newest, stopped;
	char due[HT_TIMESTAMP_LENGTH], now[HT_TIMESTAMP_LENGTH];
	int64_t end;

	if (!last)
		return;
	newest = last == v->digests[v->digest_count - 1].head.digest && !v->newer_missing;
	stopped = last->final && newest && !has_newer_logs(v);
	if (stopped)
		ht_verify_say_interval(v, HT_FINDING_STOPPED, NULL, last->end_ns, last->end_ns, "%s",
				       last->reason ? last->reason : "");
	if (stopped && !v->o->has_until)
		return;
	end = v->o->has_until ? v->o->until_ns : v->o->now_ns;
	if (end <= last->end_ns)
		return;
	if (last->final || !newest || last->interval_seconds > INT32_MAX) {
		ht_verify_say_interval(v, HT_FINDING_UNCOVERED, NULL, last->end_ns, end, NULL);
		return;
	}
	ht_timestamp_write(last->end_ns, now);
	ht_timestamp_write(last->end_ns + (int64_t)last->interval_seconds * HT_NS_PER_S, due);
	ht_verify_say_interval(v, HT_FINDING_UNCOVERED, NULL, last->end_ns, end,
			       "a running recorder signs the next digest at about %.*s; what is covered by now is "
			       "verified with --until %.*s",
			       HT_TIMESTAMP_LENGTH, due, HT_TIMESTAMP_LENGTH, now);
}

/* Last, since what a digest lists can be wrong as well. */
static void count_digest(struct ht_verifier *v, const struct ht_verify_digest *d)
{
	struct ht_verify_result *r = v->result;

	if (d->invalid)
		r->digests_invalid++;
	else if (d->proven)
		r->digests_valid++;
	else
		r->digests_unproven++;
	if (!d->proven)
		return;
	if (!r->covered)
		r->from_ns = d->head.digest->start_ns;
	r->to_ns = d->head.digest->end_ns;
	r->covered = true;
}

static void free_verifier(struct ht_verifier *v)
{
	for (size_t i = 0; i < v->digest_count; i++)
		ht_head_free(&v->digests[i].head);
	ht_head_free(&v->state);
	free(v->digests);
	free(v->logs);
	free(v->expected);
	ht_walk_free(&v->files);
}

int ht_verify(const struct ht_verify_options *o, struct ht_verify_result *ret, struct ht_error *err)
{
	struct ht_verify_result result = { 0 };
	_cleanup_(free_verifier) struct ht_verifier v = { .o = o, .result = &result };
	int r = load_state(&v, err);

	if (r == 0)
		r = list_files(&v, err);
	if (r == 0)
		r = load_root(&v, err);
	if (r == 0)
		r = ht_verify_load_digests(&v, err);
	if (r < 0)
		return r;
	ht_verify_chain(&v);
	r = ht_verify_logs(&v, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < v.digest_count; i++)
		count_digest(&v, &v.digests[i]);
	ht_verify_files(&v);
	check_coverage(&v);
	*ret = result;
	return 0;
}
