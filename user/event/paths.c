/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "hosttrail/wire.h"

#define PATHS_FILE_MAX (256u * 1024)
#define PATHS_RULES_MAX 512u

struct ht_paths {
	struct ht_buffer text; /* what the rules' texts point into */
	struct ht_path_rule rule[PATHS_RULES_MAX];
	size_t rules;
	/*
	 * Which four bytes a path that matches some rule can begin, and end, with, by ht_gate(): most paths
	 * match none.
	 */
	bool gate_first[HT_GATES], gate_last[HT_GATES];
};

/*
 * What configures a host (hier(7), file-hierarchy(7), sshd(8), crontab(5)). Package managers' databases and
 * caches below /var are content that follows from what is done below /usr and /etc, and would drown it.
 */
static const char default_rules[] = "control /etc\n"
				    "control /boot\n"
				    "control /efi\n"
				    "control /usr\n"
				    "control /bin\n"
				    "control /sbin\n"
				    "control /lib*\n"
				    "control /opt\n"
				    "control /var/spool/cron\n"
				    "control /var/spool/at\n"
				    "control /run/systemd/system\n"
				    "control /run/systemd/generator*\n"
				    "control /run/udev/rules.d\n"
				    "control /root/.ssh\n"
				    "control /sys\n"
				    "control /proc/sys\n"
				    "control /proc/sysrq-trigger\n"
				    "control */.ssh/authorized_keys\n"
				    "control */.ssh/authorized_keys2\n"
				    "control */loginuid\n"
				    "control */uid_map\n"
				    "control */gid_map\n"
				    "credential /etc/shadow\n"
				    "credential /etc/shadow-\n"
				    "credential /etc/gshadow\n"
				    "credential /etc/gshadow-\n"
				    "credential /etc/sudoers\n"
				    "credential /etc/sudoers.d\n"
				    "credential /etc/ssl/private\n"
				    "credential /etc/krb5.keytab\n"
				    "credential */ssh_host_rsa_key\n"
				    "credential */ssh_host_ecdsa_key\n"
				    "credential */ssh_host_ed25519_key\n"
				    "credential */.ssh/id_rsa\n"
				    "credential */.ssh/id_ecdsa\n"
				    "credential */.ssh/id_ecdsa_sk\n"
				    "credential */.ssh/id_ed25519\n"
				    "credential */.ssh/id_ed25519_sk\n"
				    "credential */.ssh/id_dsa\n"
				    "credential /proc/kcore\n";

void ht_paths_free(struct ht_paths *p)
{
	if (p)
		ht_buffer_free(&p->text);
	free(p);
}

DEFINE_CLEANUP(struct ht_paths *, ht_paths_free)

static struct ht_text take_word(const char **at, const char *end)
{
	const char *begin;

	while (*at < end && (**at == ' ' || **at == '\t' || **at == '\r'))
		++*at;
	begin = *at;
	while (*at < end && **at != ' ' && **at != '\t' && **at != '\r')
		++*at;
	return (struct ht_text){ begin, (size_t)(*at - begin) };
}

/* NULL, or what is wrong with the pattern. */
static const char *set_pattern(struct ht_path_rule *rule, struct ht_text pattern)
{
	const char *last;

	if (!pattern.length)
		return "no pattern after the class; write for example \"control /etc\"";
	if (pattern.data[0] == '*' && pattern.length > 2 && pattern.data[1] == '/') {
		rule->match = HT_PATH_SUFFIX;
		rule->text = (struct ht_text){ pattern.data + 1, pattern.length - 1 };
		last = memrchr(rule->text.data, '/', rule->text.length);
		if (rule->text.data + rule->text.length - last > HT_CLASS_NAME - 1 || last[1] == '*' || !last[1])
			return "the name after the last slash must have 1 to 30 bytes and no *";
	} else if (pattern.data[0] == '/' && pattern.length > 1) {
		rule->match = pattern.data[pattern.length - 1] == '*' ? HT_PATH_PREFIX : HT_PATH_BELOW;
		rule->text = (struct ht_text){ pattern.data, pattern.length - (rule->match == HT_PATH_PREFIX) };
		while (rule->match == HT_PATH_BELOW && rule->text.length > 1 && rule->text.data[rule->text.length - 1] == '/')
			rule->text.length--;
	} else {
		return "a pattern is an absolute path (\"/etc\", \"/lib*\"), or \"*/\" and a name";
	}
	if (memchr(rule->text.data, '*', rule->text.length))
		return "* can stand only at the end, or in front as \"*/\"";
	return NULL;
}

static void open_gate(bool gates[HT_GATES], const char *four, size_t n)
{
	uint32_t value;

	if (n < sizeof(value)) {
		memset(gates, true, HT_GATES);
		return;
	}
	memcpy(&value, four, sizeof(value));
	gates[ht_gate(value)] = true;
}

static void add_rule(struct ht_paths *p, const struct ht_path_rule *rule)
{
	struct ht_text t = rule->text;

	if (rule->match == HT_PATH_SUFFIX)
		open_gate(p->gate_last, t.data + t.length - (t.length < 4 ? 0 : 4), t.length);
	else
		open_gate(p->gate_first, t.data, t.length);
	p->rule[p->rules++] = *rule;
}

static const char *parse_line(struct ht_paths *p, const char *at, const char *end)
{
	struct ht_path_rule rule = { 0 };
	struct ht_text word = take_word(&at, end);
	const char *problem;

	if (!word.length || word.data[0] == '#')
		return NULL;
	if (ht_text_equal(word, HT_TEXT("control")))
		rule.class_bits = HT_CLASS_CONTROL;
	else if (ht_text_equal(word, HT_TEXT("credential")))
		rule.class_bits = HT_CLASS_CREDENTIAL;
	else
		return "a line begins with \"control\" or \"credential\"";
	problem = set_pattern(&rule, take_word(&at, end));
	if (problem)
		return problem;
	word = take_word(&at, end);
	if (word.length && word.data[0] != '#')
		return "only one pattern a line; patterns cannot have blanks";
	if (p->rules == PATHS_RULES_MAX)
		return "more than 512 rules";
	add_rule(p, &rule);
	return NULL;
}

int ht_paths_parse(struct ht_paths **ret, const char *name, const char *text, size_t n, struct ht_error *err)
{
	_cleanup_(ht_paths_free_p) struct ht_paths *p = calloc(1, sizeof(*p));
	const char *at, *end, *problem;
	unsigned line = 1;

	if (!p)
		return ht_fail(err, -ENOMEM, "%s: out of memory", name);
	/* A byte behind the text, so that looking one further is defined. */
	ht_buffer_append(&p->text, text, n);
	ht_buffer_byte(&p->text, '\0');
	if (ht_buffer_status(&p->text) < 0)
		return ht_fail(err, -ENOMEM, "%s: out of memory", name);
	end = p->text.data + n;
	for (at = p->text.data; at < end; line++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		if (!newline)
			newline = end;
		problem = parse_line(p, at, newline);
		if (problem)
			return ht_fail(err, -EBADMSG, "%s:%u: %s", name, line, problem);
		at = newline + 1;
	}
	*ret = TAKE_PTR(p);
	return 0;
}

int ht_paths_default(struct ht_paths **ret)
{
	return ht_paths_parse(ret, "default paths", default_rules, sizeof(default_rules) - 1, NULL);
}

int ht_paths_load(struct ht_paths **ret, const char *path, struct ht_error *err)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	int r = ht_read_file(AT_FDCWD, path, PATHS_FILE_MAX, &b);

	if (r < 0)
		return ht_fail_errno(err, r, "%s: cannot be read", path);
	return ht_paths_parse(ret, path, b.data ? b.data : "", b.length, err);
}

const struct ht_path_rule *ht_paths_rules(const struct ht_paths *p, size_t *ret_count)
{
	*ret_count = p->rules;
	return p->rule;
}

static bool matches(const struct ht_path_rule *rule, struct ht_text path)
{
	switch (rule->match) {
	case HT_PATH_BELOW:
		return ht_text_starts(path, rule->text) &&
		       (path.length == rule->text.length || path.data[rule->text.length] == '/');
	case HT_PATH_PREFIX:
		return ht_text_starts(path, rule->text);
	case HT_PATH_SUFFIX:
		return ht_text_ends(path, rule->text);
	}
	return false;
}

/* Could any rule match? */
static bool passes_gates(const struct ht_paths *p, struct ht_text path)
{
	uint32_t first, last;

	if (path.length < sizeof(first))
		return true;
	memcpy(&first, path.data, sizeof(first));
	memcpy(&last, path.data + path.length - sizeof(last), sizeof(last));
	return p->gate_first[ht_gate(first)] || p->gate_last[ht_gate(last)];
}

unsigned ht_paths_class(const struct ht_paths *p, struct ht_text path)
{
	unsigned class_bits = 0;

	if (!passes_gates(p, path))
		return 0;
	for (size_t i = 0; i < p->rules; i++)
		if (matches(&p->rule[i], path))
			class_bits |= p->rule[i].class_bits;
	return class_bits;
}

unsigned ht_paths_class_of_prefix(const struct ht_paths *p, struct ht_text prefix)
{
	unsigned class_bits = 0;

	for (size_t i = 0; i < p->rules; i++)
		if (p->rule[i].match != HT_PATH_SUFFIX && ht_text_starts(prefix, p->rule[i].text))
			class_bits |= p->rule[i].class_bits;
	return class_bits;
}

/* Appends one component to what is already normalised from `from` on. */
static void push_component(struct ht_buffer *b, size_t from, struct ht_text c)
{
	if (!c.length || ht_text_equal(c, HT_TEXT(".")))
		return;
	if (ht_text_equal(c, HT_TEXT(".."))) {
		while (b->length > from && b->data[--b->length] != '/')
			;
		return;
	}
	ht_buffer_byte(b, '/');
	ht_buffer_append(b, c.data, c.length);
}

static void push_path(struct ht_buffer *b, size_t from, struct ht_text path)
{
	const char *at = path.data, *end = path.data + path.length;

	while (at < end) {
		const char *slash = memchr(at, '/', (size_t)(end - at));

		if (!slash)
			slash = end;
		push_component(b, from, (struct ht_text){ at, (size_t)(slash - at) });
		at = slash + 1;
	}
}

void ht_path_normalise(struct ht_buffer *b, struct ht_text base, struct ht_text path)
{
	size_t from = b->length;

	if (base.length && (!path.length || path.data[0] != '/'))
		push_path(b, from, base);
	if (path.length)
		push_path(b, from, path);
	if (b->length == from)
		ht_buffer_byte(b, '/');
}
