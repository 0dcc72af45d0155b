/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>

#include "hosttrail/history.h"

int ht_query_add(struct ht_query *q, enum ht_query_attribute attribute, const char *text)
{
	struct ht_query_value v = { .text = ht_text_of(text) };

	if (q->count[attribute] == HT_QUERY_VALUES)
		return -E2BIG;
	if (v.text.length && v.text.data[0] == '*') {
		v.any_before = true;
		v.text.data++;
		v.text.length--;
	}
	if (v.text.length && v.text.data[v.text.length - 1] == '*') {
		v.any_after = true;
		v.text.length--;
	}
	q->value[attribute][q->count[attribute]++] = v;
	return 0;
}

static bool value_matches(const struct ht_query_value *v, struct ht_text text)
{
	if (!text.data)
		return false;
	if (v->any_before && v->any_after)
		return memmem(text.data, text.length, v->text.data, v->text.length) != NULL;
	if (v->any_before)
		return ht_text_ends(text, v->text);
	return v->any_after ? ht_text_starts(text, v->text) : ht_text_equal(text, v->text);
}

bool ht_query_value_matches(const struct ht_query_value *v, struct ht_text text)
{
	return value_matches(v, text);
}

static bool program_matches(const struct ht_query_value *v, const struct ht_event_view *event)
{
	struct ht_text exe = event->field[HT_FIELD_EXE];
	const char *slash = exe.data ? memrchr(exe.data, '/', exe.length) : NULL;

	if (value_matches(v, exe) || value_matches(v, event->program_name))
		return true;
	return slash &&
	       value_matches(v, (struct ht_text){ slash + 1, (size_t)(exe.data + exe.length - slash - 1) });
}

static bool result_matches(const struct ht_query_value *v, struct ht_text error)
{
	if (ht_text_equal(v->text, HT_TEXT("success")))
		return !error.data;
	if (ht_text_equal(v->text, HT_TEXT("failure")))
		return error.data;
	return value_matches(v, error);
}

static bool resource_matches(const struct ht_query_value *v, const struct ht_event_view *event, bool type)
{
	for (unsigned i = 0; i < event->resources; i++)
		if (value_matches(v, type ? event->resource[i].type : event->resource[i].name))
			return true;
	return false;
}

static bool pid_matches(const struct ht_query_value *v, int64_t pid)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)pid);
	return pid >= 0 && value_matches(v, ht_text_of(text));
}

static bool attribute_matches(enum ht_query_attribute attribute, const struct ht_query_value *v,
			      const struct ht_event_view *event)
{
	switch (attribute) {
	case HT_QUERY_EVENT_ID:
		return value_matches(v, event->event_id);
	case HT_QUERY_EVENT_NAME:
		return value_matches(v, event->field[HT_FIELD_EVENT_NAME]);
	case HT_QUERY_USER:
		return value_matches(v, event->field[HT_FIELD_USER_NAME]) ||
		       value_matches(v, event->login_name);
	case HT_QUERY_RESOURCE_NAME:
		return resource_matches(v, event, false);
	case HT_QUERY_RESOURCE_TYPE:
		return resource_matches(v, event, true);
	case HT_QUERY_PROGRAM:
		return program_matches(v, event);
	case HT_QUERY_SOURCE:
		return value_matches(v, event->field[HT_FIELD_EVENT_SOURCE]);
	case HT_QUERY_READ_ONLY:
		return value_matches(v, event->field[HT_FIELD_READ_ONLY]);
	case HT_QUERY_CATEGORY:
		return value_matches(v, event->field[HT_FIELD_EVENT_CATEGORY]);
	case HT_QUERY_RESULT:
		return result_matches(v, event->field[HT_FIELD_ERROR_CODE]);
	case HT_QUERY_PID:
		return pid_matches(v, event->pid);
	case HT_QUERY_ATTRIBUTES:
		break;
	}
	return false;
}

bool ht_query_match(const struct ht_query *q, const struct ht_event_view *event)
{
	if (event->time_ns < q->start_ns || event->time_ns > q->end_ns)
		return false;
	for (unsigned a = 0; a < HT_QUERY_ATTRIBUTES; a++) {
		unsigned i = 0;

		while (i < q->count[a] &&
		       !attribute_matches((enum ht_query_attribute)a, &q->value[a][i], event))
			i++;
		if (q->count[a] && i == q->count[a])
			return false;
	}
	return true;
}
