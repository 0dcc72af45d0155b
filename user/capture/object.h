/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The programs, chosen for the kernel, told what they have to know, and loaded. There are two objects of the same
 * programs and maps, for kernels from 6.2 on and for those before (bpf/object.h); one skeleton stands for both.
 */
#ifndef HT_CAPTURE_OBJECT_H
#define HT_CAPTURE_OBJECT_H

#include "capture/capture.h"

struct bpf_program;
struct hosttrail_bpf;
struct ht_uring_capture;

struct ht_object {
	struct hosttrail_bpf *bpf;
	struct ht_uring_capture *uring;
	/* Of programs for the same thing, the one whose tracepoint this kernel has. */
	struct bpf_program *prepare, *end; /* end NULL: not wanted */
};

/* cpus: that are possible. Nothing is attached yet. Errors as the kernel gave them. */
int ht_object_load(struct ht_object *ret, const struct ht_capture_options *options, unsigned cpus);
void ht_object_unload(struct ht_object *o); /* one that was never loaded, all zero, is accepted */

#endif
