/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that are easy to misuse do not compile in this tree. The Makefile passes this header to every source with
 * -include, so nobody has to remember it; the error names the function and what to call instead.
 *
 * The headers that declare the banned functions come first: a function-like macro in front of a declaration breaks it.
 */
#ifndef HT_BASE_BANNED_H
#define HT_BASE_BANNED_H

#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HT_BANNED(function, instead) sorry_##function##_is_banned_use_##instead

/* No bound on what is written. */
#undef strcpy
#define strcpy(dst, src) HT_BANNED(strcpy, memcpy_with_a_length)
#undef stpcpy
#define stpcpy(dst, src) HT_BANNED(stpcpy, memcpy_with_a_length)
#undef strcat
#define strcat(dst, src) HT_BANNED(strcat, snprintf)
#undef sprintf
#define sprintf(...) HT_BANNED(sprintf, snprintf)
#undef vsprintf
#define vsprintf(...) HT_BANNED(vsprintf, vsnprintf)
#undef gets
#define gets(buf) HT_BANNED(gets, getline)

/* A bound, and a result that may lack its terminating zero or means something else than it seems to. */
#undef strncpy
#define strncpy(dst, src, n) HT_BANNED(strncpy, snprintf)
#undef stpncpy
#define stpncpy(dst, src, n) HT_BANNED(stpncpy, snprintf)
#undef strncat
#define strncat(dst, src, n) HT_BANNED(strncat, snprintf)

/* Hidden state, shared by all threads. */
#undef strtok
#define strtok(str, delim) HT_BANNED(strtok, strchr_or_strcspn)
#undef asctime
#define asctime(tm) HT_BANNED(asctime, strftime)
#undef ctime
#define ctime(clock) HT_BANNED(ctime, strftime)
#undef gmtime
#define gmtime(clock) HT_BANNED(gmtime, gmtime_r)
#undef localtime
#define localtime(clock) HT_BANNED(localtime, localtime_r)

/* No way to tell that the text was no number. */
#undef atoi
#define atoi(str) HT_BANNED(atoi, strtol_and_check)
#undef atol
#define atol(str) HT_BANNED(atol, strtol_and_check)
#undef atoll
#define atoll(str) HT_BANNED(atoll, strtoll_and_check)
#undef atof
#define atof(str) HT_BANNED(atof, strtod_and_check)

/* A stack that grows with the input. */
#undef alloca
#define alloca(size) HT_BANNED(alloca, malloc)
#undef strdupa
#define strdupa(str) HT_BANNED(strdupa, strdup)
#undef strndupa
#define strndupa(str, n) HT_BANNED(strndupa, strndup)

/* A name that somebody else may take before it is opened. */
#undef mktemp
#define mktemp(template) HT_BANNED(mktemp, mkstemp)
#undef tmpnam
#define tmpnam(buf) HT_BANNED(tmpnam, mkstemp)
#undef tempnam
#define tempnam(dir, prefix) HT_BANNED(tempnam, mkstemp)

#endif
