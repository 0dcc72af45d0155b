/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paths however they are spelled and wherever they lead: paths DIRECTORY, below which control/ is a control-plane path.
 * What the kernel opened it says itself; of a name that was changed only the caller's spelling is known, and what it led
 * to is looked up afterwards.
 */
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "capture/support/expect.h"

static char *dir, *control, *plain;

static void make_file(const char *path)
{
	int fd;

	mute();
	fd = open(path, O_RDWR | O_CREAT, 0600);
	NEED(fd >= 0);
	close(fd);
	unmute();
}

/* Opens for writing, and expects that the record says what was opened. */
static void opens(const char *spelled, const char *real)
{
	long fd = CALL(open, spelled, O_WRONLY);

	expect(.event = "OpenFile", .plane = MANAGEMENT, .request = T("{\"path\":%s,\"flags\":[\"O_WRONLY\"]}", J(spelled)),
	       .response = PATH(real), .resources = R1("File", real, "kernel"));
	NEED(fd >= 0);
	close((int)fd);
}

/* Deletes what was just made; resolved: where the spelling leads over links, NULL if nowhere else. */
static void deletes(const char *spelled, const char *normal, const char *resolved, enum plane plane)
{
	make_file(spelled);
	NEED(CALL(unlink, spelled) == 0);
	expect(.event = "DeleteFile", .plane = plane, .request = T("{\"path\":%s}", J(spelled)),
	       .resources = resolved ? T("[%s,%s]", R("File", normal, "caller"), R("File", resolved, "resolved")) :
				       R1("File", normal, "caller"));
}

static void spellings(void)
{
	char *file = T("%s/f", control);
	const char *ways[] = {
		T("%s//f", control), T("%s/./f", control), T("%s/../control/f", control), T("//%s/f", control + 1),
		T("%s/plain/.././/control/../control/f", dir),
	};

	make_file(file);
	opens(file, file);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		opens(ways[i], file);
	deletes(file, file, NULL, MANAGEMENT);
	/* The kernel compares no more than texts: whatever needs normalising is decided by user space. */
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		deletes(ways[i], file, NULL, MANAGEMENT_UNDECIDED);
	/* Out of the control-plane path by dots, and a name that only begins like it: neither is management. */
	make_file(T("%s/../plain/g", control));
	CALL(unlink, T("%s/../plain/g", control));
	make_file(T("%s/controlled", dir));
	CALL(unlink, T("%s/controlled", dir));
}

static void relative(void)
{
	char *file = T("%s/f", control);
	int fd;

	NEED(chdir(control) == 0);
	describe();
	make_file(file);
	opens("f", file);
	opens("./f", file);
	opens("../control/f", file);
	deletes("f", file, NULL, MANAGEMENT_UNDECIDED);
	deletes("file", T("%s/file", control), NULL, MANAGEMENT);
	deletes("../control//f", file, NULL, MANAGEMENT_UNDECIDED);
	/* Below a directory's descriptor. */
	NEED(chdir(plain) == 0);
	describe();
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	NEED(fd >= 0);
	make_file(file);
	NEED(CALL(openat, fd, "control/f", O_RDWR) >= 0);
	expect(.event = "OpenFile", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":%d,\"dirfdPath\":%s,\"path\":\"control/f\",\"flags\":[\"O_RDWR\"]}", fd, J(dir)),
	       .response = PATH(file), .resources = R1("File", file, "kernel"));
	CALL(openat, fd, "control/none", O_RDWR);
	expect(.event = "OpenFile", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":%d,\"dirfdPath\":%s,\"path\":\"control/none\",\"flags\":[\"O_RDWR\"]}", fd, J(dir)),
	       .resources = R1("File", T("%s/none", control), "caller"));
	for (int i = 0; i < 2; i++) {
		CALL(unlinkat, fd, "control/f", 0);
		expect(.event = "DeleteFile", .plane = MANAGEMENT,
		       .request = T("{\"dirfd\":%d,\"dirfdPath\":%s,\"path\":\"control/f\",\"flags\":[]}", fd, J(dir)),
		       .resources = R1("File", file, "caller"));
	}
	/* An absolute path takes no notice of the descriptor, a wrong descriptor has no path. */
	CALL(unlinkat, fd, file, 0);
	expect(.event = "DeleteFile", .plane = MANAGEMENT, .request = T("{\"dirfd\":%d,\"path\":%s,\"flags\":[]}", fd, J(file)),
	       .resources = R1("File", file, "caller"));
	CALL(fchmodat, 4711, "f", 0);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"dirfd\":4711,\"path\":\"f\",\"mode\":\"0000\"}");
	NEED(close(fd) == 0 && chdir(dir) == 0);
	describe();
}

static void links(void)
{
	char *to_directory = T("%s/to-control", plain), *to_file = T("%s/to-file", plain), *file = T("%s/f", control);

	NEED(symlink("../control", to_directory) == 0 && symlink(file, to_file) == 0);
	make_file(file);
	opens(T("%s/f", to_directory), file);
	opens(to_file, file);
	/* The link itself is deleted, not what it leads to. */
	CALL(unlink, to_file);
	deletes(T("%s/f", to_directory), T("%s/f", to_directory), file, MANAGEMENT_UNDECIDED);
	mute();
	NEED(mkdir(T("%s/d", control), 0700) == 0);
	unmute();
	CALL(rmdir, T("%s/d", to_directory));
	expect(.event = "DeleteDirectory", .plane = MANAGEMENT_UNDECIDED,
	       .request = T("{\"path\":%s}", J(T("%s/d", to_directory))),
	       .resources = T("[%s,%s]", R("Directory", T("%s/d", to_directory), "caller"),
			      R("Directory", T("%s/d", control), "resolved")));
}

/* Links that mean something else to whoever looks, and names that are links themselves. */
static void links_of_procfs(void)
{
	char *file = T("%s/f", control), *link = T("%s/to-f", plain), *root = T("/proc/self/root%s", file);
	int fd = open(control, O_PATH);

	NEED(fd >= 0 && chdir(control) == 0);
	describe();
	deletes("/proc/self/cwd/f", "/proc/self/cwd/f", file, MANAGEMENT_UNDECIDED);
	deletes(root, root, file, MANAGEMENT_UNDECIDED);
	deletes(T("/dev/fd/%d/f", fd), T("/dev/fd/%d/f", fd), file, MANAGEMENT_UNDECIDED);
	deletes(T("/proc/thread-self/fd/%d/../control/f", fd), T("/proc/thread-self/fd/control/f"), file, MANAGEMENT_UNDECIDED);
	NEED(chdir(dir) == 0 && symlink(file, link) == 0);
	describe();
	make_file(file);
	CALL(truncate, link, 0);
	expect(.event = "TruncateFile", .plane = MANAGEMENT_UNDECIDED, .request = T("{\"path\":%s,\"length\":0}", J(link)),
	       .resources = T("[%s,%s]", R("File", link, "caller"), R("File", file, "resolved")));
}

/* What is bound elsewhere is told by where the caller sees it. */
static void mounts(void)
{
	char *bound = T("%s/bound", plain), *file = T("%s/bound/f", plain), *inside = T("%s/inside", control);

	mute();
	NEED(unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	NEED(mkdir(bound, 0700) == 0 && mkdir(inside, 0700) == 0);
	NEED(mount(control, bound, NULL, MS_BIND, NULL) == 0 && mount("tmpfs", inside, "tmpfs", 0, NULL) == 0);
	make_file(T("%s/f", control));
	describe();
	unmute();
	make_file(T("%s/g", inside));
	opens(T("%s/g", inside), T("%s/g", inside));
	/* Below the bound directory, which is no control-plane path. */
	CALL(open, file, O_WRONLY);
	CALL(fchmodat, AT_FDCWD, file, 0600);
	expect(.event = "ChangeMode", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"mode\":\"0600\"}", J(file)),
	       .resources = R1("File", file, "caller"));
	mute();
	NEED(umount2(bound, MNT_DETACH) == 0 && umount2(inside, MNT_DETACH) == 0);
	NEED(rmdir(bound) == 0 && rmdir(inside) == 0);
	unmute();
}

/* Everything is told as the caller sees it: from its own root. */
static void changed_root(void)
{
	char *root = T("%s/root", plain);

	mute();
	NEED(mkdir(root, 0700) == 0 && mkdir(T("%s/d", root), 0700) == 0 && chdir("/") == 0);
	unmute();
	describe();
	CALL(chroot, T("%s/none", root));
	expect(.event = "ChangeRoot", .source = "mount", .plane = MANAGEMENT, .request = T("{\"path\":%s}", J(T("%s/none", root))),
	       .resources = R1("Directory", T("%s/none", root), "caller"));
	NEED(CALL(chroot, root) == 0 && chdir("/") == 0);
	describe_directory(&self, "/");
	expect(.event = "ChangeRoot", .source = "mount", .plane = MANAGEMENT, .request = T("{\"path\":%s}", J(root)),
	       .resources = R1("Directory", root, "caller"));
	CALL(chmod, "d", 0755);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"path\":\"d\",\"mode\":\"0755\"}",
	       .resources = R1("File", "/d", "caller"));
	NEED(chdir("d") == 0);
	describe_directory(&self, "/d");
	CALL(chmod, "..", 0755);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"path\":\"..\",\"mode\":\"0755\"}",
	       .resources = R1("File", "/", "caller"));
}

/* A working directory that was deleted is told by the name it had. */
static void deleted_directory(void)
{
	char *gone = T("%s/gone", plain);

	NEED(mkdir(gone, 0700) == 0 && chdir(gone) == 0 && rmdir(gone) == 0);
	describe();
	describe_directory(&self, gone);
	CALL(chmod, "none", 0);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"path\":\"none\",\"mode\":\"0000\"}",
	       .resources = R1("File", T("%s/none", gone), "caller"));
	CALL(chmod, ".", 0700);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"path\":\".\",\"mode\":\"0700\"}",
	       .resources = R1("File", gone, "caller"));
}

int main(int argc, char **argv)
{
	NEED(argc == 2);
	dir = argv[1];
	control = T("%s/control", dir);
	plain = T("%s/plain", dir);
	expect_begin();
	spellings();
	relative();
	links();
	links_of_procfs();
	in_child(mounts);
	in_child(changed_root);
	in_child(deleted_directory);
	expect_finish();
}
