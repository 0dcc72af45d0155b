/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"

#include "base/cleanup.h"
#include "base/timestamp.h"

#define TIME_ONLY_WIDTH 12u
#define DATE_TIME_WIDTH 19u

#define COLUMNS_BEHIND_TIME                               \
	{ "WHO", 14, HT_CLI_CUT_END, false, 8 },          \
	{ "PROGRAM", 15, HT_CLI_CUT_END, false, 9 },      \
	{ "EVENT", 18, HT_CLI_CUT_END, false, 14 },       \
	{ "RESOURCE", 40, HT_CLI_CUT_START, true, 0 },    \
	{ "RESULT", 12, HT_CLI_CUT_END, false, 7 },

static const struct ht_cli_column live_columns[] = {
	{ "TIME", TIME_ONLY_WIDTH, HT_CLI_CUT_NEVER, false, 0 },
	COLUMNS_BEHIND_TIME
};

static const struct ht_cli_column dated_columns[] = {
	{ "TIME", DATE_TIME_WIDTH, HT_CLI_CUT_NEVER, false, 0 },
	COLUMNS_BEHIND_TIME
};

void ht_cli_event_header(struct ht_cli_events *e, FILE *out, enum ht_cli_time time)
{
	e->time = time;
	ht_cli_table_begin(&e->table, out, time == HT_CLI_TIME_ONLY ? live_columns : dated_columns,
			   ARRAY_SIZE(live_columns));
}

static struct ht_text local_time(int64_t ns, enum ht_cli_time style, char *out, size_t size)
{
	/* Rounded down also before 1970, so that the milliseconds are never negative. */
	int64_t s = ns / HT_NS_PER_S - (ns % HT_NS_PER_S < 0);
	time_t seconds = (time_t)s;
	struct tm tm;
	size_t n;

	if (!localtime_r(&seconds, &tm))
		return HT_TEXT("?");
	n = strftime(out, size, style == HT_CLI_TIME_ONLY ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &tm);
	if (style == HT_CLI_TIME_ONLY)
		n += (size_t)snprintf(out + n, size - n, ".%03d", (int)((ns - s * HT_NS_PER_S) / 1000000));
	return (struct ht_text){ out, n };
}

/* "root", or "root (alice)" where the login was somebody else's. */
static struct ht_text who(const struct ht_event_view *v, struct ht_buffer *b)
{
	struct ht_text user = v->field[HT_FIELD_USER_NAME];

	if (!user.data)
		user = v->field[HT_FIELD_UID];
	if (!user.data || !v->login_name.data || ht_text_equal(user, v->login_name))
		return user;
	ht_buffer_reset(b);
	ht_buffer_append(b, user.data, user.length);
	ht_buffer_literal(b, " (");
	ht_buffer_append(b, v->login_name.data, v->login_name.length);
	ht_buffer_literal(b, ")");
	return ht_buffer_status(b) < 0 ? user : (struct ht_text){ b->data, b->length };
}

static struct ht_text program(const struct ht_event_view *v)
{
	struct ht_text exe = v->field[HT_FIELD_EXE];
	const char *slash;

	if (ht_text_equal(v->field[HT_FIELD_EVENT_TYPE], HT_TEXT("HostServiceEvent")))
		return HT_TEXT("hosttrail");
	if (v->program_name.data || !exe.data)
		return v->program_name;
	slash = memrchr(exe.data, '/', exe.length);
	if (!slash)
		return exe;
	return (struct ht_text){ slash + 1, (size_t)(exe.data + exe.length - slash - 1) };
}

/* The name of the resource; of several, as of a rename, "first -> second". */
static struct ht_text resource(const struct ht_event_view *v, struct ht_buffer *b)
{
	if (v->resources == 0)
		return (struct ht_text){ 0 };
	if (v->resources == 1)
		return v->resource[0].name;
	ht_buffer_reset(b);
	for (unsigned i = 0; i < v->resources; i++) {
		if (!v->resource[i].name.data)
			continue;
		if (b->length)
			ht_buffer_literal(b, " -> ");
		ht_buffer_append(b, v->resource[i].name.data, v->resource[i].name.length);
	}
	return ht_buffer_status(b) < 0 || !b->length ? v->resource[0].name : (struct ht_text){ b->data, b->length };
}

void ht_cli_event_row(struct ht_cli_events *e, const struct ht_event_view *v)
{
	_cleanup_buffer_ struct ht_buffer who_text = { 0 }, resource_text = { 0 }, result_text = { 0 };
	char time[64];
	struct ht_cli_cell cells[ARRAY_SIZE(live_columns)] = {
		{ local_time(v->time_ns, e->time, time, sizeof(time)), HT_CLI_FAINT },
		{ who(v, &who_text), HT_CLI_PLAIN },
		{ program(v), HT_CLI_PLAIN },
		{ v->field[HT_FIELD_EVENT_NAME], HT_CLI_PLAIN },
		{ resource(v, &resource_text), HT_CLI_PLAIN },
		ht_cli_result(v, &result_text),
	};

	ht_cli_table_row(&e->table, cells);
}
