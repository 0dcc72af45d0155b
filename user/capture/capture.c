/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/capture.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "capture/object.h"
#include "capture/requirements.h"
#include "capture/ring.h"
#include "capture/uring.h"
#include "hosttrail.skel.h"

/* Layouts that the kernel's side declares in bpf/state.h; tests compare the sizes. */
struct class_prefix {
	uint32_t bits;
	char text[HT_CLASS_PREFIX];
};

struct command_key {
	uint32_t value;
	uint16_t call, abi;
};

struct loss_key {
	uint32_t uid;
	uint8_t ring, cause;
	uint16_t reserved;
};

struct ht_capture {
	struct ht_object object;
	struct bpf_link *exit_link, *exec_link, *prepare_link, *end_link;
	struct ht_ring_reader ring[HT_RINGS];
	const struct ht_capture_counters *counters; /* mapped, by CPU */
	size_t counters_stride, counters_bytes;
	unsigned cpus, variants;
	int cgroup, epoll;
	uint64_t mark; /* a position of the data ring that was its end once */
	bool caught_up, passed;
};

static int map_counters(struct ht_capture *c)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *p;

	c->counters_stride = sizeof(struct ht_capture_counters);
	c->counters_bytes = (c->counters_stride * c->cpus + page - 1) / page * page;
	p = mmap(NULL, c->counters_bytes, PROT_READ, MAP_SHARED, bpf_map__fd(c->object.bpf->maps.counters), 0);
	if (p == MAP_FAILED)
		return -errno;
	c->counters = p;
	return 0;
}

static int open_rings(struct ht_capture *c)
{
	struct bpf_map *maps[HT_RINGS] = { c->object.bpf->maps.ring_management, c->object.bpf->maps.ring_data };
	int r;

	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll < 0)
		return -errno;
	for (unsigned i = 0; i < HT_RINGS; i++) {
		struct epoll_event event = { .events = EPOLLIN | EPOLLET };

		r = ht_ring_open(&c->ring[i], bpf_map__fd(maps[i]), bpf_map__max_entries(maps[i]));
		if (r < 0)
			return r;
		if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, c->ring[i].fd, &event) < 0)
			return -errno;
	}
	return 0;
}

/*
 * The kernel numbers processes in its own namespace; the recorder may live in another: it asks from inside
 * the kernel.
 */
static int learn_self(struct ht_capture *c)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	return bpf_prog_test_run_opts(bpf_program__fd(c->object.bpf->progs.hosttrail_self), &opts);
}

/*
 * Numbers begin where no earlier recorder of this boot can have been: at the microseconds since boot, which a
 * CPU's events cannot overtake. So two events never have the same boot id, ring, CPU and number.
 */
static int begin_sequences(struct ht_capture *c)
{
	struct ht_capture_counters begin = { 0 };
	struct timespec now;
	int r = 0;

	clock_gettime(CLOCK_BOOTTIME, &now);
	for (unsigned i = 0; i < HT_RINGS; i++)
		begin.sequence[i] = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
	for (uint32_t cpu = 0; cpu < c->cpus && !r; cpu++)
		r = bpf_map_update_elem(bpf_map__fd(c->object.bpf->maps.counters), &cpu, &begin, BPF_ANY);
	return r;
}

static int set_scope(struct ht_capture *c)
{
	uint32_t key = 0, fd = (uint32_t)c->cgroup;

	return c->cgroup < 0 ? 0 : bpf_map_update_elem(bpf_map__fd(c->object.bpf->maps.scope), &key, &fd, BPF_ANY);
}

static void capture_free(struct ht_capture **c)
{
	ht_capture_close(*c);
}

int ht_capture_open(struct ht_capture **ret, const struct ht_capture_options *options, struct ht_error *err)
{
	__attribute__((cleanup(capture_free))) struct ht_capture *c = NULL;
	int r;

	r = ht_capture_require(err);
	if (r < 0)
		return r;
	c = calloc(1, sizeof(*c));
	if (!c)
		return ht_fail(err, -ENOMEM, "capture: out of memory");
	c->cgroup = c->epoll = -1;
	c->variants = 1;
	if (options->cgroup) {
		c->cgroup = ht_capture_open_cgroup(options->cgroup, err);
		if (c->cgroup < 0)
			return c->cgroup;
	}
	r = libbpf_num_possible_cpus();
	if (r < 0)
		return ht_fail_errno(err, r, "capture: cannot tell the number of CPUs");
	c->cpus = (unsigned)r;
	r = ht_object_load(&c->object, options, c->cpus);
	if (!r)
		r = set_scope(c);
	if (!r)
		r = learn_self(c);
	if (!r)
		r = begin_sequences(c);
	if (!r)
		r = map_counters(c);
	if (!r)
		r = open_rings(c);
	if (r < 0)
		return ht_capture_explain(err, r);
	*ret = TAKE_PTR(c);
	return 0;
}

void ht_capture_close(struct ht_capture *c)
{
	if (!c)
		return;
	ht_capture_detach(c);
	for (unsigned i = 0; i < HT_RINGS; i++)
		if (c->ring[i].consumer_page)
			ht_ring_close(&c->ring[i]);
	if (c->counters)
		munmap((void *)c->counters, c->counters_bytes);
	ht_object_unload(&c->object);
	if (c->epoll >= 0)
		close(c->epoll);
	if (c->cgroup >= 0)
		close(c->cgroup);
	free(c);
}

void ht_capture_want(struct ht_capture *c, enum ht_abi abi, uint32_t call, const struct ht_plan *plan, uint8_t want)
{
	uint8_t any = 0;

	if (abi >= HT_ABI_TABLES || call >= HT_CALLS)
		return;
	c->object.bpf->bss->plans[abi][call] = *plan;
	__atomic_store_n(&c->object.bpf->bss->wanted[abi][call], want, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < HT_ABI_TABLES; i++)
		any |= c->object.bpf->bss->wanted[i][call];
	__atomic_store_n(&c->object.bpf->bss->any_wanted[call], any, __ATOMIC_RELEASE);
}

/* Commands share plans: most differ from each other in nothing that the kernel has to know. */
static int find_variant(struct ht_capture *c, const struct ht_plan *plan)
{
	unsigned i = 1;

	for (; i < c->variants; i++)
		if (memcmp(&c->object.bpf->bss->variants[i], plan, sizeof(*plan)) == 0)
			return (int)i;
	if (i == HT_VARIANTS)
		return -E2BIG;
	c->object.bpf->bss->variants[i] = *plan;
	c->variants = i + 1;
	return (int)i;
}

int ht_capture_command(struct ht_capture *c, enum ht_abi abi, uint32_t call, uint32_t value, enum ht_route route,
		       const struct ht_plan *variant)
{
	struct command_key key = { .value = value, .call = (uint16_t)call, .abi = (uint16_t)abi };
	int index = variant ? find_variant(c, variant) : 0;
	uint32_t to = HT_COMMAND((uint32_t)route, (uint32_t)index);

	return index < 0 ? index : bpf_map_update_elem(bpf_map__fd(c->object.bpf->maps.commands), &key, &to, BPF_ANY);
}

int ht_capture_part(struct ht_capture *c, enum ht_abi abi, uint32_t call, uint32_t value, const struct ht_part *part)
{
	struct command_key key = { .value = value, .call = (uint16_t)call, .abi = (uint16_t)abi };

	return bpf_map_update_elem(bpf_map__fd(c->object.bpf->maps.parts), &key, part, BPF_ANY);
}

void ht_capture_want_operation(struct ht_capture *c, uint32_t opcode, const struct ht_uring_op *op, const struct ht_plan *plan,
			       uint8_t want)
{
	ht_uring_want(c->object.uring, opcode, op, plan, want);
}

/* Opens the gate for paths with these four bytes, or for all where a rule has fewer. */
static void open_gate(ht_u8 gates[HT_GATES], const char *four, size_t n, uint32_t class_bits)
{
	uint32_t value;

	if (n >= sizeof(value)) {
		memcpy(&value, four, sizeof(value));
		gates[ht_gate(value)] |= (uint8_t)class_bits;
		return;
	}
	for (unsigned i = 0; i < HT_GATES; i++)
		gates[i] |= (uint8_t)class_bits;
}

int ht_capture_class_prefix(struct ht_capture *c, const char *prefix, size_t n, uint32_t class_bits)
{
	struct class_prefix key = { 0 };

	if (n > HT_CLASS_PREFIX)
		n = HT_CLASS_PREFIX;
	open_gate(c->object.bpf->bss->gate_first, prefix, n, class_bits);
	key.bits = (uint32_t)n * 8;
	memcpy(key.text, prefix, n);
	return bpf_map_update_elem(bpf_map__fd(c->object.bpf->maps.path_prefixes), &key, &class_bits, BPF_ANY);
}

int ht_capture_class_name(struct ht_capture *c, const char *name, size_t n, uint32_t class_bits)
{
	char key[HT_CLASS_NAME] = { 0 };

	if (n >= HT_CLASS_NAME)
		return -E2BIG;
	memcpy(key, name, n);
	open_gate(c->object.bpf->bss->gate_last, name + (n < 4 ? 0 : n - 4), n, class_bits);
	return bpf_map_update_elem(bpf_map__fd(c->object.bpf->maps.path_names), key, &class_bits, BPF_ANY);
}

/* Does anybody want to know of programs that are executed? */
static bool wants_exec(const struct ht_capture *c)
{
	return c->object.bpf->bss->any_wanted[SYS_execve];
}

static bool attach(struct bpf_program *program, struct bpf_link **ret)
{
	*ret = bpf_program__attach(program);
	return *ret;
}

/* What an exec leaves behind is noted before anything asks for it. */
int ht_capture_attach(struct ht_capture *c, struct ht_error *err)
{
	const struct ht_object *o = &c->object;
	int r;

	if ((!wants_exec(c) || attach(o->prepare, &c->prepare_link)) && attach(o->bpf->progs.hosttrail_exec, &c->exec_link) &&
	    (!o->end || attach(o->end, &c->end_link)) && attach(o->bpf->progs.hosttrail_exit, &c->exit_link))
		r = ht_uring_attach(c->object.uring);
	else
		r = -errno;
	if (!r)
		return 0;
	ht_capture_detach(c);
	return ht_capture_explain(err, r);
}

void ht_capture_detach(struct ht_capture *c)
{
	if (!c->exit_link && !c->exec_link && !c->prepare_link && !c->end_link)
		return;
	bpf_link__destroy(TAKE_PTR(c->exit_link));
	bpf_link__destroy(TAKE_PTR(c->end_link));
	bpf_link__destroy(TAKE_PTR(c->exec_link));
	bpf_link__destroy(TAKE_PTR(c->prepare_link));
	ht_uring_detach(c->object.uring);
	/* Programs that were running meanwhile are done once every CPU has been through a grace period. */
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	ht_uring_end(c->object.uring);
}

int ht_capture_wait(struct ht_capture *c, int timeout_ms)
{
	struct epoll_event events[HT_RINGS];
	int r = epoll_wait(c->epoll, events, HT_RINGS, timeout_ms);

	return r < 0 ? -errno : r > 0;
}

struct drain {
	ht_capture_fn fn;
	void *ctx;
	enum ht_ring ring;
};

static int drain_one(void *ctx, const void *record, size_t n)
{
	const struct drain *d = ctx;

	return d->fn(d->ctx, d->ring, record, n);
}

int ht_capture_drain(struct ht_capture *c, uint64_t max_bytes, ht_capture_fn fn, void *ctx)
{
	struct ht_ring_reader *management = &c->ring[HT_RING_MANAGEMENT], *data = &c->ring[HT_RING_DATA];
	struct drain d = { .fn = fn, .ctx = ctx, .ring = HT_RING_MANAGEMENT };
	uint64_t until = ht_ring_produced(data);
	int r;

	r = ht_ring_read(management, ht_ring_produced(management), UINT64_MAX, drain_one, &d);
	if (r < 0)
		return r;
	d.ring = HT_RING_DATA;
	r = ht_ring_read(data, until, max_bytes, drain_one, &d);
	c->caught_up = r == 0 && data->read >= until;
	c->passed = r == 0 && data->read >= c->mark;
	if (c->passed)
		c->mark = ht_ring_produced(data);
	return r;
}

bool ht_capture_caught_up(const struct ht_capture *c)
{
	return c->caught_up;
}

bool ht_capture_passed(const struct ht_capture *c)
{
	return c->passed;
}

void ht_capture_commit(struct ht_capture *c)
{
	for (unsigned i = 0; i < HT_RINGS; i++)
		ht_ring_commit(&c->ring[i]);
}

void ht_capture_fill(const struct ht_capture *c, enum ht_ring ring, uint64_t *ret_used, uint64_t *ret_size)
{
	*ret_used = ht_ring_produced(&c->ring[ring]) - *c->ring[ring].consumer;
	*ret_size = c->ring[ring].size;
}

unsigned ht_capture_cpus(const struct ht_capture *c)
{
	return c->cpus;
}

void ht_capture_counters(const struct ht_capture *c, unsigned cpu, struct ht_capture_counters *ret)
{
	if (cpu < c->cpus)
		memcpy(ret, &c->counters[cpu], sizeof(*ret));
}

size_t ht_capture_losses(const struct ht_capture *c, struct ht_capture_loss *ret, size_t max)
{
	int fd = bpf_map__fd(c->object.bpf->maps.losses);
	struct loss_key key, *previous = NULL;
	size_t n = 0;

	while (n < max && bpf_map_get_next_key(fd, previous, &key) == 0) {
		uint64_t lost = 0;

		previous = &key;
		if (bpf_map_lookup_elem(fd, &key, &lost) == 0)
			ret[n++] = (struct ht_capture_loss){ key.uid, key.ring, key.cause, lost };
	}
	return n;
}

bool ht_capture_scope_alive(const struct ht_capture *c)
{
	return c->cgroup < 0 || faccessat(c->cgroup, "cgroup.procs", F_OK, 0) == 0;
}
