/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/requirements.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/io.h"

#define BTF_PATH "/sys/kernel/btf/vmlinux"
#define CAP(bit) (1ull << (bit))

static uint64_t effective_capabilities(void)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	const char *line;

	if (ht_read_file(AT_FDCWD, "/proc/self/status", 64 * 1024, &b) < 0)
		return 0;
	ht_buffer_byte(&b, '\0');
	line = ht_buffer_status(&b) < 0 ? NULL : strstr(b.data, "\nCapEff:");
	return line ? strtoull(line + sizeof("\nCapEff:") - 1, NULL, 16) : 0;
}

static int require_privileges(struct ht_error *err)
{
	uint64_t have = effective_capabilities();

	/* CAP_SYS_ADMIN stood for both before 5.8 and still does. */
	if (have & CAP(CAP_SYS_ADMIN))
		return 0;
	if ((have & CAP(CAP_BPF)) && (have & CAP(CAP_PERFMON)))
		return 0;
	return ht_fail(err, -EPERM, "recording needs root, or the capabilities CAP_BPF and CAP_PERFMON; run it with sudo");
}

int ht_capture_require(struct ht_error *err)
{
	struct utsname name = { 0 };
	int r;

	r = require_privileges(err);
	if (r < 0)
		return r;
	uname(&name);
	if (access(BTF_PATH, R_OK) < 0)
		return ht_fail(err, -ENOTSUP,
			       "kernel %.64s: no type information (" BTF_PATH "); run a kernel built with CONFIG_DEBUG_INFO_BTF=y",
			       name.release);
	libbpf_set_print(NULL);
	if (libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL) != 1)
		return ht_fail(err, -ENOTSUP, "kernel %.64s: no BPF ring buffers; run Linux 5.10 or newer", name.release);
	return 0;
}

int ht_capture_open_cgroup(const char *path, struct ht_error *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (fd < 0)
		return ht_fail_errno(err, -errno, "cgroup %s: cannot be opened; name a directory of the cgroup v2 tree", path);
	if (fstatfs(fd, &fs) < 0)
		return ht_fail_errno(err, -errno, "cgroup %s", path);
	if (fs.f_type != CGROUP2_SUPER_MAGIC)
		return ht_fail(err, -EINVAL, "cgroup %s: not a cgroup v2; `findmnt -t cgroup2` shows where they are", path);
	return TAKE_FD(fd);
}

int ht_capture_explain(struct ht_error *err, int code)
{
	switch (-code) {
	case EPERM:
	case EACCES:
		return ht_fail_errno(err, code,
				     "the kernel refused the BPF programs; check kernel lockdown (/sys/kernel/security/lockdown), "
				     "seccomp and the capabilities CAP_BPF and CAP_PERFMON");
	case EINVAL:
		/* The verifier's answer to a helper that it does not know, or that lockdown forbids. */
		return ht_fail(err, -ENOTSUP,
			       "this kernel does not let BPF programs do what recording takes; it is older than Linux 5.10, "
			       "or locked down so that nobody may read its memory (lockdown=confidentiality)");
	case ESRCH:
		return ht_fail_errno(err, code, "this kernel lacks a tracepoint that hosttrail attaches to");
	case ENOMEM:
		return ht_fail_errno(err, code, "no memory for the rings; free some, or raise the memory limit of this cgroup");
	default:
		return ht_fail_errno(err, code, "the kernel did not load or attach the BPF programs");
	}
}
