/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole files: what is in them, and what a killed recorder left of one. */
#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/json.h"
#include "base/timestamp.h"
#include "store/log_reader.h"
#include "store/log_writer.h"

DEFINE_CLEANUP(struct ht_log_reader *, ht_log_close)
DEFINE_CLEANUP(struct ht_log_writer *, ht_log_free)
DEFINE_CLEANUP(EVP_MD_CTX *, EVP_MD_CTX_free)

int ht_log_line_time(struct ht_text line, int64_t *ret_ns)
{
	struct ht_json_reader r;
	struct ht_json_token t;

	ht_json_reader_init(&r, line.data, line.length);
	if (ht_json_next(&r, &t) < 0 || t.type != HT_JSON_OBJECT)
		return -EBADMSG;
	while (ht_json_next(&r, &t) == 0 && t.type == HT_JSON_KEY) {
		bool wanted = ht_json_is(&t, "eventTime");

		if (ht_json_next(&r, &t) < 0)
			return -EBADMSG;
		if (wanted)
			return t.type == HT_JSON_STRING && ht_timestamp_parse(t.text, t.length, ret_ns) == 0 ? 0 :
														 -EBADMSG;
		if (ht_json_skip(&r, &t) < 0)
			return -EBADMSG;
	}
	return -EBADMSG;
}

static void count_line(struct ht_log_summary *s, struct ht_text line, bool *timed)
{
	int64_t ns;

	s->events++;
	s->content_bytes += line.length + 1;
	if (ht_log_line_time(line, &ns) < 0)
		return;
	if (!*timed || ns < s->oldest_ns)
		s->oldest_ns = ns;
	if (!*timed || ns > s->newest_ns)
		s->newest_ns = ns;
	*timed = true;
}

int ht_log_summarise(const char *path, struct ht_log_summary *ret, struct ht_error *err)
{
	_cleanup_(ht_log_close_p) struct ht_log_reader *r = NULL;
	_cleanup_(EVP_MD_CTX_free_p) EVP_MD_CTX *sha = EVP_MD_CTX_new();
	struct ht_log_summary s = { 0 };
	struct ht_text line;
	bool timed = false;
	int code, rest;

	if (!sha || EVP_DigestInit_ex(sha, EVP_sha256(), NULL) != 1)
		return ht_fail_errno(err, -ENOMEM, "%s", path);
	code = ht_log_open(&r, path, err);
	if (code < 0)
		return code;
	ht_log_read_hash(r, sha);
	while ((code = ht_log_read_line(r, &line, err)) > 0)
		count_line(&s, line, &timed);
	if (code < 0 && code != -EBADMSG)
		return code;
	rest = ht_log_read_rest(r);
	if (rest < 0)
		return ht_fail_errno(err, rest, "%s", path);
	if (code == 0)
		s.content_bytes = ht_log_read_content(r);
	s.stored_bytes = ht_log_read_total(r);
	if (EVP_DigestFinal_ex(sha, s.sha256, NULL) != 1)
		return ht_fail_errno(err, -ENOMEM, "%s", path);
	*ret = s;
	return code;
}

/* Every complete line of the partial file into the writer. */
static int copy_lines(struct ht_log_reader *r, struct ht_log_writer *w, struct ht_error *err)
{
	struct ht_error damage;
	struct ht_text line;
	int64_t last_ns = 0;
	int code;

	while ((code = ht_log_read_line(r, &line, &damage)) > 0) {
		/* A line without a time is kept, and must not stretch the file's interval. */
		ht_log_line_time(line, &last_ns);
		code = ht_log_append(w, line.data, line.length, last_ns);
		if (code < 0)
			return ht_fail_errno(err, code, "%s", w->partial);
	}
	/* Damage is where the lines that can be kept end: the file was being written when its writer was killed. */
	return code == -EBADMSG ? 0 : code < 0 ? ht_fail(err, code, "%s", damage.text) : 0;
}

static int recover(const char *path, const char *partial, int level, struct ht_log_summary *ret, uint64_t *ret_cut_bytes,
		   struct ht_error *err)
{
	_cleanup_(ht_log_close_p) struct ht_log_reader *r = NULL;
	_cleanup_(ht_log_free_p) struct ht_log_writer *w = NULL;
	struct ht_log_summary summary;
	char beside[PATH_MAX];
	uint64_t cut;
	int code, n;

	n = snprintf(beside, sizeof(beside), "%s.recovering", path);
	if (n < 0 || (size_t)n >= sizeof(beside))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s", path);
	if (unlink(beside) < 0 && errno != ENOENT)
		return ht_fail_errno(err, -errno, "%s", beside);
	code = ht_log_open(&r, partial, err);
	if (code < 0)
		return code;
	code = ht_log_create_as(&w, beside, path, level, 0, err);
	if (code < 0)
		return code;
	code = copy_lines(r, w, err);
	if (code == 0 && (code = ht_log_read_rest(r)) < 0)
		ht_fail_errno(err, code, "%s", partial);
	cut = ht_log_read_cut(r);
	if (code == 0)
		code = ht_log_finish(&w, &summary, err);
	if (code < 0) {
		unlink(beside);
		return code;
	}
	*ret = summary;
	*ret_cut_bytes = cut;
	return 0;
}

int ht_log_recover(const char *path, int level, struct ht_log_summary *ret, uint64_t *ret_cut_bytes,
		   struct ht_error *err)
{
	struct ht_log_summary summary;
	uint64_t cut = 0;
	char partial[PATH_MAX];
	int code, n;

	n = snprintf(partial, sizeof(partial), "%s.partial", path);
	if (n < 0 || (size_t)n >= sizeof(partial))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s", path);
	if (access(path, F_OK) == 0) {
		code = ht_log_summarise(path, &summary, err);
		if (code == -EBADMSG)
			code = 0;
	} else {
		code = recover(path, partial, level, &summary, &cut, err);
	}
	if (code < 0)
		return code;
	if (unlink(partial) < 0)
		return ht_fail_errno(err, -errno, "%s", partial);
	code = ht_sync_parent(path);
	if (code < 0)
		return ht_fail_errno(err, code, "%s: its directory", path);
	*ret = summary;
	*ret_cut_bytes = cut;
	return 0;
}
