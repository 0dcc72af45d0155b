/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NR_openat and so on: the numbers of all the calls that this ABI has, out of the catalogue. The headers of the machine
 * that builds know fewer.
 */
#ifndef HOSTTRAIL_TESTS_CALLS_NUMBERS_H
#define HOSTTRAIL_TESTS_CALLS_NUMBERS_H

/* `_` is no number, and leaves its row out: NUMBER_PROBE__ is the only probe that brings a second word. */
#define NUMBER_PROBE__ , NUMBER_LEFT_OUT
#define NUMBER_SECOND(first, second, ...) second
#define NUMBER_CHOOSE(...) NUMBER_SECOND(__VA_ARGS__)
#define NUMBER_LEFT_OUT(name, number)
#define NUMBER_GIVEN(name, number) NR_##name = (number),
#define NUMBER_ROW(name, number) NUMBER_CHOOSE(NUMBER_PROBE_##number, NUMBER_GIVEN, _)(name, number)

#if defined(__x86_64__)
#define CALL(name, x86_64, i386, arm64, ...) NUMBER_ROW(name, x86_64)
#elif defined(__i386__)
#define CALL(name, x86_64, i386_, arm64, ...) NUMBER_ROW(name, i386_)
#else
#error "no rows are written for this ABI"
#endif

enum call_number {
#include "hosttrail/catalogue/calls.def"
};

#undef CALL

#endif
