/* SPDX-License-Identifier: BSD-2-Clause */
#include "sign/reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

static int path_of(const char *state, char path[PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/reserve", state);

	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

int ht_reserve_make(const char *state)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX];
	struct stat st;
	int r = path_of(state, path);

	if (r < 0)
		return r;
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && st.st_size >= HT_RESERVE_BYTES && st.st_blocks >= HT_RESERVE_BYTES / 512)
		return 0;
	r = -posix_fallocate(fd, 0, HT_RESERVE_BYTES);
	if (r < 0)
		unlink(path);
	return r;
}

void ht_reserve_release(const char *state)
{
	char path[PATH_MAX];

	if (path_of(state, path) == 0)
		unlink(path);
}
