/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets, in a network namespace of the test's own: network DIRECTORY */
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "capture/support/expect.h"

static char *dir;

static void network(const char *event, bool read_only, const char *request, const char *response, const char *resources)
{
	expect(.event = event, .source = "network", .read_only = read_only, .request = request, .response = response,
	       .resources = resources);
}

static int silent_socket(int family, int type)
{
	int fd;

	mute();
	fd = socket(family, type, 0);
	unmute();
	NEED(fd >= 0);
	return fd;
}

static char *number_of(int fd)
{
	struct stat st;

	NEED(fstat(fd, &st) == 0);
	return T("socket:[%lu]", (unsigned long)st.st_ino);
}

/* The members that tell a socket. ends: its addresses, with a leading comma. */
static char *inet_socket(const char *family, const char *state, const char *ends)
{
	return T("{\"family\":\"%s\",\"type\":\"SOCK_STREAM\",\"protocol\":\"IPPROTO_TCP\",\"state\":\"%s\"%s}", family, state, ends);
}

static char *end_of(const char *key, const char *address, unsigned port)
{
	return T(",\"%s\":{\"address\":\"%s\",\"port\":%u}", key, address, port);
}

static char *fd_socket(int fd, const char *socket, const char *more)
{
	return T("{\"fd\":%d,\"fdType\":\"socket\",\"fdSocket\":%s%s}", fd, socket, more);
}

/* One connection from end to end, and what fails on the way. */
static void stream(int family, const char *name, const char *address, const struct sockaddr *any, socklen_t n)
{
	bool v6 = family == AF_INET6;
	const char *end = T(v6 ? "[%s]" : "%s", address);
	int server, client, accepted;
	struct sockaddr_in6 peer;
	socklen_t length = sizeof(peer);
	unsigned port;
	char *at, *told;

	server = (int)CALL(socket, family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	network("CreateSocket", false,
		T("{\"family\":\"%s\",\"type\":[\"SOCK_STREAM\",\"SOCK_CLOEXEC\"],\"protocol\":\"IPPROTO_IP\"}", name),
		T("\"type\":\"socket\",\"socket\":%s", inet_socket(name, "TCP_CLOSE", "")), NULL);
	CALL(bind, server, any, n);
	network("Bind", false,
		fd_socket(server, inet_socket(name, "TCP_CLOSE", end_of("local", address, 8080)),
			  T(",\"address\":{\"family\":\"%s\",\"address\":\"%s\",\"port\":8080},\"addressLength\":%u", name, address, n)),
		NULL, R1("Socket", T("%s:8080", end), "caller"));
	at = end_of("local", address, 8080);
	CALL(bind, server, any, 4);
	network("Bind", false,
		fd_socket(server, inet_socket(name, "TCP_CLOSE", at),
			  T(",\"address\":{\"family\":\"%s\",\"data\":\"1f90\"},\"addressLength\":4", name)), NULL, NULL);
	CALL(listen, server, 5);
	network("Listen", false, fd_socket(server, inet_socket(name, "TCP_LISTEN", at), ",\"backlog\":5"), NULL,
		R1("Socket", number_of(server), "kernel"));
	client = silent_socket(family, SOCK_STREAM);
	CALL(connect, client, any, n);
	NEED(last.result == 0 && getsockname(client, (struct sockaddr *)&peer, &length) == 0);
	port = ntohs(peer.sin6_port);
	told = T("%s%s", end_of("local", address, port), end_of("remote", address, 8080));
	network("Connect", false,
		fd_socket(client, inet_socket(name, "TCP_ESTABLISHED", told),
			  T(",\"address\":{\"family\":\"%s\",\"address\":\"%s\",\"port\":8080},\"addressLength\":%u", name, address, n)),
		NULL, R1("Socket", T("%s:8080", end), "kernel"));
	length = sizeof(peer);
	accepted = (int)CALL(accept4, server, &peer, &length, SOCK_NONBLOCK);
	network("Accept", false, fd_socket(server, inet_socket(name, "TCP_LISTEN", at), ",\"flags\":[\"SOCK_NONBLOCK\"]"),
		T("\"type\":\"socket\",\"socket\":%s,\"address\":{\"family\":\"%s\",\"address\":\"%s\",\"port\":%u},\"addressLength\":%u",
		  inet_socket(name, "TCP_ESTABLISHED", T("%s%s", at, end_of("remote", address, port))), name, address, port, n),
		R1("Socket", T("%s:%u", end, port), "kernel"));
	CALL(sendto, client, "hello", 5, MSG_NOSIGNAL, NULL, 0);
	network("Send", false,
		fd_socket(client, inet_socket(name, "TCP_ESTABLISHED", told),
			  ",\"length\":5,\"flags\":[\"MSG_NOSIGNAL\"],\"address\":null,\"addressLength\":0"),
		NULL, R1("Socket", T("%s:8080", end), "kernel"));
	CALL(recvfrom, accepted, &peer, 5, 0, NULL, NULL);
	network("Receive", true,
		fd_socket(accepted, inet_socket(name, "TCP_ESTABLISHED", T("%s%s", at, end_of("remote", address, port))),
			  ",\"length\":5,\"flags\":[]"),
		NULL, R1("Socket", T("%s:%u", end, port), "kernel"));
	NEED(last.result == 5);
	CALL(recvfrom, accepted, &peer, 5, MSG_DONTWAIT, NULL, NULL);
	expect(.event = "Receive", .source = "network", .read_only = true,
	       .request = fd_socket(accepted, inet_socket(name, "TCP_ESTABLISHED", T("%s%s", at, end_of("remote", address, port))),
				    ",\"length\":5,\"flags\":[\"MSG_DONTWAIT\"]"),
	       .resources = R1("Socket", T("%s:%u", end, port), "kernel"));
	close(accepted);
	close(client);
	close(server);
}

static void inet(void)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(8080), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(8080), .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = silent_socket(AF_INET, SOCK_STREAM);

	CALL(connect, fd, &v4, sizeof(v4));
	NEED(last.error == ECONNREFUSED);
	network("Connect", false,
		fd_socket(fd, inet_socket("AF_INET", "TCP_CLOSE", ",\"remote\":{\"address\":\"127.0.0.1\",\"port\":0}"),
			  ",\"address\":{\"family\":\"AF_INET\",\"address\":\"127.0.0.1\",\"port\":8080},\"addressLength\":16"),
		NULL, R1("Socket", "127.0.0.1:8080", "caller"));
	close(fd);
	CALL(connect, 999, &v4, sizeof(v4));
	network("Connect", false,
		"{\"fd\":999,\"address\":{\"family\":\"AF_INET\",\"address\":\"127.0.0.1\",\"port\":8080},\"addressLength\":16}", NULL,
		R1("Socket", "127.0.0.1:8080", "caller"));
	stream(AF_INET, "AF_INET", "127.0.0.1", (struct sockaddr *)&v4, sizeof(v4));
	stream(AF_INET6, "AF_INET6", "::1", (struct sockaddr *)&v6, sizeof(v6));
}

static void bind_unix(const struct sockaddr_un *address, unsigned n, const char *told, const char *resource)
{
	static const char socket_members[] = "{\"family\":\"AF_UNIX\",\"type\":\"SOCK_DGRAM\"}";
	int fd = silent_socket(AF_UNIX, SOCK_DGRAM);

	CALL(bind, fd, address, n);
	network("Bind", false, fd_socket(fd, socket_members, T(",\"address\":%s,\"addressLength\":%u", told, n)), NULL,
		resource ? R1("Socket", resource, "caller") : NULL);
	close(fd);
}

static void unix_domain(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int pair[2];

	snprintf(un.sun_path, sizeof(un.sun_path), "/tmp/hosttrail-%d", getpid());
	for (int i = 0; i < 2; i++)
		bind_unix(&un, 2 + (unsigned)strlen(un.sun_path) + 1, T("{\"family\":\"AF_UNIX\",\"path\":%s}", J(un.sun_path)), un.sun_path);
	unlink(un.sun_path);
	memcpy(un.sun_path, "\0a b\0", 5);
	bind_unix(&un, 2 + 5, "{\"family\":\"AF_UNIX\",\"abstract\":\"a b\\u0000\"}", "@a b@");
	bind_unix(&un, 2, "{\"family\":\"AF_UNIX\",\"unnamed\":true}", NULL);
	un.sun_family = 0x1234;
	bind_unix(&un, 1, "{\"data\":\"34\"}", NULL);
	CALL(socketpair, AF_UNIX, SOCK_SEQPACKET, 0, pair);
	network("CreateSocketPair", false, "{\"family\":\"AF_UNIX\",\"type\":[\"SOCK_SEQPACKET\"],\"protocol\":0}",
		T("\"descriptors\":[%d,%d]", pair[0], pair[1]), NULL);
	CALL(socketpair, AF_INET, SOCK_STREAM, 0, pair);
	network("CreateSocketPair", false, "{\"family\":\"AF_INET\",\"type\":[\"SOCK_STREAM\"],\"protocol\":\"IPPROTO_IP\"}", NULL, NULL);
	CALL(socket, 999, SOCK_STREAM, 0);
	network("CreateSocket", false, "{\"family\":999,\"type\":[\"SOCK_STREAM\"],\"protocol\":0}", NULL, NULL);
}

/* A message with an address and descriptors, and an array of messages, each way. */
static void messages(void)
{
	static const char socket_members[] = "{\"family\":\"AF_UNIX\",\"type\":\"SOCK_DGRAM\"}";
	union {
		struct cmsghdr header;
		char room[64];
	} control = { .header = { .cmsg_len = CMSG_LEN(2 * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "" }, from;
	char text[8] = "message", *vector = T("\"vectors\":[{\"base\":\"%p\",\"length\":7}],\"vectorCount\":1", (void *)text);
	struct iovec v = { text, 7 };
	struct msghdr m = { .msg_name = &un, .msg_namelen = 2 + 5, .msg_iov = &v, .msg_iovlen = 1, .msg_control = &control,
			    .msg_controllen = CMSG_SPACE(2 * sizeof(int)) };
	struct mmsghdr several[10] = { 0 };
	int bound = silent_socket(AF_UNIX, SOCK_DGRAM), fd = silent_socket(AF_UNIX, SOCK_DGRAM), *fds = (int *)CMSG_DATA(&control.header);
	char *both = T("[{\"type\":\"Host::Socket\",\"name\":\"@a b@\",\"evidence\":\"caller\"},"
		       "{\"type\":\"Host::Socket\",\"name\":\"%s\",\"evidence\":\"kernel\"}]", number_of(fd));
	char *here = R1("Socket", number_of(bound), "kernel"), *sent = T("{\"address\":{\"family\":\"AF_UNIX\",\"abstract\":\"a b\\u0000\"},"
		     "\"addressLength\":7,%s", vector), *got = NULL, *part = NULL;

	memcpy(un.sun_path, "\0a b\0", 5);
	mute();
	NEED(bind(bound, (struct sockaddr *)&un, 7) == 0);
	fds[0] = open("/dev/null", O_RDONLY);
	unmute();
	fds[1] = bound;
	CALL(sendmsg, fd, &m, 0);
	NEED(last.result == 7);
	network("Send", false,
		fd_socket(fd, socket_members,
			  T(",\"message\":%s,\"control\":[{\"level\":\"SOL_SOCKET\",\"type\":\"SCM_RIGHTS\",\"value\":["
			    "{\"fd\":%d,\"fdPath\":\"/dev/null\"},{\"fd\":%d,\"fdType\":\"socket\"}]}],\"controlLength\":%zu,"
			    "\"flags\":[]},\"flags\":[]", sent, fds[0], bound, CMSG_SPACE(2 * sizeof(int)))), NULL,
		both);
	m.msg_name = &from;
	m.msg_namelen = sizeof(from);
	m.msg_controllen = 20; /* room for one */
	CALL(recvmsg, bound, &m, 0);
	NEED(last.result == 7);
	network("Receive", true, fd_socket(bound, socket_members, T(",\"message\":{%s},\"flags\":[]", vector)),
		T("\"message\":{\"addressLength\":0,\"control\":[{\"level\":\"SOL_SOCKET\",\"type\":\"SCM_RIGHTS\",\"value\":[{\"fd\":%d,"
		  "\"fdPath\":\"/dev/null\"}]}],\"controlLength\":20,\"flags\":[\"MSG_CTRUNC\"]}", fds[0]), here);
	for (size_t i = 0; i < 10; i++)
		several[i].msg_hdr = (struct msghdr){ .msg_name = &un, .msg_namelen = 7, .msg_iov = &v, .msg_iovlen = 1 };
	CALL(sendmmsg, fd, several, 10, 0);
	NEED(last.result == 10);
	for (size_t i = 0; i < 8; i++) {
		part = T("%s%s%s,\"control\":null,\"controlLength\":0,\"flags\":[]}", i ? part : "", i ? "," : "", sent);
		got = T("%s%s{\"length\":7}", i ? got : "", i ? "," : "");
	}
	expect(.event = "Send", .source = "network",
	       .request = fd_socket(fd, socket_members, T(",\"messages\":[%s],\"messageCount\":10,\"flags\":[]", part)),
	       .response = T("\"messages\":[%s]", got),
	       .resources = both,
	       .truncated = T("{\"requestParameters.messages\":%zu,\"responseElements.messages\":%zu}", sizeof(several), sizeof(several)));
	several[0].msg_hdr.msg_name = several[1].msg_hdr.msg_name = NULL;
	CALL(recvmmsg, bound, several, 2, MSG_DONTWAIT, NULL);
	NEED(last.result == 2);
	part = T("{\"addressLength\":7,%s}", vector);
	network("Receive", true,
		fd_socket(bound, socket_members,
			  T(",\"messages\":[%s,%s],\"messageCount\":2,\"flags\":[\"MSG_DONTWAIT\"],\"timeout\":null", part, part)),
		"\"messages\":[{\"controlLength\":0,\"flags\":[],\"length\":7},{\"controlLength\":0,\"flags\":[],\"length\":7}]", here);
	mute();
	close(fd);
	close(bound);
	close(fds[0]);
	unmute();
}

int main(int argc, char **argv)
{
	struct ifreq loopback = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd;

	NEED(argc == 2);
	dir = argv[1];
	mute();
	expect_begin();
	NEED(unshare(CLONE_NEWNET) == 0);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	NEED(ioctl(fd, SIOCSIFFLAGS, &loopback) == 0);
	close(fd);
	describe();
	unmute();
	inet();
	unix_domain();
	messages();
	mute();
	expect_finish();
}
