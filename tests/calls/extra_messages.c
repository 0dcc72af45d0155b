/* SPDX-License-Identifier: BSD-2-Clause */
/* Control messages and credentials that go along with a message, addresses that come with one. */
#include "calls/calls.h"
#include "calls/net.h"

#include <string.h>
#include <sys/uio.h>
#include <sys/un.h>

/* Sends one byte with a control message of this level, type and content. */
static void control(int fd, int level, int type, const void *content, size_t bytes)
{
	union {
		struct cmsghdr header;
		char room[512];
	} control = {.header = {.cmsg_len = CMSG_LEN(bytes), .cmsg_level = level, .cmsg_type = type}};
	struct iovec byte = {out, 1};
	struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(bytes)};

	need(CMSG_SPACE(bytes) <= sizeof(control));
	memcpy(CMSG_DATA(&control.header), content, bytes);
	call(sendmsg, fd, &message, MSG_DONTWAIT);
	control.header.cmsg_len = 3; /* less than its own header */
	call(sendmsg, fd, &message, MSG_DONTWAIT);
	control.header.cmsg_len = SIZE_MAX / 2; /* no more than that: aligned, it is 0, and strace 6.1 never ends */
	call(sendmsg, fd, &message, MSG_DONTWAIT);
}

/* Takes whatever is there, with room for addresses and control messages. */
static void receive(int fd)
{
	struct sockaddr_storage from;
	char room[512];
	struct iovec bytes = {out, 100};
	struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &bytes, .msg_iovlen = 1,
				 .msg_control = room, .msg_controllen = sizeof(room)};

	while (call(recvmsg, fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) > 0) {
		message.msg_namelen = sizeof(from);
		message.msg_controllen = sizeof(room);
	}
	message.msg_controllen = 5; /* too little for any */
	call(recvmsg, fd, &message, MSG_DONTWAIT);
}

EXTRA(messages_unix)
{
	struct ucred self = {getpid(), getuid(), getgid()}, other = {1, 12345, 12345};
	int fds[253], ends[2], on = 1;

	need(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) == 0);
	need(setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0);
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		fds[i] = STDIN_FILENO;
	control(ends[0], SOL_SOCKET, SCM_RIGHTS, fds, 3 * sizeof(*fds));
	control(ends[0], SOL_SOCKET, SCM_RIGHTS, fds, 100 * sizeof(*fds));
	control(ends[0], SOL_SOCKET, SCM_RIGHTS, "x", 1);
	control(ends[0], SOL_SOCKET, SCM_CREDENTIALS, &self, sizeof(self));
	control(ends[0], SOL_SOCKET, SCM_CREDENTIALS, &other, sizeof(other));
	control(ends[0], SOL_SOCKET, 77, "content", 7);
	control(ends[0], 77, 78, "content", 7);
	receive(ends[1]);
}

EXTRA(messages_inet)
{
	struct in_pktinfo from = {.ipi_ifindex = 1, .ipi_spec_dst = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_in peer;
	int fd, on = 1, hops = 7;

	own_network();
	fd = inet_datagrams(4000);
	peer = inet_address(4000);
	need(connect(fd, (struct sockaddr *)&peer, sizeof(peer)) == 0);
	need(setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) == 0);
	need(setsockopt(fd, IPPROTO_IP, IP_RECVTTL, &on, sizeof(on)) == 0);
	need(setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) == 0);
	control(fd, IPPROTO_IP, IP_PKTINFO, &from, sizeof(from));
	control(fd, IPPROTO_IP, IP_TTL, &hops, sizeof(hops));
	control(fd, IPPROTO_IP, IP_TOS, &hops, sizeof(hops));
	receive(fd);
}

EXTRA(messages_named)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "bound"}, from;
	socklen_t bytes = sizeof(from);
	int bound = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	need(bind(bound, (struct sockaddr *)&address, sizeof(address)) == 0);
	works(call(sendto, fd, "message", 7, 0, &address, sizeof(address)));
	works(call(recvfrom, bound, out, 100, 0, &from, &bytes)); /* from one without name */
	memcpy(address.sun_path, "other", 6);
	need(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	memcpy(address.sun_path, "bound", 6);
	works(call(sendto, fd, "message", 7, 0, &address, sizeof(address)));
	bytes = sizeof(from);
	works(call(recvfrom, bound, out, 100, 0, &from, &bytes));
	fails(ECONNREFUSED, (close(bound), call(sendto, fd, "message", 7, 0, &address, sizeof(address))));
}
