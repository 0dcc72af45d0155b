/* SPDX-License-Identifier: BSD-2-Clause */
/* Permissions, owners and attributes: management whatever the path. files_mode DIRECTORY */
#include <sys/stat.h>
#include <sys/xattr.h>

#include "capture/support/expect.h"

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

static char *file, *missing, *controlled;
static int fd;

/* A call on a file by its name: only the caller spelled it. */
static void by_name(const char *event, const char *request, const char *path)
{
	expect(.event = event, .plane = MANAGEMENT, .request = request, .resources = R1("File", path, "caller"));
}

static void by_descriptor(const char *event, const char *more)
{
	expect(.event = event, .plane = MANAGEMENT, .request = T("{\"fd\":%d,\"fdPath\":%s,%s}", fd, J(file), more),
	       .resources = R1("File", file, "kernel"));
}

static void modes(void)
{
	char *paths[] = { file, missing };

	for (int i = 0; i < 2; i++) {
		char *p = paths[i];

		CALL(chmod, p, 0751);
		by_name("ChangeMode", T("{\"path\":%s,\"mode\":\"0751\"}", J(p)), p);
		CALL(fchmodat, AT_FDCWD, p, 04755);
		by_name("ChangeMode", T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"mode\":\"04755\"}", J(p)), p);
		CALL(fchmodat2, AT_FDCWD, p, 0600, AT_SYMLINK_NOFOLLOW);
		by_name("ChangeMode", T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"mode\":\"0600\",\"flags\":[\"AT_SYMLINK_NOFOLLOW\"]}",
					J(p)), p);
	}
	CALL(fchmod, fd, 0640);
	by_descriptor("ChangeMode", "\"mode\":\"0640\"");
	CALL(fchmod, 777, 0640);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"fd\":777,\"mode\":\"0640\"}");
}

static void owners(void)
{
	char *paths[] = { file, missing };

	for (int i = 0; i < 2; i++) {
		char *p = paths[i];

		CALL(chown, p, 1, 2);
		by_name("ChangeOwner", T("{\"path\":%s,\"owner\":1,\"group\":2}", J(p)), p);
		CALL(lchown, p, -1, 4000000000u);
		by_name("ChangeOwner", T("{\"path\":%s,\"owner\":null,\"group\":4000000000}", J(p)), p);
		CALL(fchownat, AT_FDCWD, p, 0, -1, AT_SYMLINK_NOFOLLOW);
		by_name("ChangeOwner", T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"owner\":0,\"group\":null,"
					 "\"flags\":[\"AT_SYMLINK_NOFOLLOW\"]}", J(p)), p);
	}
	CALL(fchown, fd, 0, 0);
	by_descriptor("ChangeOwner", "\"owner\":0,\"group\":0");
	CALL(fchownat, fd, "", 0, 0, AT_EMPTY_PATH);
	expect(.event = "ChangeOwner", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":%d,\"dirfdPath\":%s,\"path\":\"\",\"owner\":0,\"group\":0,\"flags\":[\"AT_EMPTY_PATH\"]}", fd,
			    J(file)),
	       .resources = R1("File", file, "kernel"));
	CALL(fchown, -1, 0, 0);
	expect(.event = "ChangeOwner", .plane = MANAGEMENT, .request = "{\"fd\":-1,\"owner\":0,\"group\":0}");
}

/* What has no path is told by what it is. */
static void without_path(void)
{
	int ends[2], memory = memfd_create("a memory", 0), unnamed;
	struct stat st;
	char *name, *directory;

	NEED(pipe(ends) == 0 && fstat(ends[1], &st) == 0);
	name = T("pipe:[%lu]", (unsigned long)st.st_ino);
	CALL(fchmod, ends[1], 0600);
	expect(.event = "ChangeMode", .plane = MANAGEMENT,
	       .request = T("{\"fd\":%d,\"fdType\":\"pipe\",\"mode\":\"0600\"}", ends[1]), .resources = R1("File", name, "kernel"));
	/* Below a descriptor that is no directory there is nothing. */
	CALL(fchmodat, ends[0], "x", 0600);
	expect(.event = "ChangeMode", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":%d,\"dirfdType\":\"pipe\",\"path\":\"x\",\"mode\":\"0600\"}", ends[0]));
	CALL(fchmod, memory, 0700);
	expect(.event = "ChangeMode", .plane = MANAGEMENT,
	       .request = T("{\"fd\":%d,\"fdType\":\"memfd:a memory\",\"mode\":\"0700\"}", memory),
	       .resources = R1("File", "memfd:a memory", "kernel"));
	/* A file that never had a name: the kernel calls it by its number. */
	directory = T("%.*s", (int)(strrchr(controlled, '/') - controlled), controlled);
	unnamed = (int)CALL(open, directory, O_TMPFILE | O_RDWR, 0600);
	NEED(unnamed >= 0 && fstat(unnamed, &st) == 0);
	name = T("%s/#%lu", directory, (unsigned long)st.st_ino);
	expect(.event = "OpenFile", .plane = MANAGEMENT,
	       .request = T("{\"path\":%s,\"flags\":[\"O_RDWR\",\"O_TMPFILE\"],\"mode\":\"0600\"}", J(directory)),
	       .response = T("\"path\":%s,\"deleted\":true", J(name)), .resources = R1("File", name, "kernel"));
}

/* Times by a name, and by a descriptor with no name at all or an empty one (touch does the first). */
static void times(void)
{
	struct timespec now[2] = { { 1, 2 }, { 3, UTIME_OMIT } };
	int own;

	mute();
	own = open(controlled, O_RDWR);
	unmute();
	CALL(utimensat, AT_FDCWD, controlled, now, 0);
	by_name("SetFileTimes", T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"times\":[{\"seconds\":1,\"nanoseconds\":2},\"UTIME_OMIT\"],"
				  "\"flags\":[]}", J(controlled)), controlled);
	CALL(utimensat, own, NULL, NULL, 0);
	expect(.event = "SetFileTimes", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":%d,\"path\":null,\"times\":null,\"flags\":[]}", own),
	       .resources = R1("File", controlled, "kernel"));
	CALL(utimensat, own, "", NULL, AT_EMPTY_PATH);
	expect(.event = "SetFileTimes", .plane = MANAGEMENT_UNDECIDED,
	       .request = T("{\"dirfd\":%d,\"dirfdPath\":%s,\"path\":\"\",\"times\":null,\"flags\":[\"AT_EMPTY_PATH\"]}", own,
			    J(controlled)),
	       .resources = R1("File", controlled, "kernel"));
	/* Elsewhere: data. */
	CALL(utimensat, fd, NULL, NULL, 0);
	CALL(utimensat, fd, "", NULL, AT_EMPTY_PATH);
	CALL(utimensat, fd, "", NULL, 0);
	CALL(utimensat, 4711, NULL, NULL, 0);
}

/* Attributes named user.* are content, and go by the path; all others are permissions and labels. */
static void attributes(void)
{
	char *paths[] = { file, missing };

	for (int i = 0; i < 2; i++) {
		char *p = paths[i];

		CALL(setxattr, p, "trusted.test", "value", 5, XATTR_CREATE);
		by_name("SetExtendedAttribute",
			T("{\"path\":%s,\"name\":\"trusted.test\",\"value\":\"value\",\"size\":5,\"flags\":[\"XATTR_CREATE\"]}", J(p)), p);
		CALL(lsetxattr, p, "trusted.test", "value", 5, 0);
		by_name("SetExtendedAttribute",
			T("{\"path\":%s,\"name\":\"trusted.test\",\"value\":\"value\",\"size\":5,\"flags\":[]}", J(p)), p);
		CALL(lremovexattr, p, "trusted.none");
		by_name("RemoveExtendedAttribute", T("{\"path\":%s,\"name\":\"trusted.none\"}", J(p)), p);
		CALL(removexattr, p, "trusted.test");
		by_name("RemoveExtendedAttribute", T("{\"path\":%s,\"name\":\"trusted.test\"}", J(p)), p);
		CALL(setxattr, p, "user.test", "value", 5, 0);
		CALL(getxattr, p, "trusted.test", NULL, 0);
	}
	CALL(fsetxattr, fd, "trusted.test", "value", 5, XATTR_REPLACE);
	by_descriptor("SetExtendedAttribute",
		      "\"name\":\"trusted.test\",\"value\":\"value\",\"size\":5,\"flags\":[\"XATTR_REPLACE\"]");
	CALL(fremovexattr, fd, "trusted.test");
	by_descriptor("RemoveExtendedAttribute", "\"name\":\"trusted.test\"");
	CALL(setxattr, controlled, "user.test", "value", 5, 0);
	by_name("SetExtendedAttribute",
		T("{\"path\":%s,\"name\":\"user.test\",\"value\":\"value\",\"size\":5,\"flags\":[]}", J(controlled)), controlled);
}

int main(int argc, char **argv)
{
	NEED(argc == 2);
	mute();
	file = T("%s/plain/mode", argv[1]);
	missing = T("%s/plain/none/at/all", argv[1]);
	controlled = T("%s/control/attributes", argv[1]);
	fd = open(file, O_RDWR | O_CREAT, 0600);
	NEED(fd >= 0 && close(open(controlled, O_RDWR | O_CREAT, 0600)) == 0);
	unmute();
	expect_begin();
	modes();
	owners();
	times();
	without_path();
	attributes();
	expect_finish();
}
