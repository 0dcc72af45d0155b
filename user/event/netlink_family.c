/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Families of generic netlink by number: include/uapi/linux/genetlink.h. The kernel gives the numbers out as modules are loaded,
 * but for three of them. One table for the process: there is one kernel.
 */
#include <stdbool.h>

#include "base/cleanup.h"
#include "event/netlink.h"

#define FAMILIES_MAX 256u
#define NAME_BYTES 16u /* GENL_NAMSIZ */

#define CONTROLLER 16u
#define NEW_FAMILY 1u
#define FAMILY_ID 1u
#define FAMILY_NAME 2u

static struct family {
	unsigned id;
	char name[NAME_BYTES];
} families[FAMILIES_MAX];
static unsigned count;
static void (*asker)(void);

static const char *known(unsigned id)
{
	static const char *const fixed[] = { "nlctrl", "VFS_DQUOT", "pmcraid" };

	if (id >= CONTROLLER && id - CONTROLLER < ARRAY_SIZE(fixed))
		return fixed[id - CONTROLLER];
	for (unsigned i = 0; i < count; i++)
		if (families[i].id == id)
			return families[i].name;
	return NULL;
}

const char *ht_netlink_family(unsigned id)
{
	const char *name = known(id);

	if (name || !asker || id < CONTROLLER)
		return name;
	asker();
	return known(id);
}

void ht_netlink_family_asker(void (*ask)(void))
{
	asker = ask;
}

void ht_netlink_family_reset(void)
{
	count = 0;
}

static void add(unsigned id, struct ht_text name)
{
	size_t n = strnlen(name.data, name.length);
	unsigned i = 0;

	if (!n || n >= NAME_BYTES)
		return;
	while (i < count && families[i].id != id)
		i++;
	if (i == FAMILIES_MAX)
		return;
	families[i].id = id;
	memcpy(families[i].name, name.data, n);
	families[i].name[n] = '\0';
	if (i == count)
		count++;
}

static void learn_one(struct ht_text message)
{
	struct ht_text name = { 0 };
	size_t at = HT_NLMSG_HEADER + HT_GENL_HEADER;
	uint16_t id = 0, length, type;

	for (; at + 4 <= message.length; at += ((size_t)length + 3) & ~(size_t)3) {
		memcpy(&length, message.data + at, 2);
		memcpy(&type, message.data + at + 2, 2);
		if (length < 4 || length > message.length - at)
			break;
		if (type == FAMILY_ID && length >= 6)
			memcpy(&id, message.data + at + 4, 2);
		else if (type == FAMILY_NAME && length > 4)
			name = (struct ht_text){ message.data + at + 4, length - 4u };
	}
	if (id && name.data)
		add(id, name);
}

void ht_netlink_family_learn(const void *answer, size_t n)
{
	const char *p = answer;

	while (n >= HT_NLMSG_HEADER) {
		uint32_t length;
		uint16_t type;
		size_t step;

		memcpy(&length, p, sizeof(length));
		memcpy(&type, p + 4, sizeof(type));
		if (length < HT_NLMSG_HEADER || length > n)
			return;
		if (type == CONTROLLER && length > HT_NLMSG_HEADER && p[HT_NLMSG_HEADER] == NEW_FAMILY)
			learn_one((struct ht_text){ p, length });
		step = ((size_t)length + 3) & ~(size_t)3;
		if (step > n)
			return;
		p += step;
		n -= step;
	}
}
