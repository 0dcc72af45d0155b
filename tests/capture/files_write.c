/* SPDX-License-Identifier: BSD-2-Clause */
/* Content and length of files behind descriptors: files_write DIRECTORY, below which control/ is a control-plane path. */
#include <sys/uio.h>

#include "capture/support/expect.h"

static char *file, *plain;
static int fd, read_only, other;

/* A record of a call on a descriptor, whose path the kernel knows. */
static void content(const char *event, const char *request)
{
	expect(.event = event, .plane = MANAGEMENT, .request = request, .resources = R1("File", file, "kernel"));
}

static char *of(int descriptor, const char *more)
{
	return T("{\"fd\":%d,\"fdPath\":%s,%s}", descriptor, J(file), more);
}

static void writes(void)
{
	struct iovec two[] = { { (void *)"one ", 4 }, { (void *)"two", 3 } };
	int fds[] = { fd, read_only };
	char *vectors = T("\"vectors\":[{\"base\":\"0x%lx\",\"length\":4},{\"base\":\"0x%lx\",\"length\":3}],\"vectorCount\":2",
			  (long)two[0].iov_base, (long)two[1].iov_base);

	for (int i = 0; i < 2; i++) {
		CALL(write, fds[i], "hello", 5);
		content("WriteFile", of(fds[i], "\"count\":5"));
		CALL(pwrite64, fds[i], "hello", 5, 1l << 40);
		content("WriteFile", of(fds[i], "\"count\":5,\"offset\":1099511627776"));
		CALL(writev, fds[i], two, 2);
		content("WriteFile", of(fds[i], vectors));
		CALL(pwritev, fds[i], two, 2, 7l, 0l);
		content("WriteFile", of(fds[i], T("%s,\"offset\":7", vectors)));
		CALL(pwritev2, fds[i], two, 2, -1l, -1l, RWF_APPEND);
		content("WriteFile", of(fds[i], T("%s,\"offset\":-1,\"flags\":[\"RWF_APPEND\"]", vectors)));
	}
	/* Not below a control-plane path, and no file at all. */
	CALL(write, other, "hello", 5);
	CALL(write, 999, "hello", 5);
}

static void copies(void)
{
	int from = open(T("%s/source", plain), O_RDWR | O_CREAT, 0600);
	off_t offset = 1;

	NEED(from >= 0 && write(from, "content", 7) == 7);
	CALL(sendfile, fd, from, &offset, 3);
	expect(.event = "CopyFileData", .plane = MANAGEMENT, .response = "\"offset\":4", .resources = R1("File", file, "kernel"),
	       .request = T("{\"outFd\":%d,\"outFdPath\":%s,\"inFd\":%d,\"inFdPath\":%s,\"offset\":1,\"count\":3}", fd, J(file),
			    from, J(T("%s/source", plain))));
	CALL(sendfile, read_only, from, NULL, 3);
	content("CopyFileData", T("{\"outFd\":%d,\"outFdPath\":%s,\"inFd\":%d,\"inFdPath\":%s,\"offset\":null,\"count\":3}",
				  read_only, J(file), from, J(T("%s/source", plain))));
	CALL(copy_file_range, from, &offset, fd, NULL, 2, 0);
	expect(.event = "CopyFileData", .plane = MANAGEMENT, .response = "\"inOffset\":6", .resources = R1("File", file, "kernel"),
	       .request = T("{\"inFd\":%d,\"inFdPath\":%s,\"inOffset\":4,\"outFd\":%d,\"outFdPath\":%s,\"outOffset\":null,"
			    "\"count\":2,\"flags\":\"0x0\"}",
			    from, J(T("%s/source", plain)), fd, J(file)));
	CALL(copy_file_range, from, NULL, read_only, NULL, 2, 0);
	content("CopyFileData", T("{\"inFd\":%d,\"inFdPath\":%s,\"inOffset\":null,\"outFd\":%d,\"outFdPath\":%s,"
				  "\"outOffset\":null,\"count\":2,\"flags\":\"0x0\"}",
				  from, J(T("%s/source", plain)), read_only, J(file)));
	/* Out of the control-plane path it is data. */
	CALL(sendfile, other, fd, NULL, 1);
}

static void lengths(void)
{
	char *missing = T("%s.missing", file);

	CALL(ftruncate, fd, 3);
	content("TruncateFile", of(fd, "\"length\":3"));
	CALL(ftruncate, read_only, 3);
	content("TruncateFile", of(read_only, "\"length\":3"));
	CALL(truncate, file, 1);
	expect(.event = "TruncateFile", .plane = MANAGEMENT, .request = T("{\"path\":%s,\"length\":1}", J(file)),
	       .resources = R1("File", file, "caller"));
	CALL(truncate, missing, -1l);
	expect(.event = "TruncateFile", .plane = MANAGEMENT, .request = T("{\"path\":%s,\"length\":-1}", J(missing)),
	       .resources = R1("File", missing, "caller"));
	CALL(fallocate, fd, 1, 0l, 4096l);
	content("AllocateFile", of(fd, "\"mode\":[\"FALLOC_FL_KEEP_SIZE\"],\"offset\":0,\"length\":4096"));
	CALL(fallocate, read_only, 0, 0l, 4096l);
	content("AllocateFile", of(read_only, "\"mode\":[],\"offset\":0,\"length\":4096"));
	/* Its name is gone: it is told by its last one. */
	CALL(unlink, file);
	expect(.event = "DeleteFile", .plane = MANAGEMENT, .request = T("{\"path\":%s}", J(file)),
	       .resources = R1("File", file, "caller"));
	CALL(ftruncate, fd, 0l);
	content("TruncateFile", of(fd, "\"fdDeleted\":true,\"length\":0"));
}

int main(int argc, char **argv)
{
	NEED(argc == 2);
	file = T("%s/control/written", argv[1]);
	plain = T("%s/plain", argv[1]);
	mute();
	fd = open(file, O_RDWR | O_CREAT, 0600);
	read_only = open(file, O_RDONLY);
	other = open(T("%s/other", plain), O_RDWR | O_CREAT, 0600);
	NEED(fd >= 0 && read_only >= 0 && other >= 0);
	unmute();
	expect_begin();
	writes();
	copies();
	lengths();
	expect_finish();
}
