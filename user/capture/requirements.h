/* SPDX-License-Identifier: BSD-2-Clause */
/* What capture needs of the machine, and what to say when it is not there. */
#ifndef HT_CAPTURE_REQUIREMENTS_H
#define HT_CAPTURE_REQUIREMENTS_H

#include "base/error.h"

/* Privileges, BTF, BPF ring buffers. -EPERM or -ENOTSUP. */
int ht_capture_require(struct ht_error *err);

/* A descriptor of a cgroup v2 directory. -ENOENT, -ENOTDIR, -EINVAL (not of a cgroup v2 filesystem), … */
int ht_capture_open_cgroup(const char *path, struct ht_error *err);

/* What the kernel's refusal to load or attach means; returns code. */
int ht_capture_explain(struct ht_error *err, int code);

#endif
