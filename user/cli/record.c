/* SPDX-License-Identifier: BSD-2-Clause */
/* hosttrail record: one trail in the foreground, until interrupted. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/recorder.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/verbs.h"

enum {
	OPT_ROOT = 256,
	OPT_CGROUP,
	OPT_SELECTORS,
	OPT_PATHS,
	OPT_ARGUMENT_BYTES,
	OPT_DURATION,
	OPT_PRINT,
	OPT_REGION,
	OPT_SIGN,
	OPT_DELIVERY_SECONDS,
	OPT_DELIVERY_BYTES,
	OPT_CONTENT_BYTES,
	OPT_DIGEST_SECONDS,
	OPT_OUTPUT,
};

static const struct ht_cli_option options[] = {
	{ OPT_ROOT, "root", "DIR", "record below DIR (default: " HT_CLI_ROOT ")" },
	{ OPT_CGROUP, "cgroup", "PATH", "only what runs at or below this cgroup v2 directory" },
	{ OPT_SELECTORS, "selectors", "FILE", "which events, as hosttrail-selectors(5) says\n(default: management events)" },
	{ OPT_PATHS, "paths", "FILE", "control-plane and credential paths, in place of the default list" },
	{ OPT_ARGUMENT_BYTES, "argument-bytes", "N", "of a program's arguments (default: 8192)" },
	{ OPT_DURATION, "duration", "SECONDS", "end by itself after so long" },
	{ OPT_PRINT, "print", NULL, "show events as they happen" },
	{ OPT_OUTPUT, HT_CLI_OPTION_OUTPUT, "of --print: table or json (default: table)" },
	{ OPT_REGION, "region", "NAME", "label of the record (default: default)" },
	{ OPT_SIGN, "sign", "ALGORITHM", "rsa or ed25519, for keys made from now on (default: rsa)" },
	{ OPT_DELIVERY_SECONDS, "delivery-seconds", "N", "finish a log file at this age (default: 300)" },
	{ OPT_DELIVERY_BYTES, "delivery-bytes", "N", "finish a log file at this size (default: 50000000)" },
	{ OPT_CONTENT_BYTES, "content-bytes", "N", "record the first N bytes of what is read and written (default: 0)" },
	{ OPT_DIGEST_SECONDS, "digest-seconds", "N", "sign a digest so often (default: 3600)" },
	{ 0 },
};

static const char example[] = "sudo hosttrail record --root /var/log/hosttrail --print\n"
			      "sudo hosttrail record --cgroup /sys/fs/cgroup/system.slice/ssh.service --duration 60";

struct record {
	struct ht_recorder_options recorder;
	const char *selectors, *paths;
	unsigned duration;
	bool print;
	enum ht_cli_format format;
	struct ht_cli_events events;
	struct ht_buffer scratch;
};

static volatile sig_atomic_t stop, interrupted;

static void on_signal(int signal)
{
	if (signal == SIGINT)
		interrupted = 1;
	stop = 1;
}

/*
 * A second Ctrl-C changes nothing: what was begun is finished and signed. Output that nobody reads ends
 * nothing either.
 */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

static int set_number(const char *name, const char *argument, uint64_t min, uint64_t max, unsigned *ret)
{
	uint64_t v;
	int e = ht_cli_parse_number(name, argument, min, max, &v);

	if (e == 0)
		*ret = (unsigned)v;
	return e;
}

static int set_algorithm(const char *argument, enum ht_signature_algorithm *ret)
{
	if (strcmp(argument, "rsa") == 0)
		*ret = HT_SIGN_RSA;
	else if (strcmp(argument, "ed25519") == 0)
		*ret = HT_SIGN_ED25519;
	else {
		ht_cli_error("--sign %s: unknown; write rsa or ed25519", argument);
		return -EINVAL;
	}
	return 0;
}

static int set_option(int id, const char *argument, void *context)
{
	struct record *r = context;

	switch (id) {
	case OPT_ROOT:
		r->recorder.root = argument;
		return 0;
	case OPT_CGROUP:
		r->recorder.cgroup = argument;
		return 0;
	case OPT_SELECTORS:
		r->selectors = argument;
		return 0;
	case OPT_PATHS:
		r->paths = argument;
		return 0;
	case OPT_ARGUMENT_BYTES:
		return set_number("argument-bytes", argument, 256, HT_ARGV_BYTES_MAX, &r->recorder.argument_bytes);
	case OPT_DURATION:
		return set_number("duration", argument, 1, 366 * 24 * 3600, &r->duration);
	case OPT_PRINT:
		r->print = true;
		return 0;
	case OPT_REGION:
		r->recorder.region = argument;
		return 0;
	case OPT_SIGN:
		return set_algorithm(argument, &r->recorder.algorithm);
	case OPT_DELIVERY_SECONDS:
		return set_number("delivery-seconds", argument, 1, 24 * 3600, &r->recorder.delivery_seconds);
	case OPT_DELIVERY_BYTES:
		return ht_cli_parse_number("delivery-bytes", argument, 64 * 1024, 1ull << 40, &r->recorder.delivery_bytes);
	case OPT_DIGEST_SECONDS:
		return set_number("digest-seconds", argument, 1, 24 * 3600, &r->recorder.digest_seconds);
	case OPT_CONTENT_BYTES:
		return set_number("content-bytes", argument, 0, HT_PATH_BYTES, &r->recorder.content_bytes);
	case OPT_OUTPUT:
		return ht_cli_parse_format(argument, &r->format);
	}
	return -EINVAL;
}

static void print_line(void *context, const char *line, size_t n)
{
	struct record *r = context;
	struct ht_event_view view;

	if (ht_cli_output_lost())
		return;
	if (r->format == HT_CLI_JSON) {
		fwrite(line, 1, n, stdout);
		putchar('\n');
	} else if (ht_event_decode(line, n, &r->scratch, &view, NULL) == 0) {
		ht_cli_event_row(&r->events, &view);
	}
}

static void flush_output(void *context)
{
	(void)context;
	fflush(stdout);
}

static void print_message(void *context, const char *text)
{
	(void)context;
	ht_cli_error("%s", text);
}

static int load_configuration(struct record *r, struct ht_selectors **ret_selectors, struct ht_paths **ret_paths)
{
	struct ht_error err = { 0 };
	int e;

	e = r->selectors ? ht_selectors_load(ret_selectors, r->selectors, &err) : ht_selectors_default(ret_selectors);
	if (!e)
		e = r->paths ? ht_paths_load(ret_paths, r->paths, &err) : ht_paths_default(ret_paths);
	if (e < 0)
		ht_cli_error("%s", err.text[0] ? err.text : strerror(-e));
	return e;
}

/* Shell words: paths are the user's own, but the commands shown must do what they say. */
static void print_quoted(const char *word)
{
	if (strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=:,./@%") == strlen(word)) {
		fputs(word, stderr);
		return;
	}
	fputc('\'', stderr);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", stderr);
		else
			fputc(*word, stderr);
	fputc('\'', stderr);
}

static void print_start(struct record *r, struct ht_recorder *recorder)
{
	struct ht_trail *trail = ht_recorder_trail(recorder);

	fprintf(stderr, "hosttrail: recording %s%s to %s%s\n", r->recorder.cgroup ? "the cgroup " : "the whole host",
		r->recorder.cgroup ? r->recorder.cgroup : "", ht_trail_directory(trail),
		r->duration ? "" : "; Ctrl-C ends it");
	fprintf(stderr, "hosttrail: first public key %s (SHA-256)\n", ht_trail_first_fingerprint(trail));
	fprintf(stderr, "hosttrail: keep a copy of %s/state/first-public-key.pem on another machine\n",
		ht_trail_directory(trail));
}

/* As hosttrail itself was called, so that the line can be typed as it stands: what sudo recorded, sudo reads. */
static void print_command(const char *what, const char *verb, const char *path, const char *after)
{
	fprintf(stderr, "  %-8s %s", what, getenv("SUDO_UID") ? "sudo " : "");
	print_quoted(program_invocation_name);
	fprintf(stderr, " %s ", verb);
	print_quoted(path);
	fprintf(stderr, "%s\n", after);
}

static void print_count(uint64_t n, const char *one, const char *many, const char *after)
{
	fprintf(stderr, "%llu %s%s", (unsigned long long)n, n == 1 ? one : many, after);
}

static void print_end(const char *directory, const struct ht_recorder_summary *s)
{
	fputs("hosttrail: ", stderr);
	print_count(s->trail.events, "event recorded", "events recorded", ", ");
	print_count(s->lost, "lost", "lost", "; ");
	print_count(s->trail.log_files, "log file", "log files", ", ");
	print_count(s->trail.stored_bytes, "byte", "bytes", "; ");
	print_count(s->trail.digests, "digest signed", "digests signed", "\n");
	print_command("look", "lookup", directory, "");
	print_command("verify", "verify", directory, "");
	print_command("read on", "cat", directory, " | jq .");
}

static int finish(struct record *r, struct ht_recorder **recorder, int ran)
{
	struct ht_recorder_summary summary = { 0 };
	struct ht_error err = { 0 };
	char *directory = strdup(ht_trail_directory(ht_recorder_trail(*recorder)));
	int e = ht_recorder_close(recorder, &summary, &err);

	flush_output(NULL);
	if (summary.scope_vanished)
		ht_cli_error("cgroup %s: is gone; recording ended, what was recorded is complete", r->recorder.cgroup);
	if (e < 0)
		ht_cli_error("%s", err.text[0] ? err.text : strerror(-e));
	if (summary.trail.dropped)
		ht_cli_error("%s: %llu events could not be stored and were dropped", r->recorder.root,
			     (unsigned long long)summary.trail.dropped);
	if (directory)
		print_end(directory, &summary);
	free(directory);
	return e < 0 || ran < 0 || summary.trail.dropped || summary.scope_vanished ? HT_EXIT_REFUSED : HT_EXIT_DONE;
}

static int record(struct record *r)
{
	struct ht_recorder *recorder = NULL;
	struct ht_error err = { 0 };
	int e;

	catch_signals();
	e = ht_recorder_open(&recorder, &r->recorder, &err);
	if (e < 0) {
		ht_cli_error("%s", err.text);
		return e == -EINVAL ? HT_EXIT_USAGE : HT_EXIT_REFUSED;
	}
	/* Every round flushes; until the first one, what is said at the start comes before the events on terminals too. */
	setvbuf(stdout, NULL, _IOFBF, 64 * 1024);
	if (r->print && r->format == HT_CLI_TABLE)
		ht_cli_event_header(&r->events, stdout, HT_CLI_TIME_ONLY);
	e = ht_recorder_start(recorder, &err);
	if (e == 0) {
		print_start(r, recorder);
		e = ht_recorder_run(recorder, &stop, r->duration, &err);
	}
	/* The terminal has shown the ^C; what is said next stands on a line of its own. */
	if (interrupted && isatty(STDERR_FILENO))
		fputc('\n', stderr);
	if (e < 0)
		ht_cli_error("%s", err.text);
	return finish(r, &recorder, e);
}

static void free_selectors(struct ht_selectors **s)
{
	ht_selectors_free(*s);
}

static void free_paths(struct ht_paths **p)
{
	ht_paths_free(*p);
}

int ht_verb_record(int argc, char **argv)
{
	_cleanup_(free_selectors) struct ht_selectors *selectors = NULL;
	_cleanup_(free_paths) struct ht_paths *paths = NULL;
	struct record r = { .recorder = { .root = HT_CLI_ROOT, .region = "default" } };
	int first, status;

	status = ht_cli_options(argc, argv, options, example, set_option, &r, &first);
	if (status != HT_CLI_CONTINUE)
		return status;
	if (first < argc) {
		ht_cli_error("%s: record takes no operand; --root names the directory", argv[first]);
		return HT_EXIT_USAGE;
	}
	if (load_configuration(&r, &selectors, &paths) < 0)
		return HT_EXIT_USAGE;
	r.recorder.selectors = selectors;
	r.recorder.paths = paths;
	r.recorder.message = print_message;
	r.recorder.context = &r;
	if (r.print) {
		r.recorder.line = print_line;
		r.recorder.round = flush_output;
	}
	status = record(&r);
	ht_buffer_free(&r.scratch);
	return status;
}
