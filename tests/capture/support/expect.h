/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A test program makes a call with CALL() and says with expect() which record it expects of it, every member of it. What
 * it cannot know (when exactly, on which CPU, under which number) support/expect.sh checks by form and order.
 *
 *	fd = CALL(openat, AT_FDCWD, path, O_RDONLY);
 *	expect(.event = "OpenFile", .read_only = true, .request = T(...), .response = PATH(path), .resources = ...);
 *
 * Expectations are written to standard output at the end, by expect_finish(): by then nothing is compared any more.
 * Where the selectors let in what a test program does besides, it keeps silent about it between mute() and unmute().
 */
#ifndef HT_TEST_EXPECT_H
#define HT_TEST_EXPECT_H

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "capture/support/describe.h"

#define EXPECT_BYTES (64u << 20)
#define EXPECT_FD 200 /* stays open in what the test program executes */

enum plane {
	DATA,
	MANAGEMENT,
	MANAGEMENT_UNDECIDED, /* the kernel could not tell: it came through the data ring */
	DATA_UNDECIDED,       /* the kernel's path tables do not decide it: it came through the management ring */
};

/* What a test says of a call's record. JSON texts. */
struct want {
	const char *event;
	const char *source;   /* "filesystem" unless said */
	enum plane plane;
	bool read_only;
	const char *request;  /* the object; NULL: none */
	const char *response; /* the members besides the result; NULL: none */
	const char *resources; /* the array; NULL: none */
	const char *truncated; /* the object; NULL: none */
	bool own_args; /* requestParameters.argv is that of the process: where one was cut the other was */
	const char *message;  /* errorMessage where strerror() has another */
	bool no_call;         /* it came about without a system call */
	bool no_result;       /* the call did not return */
	bool untold;          /* it is not known how it ended */
	const struct description *by; /* the calling task, unless said */
};

static struct {
	uint64_t used;
	char text[];
} *expectations; /* shared with the children */

static char *expect_boot_id, *expect_host_name;
static __thread struct description self;
static __thread struct {
	const char *name, *abi;
	long number, result;
	int error;
	uint64_t from, to; /* CLOCK_BOOTTIME around the call */
} last;

static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Wall-clock time minus CLOCK_BOOTTIME: of some tries, the one that was interrupted least. */
static inline int64_t clock_offset(void)
{
	uint64_t least = UINT64_MAX, before, wall, after;
	int64_t offset = 0;

	for (int i = 0; i < 5; i++) {
		before = clock_ns(CLOCK_BOOTTIME);
		wall = clock_ns(CLOCK_REALTIME);
		after = clock_ns(CLOCK_BOOTTIME);
		if (after - before < least) {
			least = after - before;
			offset = (int64_t)(wall - before);
		}
	}
	return offset;
}

/* After whatever changes how the task looks: its identity, directory, name… */
static inline void describe(void)
{
	self = describe_now();
}

/* In a program that the test program executed: its expectations are kept with the others. */
static inline void expect_join(void)
{
	static char name[256];

	expectations = mmap(NULL, EXPECT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, EXPECT_FD, 0);
	NEED(expectations != MAP_FAILED);
	expect_boot_id = J(first_line("/proc/sys/kernel/random/boot_id"));
	NEED(gethostname(name, sizeof(name)) == 0);
	expect_host_name = J(name);
	describe();
}

static inline void expect_begin(void)
{
	int fd = memfd_create("expectations", 0);

	NEED(fd >= 0 && dup2(fd, EXPECT_FD) == EXPECT_FD && ftruncate(EXPECT_FD, EXPECT_BYTES) == 0);
	close(fd);
	expect_join();
}

static inline void before_call(const char *name, long number, const char *abi)
{
	last.name = name;
	last.number = number;
	last.abi = abi;
	last.from = clock_ns(CLOCK_BOOTTIME);
}

static inline long after_call(long result)
{
	last.error = result == -1 ? errno : 0;
	last.result = result;
	last.to = clock_ns(CLOCK_BOOTTIME);
	return result;
}

#define CALL(name, ...) (before_call(#name, SYS_##name, "x86_64"), after_call(syscall(SYS_##name, ##__VA_ARGS__)))

static inline char *expect_outcome(const struct want *w)
{
	if (last.error)
		return T(",\"errorCode\":\"%s\",\"errorMessage\":%s", strerrorname_np(last.error),
			 J(w->message ? w->message : strerror(last.error)));
	if (w->untold)
		return T(",\"responseElements\":{\"result\":null}");
	if (w->no_result)
		return T(",\"responseElements\":{%s}", w->response ? w->response : "");
	return T(",\"responseElements\":{\"result\":%ld%s%s}", last.result, w->response ? "," : "",
		 w->response ? w->response : "");
}

static inline void expect_record(const struct want *w)
{
	const struct description *by = w->by ? w->by : &self;
	bool management = w->plane == MANAGEMENT || w->plane == MANAGEMENT_UNDECIDED;
	const char *truncated = by->args_cut ? T("{\"process.args\":%zu%s}", by->args_cut,
						 w->own_args ? T(",\"requestParameters.argv\":%zu", by->args_cut) : "") :
					       w->truncated;
	char *class = T("\"eventCategory\":\"%s\",\"managementEvent\":%s,\"readOnly\":%s,\"eventType\":\"HostApiCall\","
			"\"eventSource\":\"%s\",\"eventName\":\"%s\"",
			management ? "Management" : "Data", management ? "true" : "false", w->read_only ? "true" : "false",
			w->source ? w->source : "filesystem", w->event);
	char *who = T("\"userIdentity\":{%s},\"sourceIPAddress\":\"localhost\",\"userAgent\":%s,\"process\":{%s}", by->identity,
		      by->exe, by->process);
	char *call = T(",\"syscall\":{%s%s%s\"number\":%ld,\"abi\":\"%s\"}", last.name ? "\"name\":\"" : "",
		       last.name ? last.name : "", last.name ? "\"," : "", last.number, last.abi);
	char *what = T("%s%s%s%s%s%s%s%s", w->no_call ? "" : call, w->request ? ",\"requestParameters\":" : "", w->request ? w->request : "", expect_outcome(w),
		       w->resources ? ",\"resources\":" : "", w->resources ? w->resources : "",
		       truncated ? ",\"truncated\":" : "", truncated ? truncated : "");
	const char *ring = w->plane == MANAGEMENT || w->plane == DATA_UNDECIDED ? "management" : "data";
	char *line = T("{\"from\":%llu,\"to\":%llu,\"boot\":%lld,\"ticks\":%llu,\"record\":{\"eventVersion\":\"1.0\","
		       "\"sequence\":{\"ring\":\"%s\"},\"bootId\":%s,%s,%s%s,\"hostName\":%s,\"region\":\"default\"}}\n",
		       (unsigned long long)last.from, (unsigned long long)last.to,
		       (long long)clock_offset(), by->start_ticks, ring,
		       expect_boot_id, class, who, what, expect_host_name);
	size_t n = strlen(line);
	uint64_t at = __atomic_fetch_add(&expectations->used, n, __ATOMIC_ACQ_REL);

	NEED(at + n < EXPECT_BYTES - sizeof(*expectations));
	memcpy(expectations->text + at, line, n);
}

#define expect(...) expect_record(&(struct want){ __VA_ARGS__ })

static inline void expect_finish(void)
{
	size_t n = expectations->used, at = 0;
	ssize_t r;

	while (at < n && (r = write(STDOUT_FILENO, expectations->text + at, n - at)) > 0)
		at += (size_t)r;
	_exit(at == n ? 0 : 99);
}

static inline void mute(void)
{
	syscall(SYS_chmod, "/hosttrail-mute", 0);
}

static inline void unmute(void)
{
	syscall(SYS_chmod, "/hosttrail-unmute", 0);
}

/* Runs a function in a child, which describes itself first; the child's expectations are kept with the others. */
static inline void in_child(void (*run)(void))
{
	int status;
	pid_t pid = fork();

	NEED(pid >= 0);
	if (pid == 0) {
		describe();
		run();
		_exit(0);
	}
	NEED(waitpid(pid, &status, 0) == pid);
	if (status) {
		fprintf(stderr, "a child ended with status 0x%x\n", status);
		_exit(99);
	}
}

/* ---- pieces of records ---- */

static inline char *R(const char *type, const char *name, const char *evidence)
{
	return T("{\"type\":\"Host::%s\",\"name\":%s,\"evidence\":\"%s\"}", type, J(name), evidence);
}

static inline char *R1(const char *type, const char *name, const char *evidence)
{
	return T("[%s]", R(type, name, evidence));
}

/* The members that say which file a returned descriptor is of. */
static inline char *PATH(const char *path)
{
	return T("\"path\":%s", J(path));
}

/* What is known of the exec that made the calling program. */
struct own_exec {
	const char *call;        /* execve or execveat */
	const char *path, *interpreter;
	const char *dirfd, *flags; /* of execveat: JSON */
	const char *dirfd_path, *dirfd_type; /* of its descriptor, if it is used and still open */
	const char *script, *script_evidence;   /* of an interpreter: what its script is named as a resource */
	const char *before;      /* members of the credentials before; NULL: as they are now */
	const char *file;        /* members of the file after path and storage, besides its mode; NULL: none */
	const char *storage;
	uint64_t from;           /* a time before it */
	bool raised, secure;
};

/* The arguments as the process's description has them, under the names that requestParameters has. */
static inline char *expect_argv(void)
{
	size_t n, cut;
	char *members = describe_args(&cut), *line = read_whole("/proc/self/cmdline", &n), *base64_at;

	base64_at = strstr(members, "],\"argsBase64\":[");
	if (!base64_at)
		return T("\"argv\":%s", members + strlen("\"args\":"));
	return T("\"argv\":%.*s],\"argvBase64\":\"%s\"", (int)(base64_at - members - (int)strlen("\"args\":")),
		 members + strlen("\"args\":"), base64(line, n > ARGS_BYTES ? ARGS_BYTES : n));
}

static inline char *expect_exec_request(const struct own_exec *e)
{
	char *text = T("%s", "{");

	if (e->dirfd)
		text = T("%s\"dirfd\":%s,", text, e->dirfd);
	if (e->dirfd_path)
		text = T("%s\"dirfdPath\":%s,", text, J(e->dirfd_path));
	if (e->dirfd_type)
		text = T("%s\"dirfdType\":%s,", text, J(e->dirfd_type));
	text = T("%s\"path\":%s,%s", text, J(e->path), expect_argv());
	if (e->flags)
		text = T("%s,\"flags\":%s", text, e->flags);
	if (e->interpreter)
		text = T("%s,\"interpreter\":%s", text, J(e->interpreter));
	return T("%s}", text);
}

static inline char *expect_exec_response(const struct own_exec *e, const char *exe)
{
	char *after = describe_credentials(), *credentials;
	struct stat st;

	NEED(stat("/proc/self/exe", &st) == 0);
	if (e->before && strcmp(e->before, after) != 0)
		credentials = T("\"changed\":true,\"before\":{%s}", e->before);
	else
		credentials = T("\"changed\":false");
	return T("\"file\":{\"path\":%s,\"storage\":\"%s\",\"mode\":\"0%o\"%s%s},%s\"credentials\":{%s,\"after\":{%s}}", J(exe),
		 e->storage ? e->storage : "disk", st.st_mode & 07777, e->file ? "," : "", e->file ? e->file : "",
		 e->secure ? "\"secureExecution\":true," : "", credentials, after);
}

/* The record of the exec that made the calling program. */
static inline void expect_own_exec(const struct own_exec *e)
{
	bool deleted;
	char *exe = describe_program(&deleted), *program = R("Program", exe, "kernel");

	before_call(e->call, strcmp(e->call, "execve") == 0 ? SYS_execve : SYS_execveat, "x86_64");
	after_call(0);
	last.from = e->from;
	expect(.event = "ExecuteProgram", .source = "process", .plane = e->raised ? MANAGEMENT : DATA,
	       .request = expect_exec_request(e), .response = expect_exec_response(e, exe), .own_args = true,
	       .resources = e->script ? T("[%s,%s]", program, R("Program", e->script, e->script_evidence)) : T("[%s]", program));
}

#endif
