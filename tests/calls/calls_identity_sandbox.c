/* SPDX-License-Identifier: BSD-2-Clause */
/* IDENTITY: restrictions of the own rights. Each is made in a child, which keeps it. */
#include "calls/calls.h"
#include "calls/child.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define NUMBER offsetof(struct seccomp_data, nr)

static struct sock_filter allow_all[] = {{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
static struct sock_fprog allowing = {1, allow_all};

/* What getppid() gets; all else goes on. */
#define ON_GETPPID(name, action)                                                                                       \
	static struct sock_filter name##_filter[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, NUMBER},                         \
						     {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_getppid},                   \
						     {BPF_RET | BPF_K, 0, 0, action},                                  \
						     {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};                      \
	static struct sock_fprog name = {4, name##_filter}

ON_GETPPID(refusing, SECCOMP_RET_ERRNO | EXDEV);
ON_GETPPID(trapping, SECCOMP_RET_TRAP);
ON_GETPPID(killing, SECCOMP_RET_KILL_PROCESS);
ON_GETPPID(tracing, SECCOMP_RET_TRACE);
ON_GETPPID(notifying, SECCOMP_RET_USER_NOTIF);

static void strict(void)
{
	works(call(seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL));
	call(exit, 0);
}

static void filter(unsigned flags, const struct sock_fprog *program)
{
	need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	works(call(seccomp, SECCOMP_SET_MODE_FILTER, flags, program));
}

/* The child's getppid() is answered by its parent, which holds the listener. */
static void notifications(void)
{
	struct seccomp_notif notice = {0};
	struct seccomp_notif_resp answer = {0};
	int listener;
	pid_t pid;

	need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	listener = (int)works(call(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &notifying));
	if (listener < 0)
		return;
	fails(EBUSY, call(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &notifying));
	pid = forked();
	if (pid == 0) {
		call(getppid);
		_exit(0);
	}
	works(call(ioctl, listener, SECCOMP_IOCTL_NOTIF_RECV, &notice));
	works(call(ioctl, listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &notice.id));
	answer.id = notice.id;
	answer.val = 4321;
	works(call(ioctl, listener, SECCOMP_IOCTL_NOTIF_SEND, &answer));
	reap(pid);
	fails(ENOENT, call(ioctl, listener, SECCOMP_IOCTL_NOTIF_SEND, &answer));
}

static void filters(void)
{
	IN_CHILD
		filter(SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG, &allowing);
	IN_CHILD
		filter(SECCOMP_FILTER_FLAG_SPEC_ALLOW, &allowing);
	IN_CHILD {
		filter(0, &refusing);
		fails(EXDEV, call(getppid));
		filter(0, &tracing);
		call(getppid);
	}
	IN_CHILD {
		filter(0, &trapping);
		call(getppid);
	}
	IN_CHILD {
		filter(0, &killing);
		call(getppid);
	}
	IN_CHILD
		notifications();
}

CALLS(seccomp)
{
	uint32_t action = SECCOMP_RET_TRAP;

	works(call(seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
	action = 0x12340000;
	fails(EOPNOTSUPP, call(seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
	works(call(seccomp, SECCOMP_GET_NOTIF_SIZES, 0, out));
	filters();
	IN_CHILD
		strict();
	fails(EINVAL, call(seccomp, SECCOMP_SET_MODE_STRICT, 1, NULL));
	fails(EINVAL, call(seccomp, SECCOMP_SET_MODE_FILTER, 1 << 20, &allowing));
	fails(EINVAL, call(seccomp, 77, 0, NULL));
	drop_capabilities();
	fails(EACCES, call(seccomp, SECCOMP_SET_MODE_FILTER, 0, &allowing));
}

/* struct landlock_ruleset_attr of Linux 6.12, longer than that of older headers. */
struct rules {
	uint64_t files;
	uint64_t network;
	uint64_t scoped;
};

/* Whether the kernel has got Landlock and it is on. */
static int ruleset(uint64_t files, uint64_t network)
{
	struct rules rules = {files, network, 0};

	return (int)call(landlock_create_ruleset, &rules, network ? 16 : 8, 0);
}

#define READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

CALLS(landlock_create_ruleset)
{
	struct rules rules = {READING, 0, 0}, all = {UINT64_MAX, UINT64_MAX, UINT64_MAX};
	uint64_t longer[4] = {READING, 0, 0, 1};

	call(landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	call(landlock_create_ruleset, NULL, 0, 2 /* LANDLOCK_CREATE_RULESET_ERRATA */);
	call(landlock_create_ruleset, &rules, 8, 0);
	call(landlock_create_ruleset, &rules, sizeof rules, 0);
	rules = (struct rules){LANDLOCK_ACCESS_FS_EXECUTE, 3, 3};
	call(landlock_create_ruleset, &rules, sizeof rules, 0);
	call(landlock_create_ruleset, &all, sizeof all, 0);
	call(landlock_create_ruleset, longer, sizeof longer, 0);
	call(landlock_create_ruleset, &rules, 7, 0);
	call(landlock_create_ruleset, &rules, 8, 1 << 20);
	call(landlock_create_ruleset, unreadable(), 8, 0);
}

CALLS(landlock_add_rule)
{
	struct landlock_path_beneath_attr beneath = {.allowed_access = READING, .parent_fd = open("/", O_PATH)};
	struct {
		uint64_t access, port;
	} port = {1, 8080};
	int files = ruleset(READING, 0), network = ruleset(0, 3);

	call(landlock_add_rule, files, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	call(landlock_add_rule, network, 2 /* LANDLOCK_RULE_NET_PORT */, &port, 0);
	call(landlock_add_rule, files, 99, &beneath, 0);
	call(landlock_add_rule, files, LANDLOCK_RULE_PATH_BENEATH, &beneath, 1);
	beneath.allowed_access = LANDLOCK_ACCESS_FS_MAKE_SYM;
	call(landlock_add_rule, files, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	beneath.parent_fd = -1;
	call(landlock_add_rule, files, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	call(landlock_add_rule, -1, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	call(landlock_add_rule, 0, LANDLOCK_RULE_PATH_BENEATH, unreadable(), 0);
}

CALLS(landlock_restrict_self)
{
	int files = ruleset(READING, 0);

	need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	/* Not to be logged, since Linux 6.15; then a flag that nobody knows. */
	call(landlock_restrict_self, files, 1);
	call(landlock_restrict_self, files, 1 << 20);
	call(landlock_restrict_self, -1, 0);
	call(landlock_restrict_self, 0, 0);
	if (call(landlock_restrict_self, files, 0) == 0)
		fails(EACCES, call(open, "/", O_RDONLY));
}

EXTRA(hostile_sandbox)
{
	struct sock_fprog many = {65535, at_border(allow_all, sizeof allow_all)}, none = {0, allow_all};
	struct sock_filter bad[] = {{0xffff, 0xff, 0xff, UINT32_MAX}};
	struct sock_fprog program = {1, bad};
	struct landlock_path_beneath_attr beneath = {.allowed_access = UINT64_MAX, .parent_fd = -1};
	int files = ruleset(READING, 0);

	need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	fails(EINVAL, call(seccomp, SECCOMP_SET_MODE_FILTER, 0, &many));
	fails(EINVAL, call(seccomp, SECCOMP_SET_MODE_FILTER, 0, &none));
	fails(EINVAL, call(seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
	program.filter = unreadable();
	fails(EFAULT, call(seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
	fails(EFAULT, call(seccomp, SECCOMP_SET_MODE_FILTER, 0, at_border(&program, 2)));
	fails(EFAULT, call(seccomp, SECCOMP_GET_NOTIF_SIZES, 0, read_only()));
	fails(EFAULT, call(seccomp, SECCOMP_GET_ACTION_AVAIL, 0, unmapped()));
	fails(EINVAL, call(seccomp, -1, -1, -1));
	call(landlock_create_ruleset, at_border(&beneath, 8), 24, 0);
	call(landlock_create_ruleset, at_border(&beneath, 8), 4096, 0);
	call(landlock_create_ruleset, at_border(&beneath, 8), -1, -1);
	call(landlock_add_rule, files, LANDLOCK_RULE_PATH_BENEATH, at_border(&beneath, 4), 0);
	call(landlock_add_rule, files, LANDLOCK_RULE_PATH_BENEATH, at_border(&beneath, sizeof beneath), 0);
	call(landlock_add_rule, -1, -1, -1, -1);
	call(landlock_restrict_self, -1, -1);
}
