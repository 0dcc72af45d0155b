/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/host.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/hex.h"
#include "base/io.h"

#define SEED_MAX 256u

/* What stands on the first line of a file; false if nothing does. */
static bool read_line(const char *path, struct ht_buffer *b)
{
	const char *newline;

	ht_buffer_reset(b);
	if (ht_read_file(AT_FDCWD, path, SEED_MAX, b) < 0)
		return false;
	newline = b->length ? memchr(b->data, '\n', b->length) : NULL;
	if (newline)
		b->length = (size_t)(newline - b->data);
	return b->length >= 32;
}

static int make_seed(const char *path, struct ht_buffer *b, struct ht_error *err)
{
	unsigned char seed[16];
	int r;

	if (getrandom(seed, sizeof(seed), 0) != sizeof(seed))
		return ht_fail(err, -EIO, "no random numbers for the host's id");
	ht_buffer_reset(b);
	for (size_t i = 0; i < sizeof(seed); i++)
		ht_buffer_printf(b, "%02x", seed[i]);
	ht_buffer_byte(b, '\n');
	r = ht_buffer_status(b);
	if (r == 0)
		r = ht_replace_file(path, b->data, b->length, 0600);
	if (r < 0)
		return ht_fail_errno(err, r, "%s: cannot be written", path);
	b->length--; /* the id is that of the line, as read_line() will find it */
	return 0;
}

static int learn_id(char ret[17], const char *root, struct ht_error *err)
{
	static const char purpose[] = "hosttrail host id\n";
	_cleanup_buffer_ struct ht_buffer b = { 0 }, text = { 0 };
	unsigned char hash[EVP_MAX_MD_SIZE];
	char path[4096];
	int r;

	snprintf(path, sizeof(path), "%s/host-seed", root);
	if (!read_line("/etc/machine-id", &b) && !read_line("/sys/class/dmi/id/product_uuid", &b) && !read_line(path, &b)) {
		r = ht_mkdir_parents(root, 0700);
		if (r == -ENOTDIR || r == -EEXIST)
			return ht_fail(err, -ENOTDIR, "%s: is not a directory, or a part of it is not; give another one", root);
		if (r < 0)
			return ht_fail_errno(err, r, "%s: cannot be made; give a directory that can be written", root);
		r = make_seed(path, &b, err);
		if (r < 0)
			return r;
	}
	ht_buffer_append(&text, purpose, sizeof(purpose) - 1);
	ht_buffer_append(&text, b.data, b.length);
	if (ht_buffer_status(&text) < 0 || EVP_Digest(text.data, text.length, hash, NULL, EVP_sha256(), NULL) != 1)
		return ht_fail(err, -ENOMEM, "the host's id cannot be computed");
	for (unsigned i = 0; i < 8; i++)
		snprintf(ret + 2 * i, 3, "%02x", hash[i]);
	return 0;
}

int ht_host_learn(struct ht_host *ret, const char *root, struct ht_error *err)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_host host = { 0 };
	struct utsname name = { 0 };
	int r;

	r = learn_id(host.id, root, err);
	if (r < 0)
		return r;
	if (gethostname(host.name, sizeof(host.name) - 1) < 0 || !host.name[0])
		snprintf(host.name, sizeof(host.name), "localhost");
	if (!read_line("/proc/sys/kernel/random/boot_id", &b) || b.length != 36)
		return ht_fail(err, -ENOENT, "/proc/sys/kernel/random/boot_id: cannot be read; mount procfs on /proc");
	memcpy(host.boot_id, b.data, 36);
	uname(&name);
	snprintf(host.kernel, sizeof(host.kernel), "%s", name.release);
	*ret = host;
	return 0;
}
