/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operations of io_uring that no call does or that need more than one: uring_only DIRECTORY. Timers, waiting, buffers that the
 * kernel picks, messages between rings, futexes. `uring_only --opcodes` prints which the running kernel has.
 */
#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>

#include "capture/support/inet.h"
#include "capture/support/ring.h"

#define FIXED 1
#define LINK 4
#define PICKED 32 /* IOSQE_BUFFER_SELECT */

static char *dir;

/* In the order of include/uapi/linux/io_uring.h. */
static void print_opcodes(void)
{
	struct io_uring_probe *p = io_uring_get_probe();

	NEED(p);
	for (unsigned i = 0; i < p->ops_len; i++)
		if (p->ops[i].flags & IO_URING_OP_SUPPORTED)
			printf("%u\n", p->ops[i].op);
}

static void begin(const char *call, long opcode)
{
	ring_begin(call, opcode);
	NEED(io_uring_submit(&ring) == 1);
}

/* The next completion, of an operation that was begun before. */
static long ended(const char *call, long opcode)
{
	last.name = call, last.number = opcode;
	return ring_wait();
}

static void sleeps(const char *request)
{
	expect(.event = "Sleep", .source = "time", .read_only = true, .request = request);
}

static void cancels(const char *request)
{
	expect(.event = "CancelOperation", .source = "process", .read_only = true, .request = request);
}

static char *pipe_of(int fd, const char *more)
{
	return T("{\"fd\":%d,\"fdType\":\"pipe\"%s}", fd, more);
}

static char *pipe_resource(int fd)
{
	struct stat st;

	NEED(fstat(fd, &st) == 0);
	return R1("File", T("pipe:[%lu]", (unsigned long)st.st_ino), "kernel");
}

/* ---- time ---- */

static void timers(void)
{
	struct __kernel_timespec soon = { .tv_nsec = 1000000 }, late = { .tv_sec = 100 };
	char buffer[8];
	int p[2];

	RING("IORING_OP_TIMEOUT", 11, -1, P(&soon), 1, 0, 0);
	sleeps("{\"duration\":{\"seconds\":0,\"nanoseconds\":1000000},\"completions\":0,\"repeats\":0,\"flags\":[]}");
	NEED(last.error == ETIME);
	ring_user_data = 0x11;
	ring_entry(11, -1, P(&late), 1, 7, 4 /* IORING_TIMEOUT_BOOTTIME */);
	begin("IORING_OP_TIMEOUT", 11);
	ring_user_data = 0x12;
	RING("IORING_OP_TIMEOUT_REMOVE", 12, -1, 0x11, 0, 0, 0);
	cancels("{\"userData\":\"0x11\",\"flags\":[]}");
	NEED(last.result == 0);
	ended("IORING_OP_TIMEOUT", 11);
	sleeps("{\"duration\":{\"seconds\":100,\"nanoseconds\":0},\"completions\":7,\"repeats\":0,\"flags\":[\"IORING_TIMEOUT_BOOTTIME\"]}");
	NEED(last.error == ECANCELED);
	ring_user_data = 0;
	NEED(pipe(p) == 0);
	ring_entry(22, p[0], P(buffer), 8, (uint64_t)-1, 0)->flags = LINK;
	ring_entry(15, -1, P(&soon), 1, 0, 0);
	ring_begin("IORING_OP_LINK_TIMEOUT", 15);
	NEED(io_uring_submit(&ring) == 2);
	ring_wait();
	sleeps("{\"duration\":{\"seconds\":0,\"nanoseconds\":1000000},\"flags\":[]}");
	NEED(last.error == ETIME);
	ended("pread64", 22);
	expect(.event = "ReadFile", .read_only = true, .request = pipe_of(p[0], ",\"count\":8,\"offset\":-1,\"flags\":[]"),
	       .resources = pipe_resource(p[0]));
	NEED(last.error == ECANCELED);
	close(p[0]), close(p[1]);
}

/* ---- waiting ---- */

static void polls(void)
{
	int p[2];
	const char *events = ",\"events\":[\"EPOLLIN\",\"EPOLLONESHOT\",\"EPOLLET\"]";

	NEED(pipe(p) == 0);
	ring_user_data = 0x21;
	ring_entry(6, p[0], 0, 0, 0, POLLIN);
	begin("IORING_OP_POLL_ADD", 6);
	ring_user_data = 0x22;
	RING("IORING_OP_POLL_REMOVE", 7, -1, 0x21, 0, 0, 0);
	cancels("{\"userData\":\"0x21\",\"newUserData\":\"0x0\"}");
	NEED(last.result == 0);
	ended("IORING_OP_POLL_ADD", 6);
	expect(.event = "WaitForDescriptors", .read_only = true, .request = pipe_of(p[0], events), .resources = pipe_resource(p[0]));
	NEED(last.error == ECANCELED);
	ring_user_data = 0x23;
	ring_entry(6, p[0], 0, 0, 0, POLLIN);
	begin("IORING_OP_POLL_ADD", 6);
	ring_user_data = 0x24;
	RING("IORING_OP_POLL_REMOVE", 7, -1, 0x23, 2 /* IORING_POLL_UPDATE_EVENTS */, 0, POLLPRI);
	cancels("{\"userData\":\"0x23\",\"newUserData\":\"0x0\",\"events\":[\"EPOLLPRI\",\"EPOLLONESHOT\",\"EPOLLET\"]}");
	NEED(last.result == 0);
	RING("IORING_OP_ASYNC_CANCEL", 14, p[0], 0, 6, 0, 2 | 0x20);
	cancels(T("{\"userData\":\"0x0\",\"flags\":[\"IORING_ASYNC_CANCEL_FD\",\"IORING_ASYNC_CANCEL_OP\"],\"fd\":%d,"
		  "\"operation\":\"IORING_OP_POLL_ADD\"}", p[0]));
	NEED(last.result == 0);
	ended("IORING_OP_POLL_ADD", 6);
	expect(.event = "WaitForDescriptors", .read_only = true, .request = pipe_of(p[0], events), .resources = pipe_resource(p[0]));
	NEED(last.error == ECANCELED);
	ring_user_data = 0;
	close(p[0]), close(p[1]);
}

static void epolls(void)
{
	struct epoll_event add = { .events = EPOLLOUT, .data.u64 = 5 }, seen[2];
	int epoll = epoll_create1(EPOLL_CLOEXEC), p[2];

	NEED(epoll >= 0 && pipe(p) == 0);
	RING("epoll_ctl", 29, epoll, P(&add), EPOLL_CTL_ADD, (unsigned)p[1], 0);
	expect(.event = "ChangeDescriptorSet", .read_only = true,
	       .request = T("{\"setFd\":%d,\"operation\":\"EPOLL_CTL_ADD\",\"fd\":%d,\"fdType\":\"pipe\",\"event\":{\"events\":["
			    "\"EPOLLOUT\"],\"data\":\"0x5\"}}", epoll, p[1]));
	NEED(last.result == 0);
	RING("epoll_ctl", 29, epoll, P(&add), EPOLL_CTL_DEL, (unsigned)p[0], 0);
	expect(.event = "ChangeDescriptorSet", .read_only = true,
	       .request = T("{\"setFd\":%d,\"operation\":\"EPOLL_CTL_DEL\",\"fd\":%d,\"fdType\":\"pipe\"}", epoll, p[0]));
	NEED(last.error == ENOENT);
	RING("epoll_wait", 59, epoll, P(seen), 2, 0, 0);
	expect(.event = "WaitForDescriptors", .read_only = true,
	       .request = T("{\"setFd\":%d,\"setFdType\":\"anon_inode:[eventpoll]\",\"maximum\":2}", epoll),
	       .response = "\"events\":[{\"events\":[\"EPOLLOUT\"],\"data\":\"0x5\"}]");
	NEED(last.result == 1);
	close(epoll), close(p[0]), close(p[1]);
}

static void children(void)
{
	siginfo_t info = {};
	pid_t pid = fork();

	NEED(pid >= 0);
	if (pid == 0)
		_exit(7);
	ring_entry(50, pid, 0, P_PID, P(&info), 0)->file_index = WEXITED;
	ring_run("waitid", 50);
	expect(.event = "WaitForProcess", .source = "process", .read_only = true,
	       .request = T("{\"type\":\"P_PID\",\"id\":%d,\"options\":[\"WEXITED\"]}", pid),
	       .response = T("\"information\":{\"signal\":\"SIGCHLD\",\"code\":\"CLD_EXITED\",\"pid\":%d,\"uid\":%u,\"status\":7,"
			     "\"userTicks\":0,\"systemTicks\":0}", pid, getuid()));
	NEED(last.result == 0);
}

static void futexes(void)
{
	static uint32_t word;
	struct io_uring_sqe *e;
	struct {
		uint64_t value, address;
		uint32_t flags, reserved;
	} v = { .value = 1, .address = P(&word), .flags = 2 };

	e = ring_entry(51, 2 | 128, P(&word), 0, 0, 0);
	*(uint64_t *)((char *)e + 48) = 0xffffffff; /* addr3 */
	e->user_data = 1;
	begin("futex_wait", 51);
	e = ring_entry(52, 2 | 128, P(&word), 0, 1, 0);
	*(uint64_t *)((char *)e + 48) = 6;
	ring_run("futex_wake", 52);
	expect(.event = "OperateFutex", .source = "ipc", .read_only = true,
	       .request = T("{\"address\":\"%p\",\"bits\":\"0x6\",\"count\":1,\"flags\":[\"FUTEX2_SIZE_U32\",\"FUTEX2_PRIVATE\"]}",
			    (void *)&word));
	NEED(last.result == 1);
	ended("futex_wait", 51);
	expect(.event = "OperateFutex", .source = "ipc", .read_only = true,
	       .request = T("{\"address\":\"%p\",\"value\":0,\"bits\":\"FUTEX_BITSET_MATCH_ANY\",\"flags\":[\"FUTEX2_SIZE_U32\","
			    "\"FUTEX2_PRIVATE\"]}", (void *)&word));
	NEED(last.result == 0);
	RING("futex_waitv", 53, 0, P(&v), 1, 0, 0);
	expect(.event = "OperateFutex", .source = "ipc", .read_only = true,
	       .request = T("{\"waiters\":[{\"value\":1,\"address\":\"%p\",\"flags\":[\"FUTEX2_SIZE_U32\"]}],\"waiterCount\":1}",
			    (void *)&word));
	NEED(last.error == EAGAIN);
	/* Shared. */
	ring_entry(51, 2, P(&word), 0, 3, 0);
	ring_run("futex_wait", 51);
	expect(.event = "OperateFutex", .source = "ipc", .read_only = true,
	       .request = T("{\"address\":\"%p\",\"value\":3,\"bits\":\"0x0\",\"flags\":[\"FUTEX2_SIZE_U32\"]}", (void *)&word));
	NEED(last.error == EINVAL);
}

/* ---- what is registered ---- */

static void registered(void)
{
	char *path = T("%s/plain/only", dir);
	static char buffer[64] __attribute__((aligned(64)));
	struct iovec whole = { buffer, sizeof(buffer) }, v = { buffer + 8, 5 };
	char *vectors = T(",\"vectors\":[{\"base\":\"%p\",\"length\":5}],\"vectorCount\":1,\"offset\":0,\"flags\":[]", v.iov_base);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), none[4] = { -1, -1, -1, -1 };
	char *request = T("{\"fd\":%d,\"fdPath\":%s%s}", fd, J(path), vectors);

	NEED(fd >= 0 && io_uring_register_files(&ring, none, 4) == 0 && io_uring_register_buffers(&ring, &whole, 1) == 0);
	RING("IORING_OP_FILES_UPDATE", 20, -1, P(&fd), 1, 2, 0);
	expect(.event = "RegisterFiles", .read_only = true, .request = T("{\"descriptors\":\"%p\",\"count\":1,\"index\":2}", (void *)&fd));
	NEED(last.result == 1);
	RING("pwritev2", 61, fd, P(&v), 1, 0, 0);
	expect(.event = "WriteFile", .request = request, .resources = R1("File", path, "kernel"));
	NEED(last.result == 5);
	RING("preadv2", 60, fd, P(&v), 1, 0, 0);
	expect(.event = "ReadFile", .read_only = true, .request = request, .resources = R1("File", path, "kernel"));
	NEED(last.result == 5);
	NEED(io_uring_unregister_buffers(&ring) == 0 && io_uring_unregister_files(&ring) == 0);
	close(fd);
}

/* Buffers that the kernel picks from a group, as often as something is there to read. */
static void picked(void)
{
	static char buffers[4][16];
	struct io_uring_sqe *e;
	char *request;
	int p[2];

	NEED(pipe(p) == 0);
	ring_entry(31, 4, P(buffers), 16, 0, 0)->buf_group = 3;
	ring_run("IORING_OP_PROVIDE_BUFFERS", 31);
	expect(.event = "RegisterBuffers", .source = "memory", .read_only = true,
	       .request = T("{\"address\":\"%p\",\"length\":16,\"group\":3,\"count\":4,\"index\":0}", (void *)buffers));
	request = pipe_of(p[0], ",\"count\":0,\"offset\":-1,\"flags\":[]");
	e = ring_entry(49, p[0], 0, 0, (uint64_t)-1, 0);
	e->flags = PICKED;
	e->buf_group = 3;
	begin("pread64", 49);
	for (unsigned i = 1; i <= 2; i++) {
		ring_begin("pread64", 49);
		NEED(write(p[1], "text", i) == i && ring_wait() == i);
		expect(.event = "ReadFile", .read_only = true, .request = request, .resources = pipe_resource(p[0]));
	}
	ring_begin("pread64", 49);
	close(p[1]);
	NEED(ring_wait() == 0);
	expect(.event = "ReadFile", .read_only = true, .request = request, .resources = pipe_resource(p[0]));
	ring_entry(32, 4, 0, 0, 0, 0)->buf_group = 3;
	ring_run("IORING_OP_REMOVE_BUFFERS", 32);
	expect(.event = "RegisterBuffers", .source = "memory", .read_only = true, .request = "{\"group\":3,\"count\":4}");
	close(p[0]);
}

/* ---- sockets and rings ---- */

static void datagrams(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char text[16] = "hello", *ends, *there, *number;
	struct iovec v = { text, 5 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	int from = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), to = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	NEED(bind(to, (struct sockaddr *)&a, sizeof(a)) == 0);
	a.sin_port = htons((uint16_t)port_of(to));
	NEED(connect(from, (struct sockaddr *)&a, sizeof(a)) == 0);
	ends = T("%s%s", end_of("local", port_of(from)), end_of("remote", port_of(to)));
	there = R1("Socket", T("127.0.0.1:%u", port_of(to)), "kernel");
	number = R1("Socket", number_of(from), "kernel");
	RING("sendto", 47, from, P(text), 5, 0, 0);
	expect(.event = "Send", .source = "network", .resources = there,
	       .request = inet(from, "DGRAM", "", ends,
			       ",\"length\":5,\"flags\":[\"MSG_NOSIGNAL\",\"MSG_ZEROCOPY\"],\"address\":null,\"addressLength\":0"));
	NEED(last.result == 5 && ring_wait() == 0);
	RING("sendmsg", 48, from, P(&m), 1, 0, 0);
	expect(.event = "Send", .source = "network", .resources = there,
	       .request = inet(from, "DGRAM", "", ends,
			       T(",\"message\":{\"address\":null,\"addressLength\":0,\"vectors\":[{\"base\":\"%p\",\"length\":5}],"
				 "\"vectorCount\":1,\"control\":null,\"controlLength\":0,\"flags\":[]},"
				 "\"flags\":[\"MSG_NOSIGNAL\",\"MSG_ZEROCOPY\"]", (void *)text)));
	NEED(last.result == 5 && ring_wait() == 0);
	RING("IORING_OP_URING_CMD", 46, from, 0, 0, 1, 0); /* SOCKET_URING_OP_SIOCOUTQ */
	expect(.event = "ControlDevice", .source = "kernel", .resources = number,
	       .request = inet(from, "DGRAM", "", ends, ",\"command\":\"0x1\",\"flags\":[]"));
	NEED(last.result == 0);
	/* From a device's queue, of which there is none. */
	RING("recvfrom", 58, from, 0, 0, 0, 0);
	expect(.event = "Receive", .source = "network", .read_only = true,
	       .request = "{\"unreadable\":[\"fd\",\"length\",\"flags\"]}");
	NEED(last.error == EINVAL);
	close(from), close(to);
}

static void to_another_ring(void)
{
	struct io_uring other;
	struct io_uring_cqe *cqe;

	NEED(io_uring_queue_init(4, &other, 0) == 0);
	RING("IORING_OP_MSG_RING", 40, other.ring_fd, 0, 99, 0x77, 0);
	expect(.event = "SendToRing", .source = "ipc",
	       .request = T("{\"fd\":%d,\"fdType\":\"anon_inode:[io_uring]\",\"userData\":\"0x77\",\"length\":99,"
			    "\"command\":\"IORING_MSG_DATA\",\"sourceIndex\":0,\"index\":0}", other.ring_fd));
	NEED(last.result == 0 && io_uring_wait_cqe(&other, &cqe) == 0 && cqe->res == 99 && cqe->user_data == 0x77);
	io_uring_queue_exit(&other);
}

int main(int argc, char **argv)
{
	NEED(argc == 2);
	dir = argv[1];
	if (strcmp(dir, "--opcodes") == 0) {
		print_opcodes();
		return 0;
	}
	expect_begin();
	NEED(io_uring_queue_init(8, &ring, 0) == 0);
	timers();
	polls();
	epolls();
	children();
	futexes();
	registered();
	picked();
	datagrams();
	to_another_ring();
	expect_finish();
}
