/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arguments that no honest program passes: hostile DIRECTORY. Vectors longer than any, lengths that lie, what lies at the
 * border of what is mapped or nowhere, commands and flags that nobody knows. Each is a record that says what was cut, or
 * could not be read; numbers stand where there are no names. Paths are in paths_long.c, argument vectors in exec.c.
 */
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "capture/support/expect.h"

#define ARRAY_BYTES 2048 /* of an array that are carried */
#define NOWHERE ((void *)8)
#define VECTORS 65536

static char *dir, *path, *border; /* border: what lies before it is mapped, what lies behind is not */

static void map_border(void)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	NEED(pages != MAP_FAILED && mprotect(pages + 4096, 4096, PROT_NONE) == 0);
	border = pages + 4096;
}

/* What lies at the end of the page. */
static void *at_border(const void *bytes, size_t n)
{
	return memcpy(border - n, bytes, n);
}

static void file(const char *event, bool read_only, const char *request, const char *resources, const char *truncated)
{
	expect(.event = event, .read_only = read_only, .request = request, .resources = resources, .truncated = truncated);
	NEED(last.error);
}

static void network(const char *event, bool read_only, const char *request, const char *truncated)
{
	expect(.event = event, .source = "network", .read_only = read_only, .request = request, .truncated = truncated);
	NEED(last.error);
}

static int opened(const char *name, int flags)
{
	int fd;

	mute();
	fd = open(name, flags | O_CLOEXEC, 0600);
	unmute();
	NEED(fd >= 0);
	return fd;
}

/* ---- vectors ---- */

static char *vectors_text(const struct iovec *v, size_t n)
{
	char *text = T("\"vectors\":[");

	for (size_t i = 0; i < n; i++)
		text = T("%s%s{\"base\":\"%p\",\"length\":%zu}", text, i ? "," : "", v[i].iov_base, v[i].iov_len);
	return T("%s]", text);
}

static void vectors(void)
{
	static struct iovec many[VECTORS];
	int fd = opened(path, O_RDWR | O_CREAT);
	char *on = T("\"fd\":%d,\"fdPath\":%s", fd, J(path)), *shown, *resources = R1("File", path, "kernel");
	struct iovec *two = at_border(&(struct iovec[2]){ { path, 1 }, { path, 2 } }, 2 * sizeof(*two));

	for (size_t i = 0; i < VECTORS; i++)
		many[i] = (struct iovec){ path + i % 8, 1 };
	shown = vectors_text(many, ARRAY_BYTES / sizeof(*many));
	CALL(writev, fd, many, VECTORS);
	file("WriteFile", false, T("{%s,%s,\"vectorCount\":%d}", on, shown, VECTORS), resources,
	     T("{\"requestParameters.vectors\":%zu}", sizeof(many)));
	CALL(readv, fd, many, -1L);
	file("ReadFile", true, T("{%s,%s,\"vectorCount\":18446744073709551615}", on, shown), resources,
	     "{\"requestParameters.vectors\":4294967295}");
	/* As many as there are, and one more. */
	CALL(preadv, 9999, two, 2, 0, 0);
	file("ReadFile", true, T("{\"fd\":9999,%s,\"vectorCount\":2,\"offset\":0}", vectors_text(two, 2)), NULL, NULL);
	CALL(preadv, fd, two, 3, 0, 0);
	file("ReadFile", true, T("{%s,%s,\"vectorCount\":3,\"offset\":0,\"unreadable\":[\"vectors\"]}", on, vectors_text(two, 2)),
	     resources, NULL);
	CALL(writev, fd, NOWHERE, 2);
	file("WriteFile", false, T("{%s,\"vectorCount\":2,\"unreadable\":[\"vectors\"]}", on), resources, NULL);
	CALL(writev, fd, NULL, 2);
	file("WriteFile", false, T("{%s,\"vectors\":null,\"vectorCount\":2}", on), resources, NULL);
	close(fd);
}

/* ---- lengths ---- */

static void lengths(void)
{
	struct open_how how = { .flags = 0x80, .resolve = 0x8000 };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(80) };
	struct open_how *at = at_border(&how, sizeof(how));
	const char *members = "\"how\":{\"flags\":[\"O_RDONLY\",\"O_EXCL\"],\"mode\":\"0000\",\"resolve\":[\"0x8000\"]}";

	CALL(openat2, AT_FDCWD, path, at, sizeof(how));
	file("OpenFile", true, T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,%s,\"size\":24}", J(path), members), R1("File", path, "caller"), NULL);
	CALL(openat2, AT_FDCWD, path, at, sizeof(how) + 8);
	file("OpenFile", true, T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,%s,\"size\":32}", J(path), members), R1("File", path, "caller"), NULL);
	CALL(openat2, AT_FDCWD, path, at, -1L);
	file("OpenFile", true, T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,%s,\"size\":18446744073709551615}", J(path), members),
	     R1("File", path, "caller"), NULL);
	CALL(openat2, AT_FDCWD, path, at, 7);
	file("OpenFile", false, T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"how\":{},\"size\":7}", J(path)), R1("File", path, "caller"), NULL);
	CALL(openat2, AT_FDCWD, path, border - 16, 24);
	file("OpenFile", true,
	     T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"how\":{\"flags\":[\"O_RDONLY\"],\"mode\":\"0100000\"},\"size\":24,"
	       "\"unreadable\":[\"how\"]}", J(path)), R1("File", path, "caller"), NULL);
	/* An address shorter than its family, and far longer. */
	CALL(connect, 9999, at_border(&in, 3), 3);
	network("Connect", false, "{\"fd\":9999,\"address\":{\"family\":\"AF_INET\",\"data\":\"00\"},\"addressLength\":3}", NULL);
	CALL(connect, 9999, at_border(&in, sizeof(in)), 0x7fffffff);
	expect(.event = "Connect", .source = "network", .resources = R1("Socket", "0.0.0.0:80", "caller"),
	       .request = "{\"fd\":9999,\"address\":{\"family\":\"AF_INET\",\"address\":\"0.0.0.0\",\"port\":80},"
			  "\"addressLength\":2147483647,\"unreadable\":[\"address\"]}",
	       .truncated = "{\"requestParameters.address\":2147483647}");
	CALL(connect, 9999, NOWHERE, sizeof(in));
	network("Connect", false, "{\"fd\":9999,\"addressLength\":16,\"unreadable\":[\"address\"]}", NULL);
	/* What is written is as long as the caller says, who is not believed. */
	CALL(sendto, 9999, NOWHERE, -1L, 0, NULL, 0);
	network("Send", false,
		"{\"fd\":9999,\"length\":18446744073709551615,\"flags\":[],\"address\":null,\"addressLength\":0}", NULL);
}

/* ---- commands and flags ---- */

static void commands(void)
{
	int fd = opened("/dev/null", O_RDWR);
	char *null = R1("File", "/dev/null", "kernel");

	CALL(fcntl, fd, 9999, 7);
	file("ControlDescriptor", true, T("{\"fd\":%d,\"fdPath\":\"/dev/null\",\"command\":9999,\"argument\":\"0x7\"}", fd), null, NULL);
	CALL(ioctl, fd, 0xdeadbeef, 7);
	expect(.event = "ControlDevice", .source = "kernel", .resources = null,
	       .request = T("{\"fd\":%d,\"fdPath\":\"/dev/null\",\"request\":\"0xdeadbeef\",\"argument\":\"0x7\"}", fd));
	CALL(prctl, 9999, 1, 2, 3, 4);
	expect(.event = "ControlProcess", .source = "process", .resources = R1("Process", T("%d", getpid()), "kernel"),
	       .request = "{\"option\":9999,\"argument2\":\"0x1\",\"argument3\":\"0x2\",\"argument4\":\"0x3\",\"argument5\":\"0x4\"}");
	NEED(last.error);
	close(fd);
	CALL(openat, AT_FDCWD, path, O_WRONLY | O_EXCL | 0x10000000, 0);
	expect(.event = "OpenFile",
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_WRONLY\",\"O_EXCL\",\"0x10000000\"]}", J(path)),
	       .response = PATH(path), .resources = R1("File", path, "kernel"));
	close((int)last.result);
	CALL(socket, 9999, 0xf0000f, -1);
	network("CreateSocket", false, "{\"family\":9999,\"type\":[15,\"0xf00000\"],\"protocol\":-1}", NULL);
	before_call(NULL, 999999, "x86_64");
	after_call(syscall(999999, 1, 2, 3, 4, 5, 6));
	expect(.event = "UnknownSystemCall", .source = "kernel",
	       .request = "{\"arg0\":\"0x1\",\"arg1\":\"0x2\",\"arg2\":\"0x3\",\"arg3\":\"0x4\",\"arg4\":\"0x5\",\"arg5\":\"0x6\"}");
	NEED(last.error == ENOSYS);
}

int main(int argc, char **argv)
{
	NEED(argc == 2);
	dir = argv[1];
	path = T("%s/plain/hostile", dir);
	expect_begin();
	map_border();
	unmute();
	vectors();
	lengths();
	commands();
	mute();
	expect_finish();
}
