/* SPDX-License-Identifier: BSD-2-Clause */
/* Netlink messages by every call that sends them, in a network namespace of the test's own. */
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/xfrm.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "capture/support/expect.h"

#define ROUTE_FLAGS "[\"NLM_F_REQUEST\",\"NLM_F_EXCL\",\"NLM_F_CREATE\"]"

static const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

/* A message is put together here, or several. */
static _Alignas(8) char bytes[8192];
static size_t used, begun;

static void put(const void *data, size_t n)
{
	memcpy(bytes + used, data, n);
	used += n;
	while (used % 4)
		bytes[used++] = 0;
	((struct nlmsghdr *)(bytes + begun))->nlmsg_len = (unsigned)(used - begun);
}

static void message(unsigned short type, unsigned short flags, const void *data, size_t n)
{
	struct nlmsghdr head = { .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | flags };

	begun = used;
	put(&head, sizeof(head));
	put(data, n);
}

static void begin(unsigned short type, unsigned short flags, const void *data, size_t n)
{
	used = 0;
	message(type, flags, data, n);
}

static void attribute(unsigned short type, const void *data, size_t n)
{
	struct nlattr head = { (unsigned short)(NLA_HDRLEN + n), type };

	put(&head, sizeof(head));
	put(data, n);
}

static void text(unsigned short type, const char *s)
{
	attribute(type, s, strlen(s) + 1);
}

static void number_be(unsigned short type, unsigned v)
{
	v = __builtin_bswap32(v);
	attribute(type, &v, sizeof(v));
}

static size_t nest(unsigned short type)
{
	size_t at = used;

	attribute(type, "", 0);
	return at;
}

static void nest_end(size_t at)
{
	((struct nlattr *)(bytes + at))->nla_len = (unsigned short)(used - at);
}

static int silent_socket(int protocol)
{
	int fd;

	mute();
	fd = socket(AF_NETLINK, SOCK_RAW, protocol);
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

/* The members about the socket and its messages; before and after: what the call has besides. */
static char *sent(int fd, const char *protocol, const char *before, const char *messages, const char *after)
{
	return T("{\"fd\":%d,\"fdType\":\"socket\",\"fdSocket\":{\"family\":\"AF_NETLINK\",\"type\":\"SOCK_RAW\",\"protocol\":\"%s\"}%s,"
		 "\"netlink\":{\"protocol\":\"%s\",\"messages\":[%s]}%s}", fd, protocol, before, protocol, messages, after);
}

static void management(const char *event, const char *source, const char *request, const char *resources)
{
	expect(.event = event, .source = source, .plane = MANAGEMENT, .request = request, .resources = resources);
}

#define ADDRESS ",\"address\":{\"family\":\"AF_NETLINK\",\"portId\":0,\"groups\":\"0x0\"}"
/* What a struct msghdr says that is sent to the kernel. vectors: with a comma before it. */
static char *message_told(const char *vectors, unsigned count)
{
	return T("{\"address\":{\"family\":\"AF_NETLINK\",\"portId\":0,\"groups\":\"0x0\"},\"addressLength\":12%s,\"vectorCount\":%u,"
		 "\"control\":null,\"controlLength\":0,\"flags\":[]}", vectors, count);
}

#define SENDTO_REST(n) T(",\"length\":%zu,\"flags\":[],\"address\":null,\"addressLength\":0", (size_t)(n))

/* struct rtmsg of 10.9.0.0/16 over the loopback */
static void route(unsigned short type, unsigned short flags)
{
	struct rtmsg rt = {
		.rtm_family = AF_INET, .rtm_dst_len = 16, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
		.rtm_scope = RT_SCOPE_LINK, .rtm_type = RTN_UNICAST,
	};
	unsigned loopback = 1;

	begin(type, flags, &rt, sizeof(rt));
	attribute(RTA_DST, "\x0a\x09\0", 4);
	attribute(RTA_OIF, &loopback, 4);
}

static char *route_told(const char *type, const char *flags)
{
	return T("{\"type\":\"%s\",\"flags\":%s,\"route\":{\"family\":\"AF_INET\",\"destination\":\"10.9.0.0/16\",\"interface\":1,"
		 "\"table\":254,\"protocol\":\"RTPROT_STATIC\",\"scope\":\"RT_SCOPE_LINK\",\"type\":\"RTN_UNICAST\"}}", type, flags);
}

static void by_every_call(void)
{
	int fd = silent_socket(NETLINK_ROUTE);
	char *added = route_told("RTM_NEWROUTE", ROUTE_FLAGS), *deleted = route_told("RTM_DELROUTE", "[\"NLM_F_REQUEST\"]");
	struct iovec parts[3];
	struct msghdr header = { .msg_iov = parts, .msg_iovlen = 3, .msg_name = (void *)&kernel, .msg_namelen = sizeof(kernel) };
	struct mmsghdr several[3] = { { .msg_hdr = header }, { .msg_hdr = header }, { .msg_hdr = header } };
	char *resource = R1("Route", "10.9.0.0/16", "caller"), *vectors, *told;

	route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	CALL(sendto, fd, bytes, used, 0, NULL, 0);
	management("AddRoute", "network", sent(fd, "NETLINK_ROUTE", "", added, SENDTO_REST(used)), resource);
	route(RTM_DELROUTE, 0);
	CALL(write, fd, bytes, used);
	management("DeleteRoute", "network", sent(fd, "NETLINK_ROUTE", "", deleted, T(",\"count\":%zu", used)), resource);
	/* In parts: the header, and an attribute, come in two. */
	route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	parts[0] = (struct iovec){ bytes, 5 };
	parts[1] = (struct iovec){ bytes + 5, 30 };
	parts[2] = (struct iovec){ bytes + 35, used - 35 };
	vectors = T(",\"vectors\":[{\"base\":\"%p\",\"length\":5},{\"base\":\"%p\",\"length\":30},{\"base\":\"%p\","
		    "\"length\":%zu}]", (void *)bytes, (void *)(bytes + 5), (void *)(bytes + 35), used - 35);
	CALL(writev, fd, parts, 3);
	management("AddRoute", "network", sent(fd, "NETLINK_ROUTE", vectors, added, ",\"vectorCount\":3"), resource);
	route(RTM_DELROUTE, 0);
	CALL(sendmsg, fd, &header, MSG_NOSIGNAL);
	management("DeleteRoute", "network", sent(fd, "NETLINK_ROUTE", T(",\"message\":%s", message_told(vectors, 3)), deleted,
						       ",\"flags\":[\"MSG_NOSIGNAL\"]"), resource);
	/* The second fails, and the third is not tried. */
	several[1].msg_hdr.msg_iov = NULL;
	CALL(sendmmsg, fd, several, 3, 0);
	NEED(last.result == 1);
	told = message_told(vectors, 3);
	expect(.event = "DeleteRoute", .source = "network", .plane = MANAGEMENT, .resources = resource,
	       .request = sent(fd, "NETLINK_ROUTE", T(",\"messages\":[%s,%s,%s]", told, message_told(",\"vectors\":null", 3), told),
			       deleted, ",\"messageCount\":3,\"flags\":[]"),
	       .response = T("\"messages\":[{\"length\":%zu}]", used),
	       .truncated = "{\"requestParameters.netlink\":4294967295}");
	several[1].msg_hdr.msg_iov = parts;
	CALL(sendmmsg, fd, several, 2, 0);
	NEED(last.result == 2);
	expect(.event = "DeleteRoute", .source = "network", .plane = MANAGEMENT, .resources = resource,
	       .request = sent(fd, "NETLINK_ROUTE", T(",\"messages\":[%s,%s]", told, told), T("%s,%s", deleted, deleted),
			       ",\"messageCount\":2,\"flags\":[]"),
	       .response = T("\"messages\":[{\"length\":%zu},{\"length\":%zu}]", used, used));
	/* What is listed is data, and changes nothing. */
	begin(RTM_GETROUTE, NLM_F_DUMP, &(struct rtmsg){ .rtm_family = AF_INET }, sizeof(struct rtmsg));
	CALL(sendto, fd, bytes, used, 0, &kernel, sizeof(kernel));
	expect(.event = "GetRoute", .source = "network", .plane = DATA_UNDECIDED, .read_only = true,
	       .request = sent(fd, "NETLINK_ROUTE", "", "{\"type\":\"RTM_GETROUTE\",\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_DUMP\"],\"route\":{"
			       "\"family\":\"AF_INET\",\"table\":0,\"protocol\":\"RTPROT_UNSPEC\",\"scope\":\"RT_SCOPE_UNIVERSE\","
			       "\"type\":\"RTN_UNSPEC\"}}", T(",\"length\":%zu,\"flags\":[]" ADDRESS ",\"addressLength\":12", used)),
	       .resources = R1("Socket", number_of(fd), "kernel"));
	close(fd);
}

/* Nothing there; more than is carried; another kind of socket. */
static void odd(void)
{
	char *nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = silent_socket(NETLINK_ROUTE), pair[2];
	struct ifinfomsg link = { .ifi_index = 1 };

	NEED(nowhere != MAP_FAILED);
	CALL(sendto, fd, nowhere, 32, 0, NULL, 0);
	NEED(last.error == EFAULT);
	expect(.event = "Send", .source = "network", .plane = MANAGEMENT, .resources = R1("Socket", number_of(fd), "kernel"),
	       .request = sent(fd, "NETLINK_ROUTE", "", "", SENDTO_REST(32)), .truncated = "{\"requestParameters.netlink\":32}");
	memset(bytes, 0, sizeof(bytes));
	begin(RTM_GETLINK, 0, &link, sizeof(link));
	((struct nlmsghdr *)bytes)->nlmsg_len = 5000;
	CALL(sendto, fd, bytes, 5000, 0, NULL, 0);
	expect(.event = "GetInterface", .source = "network", .plane = DATA_UNDECIDED, .read_only = true,
	       .resources = R1("Interface", "interface 1", "caller"),
	       .request = sent(fd, "NETLINK_ROUTE", "", "{\"type\":\"RTM_GETLINK\",\"flags\":[\"NLM_F_REQUEST\"],\"link\":{\"interface\":1}}",
			       SENDTO_REST(5000)),
	       .truncated = "{\"requestParameters.netlink\":5000}");
	/* Behind what is carried stands another one: nobody knows what it does. */
	begin(RTM_GETLINK, 0, &link, sizeof(link));
	((struct nlmsghdr *)bytes)->nlmsg_len = 4096;
	CALL(sendto, fd, bytes, 5000, 0, NULL, 0);
	expect(.event = "Send", .source = "network", .plane = MANAGEMENT, .resources = R1("Interface", "interface 1", "caller"),
	       .request = sent(fd, "NETLINK_ROUTE", "", "{\"type\":\"RTM_GETLINK\",\"flags\":[\"NLM_F_REQUEST\"],\"link\":{\"interface\":1}}",
			       SENDTO_REST(5000)),
	       .truncated = "{\"requestParameters.netlink\":5000}");
	close(fd);
	mute();
	NEED(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
	unmute();
	CALL(sendto, pair[0], "a secret of sixteen bytes", 25, 0, NULL, 0);
	expect(.event = "Send", .source = "network",
	       .request = T("{\"fd\":%d,\"fdType\":\"socket\",\"fdSocket\":{\"family\":\"AF_UNIX\",\"type\":\"SOCK_DGRAM\"}%s}", pair[0],
			    SENDTO_REST(25)),
	       .resources = R1("Socket", number_of(pair[0]), "kernel"));
	close(pair[0]);
	close(pair[1]);
}

static void rest_of_route(void)
{
	int fd = silent_socket(NETLINK_ROUTE);
	struct ifaddrmsg address = { .ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = 1 };
	struct ifinfomsg link = { .ifi_index = 1, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	struct rtmsg rule = { .rtm_family = AF_INET, .rtm_src_len = 16, .rtm_table = 100, .rtm_type = RTN_UNICAST };
	size_t info;

	begin(RTM_NEWLINK, 0, &link, sizeof(link));
	CALL(sendto, fd, bytes, used, 0, NULL, 0);
	management("ConfigureInterface", "network",
		   sent(fd, "NETLINK_ROUTE", "", "{\"type\":\"RTM_NEWLINK\",\"flags\":[\"NLM_F_REQUEST\"],\"link\":{\"interface\":1,"
			"\"flags\":[\"IFF_UP\"],\"change\":[\"IFF_UP\"]}}", SENDTO_REST(used)),
		   R1("Interface", "interface 1", "caller"));
	begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &address, sizeof(address));
	attribute(IFA_LOCAL, "\x0a\x09\x00\x01", 4);
	attribute(IFA_ADDRESS, "\x0a\x09\x00\x01", 4);
	CALL(sendto, fd, bytes, used, 0, NULL, 0);
	management("AddAddress", "network",
		   sent(fd, "NETLINK_ROUTE", "", "{\"type\":\"RTM_NEWADDR\",\"flags\":" ROUTE_FLAGS ",\"address\":{\"family\":\"AF_INET\","
			"\"interface\":1,\"scope\":\"RT_SCOPE_UNIVERSE\",\"address\":\"10.9.0.1/24\"}}", SENDTO_REST(used)),
		   R1("Interface", "interface 1", "caller"));
	begin(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, &rule, sizeof(rule));
	attribute(2, "\x0a\x01\0", 4);
	CALL(sendto, fd, bytes, used, 0, NULL, 0);
	management("AddRoutingRule", "network",
		   sent(fd, "NETLINK_ROUTE", "", "{\"type\":\"RTM_NEWRULE\",\"flags\":" ROUTE_FLAGS ",\"rule\":{\"family\":\"AF_INET\","
			"\"table\":100,\"action\":\"FR_ACT_TO_TBL\",\"from\":\"10.1.0.0/16\"}}", SENDTO_REST(used)),
		   R1("RoutingRule", "from 10.1.0.0/16 lookup 100", "caller"));
	begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &(struct ifinfomsg){ 0 }, sizeof(link));
	text(IFLA_IFNAME, "new0");
	info = nest(IFLA_LINKINFO);
	text(IFLA_INFO_KIND, "veth");
	nest_end(info);
	CALL(sendto, fd, bytes, used, 0, NULL, 0);
	management("CreateInterface", "network",
		   sent(fd, "NETLINK_ROUTE", "", "{\"type\":\"RTM_NEWLINK\",\"flags\":" ROUTE_FLAGS ",\"link\":{\"name\":\"new0\","
			"\"info\":{\"kind\":\"veth\"}}}", SENDTO_REST(used)),
		   R1("Interface", "new0", "caller"));
	close(fd);
}

static void batch(void)
{
	struct nfgenmsg ends = { .res_id = __builtin_bswap16(NFNL_SUBSYS_NFTABLES) }, inet = { .nfgen_family = 1 };
	int fd = silent_socket(NETLINK_NETFILTER);
	size_t hook, list, one, data, value, verdict;
	const char *named = "\"family\":\"NFPROTO_INET\",\"table\":\"t\"", *flags = "\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_CREATE\"]";

	begin(NFNL_MSG_BATCH_BEGIN, 0, &ends, sizeof(ends));
	message(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE, NLM_F_CREATE, &inet, sizeof(inet));
	text(NFTA_TABLE_NAME, "t");
	message(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWCHAIN, NLM_F_CREATE, &inet, sizeof(inet));
	text(NFTA_CHAIN_TABLE, "t");
	text(NFTA_CHAIN_NAME, "c");
	hook = nest(NFTA_CHAIN_HOOK);
	number_be(NFTA_HOOK_HOOKNUM, 1);
	number_be(NFTA_HOOK_PRIORITY, 0);
	nest_end(hook);
	number_be(NFTA_CHAIN_POLICY, 1);
	text(NFTA_CHAIN_TYPE, "filter");
	message(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE, NLM_F_CREATE, &inet, sizeof(inet));
	text(NFTA_RULE_TABLE, "t");
	text(NFTA_RULE_CHAIN, "c");
	list = nest(NFTA_RULE_EXPRESSIONS);
	one = nest(NFTA_LIST_ELEM);
	text(NFTA_EXPR_NAME, "immediate");
	data = nest(NFTA_EXPR_DATA);
	number_be(NFTA_IMMEDIATE_DREG, 0);
	value = nest(NFTA_IMMEDIATE_DATA);
	verdict = nest(NFTA_DATA_VERDICT);
	number_be(NFTA_VERDICT_CODE, 0);
	nest_end(verdict);
	nest_end(value);
	nest_end(data);
	nest_end(one);
	nest_end(list);
	message(NFNL_MSG_BATCH_END, 0, &ends, sizeof(ends));
	CALL(sendto, fd, bytes, used, 0, &kernel, sizeof(kernel));
	management("AddFirewallTable", "network",
		   sent(fd, "NETLINK_NETFILTER", "",
			T("{\"type\":\"NFNL_MSG_BATCH_BEGIN\",\"flags\":[\"NLM_F_REQUEST\"],\"batch\":{\"subsystem\":10}},"
			  "{\"type\":\"NFT_MSG_NEWTABLE\",%s,\"table\":{\"family\":\"NFPROTO_INET\",\"name\":\"t\"}},"
			  "{\"type\":\"NFT_MSG_NEWCHAIN\",%s,\"chain\":{%s,\"name\":\"c\",\"type\":\"filter\",\"hook\":{"
			  "\"number\":\"NF_INET_LOCAL_IN\",\"priority\":0},\"policy\":\"NF_ACCEPT\"}},"
			  "{\"type\":\"NFT_MSG_NEWRULE\",%s,\"rule\":{%s,\"chain\":\"c\",\"expressions\":[{\"name\":\"immediate\","
			  "\"register\":0,\"data\":{\"verdict\":{\"code\":\"NF_DROP\"}}}]}},"
			  "{\"type\":\"NFNL_MSG_BATCH_END\",\"flags\":[\"NLM_F_REQUEST\"],\"batch\":{\"subsystem\":10}}",
			  flags, flags, named, flags, named),
			T(",\"length\":%zu,\"flags\":[]" ADDRESS ",\"addressLength\":12", used)),
		   T("[%s,%s,%s]", R("FirewallTable", "inet/t", "caller"), R("FirewallChain", "inet/t/c", "caller"),
		     R("FirewallRule", "inet/t/c", "caller")));
	close(fd);
}

static void ipsec(void)
{
	int fd = silent_socket(NETLINK_XFRM);
	struct xfrm_usersa_info sa = {
		.id = { .daddr.a4 = __builtin_bswap32(0xc0000202), .spi = __builtin_bswap32(0x100), .proto = IPPROTO_ESP },
		.saddr.a4 = __builtin_bswap32(0xc0000201), .family = AF_INET, .mode = XFRM_MODE_TUNNEL, .reqid = 7,
	};
	struct {
		struct xfrm_algo head;
		char key[16];
	} algorithm = { { .alg_name = "cbc(aes)", .alg_key_len = 128 }, "A SECRET OF ALL" };

	begin(XFRM_MSG_NEWSA, NLM_F_CREATE | NLM_F_EXCL, &sa, sizeof(sa));
	attribute(XFRMA_ALG_CRYPT, &algorithm, sizeof(algorithm));
	CALL(sendto, fd, bytes, used, 0, NULL, 0);
	management("AddIpsecAssociation", "network",
		   sent(fd, "NETLINK_XFRM", "", "{\"type\":\"XFRM_MSG_NEWSA\",\"flags\":" ROUTE_FLAGS ",\"association\":{"
			"\"family\":\"AF_INET\",\"spi\":\"0x100\",\"protocol\":\"IPPROTO_ESP\",\"requestId\":7,"
			"\"mode\":\"XFRM_MODE_TUNNEL\",\"source\":\"192.0.2.1\",\"destination\":\"192.0.2.2\","
			"\"encryption\":\"cbc(aes)\"}}", SENDTO_REST(used)),
		   R1("IpsecAssociation", "192.0.2.2 IPPROTO_ESP 0x100", "caller"));
	close(fd);
}

static void generic(void)
{
	int fd = silent_socket(NETLINK_GENERIC);
	struct genlmsghdr head = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 };
	struct {
		struct nlmsghdr head;
		char rest[4096];
	} answer;
	unsigned short id = 0;
	ssize_t n;

	begin(GENL_ID_CTRL, 0, &head, sizeof(head));
	text(CTRL_ATTR_FAMILY_NAME, "nlctrl");
	CALL(sendto, fd, bytes, used, 0, NULL, 0);
	expect(.event = "GetNetlinkFamily", .source = "network", .plane = DATA_UNDECIDED, .read_only = true,
	       .request = sent(fd, "NETLINK_GENERIC", "", "{\"type\":16,\"family\":\"nlctrl\",\"command\":\"CTRL_CMD_GETFAMILY\","
			       "\"version\":1,\"flags\":[\"NLM_F_REQUEST\"],\"control\":{\"name\":\"nlctrl\"}}", SENDTO_REST(used)),
	       .resources = R1("Socket", number_of(fd), "kernel"));
	/* A family whose number the kernel gave out: that of TCP's metrics, which every kernel has. */
	mute();
	begin(GENL_ID_CTRL, 0, &head, sizeof(head));
	text(CTRL_ATTR_FAMILY_NAME, "tcp_metrics");
	NEED(recv(fd, &answer, sizeof(answer), 0) > 0 && send(fd, bytes, used, 0) > 0);
	n = recv(fd, &answer, sizeof(answer), 0);
	for (size_t at = sizeof(head); at + 8 <= (size_t)n - sizeof(answer.head);) {
		struct nlattr *a = (struct nlattr *)(answer.rest + at);

		if (a->nla_type == CTRL_ATTR_FAMILY_ID)
			memcpy(&id, a + 1, sizeof(id));
		at += NLA_ALIGN(a->nla_len);
	}
	unmute();
	NEED(id > GENL_ID_CTRL);
	head.cmd = 2;
	begin(id, 0, &head, sizeof(head));
	CALL(sendto, fd, bytes, used, 0, NULL, 0);
	management("ConfigureNetwork", "network",
		   sent(fd, "NETLINK_GENERIC", "", T("{\"type\":%u,\"family\":\"tcp_metrics\",\"command\":2,\"version\":1,"
			"\"flags\":[\"NLM_F_REQUEST\"]}", id), SENDTO_REST(used)), R1("Socket", number_of(fd), "kernel"));
	close(fd);
}

/* Outside of the first user namespace nobody configures auditing: the machine's stays as it is. */
static void audit(void)
{
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[64];
	} answer;
	unsigned status[11] = { 1 | 16, [1] = 0, [5] = 64 };
	int fd;

	mute();
	NEED(unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0);
	fd = silent_socket(NETLINK_AUDIT);
	begin(1001, NLM_F_ACK, status, sizeof(status));
	CALL(sendto, fd, bytes, used, 0, NULL, 0);
	management("ConfigureAudit", "kernel",
		   sent(fd, "NETLINK_AUDIT", "", "{\"type\":\"AUDIT_SET\",\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_ACK\"],\"status\":{"
			"\"enabled\":0,\"backlogLimit\":64}}", SENDTO_REST(used)),
		   R1("KernelSetting", "audit", "caller"));
	mute();
	NEED(recv(fd, &answer, sizeof(answer), 0) > 0 && answer.head.nlmsg_type == NLMSG_ERROR);
	NEED(answer.error.error == -ECONNREFUSED || answer.error.error == -EPERM);
	unmute();
}

/* i386: structs of 32-bit words, in memory that such a word reaches. */
static void narrow(void)
{
	unsigned *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	char *added = route_told("RTM_NEWROUTE", ROUTE_FLAGS), *copy = (char *)(low + 64), *told;
	unsigned at = (unsigned)(unsigned long)low;
	int fd = silent_socket(NETLINK_ROUTE);
	long result = 370;

	NEED(low != MAP_FAILED);
	route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	memcpy(copy, bytes, used);
	memcpy(low + 32, &kernel, sizeof(kernel));
	/* struct compat_msghdr: name, its length, buffers, their number; then the buffers. */
	memcpy(low, (unsigned[]){ at + 128, sizeof(kernel), at + 64, 2, 0, 0, 0 }, 28);
	memcpy(low + 16, (unsigned[]){ at + 256, 9, at + 256 + 9, (unsigned)used - 9 }, 16);
	before_call("sendmsg", 370, "i386");
	__asm__ volatile("int $0x80" : "+a"(result) : "b"((long)fd), "c"(low), "d"(0l), "S"(0l), "D"(0l) : "r8", "r9", "r10", "r11", "memory");
	last.to = clock_ns(CLOCK_BOOTTIME);
	last.error = result < 0 && result >= -4095 ? (int)-result : 0;
	last.result = result;
	told = message_told(T(",\"vectors\":[{\"base\":\"0x%x\",\"length\":9},{\"base\":\"0x%x\",\"length\":%zu}]", at + 256, at + 256 + 9,
			      used - 9), 2);
	management("AddRoute", "network", sent(fd, "NETLINK_ROUTE", T(",\"message\":%s", told), added, ",\"flags\":[]"),
		   R1("Route", "10.9.0.0/16", "caller"));
	close(fd);
}

int main(void)
{
	mute();
	expect_begin();
	NEED(unshare(CLONE_NEWNET) == 0);
	describe();
	unmute();
	by_every_call();
	odd();
	rest_of_route();
	batch();
	ipsec();
	generic();
	narrow();
	in_child(audit);
	mute();
	expect_finish();
}
