/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls_file.def: descriptors. */
#include "calls/calls.h"

CALLS(open)
{
	int fd = (int)works(call(open, "file", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640));

	fails(EEXIST, call(open, "file", O_RDWR | O_CREAT | O_EXCL, 0640));
	fails(ENOENT, call(open, "none", O_RDONLY | O_NONBLOCK));
	works(call(open, string_at_border("."), O_RDONLY | O_DIRECTORY));
	fails(EFAULT, call(open, unmapped(), O_WRONLY));
	close(fd);
}

CALLS(umask)
{
	works(call(umask, 027));
}

CALLS(close)
{
	int fd = scratch_file("file", "content");

	works(call(close, fd));
	fails(EBADF, call(close, fd));
	fails(EBADF, call(close, -1));
}
