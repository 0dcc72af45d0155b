/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who the calling task is, found out by means of its own (/proc, getpwuid): the members that every record of its calls
 * has to have. Test programs are short-lived: what they allocate is never freed.
 */
#ifndef HT_TEST_DESCRIBE_H
#define HT_TEST_DESCRIBE_H

#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Reports what kept a test from being made, which is never what it tests. */
__attribute__((noreturn, format(printf, 1, 2))) static inline void give_up(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fprintf(stderr, ": %m\n");
	_exit(99);
}

#define NEED(condition)                                                            \
	do {                                                                       \
		if (!(condition))                                                  \
			give_up("%s:%d: %s", __FILE__, __LINE__, #condition);       \
	} while (0)

__attribute__((format(printf, 1, 2))) static inline char *T(const char *format, ...)
{
	va_list ap;
	char *text;

	va_start(ap, format);
	NEED(vasprintf(&text, format, ap) >= 0);
	va_end(ap);
	return text;
}

/* A JSON string. What is no UTF-8 (here: any byte from 0x80 on when raw is set) becomes U+FFFD. */
static inline char *json_string(const void *bytes, size_t n, bool raw)
{
	char *text = malloc(6 * n + 3), *at = text;
	const unsigned char *byte = bytes;

	NEED(text);
	*at++ = '"';
	for (size_t i = 0; i < n; i++) {
		if (byte[i] < 0x20 || byte[i] == '"' || byte[i] == '\\' || byte[i] == 0x7f)
			at += snprintf(at, 7, "\\u%04x", byte[i]);
		else if (byte[i] >= 0x80 && raw)
			at += snprintf(at, 7, "\\ufffd");
		else
			*at++ = (char)byte[i];
	}
	*at++ = '"';
	*at = '\0';
	return text;
}

static inline bool json_raw(const char *s)
{
	while (*s && !(*s & 0x80))
		s++;
	return *s;
}

/* RFC 4648, section 4. */
static inline char *base64(const void *bytes, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = malloc(n / 3 * 4 + 5), *at = text;
	const unsigned char *b = bytes;

	NEED(text);
	for (; n >= 3; n -= 3, b += 3, at += 4) {
		at[0] = digit[b[0] >> 2];
		at[1] = digit[(b[0] & 3) << 4 | b[1] >> 4];
		at[2] = digit[(b[1] & 15) << 2 | b[2] >> 6];
		at[3] = digit[b[2] & 63];
	}
	if (n) {
		at[0] = digit[b[0] >> 2];
		at[1] = digit[(b[0] & 3) << 4 | (n == 2 ? b[1] >> 4 : 0)];
		at[2] = n == 2 ? digit[(b[1] & 15) << 2] : '=';
		at[3] = '=';
		at += 4;
	}
	*at = '\0';
	return text;
}

static inline char *J(const char *s)
{
	return json_string(s, strlen(s), false);
}

/* The whole of a small file, NUL-terminated. */
static inline char *read_whole(const char *path, size_t *ret_length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size = 4 << 20, n = 0;
	char *text = malloc(size);
	ssize_t r;

	if (fd < 0 || !text)
		give_up("%s", path);
	while (n < size - 1 && (r = read(fd, text + n, size - 1 - n)) > 0)
		n += (size_t)r;
	close(fd);
	text[n] = '\0';
	if (ret_length)
		*ret_length = n;
	return text;
}

static inline char *read_link(const char *path)
{
	char *text = malloc(8192);
	ssize_t n = text ? readlink(path, text, 8191) : -1;

	if (n < 0)
		give_up("%s", path);
	text[n] = '\0';
	return text;
}

static inline char *first_line(const char *path)
{
	char *text = read_whole(path, NULL);

	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* The fields of /proc/PID/stat from the third on; the name is the second, and may hold anything. */
struct stat_line {
	char name[64], state;
	int parent, tty;
	unsigned long long start_ticks;
};

static inline struct stat_line stat_of(int pid)
{
	char *text = read_whole(T("/proc/%d/stat", pid), NULL), *begin = strchr(text, '('), *end = strrchr(text, ')');
	struct stat_line s = { 0 };
	int n;

	NEED(begin && end);
	snprintf(s.name, sizeof(s.name), "%.*s", (int)(end - begin - 1), begin + 1);
	n = sscanf(end + 2, "%c %d %*d %*d %d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &s.state,
		   &s.parent, &s.tty, &s.start_ticks);
	NEED(n == 4);
	return s;
}

struct description {
	char *identity, *process, *exe; /* JSON: the members of userIdentity and process, the string of userAgent */
	char *before_cwd, *after_cwd; /* what stands around the directory's string in process */
	unsigned long long start_ticks;
	size_t args_cut; /* length of all arguments if some were cut */
};

static inline const char *describe_type(unsigned uid, const struct passwd *p)
{
	if (uid == 0)
		return "Root";
	if (!p)
		return "Unknown";
	return uid < 1000 || uid == 65534 ? "Service" : "User";
}

static inline char *describe_identity(int tid)
{
	char *status = read_whole(T("/proc/self/task/%d/status", tid), NULL), *login, *session, *text;
	unsigned uid, euid, gid, egid;
	struct passwd *p;
	int tty = stat_of(tid).tty;

	NEED(sscanf(strstr(status, "\nUid:"), "\nUid: %u %u", &uid, &euid) == 2);
	NEED(sscanf(strstr(status, "\nGid:"), "\nGid: %u %u", &gid, &egid) == 2);
	p = getpwuid(uid);
	text = T("\"type\":\"%s\",\"uid\":%u,\"gid\":%u,\"euid\":%u,\"egid\":%u", describe_type(uid, p), uid, gid, euid, egid);
	if (p)
		text = T("%s,\"userName\":%s", text, J(p->pw_name));
	login = first_line("/proc/self/loginuid");
	if (strcmp(login, "4294967295") != 0) {
		text = T("%s,\"loginUid\":%s", text, login);
		p = getpwuid((uid_t)strtoul(login, NULL, 10));
		if (p)
			text = T("%s,\"loginName\":%s", text, J(p->pw_name));
	}
	session = first_line("/proc/self/sessionid");
	if (strcmp(session, "4294967295") != 0)
		text = T("%s,\"sessionId\":%s", text, session);
	/* proc_pid_stat(5): the minor device number is in bits 31 to 20 and 7 to 0. */
	if (tty)
		text = T("%s,\"tty\":\"pts/%u\"", text, ((unsigned)tty & 0xff) | ((unsigned)tty >> 12 & 0xfff00));
	return text;
}

#define ARGS_BYTES 8192 /* of the arguments that are told */

/* The members, and the length of all if they were cut, else 0. */
static inline char *describe_args(size_t *ret_cut)
{
	size_t n, at = 0;
	char *line = read_whole("/proc/self/cmdline", &n), *text = T("[");
	bool plain = true;

	*ret_cut = n > ARGS_BYTES ? n : 0;
	line[n > ARGS_BYTES ? ARGS_BYTES : n] = '\0';
	if (n > ARGS_BYTES)
		n = ARGS_BYTES;
	for (; at < n; at += strlen(line + at) + 1) {
		text = T("%s%s%s", text, at ? "," : "", json_string(line + at, strlen(line + at), true));
		plain = plain && !json_raw(line + at);
	}
	text = T("\"args\":%s]", text);
	for (at = 0; at < n && !plain; at += strlen(line + at) + 1)
		text = T("%s%s\"%s\"", text, at ? "," : ",\"argsBase64\":[", base64(line + at, strlen(line + at)));
	return plain ? text : T("%s]", text);
}

/* At most four, the parent first; those outside of the own pid namespace are not seen. */
static inline char *describe_ancestors(int parent)
{
	char *text = T("%s", "[");

	for (int i = 0; i < 4 && parent > 0; i++) {
		struct stat_line s = stat_of(parent);

		text = T("%s%s{\"pid\":%d,\"name\":%s}", text, i ? "," : "", parent, J(s.name));
		parent = s.parent;
	}
	return T("%s]", text);
}

static inline unsigned long namespace_number(const char *name)
{
	char *text = read_link(T("/proc/self/ns/%s", name));

	return strtoul(strchr(text, '[') + 1, NULL, 10);
}

static inline char *describe_cgroup(void)
{
	char *text = read_whole("/proc/self/cgroup", NULL), *line = strstr(text, "0::");

	NEED(line);
	line[strcspn(line, "\n")] = '\0';
	return line + 3;
}

#define DELETED " (deleted)"

/* The path of the own program; what lies in memory has none, but a name. */
static inline char *describe_program(bool *ret_deleted)
{
	char *path = read_link("/proc/self/exe"), *end = path + strlen(path) - strlen(DELETED);

	*ret_deleted = end > path && strcmp(end, DELETED) == 0;
	if (*ret_deleted)
		*end = '\0';
	if (strncmp(path, "/memfd:", 7) != 0)
		return path;
	*ret_deleted = false;
	return path + 1;
}

/* Where /proc cannot be asked any more. */
static inline void describe_directory(struct description *d, const char *cwd)
{
	d->process = T("%s%s%s", d->before_cwd, J(cwd), d->after_cwd);
}

/* Of a thread of the calling process. /proc has to be mounted. */
static inline struct description describe_thread(int tid)
{
	/* As /proc numbers them, whatever pid namespace the caller lives in. */
	int pid = (int)strtol(read_link("/proc/self"), NULL, 10);
	struct stat_line s = stat_of(pid);
	struct description d = { .start_ticks = s.start_ticks };
	bool deleted;

	d.identity = describe_identity(tid);
	d.exe = J(describe_program(&deleted));
	d.before_cwd = T("\"pid\":%d,\"tid\":%d,\"ppid\":%d,\"name\":%s,\"exe\":%s,%s%s,\"cwd\":", pid, tid,
			 s.parent, J(first_line(T("/proc/self/task/%d/comm", tid))), d.exe,
			 deleted ? "\"exeDeleted\":true," : "", describe_args(&d.args_cut));
	d.after_cwd = T(",\"ancestors\":%s,\"cgroup\":%s,\"pidNamespace\":%lu,\"mountNamespace\":%lu",
			describe_ancestors(s.parent), J(describe_cgroup()), namespace_number("pid"), namespace_number("mnt"));
	describe_directory(&d, read_link("/proc/self/cwd"));
	return d;
}

static inline struct description describe_now(void)
{
	return describe_thread((int)strtol(strrchr(read_link("/proc/thread-self"), '/') + 1, NULL, 10));
}

/* ---- credentials ---- */

/* capabilities(7), by number. */
static const char *const describe_capabilities[] = {
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
	"CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
	"CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE",
	"CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP",
	"CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ",
	"CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
};

static inline char *describe_set(const char *status, const char *line)
{
	unsigned long long bits = strtoull(strstr(status, line) + strlen(line), NULL, 16);
	char *text = T("%s", "");

	if (bits == (1ull << 41) - 1)
		return T("[\"ALL\"]");
	NEED(!(bits >> 41));
	for (unsigned i = 0; i < 41; i++)
		if (bits & (1ull << i))
			text = T("%s%s\"%s\"", text, *text ? "," : "", describe_capabilities[i]);
	return T("[%s]", text);
}

/* The members of an object of credentials, of the calling thread. */
static inline char *describe_credentials(void)
{
	char *status = read_whole("/proc/thread-self/status", NULL);
	unsigned u[4], g[4];

	NEED(sscanf(strstr(status, "\nUid:"), "\nUid: %u %u %u %u", &u[0], &u[1], &u[2], &u[3]) == 4);
	NEED(sscanf(strstr(status, "\nGid:"), "\nGid: %u %u %u %u", &g[0], &g[1], &g[2], &g[3]) == 4);
	return T("\"uid\":%u,\"gid\":%u,\"euid\":%u,\"egid\":%u,\"suid\":%u,\"sgid\":%u,\"fsuid\":%u,\"fsgid\":%u,"
		 "\"effective\":%s,\"permitted\":%s,\"ambient\":%s",
		 u[0], g[0], u[1], g[1], u[2], g[2], u[3], g[3], describe_set(status, "\nCapEff:"),
		 describe_set(status, "\nCapPrm:"), describe_set(status, "\nCapAmb:"));
}

#endif
