/* SPDX-License-Identifier: BSD-2-Clause */
/* Socket options, of all levels that plain sockets have, with the values that they take. */
#include "calls/calls.h"
#include "calls/net.h"

#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/un.h>

#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>

/* Sets an option and asks for it again, in bytes that are enough, too few and none. */
static void option(int fd, int level, int name, const void *value, socklen_t bytes)
{
	socklen_t room = 128, few = 1;

	call(setsockopt, fd, level, name, value, bytes);
	memset(out, 0, 128);
	call(getsockopt, fd, level, name, out, &room);
	call(getsockopt, fd, level, name, out, &few);
}

static void options(int fd, int level, int first, int last, int left_out)
{
	int one = 1;

	for (int name = first; name <= last; name++) {
		if (name != left_out)
			option(fd, level, name, &one, sizeof(one));
	}
}

#define OPTION(fd, level, name, value) option(fd, level, name, &(value), sizeof(value))

EXTRA(options_socket)
{
	struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, 0xffff)};
	struct sock_fprog program = {1, code}, wrong = {0, NULL};
	struct linger linger = {1, 3};
	struct time_words timeout = {2, 500000};
	struct time64 timeout64 = {2, 500000};
	uint64_t rate = 1ull << 40;
	int fd;

	own_network();
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	OPTION(fd, SOL_SOCKET, SO_ATTACH_FILTER, program);
	OPTION(fd, SOL_SOCKET, SO_ATTACH_FILTER, wrong);
	option(fd, SOL_SOCKET, SO_ATTACH_FILTER, unmapped(), sizeof(program));
	OPTION(fd, SOL_SOCKET, SO_LOCK_FILTER, (int){0});
	OPTION(fd, SOL_SOCKET, SO_DETACH_FILTER, (int){0});
	OPTION(fd, SOL_SOCKET, SO_LINGER, linger);
	OPTION(fd, SOL_SOCKET, 20 /* SO_RCVTIMEO_OLD */, timeout);
	OPTION(fd, SOL_SOCKET, 21 /* SO_SNDTIMEO_OLD */, timeout);
	OPTION(fd, SOL_SOCKET, 66 /* SO_RCVTIMEO_NEW */, timeout64);
	OPTION(fd, SOL_SOCKET, 67 /* SO_SNDTIMEO_NEW */, timeout64);
	OPTION(fd, SOL_SOCKET, SO_MAX_PACING_RATE, rate);
	option(fd, SOL_SOCKET, SO_BINDTODEVICE, "none", 4);
	option(fd, SOL_SOCKET, SO_BINDTODEVICE, "", 0);
	OPTION(fd, SOL_SOCKET, SO_SNDBUF, (int){-1});
	OPTION(fd, SOL_SOCKET, SO_ATTACH_BPF, (int){999});
	options(fd, SOL_SOCKET, 1, 90, SO_DEBUG);
	close(fd);
}

EXTRA(options_inet)
{
	struct ip_mreq group = {{htonl(0xe0000105)}, {htonl(INADDR_LOOPBACK)}};
	struct ip_mreqn device = {{htonl(0xe0000106)}, {0}, 1};
	struct ip_mreq_source source = {{htonl(0xe8000107)}, {htonl(INADDR_LOOPBACK)}, {htonl(0x7f000002)}};
	struct group_req request = {.gr_interface = 1};
	int fd;

	own_network();
	fd = inet_datagrams(4000);
	*(struct sockaddr_in *)&request.gr_group = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(0xe0000108)}};
	OPTION(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, group);
	OPTION(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, device);
	OPTION(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, group);
	OPTION(fd, IPPROTO_IP, IP_MULTICAST_IF, device);
	OPTION(fd, IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, source);
	OPTION(fd, IPPROTO_IP, IP_BLOCK_SOURCE, source);
	OPTION(fd, IPPROTO_IP, MCAST_JOIN_GROUP, request);
	OPTION(fd, IPPROTO_IP, IP_TOS, (char){0x10});
	option(fd, IPPROTO_IP, IP_OPTIONS, "\x07\x07\x04\0\0\0\0", 8);
	options(fd, IPPROTO_IP, 1, 60, 0);
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	if (fd >= 0) {
		struct icmp_filter filter = {~(1u << ICMP_ECHOREPLY)};

		OPTION(fd, SOL_RAW, ICMP_FILTER, filter);
		OPTION(fd, IPPROTO_IP, IP_HDRINCL, (int){1});
	}
}

EXTRA(options_inet6)
{
	struct ipv6_mreq group = {.ipv6mr_interface = 1};
	struct in6_pktinfo from = {.ipi6_addr = IN6ADDR_LOOPBACK_INIT, .ipi6_ifindex = 1};
	int fd;

	own_network();
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	group.ipv6mr_multiaddr.s6_addr[0] = 0xff;
	group.ipv6mr_multiaddr.s6_addr[1] = 0x01;
	group.ipv6mr_multiaddr.s6_addr[15] = 0x77;
	OPTION(fd, IPPROTO_IPV6, IPV6_V6ONLY, (int){1});
	OPTION(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, group);
	OPTION(fd, IPPROTO_IPV6, IPV6_LEAVE_GROUP, group);
	OPTION(fd, IPPROTO_IPV6, IPV6_PKTINFO, from);
	OPTION(fd, IPPROTO_IPV6, IPV6_TCLASS, (int){-1});
	/* 80 and on, but for the few that follow, would be answered by packet filters. */
	options(fd, IPPROTO_IPV6, 2, 63, 0);
	options(fd, IPPROTO_IPV6, 66, 78, 0);
}

EXTRA(options_tcp)
{
	struct {
		struct sockaddr_storage address;
		uint8_t flags, prefix;
		uint16_t key_bytes;
		int device;
		unsigned char key[80];
	} signature = {.key_bytes = 6, .key = "secret"};
	struct sockaddr_in peer = inet_address(4001);
	int fd;

	own_network();
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	memcpy(&signature.address, &peer, sizeof(peer));
	OPTION(fd, IPPROTO_TCP, TCP_MD5SIG, signature);
	OPTION(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int){30000});
	/* What names an algorithm or a layer looks for a module of that name. */
	options(fd, IPPROTO_TCP, 1, TCP_CONGESTION - 1, 0);
	options(fd, IPPROTO_TCP, TCP_CONGESTION + 1, TCP_ULP - 1, 0);
	options(fd, IPPROTO_TCP, TCP_ULP + 1, 45, 0);
	call(getsockopt, fd, IPPROTO_TCP, TCP_CONGESTION, out, &(socklen_t){16});
}

EXTRA(options_udp)
{
	int fd;

	own_network();
	fd = inet_datagrams(4000);
	OPTION(fd, IPPROTO_UDP, 1 /* UDP_CORK */, (int){1});
	OPTION(fd, IPPROTO_UDP, 103 /* UDP_SEGMENT */, (int){1000});
	OPTION(fd, IPPROTO_UDP, 104 /* UDP_GRO */, (int){1});
	OPTION(fd, IPPROTO_UDP, 101 /* UDP_NO_CHECK6_TX */, (int){1});
	OPTION(fd, IPPROTO_UDP, 77, (int){1});
}

EXTRA(options_others)
{
	struct packet_mreq promiscuous = {.mr_ifindex = 1, .mr_type = PACKET_MR_PROMISC};
	struct tpacket_req ring = {4096, 1, 2048, 2};
	int fd, ends[2];

	own_network();
	need(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
	OPTION(ends[0], SOL_SOCKET, SO_PASSCRED, (int){1});
	call(getsockopt, ends[0], SOL_SOCKET, SO_PEERCRED, out, &(socklen_t){12});
	call(getsockopt, ends[0], SOL_SOCKET, SO_PEERGROUPS, out, &(socklen_t){sizeof(out)});
	call(getsockopt, ends[0], SOL_SOCKET, 77 /* SO_PEERPIDFD */, out, &(socklen_t){4});
	call(getsockopt, ends[0], SOL_SOCKET, SO_PEERSEC, out, &(socklen_t){100});
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	OPTION(fd, 270 /* SOL_NETLINK */, NETLINK_ADD_MEMBERSHIP, (int){1});
	options(fd, 270, 1, 12, 0);
	fd = protocol_here("PACKET") ? socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL)) : -1;
	if (fd >= 0) {
		OPTION(fd, 263 /* SOL_PACKET */, PACKET_ADD_MEMBERSHIP, promiscuous);
		OPTION(fd, 263, PACKET_VERSION, (int){TPACKET_V1});
		OPTION(fd, 263, PACKET_RX_RING, ring);
		call(getsockopt, fd, 263, PACKET_STATISTICS, out, &(socklen_t){16});
		options(fd, 263, 8, 25, PACKET_FANOUT);
	}
}

/* Levels that no socket here has, and lengths that lie. */
EXTRA(options_wrong)
{
	static const socklen_t lengths[] = {0, 1, 3, 5, 0x7fffffff, 0x80000000u, 0xffffffffu};
	int fd, one = 1;

	own_network();
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	for (int level = 2; level < 300; level++) {
		if (level != IPPROTO_TCP && level != IPPROTO_IPV6)
			call(setsockopt, fd, level, 7777, &one, sizeof(one));
	}
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		socklen_t bytes = lengths[i];

		call(setsockopt, fd, SOL_SOCKET, SO_KEEPALIVE, at_border(&one, sizeof(one)), bytes);
		call(getsockopt, fd, SOL_SOCKET, SO_KEEPALIVE, at_border(&one, sizeof(one)), &bytes);
		call(setsockopt, fd, SOL_SOCKET, SO_LINGER, NULL, bytes);
	}
}
