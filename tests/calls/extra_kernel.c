/* SPDX-License-Identifier: BSD-2-Clause */
/* Every command and flag that has a name, of the calls to the kernel and the host: without rights where it matters. */
#include "calls/calls.h"
#include "calls/child.h"
#include "calls/tables.h"

#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <string.h>

#define NO_FD 9999

static union bpf_attr attr;

static union bpf_attr *cleared(void)
{
	return memset(&attr, 0, sizeof attr);
}

static long bpf(unsigned long command)
{
	return call(bpf, command, &attr, sizeof attr);
}

static void maps(void)
{
	FOR_EACH(type, bpf_map_types) {
		cleared()->map_type = (uint32_t)type;
		attr.key_size = 4;
		attr.value_size = 4;
		attr.max_entries = 1;
		memcpy(attr.map_name, "hosttrail", 10);
		close((int)bpf(BPF_MAP_CREATE));
	}
	FOR_EACH(flag, bpf_map_flags) {
		cleared()->map_type = BPF_MAP_TYPE_HASH;
		attr.key_size = attr.value_size = 4;
		attr.max_entries = 1;
		attr.map_flags = (uint32_t)flag;
		close((int)bpf(BPF_MAP_CREATE));
	}
	FOR_EACH(flag, bpf_update_flags) {
		cleared()->map_fd = NO_FD;
		attr.flags = flag;
		bpf(BPF_MAP_UPDATE_ELEM);
	}
}

static void programs(void)
{
	FOR_EACH(type, bpf_program_types) {
		cleared()->prog_type = (uint32_t)type;
		attr.license = (uintptr_t)"none";
		memcpy(attr.prog_name, "no_program", 11);
		bpf(BPF_PROG_LOAD);
	}
	FOR_EACH(flag, bpf_program_flags) {
		cleared()->prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
		attr.prog_flags = (uint32_t)flag;
		attr.license = (uintptr_t)"none";
		bpf(BPF_PROG_LOAD);
	}
}

static void attachments(void)
{
	FOR_EACH(type, bpf_attach_types) {
		cleared()->target_fd = NO_FD;
		attr.attach_bpf_fd = NO_FD;
		attr.attach_type = (uint32_t)type;
		bpf(BPF_PROG_ATTACH);
		bpf(BPF_PROG_DETACH);
		bpf(BPF_PROG_QUERY);
		cleared()->link_create.prog_fd = NO_FD;
		attr.link_create.target_fd = NO_FD;
		attr.link_create.attach_type = (uint32_t)type;
		bpf(BPF_LINK_CREATE);
	}
	FOR_EACH(flag, bpf_attach_flags) {
		cleared()->target_fd = NO_FD;
		attr.attach_bpf_fd = NO_FD;
		attr.attach_flags = (uint32_t)flag;
		bpf(BPF_PROG_ATTACH);
	}
}

EXTRA(names_of_bpf)
{
	maps();
	programs();
	attachments();
	/* Descriptor 0 is no map, program, link or cgroup; without rights nothing is switched on either. */
	drop_capabilities();
	FOR_EACH(command, bpf_commands) {
		cleared();
		bpf(command);
	}
}

static void event(uint64_t type, uint64_t config, uint64_t sampled)
{
	struct perf_event_attr attributes;

	memset(&attributes, 0, sizeof attributes);
	attributes.size = sizeof attributes;
	attributes.type = (uint32_t)type;
	attributes.config = config;
	attributes.sample_type = sampled;
	attributes.disabled = 1;
	attributes.exclude_kernel = 1;
	close((int)call(perf_event_open, &attributes, 0, -1, -1, 0));
}

EXTRA(names_of_perf)
{
	FOR_EACH(type, perf_types)
		event(type, 0, 0);
	FOR_EACH(config, perf_hardware_events)
		event(PERF_TYPE_HARDWARE, config, 0);
	FOR_EACH(config, perf_software_events)
		event(PERF_TYPE_SOFTWARE, config, 0);
	FOR_EACH(cache, perf_cache_events)
		FOR_EACH(operation, perf_cache_operations)
			FOR_EACH(result, perf_cache_results)
				event(PERF_TYPE_HW_CACHE, cache | operation << 8 | result << 16, 0);
	FOR_EACH(sample, perf_sample_types)
		event(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY, sample);
	FOR_EACH(flag, perf_flags)
		call(perf_event_open, unreadable(), 0, -1, -1, flag);
}

EXTRA(names_of_the_host)
{
	drop_capabilities();
	FOR_EACH(command, reboot_commands)
		fails(EPERM, call(reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, command, NULL));
	FOR_EACH(flag, kexec_flags)
		fails(EPERM, call(kexec_load, 0, 0, NULL, flag));
	FOR_EACH(architecture, kexec_architectures)
		fails(EPERM, call(kexec_load, 0, 0, NULL, architecture));
	FOR_EACH(flag, module_flags)
		fails(EPERM, call(finit_module, 9999, "", flag));
	FOR_EACH(flag, delete_module_flags)
		fails(EPERM, call(delete_module, "no_such_module", flag));
	FOR_EACH(flag, random_flags)
		call(getrandom, out, 1, flag);
#ifdef __x86_64__
	FOR_EACH(flag, kexec_file_flags)
		fails(EPERM, call(kexec_file_load, 9999, -1, 1, "", flag));
#endif
}
