/* SPDX-License-Identifier: BSD-2-Clause */
#include "calls/net.h"

#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "calls/calls.h"

void own_network(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd;

	own_namespaces(CLONE_NEWNET);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	need(fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0 && close(fd) == 0);
}

struct sockaddr_in inet_address(unsigned int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

struct sockaddr_in6 inet6_address(unsigned int port)
{
	return (struct sockaddr_in6){
		.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
}

int inet_listener(unsigned int port)
{
	struct sockaddr_in address = inet_address(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	need(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 8) == 0);
	return fd;
}

void inet_pair(int ret_ends[2])
{
	int listener = inet_listener(0);
	struct sockaddr_in address;
	socklen_t bytes = sizeof(address);

	ret_ends[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	need(getsockname(listener, (struct sockaddr *)&address, &bytes) == 0);
	need(connect(ret_ends[0], (struct sockaddr *)&address, bytes) == 0);
	ret_ends[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	need(ret_ends[1] >= 0 && close(listener) == 0);
}

int inet_datagrams(unsigned int port)
{
	struct sockaddr_in address = inet_address(port);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	need(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	return fd;
}

/* Whether a line of a file begins with this word, the column'th of it. */
static bool file_has(const char *path, const char *word, int column)
{
	FILE *file = fopen(path, "re");
	char line[512];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		char *at = line;

		for (int i = 0; i < column; i++) {
			at += strcspn(at, " ");
			at += strspn(at, " ");
		}
		found = strncmp(at, word, strlen(word)) == 0 && at[strlen(word)] == ' ';
	}
	if (file)
		fclose(file);
	return found;
}

bool protocol_here(const char *name)
{
	return file_has("/proc/net/protocols", name, 0);
}

bool netlink_here(int protocol)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", protocol);
	return file_has("/proc/net/netlink", number, 1);
}
