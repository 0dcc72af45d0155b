/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that no digest accounts for. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sign/verifier.h"

static bool drop_suffix(char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	if (n <= m || strcmp(s + n - m, suffix))
		return false;
	s[n - m] = '\0';
	return true;
}

static uint64_t newest_number(const struct ht_verifier *v)
{
	return v->digest_count ? v->digests[v->digest_count - 1].number : 0;
}

/* A signature alone, or what was being written when a recorder was killed. */
static bool is_unpublished(const struct ht_verifier *v, const char *name)
{
	static const char *const kinds[] = { ".json.sig", ".json.sig.new", ".json.new" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (ht_digest_number_of(name, kinds[i]) > newest_number(v))
			return true;
	return false;
}

static void judge_log(struct ht_verifier *v, const char *name)
{
	const struct ht_digest *d = v->digest_count ? v->digests[0].head.digest : NULL;
	struct ht_log_name parts;
	char path[PATH_MAX];
	bool recovering;

	snprintf(path, sizeof(path), "%s", name);
	recovering = drop_suffix(path, ".recovering");
	if (!ht_log_name_parse(strrchr(path, '/') + 1, &parts)) {
		ht_verify_say(v, HT_FINDING_FILE_UNEXPECTED, name, NULL);
		return;
	}
	if (d && strcmp(parts.host, d->host_id)) {
		ht_verify_say(v, HT_FINDING_FILE_UNEXPECTED, name, "it is of host %s", parts.host);
		return;
	}
	if (!ht_verify_log_in_place(parts.host, path, &parts)) {
		ht_verify_say(v, HT_FINDING_FILE_UNEXPECTED, name, "its name belongs into another directory");
		return;
	}
	if (parts.sequence <= v->listed_sequence)
		ht_verify_say(v, HT_FINDING_LOG_UNLISTED, name, NULL);
	else if (parts.partial || recovering)
		ht_verify_say(v, HT_FINDING_LOG_PARTIAL, name, NULL);
	else
		ht_verify_say(v, HT_FINDING_LOG_UNCOVERED, name, NULL);
}

/* A recorder that runs gives files their names while we look: what is gone by now was on its way to another name. */
static bool is_gone(const struct ht_verifier *v, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	int n = snprintf(path, sizeof(path), "%s/%s", v->o->trail, name);

	return n > 0 && (size_t)n < sizeof(path) && lstat(path, &st) < 0 && errno == ENOENT;
}

void ht_verify_files(struct ht_verifier *v)
{
	for (size_t i = 0; i < v->files.count; i++) {
		const struct ht_walk_file *f = &v->files.files[i];

		if (v->expected[i] || is_gone(v, f->name))
			continue;
		if (!f->regular)
			ht_verify_say(v, HT_FINDING_FILE_UNEXPECTED, f->name, "is no regular file");
		else if (strncmp(f->name, "HostTrail/", strlen("HostTrail/")) == 0)
			judge_log(v, f->name);
		else if (is_unpublished(v, f->name))
			ht_verify_say(v, HT_FINDING_DIGEST_UNPUBLISHED, f->name, NULL);
		else
			ht_verify_say(v, HT_FINDING_FILE_UNEXPECTED, f->name, NULL);
	}
}
