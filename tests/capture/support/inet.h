/* SPDX-License-Identifier: BSD-2-Clause */
/* How records tell IPv4 sockets of the loopback device. */
#ifndef HT_TEST_INET_H
#define HT_TEST_INET_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "capture/support/expect.h"

/* The members of an open socket and `more`; state "": none; ends: members of both, each after a comma. fixed: of a ring. */
static inline char *inet_of(int fd, bool fixed, const char *type, const char *state, const char *ends, const char *more)
{
	return T("\"fd\":%d%s,\"fdType\":\"socket\",\"fdSocket\":{\"family\":\"AF_INET\",\"type\":\"SOCK_%s\",\"protocol\":\"IPPROTO_%s\""
		 "%s%s}%s", fd, fixed ? ",\"fdFixed\":true" : "", type, strcmp(type, "STREAM") == 0 ? "TCP" : "UDP",
		 *state ? T(",\"state\":\"TCP_%s\"", state) : "", ends, more);
}

static inline char *inet(int fd, const char *type, const char *state, const char *ends, const char *more)
{
	return T("{%s}", inet_of(fd, false, type, state, ends, more));
}

static inline char *end_of(const char *key, unsigned port)
{
	return T(",\"%s\":{\"address\":\"127.0.0.1\",\"port\":%u}", key, port);
}

static inline char *number_of(int fd)
{
	struct stat st;

	NEED(fstat(fd, &st) == 0);
	return T("socket:[%lu]", (unsigned long)st.st_ino);
}

static inline unsigned port_of(int fd)
{
	struct sockaddr_in a;
	socklen_t n = sizeof(a);

	NEED(getsockname(fd, (struct sockaddr *)&a, &n) == 0);
	return ntohs(a.sin_port);
}

static inline char *address_of(unsigned port)
{
	return T(",\"address\":{\"family\":\"AF_INET\",\"address\":\"127.0.0.1\",\"port\":%u},\"addressLength\":16", port);
}

#endif
