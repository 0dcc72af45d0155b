/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rows of the network have in common: sockets on the loopback of a network namespace of the row's own. */
#ifndef HOSTTRAIL_TESTS_CALLS_NET_H
#define HOSTTRAIL_TESTS_CALLS_NET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

/* A network namespace whose loopback is up. Ends the row without failing it where that is not allowed. */
void own_network(void);

/* 127.0.0.1 and ::1 at this port. */
struct sockaddr_in inet_address(unsigned int port);
struct sockaddr_in6 inet6_address(unsigned int port);

/* A socket that listens there; port 0 takes a free one. */
int inet_listener(unsigned int port);

/* Two ends of a connection. */
void inet_pair(int ret_ends[2]);

/* A UDP socket that is bound there. */
int inet_datagrams(unsigned int port);

/*
 * Whether this kernel has a family or protocol, by its name in /proc/net/protocols ("VSOCK"), and a protocol of
 * netlink: asked for otherwise, it might be loaded.
 */
bool protocol_here(const char *name);
bool netlink_here(int protocol);

#endif
