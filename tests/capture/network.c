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
	mute();
	expect_finish();
}
