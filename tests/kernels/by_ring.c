/* SPDX-License-Identifier: BSD-2-Clause */
/* by_ring PATH: creates a file, writes to it, connects to nobody, and deletes the file, all by io_uring. */
#include <fcntl.h>
#include <liburing.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static struct io_uring ring;

static int run(const char *what)
{
	struct io_uring_cqe *cqe;
	int result;

	if (io_uring_submit(&ring) != 1 || io_uring_wait_cqe(&ring, &cqe) < 0)
		return -1;
	result = cqe->res;
	io_uring_cqe_seen(&ring, cqe);
	printf("by_ring: %s: %d\n", what, result);
	return result;
}

int main(int argc, char **argv)
{
	struct sockaddr_in nobody = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd, s = socket(AF_INET, SOCK_STREAM, 0);

	if (argc != 2 || io_uring_queue_init(4, &ring, 0) < 0)
		return 1;
	io_uring_prep_openat(io_uring_get_sqe(&ring), AT_FDCWD, argv[1], O_WRONLY | O_CREAT, 0640);
	fd = run("openat");
	io_uring_prep_write(io_uring_get_sqe(&ring), fd, "text", 4, 0);
	if (run("write") != 4)
		return 1;
	io_uring_prep_connect(io_uring_get_sqe(&ring), s, (struct sockaddr *)&nobody, sizeof(nobody));
	run("connect");
	io_uring_prep_unlinkat(io_uring_get_sqe(&ring), AT_FDCWD, argv[1], 0);
	return run("unlinkat") != 0;
}
