/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scope-bound ownership. A variable marked _cleanup_x_ is released when its scope ends, whichever way; what
 * leaves the scope alive leaves through TAKE_PTR() or TAKE_FD(). Every release function accepts NULL (or -1).
 */
#ifndef HT_BASE_CLEANUP_H
#define HT_BASE_CLEANUP_H

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))

static inline void ht_cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void ht_cleanup_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

static inline void ht_cleanup_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline void ht_cleanup_closedir(DIR **d)
{
	if (*d)
		closedir(*d);
}

#define _cleanup_free_ _cleanup_(ht_cleanup_free)
#define _cleanup_close_ _cleanup_(ht_cleanup_close)
#define _cleanup_fclose_ _cleanup_(ht_cleanup_fclose)
#define _cleanup_closedir_ _cleanup_(ht_cleanup_closedir)

/* Defines the cleanup function NAME_p for a release function that takes T * and returns T * (NULL) or nothing. */
#define DEFINE_CLEANUP(type, release)                    \
	static inline void release##_p(type *p)          \
	{                                                \
		if (*p)                                  \
			release(*p);                     \
	}

#define TAKE_PTR(p)                   \
	({                            \
		typeof(p) _t = (p);   \
		(p) = NULL;           \
		_t;                   \
	})

#define TAKE_FD(fd)                   \
	({                            \
		int _t = (fd);        \
		(fd) = -1;            \
		_t;                   \
	})

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
