/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ways in which a ring differs from calls: uring_ways DIRECTORY. The poll thread, workers, links, registered files and
 * credentials, silent and repeated completions, full queues, entries rewritten after their submission, and operations that
 * never end.
 */
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "capture/support/ring.h"

#define ASYNC 16
#define LINK 4
#define FIXED 1
#define SILENT 64

static char *dir;
static const struct description *by; /* NULL: the calling task */
static const char *polled = "";      /* what its requests have besides */

static void ring_new(unsigned flags)
{
	NEED(io_uring_queue_init(8, &ring, flags) == 0);
}

static char *at(const char *name)
{
	return T("%s/plain/%s", dir, name);
}

/* The paths that an operation names are told however it is submitted; what it opened, by what it is. */
static int open_and_delete(void)
{
	char *path = at("way"), *kernel = R1("File", path, "kernel"), *caller = R1("File", path, "caller");
	int fd;

	fd = (int)RING("openat", 18, AT_FDCWD, P(path), 0600, 0, O_RDWR | O_CREAT);
	expect(.event = "OpenFile", .by = by,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDWR\",\"O_CREAT\",\"O_LARGEFILE\"],\"mode\":\"0600\"%s}",
			    J(path), polled),
	       .response = PATH(path), .resources = kernel);
	RING("pwrite64", 23, fd, P("text"), 4, 0, 0);
	expect(.event = "WriteFile", .by = by,
	       .request = T("{\"fd\":%d,\"fdPath\":%s,\"count\":4,\"offset\":0,\"flags\":[]%s}", fd, J(path), polled), .resources = kernel);
	RING("unlinkat", 36, AT_FDCWD, P(path), 0, 0, 0);
	expect(.event = "DeleteFile", .by = by, .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[]%s}", J(path), polled),
	       .resources = caller);
	RING("unlinkat", 36, AT_FDCWD, P(path), 0, 0, 0);
	expect(.event = "DeleteFile", .by = by, .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[]%s}", J(path), polled),
	       .resources = caller);
	NEED(last.error == ENOENT);
	return fd;
}

static void by_workers(void)
{
	ring_new(0);
	ring_flags = ASYNC;
	close(open_and_delete());
	ring_flags = 0;
	io_uring_queue_exit(&ring);
}

/* ---- the poll thread ---- */

/* The names that a sibling writes over and over: what was opened is what is told. */
static char flipped[2][256], shown[256];
static atomic_bool flipping;

static void *flip(void *unused)
{
	(void)unused;
	for (unsigned i = 0; flipping; i++)
		memcpy(shown, flipped[i & 1], sizeof(shown));
	return NULL;
}

static void rewritten(void)
{
	struct io_uring_sqe *e;
	pthread_t thread;

	for (int i = 0; i < 2; i++) {
		snprintf(flipped[i], sizeof(flipped[i]), "%s", at(i ? "bbbb" : "aaaa"));
		close(open(flipped[i], O_CREAT | O_RDONLY, 0600));
	}
	memcpy(shown, flipped[0], sizeof(shown));
	flipping = true;
	NEED(pthread_create(&thread, NULL, flip, NULL) == 0);
	for (int i = 0; i < 100; i++) {
		char *path;
		int fd;

		e = ring_entry(18, AT_FDCWD, P(shown), 0, 0, O_RDONLY);
		ring_begin("openat", 18);
		NEED(io_uring_submit(&ring) == 1);
		/* Taken or not, this one is not there for the record to see. */
		e->addr = P("/etc/passwd");
		fd = (int)ring_wait();
		NEED(fd >= 0);
		path = read_link(T("/proc/self/fd/%d", fd));
		expect(.event = "OpenFile", .read_only = true, .by = by,
		       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDONLY\",\"O_LARGEFILE\"]%s}", J(path), polled),
		       .response = PATH(path), .resources = R1("File", path, "kernel"));
		close(fd);
	}
	flipping = false;
	pthread_join(thread, NULL);
}

static void by_the_poll_thread(void)
{
	struct description thread;

	ring_new(IORING_SETUP_SQPOLL);
	thread = describe_thread(ring_poll_thread());
	by = &thread;
	polled = ",\"pollThread\":true";
	close(open_and_delete());
	rewritten();
	by = NULL;
	polled = "";
	io_uring_queue_exit(&ring);
}

/* ---- links ---- */

static void linked(void)
{
	char *path = at("linked"), buffer[8];
	int fd;

	ring_new(0);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ring_entry(23, fd, P("text"), 4, 0, 0)->flags = LINK;
	ring_entry(22, fd, P(buffer), 8, 0, 0);
	ring_begin("pwrite64", 23);
	NEED(io_uring_submit(&ring) == 2);
	ring_wait();
	expect(.event = "WriteFile", .request = T("{\"fd\":%d,\"fdPath\":%s,\"count\":4,\"offset\":0,\"flags\":[]}", fd, J(path)),
	       .resources = R1("File", path, "kernel"));
	last.name = "pread64", last.number = 22;
	NEED(ring_wait() == 4);
	expect(.event = "ReadFile", .read_only = true,
	       .request = T("{\"fd\":%d,\"fdPath\":%s,\"count\":8,\"offset\":0,\"flags\":[]}", fd, J(path)),
	       .resources = R1("File", path, "kernel"));
	/* The first fails, the second is never begun. */
	ring_entry(22, 9999, P(buffer), 8, 0, 0)->flags = LINK;
	ring_entry(36, AT_FDCWD, P(path), 0, 0, 0);
	ring_begin("pread64", 22);
	NEED(io_uring_submit(&ring) == 2);
	ring_wait();
	expect(.event = "ReadFile", .read_only = true, .request = T("{\"fd\":9999,\"count\":8,\"offset\":0,\"flags\":[]}"));
	last.name = "unlinkat", last.number = 36;
	ring_wait();
	NEED(last.error == ECANCELED);
	expect(.event = "DeleteFile", .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[]}", J(path)),
	       .resources = R1("File", path, "caller"));
	close(fd);
	io_uring_queue_exit(&ring);
}

/* ---- registered files ---- */

static void registered(void)
{
	char *path = at("fixed"), *other = at("slot"), *kernel = R1("File", path, "kernel"), *slot = R1("File", other, "kernel");
	char buffer[8];
	int files[4], fd;

	ring_new(0);
	files[0] = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	files[1] = files[2] = files[3] = -1;
	NEED(io_uring_register_files(&ring, files, 4) == 0);
	ring_entry(23, 0, P("text"), 4, 0, 0)->flags = FIXED;
	ring_run("pwrite64", 23);
	expect(.event = "WriteFile",
	       .request = T("{\"fd\":0,\"fdFixed\":true,\"fdPath\":%s,\"count\":4,\"offset\":0,\"flags\":[]}", J(path)), .resources = kernel);
	NEED(last.result == 4);
	ring_entry(18, AT_FDCWD, P(other), 0600, 0, O_RDWR | O_CREAT)->file_index = 3;
	ring_run("openat", 18);
	expect(.event = "OpenFile",
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDWR\",\"O_CREAT\",\"O_LARGEFILE\"],\"mode\":\"0600\","
			    "\"fileSlot\":2}", J(other)),
	       .response = T("\"fixed\":true,%s", PATH(other)), .resources = slot);
	NEED(last.result == 0);
	ring_entry(22, 2, P(buffer), 8, 0, 0)->flags = FIXED;
	ring_run("pread64", 22);
	expect(.event = "ReadFile", .read_only = true,
	       .request = T("{\"fd\":2,\"fdFixed\":true,\"fdPath\":%s,\"count\":8,\"offset\":0,\"flags\":[]}", J(other)), .resources = slot);
	ring_entry(54, 2, 0, 0, 0, 0)->flags = FIXED;
	fd = (int)ring_run("IORING_OP_FIXED_FD_INSTALL", 54);
	expect(.event = "DuplicateDescriptor", .read_only = true,
	       .request = T("{\"fd\":2,\"fdFixed\":true,\"fdPath\":%s,\"flags\":[\"O_CLOEXEC\"]}", J(other)), .resources = slot);
	NEED(fd >= 0);
	ring_entry(19, 0, 0, 0, 0, 0)->file_index = 3;
	ring_run("close", 19);
	expect(.event = "CloseFile", .read_only = true, .request = T("{\"fd\":0,\"fileSlot\":2}"));
	NEED(last.result == 0);
	ring_entry(22, 2, P(buffer), 8, 0, 0)->flags = FIXED;
	ring_run("pread64", 22);
	expect(.event = "ReadFile", .read_only = true,
	       .request = T("{\"fd\":2,\"fdFixed\":true,\"count\":8,\"offset\":0,\"flags\":[]}"));
	NEED(last.error == EBADF);
	close(fd), close(files[0]);
	io_uring_queue_exit(&ring);
}

/* ---- credentials ---- */

static void credentials(void)
{
	char *path = T("%s/control/denied", dir);
	int id;

	ring_new(0);
	NEED(seteuid(65534) == 0);
	id = io_uring_register_personality(&ring);
	NEED(seteuid(0) == 0 && id > 0);
	describe();
	ring_entry(37, AT_FDCWD, P(path), 0700, 0, 0)->personality = (uint16_t)id;
	ring_run("mkdirat", 37);
	expect(.event = "CreateDirectory", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"mode\":\"0700\",\"credentials\":{\"uid\":%u,\"gid\":%u,\"euid\":65534,"
			    "\"egid\":%u}}", J(path), getuid(), getgid(), getegid()),
	       .resources = R1("Directory", path, "caller"));
	NEED(last.error == EACCES);
	io_uring_queue_exit(&ring);
}

/* ---- completions ---- */

static void nothing(void)
{
	RING("IORING_OP_NOP", 0, -1, 0, 0, 0, 0);
	expect(.event = "SubmitNothing", .source = "process", .read_only = true,
	       .request = T("{\"result\":0,\"fd\":-1,\"flags\":[]}"));
}

/* One that says nothing when it succeeds is told when it is submitted, and once more if it fails. */
static void silent(void)
{
	char *path = at("silent"), *request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[]}", J(path));
	char *caller = R1("File", path, "caller");

	ring_new(0);
	close(open(path, O_CREAT | O_RDONLY | O_CLOEXEC, 0600));
	ring_entry(36, AT_FDCWD, P(path), 0, 0, 0)->flags = SILENT;
	ring_begin("unlinkat", 36);
	NEED(io_uring_submit(&ring) == 1);
	ring_result(0);
	expect(.event = "DeleteFile", .request = request, .resources = caller, .untold = true);
	while (access(path, F_OK) == 0)
		usleep(1000);
	nothing();
	request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDONLY\",\"O_LARGEFILE\"]}", J(path));
	ring_entry(18, AT_FDCWD, P(path), 0, 0, O_RDONLY)->flags = SILENT;
	ring_begin("openat", 18);
	NEED(io_uring_submit(&ring) == 1);
	ring_result(0);
	expect(.event = "OpenFile", .read_only = true, .request = request, .resources = caller, .untold = true);
	ring_wait();
	NEED(last.error == ENOENT);
	expect(.event = "OpenFile", .read_only = true, .request = request, .resources = caller);
	io_uring_queue_exit(&ring);
}

static int listening(struct sockaddr_in *a)
{
	socklen_t n = sizeof(*a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*a = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	NEED(bind(fd, (struct sockaddr *)a, n) == 0 && listen(fd, 5) == 0 && getsockname(fd, (struct sockaddr *)a, &n) == 0);
	return fd;
}

/* Each connection that a single request accepts is an event. */
static void many(void)
{
	struct sockaddr_in a, mine;
	int server = listening(&a), client;
	socklen_t n = sizeof(mine);
	unsigned port = ntohs(a.sin_port);
	char *request = T("{\"fd\":%d,\"fdType\":\"socket\",\"fdSocket\":{\"family\":\"AF_INET\",\"type\":\"SOCK_STREAM\","
			  "\"protocol\":\"IPPROTO_TCP\",\"state\":\"TCP_LISTEN\",\"local\":{\"address\":\"127.0.0.1\",\"port\":%u}},"
			  "\"flags\":[]}", server, port);

	ring_new(0);
	ring_user_data = 77;
	ring_entry(13, server, 0, 0, 0, 0)->ioprio = 1;
	NEED(io_uring_submit(&ring) == 1);
	for (int i = 0; i < 3; i++) {
		ring_begin("accept4", 13);
		client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		NEED(connect(client, (struct sockaddr *)&a, sizeof(a)) == 0);
		NEED(getsockname(client, (struct sockaddr *)&mine, &n) == 0 && ring_wait() >= 0);
		expect(.event = "Accept", .source = "network", .request = request,
		       .response = T("\"type\":\"socket\",\"socket\":{\"family\":\"AF_INET\",\"type\":\"SOCK_STREAM\",\"protocol\":"
				     "\"IPPROTO_TCP\",\"state\":\"TCP_ESTABLISHED\",\"local\":{\"address\":\"127.0.0.1\",\"port\":%u},"
				     "\"remote\":{\"address\":\"127.0.0.1\",\"port\":%u}}", port, ntohs(mine.sin_port)),
		       .resources = R1("Socket", T("127.0.0.1:%u", ntohs(mine.sin_port)), "kernel"));
		close((int)last.result), close(client);
	}
	/* Its end, and that of what ends it. */
	ring_user_data = 78;
	ring_entry(14, -1, 77, 0, 0, 0);
	ring_begin("IORING_OP_ASYNC_CANCEL", 14);
	NEED(io_uring_submit(&ring) == 1);
	ring_wait();
	expect(.event = "CancelOperation", .source = "process", .read_only = true,
	       .request = T("{\"userData\":\"0x4d\",\"flags\":[]}"));
	last.name = "accept4", last.number = 13;
	ring_wait();
	NEED(last.error == ECANCELED);
	expect(.event = "Accept", .source = "network", .request = request);
	ring_user_data = 0;
	close(server);
	io_uring_queue_exit(&ring);
}

/* A completion queue that is full hides nothing. */
static void overflowing(void)
{
	struct io_uring_params p = { .flags = IORING_SETUP_CQSIZE, .cq_entries = 1 };
	struct io_uring_cqe *cqe;

	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	NEED(null >= 0 && io_uring_queue_init_params(1, &ring, &p) == 0);
	for (unsigned i = 1; i <= 4; i++) {
		ring_user_data = 1000 + i;
		ring_entry(23, null, P("text"), i, 0, 0);
		ring_begin("pwrite64", 23);
		NEED(io_uring_submit(&ring) == 1);
		ring_result((int)i);
		expect(.event = "WriteFile",
		       .request = T("{\"fd\":%d,\"fdPath\":\"/dev/null\",\"count\":%u,\"offset\":0,\"flags\":[]}", null, i),
		       .resources = R1("File", "/dev/null", "kernel"));
	}
	NEED(*ring.sq.kflags & IORING_SQ_CQ_OVERFLOW);
	for (unsigned i = 1; i <= 4; i++) {
		NEED(io_uring_wait_cqe(&ring, &cqe) == 0 && cqe->res == (int)i && cqe->user_data == 1000 + i);
		io_uring_cqe_seen(&ring, cqe);
	}
	close(null);
	ring_user_data = 0;
	io_uring_queue_exit(&ring);
}

static char *pipe_request(int fd, unsigned count, struct stat *st, int from)
{
	NEED(fstat(from, st) == 0);
	return T("{\"fd\":%d,\"fdType\":\"pipe\",\"count\":%u,\"offset\":-1,\"flags\":[]}", fd, count);
}

/* Operations under one user data are told apart. */
static void namesakes(void)
{
	static char buffer[64];
	struct stat st;
	int p[3][2];

	ring_new(0);
	for (unsigned i = 0; i < 3; i++) {
		NEED(pipe(p[i]) == 0);
		ring_entry(22, p[i][0], P(buffer), 10 + i, (uint64_t)-1, 0);
	}
	NEED(io_uring_submit(&ring) == 3);
	for (unsigned i = 3; i-- > 0;) {
		char *request = pipe_request(p[i][0], 10 + i, &st, p[i][0]);

		ring_begin("pread64", 22);
		NEED(write(p[i][1], "xxx", i + 1) == (ssize_t)i + 1 && ring_wait() == (long)i + 1);
		expect(.event = "ReadFile", .read_only = true, .request = request,
		       .resources = R1("File", T("pipe:[%lu]", (unsigned long)st.st_ino), "kernel"));
		close(p[i][0]), close(p[i][1]);
	}
	io_uring_queue_exit(&ring);
}

/* What has not ended when recording does is told then. */
static void endless(void)
{
	static char buffer[8];
	int p[2], ready[2];
	char byte;

	NEED(pipe(p) == 0 && pipe(ready) == 0);
	if (fork() == 0) {
		describe();
		ring_new(0);
		ring_entry(22, p[0], P(buffer), 8, (uint64_t)-1, 0);
		ring_begin("pread64", 22);
		NEED(io_uring_submit(&ring) == 1);
		ring_result(0);
		last.to += 60000000000;
		expect(.event = "ReadFile", .read_only = true, .untold = true,
		       .request = T("{\"fd\":%d,\"count\":8,\"offset\":-1,\"flags\":[]}", p[0]));
		NEED(write(ready[1], "x", 1) == 1);
		close(STDIN_FILENO), close(STDOUT_FILENO), close(STDERR_FILENO);
		sleep(20);
		_exit(0);
	}
	NEED(read(ready[0], &byte, 1) == 1);
}

int main(int argc, char **argv)
{
	NEED(argc == 2);
	dir = argv[1];
	expect_begin();
	by_workers();
	by_the_poll_thread();
	linked();
	registered();
	credentials();
	silent();
	many();
	overflowing();
	namesakes();
	endless();
	expect_finish();
}
