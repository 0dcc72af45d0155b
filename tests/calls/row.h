/* SPDX-License-Identifier: BSD-2-Clause */
/* What the runner and the support of the rows share. */
#ifndef HOSTTRAIL_TESTS_CALLS_ROW_H
#define HOSTTRAIL_TESTS_CALLS_ROW_H

#include <stdbool.h>

/* Whether a call of this row, whose process this is, ended otherwise than meant. */
extern bool row_failed;

#endif
