/* SPDX-License-Identifier: BSD-2-Clause */
/* hosttrail verify: is everything there that was recorded, and is it as it was? */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/json.h"
#include "base/timestamp.h"
#include "cli/cli.h"
#include "cli/verbs.h"
#include "hosttrail/digest.h"
#include "hosttrail/verify.h"

enum option {
	OPTION_PUBLIC_KEY = 'k',
	OPTION_UNTIL = 'u',
	OPTION_CONTENT = 'c',
	OPTION_THREADS = 'j',
	OPTION_OUTPUT = 'o',
};

static const struct ht_cli_option options[] = {
	{ OPTION_PUBLIC_KEY, "public-key", "FILE", "the trail's first public key, kept elsewhere since its first recording" },
	{ OPTION_UNTIL, "until", "TIME", "covered up to then, not up to now: 2026-11-21T09:13:00Z, 2026-11-21, -1h" },
	{ OPTION_CONTENT, "content", NULL, "decompress every log file and look at every event as well" },
	{ OPTION_THREADS, "threads", "NUMBER", "how many log files are read at once (the number of processors)" },
	{ OPTION_OUTPUT, HT_CLI_OPTION_OUTPUT, "table or json: an object for each finding, and one for each trail" },
	{ .id = 0 },
};

static const struct ht_cli_column columns[] = {
	{ "SEVERITY", 8, HT_CLI_CUT_NEVER, false },
	{ "FINDING", 18, HT_CLI_CUT_NEVER, false },
	{ "FILE", 8, HT_CLI_CUT_NEVER, false },
	{ "WHAT", 8, HT_CLI_CUT_NEVER, false },
};

struct verify {
	struct ht_verify_options o;
	struct ht_buffer key;
	enum ht_cli_format format;
	struct ht_cli_table table;
	bool table_begun;
	struct ht_cli_progress progress;
	bool progress_begun;
};

static int set_public_key(struct verify *v, const char *path)
{
	int r;

	ht_buffer_reset(&v->key);
	r = ht_read_file(AT_FDCWD, path, HT_PUBLIC_KEY_MAX, &v->key);
	if (r == 0 && v->key.length == 0)
		r = -EBADMSG;
	if (r < 0) {
		ht_cli_error("--public-key: %s: %s; give the copy of first-public-key.pem that was kept", path,
			     r == -EFBIG || r == -EBADMSG ? "is no public key" : strerror(-r));
		return r;
	}
	v->o.public_key = v->key.data;
	v->o.public_key_length = v->key.length;
	return 0;
}

static int set(int id, const char *argument, void *context)
{
	struct verify *v = context;
	uint64_t number;
	int r;

	switch ((enum option)id) {
	case OPTION_PUBLIC_KEY:
		return set_public_key(v, argument);
	case OPTION_UNTIL:
		v->o.has_until = true;
		r = ht_timestamp_parse_loose(argument, v->o.now_ns, &v->o.until_ns);
		if (r < 0)
			ht_cli_error("--until: %s: is no time; write 2026-11-21T09:13:00Z, 2026-11-21, now, -90s or -7d", argument);
		return r;
	case OPTION_CONTENT:
		v->o.content = true;
		return 0;
	case OPTION_THREADS:
		r = ht_cli_parse_number("threads", argument, 1, 64, &number);
		v->o.threads = r < 0 ? 0 : (unsigned)number;
		return r;
	case OPTION_OUTPUT:
		return ht_cli_parse_format(argument, &v->format);
	}
	return -EINVAL;
}

/* ---- findings ---- */

static void append_time(struct ht_buffer *b, int64_t ns)
{
	char text[HT_TIMESTAMP_LENGTH];

	ht_timestamp_write(ns, text);
	ht_buffer_append(b, text, sizeof(text));
}

static void print_row(struct verify *v, const struct ht_finding *f)
{
	_cleanup_buffer_ struct ht_buffer what = { 0 };
	const struct ht_finding_kind *kind = ht_finding_kind(f->id);
	const char *severity = ht_severity_name(kind->severity);

	ht_buffer_printf(&what, "%s", kind->text);
	if (f->detail)
		ht_buffer_printf(&what, ": %s", f->detail);
	if (f->has_offset)
		ht_buffer_printf(&what, "; at byte %" PRIu64, f->offset);
	if (f->has_interval) {
		ht_buffer_literal(&what, "; ");
		append_time(&what, f->from_ns);
		if (f->to_ns != f->from_ns) {
			ht_buffer_literal(&what, " to ");
			append_time(&what, f->to_ns);
		}
	}
	if (!v->table_begun)
		ht_cli_table_begin(&v->table, stdout, columns, ARRAY_SIZE(columns));
	v->table_begun = true;
	ht_cli_table_row(&v->table, (struct ht_cli_cell[]){
		{ ht_text_of(severity), kind->exit ? HT_CLI_BAD : HT_CLI_FAINT },
		{ ht_text_of(kind->name), HT_CLI_PLAIN },
		{ ht_text_of(f->file ? f->file : "-"), HT_CLI_PLAIN },
		{ (struct ht_text){ what.data, what.length }, HT_CLI_PLAIN },
	});
}

static void put_string(struct ht_buffer *b, const char *key, const char *value)
{
	ht_buffer_printf(b, "%s\"%s\":", b->length > 1 ? "," : "", key);
	ht_json_string(b, value, strlen(value));
}

static void put_time(struct ht_buffer *b, const char *key, int64_t ns)
{
	ht_buffer_printf(b, ",\"%s\":\"", key);
	append_time(b, ns);
	ht_buffer_byte(b, '"');
}

static void print_json(struct verify *v, const struct ht_finding *f)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	const struct ht_finding_kind *kind = ht_finding_kind(f->id);

	ht_buffer_byte(&b, '{');
	put_string(&b, "trail", v->o.trail);
	put_string(&b, "finding", kind->name);
	put_string(&b, "severity", ht_severity_name(kind->severity));
	ht_buffer_printf(&b, ",\"exit\":%d", kind->exit);
	if (f->file)
		put_string(&b, "file", f->file);
	put_string(&b, "text", kind->text);
	if (f->detail)
		put_string(&b, "detail", f->detail);
	if (f->has_offset)
		ht_buffer_printf(&b, ",\"offset\":%" PRIu64, f->offset);
	if (f->has_interval) {
		put_time(&b, "from", f->from_ns);
		put_time(&b, "to", f->to_ns);
	}
	ht_buffer_literal(&b, "}\n");
	fwrite(b.data, 1, b.length, stdout);
}

static void show_finding(void *context, const struct ht_finding *f)
{
	struct verify *v = context;

	ht_cli_progress_clear(&v->progress);
	if (v->format == HT_CLI_JSON)
		print_json(v, f);
	else
		print_row(v, f);
}

static void show_progress(void *context, uint64_t done, uint64_t all)
{
	struct verify *v = context;

	if (!v->progress_begun)
		ht_cli_progress_begin(&v->progress, "verifying", all);
	v->progress_begun = true;
	ht_cli_progress_update(&v->progress, done);
}

/* ---- the summary ---- */

static void print_summary_json(const struct verify *v, const struct ht_verify_result *r)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	ht_buffer_byte(&b, '{');
	put_string(&b, "trail", v->o.trail);
	ht_buffer_printf(&b,
			 ",\"summary\":{\"digestsValid\":%" PRIu64 ",\"digestsInvalid\":%" PRIu64 ",\"digestsUnproven\":%" PRIu64
			 ",\"digestsMissing\":%" PRIu64 ",\"logFilesValid\":%" PRIu64 ",\"logFilesInvalid\":%" PRIu64
			 ",\"logFilesMissing\":%" PRIu64 ",\"events\":%" PRIu64 ",\"eventsLost\":%" PRIu64
			 ",\"storedBytes\":%" PRIu64,
			 r->digests_valid, r->digests_invalid, r->digests_unproven, r->digests_missing, r->logs_valid,
			 r->logs_invalid, r->logs_missing, r->events, r->events_lost, r->stored_bytes);
	if (r->covered) {
		put_time(&b, "coveredFrom", r->from_ns);
		put_time(&b, "coveredTo", r->to_ns);
	}
	if (r->first_fingerprint[0])
		put_string(&b, "firstPublicKeyFingerprint", r->first_fingerprint);
	ht_buffer_printf(&b, ",\"exit\":%d}}\n", r->exit);
	fwrite(b.data, 1, b.length, stdout);
}

static void print_summary(const struct verify *v, const struct ht_verify_result *r)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	ht_buffer_printf(&b, "%s: %s\n", v->o.trail,
			 r->exit == 0 ? "valid" :
			 r->exit == 1 ? "NOT VALID" :
					"could not be read as a whole");
	ht_buffer_printf(&b, "  digests    %" PRIu64 " valid, %" PRIu64 " invalid, %" PRIu64 " unproven, %" PRIu64 " missing\n",
			 r->digests_valid, r->digests_invalid, r->digests_unproven, r->digests_missing);
	ht_buffer_printf(&b, "  log files  %" PRIu64 " valid, %" PRIu64 " invalid, %" PRIu64 " missing\n", r->logs_valid,
			 r->logs_invalid, r->logs_missing);
	ht_buffer_printf(&b, "  events     %" PRIu64 ", %" PRIu64 " lost and counted\n", r->events, r->events_lost);
	if (r->covered) {
		ht_buffer_literal(&b, "  covered    ");
		append_time(&b, r->from_ns);
		ht_buffer_literal(&b, " to ");
		append_time(&b, r->to_ns);
		ht_buffer_byte(&b, '\n');
	}
	if (r->first_fingerprint[0])
		ht_buffer_printf(&b, "  first key  SHA-256 %s\n", r->first_fingerprint);
	fwrite(b.data, 1, b.length, stdout);
}

static int verify_trail(struct verify *v, const char *trail)
{
	struct ht_verify_result result;
	struct ht_error err = { "" };
	int r;

	v->o.trail = trail;
	v->progress_begun = false;
	v->progress = (struct ht_cli_progress){ 0 };
	r = ht_verify(&v->o, &result, &err);
	ht_cli_progress_clear(&v->progress);
	if (r < 0) {
		ht_cli_error("%s", err.text);
		return r == -EBADMSG ? HT_EXIT_USAGE : ht_cli_exit_status(r);
	}
	if (v->format == HT_CLI_JSON)
		print_summary_json(v, &result);
	else
		print_summary(v, &result);
	return result.exit;
}

/* Bad news outweighs what could not be read, and that what is good. */
static int worse(int a, int b)
{
	static const int weight[] = { [HT_EXIT_DONE] = 0, [HT_EXIT_BAD_NEWS] = 3, [HT_EXIT_USAGE] = 1, [HT_EXIT_REFUSED] = 2 };

	return weight[a] >= weight[b] ? a : b;
}

static int verify_path(struct verify *v, const char *path)
{
	struct ht_error err = { "" };
	char **trails;
	size_t count;
	int status = 0, r = ht_verify_find(path, &trails, &count, &err);

	if (r < 0) {
		ht_cli_error("%s", err.text);
		return ht_cli_exit_status(r);
	}
	for (size_t i = 0; i < count; i++) {
		status = worse(status, verify_trail(v, trails[i]));
		free(trails[i]);
	}
	free(trails);
	return status;
}

static void free_verify(struct verify *v)
{
	ht_buffer_free(&v->key);
}

int ht_verb_verify(int argc, char **argv)
{
	_cleanup_(free_verify) struct verify v = {
		.o = { .now_ns = ht_now_ns(), .finding = show_finding, .progress = show_progress },
	};
	int first, status;

	v.o.context = &v;
	status = ht_cli_options(argc, argv, options,
				"sudo hosttrail verify --public-key first-public-key.pem /var/log/hosttrail", set, &v, &first);
	if (status != HT_CLI_CONTINUE)
		return status;
	if (first == argc) {
		ht_cli_error("PATH: missing; name the directory that was recorded below");
		return HT_EXIT_USAGE;
	}
	status = HT_EXIT_DONE;
	for (int i = first; i < argc; i++)
		status = worse(status, verify_path(&v, argv[i]));
	return status;
}
