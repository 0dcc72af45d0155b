/* SPDX-License-Identifier: BSD-2-Clause */
/* What BPF_LINK_CREATE takes beside what it attaches to what, and how: a union, of which the attach type says what it holds. */
#include "base/cleanup.h"
#include "event/render_value.h"
#include "hosttrail/structs.h"

#define ATTACH_TYPE_AT 8

/* By attach type, from first to last (enum bpf_attach_type). */
static const struct {
	uint8_t first, last;
	const struct ht_struct *holds;
} unions[] = {
	{ 0, 3, &ht_struct_bpf_link_order },          /* BPF_CGROUP_INET_INGRESS to BPF_CGROUP_SOCK_OPS */
	{ 6, 6, &ht_struct_bpf_link_order },          /* BPF_CGROUP_DEVICE */
	{ 8, 15, &ht_struct_bpf_link_order },         /* BPF_CGROUP_INET4_BIND to BPF_CGROUP_UDP6_SENDMSG */
	{ 18, 22, &ht_struct_bpf_link_order },        /* BPF_CGROUP_SYSCTL to BPF_CGROUP_SETSOCKOPT */
	{ 23, 27, &ht_struct_bpf_link_tracing },      /* BPF_TRACE_RAW_TP to BPF_LSM_MAC */
	{ 28, 28, &ht_struct_bpf_link_iterator },     /* BPF_TRACE_ITER */
	{ 29, 32, &ht_struct_bpf_link_order },        /* BPF_CGROUP_INET4_GETPEERNAME to BPF_CGROUP_INET6_GETSOCKNAME */
	{ 34, 34, &ht_struct_bpf_link_order },        /* BPF_CGROUP_INET_SOCK_RELEASE */
	{ 41, 41, &ht_struct_bpf_link_perf_event },   /* BPF_PERF_EVENT */
	{ 42, 42, &ht_struct_bpf_link_kprobe_multi }, /* BPF_TRACE_KPROBE_MULTI */
	{ 43, 43, &ht_struct_bpf_link_order },        /* BPF_LSM_CGROUP */
	{ 45, 45, &ht_struct_bpf_link_netfilter },    /* BPF_NETFILTER */
	{ 46, 47, &ht_struct_bpf_link_order },        /* BPF_TCX_INGRESS, BPF_TCX_EGRESS */
	{ 48, 48, &ht_struct_bpf_link_uprobe_multi }, /* BPF_TRACE_UPROBE_MULTI */
	{ 49, 55, &ht_struct_bpf_link_order },        /* BPF_CGROUP_UNIX_CONNECT to BPF_NETKIT_PEER */
	{ 56, 56, &ht_struct_bpf_link_kprobe_multi }, /* BPF_TRACE_KPROBE_SESSION */
	{ 57, 57, &ht_struct_bpf_link_uprobe_multi }, /* BPF_TRACE_UPROBE_SESSION */
	{ 58, 58, &ht_struct_bpf_link_tracing },      /* BPF_TRACE_FSESSION */
};

static const struct ht_struct *holds(uint32_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(unions); i++)
		if (type >= unions[i].first && type <= unions[i].last)
			return unions[i].holds;
	return NULL;
}

void ht_render_link_details(struct ht_render *r, const struct ht_member *m, struct ht_text bytes)
{
	size_t at = m->at[HT_LAYOUT_64];
	struct ht_text details = { bytes.data + at, bytes.length - at };
	const struct ht_struct *s;
	bool outer;
	uint32_t type;

	memcpy(&type, bytes.data + ATTACH_TYPE_AT, sizeof(type));
	s = holds(type);
	ht_render_key(r, m->name);
	if (!s) {
		ht_render_hex_bytes(r->b, details);
		return;
	}
	outer = r->any;
	ht_buffer_byte(r->b, '{');
	r->any = false;
	ht_render_members(r, s, details, HT_ABI_X86_64);
	ht_buffer_byte(r->b, '}');
	r->any = outer;
}
