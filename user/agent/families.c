/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/families.h"

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "base/cleanup.h"
#include "event/netlink.h"

#define BETWEEN_NS 100000000u
#define ANSWER_BYTES 32768u
#define ANSWERS 64 /* datagrams of one answer: more families than anybody has */

static bool is_done(const char *answer, ssize_t n)
{
	struct nlmsghdr head;

	for (size_t at = 0; at + sizeof(head) <= (size_t)n; at += NLMSG_ALIGN((size_t)head.nlmsg_len)) {
		memcpy(&head, answer + at, sizeof(head));
		if (head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR || head.nlmsg_len < sizeof(head))
			return true;
	}
	return false;
}

static void ask(void)
{
	static _Alignas(8) char answer[ANSWER_BYTES];
	struct {
		struct nlmsghdr head;
		struct genlmsghdr generic;
	} request = {
		.head = { sizeof(request), GENL_ID_CTRL, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 },
		.generic = { .cmd = CTRL_CMD_GETFAMILY, .version = 2 },
	};
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	struct timeval patience = { .tv_usec = 100000 };
	bool first = true;
	ssize_t n;

	/* No port: the kernel. Whoever else sends to this socket is not listened to. */
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
	    send(fd, &request, sizeof(request), 0) != (ssize_t)sizeof(request))
		return;
	for (int i = 0; i < ANSWERS; i++) {
		struct sockaddr_nl from = { 0 };
		socklen_t length = sizeof(from);

		n = recvfrom(fd, answer, sizeof(answer), 0, (struct sockaddr *)&from, &length);
		if (n <= 0)
			return;
		if (length != sizeof(from) || from.nl_pid != 0)
			continue;
		if (first)
			ht_netlink_family_reset();
		first = false;
		ht_netlink_family_learn(answer, (size_t)n);
		if (is_done(answer, n))
			return;
	}
}

static void ask_again(void)
{
	static uint64_t last;
	struct timespec t;
	uint64_t now;

	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
	if (last && now - last < BETWEEN_NS)
		return;
	last = now;
	ask();
}

void ht_families_begin(void)
{
	ht_netlink_family_asker(ask_again);
	ask();
}
