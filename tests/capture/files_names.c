/* SPDX-License-Identifier: BSD-2-Clause */
/* Making, changing and deleting names: files_names DIRECTORY, below which control/ is a control-plane path. */
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "capture/support/expect.h"

static char *control, *plain;

/* A record of a call that changes names, which only the caller spelled. */
static void named(const char *event, const char *request, const char *resources)
{
	expect(.event = event, .plane = MANAGEMENT, .request = request, .resources = resources);
}

static char *R2(const char *type, const char *first, const char *second)
{
	return T("[%s,%s]", R(type, first, "caller"), R(type, second, "caller"));
}

static void directories(void)
{
	char *d = T("%s/dir", control), *e = T("%s/dir2", control);

	for (int i = 0; i < 2; i++) {
		CALL(mkdir, d, 0750);
		named("CreateDirectory", T("{\"path\":%s,\"mode\":\"0750\"}", J(d)), R1("Directory", d, "caller"));
	}
	for (int i = 0; i < 2; i++) {
		CALL(mkdirat, AT_FDCWD, e, 01777);
		named("CreateDirectory", T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"mode\":\"01777\"}", J(e)),
		      R1("Directory", e, "caller"));
	}
	for (int i = 0; i < 2; i++) {
		CALL(rmdir, d);
		named("DeleteDirectory", T("{\"path\":%s}", J(d)), R1("Directory", d, "caller"));
	}
	for (int i = 0; i < 2; i++) {
		CALL(unlinkat, AT_FDCWD, e, AT_REMOVEDIR);
		named("DeleteDirectory", T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"AT_REMOVEDIR\"]}", J(e)),
		      R1("File", e, "caller"));
	}
}

static void links(void)
{
	char *a = T("%s/a", control), *b = T("%s/b", control), *c = T("%s/c", control), *s = T("%s/symbolic", control);

	NEED(close(open(T("%s/source", plain), O_CREAT | O_RDWR, 0600)) == 0);
	NEED(rename(T("%s/source", plain), T("%s/kept", plain)) == 0);
	CALL(link, T("%s/kept", plain), a);
	named("CreateLink", T("{\"oldPath\":%s,\"newPath\":%s}", J(T("%s/kept", plain)), J(a)), R2("File", T("%s/kept", plain), a));
	CALL(link, a, a);
	named("CreateLink", T("{\"oldPath\":%s,\"newPath\":%s}", J(a), J(a)), R2("File", a, a));
	CALL(linkat, AT_FDCWD, a, AT_FDCWD, b, AT_SYMLINK_FOLLOW);
	named("CreateLink",
	      T("{\"oldDirfd\":\"AT_FDCWD\",\"oldPath\":%s,\"newDirfd\":\"AT_FDCWD\",\"newPath\":%s,"
		"\"flags\":[\"AT_SYMLINK_FOLLOW\"]}", J(a), J(b)), R2("File", a, b));
	CALL(linkat, AT_FDCWD, c, AT_FDCWD, b, 0);
	named("CreateLink", T("{\"oldDirfd\":\"AT_FDCWD\",\"oldPath\":%s,\"newDirfd\":\"AT_FDCWD\",\"newPath\":%s,\"flags\":[]}",
			      J(c), J(b)), R2("File", c, b));
	CALL(symlink, "../plain/kept", s);
	named("CreateSymbolicLink", T("{\"target\":\"../plain/kept\",\"path\":%s}", J(s)), R1("File", s, "caller"));
	CALL(symlinkat, "nowhere", AT_FDCWD, s);
	named("CreateSymbolicLink", T("{\"target\":\"nowhere\",\"dirfd\":\"AT_FDCWD\",\"path\":%s}", J(s)), R1("File", s, "caller"));
}

static void renames(void)
{
	char *a = T("%s/a", control), *b = T("%s/b", control), *c = T("%s/c", control), *out = T("%s/out", plain);

	CALL(rename, a, c);
	named("RenameFile", T("{\"oldPath\":%s,\"newPath\":%s}", J(a), J(c)), R2("File", a, c));
	CALL(rename, a, c);
	named("RenameFile", T("{\"oldPath\":%s,\"newPath\":%s}", J(a), J(c)), R2("File", a, c));
	/* Out of the control-plane path, and into it. The names behind the first are links of one file: nothing moves. */
	CALL(renameat, AT_FDCWD, c, AT_FDCWD, out);
	named("RenameFile", T("{\"oldDirfd\":\"AT_FDCWD\",\"oldPath\":%s,\"newDirfd\":\"AT_FDCWD\",\"newPath\":%s}", J(c), J(out)),
	      R2("File", c, out));
	CALL(renameat2, AT_FDCWD, out, AT_FDCWD, b, RENAME_NOREPLACE);
	named("RenameFile",
	      T("{\"oldDirfd\":\"AT_FDCWD\",\"oldPath\":%s,\"newDirfd\":\"AT_FDCWD\",\"newPath\":%s,"
		"\"flags\":[\"RENAME_NOREPLACE\"]}", J(out), J(b)), R2("File", out, b));
	CALL(renameat2, AT_FDCWD, out, AT_FDCWD, b, RENAME_EXCHANGE);
	named("RenameFile",
	      T("{\"oldDirfd\":\"AT_FDCWD\",\"oldPath\":%s,\"newDirfd\":\"AT_FDCWD\",\"newPath\":%s,"
		"\"flags\":[\"RENAME_EXCHANGE\"]}", J(out), J(b)), R2("File", out, b));
}

static void deletes(void)
{
	char *b = T("%s/b", control), *s = T("%s/symbolic", control);

	for (int i = 0; i < 2; i++) {
		CALL(unlink, b);
		named("DeleteFile", T("{\"path\":%s}", J(b)), R1("File", b, "caller"));
	}
	for (int i = 0; i < 2; i++) {
		CALL(unlinkat, AT_FDCWD, s, 0);
		named("DeleteFile", T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[]}", J(s)), R1("File", s, "caller"));
	}
	/* Elsewhere it is data, whether it succeeds or not. */
	CALL(unlink, T("%s/out", plain));
	CALL(unlink, T("%s/out", plain));
	CALL(mkdir, T("%s/d", plain), 0700);
	CALL(rmdir, T("%s/d", plain));
}

/* A device is management wherever it is made; other special files go by their path. */
static void special_files(void)
{
	char *node = T("%s/null", plain), *fifo = T("%s/pipe", plain), *own = T("%s/pipe", control);

	for (int i = 0; i < 2; i++) {
		CALL(mknod, node, S_IFCHR | 0600, makedev(1, 3));
		expect(.event = "CreateDevice", .plane = MANAGEMENT,
		       .request = T("{\"path\":%s,\"mode\":\"020600\",\"device\":\"1:3\"}", J(node)),
		       .resources = R1("File", node, "caller"));
		CALL(mknodat, AT_FDCWD, T("%s2", node), S_IFBLK | 0600, makedev(7, 255));
		expect(.event = "CreateDevice", .plane = MANAGEMENT,
		       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"mode\":\"060600\",\"device\":\"7:255\"}", J(T("%s2", node))),
		       .resources = R1("File", T("%s2", node), "caller"));
		CALL(mknod, fifo, S_IFIFO | 0600, 0);
		CALL(mknod, own, S_IFIFO | 0644, 0);
		named("CreateSpecialFile", T("{\"path\":%s,\"mode\":\"010644\",\"device\":\"0:0\"}", J(own)),
		      R1("File", own, "caller"));
	}
}

int main(int argc, char **argv)
{
	NEED(argc == 2);
	control = T("%s/control", argv[1]);
	plain = T("%s/plain", argv[1]);
	expect_begin();
	directories();
	links();
	renames();
	deletes();
	special_files();
	expect_finish();
}
