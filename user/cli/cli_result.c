/* SPDX-License-Identifier: BSD-2-Clause */
/* The last column of the table of events: how it ended, in a word or two. */
#include "base/cleanup.h"
#include "base/json.h"
#include "cli/cli.h"

/* The value of a member of an object. false: it has none, or is no object. */
static bool member(struct ht_text object, const char *key, struct ht_json_token *ret)
{
	struct ht_json_reader r;
	struct ht_json_token t;

	ht_json_reader_init(&r, object.data, object.length);
	if (!object.data || ht_json_next(&r, &t) < 0 || t.type != HT_JSON_OBJECT)
		return false;
	while (ht_json_next(&r, &t) == 0 && t.type == HT_JSON_KEY) {
		bool found = ht_json_is(&t, key);

		if (ht_json_next(&r, &t) < 0)
			return false;
		if (found) {
			*ret = t;
			return true;
		}
		if (ht_json_skip(&r, &t) < 0)
			return false;
	}
	return false;
}

static struct ht_text within(struct ht_text object, const struct ht_json_token *t)
{
	return (struct ht_text){ object.data + t->offset, object.length - t->offset };
}

/* "exit 7", "SIGKILL", "SIGSEGV, core": the members of a wait status. */
static bool say_end(struct ht_text status, struct ht_buffer *b, enum ht_cli_style *ret_style)
{
	struct ht_json_token t;

	if (member(status, "exitStatus", &t) && t.type == HT_JSON_NUMBER) {
		ht_buffer_printf(b, "exit %.*s", (int)t.length, t.text);
		*ret_style = t.length == 1 && *t.text == '0' ? HT_CLI_GOOD : HT_CLI_PLAIN;
		return true;
	}
	if (!member(status, "signal", &t) || (t.type != HT_JSON_NUMBER && t.type != HT_JSON_STRING))
		return false;
	ht_buffer_printf(b, "%s%.*s", t.type == HT_JSON_NUMBER ? "signal " : "", (int)t.length, t.text);
	if (member(status, "coreDumped", &t) && t.type == HT_JSON_TRUE)
		ht_buffer_literal(b, ", core");
	*ret_style = HT_CLI_BAD;
	return true;
}

/* Of a process as its parent is told; of a thread what it, or whoever ended it, asked for. */
static bool say_exit(const struct ht_event_view *v, struct ht_buffer *b, enum ht_cli_style *ret_style)
{
	struct ht_text name = v->field[HT_FIELD_EVENT_NAME];
	struct ht_json_token t;

	if (!ht_text_equal(name, HT_TEXT("ExitProcess")) && !ht_text_equal(name, HT_TEXT("ExitThread")))
		return false;
	if (member(v->response, "status", &t) && say_end(within(v->response, &t), b, ret_style))
		return true;
	if (!member(v->request, "status", &t) || t.type != HT_JSON_NUMBER)
		return say_end(v->request, b, ret_style);
	ht_buffer_printf(b, "exit %.*s", (int)t.length, t.text);
	*ret_style = t.length == 1 && *t.text == '0' ? HT_CLI_GOOD : HT_CLI_PLAIN;
	return true;
}

struct ht_cli_cell ht_cli_result(const struct ht_event_view *v, struct ht_buffer *b)
{
	enum ht_cli_style style = HT_CLI_PLAIN;
	struct ht_json_token t;

	if (v->field[HT_FIELD_ERROR_CODE].data)
		return (struct ht_cli_cell){ v->field[HT_FIELD_ERROR_CODE], HT_CLI_BAD };
	if (say_exit(v, b, &style) && ht_buffer_status(b) == 0)
		return (struct ht_cli_cell){ { b->data, b->length }, style };
	if (member(v->response, "result", &t) && t.type == HT_JSON_NULL)
		return (struct ht_cli_cell){ HT_TEXT("unknown"), HT_CLI_PLAIN };
	/* What the kernel answers to netlink messages is read later. */
	if (member(v->request, "netlink", &t))
		return (struct ht_cli_cell){ HT_TEXT("sent"), HT_CLI_PLAIN };
	return (struct ht_cli_cell){ HT_TEXT("ok"), HT_CLI_GOOD };
}
