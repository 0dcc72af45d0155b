/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/object.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "capture/uring.h"
#include "hosttrail.skel.h"
#include "hosttrail_old.skel.h"

#define MANAGEMENT_BYTES (16u << 20)
#define DATA_BYTES (64u << 20)

static int print_nothing(enum libbpf_print_level level, const char *format, va_list ap)
{
	(void)level;
	(void)format;
	(void)ap;
	return 0;
}

static int configure(struct ht_object *object, const struct ht_capture_options *o, unsigned cpus)
{
	uint32_t management = o->management_bytes ? o->management_bytes : MANAGEMENT_BYTES;
	uint32_t data = o->data_bytes ? o->data_bytes : DATA_BYTES;
	struct hosttrail_bpf *bpf = object->bpf;
	int r;

	bpf->rodata->scoped = o->cgroup != NULL;
	bpf->rodata->ends_wanted = o->thread_ends;
	bpf->rodata->content_bytes = o->content_bytes;
	if (o->argument_bytes)
		bpf->rodata->argument_bytes = o->argument_bytes < HT_ARGV_BYTES_MAX ? o->argument_bytes : HT_ARGV_BYTES_MAX;
	/* A ring is never so small that user space sleeps through its filling. */
	bpf->rodata->wakeup_bytes = data / 8 < (1u << 20) ? data / 8 : 1u << 20;
	r = bpf_map__set_max_entries(bpf->maps.ring_management, management);
	if (!r)
		r = bpf_map__set_max_entries(bpf->maps.ring_data, data);
	if (!r)
		r = bpf_map__set_max_entries(bpf->maps.counters, cpus);
	if (!r)
		r = bpf_map__set_max_entries(bpf->maps.scratches, cpus);
	return r;
}

static bool has_tracepoint(const struct btf *kernel, const char *name)
{
	char type[64];

	snprintf(type, sizeof(type), "btf_trace_%s", name);
	return btf__find_by_name_kind(kernel, type, BTF_KIND_TYPEDEF) > 0;
}

/* Does a tracepoint hand over so many arguments? */
static bool tells(const struct btf *kernel, const char *name, unsigned arguments)
{
	const struct btf_type *type;
	char text[64];
	int id;

	snprintf(text, sizeof(text), "btf_trace_%s", name);
	id = btf__find_by_name_kind(kernel, text, BTF_KIND_TYPEDEF);
	type = id > 0 ? btf__type_by_id(kernel, (uint32_t)id) : NULL;
	type = type ? btf__type_by_id(kernel, type->type) : NULL;
	type = type && btf_is_ptr(type) ? btf__type_by_id(kernel, type->type) : NULL;
	/* The first one is the tracepoint's own. */
	return type && btf_is_func_proto(type) && btf_vlen(type) > arguments;
}

/* What is not needed is not loaded; what the kernel has no tracepoint for could not be. */
static void choose_programs(struct ht_object *object, const struct btf *kernel, const struct ht_capture_options *o)
{
	struct hosttrail_bpf *bpf = object->bpf;
	struct bpf_program *const some[] = {
		bpf->progs.hosttrail_exec_prepare, bpf->progs.hosttrail_exec_rename, bpf->progs.hosttrail_end_told,
		bpf->progs.hosttrail_end,
	};

	object->prepare = has_tracepoint(kernel, "sched_prepare_exec") ? bpf->progs.hosttrail_exec_prepare :
									 bpf->progs.hosttrail_exec_rename;
	if (o->process_ends || o->thread_ends)
		object->end = tells(kernel, "sched_process_exit", 2) ? bpf->progs.hosttrail_end_told : bpf->progs.hosttrail_end;
	for (size_t i = 0; i < ARRAY_SIZE(some); i++)
		bpf_program__set_autoload(some[i], some[i] == object->prepare || some[i] == object->end);
}

/* As hosttrail_bpf__open() does, of the object that is asked for. */
static int open_skeleton(struct hosttrail_bpf **ret, bool old)
{
	struct hosttrail_bpf *bpf = calloc(1, sizeof(*bpf));
	int r;

	if (!bpf)
		return -ENOMEM;
	r = hosttrail_bpf__create_skeleton(bpf);
	if (!r && old)
		bpf->skeleton->data = (void *)hosttrail_old_bpf__elf_bytes(&bpf->skeleton->data_sz);
	if (!r)
		r = bpf_object__open_skeleton(bpf->skeleton, NULL);
	if (r < 0) {
		hosttrail_bpf__destroy(bpf);
		return r;
	}
	*ret = bpf;
	return 0;
}

static int load(struct ht_object *ret, const struct btf *kernel, const struct ht_capture_options *options, unsigned cpus, bool old)
{
	struct ht_object o = { 0 };
	int r;

	r = open_skeleton(&o.bpf, old);
	if (!r) {
		choose_programs(&o, kernel, options);
		r = configure(&o, options, cpus);
	}
	if (!r)
		r = ht_uring_open(&o.uring, o.bpf);
	if (!r)
		r = hosttrail_bpf__load(o.bpf);
	if (r < 0) {
		ht_object_unload(&o);
		return r;
	}
	*ret = o;
	return 0;
}

int ht_object_load(struct ht_object *ret, const struct ht_capture_options *options, unsigned cpus)
{
	struct btf *kernel;
	int r = -EINVAL;

	libbpf_set_print(print_nothing);
	kernel = btf__load_vmlinux_btf();
	if (!kernel)
		return -errno;
	if (btf__find_by_name_kind(kernel, "bpf_rdonly_cast", BTF_KIND_FUNC) > 0)
		r = load(ret, kernel, options, cpus, false);
	/* What a verifier between does not follow is done by the helper in every kernel. */
	if (r == -EINVAL || r == -EACCES || r == -E2BIG)
		r = load(ret, kernel, options, cpus, true);
	btf__free(kernel);
	return r;
}

void ht_object_unload(struct ht_object *o)
{
	ht_uring_close(TAKE_PTR(o->uring));
	hosttrail_bpf__destroy(TAKE_PTR(o->bpf));
}
