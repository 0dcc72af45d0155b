/* SPDX-License-Identifier: BSD-2-Clause */
/* IDENTITY: user and group ids, capabilities and labels. */
#include "calls/calls.h"
#include "calls/child.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>

#define NOBODY 65534
/* "Leave it as it is", in ids of either width; the calls of i386 with 16 bits look at no others. */
#define KEEP (-1)

/* The calls that set one id: whoever gave up being root cannot go back. */
static void set_one(long number)
{
	IN_CHILD {
		works(call_number(number, 0));
		works(call_number(number, NOBODY));
		be_nobody();
		drop_capabilities();
		fails(EPERM, call_number(number, 0));
		fails(EPERM, call_number(number, 12345));
	}
}

static void set_two(long number)
{
	IN_CHILD {
		works(call_number(number, KEEP, KEEP));
		works(call_number(number, 0, KEEP));
		works(call_number(number, KEEP, 1));
	}
	IN_CHILD {
		works(call_number(number, NOBODY, NOBODY));
		be_nobody();
		drop_capabilities();
		fails(EPERM, call_number(number, 0, KEEP));
		fails(EPERM, call_number(number, KEEP, 12345));
	}
}

static void set_three(long number)
{
	IN_CHILD {
		works(call_number(number, KEEP, KEEP, KEEP));
		works(call_number(number, 1, 2, 0));
		works(call_number(number, KEEP, 0, KEEP));
		works(call_number(number, NOBODY, NOBODY, NOBODY));
		be_nobody();
		drop_capabilities();
		fails(EPERM, call_number(number, 0, 0, 0));
		fails(EPERM, call_number(number, KEEP, KEEP, 1));
	}
}

/* They never fail: what they return is the id before. */
static void set_of_filesystem(long number)
{
	IN_CHILD {
		works(call_number(number, NOBODY));
		call_number(number, -1);
		works(call_number(number, 0));
		drop_capabilities();
		works(call_number(number, 12345));
		works(call_number(number, 0));
	}
}

CALLS(setuid)
{
	set_one(NR_setuid);
}

CALLS(setgid)
{
	set_one(NR_setgid);
}

CALLS(setreuid)
{
	set_two(NR_setreuid);
}

CALLS(setregid)
{
	set_two(NR_setregid);
}

CALLS(setresuid)
{
	set_three(NR_setresuid);
}

CALLS(setresgid)
{
	set_three(NR_setresgid);
}

CALLS(setfsuid)
{
	set_of_filesystem(NR_setfsuid);
}

CALLS(setfsgid)
{
	set_of_filesystem(NR_setfsgid);
}

static void set_groups(long number, const void *groups, size_t width)
{
	works(call_number(number, 3, groups));
	works(call_number(number, 1, at_border(groups, width)));
	works(call_number(number, 0, NULL));
	fails(EINVAL, call_number(number, 65537, groups));
	fails(EINVAL, call_number(number, -1, groups));
	fails(EFAULT, call_number(number, 2, at_border(groups, width)));
	fails(EFAULT, call_number(number, 65536, at_border(groups, width)));
	drop_capabilities();
	fails(EPERM, call_number(number, 3, groups));
}

static const uint32_t GROUPS32[] = {0, 65536, 4294967294};

CALLS(setgroups)
{
#ifdef __i386__
	static const uint16_t GROUPS16[] = {0, 1000, 65534, 65535};

	/* 65535 is no group, in 16 bits. */
	fails(EINVAL, call(setgroups, 4, GROUPS16));
	set_groups(NR_setgroups, GROUPS16, 2);
#else
	set_groups(NR_setgroups, GROUPS32, 4);
#endif
}

#define GETS(name)                                                                                                     \
	CALLS(name)                                                                                                    \
	{                                                                                                              \
		works(call(name));                                                                                     \
	}

GETS(getuid)
GETS(geteuid)
GETS(getgid)
GETS(getegid)

static void get_three(long number)
{
	uint32_t ids[3];

	works(call_number(number, &ids[0], &ids[1], &ids[2]));
	fails(EFAULT, call_number(number, &ids[0], &ids[1], read_only()));
}

static void get_groups(long number)
{
	works(call_number(number, 0, NULL));
	works(call_number(number, 3, out));
	fails(EINVAL, call_number(number, -1, out));
	works(call(setgroups, 3, (long)GROUPS32));
	fails(EINVAL, call_number(number, 2, out));
	fails(EFAULT, call_number(number, 3, unreadable()));
}

CALLS(getresuid)
{
	get_three(NR_getresuid);
}

CALLS(getresgid)
{
	get_three(NR_getresgid);
}

CALLS(getgroups)
{
	get_groups(NR_getgroups);
}

#ifdef __i386__
CALLS(setuid32)
{
	set_one(NR_setuid32);
}

CALLS(setgid32)
{
	set_one(NR_setgid32);
}

CALLS(setreuid32)
{
	set_two(NR_setreuid32);
}

CALLS(setregid32)
{
	set_two(NR_setregid32);
}

CALLS(setresuid32)
{
	set_three(NR_setresuid32);
}

CALLS(setresgid32)
{
	set_three(NR_setresgid32);
}

CALLS(setfsuid32)
{
	set_of_filesystem(NR_setfsuid32);
}

CALLS(setfsgid32)
{
	set_of_filesystem(NR_setfsgid32);
}

CALLS(setgroups32)
{
	set_groups(NR_setgroups32, GROUPS32, 4);
}

GETS(getuid32)
GETS(geteuid32)
GETS(getgid32)
GETS(getegid32)

CALLS(getresuid32)
{
	get_three(NR_getresuid32);
}

CALLS(getresgid32)
{
	get_three(NR_getresgid32);
}

CALLS(getgroups32)
{
	get_groups(NR_getgroups32);
}
#endif

static void old_versions(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_1, 0};
	struct __user_cap_data_struct sets[2];

	memset(sets, 0, sizeof sets);
	works(call(capget, &header, sets));
	header.version = _LINUX_CAPABILITY_VERSION_2;
	works(call(capget, &header, sets));
	sets[0].inheritable = 1 << CAP_CHOWN;
	works(call(capset, &header, sets));
}

CALLS(capset)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct sets[2];

	works(call(capget, &header, sets));
	works(call(capset, &header, sets));
	sets[0].inheritable = sets[0].permitted & (1 << CAP_KILL | 1 << CAP_SETUID);
	sets[0].effective &= ~(1U << CAP_SYS_ADMIN);
	sets[1].effective = 0;
	header.pid = getpid();
	works(call(capset, &header, sets));
	header.pid = 1;
	fails(EPERM, call(capset, &header, sets));
	header = (struct __user_cap_header_struct){0x12345678, 0};
	fails(EINVAL, call(capset, &header, sets));
	header.version = _LINUX_CAPABILITY_VERSION_3;
	header.pid = 0;
	drop_capabilities();
	fails(EPERM, call(capset, &header, sets));
}

CALLS(capget)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct sets[2];

	works(call(capget, &header, sets));
	header.pid = getppid();
	works(call(capget, &header, sets));
	old_versions();
	/* How the version is asked for: the kernel writes its own into the header. */
	header = (struct __user_cap_header_struct){0, 0};
	call(capget, &header, NULL);
	header.pid = -1;
	fails(EINVAL, call(capget, &header, sets));
	header.pid = 0x3fffffff;
	fails(ESRCH, call(capget, &header, sets));
	fails(EFAULT, call(capget, unreadable(), sets));
}

CALLS(lsm_set_self_attr)
{
	struct {
		uint64_t id, flags, length, context_length;
		char context[8];
	} context = {104, 0, sizeof context, 8, "label"};

	/* LSM_ATTR_CURRENT and LSM_ATTR_EXEC of AppArmor, which this system may not have. */
	call(lsm_set_self_attr, 100, &context, sizeof context, 0);
	call(lsm_set_self_attr, 101, &context, sizeof context, 0);
	fails(EINVAL, call(lsm_set_self_attr, 100, &context, 3, 0));
	call(lsm_set_self_attr, -1, unreadable(), -1, -1);
}

CALLS(lsm_get_self_attr)
{
	uint32_t size = sizeof out;

	call(lsm_get_self_attr, 100, out, &size, 0);
	size = 0;
	call(lsm_get_self_attr, 100, NULL, &size, 0);
	fails(EINVAL, call(lsm_get_self_attr, 0, out, &size, 0));
	call(lsm_get_self_attr, 100, out, NULL, -1);
}

CALLS(lsm_list_modules)
{
	uint32_t size = sizeof out;

	works(call(lsm_list_modules, out, &size, 0));
	size = 0;
	fails(E2BIG, call(lsm_list_modules, out, &size, 0));
	fails(EINVAL, call(lsm_list_modules, out, &size, 1));
	fails(EFAULT, call(lsm_list_modules, out, unmapped(), 0));
}

EXTRA(hostile_identity)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct sets[2];

	memset(sets, 0xff, sizeof sets);
	fails(EFAULT, call(capset, at_border(&header, 4), sets));
	fails(EFAULT, call(capset, &header, at_border(sets, sizeof sets / 2)));
	fails(EFAULT, call(capset, NULL, NULL));
	fails(EFAULT, call(capset, &header, unmapped()));
	/* Whoever has all of them loses none by asking for more than there are. */
	call(capset, &header, at_border(sets, sizeof sets));
	header.pid = INT32_MIN;
	fails(EPERM, call(capset, &header, sets));
	fails(EINVAL, call(capget, &header, sets));
	fails(EFAULT, call(getresuid, unreadable(), unmapped(), -1));
	fails(EINVAL, call(setgroups, INT32_MIN, unreadable()));
	fails(EFAULT, call(setgroups, 65536, unreadable()));
	fails(EINVAL, call(getgroups, INT32_MIN, unreadable()));
#ifdef __x86_64__
	/* The kernel takes the lower halves. */
	works(call(setreuid, 0x1ffffffff, 0xffffffff));
	works(call(setresgid, 0xabcdef0000000000, 0x100000000, -1));
#endif
}
