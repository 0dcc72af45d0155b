/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* The same programs for kernels before 6.2 (object.h). */
#define HT_OLD_KERNEL
#include "hosttrail.bpf.c"
