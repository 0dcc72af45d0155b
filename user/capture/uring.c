/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/uring.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "hosttrail.skel.h"

#define HOOKS_MAX 5u
#define NAME_MAX_BYTES 128u

/* Layout that the kernel's side declares in bpf/uring_wait.h. */
struct uring_key {
	uint64_t of, user_data;
};

struct hook {
	struct bpf_program *program;
	const char *tracepoint;
};

struct ht_uring_capture {
	struct hosttrail_bpf *bpf;
	struct btf *btf;
	uint32_t *types; /* the structs whose names begin as those of io_uring's do */
	size_t type_count;
	unsigned hooks;
	struct hook hook[HOOKS_MAX]; /* completions before submissions, so that none is missed */
	struct bpf_link *link[HOOKS_MAX];
};

/* ---- the kernel's types ---- */

static const char *name_at(const struct ht_uring_capture *u, uint32_t offset)
{
	const char *name = btf__name_by_offset(u->btf, offset);

	return name ? name : "";
}

static const struct btf_type *plain_type(const struct ht_uring_capture *u, uint32_t id)
{
	const struct btf_type *t = btf__type_by_id(u->btf, id);

	while (t && (btf_is_mod(t) || btf_is_typedef(t)))
		t = btf__type_by_id(u->btf, t->type);
	return t;
}

static int collect_types(struct ht_uring_capture *u)
{
	uint32_t n = btf__type_cnt(u->btf), *types;

	for (uint32_t id = 1; id < n; id++) {
		const struct btf_type *t = btf__type_by_id(u->btf, id);

		if (!btf_is_struct(t) || strncmp(name_at(u, t->name_off), "io_", 3) != 0)
			continue;
		if (u->type_count % 64 == 0) {
			types = realloc(u->types, (u->type_count + 64) * sizeof(*types));
			if (!types)
				return -ENOMEM;
			u->types = types;
		}
		u->types[u->type_count++] = id;
	}
	return 0;
}

static const struct btf_type *find_struct(const struct ht_uring_capture *u, const char *name, size_t n)
{
	for (size_t i = 0; i < u->type_count; i++) {
		const struct btf_type *t = btf__type_by_id(u->btf, u->types[i]);
		const char *at = name_at(u, t->name_off);

		if (strncmp(at, name, n) == 0 && !at[n])
			return t;
	}
	return NULL;
}

/* A member by its name, also of the structs without name within. Adds its place to *ret_bits. */
static const struct btf_member *find_member(const struct ht_uring_capture *u, const struct btf_type *t, const char *name, size_t n,
					    unsigned depth, uint32_t *ret_bits)
{
	const struct btf_member *m = btf_members(t), *found;

	for (unsigned i = 0; i < btf_vlen(t); i++, m++) {
		const char *at = name_at(u, m->name_off);
		const struct btf_type *inner;
		uint32_t bits = 0;

		if (*at && strncmp(at, name, n) == 0 && !at[n]) {
			*ret_bits += btf_member_bit_offset(t, i);
			return m;
		}
		inner = *at || depth == 4 ? NULL : plain_type(u, m->type);
		if (!inner || !btf_is_composite(inner))
			continue;
		found = find_member(u, inner, name, n, depth + 1, &bits);
		if (found) {
			*ret_bits += btf_member_bit_offset(t, i) + bits;
			return found;
		}
	}
	return NULL;
}

struct place {
	uint16_t offset;
	uint8_t size;
	bool text; /* it points to characters */
};

/* "how.flags" of a struct, by way of members that are structs. */
static bool find_place(const struct ht_uring_capture *u, const struct btf_type *t, const char *path, size_t n, struct place *ret)
{
	const struct btf_member *m = NULL;
	uint32_t bits = 0;
	int64_t size;

	while (n) {
		size_t part = strcspn(path, ".|");

		if (part > n)
			part = n;
		if (!t || !btf_is_composite(t))
			return false;
		m = find_member(u, t, path, part, 0, &bits);
		if (!m)
			return false;
		t = plain_type(u, m->type);
		part += part < n;
		path += part;
		n -= part;
	}
	size = m ? btf__resolve_size(u->btf, m->type) : 0;
	if (size <= 0 || size > UINT8_MAX || bits % 8 || bits / 8 >= HT_URING_NOWHERE)
		return false;
	*ret = (struct place){ .offset = (uint16_t)(bits / 8), .size = (uint8_t)size };
	if (btf_is_ptr(t)) {
		t = plain_type(u, t->type);
		ret->text = t && btf_is_int(t) && t->size == 1;
	}
	return true;
}

/* The first of the alternatives that this kernel has. type NULL: each begins with the name of its struct. */
static bool find_any(const struct ht_uring_capture *u, const struct btf_type *type, const char *paths, struct place *ret)
{
	for (const char *at = paths; at && *at;) {
		size_t n = strcspn(at, "|"), begin = type ? 0 : strcspn(at, ".") + 1;
		const struct btf_type *t = type ? type : find_struct(u, at, begin - 1);

		if (t && find_place(u, t, at + begin, n - begin, ret))
			return true;
		at += n + (at[n] == '|');
	}
	return false;
}

static const struct btf_type *find_request(const struct ht_uring_capture *u, const char *names)
{
	const struct btf_type *t = NULL;

	for (const char *at = names; *at && !t;) {
		size_t n = strcspn(at, "|");

		t = find_struct(u, at, n);
		at += n + (at[n] == '|');
	}
	return t;
}

static struct ht_uring_source find_source(const struct ht_uring_capture *u, const struct btf_type *request,
					  const struct ht_uring_member *member, bool *ret_user_text)
{
	struct ht_uring_source s = { .how = member->how, .offset = HT_URING_NOWHERE, .copied = HT_URING_NOWHERE };
	struct place p;

	*ret_user_text = false;
	if (s.how == HT_URING_FILE || s.how == HT_URING_ABSENT) {
		s.offset = 0;
		return s;
	}
	if (request && member->member && find_any(u, request, member->member, &p)) {
		s.offset = p.offset;
		s.size = p.size;
		*ret_user_text = p.text && s.how == HT_URING_NAME;
	}
	if (member->condition) {
		s.bits = member->bits;
		if (find_any(u, NULL, member->condition, &p))
			s.copied = p.offset;
		else
			s.offset = HT_URING_NOWHERE;
	}
	if (member->copied && strcmp(member->copied, "seen") == 0)
		s.copied = HT_URING_SEEN;
	else if (member->copied && find_any(u, NULL, member->copied, &p)) {
		s.copied = p.offset;
		if (s.offset == HT_URING_NOWHERE)
			s.size = p.size;
	}
	return s;
}

void ht_uring_want(struct ht_uring_capture *u, uint32_t opcode, const struct ht_uring_op *op, const struct ht_plan *plan,
		   uint8_t want)
{
	struct ht_uring_plan p = { .plan = *plan };
	const struct btf_type *request;
	bool user_text;

	if (opcode >= HT_URING_OPCODES || !u->btf)
		return;
	request = op ? find_request(u, op->request) : NULL;
	for (unsigned i = 0; op && i < HT_ARGS; i++) {
		p.source[i] = find_source(u, request, &op->argument[i], &user_text);
		/* Until the kernel copied it when the request was prepared. */
		if (user_text)
			p.plan.fetch[i] = HT_FETCH_PATH;
	}
	if (op)
		p.source[HT_URING_SLOT_SOURCE] = find_source(u, request, &op->slot, &user_text);
	u->bpf->bss->uring_plans[opcode] = p;
	__atomic_store_n(&u->bpf->bss->uring_wanted[opcode], want, __ATOMIC_RELEASE);
}

/* ---- which programs ---- */

/* Parameters of a tracepoint, the data that a probe gets first included; 0: there is no such tracepoint. */
static unsigned parameters(const struct ht_uring_capture *u, const char *tracepoint)
{
	char name[NAME_MAX_BYTES];
	const struct btf_type *t;
	int id;

	snprintf(name, sizeof(name), "btf_trace_%s", tracepoint);
	id = btf__find_by_name_kind(u->btf, name, BTF_KIND_TYPEDEF);
	t = id < 0 ? NULL : plain_type(u, (uint32_t)id);
	if (t && btf_is_ptr(t))
		t = plain_type(u, t->type);
	return t && btf_is_func_proto(t) ? btf_vlen(t) : 0;
}

static void choose(struct ht_uring_capture *u)
{
	unsigned submit_req = parameters(u, "io_uring_submit_req"), submit_sqe = parameters(u, "io_uring_submit_sqe");
	unsigned complete = parameters(u, "io_uring_complete");
	struct hook *h = u->hook;

	if (complete == 4)
		*h++ = (struct hook){ u->bpf->progs.uring_complete, "io_uring_complete" };
	else if (complete == 5)
		*h++ = (struct hook){ u->bpf->progs.uring_complete_oldest, "io_uring_complete" };
	else if (complete)
		*h++ = (struct hook){ u->bpf->progs.uring_complete_old, "io_uring_complete" };
	if (parameters(u, "io_uring_cqe_overflow") == 6)
		*h++ = (struct hook){ u->bpf->progs.uring_overflow, "io_uring_cqe_overflow" };
	if (parameters(u, "io_uring_fail_link") == 3)
		*h++ = (struct hook){ u->bpf->progs.uring_link_failed, "io_uring_fail_link" };
	if (parameters(u, "io_uring_req_failed") == 4)
		*h++ = (struct hook){ u->bpf->progs.uring_refuse, "io_uring_req_failed" };
	if (submit_req)
		*h++ = (struct hook){ u->bpf->progs.uring_submit, "io_uring_submit_req" };
	else if (submit_sqe == 3)
		*h++ = (struct hook){ u->bpf->progs.uring_submit, "io_uring_submit_sqe" };
	else if (submit_sqe)
		*h++ = (struct hook){ u->bpf->progs.uring_submit_old, "io_uring_submit_sqe" };
	u->hooks = (unsigned)(h - u->hook);
	u->bpf->rodata->uring_anonymous = complete == 5;
	u->bpf->rodata->uring_tells_first = !submit_req;
}

/* The variants for other kernels name members that this one lacks. */
static void load_chosen(const struct ht_uring_capture *u)
{
	struct bpf_program *all[] = {
		u->bpf->progs.uring_submit,       u->bpf->progs.uring_submit_old,      u->bpf->progs.uring_refuse,
		u->bpf->progs.uring_complete,     u->bpf->progs.uring_complete_old,    u->bpf->progs.uring_complete_oldest,
		u->bpf->progs.uring_overflow,     u->bpf->progs.uring_link_failed,
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		bool chosen = false;

		for (unsigned k = 0; k < u->hooks; k++)
			chosen = chosen || u->hook[k].program == all[i];
		bpf_program__set_autoload(all[i], chosen);
	}
}

/* Bits of a request's flags have names, but no type of their own that has one. */
static void find_flags(struct ht_uring_capture *u)
{
	uint32_t n = btf__type_cnt(u->btf);
	const struct {
		const char *name;
		uint64_t *to;
		bool more; /* one of several bits */
	} wanted[] = {
		{ "REQ_F_CREDS_BIT", (uint64_t *)&u->bpf->rodata->uring_credentials },
		{ "REQ_F_ASYNC_DATA_BIT", (uint64_t *)&u->bpf->rodata->uring_copied },
		{ "REQ_F_APOLL_MULTISHOT_BIT", (uint64_t *)&u->bpf->rodata->uring_multishot },
		{ "REQ_F_MULTISHOT_BIT", (uint64_t *)&u->bpf->rodata->uring_multishot },
		{ "REQ_F_SKIP_LINK_CQES_BIT", (uint64_t *)&u->bpf->rodata->uring_skip_links },
	};

	for (uint32_t id = 1; id < n; id++) {
		const struct btf_type *t = btf__type_by_id(u->btf, id);
		const struct btf_enum *e;

		if (!btf_is_enum(t) || !btf_vlen(t))
			continue;
		e = btf_enum(t);
		if (strcmp(name_at(u, e->name_off), "REQ_F_FIXED_FILE_BIT") != 0)
			continue;
		for (unsigned i = 0; i < btf_vlen(t); i++, e++)
			for (size_t k = 0; k < ARRAY_SIZE(wanted); k++)
				if (e->val >= 0 && e->val < 64 && strcmp(name_at(u, e->name_off), wanted[k].name) == 0)
					*wanted[k].to |= 1ull << e->val;
		return;
	}
}

int ht_uring_open(struct ht_uring_capture **ret, struct hosttrail_bpf *bpf)
{
	struct ht_uring_capture *u = calloc(1, sizeof(*u));
	int r;

	if (!u)
		return -ENOMEM;
	u->bpf = bpf;
	u->btf = btf__load_vmlinux_btf();
	r = u->btf ? collect_types(u) : -errno;
	if (r < 0) {
		ht_uring_close(u);
		return r;
	}
	choose(u);
	find_flags(u);
	load_chosen(u);
	*ret = u;
	return 0;
}

void ht_uring_close(struct ht_uring_capture *u)
{
	if (!u)
		return;
	ht_uring_detach(u);
	btf__free(u->btf);
	free(u->types);
	free(u);
}

int ht_uring_attach(struct ht_uring_capture *u)
{
	/* Where things lie is known by now. */
	btf__free(TAKE_PTR(u->btf));
	for (unsigned i = 0; i < u->hooks; i++) {
		u->link[i] = bpf_program__attach_raw_tracepoint(u->hook[i].program, u->hook[i].tracepoint);
		if (!u->link[i])
			return -errno;
	}
	/* Where nobody may have a ring there is nothing to learn. */
	ht_uring_ask_address();
	return 0;
}

void ht_uring_detach(struct ht_uring_capture *u)
{
	for (unsigned i = u->hooks; i-- > 0;)
		bpf_link__destroy(TAKE_PTR(u->link[i]));
}

/* Runs the program that places what waits under a name. */
static void end_one(struct ht_uring_capture *u, const struct uring_key *key)
{
	uint64_t args[] = { key->of, key->user_data };
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	opts.ctx_in = args;
	opts.ctx_size_in = sizeof(args);
	bpf_prog_test_run_opts(bpf_program__fd(u->bpf->progs.uring_end), &opts);
}

void ht_uring_end(struct ht_uring_capture *u)
{
	int fd = bpf_map__fd(u->bpf->maps.uring_waiting);
	struct uring_key key, *previous = NULL;

	while (bpf_map_get_next_key(fd, previous, &key) == 0) {
		previous = &key;
		end_one(u, &key);
	}
}
