/* SPDX-License-Identifier: BSD-2-Clause */
/* Socket addresses of every family, on sockets of that family where this kernel has it, and on one that they do not suit. */
#include "calls/calls.h"
#include "calls/net.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>

#define PATH_AT offsetof(struct sockaddr_un, sun_path)

EXTRA(address_unix)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t bytes = sizeof(address);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), full, other;

	works(call(bind, fd, &address, PATH_AT)); /* a name of the kernel's choice */
	works(call(getsockname, fd, &address, &bytes));
	own_network(); /* in which abstract names are its own */
	memcpy(address.sun_path, "\0abs\0tract\xff", 11);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	works(call(bind, fd, &address, PATH_AT + 11));
	works(call(listen, fd, 4));
	other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	works(call(connect, other, at_border(&address, PATH_AT + 11), PATH_AT + 11));
	works(call(getpeername, other, &address, &bytes));
	bytes = sizeof(address);
	works(call(accept4, fd, &address, &bytes, 0)); /* from one without name */
	memset(address.sun_path, 'p', sizeof(address.sun_path)); /* not terminated */
	full = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	call(bind, full, &address, sizeof(address));
	bytes = sizeof(address) + 1;
	call(getsockname, full, out, &bytes);
	memset(address.sun_path, 0, sizeof(address.sun_path));
	call(connect, other, &address, sizeof(address)); /* abstract, of zeros */
	memcpy(address.sun_path, "no\nthing", 9);
	fails(ENOENT, call(connect, socket(AF_UNIX, SOCK_STREAM, 0), &address, sizeof(address)));
	fails(EINVAL, call(bind, socket(AF_UNIX, SOCK_STREAM, 0), &address, 1));
	fails(EINVAL, call(bind, socket(AF_UNIX, SOCK_STREAM, 0), &address, sizeof(address) + 1));
}

EXTRA(address_inet)
{
	struct sockaddr_in any = {.sin_family = AF_INET}, address;
	struct sockaddr_in6 link = {.sin6_family = AF_INET6, .sin6_port = htons(7), .sin6_scope_id = 1}, mapped = link;
	socklen_t bytes = sizeof(address);
	int fd, fd6;

	own_network();
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	works(call(bind, fd, &any, sizeof(any)));
	works(call(getsockname, fd, &address, &bytes));
	address = inet_address(65535);
	works(call(connect, fd, &address, sizeof(address)));
	fd6 = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd6 < 0)
		return;
	link.sin6_addr.s6_addr[0] = 0xfe;
	link.sin6_addr.s6_addr[1] = 0x80;
	link.sin6_addr.s6_addr[15] = 0x01;
	link.sin6_flowinfo = htonl(0x12345);
	call(connect, fd6, &link, sizeof(link));
	link.sin6_scope_id = 999;
	call(connect, fd6, &link, sizeof(link));
	mapped.sin6_addr.s6_addr[10] = mapped.sin6_addr.s6_addr[11] = 0xff;
	mapped.sin6_addr.s6_addr[12] = 127;
	mapped.sin6_addr.s6_addr[15] = 1;
	mapped.sin6_scope_id = 0;
	call(sendto, fd6, "message", 7, 0, &mapped, sizeof(mapped));
	link = inet6_address(9);
	works(call(sendto, fd6, "message", 7, 0, &link, sizeof(link)));
	works(call(connect, fd6, &link, 24)); /* as long as before there were scopes */
	fails(EINVAL, call(connect, fd6, &link, 23));
	fails(EINVAL, call(connect, fd, &address, 15));
}

EXTRA(address_netlink)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 0x5}, peer = {.nl_family = AF_NETLINK};
	socklen_t bytes = sizeof(address);
	int fd;

	own_network();
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	works(call(bind, fd, &address, sizeof(address)));
	works(call(getsockname, fd, &address, &bytes));
	works(call(connect, fd, &peer, sizeof(peer)));
	works(call(getpeername, fd, &peer, &bytes));
	fails(EINVAL, call(bind, fd, &address, 3));
}

EXTRA(address_packet)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = 1, .sll_halen = 6,
				      .sll_addr = {1, 2, 3, 4, 5, 6}};
	socklen_t bytes = sizeof(address);
	int fd;

	own_network();
	if (!protocol_here("PACKET"))
		return;
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	works(call(bind, fd, &address, sizeof(address)));
	works(call(getsockname, fd, &address, &bytes));
	call(sendto, fd, "message", 7, 0, &address, sizeof(address));
	address.sll_ifindex = 999;
	fails(ENODEV, call(bind, fd, &address, sizeof(address)));
	address.sll_halen = 255;
	call(sendto, fd, "message", 7, 0, &address, sizeof(address));
	fails(EINVAL, call(bind, fd, &address, 4));
}

EXTRA(address_vsock)
{
	struct sockaddr_vm address = {.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = 4000};
	socklen_t bytes = sizeof(address);
	int fd;

	if (!protocol_here("AF_VSOCK"))
		return;
	fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	call(bind, fd, &address, sizeof(address));
	call(getsockname, fd, &address, &bytes);
	address.svm_cid = 1; /* oneself */
	address.svm_port = 1;
	call(connect, fd, &address, sizeof(address));
	call(connect, fd, &address, 4);
}

EXTRA(address_alg)
{
	struct sockaddr_alg address = {.salg_family = AF_ALG, .salg_type = "hash", .salg_name = "sha256"};
	int fd;

	if (!protocol_here("ALG"))
		return;
	fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	call(bind, fd, &address, sizeof(address));
	call(accept4, fd, NULL, NULL, 0);
}

EXTRA(address_xdp)
{
	struct sockaddr_xdp address = {.sxdp_family = AF_XDP, .sxdp_ifindex = 999, .sxdp_queue_id = 7};
	int fd;

	own_network();
	if (!protocol_here("XDP"))
		return;
	fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	call(bind, fd, &address, sizeof(address));
}

/* The address of a family that a UDP socket is not of: short, usual and as long as addresses may be. */
EXTRA(address_families)
{
	unsigned char address[128];
	uint16_t family;
	int fd;

	own_network();
	for (size_t i = 0; i < sizeof(address); i++)
		address[i] = (unsigned char)(i * 7 + 1);
	for (unsigned int i = 0; i < 52; i++) {
		family = (uint16_t)(i < 50 ? i : i == 50 ? 77 : 0xffff);
		memcpy(address, &family, sizeof(family));
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		call(bind, fd, address, 2);
		call(bind, fd, address, 8);
		call(bind, fd, address, 16);
		call(bind, fd, address, 28);
		call(bind, fd, address, 128);
		call(bind, fd, at_border(address, 10), 16);
		close(fd);
	}
}
