/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the analyzer cannot see from one file: ht_fail() and ht_fail_errno() return the code that they are given.
 */
#include "base/error.h"

#define ht_fail(err, code, ...) (ht_fail(err, code, __VA_ARGS__), (code))
#define ht_fail_errno(err, code, ...) (ht_fail_errno(err, code, __VA_ARGS__), (code))
