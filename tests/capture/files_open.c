/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening files: files_open DIRECTORY, below which control/ is a control-plane path and secret a credential. */
#include <linux/openat2.h>
#include <sys/stat.h>

#include "capture/support/expect.h"

static char *dir, *control, *plain, *secret;

/* All four calls that open, on a file that is there and one that is not. */
static void opens_for_writing(void)
{
	char *file = T("%s/file", control), *missing = T("%s/no/file", control);
	struct open_how how = { .flags = O_WRONLY | O_APPEND, .resolve = RESOLVE_NO_SYMLINKS };

	CALL(openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	expect(.event = "OpenFile", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_WRONLY\",\"O_CREAT\",\"O_EXCL\",\"O_CLOEXEC\"],"
			    "\"mode\":\"0640\"}", J(file)),
	       .response = PATH(file), .resources = R1("File", file, "kernel"));
	CALL(openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_EXCL, 0640);
	expect(.event = "OpenFile", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_WRONLY\",\"O_CREAT\",\"O_EXCL\"],\"mode\":\"0640\"}",
			    J(file)),
	       .resources = R1("File", file, "caller"));
	CALL(open, file, O_RDWR);
	expect(.event = "OpenFile", .plane = MANAGEMENT, .request = T("{\"path\":%s,\"flags\":[\"O_RDWR\"]}", J(file)),
	       .response = PATH(file), .resources = R1("File", file, "kernel"));
	CALL(open, missing, O_RDWR);
	expect(.event = "OpenFile", .plane = MANAGEMENT, .request = T("{\"path\":%s,\"flags\":[\"O_RDWR\"]}", J(missing)),
	       .resources = R1("File", missing, "caller"));
	CALL(creat, file, 0600);
	expect(.event = "OpenFile", .plane = MANAGEMENT, .request = T("{\"path\":%s,\"mode\":\"0600\"}", J(file)),
	       .response = PATH(file), .resources = R1("File", file, "kernel"));
	CALL(creat, missing, 0600);
	expect(.event = "OpenFile", .plane = MANAGEMENT, .request = T("{\"path\":%s,\"mode\":\"0600\"}", J(missing)),
	       .resources = R1("File", missing, "caller"));
	CALL(openat2, AT_FDCWD, file, &how, sizeof(how));
	expect(.event = "OpenFile", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"how\":{\"flags\":[\"O_WRONLY\",\"O_APPEND\"],\"mode\":\"0000\","
			    "\"resolve\":[\"RESOLVE_NO_SYMLINKS\"]},\"size\":24}", J(file)),
	       .response = PATH(file), .resources = R1("File", file, "kernel"));
	CALL(openat2, AT_FDCWD, missing, &how, sizeof(how));
	expect(.event = "OpenFile", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"how\":{\"flags\":[\"O_WRONLY\",\"O_APPEND\"],\"mode\":\"0000\","
			    "\"resolve\":[\"RESOLVE_NO_SYMLINKS\"]},\"size\":24}", J(missing)),
	       .resources = R1("File", missing, "caller"));
}

/* Reading a credential is management; reading what configures the host, or writing elsewhere, is not. */
static void opens_for_reading(void)
{
	char *file = T("%s/file", control), *other = T("%s/other", plain), *fifo = T("%s/fifo", control);

	CALL(openat, AT_FDCWD, secret, O_RDONLY);
	expect(.event = "OpenFile", .plane = MANAGEMENT, .read_only = true,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDONLY\"]}", J(secret)),
	       .response = PATH(secret), .resources = R1("File", secret, "kernel"));
	CALL(openat, AT_FDCWD, file, O_RDONLY);
	CALL(openat, AT_FDCWD, control, O_RDONLY | O_DIRECTORY);
	CALL(openat, AT_FDCWD, other, O_RDWR | O_CREAT | O_TRUNC, 0600);
	CALL(openat, AT_FDCWD, T("%s/none", plain), O_RDWR);
	/* A directory, and what is no regular file, below a control-plane path. */
	CALL(mknodat, AT_FDCWD, fifo, S_IFIFO | 0600, 0);
	expect(.event = "CreateSpecialFile", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"mode\":\"010600\",\"device\":\"0:0\"}", J(fifo)),
	       .resources = R1("File", fifo, "caller"));
	CALL(openat, AT_FDCWD, control, O_RDWR | O_DIRECTORY);
	expect(.event = "OpenFile", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDWR\",\"O_DIRECTORY\"]}", J(control)),
	       .resources = R1("File", control, "caller"));
	CALL(openat, AT_FDCWD, fifo, O_RDWR | O_NONBLOCK);
	expect(.event = "OpenFile", .plane = MANAGEMENT,
	       .request = T("{\"dirfd\":\"AT_FDCWD\",\"path\":%s,\"flags\":[\"O_RDWR\",\"O_NONBLOCK\"]}", J(fifo)),
	       .response = PATH(fifo), .resources = R1("File", fifo, "kernel"));
}

int main(int argc, char **argv)
{
	NEED(argc == 2);
	dir = argv[1];
	control = T("%s/control", dir);
	plain = T("%s/plain", dir);
	secret = T("%s/secret", dir);
	expect_begin();
	opens_for_writing();
	opens_for_reading();
	expect_finish();
}
