/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KERNEL: ioctl(2). Files, terminals, sockets and events of the row's own; every request of the catalogue's table once
 * where there is nothing to control.
 */
#include "calls/calls.h"
#include "calls/child.h"

#include <linux/fs.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/nsfs.h>
#include <linux/perf_event.h>
#include <linux/random.h>
#include <linux/route.h>
#include <linux/sockios.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <netinet/in.h>

static const uint32_t EVERY_REQUEST[] = {
#define NAMES(table)
#define NAME(name, value) value,
#define NAMES_END(table)
#include "hosttrail/catalogue/names/ioctl.def"
#undef NAMES
#undef NAME
#undef NAMES_END
};

static void descriptors(void)
{
	int fds[2], word = 1;
	loff_t size;

	need(pipe(fds) == 0);
	works(call(ioctl, fds[0], FIONREAD, &word));
	works(call(ioctl, fds[0], FIONBIO, &word));
	works(call(ioctl, fds[0], FIOCLEX, 0));
	works(call(ioctl, fds[0], FIONCLEX, 0));
	works(call(ioctl, fds[0], FIOASYNC, &word));
	fails(ENOTTY, call(ioctl, fds[0], FIOQSIZE, &size));
	fails(ENOTTY, call(ioctl, fds[0], 0xdeadbeef, 0x12345678));
	fails(EBADF, call(ioctl, 9999, FIONREAD, &word));
	fails(EFAULT, call(ioctl, fds[0], FIONREAD, unreadable()));
}

/* What a filesystem has not got it refuses, so they may fail. */
static void files(void)
{
	int fd = scratch_file("file", "content");
	unsigned flags = 0;
	struct fsxattr extended;
	struct file_clone_range range = {.src_fd = fd, .src_length = 0};
	struct file_dedupe_range same;
	char label[FSLABEL_MAX] = "label";

	if (call(ioctl, fd, FS_IOC_GETFLAGS, &flags) == 0) {
		flags |= FS_NODUMP_FL;
		works(call(ioctl, fd, FS_IOC_SETFLAGS, &flags));
	}
	if (call(ioctl, fd, FS_IOC_FSGETXATTR, &extended) == 0)
		call(ioctl, fd, FS_IOC_FSSETXATTR, &extended);
	works(call(ioctl, fd, FIOQSIZE, out));
	call(ioctl, fd, FIGETBSZ, out);
	call(ioctl, fd, FS_IOC_GETVERSION, out);
	call(ioctl, fd, FICLONE, 9999);
	call(ioctl, fd, FICLONERANGE, &range);
	memset(&same, 0, sizeof same);
	call(ioctl, fd, FIDEDUPERANGE, &same);
	call(ioctl, fd, FS_IOC_GETFSLABEL, label);
	drop_capabilities();
	flags |= FS_IMMUTABLE_FL;
	call(ioctl, fd, FS_IOC_SETFLAGS, &flags);
	call(ioctl, fd, FS_IOC_SETFSLABEL, label);
	fails(EPERM, call(ioctl, fd, FIFREEZE, 0));
	fails(EPERM, call(ioctl, fd, FITHAW, 0));
	call(ioctl, fd, FITRIM, out);
}

/* A terminal that only this process has. */
static void terminals(void)
{
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), terminal, word = 0;
	struct winsize size = {24, 80, 0, 0};
	char settings[64];

	if (master < 0)
		return;
	works(call(ioctl, master, TIOCGPTN, &word));
	word = 0;
	works(call(ioctl, master, TIOCSPTLCK, &word));
	terminal = (int)works(call(ioctl, master, TIOCGPTPEER, O_RDWR | O_NOCTTY));
	works(call(ioctl, terminal, TCGETS, settings));
	works(call(ioctl, terminal, TCSETS, settings));
	works(call(ioctl, terminal, TCSETSW, settings));
	works(call(ioctl, terminal, TIOCSWINSZ, &size));
	works(call(ioctl, terminal, TIOCGWINSZ, &size));
	works(call(ioctl, terminal, TIOCEXCL, 0));
	works(call(ioctl, terminal, TIOCNXCL, 0));
	works(call(ioctl, terminal, TIOCGETD, &word));
	works(call(ioctl, terminal, TIOCSETD, &word));
	need(setsid() > 0);
	works(call(ioctl, terminal, TIOCSCTTY, 0));
	works(call(ioctl, terminal, TIOCGPGRP, &word));
	works(call(ioctl, terminal, TIOCSPGRP, &word));
	/* May be switched off, dev.tty.legacy_tiocsti. */
	call(ioctl, terminal, TIOCSTI, "x");
	call(ioctl, terminal, TIOCLINUX, "\006");
	drop_capabilities();
	fails(EPERM, call(ioctl, terminal, TIOCCONS, 0));
	fails(EPERM, call(ioctl, terminal, 0x5437 /* TIOCVHANGUP */, 0));
	word = 4321;
	call(ioctl, terminal, TIOCSPGRP, &word);
	fails(EINVAL, call(ioctl, terminal, TIOCSETD, &word));
}

static struct ifreq *interface(const char *name)
{
	static struct ifreq request;

	memset(&request, 0, sizeof request);
	memcpy(request.ifr_name, name, strlen(name));
	return &request;
}

static void addresses(int fd)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(0x0a000001)}};
	struct ifreq *request = interface("lo");

	memcpy(&request->ifr_addr, &address, sizeof address);
	works(call(ioctl, fd, SIOCSIFADDR, request));
	works(call(ioctl, fd, SIOCGIFADDR, request));
	works(call(ioctl, fd, SIOCGIFNETMASK, request));
	works(call(ioctl, fd, SIOCGIFBRDADDR, request));
}

/* In a network namespace that has nothing but its own loopback. */
static void networks(void)
{
	struct ifconf all = {.ifc_len = sizeof out, .ifc_buf = out};
	struct rtentry route;
	struct ifreq *request;
	int fd;

	own_namespaces(CLONE_NEWNET);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	need(fd >= 0);
	works(call(ioctl, fd, SIOCGIFFLAGS, interface("lo")));
	request = interface("lo");
	request->ifr_flags = IFF_UP;
	works(call(ioctl, fd, SIOCSIFFLAGS, request));
	addresses(fd);
	works(call(ioctl, fd, SIOCGIFMTU, interface("lo")));
	request = interface("lo");
	request->ifr_mtu = 9000;
	works(call(ioctl, fd, SIOCSIFMTU, request));
	works(call(ioctl, fd, SIOCGIFINDEX, interface("lo")));
	works(call(ioctl, fd, SIOCGIFNAME, request));
	works(call(ioctl, fd, SIOCGIFHWADDR, interface("lo")));
	works(call(ioctl, fd, SIOCGIFCONF, &all));
	request = interface("lo");
	request->ifr_qlen = 100;
	works(call(ioctl, fd, SIOCSIFTXQLEN, request));
	call(ioctl, fd, SIOCETHTOOL, interface("lo"));
	memset(&route, 0, sizeof route);
	call(ioctl, fd, SIOCADDRT, &route);
	call(ioctl, fd, SIOCDELRT, &route);
	call(ioctl, fd, SIOCSARP, out);
	drop_capabilities();
	/* Whoever may load modules has one looked for that is called so. */
	fails(ENODEV, call(ioctl, fd, SIOCGIFADDR, interface("nonexistent")));
	fails(EPERM, call(ioctl, fd, SIOCSIFFLAGS, interface("lo")));
	fails(EPERM, call(ioctl, fd, SIOCADDRT, &route));
}

static void tunnels(void)
{
	struct ifreq *request = interface("ht%d");
	int fd;

	/* To open the device would load its module. */
	if (access("/sys/class/misc/tun", F_OK) != 0)
		return;
	own_namespaces(CLONE_NEWNET);
	fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return;
	request->ifr_flags = IFF_TUN | IFF_NO_PI;
	works(call(ioctl, fd, TUNSETIFF, request));
	works(call(ioctl, fd, TUNGETIFF, request));
	works(call(ioctl, fd, TUNSETPERSIST, 0));
	works(call(ioctl, fd, TUNSETOWNER, getuid()));
	works(call(ioctl, fd, TUNSETGROUP, getgid()));
	fails(EEXIST, call(ioctl, fd, TUNSETIFF, request));
}

static void events_and_namespaces(void)
{
	struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes,
					     .config = PERF_COUNT_SW_TASK_CLOCK, .disabled = 1, .exclude_kernel = 1};
	int event = (int)call(perf_event_open, &attributes, 0, -1, -1, 0);
	int space = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	int noise = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	works(call(ioctl, event, PERF_EVENT_IOC_ENABLE, 0));
	works(call(ioctl, event, PERF_EVENT_IOC_RESET, PERF_IOC_FLAG_GROUP));
	works(call(ioctl, event, PERF_EVENT_IOC_DISABLE, 0));
	works(call(ioctl, event, PERF_EVENT_IOC_ID, out));
	fails(EBADF, call(ioctl, event, PERF_EVENT_IOC_SET_OUTPUT, 9999));
	call(ioctl, event, PERF_EVENT_IOC_SET_BPF, 9999);
	call(ioctl, event, PERF_EVENT_IOC_SET_FILTER, "filter");
	/* Older kernels have these for 64-bit programs only. */
	if (call(ioctl, space, NS_GET_NSTYPE, 0) == CLONE_NEWUTS) {
		fails(EINVAL, call(ioctl, space, NS_GET_PARENT, 0));
		fails(EINVAL, call(ioctl, space, NS_GET_OWNER_UID, out));
	}
	call(ioctl, space, NS_GET_USERNS, 0);
	works(call(ioctl, noise, RNDGETENTCNT, out));
	drop_capabilities();
	fails(EPERM, call(ioctl, noise, RNDCLEARPOOL, 0));
	fails(EPERM, call(ioctl, noise, RNDADDTOENTCNT, out));
}

/* Without any right, on a descriptor that knows none of them, and on none. */
static void every_request(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	drop_capabilities();
	for (size_t i = 0; i < sizeof EVERY_REQUEST / sizeof EVERY_REQUEST[0]; i++) {
		fails(EBADF, call(ioctl, 9999, EVERY_REQUEST[i], 0x12345678));
		call(ioctl, fd, EVERY_REQUEST[i], unreadable());
	}
}

CALLS(ioctl)
{
	descriptors();
	IN_CHILD
		files();
	IN_CHILD
		terminals();
	IN_CHILD
		networks();
	IN_CHILD
		tunnels();
	IN_CHILD
		events_and_namespaces();
	IN_CHILD
		every_request();
}

EXTRA(hostile_ioctl)
{
	int fd = scratch_file("file", "content");

	drop_capabilities();
	fails(EBADF, call(ioctl, -1, -1, -1));
	fails(EBADF, call(ioctl, INT32_MIN, INT32_MIN, unreadable()));
	fails(ENOTTY, call(ioctl, fd, -1, -1));
	fails(ENOTTY, call(ioctl, fd, TCGETS, unreadable()));
	fails(ENOTTY, call(ioctl, fd, SIOCGIFFLAGS, unmapped()));
	call(ioctl, fd, FS_IOC_SETFLAGS, at_border(NULL, 2));
	call(ioctl, fd, FIDEDUPERANGE, at_border(NULL, 8));
	fails(EFAULT, call(ioctl, fd, FIONBIO, unmapped()));
}
