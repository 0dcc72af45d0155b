/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Netlink messages, and the ioctls that do the same, in a network namespace of their own. Of protocols that reach beyond
 * it only what reads: an audit that was switched on once costs every call from then on.
 */
#include "calls/calls.h"
#include "calls/net.h"

#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/* A message in the making. */
struct message {
	struct nlmsghdr header;
	unsigned char body[256];
};

static struct message message(unsigned int type, unsigned int flags, const void *body, size_t bytes)
{
	struct message made = {.header = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(bytes), .nlmsg_type = (uint16_t)type,
					  .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags), .nlmsg_seq = 7}};

	memcpy(made.body, body, bytes);
	return made;
}

static void attribute(struct message *message, unsigned int type, const void *value, size_t bytes)
{
	struct rtattr header = {.rta_len = (uint16_t)RTA_LENGTH(bytes), .rta_type = (uint16_t)type};
	size_t at = NLMSG_ALIGN(message->header.nlmsg_len);

	need(at + RTA_SPACE(bytes) <= sizeof(*message));
	memcpy((char *)message + at, &header, sizeof(header));
	memcpy((char *)message + at + RTA_LENGTH(0), value, bytes);
	message->header.nlmsg_len = (uint32_t)(at + RTA_LENGTH(bytes));
}

/* Sends it in each way that there is, and takes the answers. */
static void send_every_way(int fd, struct message *message)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	uint32_t bytes = message->header.nlmsg_len;
	struct iovec halves[2] = {{message, 20}, {(char *)message + 20, bytes > 20 ? bytes - 20 : 0}};
	struct msghdr header = {.msg_name = &kernel, .msg_namelen = sizeof(kernel), .msg_iov = halves, .msg_iovlen = 2};
	struct mmsghdr several[2] = {{header, 0}, {header, 0}};

	call(sendto, fd, message, bytes, 0, &kernel, sizeof(kernel));
	call(sendto, fd, at_border(message, bytes), bytes, 0, NULL, 0);
	call(sendmsg, fd, &header, 0);
	call(sendmmsg, fd, several, 2, 0);
	call(write, fd, message, bytes);
	call(writev, fd, halves, 2);
	while (call(recvfrom, fd, out, sizeof(out), MSG_DONTWAIT, NULL, NULL) > 0)
		;
}

static int netlink(int protocol)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
}

EXTRA(netlink_link)
{
	struct ifinfomsg body = {.ifi_family = AF_UNSPEC, .ifi_index = 1};
	struct message link;
	uint32_t mtu = 9000;
	int fd;

	own_network();
	fd = netlink(NETLINK_ROUTE);
	link = message(RTM_NEWLINK, NLM_F_ACK, &body, sizeof(body));
	attribute(&link, IFLA_MTU, &mtu, sizeof(mtu));
	send_every_way(fd, &link);
	link.header.nlmsg_type = RTM_SETLINK;
	send_every_way(fd, &link);
	link.header.nlmsg_type = RTM_GETLINK;
	send_every_way(fd, &link);
	link = message(RTM_DELLINK, NLM_F_ACK, &body, sizeof(body));
	attribute(&link, IFLA_IFNAME, "none", 5);
	send_every_way(fd, &link);
}

EXTRA(netlink_address)
{
	struct ifaddrmsg body = {.ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = 1};
	struct message address;
	uint32_t inet = htonl(0xc6336401); /* 198.51.100.1 */
	int fd;

	own_network();
	fd = netlink(NETLINK_ROUTE);
	address = message(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &body, sizeof(body));
	attribute(&address, IFA_LOCAL, &inet, sizeof(inet));
	attribute(&address, IFA_ADDRESS, &inet, sizeof(inet));
	send_every_way(fd, &address);
	address.header.nlmsg_type = RTM_GETADDR;
	address.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	send_every_way(fd, &address);
	address.header.nlmsg_type = RTM_DELADDR;
	address.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	send_every_way(fd, &address);
}

EXTRA(netlink_route)
{
	struct rtmsg body = {.rtm_family = AF_INET, .rtm_dst_len = 24, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
			     .rtm_scope = RT_SCOPE_LINK, .rtm_type = RTN_UNICAST};
	struct message route;
	uint32_t to = htonl(0xcb007100), device = 1; /* 203.0.113.0 */
	int fd;

	own_network();
	fd = netlink(NETLINK_ROUTE);
	route = message(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &body, sizeof(body));
	attribute(&route, RTA_DST, &to, sizeof(to));
	attribute(&route, RTA_OIF, &device, sizeof(device));
	send_every_way(fd, &route);
	route.header.nlmsg_type = RTM_DELROUTE;
	route.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	send_every_way(fd, &route);
	route.header.nlmsg_type = RTM_NEWRULE;
	route.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE;
	send_every_way(fd, &route);
	route.header.nlmsg_type = RTM_GETROUTE;
	route.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	send_every_way(fd, &route);
}

/* Headers that lie: lengths of none and of too much, types that nobody knows, two messages in one. */
EXTRA(netlink_wrong)
{
	static const uint32_t lengths[] = {0, 15, 16, 17, 1000, 0xffffffff};
	struct message one, two[2];
	int fd;

	own_network();
	fd = netlink(NETLINK_ROUTE);
	one = message(RTM_GETLINK, 0, "", 0);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		one.header.nlmsg_len = lengths[i];
		call(sendto, fd, &one, 32, 0, NULL, 0);
	}
	for (unsigned int type = 0; type < 130; type++) {
		one = message(type, NLM_F_ACK, "", 0);
		call(write, fd, &one, one.header.nlmsg_len);
	}
	one = message(0xffff, 0xffff, "body", 4);
	call(write, fd, &one, one.header.nlmsg_len);
	two[0] = message(RTM_GETLINK, 0, (unsigned char[240]){0}, 240);
	two[0].header.nlmsg_len = sizeof(two[0]);
	two[1] = message(RTM_GETADDR, NLM_F_DUMP, "", 0);
	call(sendto, fd, two, sizeof(two[0]) + two[1].header.nlmsg_len, 0, NULL, 0);
	call(sendto, fd, &one, 3, 0, NULL, 0);
	call(sendto, fd, &one, 0, 0, NULL, 0);
	call(sendto, fd, unmapped(), 100, 0, NULL, 0);
}

EXTRA(netlink_others)
{
	struct genlmsghdr generic = {.cmd = CTRL_CMD_GETFAMILY, .version = 1};
	struct message asked;

	own_network();
	asked = message(GENL_ID_CTRL, NLM_F_ACK, &generic, sizeof(generic));
	attribute(&asked, CTRL_ATTR_FAMILY_NAME, "nlctrl", 7);
	if (netlink_here(NETLINK_GENERIC))
		send_every_way(netlink(NETLINK_GENERIC), &asked);
	asked = message(1000 /* AUDIT_GET */, NLM_F_ACK, "", 0);
	if (netlink_here(NETLINK_AUDIT))
		send_every_way(netlink(NETLINK_AUDIT), &asked);
	asked = message(NLMSG_NOOP, NLM_F_ACK, "\0\0\0", 4);
	if (netlink_here(NETLINK_NETFILTER))
		send_every_way(netlink(NETLINK_NETFILTER), &asked);
	asked = message(0x1d /* XFRM_MSG_GETSADINFO */ + 6, NLM_F_ACK, "\0\0\0", 4);
	if (netlink_here(NETLINK_XFRM))
		send_every_way(netlink(NETLINK_XFRM), &asked);
}

static struct sockaddr inet_sockaddr(uint32_t address)
{
	struct sockaddr_in inet = {.sin_family = AF_INET, .sin_addr = {htonl(address)}};
	struct sockaddr made;

	memcpy(&made, &inet, sizeof(made));
	return made;
}

EXTRA(ioctl_interface)
{
	static const unsigned int gets[] = {SIOCGIFFLAGS, SIOCGIFADDR, SIOCGIFNETMASK, SIOCGIFBRDADDR, SIOCGIFDSTADDR, SIOCGIFMTU,
					    SIOCGIFHWADDR, SIOCGIFINDEX, SIOCGIFMETRIC, SIOCGIFTXQLEN, SIOCGIFMAP};
	struct ifreq request = {.ifr_name = "lo"};
	struct ifconf list = {.ifc_len = 200, .ifc_buf = out};
	int fd;

	own_network();
	fd = inet_datagrams(0);
	for (size_t i = 0; i < sizeof(gets) / sizeof(*gets); i++)
		call(ioctl, fd, gets[i], &request);
	works(call(ioctl, fd, SIOCGIFCONF, &list));
	request.ifr_ifindex = 1;
	works(call(ioctl, fd, SIOCGIFNAME, &request));
	request.ifr_mtu = 1400;
	works(call(ioctl, fd, SIOCSIFMTU, &request));
	request.ifr_qlen = 77;
	works(call(ioctl, fd, SIOCSIFTXQLEN, &request));
	request.ifr_addr = inet_sockaddr(0xc6336402);
	works(call(ioctl, fd, SIOCSIFADDR, at_border(&request, sizeof(request))));
	request.ifr_addr = inet_sockaddr(0xffffff00);
	works(call(ioctl, fd, SIOCSIFNETMASK, &request));
	request.ifr_flags = 0;
	works(call(ioctl, fd, SIOCSIFFLAGS, &request));
	call(ioctl, fd, SIOCSIFHWADDR, &request);
	call(ioctl, fd, SIOCSIFNAME, &request);
	fails(EFAULT, call(ioctl, fd, SIOCGIFFLAGS, unmapped()));
	fails(EFAULT, call(ioctl, fd, SIOCGIFCONF, NULL));
	call(ioctl, fd, SIOCATMARK, out);
	call(ioctl, fd, FIONREAD, out);
	call(ioctl, fd, TIOCOUTQ, out);
	call(ioctl, fd, SIOCSPGRP, &(int){0});
	call(ioctl, fd, 0x8906 /* SIOCGSTAMP_OLD */, out);
}

/* struct in6_ifreq: include/uapi/linux/ipv6.h */
struct interface6 {
	unsigned char address[16];
	unsigned int prefix;
	int index;
};

/* What sockets of IPv6 take. strace shows it as what those of IPv4 do, of a size that it has not. */
EXTRA(ioctl_interface6)
{
	struct interface6 address = {{0xfd, [15] = 1}, 64, 1};
	struct in6_rtmsg route = {.rtmsg_dst_len = 64, .rtmsg_flags = RTF_UP, .rtmsg_ifindex = 1};
	int fd;

	own_network();
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	route.rtmsg_dst.s6_addr[0] = 0xfe;
	call(ioctl, fd, SIOCSIFADDR, at_border(&address, sizeof(address)));
	call(ioctl, fd, SIOCDIFADDR, at_border(&address, sizeof(address)));
	call(ioctl, fd, SIOCADDRT, at_border(&route, sizeof(route)));
	call(ioctl, fd, SIOCDELRT, at_border(&route, sizeof(route)));
	fails(EFAULT, call(ioctl, fd, SIOCSIFADDR, unmapped()));
}

EXTRA(ioctl_route)
{
	struct rtentry route = {.rt_flags = RTF_UP, .rt_metric = 2};
	struct arpreq neighbour = {.arp_dev = "lo"};
	char device[] = "lo";
	int fd;

	own_network();
	fd = inet_datagrams(0);
	route.rt_dst = inet_sockaddr(0xcb007100);
	route.rt_genmask = inet_sockaddr(0xffffff00);
	route.rt_dev = device;
	works(call(ioctl, fd, SIOCADDRT, &route));
	fails(EEXIST, call(ioctl, fd, SIOCADDRT, &route));
	works(call(ioctl, fd, SIOCDELRT, &route));
	fails(ESRCH, call(ioctl, fd, SIOCDELRT, at_border(&route, sizeof(route))));
	fails(EFAULT, call(ioctl, fd, SIOCADDRT, unmapped()));
	neighbour.arp_pa = inet_sockaddr(0x7f000005);
	call(ioctl, fd, SIOCGARP, &neighbour);
	call(ioctl, fd, SIOCSARP, &neighbour);
	call(ioctl, fd, SIOCDARP, &neighbour);
}
