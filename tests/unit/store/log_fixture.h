/* SPDX-License-Identifier: BSD-2-Clause */
/* A directory of the test's own with the names of one log in it. */
#ifndef TESTS_UNIT_STORE_LOG_FIXTURE_H
#define TESTS_UNIT_STORE_LOG_FIXTURE_H

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char directory[PATH_MAX], path[PATH_MAX + 16], partial[PATH_MAX + 32], recovering[PATH_MAX + 32];

static inline int make_directory(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(directory, sizeof(directory), "%s/log.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/log", directory);
	snprintf(partial, sizeof(partial), "%s.partial", path);
	snprintf(recovering, sizeof(recovering), "%s.recovering", path);
	return 0;
}

static inline int remove_directory(void **state)
{
	(void)state;
	unlink(path);
	unlink(partial);
	unlink(recovering);
	return rmdir(directory);
}

#endif
