/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths as long as the kernel takes them, deep ones, and of every byte: paths_long DIRECTORY, below which control/ is a
 * control-plane path. */
#include <sys/stat.h>

#include "capture/support/expect.h"

#define DEPTH 2000
#define WALK_STEPS 128 /* components that are carried */

static char *control;

/* "KEY":"…" and, where it is no UTF-8, the exact bytes. */
static char *member(const char *key, const char *bytes)
{
	char *text = T("\"%s\":%s", key, json_string(bytes, strlen(bytes), true));

	return json_raw(bytes) ? T("%s,\"%sBase64\":\"%s\"", text, key, base64(bytes, strlen(bytes))) : text;
}

static char *resource(const char *name, const char *evidence)
{
	return T("[{\"type\":\"Host::File\",%s,\"evidence\":\"%s\"}]", member("name", name), evidence);
}

/* Creates, opens in vain, renames and deletes a file. plane: of what only the caller spelled. */
static void all_with(const char *path, enum plane plane)
{
	char *renamed = T("%.*s/renamed", (int)(strrchr(path, '/') - path), path);

	for (int i = 0; i < 2; i++) {
		CALL(open, path, O_WRONLY | O_CREAT | O_EXCL, 0600);
		expect(.event = "OpenFile", .plane = i ? plane : MANAGEMENT,
		       .request = T("{%s,\"flags\":[\"O_WRONLY\",\"O_CREAT\",\"O_EXCL\"],\"mode\":\"0600\"}", member("path", path)),
		       .response = member("path", path), .resources = resource(path, i ? "caller" : "kernel"));
	}
	NEED(CALL(rename, path, renamed) == 0);
	expect(.event = "RenameFile", .plane = strlen(renamed) < 256 ? MANAGEMENT : plane,
	       .request = T("{%s,%s}", member("oldPath", path), member("newPath", renamed)),
	       .resources = T("[{\"type\":\"Host::File\",%s,\"evidence\":\"caller\"},{\"type\":\"Host::File\",%s,\"evidence\":\"caller\"}]",
			      member("name", path), member("name", renamed)));
	for (int i = 0; i < 2; i++) {
		CALL(unlink, renamed);
		expect(.event = "DeleteFile", .plane = strlen(renamed) < 256 ? MANAGEMENT : MANAGEMENT_UNDECIDED,
		       .request = T("{%s}", member("path", renamed)), .resources = resource(renamed, "caller"));
	}
}

static void bytes(void)
{
	char name[256], *at = name;

	for (int c = 1; c < 256; c++)
		if (c != '/')
			*at++ = (char)c;
	*at = '\0';
	all_with(T("%s/%s", control, name), MANAGEMENT_UNDECIDED);
	/* Whole characters of two, three and four bytes, and ones that end in the middle. */
	CALL(chmod, T("%s/\xc3\xbc\xe2\x82\xac\xf0\x9f\x94\x92", control), 0600);
	expect(.event = "ChangeMode", .plane = MANAGEMENT,
	       .request = T("{\"path\":\"%s/\xc3\xbc\xe2\x82\xac\xf0\x9f\x94\x92\",\"mode\":\"0600\"}", control),
	       .resources = R1("File", T("%s/\xc3\xbc\xe2\x82\xac\xf0\x9f\x94\x92", control), "caller"));
}

static void at_page_border(void)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *path = T("%s/border", control);
	size_t n = strlen(path) + 1;
	char *at = pages + 4096 - n;

	NEED(pages != MAP_FAILED && mprotect(pages + 4096, 4096, PROT_NONE) == 0);
	memcpy(at, path, n);
	CALL(chmod, at, 0600);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = T("{\"path\":%s,\"mode\":\"0600\"}", J(path)),
	       .resources = R1("File", path, "caller"));
	/* Without its end. */
	memmove(at + 1, at, n - 1);
	CALL(chmod, at + 1, 0600);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"mode\":\"0600\",\"unreadable\":[\"path\"]}");
	CALL(chmod, (char *)0xffffffffff600000ul, 0600);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"mode\":\"0600\",\"unreadable\":[\"path\"]}");
}

/* As long as a path may be, and longer. */
static void longest(void)
{
	char *path = malloc(6000);
	size_t n = strlen(control);

	NEED(path);
	memset(path, 'x', 6000);
	memcpy(path, control, n);
	for (size_t i = n; i < 4095; i += 200)
		path[i] = '/';
	path[4095] = '\0';
	CALL(chmod, path, 0600);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = T("{\"path\":%s,\"mode\":\"0600\"}", J(path)),
	       .resources = R1("File", path, "caller"));
	path[4095] = 'x';
	path[5999] = '\0';
	CALL(chmod, path, 0600);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = T("{\"path\":\"%.4095s\",\"mode\":\"0600\"}", path),
	       .resources = R1("File", T("%.4095s", path), "caller"), .truncated = "{\"requestParameters.path\":4096}");
}

/* So deep that the beginning of the path is not carried: nobody may take it for a path from the root. */
static void deep(void)
{
	char *path = T("%s", "");

	mute();
	NEED(chdir(control) == 0);
	for (int i = 0; i < DEPTH; i++)
		NEED(mkdir("d", 0700) == 0 && chdir("d") == 0);
	describe();
	unmute();
	for (int i = 0; i < WALK_STEPS - 1; i++)
		path = T("%s/d", path);
	describe_directory(&self, T("%s/d", path));
	CALL(open, "file", O_WRONLY | O_CREAT, 0600);
	expect(.event = "OpenFile", .plane = MANAGEMENT_UNDECIDED,
	       .request = "{\"path\":\"file\",\"flags\":[\"O_WRONLY\",\"O_CREAT\"],\"mode\":\"0600\"}",
	       .response = PATH(T("%s/file", path)), .resources = R1("File", T("…%s/file", path), "kernel"),
	       .truncated = T("{\"process.cwd\":%d,\"responseElements.path\":%d}", 2 * WALK_STEPS, 2 * WALK_STEPS + 3));
	for (int i = 0; i < 2; i++) {
		CALL(unlink, "file");
		expect(.event = "DeleteFile", .plane = MANAGEMENT_UNDECIDED, .request = "{\"path\":\"file\"}",
		       .resources = R1("File", T("…%s/d/file", path), "caller"),
		       .truncated = T("{\"process.cwd\":%d}", 2 * WALK_STEPS));
	}
}

int main(int argc, char **argv)
{
	char name[256];

	NEED(argc == 2);
	control = T("%s/control", argv[1]);
	expect_begin();
	memset(name, 'n', 255);
	name[255] = '\0';
	all_with(T("%s/%s", control, name), MANAGEMENT_UNDECIDED);
	all_with(T("%s/short", control), MANAGEMENT);
	bytes();
	at_page_border();
	longest();
	in_child(deep);
	expect_finish();
}
