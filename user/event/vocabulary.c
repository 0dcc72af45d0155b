/* SPDX-License-Identifier: BSD-2-Clause */
#include "hosttrail/vocabulary.h"

#include <ctype.h>

#include "base/cleanup.h"
#include "base/nearest.h"
#include "event/errors.h"
#include "hosttrail/catalogue.h"

#define ERROR_MAX 4095 /* MAX_ERRNO, include/linux/err.h */

/* Events that no row of the catalogue gives their name. */
static const char *const other_events[] = {
	"UnknownSystemCall", "StartRecording", "StopRecording", "EventsLost", "ClockChanged", "RecoveredAfterCrash",
};

static const char *const types[] = { "HostApiCall", "HostServiceEvent" };

/* Errors that go by two names; the second is the one that is recorded. */
static const char *const other_names[][2] = {
	{ "EWOULDBLOCK", "EAGAIN" },
	{ "EDEADLOCK", "EDEADLK" },
	{ "ENOTSUP", "EOPNOTSUPP" },
};

const char *ht_vocabulary_noun(enum ht_field field)
{
	switch (field) {
	case HT_FIELD_EVENT_SOURCE:
		return "event source";
	case HT_FIELD_EVENT_NAME:
		return "event name";
	case HT_FIELD_EVENT_TYPE:
		return "event type";
	case HT_FIELD_ERROR_CODE:
		return "error";
	case HT_FIELD_RESOURCE_TYPE:
		return "resource type";
	default:
		return NULL;
	}
}

typedef bool each_word(void *context, const char *word);

static bool any_of(const char *const *words, size_t count, each_word *each, void *context)
{
	for (size_t i = 0; i < count; i++)
		if (each(context, words[i]))
			return true;
	return false;
}

static bool any_event(each_word *each, void *context)
{
	size_t calls, commands, messages;
	const struct ht_call *call = ht_calls(&calls);
	const struct ht_command *command = ht_commands(&commands);
	const struct ht_message *message = ht_messages(&messages);

	for (; calls; call++, calls--)
		if (each(context, call->event))
			return true;
	for (; commands; command++, commands--)
		if (each(context, command->event))
			return true;
	for (; messages; message++, messages--)
		if (each(context, message->event))
			return true;
	return any_of(other_events, ARRAY_SIZE(other_events), each, context);
}

static bool any_error(each_word *each, void *context)
{
	for (int error = 1; error <= ERROR_MAX; error++) {
		const char *name = ht_error_name(error);

		if (name && each(context, name))
			return true;
	}
	return false;
}

bool ht_vocabulary_any(enum ht_field field, each_word *each, void *context)
{
	switch (field) {
	case HT_FIELD_EVENT_NAME:
		return any_event(each, context);
	case HT_FIELD_EVENT_TYPE:
		return any_of(types, ARRAY_SIZE(types), each, context);
	case HT_FIELD_ERROR_CODE:
		return any_error(each, context);
	case HT_FIELD_EVENT_SOURCE:
		for (unsigned i = 0; i < HT_SOURCES; i++)
			if (each(context, ht_source_name((enum ht_source)i)))
				return true;
		return false;
	case HT_FIELD_RESOURCE_TYPE:
		for (unsigned i = HT_RESOURCE_NONE + 1; i < HT_RESOURCE_KINDS; i++)
			if (each(context, ht_resource_kind_name((enum ht_resource_kind)i)))
				return true;
		return false;
	default:
		return false;
	}
}

static bool is_word(void *context, const char *word)
{
	return ht_text_equal(*(const struct ht_text *)context, ht_text_of(word));
}

/* What an error without name is recorded as. */
static bool is_number(struct ht_text value)
{
	size_t i = 0;

	while (i < value.length && isdigit((unsigned char)value.data[i]))
		i++;
	return i > 0 && i == value.length;
}

bool ht_vocabulary_knows(enum ht_field field, struct ht_text value)
{
	if (!ht_vocabulary_noun(field) || (field == HT_FIELD_ERROR_CODE && is_number(value)))
		return true;
	return ht_vocabulary_any(field, is_word, &value);
}

static bool offer(void *context, const char *word)
{
	ht_nearest_offer(context, word);
	return false;
}

/* Whoever names a call means what it is recorded as. */
static void insist_on_calls(struct ht_nearest *n)
{
	size_t calls, commands;
	const struct ht_call *call = ht_calls(&calls);

	for (; calls; call++, calls--) {
		const struct ht_command *command;

		if (!ht_text_equal(n->value, ht_text_of(call->name)))
			continue;
		ht_nearest_insist(n, call->event);
		for (command = ht_commands_of(call, &commands); commands; command++, commands--)
			ht_nearest_insist(n, command->event);
	}
}

void ht_vocabulary_suggest(enum ht_field field, struct ht_text value, struct ht_buffer *b)
{
	struct ht_nearest n = HT_NEAREST(value);

	if (field == HT_FIELD_EVENT_NAME)
		insist_on_calls(&n);
	if (field == HT_FIELD_ERROR_CODE)
		for (size_t i = 0; i < ARRAY_SIZE(other_names); i++)
			if (ht_text_equal(value, ht_text_of(other_names[i][0])))
				ht_nearest_insist(&n, other_names[i][1]);
	ht_vocabulary_any(field, offer, &n);
	if (n.count)
		ht_nearest_say(&n, b);
	else if (field == HT_FIELD_EVENT_NAME)
		ht_buffer_literal(b, "; hosttrail catalogue lists them");
	else if (field == HT_FIELD_ERROR_CODE)
		ht_buffer_literal(b, "; errno(3) lists them");
	else
		ht_buffer_literal(b, "; hosttrail-event(5) lists them");
}
