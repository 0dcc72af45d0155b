/* SPDX-License-Identifier: BSD-2-Clause */
#include "select/selectors.h"

static bool hits(enum ht_operator op, struct ht_text text, struct ht_text value)
{
	switch (op) {
	case HT_EQUALS:
	case HT_NOT_EQUALS:
		return ht_text_equal(text, value);
	case HT_STARTS_WITH:
	case HT_NOT_STARTS_WITH:
		return ht_text_starts(text, value);
	case HT_ENDS_WITH:
	case HT_NOT_ENDS_WITH:
		return ht_text_ends(text, value);
	case HT_OPERATORS:
		break;
	}
	return false;
}

static bool any_hits(const struct ht_selectors *s, const struct ht_rule *r, unsigned from, unsigned to,
		     struct ht_text text)
{
	if (!text.data)
		return false;
	for (unsigned op = from; op < to; op++)
		for (unsigned i = 0; i < r->of[op].count; i++)
			if (hits((enum ht_operator)op, text, s->values[r->of[op].first + i].text))
				return true;
	return false;
}

static bool has_positive(const struct ht_rule *r)
{
	return r->of[HT_EQUALS].count || r->of[HT_STARTS_WITH].count || r->of[HT_ENDS_WITH].count;
}

static bool rule_on_text(const struct ht_selectors *s, const struct ht_rule *r, struct ht_text text)
{
	if (any_hits(s, r, HT_POSITIVE_OPERATORS, HT_OPERATORS, text))
		return false;
	return !has_positive(r) || any_hits(s, r, 0, HT_POSITIVE_OPERATORS, text);
}

static bool rule_on_resources(const struct ht_selectors *s, const struct ht_rule *r,
			      const struct ht_event_view *event)
{
	bool in = !has_positive(r);

	for (unsigned i = 0; i < event->resources; i++) {
		const struct ht_resource *resource = &event->resource[i];
		struct ht_text text = r->field == HT_FIELD_RESOURCE_TYPE ? resource->type : resource->name;

		if (any_hits(s, r, HT_POSITIVE_OPERATORS, HT_OPERATORS, text))
			return false;
		in = in || any_hits(s, r, 0, HT_POSITIVE_OPERATORS, text);
	}
	return in;
}

static bool rule_matches(const struct ht_selectors *s, const struct ht_rule *r,
			 const struct ht_event_view *event)
{
	if (r->field == HT_FIELD_RESOURCE_TYPE || r->field == HT_FIELD_RESOURCE_NAME)
		return rule_on_resources(s, r, event);
	return rule_on_text(s, r, event->field[r->field]);
}

static bool selector_matches(const struct ht_selectors *s, const struct ht_selector *selector,
			     const struct ht_event_view *event)
{
	const struct ht_rule *r = &s->rules[selector->first_rule];

	for (unsigned i = 0; i < selector->rules; i++)
		if (r[i].field != HT_FIELD_EVENT_CATEGORY && !rule_matches(s, &r[i], event))
			return false;
	return true;
}

bool ht_selectors_match(const struct ht_selectors *s, const struct ht_event_view *event)
{
	bool management = ht_text_equal(event->field[HT_FIELD_EVENT_CATEGORY], HT_TEXT("Management"));

	if (!management && !ht_text_equal(event->field[HT_FIELD_EVENT_CATEGORY], HT_TEXT("Data")))
		return false;
	for (unsigned i = 0; i < s->selector_count; i++)
		if (s->selectors[i].management == management && selector_matches(s, &s->selectors[i], event))
			return true;
	return false;
}

static bool may_match(const struct ht_selectors *s, const struct ht_selector *selector,
		      struct ht_text event_name)
{
	for (unsigned i = 0; i < selector->rules; i++) {
		const struct ht_rule *r = &s->rules[selector->first_rule + i];

		if (r->field == HT_FIELD_EVENT_NAME)
			return rule_on_text(s, r, event_name);
	}
	return true;
}

bool ht_selectors_may_match(const struct ht_selectors *s, bool management, const char *event_name)
{
	for (unsigned i = 0; i < s->selector_count; i++)
		if (s->selectors[i].management == management &&
		    (!event_name || may_match(s, &s->selectors[i], ht_text_of(event_name))))
			return true;
	return false;
}
