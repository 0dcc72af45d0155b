/* SPDX-License-Identifier: BSD-2-Clause */
/* Files whose path is not what it seems: below mounts, other roots, deleted directories, links and /proc. */
#include "calls/calls.h"

#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

EXTRA(place_deleted)
{
	int fd = scratch_file("file", "content"), dir;

	need(unlink("file") == 0);
	works(call(fchmod, fd, 0600));
	works(call(write, fd, "more", 4));
	need(mkdir("dir", 0700) == 0);
	dir = open("dir", O_RDONLY | O_DIRECTORY);
	need(rmdir("dir") == 0);
	fails(ENOENT, call(openat, dir, "file", O_RDWR | O_CREAT, 0600));
	works(call(openat, dir, ".", O_RDONLY | O_DIRECTORY));
	need(mkdir("gone", 0700) == 0 && chdir("gone") == 0 && rmdir("../gone") == 0);
	fails(ENOENT, call(open, "file", O_RDWR | O_CREAT, 0600));
	works(call(open, "..", O_RDONLY));
}

EXTRA(place_links)
{
	char path[64];
	int fd = scratch_file("file", "content"), memory = memfd_create("memory", 0);

	need(symlink("file", "link") == 0 && symlink("loop", "loop") == 0 && mkdir("dir", 0700) == 0);
	need(symlink("../link", "dir/link") == 0);
	works(call(open, "dir/link", O_RDWR));
	fails(ELOOP, call(open, "dir/link", O_RDWR | O_NOFOLLOW));
	fails(ELOOP, call(open, "loop", O_RDONLY));
	works(call(chmod, "link", 0640));
	need(snprintf(path, sizeof(path), "/proc/self/fd/%d", fd) > 0);
	works(call(open, path, O_RDONLY));
	works(call(truncate, path, 3));
	need(snprintf(path, sizeof(path), "/dev/fd/%d", memory) > 0);
	works(call(open, path, O_RDWR | O_TRUNC));
	works(call(open, "//proc///self/../self/status", O_RDONLY));
	works(call(openat, 999, "/dev/null", O_WRONLY)); /* absolute: the directory is not looked at */
}

EXTRA(place_mounted)
{
	int inside, outside = open(".", O_RDONLY | O_DIRECTORY);

	own_namespaces(CLONE_NEWNS);
	need(mkdir("mounted", 0755) == 0 && mount("source", "mounted", "tmpfs", 0, "size=64k") == 0);
	need(close(scratch_file("mounted/file", "content")) == 0);
	works(call(open, "mounted/file", O_RDWR));
	works(call(open, "mounted/..", O_RDONLY));
	works(call(openat, outside, "mounted", O_RDONLY)); /* of the namespace before: what lies below the mount */
	need(mkdir("bound", 0755) == 0 && mount("mounted", "bound", NULL, MS_BIND, NULL) == 0);
	works(call(chmod, "bound/file", 0600));
	inside = open("bound", O_RDONLY | O_DIRECTORY);
	need(umount2("bound", MNT_DETACH) == 0);
	works(call(openat, inside, "file", O_RDONLY)); /* of a mount that is nowhere any more */
	works(call(fchmodat, inside, "file", 0640));
}

static int below_other_root(void *argument)
{
	int outside = open("/", O_RDONLY | O_DIRECTORY);

	(void)argument;
	if (chroot("root") != 0 || chdir("/sub") != 0)
		return 0;
	works(call(open, "/file", O_RDWR));
	works(call(open, "../file", O_RDWR));
	works(call(open, "../../../file", O_RDWR));
	fails(ENOENT, call(open, "/proc/self/status", O_RDONLY));
	works(call(openat, outside, "proc/self/status", O_RDONLY));
	works(call(getcwd, out, sizeof(out)));
	works(call(fchdir, outside));
	works(call(getcwd, out, sizeof(out))); /* (unreachable)/ */
	works(call(open, "proc/self/status", O_RDONLY));
	return 0;
}

EXTRA(place_other_root)
{
	int status;

	need(mkdir("root", 0755) == 0 && mkdir("root/sub", 0755) == 0);
	need(close(scratch_file("root/file", "content")) == 0);
	status = in_child(below_other_root, NULL);
	need(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
