/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same operations in each way in which a ring takes them: uring_modes DIRECTORY. At once, by a worker, by the poll
 * thread, linked to the one before, and on registered files.
 */
#include <poll.h>

#include "capture/support/inet.h"
#include "capture/support/ring.h"

#define FIXED 1
#define LINK 4
#define ASYNC 16
#define SLOTS 8

static char *dir;

/* The way. */
static bool linked, fixed;
static const struct description *by; /* NULL: the calling task */
static const char *polled = "";      /* what its requests have besides */
static int slot;                     /* the next that is free */

/* An entry; on a file if `file`. What it is linked to does nothing. */
static struct io_uring_sqe *entry(unsigned opcode, bool file, int fd, uint64_t addr, unsigned len, uint64_t off, unsigned op_flags)
{
	struct io_uring_sqe *e;

	if (linked)
		ring_entry(0, -1, 0, 0, 0, 0)->flags |= LINK;
	e = ring_entry(opcode, fd, addr, len, off, op_flags);
	if (fixed && file)
		e->flags |= FIXED;
	return e;
}

static long run(const char *call, long opcode)
{
	ring_begin(call, opcode);
	NEED(io_uring_submit(&ring) == 1 + linked);
	if (!linked)
		return ring_wait();
	last.name = "IORING_OP_NOP", last.number = 0;
	ring_wait();
	expect(.event = "SubmitNothing", .source = "process", .read_only = true,
	       .request = "{\"result\":0,\"fd\":-1,\"flags\":[]}");
	last.name = call, last.number = opcode;
	return ring_wait();
}

#define ON(call, opcode, fd, ...) (entry(opcode, true, fd, __VA_ARGS__), run(call, opcode))
#define NAMED(call, opcode, ...) (entry(opcode, false, AT_FDCWD, __VA_ARGS__), run(call, opcode))

/* An operation that makes a descriptor, which goes to a slot of registered ones. */
static int make(const char *call, long opcode, struct io_uring_sqe *e)
{
	long result;

	e->file_index = fixed ? (unsigned)slot + 1 : 0;
	result = run(call, opcode);
	NEED(fixed ? result == 0 : result > 0);
	return fixed ? slot++ : (int)result;
}

static const char *to_slot(int n)
{
	return fixed ? T(",\"fileSlot\":%d", n) : "";
}

static const char *made(const char *members)
{
	return T("%s%s", fixed ? "\"fixed\":true," : "", members);
}

static char *request(const char *members)
{
	return T("{%s%s}", members, polled);
}

static void file(const char *event, bool read_only, const char *members, const char *resources)
{
	expect(.event = event, .read_only = read_only, .request = request(members), .resources = resources, .by = by);
}

static void network(const char *event, bool read_only, const char *members, const char *response, const char *resources)
{
	expect(.event = event, .source = "network", .read_only = read_only, .request = request(members), .response = response,
	       .resources = resources, .by = by);
}

/* A descriptor as the operations know it. */
static int known(int fd)
{
	NEED(fd >= 0);
	if (!fixed)
		return fd;
	NEED(io_uring_register_files_update(&ring, (unsigned)slot, &fd, 1) == 1);
	return slot++;
}

static void close_it(int n)
{
	struct io_uring_sqe *e = entry(19, false, fixed ? 0 : n, 0, 0, 0, 0);

	if (fixed)
		e->file_index = (unsigned)n + 1;
	NEED(run("close", 19) == 0);
	file("CloseFile", true, T("\"fd\":%d%s", fixed ? 0 : n, to_slot(n)), NULL);
}

/* ---- files ---- */

static char *of(int n, const char *path, const char *more)
{
	return T("\"fd\":%d%s,\"fdPath\":%s%s", n, fixed ? ",\"fdFixed\":true" : "", J(path), more);
}

static void splice_to_pipe(int n, const char *path)
{
	struct io_uring_sqe *e;
	int p[2], out;
	struct stat st;

	NEED(pipe(p) == 0 && fstat(p[1], &st) == 0);
	out = known(p[1]);
	e = entry(30, true, out, 0, 4, (uint64_t)-1, fixed ? 0x80000000 : 0);
	e->splice_fd_in = n;
	NEED(run("splice", 30) == 4);
	file("SpliceData", false,
	     T("\"inFd\":%d%s,\"inFdPath\":%s,\"inOffset\":0,\"outFd\":%d%s,\"outFdType\":\"pipe\",\"outOffset\":-1,\"count\":4,"
	       "\"flags\":[%s]", n, fixed ? ",\"inFdFixed\":true" : "", J(path), out, fixed ? ",\"outFdFixed\":true" : "",
	       fixed ? "\"SPLICE_F_FD_IN_FIXED\"" : ""),
	     R1("File", T("pipe:[%lu]", (unsigned long)st.st_ino), "kernel"));
	close(p[0]), close(p[1]);
}

static void content(int n, const char *path)
{
	char text[16] = "hello world", *kernel = R1("File", path, "kernel");
	struct iovec v[2] = { { text, 5 }, { text + 5, 6 } };
	char *vectors = T(",\"vectors\":[{\"base\":\"0x%lx\",\"length\":5},{\"base\":\"0x%lx\",\"length\":6}],\"vectorCount\":2",
			  (unsigned long)v[0].iov_base, (unsigned long)v[1].iov_base);

	ON("pwrite64", 23, n, P(text), 5, 0, 0);
	file("WriteFile", false, of(n, path, ",\"count\":5,\"offset\":0,\"flags\":[]"), kernel);
	ON("pwritev2", 2, n, P(v), 2, 5, 0);
	file("WriteFile", false, of(n, path, T("%s,\"offset\":5,\"flags\":[]", vectors)), kernel);
	ON("pread64", 22, n, P(text), 16, 0, 0);
	file("ReadFile", true, of(n, path, ",\"count\":16,\"offset\":0,\"flags\":[]"), kernel);
	NEED(last.result == 16);
	ON("preadv2", 1, n, P(v), 2, 0, 0);
	file("ReadFile", true, of(n, path, T("%s,\"offset\":0,\"flags\":[]", vectors)), kernel);
	ON("pread64", 22, n, 8, 16, 0, 0);
	file("ReadFile", true, of(n, path, ",\"count\":16,\"offset\":0,\"flags\":[]"), kernel);
	NEED(last.error == EFAULT);
	ON("fallocate", 17, n, 4096, 0, 0, 0);
	file("AllocateFile", false, of(n, path, ",\"mode\":[],\"offset\":0,\"length\":4096"), kernel);
	ON("ftruncate", 55, n, 0, 0, 100, 0);
	file("TruncateFile", false, of(n, path, ",\"length\":100"), kernel);
	ON("fsync", 3, n, 0, 0, 0, 0);
	file("SyncFile", true, of(n, path, ",\"flags\":[],\"offset\":0,\"length\":0"), kernel);
}

static void files(void)
{
	char *path = T("%s/plain/mode", dir), *other = T("%s/plain/other", dir), *caller = R1("File", path, "caller");
	int n = make("openat", 18, entry(18, false, AT_FDCWD, P(path), 0600, 0, O_RDWR | O_CREAT));

	expect(.event = "OpenFile", .by = by,
	       .request = request(T("\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDWR\",\"O_CREAT\",\"O_LARGEFILE\"],"
				    "\"mode\":\"0600\"%s", J(path), to_slot(n))),
	       .response = made(PATH(path)), .resources = R1("File", path, "kernel"));
	content(n, path);
	splice_to_pipe(n, path);
	close_it(n);
	NAMED("statx", 21, P(path), 0x7ff, 0, AT_SYMLINK_NOFOLLOW);
	file("GetFileStatus", true,
	     T("\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"AT_SYMLINK_NOFOLLOW\"],\"mask\":[\"STATX_BASIC_STATS\"]", J(path)),
	     caller);
	NAMED("renameat2", 35, P(path), (unsigned)AT_FDCWD, P(other), 0);
	file("RenameFile", false,
	     T("\"oldDirfd\":\"AT_FDCWD\",\"oldPath\":%s,\"newDirfd\":\"AT_FDCWD\",\"newPath\":%s,\"flags\":[]", J(path), J(other)),
	     T("[%s,%s]", R("File", path, "caller"), R("File", other, "caller")));
	NEED(last.result == 0);
	NAMED("unlinkat", 36, P(path), 0, 0, 0);
	file("DeleteFile", false, T("\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[]", J(path)), caller);
	NEED(last.error == ENOENT);
	NAMED("unlinkat", 36, P(other), 0, 0, 0);
	file("DeleteFile", false, T("\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[]", J(other)), R1("File", other, "caller"));
	NEED(last.result == 0);
	NAMED("openat", 18, P(path), 0, 0, O_RDONLY);
	file("OpenFile", true, T("\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDONLY\",\"O_LARGEFILE\"]", J(path)), caller);
	NEED(last.error == ENOENT);
}

/* ---- sockets ---- */

static void messages(int client, int client_fd, int accepted, unsigned port, unsigned client_port)
{
	char text[16] = "hello", *ends = T("%s%s", end_of("local", client_port), end_of("remote", port));
	char *back = T("%s%s", end_of("local", port), end_of("remote", client_port));
	char *there = R1("Socket", T("127.0.0.1:%u", port), "kernel"), *here = R1("Socket", T("127.0.0.1:%u", client_port), "kernel");
	struct iovec v = { text, sizeof(text) };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	char *vector = T("\"vectors\":[{\"base\":\"%p\",\"length\":16}],\"vectorCount\":1", (void *)text);

	ON("sendto", 26, client, P(text), 5, 0, MSG_NOSIGNAL);
	network("Send", false, inet_of(client, fixed, "STREAM", "ESTABLISHED", ends,
				       ",\"length\":5,\"flags\":[\"MSG_NOSIGNAL\"],\"address\":null,\"addressLength\":0"), NULL, there);
	ON("recvfrom", 27, accepted, P(text), 16, 0, 0);
	network("Receive", true, inet_of(accepted, fixed, "STREAM", "ESTABLISHED", back, ",\"length\":16,\"flags\":[]"), NULL, here);
	NEED(last.result == 5);
	ON("sendmsg", 9, client, P(&m), 1, 0, 0);
	network("Send", false,
		inet_of(client, fixed, "STREAM", "ESTABLISHED", ends,
			T(",\"message\":{\"address\":null,\"addressLength\":0,%s,\"control\":null,\"controlLength\":0,\"flags\":[]},"
			  "\"flags\":[\"MSG_NOSIGNAL\"]", vector)), NULL, there);
	ON("recvmsg", 10, accepted, P(&m), 1, 0, 0);
	network("Receive", true,
		inet_of(accepted, fixed, "STREAM", "ESTABLISHED", back,
			T(",\"message\":{\"addressLength\":0,%s,\"controlLength\":0},\"flags\":[]", vector)),
		"\"message\":{\"controlLength\":0,\"flags\":[]}", here);
	NEED(last.result == 16);
	ON("IORING_OP_POLL_ADD", 6, client, 0, 0, 0, POLLOUT);
	file("WaitForDescriptors", true,
	     inet_of(client, fixed, "STREAM", "ESTABLISHED", ends, ",\"events\":[\"EPOLLOUT\",\"EPOLLONESHOT\",\"EPOLLET\"]"),
	     R1("Socket", number_of(client_fd), "kernel"));
	ON("shutdown", 34, client, 0, SHUT_RD, 0, 0);
	network("ShutDownSocket", false, inet_of(client, fixed, "STREAM", "ESTABLISHED", ends, ",\"how\":\"SHUT_RD\""), NULL, there);
}

static void connection(int server, int server_fd, int client, int client_fd)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, to = any, peer;
	socklen_t n = sizeof(peer);
	unsigned port, client_port;
	int accepted;
	char *local;

	ON("bind", 56, server, P(&any), 0, sizeof(any), 0);
	port = port_of(server_fd);
	local = end_of("local", port);
	network("Bind", false, inet_of(server, fixed, "STREAM", "CLOSE", local, address_of(0)), NULL,
		R1("Socket", "127.0.0.1:0", "caller"));
	ON("listen", 57, server, 0, 5, 0, 0);
	network("Listen", false, inet_of(server, fixed, "STREAM", "LISTEN", local, ",\"backlog\":5"), NULL,
		R1("Socket", number_of(server_fd), "kernel"));
	to.sin_port = htons((uint16_t)port);
	ON("connect", 16, client, P(&to), 0, sizeof(to), 0);
	client_port = port_of(client_fd);
	network("Connect", false, inet_of(client, fixed, "STREAM", "ESTABLISHED",
					  T("%s%s", end_of("local", client_port), end_of("remote", port)), address_of(port)), NULL,
		R1("Socket", T("127.0.0.1:%u", port), "kernel"));
	accepted = make("accept4", 13, entry(13, true, server, P(&peer), 0, P(&n), 0));
	network("Accept", false, T("%s%s", inet_of(server, fixed, "STREAM", "LISTEN", local, ",\"flags\":[]"), to_slot(accepted)),
		made(T("\"type\":\"socket\",\"socket\":{\"family\":\"AF_INET\",\"type\":\"SOCK_STREAM\",\"protocol\":\"IPPROTO_TCP\","
		       "\"state\":\"TCP_ESTABLISHED\"%s%s},\"address\":{\"family\":\"AF_INET\",\"address\":\"127.0.0.1\",\"port\":%u},"
		       "\"addressLength\":16",
		       local, end_of("remote", client_port), client_port)),
		R1("Socket", T("127.0.0.1:%u", client_port), "kernel"));
	messages(client, client_fd, accepted, port, client_port);
	close_it(accepted);
}

static void sockets(void)
{
	int server_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), client_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), n;

	n = make("socket", 45, entry(45, false, AF_INET, 0, 0, SOCK_DGRAM, 0));
	network("CreateSocket", false,
		T("\"family\":\"AF_INET\",\"type\":[\"SOCK_DGRAM\"],\"protocol\":\"IPPROTO_IP\"%s", to_slot(n)),
		made("\"type\":\"socket\",\"socket\":{\"family\":\"AF_INET\",\"type\":\"SOCK_DGRAM\",\"protocol\":\"IPPROTO_UDP\"}"), NULL);
	close_it(n);
	connection(known(server_fd), server_fd, known(client_fd), client_fd);
	close(server_fd), close(client_fd);
}

/* ---- the ways ---- */

static void way(unsigned setup)
{
	NEED(io_uring_queue_init(8, &ring, setup) == 0);
}

static void operations(void)
{
	files();
	sockets();
	io_uring_queue_exit(&ring);
}

static void by_the_poll_thread(void)
{
	struct description thread;

	way(IORING_SETUP_SQPOLL);
	thread = describe_thread(ring_poll_thread());
	by = &thread;
	polled = ",\"pollThread\":true";
	operations();
	by = NULL;
	polled = "";
}

static void on_registered_files(void)
{
	int none[SLOTS];

	memset(none, 0xff, sizeof(none));
	way(0);
	NEED(io_uring_register_files(&ring, none, SLOTS) == 0);
	fixed = true;
	operations();
	fixed = false;
}

int main(int argc, char **argv)
{
	NEED(argc == 2);
	dir = argv[1];
	expect_begin();
	way(0);
	operations();
	ring_flags = ASYNC;
	way(0);
	operations();
	ring_flags = 0;
	linked = true;
	way(0);
	operations();
	linked = false;
	on_registered_files();
	by_the_poll_thread();
	expect_finish();
}
