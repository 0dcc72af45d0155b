/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A selectors file, read and checked. Every complaint names the file, the line and the column, the field,
 * what is wrong and what would be right: whoever wrote the file should not have to look anything up.
 */
#include <errno.h>
#include <stdarg.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "hosttrail/vocabulary.h"
#include "select/selectors.h"

#define NAME_MAX_BYTES 1000u

struct parser {
	struct ht_json_reader reader;
	struct ht_selectors *s;
	const char *file;
	struct ht_error *err;
};

const char *ht_operator_name(enum ht_operator op)
{
	static const char *const names[HT_OPERATORS] = {
		[HT_EQUALS] = "Equals",
		[HT_STARTS_WITH] = "StartsWith",
		[HT_ENDS_WITH] = "EndsWith",
		[HT_NOT_EQUALS] = "NotEquals",
		[HT_NOT_STARTS_WITH] = "NotStartsWith",
		[HT_NOT_ENDS_WITH] = "NotEndsWith",
	};

	return op < HT_OPERATORS ? names[op] : NULL;
}

/* format says "field: what is wrong; what to do". */
__attribute__((format(printf, 3, 4))) static int refuse(struct parser *p, size_t offset, const char *format,
							...)
{
	char text[700];
	unsigned line, column;
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	ht_json_position(p->reader.text, (size_t)(p->reader.end - p->reader.text), offset, &line, &column);
	return ht_fail(p->err, -EBADMSG, "%s:%u:%u: %s", p->file, line, column, text);
}

static int next(struct parser *p, struct ht_json_token *ret)
{
	if (ht_json_next(&p->reader, ret) < 0)
		return refuse(p, p->reader.problem_offset, "JSON: %s; correct the syntax", p->reader.problem);
	return 0;
}

/* A token as it stands in the file, cut to what fits a message. */
#define SHOWN(t) (int)((t)->length < 60 ? (t)->length : 60), (t)->text

static int keep(struct parser *p, const struct ht_json_token *t, struct ht_text *ret)
{
	struct ht_buffer *texts = &p->s->texts;
	size_t before = texts->length;
	int e = ht_json_unescape(t, texts);

	if (e == -EBADMSG)
		return refuse(p, t->offset, "JSON: half of a surrogate pair; write the character itself");
	if (e < 0)
		return ht_fail_errno(p->err, e, "%s", p->file);
	*ret = (struct ht_text){ texts->data + before, texts->length - before };
	return 0;
}

static int add_value(struct parser *p, const char *op, const struct ht_json_token *t)
{
	struct ht_selectors *s = p->s;
	struct ht_value *v;
	int e;

	if (t->type != HT_JSON_STRING)
		return refuse(p, t->offset, "%s: a value is not a string; put it in double quotes", op);
	if (s->value_count == HT_SELECTOR_VALUES)
		return refuse(p, t->offset,
			      "%s: more than %u values in all selectors together; use fewer, or prefixes", op,
			      HT_SELECTOR_VALUES);
	v = &s->values[s->value_count];
	v->offset = t->offset;
	e = keep(p, t, &v->text);
	if (e < 0)
		return e;
	if (!v->text.length)
		return refuse(p, t->offset, "%s: an empty value; remove it", op);
	if (v->text.length > HT_SELECTOR_VALUE_MAX)
		return refuse(p, t->offset, "%s: a value of %zu bytes; at most %u are accepted", op,
			      v->text.length, HT_SELECTOR_VALUE_MAX);
	s->value_count++;
	return 0;
}

/* The array behind an operator. */
static int parse_values(struct parser *p, enum ht_operator op, struct ht_values *ret)
{
	const char *name = ht_operator_name(op);
	struct ht_json_token t;
	unsigned first = p->s->value_count;
	size_t offset;
	int e = next(p, &t);

	if (e < 0)
		return e;
	if (t.type != HT_JSON_ARRAY)
		return refuse(p, t.offset, "%s: not an array; write [\"value\"]", name);
	offset = t.offset;
	for (;;) {
		e = next(p, &t);
		if (e < 0)
			return e;
		if (t.type == HT_JSON_CLOSE)
			break;
		e = add_value(p, name, &t);
		if (e < 0)
			return e;
	}
	if (p->s->value_count == first)
		return refuse(p, offset, "%s: no value; give at least one, or remove %s", name, name);
	*ret = (struct ht_values){ (uint16_t)first, (uint16_t)(p->s->value_count - first) };
	return 0;
}

static int parse_field_name(struct parser *p, struct ht_rule *rule)
{
	struct ht_buffer all = { 0 };
	struct ht_json_token t;
	int e = next(p, &t);

	if (e < 0)
		return e;
	rule->offset = t.offset;
	if (t.type != HT_JSON_STRING)
		return refuse(p, t.offset, "Field: not a string; name a field, such as \"eventName\"");
	for (unsigned field = 0; field < HT_FIELDS; field++)
		if (ht_json_is(&t, ht_field_name((enum ht_field)field))) {
			rule->field = (enum ht_field)field;
			return 0;
		}
	for (unsigned field = 0; field < HT_FIELDS; field++)
		ht_buffer_printf(&all, "%s%s", field ? ", " : "", ht_field_name((enum ht_field)field));
	e = refuse(p, t.offset, "%.*s: there is no such field; the fields are %.*s", SHOWN(&t),
		   (int)all.length, all.data);
	ht_buffer_free(&all);
	return e;
}

static enum ht_operator operator_of(const struct ht_json_token *t)
{
	unsigned op = 0;

	while (op < HT_OPERATORS && !ht_json_is(t, ht_operator_name((enum ht_operator)op)))
		op++;
	return (enum ht_operator)op;
}

/* The key of a field selector that stands at t, and its value. */
static int parse_field_member(struct parser *p, const struct ht_json_token *t, struct ht_rule *rule)
{
	enum ht_operator op = operator_of(t);

	if (ht_json_is(t, "Field")) {
		if (rule->field != HT_FIELDS)
			return refuse(p, t->offset, "Field: stands twice in a field selector; remove one");
		return parse_field_name(p, rule);
	}
	if (op == HT_OPERATORS)
		return refuse(
			p, t->offset,
			"%.*s: unknown key; a field selector has Field and Equals, NotEquals, StartsWith, "
			"NotStartsWith, EndsWith or NotEndsWith",
			SHOWN(t));
	if (rule->of[op].count)
		return refuse(p, t->offset,
			      "%s: stands twice in a field selector; put all values into one array",
			      ht_operator_name(op));
	return parse_values(p, op, &rule->of[op]);
}

static int parse_field_selector(struct parser *p, const struct ht_json_token *open,
				struct ht_selector *selector)
{
	struct ht_rule rule = { .field = HT_FIELDS };
	unsigned values = p->s->value_count;
	struct ht_json_token t;
	int e;

	if (open->type != HT_JSON_OBJECT)
		return refuse(p, open->offset,
			      "FieldSelectors: an element is not an object; write {\"Field\": ...}");
	for (;;) {
		e = next(p, &t);
		if (e < 0)
			return e;
		if (t.type == HT_JSON_CLOSE)
			break;
		e = parse_field_member(p, &t, &rule);
		if (e < 0)
			return e;
	}
	if (rule.field == HT_FIELDS)
		return refuse(p, open->offset, "Field: missing; name the field that is to be compared");
	if (p->s->value_count == values)
		return refuse(p, rule.offset, "%s: compared with nothing; add Equals or another operator",
			      ht_field_name(rule.field));
	for (unsigned i = 0; i < selector->rules; i++)
		if (p->s->rules[selector->first_rule + i].field == rule.field)
			return refuse(p, rule.offset,
				      "%s: stands twice in a selector; put all its operators into one "
				      "field selector",
				      ht_field_name(rule.field));
	p->s->rules[p->s->rule_count++] = rule;
	selector->rules++;
	return 0;
}

static int parse_field_selectors(struct parser *p, struct ht_selector *selector)
{
	struct ht_json_token t;
	size_t offset;
	int e = next(p, &t);

	if (e < 0)
		return e;
	if (t.type != HT_JSON_ARRAY)
		return refuse(p, t.offset, "FieldSelectors: not an array; write [{\"Field\": ...}, ...]");
	offset = t.offset;
	selector->first_rule = (uint16_t)p->s->rule_count;
	for (;;) {
		e = next(p, &t);
		if (e < 0)
			return e;
		if (t.type == HT_JSON_CLOSE)
			break;
		e = parse_field_selector(p, &t, selector);
		if (e < 0)
			return e;
	}
	if (!selector->rules)
		return refuse(
			p, offset,
			"FieldSelectors: empty; give at least {\"Field\": \"eventCategory\", \"Equals\": "
			"[\"Management\"]}");
	return 0;
}

static int parse_name(struct parser *p, struct ht_selector *selector)
{
	struct ht_json_token t;
	int e = next(p, &t);

	if (e < 0)
		return e;
	if (t.type != HT_JSON_STRING)
		return refuse(p, t.offset, "Name: not a string; put it in double quotes");
	e = keep(p, &t, &selector->name);
	if (e < 0)
		return e;
	if (selector->name.length > NAME_MAX_BYTES)
		return refuse(p, t.offset, "Name: %zu bytes long; at most %u are accepted",
			      selector->name.length, NAME_MAX_BYTES);
	return 0;
}

static const struct ht_rule *rule_on(const struct parser *p, const struct ht_selector *selector,
				     enum ht_field field)
{
	for (unsigned i = 0; i < selector->rules; i++)
		if (p->s->rules[selector->first_rule + i].field == field)
			return &p->s->rules[selector->first_rule + i];
	return NULL;
}

/* The one value that eventCategory and readOnly are compared with: one of two words. */
static int only_word(struct parser *p, const struct ht_rule *rule, const char *a, const char *b,
		     bool *ret_is_a)
{
	const char *field = ht_field_name(rule->field);
	const struct ht_value *v = &p->s->values[rule->of[HT_EQUALS].first];

	for (unsigned op = HT_EQUALS + 1; op < HT_OPERATORS; op++)
		if (rule->of[op].count)
			return refuse(p, p->s->values[rule->of[op].first].offset,
				      "%s: %s is not accepted here; use Equals", field,
				      ht_operator_name((enum ht_operator)op));
	if (rule->of[HT_EQUALS].count > 1)
		return refuse(p, v[1].offset, "%s: more than one value; give \"%s\" or \"%s\"", field, a, b);
	*ret_is_a = ht_text_equal(v->text, ht_text_of(a));
	if (!*ret_is_a && !ht_text_equal(v->text, ht_text_of(b)))
		return refuse(p, v->offset, "%s: \"%.*s\" is not accepted; give \"%s\" or \"%s\"", field,
			      (int)(v->text.length < 60 ? v->text.length : 60), v->text.data, a, b);
	return 0;
}

static bool names_something(const struct parser *p, const struct ht_selector *selector, enum ht_field field)
{
	const struct ht_rule *rule = rule_on(p, selector, field);

	return rule &&
	       (rule->of[HT_EQUALS].count || rule->of[HT_STARTS_WITH].count || rule->of[HT_ENDS_WITH].count);
}

/* A name that no event has selects nothing, or excludes nothing: what is compared as a whole has to be there. */
static int check_words(struct parser *p, const struct ht_rule *rule)
{
	static const enum ht_operator whole[] = { HT_EQUALS, HT_NOT_EQUALS };

	for (size_t o = 0; o < ARRAY_SIZE(whole); o++)
		for (unsigned i = 0; i < rule->of[whole[o]].count; i++) {
			const struct ht_value *v = &p->s->values[rule->of[whole[o]].first + i];
			_cleanup_buffer_ struct ht_buffer hint = { 0 };

			if (ht_vocabulary_knows(rule->field, v->text))
				continue;
			ht_vocabulary_suggest(rule->field, v->text, &hint);
			return refuse(p, v->offset, "%s: there is no %s \"%.*s\"%.*s", ht_field_name(rule->field),
				      ht_vocabulary_noun(rule->field), (int)(v->text.length < 60 ? v->text.length : 60),
				      v->text.data, (int)hint.length, hint.data ? hint.data : "");
		}
	return 0;
}

/* The rules that span the fields of a selector. */
static int check_selector(struct parser *p, struct ht_selector *selector)
{
	const struct ht_rule *category = rule_on(p, selector, HT_FIELD_EVENT_CATEGORY);
	const struct ht_rule *read_only = rule_on(p, selector, HT_FIELD_READ_ONLY);
	bool unused;
	int e;

	if (!category)
		return refuse(p, selector->offset,
			      "eventCategory: missing; every selector needs {\"Field\": "
			      "\"eventCategory\", \"Equals\": [\"Management\"]}, or \"Data\"");
	e = only_word(p, category, "Management", "Data", &selector->management);
	if (e == 0 && read_only)
		e = only_word(p, read_only, "true", "false", &unused);
	for (unsigned i = 0; e == 0 && i < selector->rules; i++)
		e = check_words(p, &p->s->rules[selector->first_rule + i]);
	if (e < 0)
		return e;
	if (!selector->management && !names_something(p, selector, HT_FIELD_RESOURCE_TYPE) &&
	    !names_something(p, selector, HT_FIELD_EVENT_NAME))
		return refuse(p, selector->offset,
			      "resources.type: missing; a selector of Data events must name resources.type "
			      "or eventName with Equals, StartsWith or EndsWith; hosttrail-selectors(5) shows "
			      "one for everything");
	return 0;
}

static int parse_selector(struct parser *p, const struct ht_json_token *open)
{
	struct ht_selector selector = { .offset = open->offset };
	struct ht_json_token t;
	int e;

	if (open->type != HT_JSON_OBJECT)
		return refuse(p, open->offset,
			      "AdvancedEventSelectors: an element is not an object; write "
			      "{\"FieldSelectors\": [...]}");
	for (;;) {
		e = next(p, &t);
		if (e < 0)
			return e;
		if (t.type == HT_JSON_CLOSE)
			break;
		if (ht_json_is(&t, "Name") && !selector.name.data)
			e = parse_name(p, &selector);
		else if (ht_json_is(&t, "FieldSelectors") && !selector.rules)
			e = parse_field_selectors(p, &selector);
		else if (ht_json_is(&t, "Name") || ht_json_is(&t, "FieldSelectors"))
			e = refuse(p, t.offset, "%.*s: stands twice in a selector; remove one", SHOWN(&t));
		else
			e = refuse(p, t.offset, "%.*s: unknown key; a selector has Name and FieldSelectors",
				   SHOWN(&t));
		if (e < 0)
			return e;
	}
	if (!selector.rules)
		return refuse(p, open->offset,
			      "FieldSelectors: missing; a selector needs at least eventCategory");
	e = check_selector(p, &selector);
	if (e == 0)
		p->s->selectors[p->s->selector_count++] = selector;
	return e;
}

/* Behind the '[' of all selectors. */
static int parse_array(struct parser *p, size_t offset)
{
	struct ht_json_token t;

	for (;;) {
		int e = next(p, &t);

		if (e < 0)
			return e;
		if (t.type == HT_JSON_CLOSE)
			break;
		e = parse_selector(p, &t);
		if (e < 0)
			return e;
	}
	if (!p->s->selector_count)
		return refuse(p, offset,
			      "AdvancedEventSelectors: empty; give at least one selector, or no file at all "
			      "for all "
			      "management events");
	return 0;
}

/* Behind the '{' around the array. */
static int parse_wrapper(struct parser *p)
{
	struct ht_json_token t;
	int e = next(p, &t);

	if (e < 0)
		return e;
	if (t.type == HT_JSON_CLOSE || !ht_json_is(&t, "AdvancedEventSelectors"))
		return refuse(
			p, t.offset,
			"AdvancedEventSelectors: missing; write {\"AdvancedEventSelectors\": [...]} or the "
			"array alone");
	e = next(p, &t);
	if (e < 0)
		return e;
	if (t.type != HT_JSON_ARRAY)
		return refuse(p, t.offset,
			      "AdvancedEventSelectors: not an array; write [{\"FieldSelectors\": ...}]");
	e = parse_array(p, t.offset);
	if (e < 0)
		return e;
	e = next(p, &t);
	if (e == 0 && t.type != HT_JSON_CLOSE)
		e = refuse(p, t.offset, "%.*s: unknown key; the file has AdvancedEventSelectors alone",
			   SHOWN(&t));
	return e;
}

int ht_selectors_parse_into(struct ht_selectors *s, const char *name, const char *text, size_t n,
			    struct ht_error *err)
{
	struct parser p = { .s = s, .file = name, .err = err };
	struct ht_json_token t;
	int e;

	ht_json_reader_init(&p.reader, text, n);
	e = next(&p, &t);
	if (e < 0)
		return e;
	if (t.type == HT_JSON_ARRAY)
		e = parse_array(&p, t.offset);
	else if (t.type == HT_JSON_OBJECT)
		e = parse_wrapper(&p);
	else
		e = refuse(
			&p, t.offset,
			"AdvancedEventSelectors: neither an array nor an object; write [{\"FieldSelectors\": "
			"[...]}]");
	return e < 0 ? e : next(&p, &t); /* nothing may follow */
}
