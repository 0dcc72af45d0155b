/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/container.h"

#include <string.h>

#include "base/cleanup.h"

#define ID_LENGTH 64

static bool is_id(struct ht_text t)
{
	if (t.length != ID_LENGTH)
		return false;
	for (size_t i = 0; i < t.length; i++)
		if (!strchr("0123456789abcdef", t.data[i]) || !t.data[i])
			return false;
	return true;
}

/* PREFIX ID .scope: what systemd-driven runtimes make. */
static struct ht_text scope_id(struct ht_text c)
{
	static const struct ht_text prefixes[] = {
		{ "docker-", 7 }, { "libpod-", 7 }, { "cri-containerd-", 15 }, { "crio-", 5 }, { "nerdctl-", 8 },
	};
	static const struct ht_text suffix = { ".scope", 6 };

	if (!ht_text_ends(c, suffix))
		return (struct ht_text){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		struct ht_text id = { c.data + prefixes[i].length, c.length - prefixes[i].length - suffix.length };

		if (c.length == prefixes[i].length + ID_LENGTH + suffix.length && ht_text_starts(c, prefixes[i]) && is_id(id))
			return id;
	}
	return (struct ht_text){ 0 };
}

static struct ht_text component_id(struct ht_text parent, struct ht_text c)
{
	static const struct ht_text machine = { "machine-", 8 }, scope = { ".scope", 6 };

	if (is_id(c))
		return c;
	if (ht_text_equal(parent, HT_TEXT("machine.slice")) && ht_text_starts(c, machine) && ht_text_ends(c, scope) &&
	    c.length > machine.length + scope.length)
		return (struct ht_text){ c.data + machine.length, c.length - machine.length - scope.length };
	return scope_id(c);
}

struct ht_text ht_container_of(struct ht_text cgroup)
{
	struct ht_text parent = { "", 0 }, found = { 0 };
	const char *at = cgroup.data, *end;

	if (!at)
		return found;
	end = at + cgroup.length;
	while (at < end) {
		const char *slash = memchr(at, '/', (size_t)(end - at));
		struct ht_text c = { at, (size_t)((slash ? slash : end) - at) }, id = component_id(parent, c);

		/* The innermost: containers run in containers. */
		if (id.data)
			found = id;
		parent = c;
		at = slash ? slash + 1 : end;
	}
	return found;
}
