/* SPDX-License-Identifier: BSD-2-Clause */
/* Who a process is, and what it may: every call that changes it, by processes that then are somebody else. */
#include <grp.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sys/prctl.h>

#include "capture/support/expect.h"

#define NOBODY 65534

/* Something selected, so that the process was described as it is now: its next call changes that. */
static void introduce(void)
{
	CALL(chmod, "/hosttrail-none", 0);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"path\":\"/hosttrail-none\",\"mode\":\"0000\"}",
	       .resources = R1("File", "/hosttrail-none", "caller"));
}

static void identity_call(const char *event, const char *request, const char *resources, const char *became)
{
	expect(.event = event, .source = "identity", .plane = MANAGEMENT, .request = request, .resources = resources,
	       .response = became);
}

static char *became(unsigned uid, unsigned gid, unsigned euid, unsigned egid)
{
	return T("\"uid\":%u,\"gid\":%u,\"euid\":%u,\"egid\":%u", uid, gid, euid, egid);
}

/* The first thing that is recorded of a process: it was born as somebody. */
static void user_ids(void)
{
	CALL(setresuid, -1, NOBODY, 0);
	identity_call("SetUserId", "{\"realUid\":null,\"effectiveUid\":65534,\"savedUid\":0}", R1("User", "nobody", "kernel"),
		      became(0, 0, NOBODY, 0));
	describe();
	CALL(setreuid, -1, 0);
	identity_call("SetUserId", "{\"realUid\":null,\"effectiveUid\":0}", R1("User", "root", "kernel"), became(0, 0, 0, 0));
	describe();
	CALL(setfsuid, 7);
	identity_call("SetUserId", "{\"filesystemUid\":7}", R1("User", "lp", "kernel"), became(0, 0, 0, 0));
	CALL(setuid, 4000000001u);
	identity_call("SetUserId", "{\"uid\":4000000001}", R1("User", "4000000001", "kernel"),
		      became(4000000001u, 0, 4000000001u, 0));
	describe();
	CALL(setuid, 0);
	identity_call("SetUserId", "{\"uid\":0}", R1("User", "root", "kernel"), NULL);
	CALL(setresuid, 0, 1, -1);
	identity_call("SetUserId", "{\"realUid\":0,\"effectiveUid\":1,\"savedUid\":null}", R1("User", "daemon", "kernel"), NULL);
	CALL(setreuid, 0, -1);
	identity_call("SetUserId", "{\"realUid\":0,\"effectiveUid\":null}", NULL, NULL);
	introduce();
}

static void group_ids(void)
{
	CALL(setregid, 5, 6);
	identity_call("SetGroupId", "{\"realGid\":5,\"effectiveGid\":6}", R1("Group", "6", "kernel"), became(0, 5, 0, 6));
	describe();
	CALL(setfsgid, 9);
	identity_call("SetGroupId", "{\"filesystemGid\":9}", R1("Group", "9", "kernel"), became(0, 5, 0, 6));
	CALL(setresgid, 7, 7, 7);
	identity_call("SetGroupId", "{\"realGid\":7,\"effectiveGid\":7,\"savedGid\":7}", R1("Group", "7", "kernel"),
		      became(0, 7, 0, 7));
	describe();
	CALL(setgid, NOBODY);
	identity_call("SetGroupId", "{\"gid\":65534}", R1("Group", "65534", "kernel"), became(0, NOBODY, 0, NOBODY));
	describe();
	CALL(setuid, NOBODY);
	identity_call("SetUserId", "{\"uid\":65534}", R1("User", "nobody", "kernel"), became(NOBODY, NOBODY, NOBODY, NOBODY));
}

#define GROUPS_TOLD 512 /* 2,048 bytes of them */

static void groups(void)
{
	gid_t list[GROUPS_TOLD + 8];
	char *told = T("%s", "1000");

	for (unsigned i = 0; i < GROUPS_TOLD + 8; i++)
		list[i] = 1000 + i;
	for (unsigned i = 1; i < GROUPS_TOLD; i++)
		told = T("%s,%u", told, 1000 + i);
	CALL(setgroups, 3, list);
	identity_call("SetGroups", "{\"count\":3,\"groups\":[1000,1001,1002]}", R1("Process", T("%d", getpid()), "kernel"), NULL);
	CALL(setgroups, 0, NULL);
	identity_call("SetGroups", "{\"count\":0,\"groups\":null}", R1("Process", T("%d", getpid()), "kernel"), NULL);
	CALL(setgroups, 70000, list);
	expect(.event = "SetGroups", .source = "identity", .plane = MANAGEMENT,
	       .request = T("{\"count\":70000,\"groups\":[%s]}", told), .resources = R1("Process", T("%d", getpid()), "kernel"),
	       .truncated = "{\"requestParameters.groups\":280000}");
	CALL(setgroups, 2, (void *)8);
	identity_call("SetGroups", "{\"count\":2,\"unreadable\":[\"groups\"]}", R1("Process", T("%d", getpid()), "kernel"), NULL);
}

static void capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct sets[2] = { { 1u << CAP_CHOWN, 1u << CAP_CHOWN | 1u << CAP_KILL, 0 },
						  { 0, 1u << (CAP_BPF - 32), 0 } };
	char *own = R1("Process", T("%d", getpid()), "kernel");

	CALL(capset, &header, sets);
	identity_call("SetCapabilities",
		      "{\"header\":{\"version\":\"_LINUX_CAPABILITY_VERSION_3\",\"pid\":0},\"capabilities\":{"
		      "\"effective\":[\"CAP_CHOWN\"],\"permitted\":[\"CAP_CHOWN\",\"CAP_KILL\",\"CAP_BPF\"],\"inheritable\":[]}}",
		      own, NULL);
	sets[0].permitted |= 1u << CAP_SYS_ADMIN;
	CALL(capset, &header, sets);
	identity_call("SetCapabilities",
		      "{\"header\":{\"version\":\"_LINUX_CAPABILITY_VERSION_3\",\"pid\":0},\"capabilities\":{"
		      "\"effective\":[\"CAP_CHOWN\"],\"permitted\":[\"CAP_CHOWN\",\"CAP_KILL\",\"CAP_SYS_ADMIN\",\"CAP_BPF\"],"
		      "\"inheritable\":[]}}", own, NULL);
	CALL(prctl, PR_CAPBSET_DROP, CAP_NET_RAW, 0, 0, 0);
	expect(.event = "DropCapability", .source = "identity", .plane = MANAGEMENT,
	       .request = "{\"option\":\"PR_CAPBSET_DROP\",\"capability\":\"CAP_NET_RAW\"}", .resources = own);
	CALL(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	expect(.event = "DropNewPrivileges", .source = "identity", .plane = MANAGEMENT,
	       .request = "{\"option\":\"PR_SET_NO_NEW_PRIVS\",\"enable\":1}", .resources = own);
}

/* Who logged in stays what it was through all that follows. */
static void login(void)
{
	int fd = (int)CALL(openat, AT_FDCWD, "/proc/self/loginuid", O_WRONLY);
	char *path = T("/proc/%d/loginuid", getpid());

	expect(.event = "OpenFile", .plane = MANAGEMENT,
	       .request = "{\"dirfd\":\"AT_FDCWD\",\"path\":\"/proc/self/loginuid\",\"flags\":[\"O_WRONLY\"]}", .response = PATH(path),
	       .resources = R1("File", path, "kernel"));
	NEED(CALL(write, fd, "7", 1) == 1);
	describe();
	expect(.event = "WriteFile", .plane = MANAGEMENT, .request = T("{\"fd\":%d,\"fdPath\":%s,\"count\":1}", fd, J(path)),
	       .resources = R1("File", path, "kernel"));
	introduce();
}

/* One thread alone is somebody else for a while. */
static void *of_thread(void *unused)
{
	describe();
	introduce();
	CALL(setresuid, 33, 33, 0);
	identity_call("SetUserId", "{\"realUid\":33,\"effectiveUid\":33,\"savedUid\":0}", R1("User", "www-data", "kernel"),
		      became(33, 0, 33, 0));
	describe();
	introduce();
	return unused;
}

static void threads(void)
{
	pthread_t thread;

	NEED(pthread_create(&thread, NULL, of_thread, NULL) == 0 && pthread_join(thread, NULL) == 0);
	introduce();
	CALL(prctl, PR_SET_NAME, "renamed \"x\"", 0, 0, 0);
	describe();
	introduce();
}

int main(void)
{
	expect_begin();
	introduce();
	in_child(user_ids);
	in_child(group_ids);
	in_child(groups);
	in_child(capabilities);
	in_child(login);
	in_child(threads);
	introduce();
	expect_finish();
}
