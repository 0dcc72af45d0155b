/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operations of io_uring as the calls they stand for: uring DIRECTORY, below which control/ is a control-plane path and
 * secret a credential. What a ring does besides is in uring_ways.c.
 */
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "capture/support/inet.h"
#include "capture/support/ring.h"

static char *dir;

static void file(const char *event, bool read_only, const char *request, const char *resources)
{
	expect(.event = event, .read_only = read_only, .request = request, .resources = resources);
}

/* ---- opening ---- */

static int opens(void)
{
	char *path = T("%s/plain/f", dir), *control = T("%s/control/c", dir), *secret = T("%s/secret", dir);
	char *missing = T("%s/plain/none/x", dir), deep[4096];
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS };
	int fd;

	fd = (int)RING("openat", 18, AT_FDCWD, P(path), 0640, 0, O_RDWR | O_CREAT | O_CLOEXEC);
	expect(.event = "OpenFile",
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDWR\",\"O_CREAT\",\"O_LARGEFILE\",\"O_CLOEXEC\"],"
			    "\"mode\":\"0640\"}", J(path)),
	       .response = PATH(path), .resources = R1("File", path, "kernel"));
	NEED(fd >= 0);
	RING("openat", 18, AT_FDCWD, P(missing), 0, 0, O_RDONLY);
	file("OpenFile", true, T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDONLY\",\"O_LARGEFILE\"]}", J(missing)),
	     R1("File", missing, "caller"));
	RING("openat", 18, AT_FDCWD, P(control), 0600, 0, O_WRONLY | O_CREAT);
	expect(.event = "OpenFile", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_WRONLY\",\"O_CREAT\",\"O_LARGEFILE\"],\"mode\":\"0600\"}",
			    J(control)),
	       .response = PATH(control), .resources = R1("File", control, "kernel"));
	RING("openat", 18, AT_FDCWD, P(secret), 0, 0, O_RDONLY);
	expect(.event = "OpenFile", .plane = MANAGEMENT, .read_only = true,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDONLY\",\"O_LARGEFILE\"]}", J(secret)),
	       .response = PATH(secret), .resources = R1("File", secret, "kernel"));
	RING("openat2", 28, AT_FDCWD, P(path), sizeof(how), P(&how), 0);
	expect(.event = "OpenFile", .read_only = true,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"how\":{\"flags\":[\"O_RDONLY\",\"O_LARGEFILE\",\"O_CLOEXEC\"],"
			    "\"mode\":\"0000\",\"resolve\":[\"RESOLVE_NO_SYMLINKS\"]}}", J(path)),
	       .response = PATH(path), .resources = R1("File", path, "kernel"));
	/* Too long to wait among the short ones. */
	memset(deep, 0, sizeof(deep));
	for (size_t n = 0; n < sizeof(deep) - 3; n += 2)
		memcpy(deep + n, "/.", 2);
	RING("openat", 18, AT_FDCWD, P(deep), 0, 0, O_RDONLY);
	expect(.event = "OpenFile", .read_only = true,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDONLY\",\"O_LARGEFILE\"]}", J(deep)),
	       .response = PATH("/"), .resources = R1("Directory", "/", "kernel"));
	/* What the kernel does not take has no arguments. */
	RING("openat", 18, AT_FDCWD, 8, 0, 0, O_RDONLY);
	file("OpenFile", false, T("{\"unreadable\":[\"dirfd\",\"path\",\"flags\",\"mode\"]}"), NULL);
	RING("close", 19, fd + 1, 0, 0, 0, 0);
	expect(.event = "CloseFile", .read_only = true, .request = T("{\"fd\":%d}", fd + 1));
	RING("close", 19, 9999, 0, 0, 0, 0);
	expect(.event = "CloseFile", .read_only = true, .request = T("{\"fd\":9999}"));
	return fd;
}

/* ---- content ---- */

static char *on(int fd, const char *path, const char *more)
{
	return T("{\"fd\":%d,\"fdPath\":%s%s}", fd, J(path), more);
}

static void content(int fd)
{
	char *path = T("%s/plain/f", dir), *control = T("%s/control/c", dir), *kernel = R1("File", path, "kernel");
	char text[16] = "hello world";
	struct iovec v[2] = { { text, 5 }, { text + 5, 6 } };
	char *vectors = T(",\"vectors\":[{\"base\":\"0x%lx\",\"length\":5},{\"base\":\"0x%lx\",\"length\":6}],\"vectorCount\":2",
			  (unsigned long)v[0].iov_base, (unsigned long)v[1].iov_base);
	int other = open(control, O_WRONLY | O_CLOEXEC);

	RING("pwritev2", 2, fd, P(v), 2, 0, 0);
	file("WriteFile", false, on(fd, path, T("%s,\"offset\":0,\"flags\":[]", vectors)), kernel);
	NEED(last.result == 11);
	RING("preadv2", 1, fd, P(v), 2, 0, 0);
	file("ReadFile", true, on(fd, path, T("%s,\"offset\":0,\"flags\":[]", vectors)), kernel);
	RING("pwrite64", 23, fd, P(text), 5, 100, RWF_DSYNC);
	file("WriteFile", false, on(fd, path, ",\"count\":5,\"offset\":100,\"flags\":[\"RWF_DSYNC\"]"), kernel);
	RING("pread64", 22, fd, P(text), 16, (uint64_t)-1, 0);
	file("ReadFile", true, on(fd, path, ",\"count\":16,\"offset\":-1,\"flags\":[]"), kernel);
	RING("pwrite64", 23, other, P(text), 5, 0, 0);
	expect(.event = "WriteFile", .plane = MANAGEMENT,
	       .request = on(other, control, ",\"count\":5,\"offset\":0,\"flags\":[]"), .resources = R1("File", control, "kernel"));
	RING("pwrite64", 23, fd, 8, 5, 0, 0);
	file("WriteFile", false, on(fd, path, ",\"count\":5,\"offset\":0,\"flags\":[]"), kernel);
	NEED(last.error == EFAULT);
	RING("pread64", 22, 9999, P(text), 5, 0, 0);
	file("ReadFile", true, T("{\"fd\":9999,\"count\":5,\"offset\":0,\"flags\":[]}"), NULL);
	RING("fallocate", 17, fd, 4096, 1, 0, 0);
	file("AllocateFile", false, on(fd, path, ",\"mode\":[\"FALLOC_FL_KEEP_SIZE\"],\"offset\":0,\"length\":4096"), kernel);
	RING("ftruncate", 55, fd, 0, 0, 100, 0);
	file("TruncateFile", false, on(fd, path, ",\"length\":100"), kernel);
	RING("fsync", 3, fd, 0, 0, 0, 1);
	file("SyncFile", true, on(fd, path, ",\"flags\":[\"IORING_FSYNC_DATASYNC\"],\"offset\":0,\"length\":0"), kernel);
	RING("sync_file_range", 8, fd, 0, 10, 2, 2);
	file("SyncFile", true, on(fd, path, ",\"offset\":2,\"length\":10,\"flags\":[\"SYNC_FILE_RANGE_WRITE\"]"), kernel);
	RING("fadvise64", 24, fd, 0, 10, 2, 4);
	file("AdviseFileAccess", true, on(fd, path, ",\"offset\":2,\"length\":10,\"advice\":\"POSIX_FADV_DONTNEED\""), kernel);
	close(other);
}

static void registered_buffers(int fd)
{
	static char buffer[64] __attribute__((aligned(64)));
	struct iovec v = { buffer, sizeof(buffer) };
	char *path = T("%s/plain/f", dir);

	NEED(io_uring_register_buffers(&ring, &v, 1) == 0);
	RING("pwrite64", 5, fd, P(buffer), 7, 3, 0);
	file("WriteFile", false, on(fd, path, ",\"count\":7,\"offset\":3,\"flags\":[]"), R1("File", path, "kernel"));
	NEED(last.result == 7);
	RING("pread64", 4, fd, P(buffer), 7, 3, 0);
	file("ReadFile", true, on(fd, path, ",\"count\":7,\"offset\":3,\"flags\":[]"), R1("File", path, "kernel"));
	NEED(io_uring_unregister_buffers(&ring) == 0);
}

static char *pipe_of(int fd)
{
	struct stat st;

	NEED(fstat(fd, &st) == 0);
	return T("pipe:[%lu]", (unsigned long)st.st_ino);
}

static void between(int fd)
{
	char *path = T("%s/plain/f", dir), *out, *in;
	int a[2], b[2];

	NEED(pipe(a) == 0 && pipe(b) == 0);
	out = pipe_of(a[1]);
	in = pipe_of(b[1]);
	ring_entry(30, a[1], 0, 10, (uint64_t)-1, 0)->splice_fd_in = fd;
	ring_run("splice", 30);
	expect(.event = "SpliceData",
	       .request = T("{\"inFd\":%d,\"inFdPath\":%s,\"inOffset\":0,\"outFd\":%d,\"outFdType\":\"pipe\","
			    "\"outOffset\":-1,\"count\":10,\"flags\":[]}", fd, J(path), a[1]),
	       .resources = R1("File", out, "kernel"));
	NEED(last.result == 10);
	ring_entry(33, b[1], 0, 4, 0, 0)->splice_fd_in = a[0];
	ring_run("tee", 33);
	expect(.event = "SpliceData",
	       .request = T("{\"inFd\":%d,\"inFdType\":\"pipe\",\"outFd\":%d,\"outFdType\":\"pipe\",\"count\":4,\"flags\":[]}", a[0], b[1]),
	       .resources = R1("File", in, "kernel"));
	close(a[0]), close(a[1]), close(b[0]), close(b[1]);
}

/* ---- names ---- */

static char *two(const char *from, const char *to)
{
	return T("[%s,%s]", R("File", from, "caller"), R("File", to, "caller"));
}

static char *pair(const char *from, const char *to, const char *flags)
{
	return T("{\"oldDirfd\":\"AT_FDCWD\",\"oldPath\":%s,\"newDirfd\":\"AT_FDCWD\",\"newPath\":%s,\"flags\":[%s]}", J(from), J(to), flags);
}

static void names(void)
{
	char *a = T("%s/plain/f", dir), *b = T("%s/plain/g", dir), *c = T("%s/plain/h", dir), *d = T("%s/plain/d", dir);
	char *control = T("%s/control/gone", dir);
	int at = open(T("%s/plain", dir), O_PATH | O_DIRECTORY | O_CLOEXEC);

	RING("linkat", 39, AT_FDCWD, P(a), (unsigned)AT_FDCWD, P(b), 0);
	file("CreateLink", false, pair(a, b, ""), two(a, b));
	RING("renameat2", 35, AT_FDCWD, P(b), (unsigned)AT_FDCWD, P(c), 1);
	file("RenameFile", false, pair(b, c, "\"RENAME_NOREPLACE\""), two(b, c));
	RING("symlinkat", 38, at, P("to nowhere"), 0, P("g"), 0);
	file("CreateSymbolicLink", false,
	     T("{\"target\":\"to nowhere\",\"dirfd\":%d,\"dirfdPath\":%s,\"path\":\"g\"}", at, J(T("%s/plain", dir))), R1("File", b, "caller"));
	RING("mkdirat", 37, AT_FDCWD, P(d), 0700, 0, 0);
	file("CreateDirectory", false, T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"mode\":\"0700\"}", J(d)), R1("Directory", d, "caller"));
	/* Nowhere to write to: what it would have told differs each time. */
	RING("statx", 21, at, P("f"), 0x7ff, 0, AT_SYMLINK_NOFOLLOW);
	file("GetFileStatus", true,
	     T("{\"dirfd\":%d,\"dirfdPath\":%s,\"path\":\"f\",\"flags\":[\"AT_SYMLINK_NOFOLLOW\"],\"mask\":[\"STATX_BASIC_STATS\"]}", at,
	       J(T("%s/plain", dir))), R1("File", a, "caller"));
	RING("unlinkat", 36, AT_FDCWD, P(d), 0, 0, AT_REMOVEDIR);
	expect(.event = "DeleteDirectory", .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"AT_REMOVEDIR\"]}", J(d)),
	       .resources = R1("File", d, "caller"));
	RING("unlinkat", 36, AT_FDCWD, P(c), 0, 0, 0);
	file("DeleteFile", false, T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[]}", J(c)), R1("File", c, "caller"));
	RING("unlinkat", 36, AT_FDCWD, P(control), 0, 0, 0);
	expect(.event = "DeleteFile", .plane = MANAGEMENT, .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[]}", J(control)),
	       .resources = R1("File", control, "caller"));
	NEED(last.error == ENOENT);
	close(at);
}

/* What is no attribute of users' would be management: the kernel does not look. */
static void attribute(const char *request, const char *resources)
{
	expect(.event = "SetExtendedAttribute", .plane = DATA_UNDECIDED, .request = request, .resources = resources);
}

static void attributes(int fd)
{
	char *path = T("%s/plain/f", dir), value[16] = "value";
	struct io_uring_sqe *e;

	e = ring_entry(42, 0, P("user.a"), 5, P(value), 0);
	*(uint64_t *)((char *)e + 48) = P(path); /* addr3 */
	ring_run("setxattr", 42);
	attribute(T("{\"path\":%s,\"name\":\"user.a\",\"value\":\"value\",\"size\":5,\"flags\":[]}", J(path)), R1("File", path, "caller"));
	NEED(last.result == 0);
	RING("fsetxattr", 41, fd, P("user.b"), 5, P(value), 0);
	attribute(on(fd, path, ",\"name\":\"user.b\",\"value\":\"value\",\"size\":5,\"flags\":[]"), R1("File", path, "kernel"));
	e = ring_entry(44, 0, P("user.a"), 16, P(value), 0);
	*(uint64_t *)((char *)e + 48) = P(path);
	ring_run("getxattr", 44);
	expect(.event = "GetExtendedAttribute", .read_only = true, .request = T("{\"path\":%s,\"name\":\"user.a\",\"size\":16}", J(path)),
	       .response = "\"value\":\"value\"", .resources = R1("File", path, "caller"));
	RING("fgetxattr", 43, fd, P("user.none"), 16, P(value), 0);
	file("GetExtendedAttribute", true, on(fd, path, ",\"name\":\"user.none\",\"size\":16"), R1("File", path, "kernel"));
	NEED(last.error == ENODATA);
}

/* ---- sockets ---- */

static void network(const char *event, bool read_only, const char *request, const char *response, const char *resources)
{
	expect(.event = event, .source = "network", .read_only = read_only, .request = request, .response = response,
	       .resources = resources);
}

static int make_socket(int type)
{
	bool stream = type == SOCK_STREAM;
	int fd = (int)RING("socket", 45, AF_INET, 0, 0, (unsigned)type, 0);

	network("CreateSocket", false,
		T("{\"family\":\"AF_INET\",\"type\":[\"%s\"],\"protocol\":\"IPPROTO_IP\"}", stream ? "SOCK_STREAM" : "SOCK_DGRAM"),
		T("\"type\":\"socket\",\"socket\":{\"family\":\"AF_INET\",\"type\":\"%s\",\"protocol\":\"IPPROTO_%s\"%s}",
		  stream ? "SOCK_STREAM" : "SOCK_DGRAM", stream ? "TCP" : "UDP", stream ? ",\"state\":\"TCP_CLOSE\"" : ""), NULL);
	NEED(fd >= 0);
	return fd;
}

static void messages(int client, int accepted, unsigned port, unsigned client_port)
{
	char text[16] = "hello", *ends = T("%s%s", end_of("local", client_port), end_of("remote", port));
	char *back = T("%s%s", end_of("local", port), end_of("remote", client_port));
	struct iovec v = { text, sizeof(text) };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	char *vector = T("\"vectors\":[{\"base\":\"%p\",\"length\":16}],\"vectorCount\":1", (void *)text);
	char *there = R1("Socket", T("127.0.0.1:%u", port), "kernel"), *here = R1("Socket", T("127.0.0.1:%u", client_port), "kernel");

	RING("sendto", 26, client, P(text), 5, 0, MSG_NOSIGNAL);
	network("Send", false,
		inet(client, "STREAM", "ESTABLISHED", ends,
		     ",\"length\":5,\"flags\":[\"MSG_NOSIGNAL\"],\"address\":null,\"addressLength\":0"), NULL, there);
	RING("recvfrom", 27, accepted, P(text), 16, 0, 0);
	network("Receive", true, inet(accepted, "STREAM", "ESTABLISHED", back, ",\"length\":16,\"flags\":[]"), NULL, here);
	NEED(last.result == 5);
	RING("sendmsg", 9, client, P(&m), 1, 0, 0);
	network("Send", false,
		inet(client, "STREAM", "ESTABLISHED", ends,
		     T(",\"message\":{\"address\":null,\"addressLength\":0,%s,\"control\":null,\"controlLength\":0,\"flags\":[]},"
		       "\"flags\":[\"MSG_NOSIGNAL\"]", vector)), NULL, there);
	RING("recvmsg", 10, accepted, P(&m), 1, 0, 0);
	network("Receive", true,
		inet(accepted, "STREAM", "ESTABLISHED", back,
		     T(",\"message\":{\"addressLength\":0,%s,\"controlLength\":0},\"flags\":[]", vector)),
		"\"message\":{\"controlLength\":0,\"flags\":[]}", here);
	NEED(last.result == 16);
	RING("shutdown", 34, client, 0, SHUT_RD, 0, 0);
	expect(.event = "ShutDownSocket", .source = "network",
	       .request = inet(client, "STREAM", "ESTABLISHED", ends, ",\"how\":\"SHUT_RD\""), .resources = there);
}

static void sockets(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, to = any, peer;
	socklen_t n = sizeof(peer);
	int server = make_socket(SOCK_STREAM), client, accepted, datagram;
	unsigned port, client_port;
	char *ends;

	RING("bind", 56, server, P(&any), 0, sizeof(any), 0);
	port = port_of(server);
	network("Bind", false, inet(server, "STREAM", "CLOSE", end_of("local", port), address_of(0)), NULL,
		R1("Socket", "127.0.0.1:0", "caller"));
	RING("listen", 57, server, 0, 5, 0, 0);
	network("Listen", false, inet(server, "STREAM", "LISTEN", end_of("local", port), ",\"backlog\":5"), NULL,
		R1("Socket", number_of(server), "kernel"));
	client = make_socket(SOCK_STREAM);
	to.sin_port = htons((uint16_t)port);
	RING("connect", 16, client, P(&to), 0, sizeof(to), 0);
	client_port = port_of(client);
	ends = T("%s%s", end_of("local", client_port), end_of("remote", port));
	network("Connect", false, inet(client, "STREAM", "ESTABLISHED", ends, address_of(port)), NULL,
		R1("Socket", T("127.0.0.1:%u", port), "kernel"));
	accepted = (int)RING("accept4", 13, server, P(&peer), 0, P(&n), SOCK_CLOEXEC);
	network("Accept", false, inet(server, "STREAM", "LISTEN", end_of("local", port), ",\"flags\":[\"SOCK_CLOEXEC\"]"),
		T("\"type\":\"socket\",\"socket\":{\"family\":\"AF_INET\",\"type\":\"SOCK_STREAM\",\"protocol\":\"IPPROTO_TCP\","
		  "\"state\":\"TCP_ESTABLISHED\"%s%s},\"address\":{\"family\":\"AF_INET\",\"address\":\"127.0.0.1\",\"port\":%u},\"addressLength\":16",
		  end_of("local", port), end_of("remote", client_port), client_port),
		R1("Socket", T("127.0.0.1:%u", client_port), "kernel"));
	messages(client, accepted, port, client_port);
	RING("accept4", 13, 9999, 0, 0, 0, 0);
	network("Accept", false, T("{\"fd\":9999,\"flags\":[]}"), NULL, NULL);
	datagram = make_socket(SOCK_DGRAM);
	ring_entry(26, datagram, P("x"), 1, P(&to), MSG_NOSIGNAL)->addr_len = sizeof(to);
	ring_run("sendto", 26);
	network("Send", false,
		inet(datagram, "DGRAM", "", T(",\"local\":{\"address\":\"0.0.0.0\",\"port\":%u}", port_of(datagram)),
		     T(",\"length\":1,\"flags\":[\"MSG_NOSIGNAL\"]%s", address_of(port))), NULL,
		T("[%s,%s]", R("Socket", T("127.0.0.1:%u", port), "caller"), R("Socket", number_of(datagram), "kernel")));
	close(server), close(client), close(accepted), close(datagram);
}

/* ---- the others ---- */

static void others(void)
{
	static char page[4096] __attribute__((aligned(4096)));
	int pair[2];

	RING("IORING_OP_NOP", 0, -1, 0, 0, 0, 0);
	expect(.event = "SubmitNothing", .source = "process", .read_only = true,
	       .request = T("{\"result\":0,\"fd\":-1,\"flags\":[]}"));
	RING("madvise", 25, -1, P(page), 4096, 0, 1);
	expect(.event = "AdviseMemory", .source = "memory", .read_only = true,
	       .request = T("{\"address\":\"0x%lx\",\"length\":4096,\"advice\":\"MADV_RANDOM\"}", (unsigned long)page));
	RING("pipe2", 62, 0, P(pair), 0, 0, O_CLOEXEC);
	expect(.event = "CreatePipe", .source = "ipc", .request = T("{\"flags\":[\"O_CLOEXEC\"]}"),
	       .response = T("\"descriptors\":[%d,%d]", pair[0], pair[1]));
	RING("IORING_OP_POLL_ADD", 6, pair[1], 0, 0, 0, POLLOUT);
	expect(.event = "WaitForDescriptors", .read_only = true,
	       .request = T("{\"fd\":%d,\"fdType\":\"pipe\",\"events\":[\"EPOLLOUT\",\"EPOLLONESHOT\",\"EPOLLET\"]}", pair[1]),
	       .resources = R1("File", pipe_of(pair[1]), "kernel"));
	RING(NULL, 200, 0, 0, 0, 0, 0);
	expect(.event = "UnknownSystemCall", .source = "kernel");
	close(pair[0]), close(pair[1]);
}

/* Descriptors along with a message, and what was received with it; by this ring's own task, which sees both. */
static void passing(void)
{
	union {
		struct cmsghdr header;
		char room[64];
	} control = { .header = { .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
	char byte = 'x', *vector = T("\"vectors\":[{\"base\":\"%p\",\"length\":1}],\"vectorCount\":1", (void *)&byte);
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(sizeof(int)) };
	const char *socket_members = "\"fdType\":\"socket\",\"fdSocket\":{\"family\":\"AF_UNIX\",\"type\":\"SOCK_DGRAM\"}";
	int pair[2], file, got;

	mute();
	NEED(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
	file = open("/dev/null", O_RDONLY);
	unmute();
	NEED(file >= 0);
	*(int *)CMSG_DATA(&control.header) = file;
	RING("sendmsg", 9, pair[0], P(&m), 1, 0, 0);
	network("Send", false,
		T("{\"fd\":%d,%s,\"message\":{\"address\":null,\"addressLength\":0,%s,\"control\":[{\"level\":\"SOL_SOCKET\","
		  "\"type\":\"SCM_RIGHTS\",\"value\":[{\"fd\":%d,\"fdPath\":\"/dev/null\"}]}],\"controlLength\":%zu,\"flags\":[]},"
		  "\"flags\":[\"MSG_NOSIGNAL\"]}", pair[0], socket_members, vector, file, CMSG_SPACE(sizeof(int))), NULL,
		R1("Socket", number_of(pair[0]), "kernel"));
	m.msg_controllen = sizeof(control);
	RING("recvmsg", 10, pair[1], P(&m), 1, 0, MSG_CMSG_CLOEXEC);
	got = *(int *)CMSG_DATA(&control.header);
	network("Receive", true,
		T("{\"fd\":%d,%s,\"message\":{\"addressLength\":0,%s,\"controlLength\":64},\"flags\":[\"MSG_CMSG_CLOEXEC\"]}", pair[1],
		  socket_members, vector),
		T("\"message\":{\"control\":[{\"level\":\"SOL_SOCKET\",\"type\":\"SCM_RIGHTS\",\"value\":[{\"fd\":%d,"
		  "\"fdPath\":\"/dev/null\"}]}],\"controlLength\":%zu,\"flags\":[\"MSG_CMSG_CLOEXEC\"]}", got, CMSG_SPACE(sizeof(int))),
		R1("Socket", number_of(pair[1]), "kernel"));
	for (size_t i = 0; i < 2; i++)
		close(pair[i]);
	close(file);
	close(got);
}

/* What goes to a netlink socket is decoded however it goes there. */
static void netlink(void)
{
	struct {
		struct nlmsghdr head;
		struct rtmsg route;
	} add = {
		.head = { .nlmsg_len = sizeof(add), .nlmsg_type = RTM_NEWROUTE, .nlmsg_flags = NLM_F_REQUEST },
		.route = { .rtm_family = AF_INET },
	};
	struct iovec v[2] = { { &add, 7 }, { (char *)&add + 7, sizeof(add) - 7 } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
	char *socket_members, *messages;
	int fd;

	mute();
	NEED(unshare(CLONE_NEWNET) == 0);
	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	unmute();
	NEED(fd >= 0);
	socket_members = T("\"fd\":%d,\"fdType\":\"socket\",\"fdSocket\":{\"family\":\"AF_NETLINK\",\"type\":\"SOCK_RAW\","
			   "\"protocol\":\"NETLINK_ROUTE\"}", fd);
	messages = T("\"netlink\":{\"protocol\":\"NETLINK_ROUTE\",\"messages\":[{\"type\":\"RTM_NEWROUTE\",\"flags\":["
		     "\"NLM_F_REQUEST\"],\"route\":{\"family\":\"AF_INET\",\"destination\":\"default\",\"table\":0,"
		     "\"protocol\":\"RTPROT_UNSPEC\",\"scope\":\"RT_SCOPE_UNIVERSE\",\"type\":\"RTN_UNSPEC\"}}]}");
	RING("sendto", 26, fd, P(&add), sizeof(add), 0, 0);
	expect(.event = "AddRoute", .source = "network", .plane = MANAGEMENT, .resources = R1("Route", "default", "caller"),
	       .request = T("{%s,%s,\"length\":%zu,\"flags\":[\"MSG_NOSIGNAL\"],\"address\":null,\"addressLength\":0}", socket_members,
			    messages, sizeof(add)));
	RING("sendmsg", 9, fd, P(&m), 1, 0, 0);
	expect(.event = "AddRoute", .source = "network", .plane = MANAGEMENT, .resources = R1("Route", "default", "caller"),
	       .request = T("{%s,\"message\":{\"address\":null,\"addressLength\":0,\"vectors\":[{\"base\":\"%p\",\"length\":7},"
			    "{\"base\":\"%p\",\"length\":%zu}],\"vectorCount\":2,\"control\":null,\"controlLength\":0,\"flags\":[]},"
			    "%s,\"flags\":[\"MSG_NOSIGNAL\"]}", socket_members, v[0].iov_base, v[1].iov_base, v[1].iov_len, messages));
	RING("pwrite64", 23, fd, P(&add), sizeof(add), 0, 0);
	expect(.event = "AddRoute", .source = "network", .plane = MANAGEMENT, .resources = R1("Route", "default", "caller"),
	       .request = T("{%s,%s,\"count\":%zu,\"offset\":0,\"flags\":[]}", socket_members, messages, sizeof(add)));
	close(fd);
}

int main(int argc, char **argv)
{
	int fd;

	NEED(argc == 2);
	dir = argv[1];
	expect_begin();
	NEED(io_uring_queue_init(8, &ring, 0) == 0);
	fd = opens();
	content(fd);
	registered_buffers(fd);
	between(fd);
	attributes(fd);
	names();
	sockets();
	others();
	passing();
	netlink();
	expect_finish();
}
