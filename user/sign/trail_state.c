/* SPDX-License-Identifier: BSD-2-Clause */
#include "sign/trail_state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "sign/walk.h"

#define SMALL_FILE 64u

/* ---- the claim ---- */

/* A small text file's one line. */
static int read_line(const char *directory, const char *name, char line[SMALL_FILE + 1])
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s", directory, name), r;

	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	r = ht_read_regular(AT_FDCWD, path, SMALL_FILE, &b);
	if (r < 0)
		return r;
	snprintf(line, SMALL_FILE + 1, "%.*s", (int)b.length, b.length ? b.data : "");
	line[strcspn(line, "\n")] = '\0';
	return 0;
}

static int lock(const struct ht_trail_identity *identity, int *ret, struct ht_error *err)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX], pid[SMALL_FILE + 1] = "";
	int n = snprintf(path, sizeof(path), "%s/lock", identity->state), r;

	if (n < 0 || (size_t)n >= sizeof(path))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s", identity->state);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return ht_fail_errno(err, -errno, "%s: cannot be written", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK)
			return ht_fail_errno(err, -errno, "%s: cannot be locked", path);
		read_line(identity->state, "lock", pid);
		return ht_fail(err, -EBUSY,
			       "%s: is already being recorded by a running recorder (pid %s); stop that one, or record "
			       "below another directory",
			       identity->directory, pid[0] ? pid : "unknown");
	}
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	r = ftruncate(fd, 0) < 0 ? -errno : ht_write_all(fd, pid, (size_t)n);
	if (r < 0)
		return ht_fail_errno(err, r, "%s: cannot be written", path);
	*ret = TAKE_FD(fd);
	return 0;
}

static int check_host(const struct ht_trail_identity *identity, struct ht_error *err)
{
	char owner[SMALL_FILE + 1], path[PATH_MAX], line[SMALL_FILE];
	int r = read_line(identity->state, "host-id", owner), n;

	if (r == 0 && strcmp(owner, identity->host_id) == 0)
		return 0;
	if (r == 0)
		return ht_fail(err, -EXDEV,
			       "%s: belongs to the trail of host %s, and this is host %s; record below another directory",
			       identity->directory, owner, identity->host_id);
	if (r != -ENOENT)
		return ht_fail_errno(err, r, "%s/host-id: cannot be read", identity->state);
	n = snprintf(path, sizeof(path), "%s/host-id", identity->state);
	if (n < 0 || (size_t)n >= sizeof(path))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s", identity->state);
	n = snprintf(line, sizeof(line), "%s\n", identity->host_id);
	r = ht_replace_file(path, line, (size_t)n, 0600);
	return r < 0 ? ht_fail_errno(err, r, "%s: cannot be written", path) : 0;
}

int ht_trail_claim(const struct ht_trail_identity *identity, int *ret_lock, struct ht_error *err)
{
	_cleanup_close_ int fd = -1;
	int r = ht_mkdir_parents(identity->state, 0700);

	if (r == -ENOTDIR || r == -EEXIST)
		return ht_fail(err, -ENOTDIR, "%s: is not a directory, or a part of it is not; give another one",
			       identity->directory);
	if (r < 0)
		return ht_fail_errno(err, r, "%s: cannot be made; give a directory that can be written", identity->directory);
	r = lock(identity, &fd, err);
	if (r == 0)
		r = check_host(identity, err);
	if (r == 0)
		*ret_lock = TAKE_FD(fd);
	return r;
}

/* ---- the newest digest ---- */

/* Files of a digest that was never published: a signature alone, and what was being written. */
static int remove_unpublished(const char *directory, const struct ht_walk *files, uint64_t newest, struct ht_error *err)
{
	static const char *const kinds[] = { ".json.sig", ".json.sig.new", ".json.new" };

	for (size_t i = 0; i < files->count; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
			char path[PATH_MAX];
			int n = snprintf(path, sizeof(path), "%s/%s", directory, files->files[i].name);

			if (ht_digest_number_of(files->files[i].name, kinds[k]) <= newest || n < 0 || (size_t)n >= sizeof(path))
				continue;
			if (unlink(path) < 0 && errno != ENOENT)
				return ht_fail_errno(err, -errno, "%s: cannot be removed", path);
		}
	}
	return 0;
}

/* The digest of the largest number in the directory. *ret_number is set even if it cannot be read. */
static int newest_on_disk(const struct ht_trail_identity *identity, struct ht_head *ret, uint64_t *ret_number,
			  struct ht_error *err)
{
	_cleanup_(ht_walk_free) struct ht_walk files = { 0 };
	const char *newest = NULL;
	uint64_t number = 0;
	char path[PATH_MAX];
	int r = ht_walk_add(&files, identity->directory, "HostTrail-Digest", err), n;

	if (r < 0 && r != -ENOENT)
		return r;
	for (size_t i = 0; i < files.count; i++) {
		uint64_t this = ht_digest_number_of(files.files[i].name, ".json");

		if (this > number) {
			number = this;
			newest = files.files[i].name;
		}
	}
	r = remove_unpublished(identity->directory, &files, number, err);
	if (r < 0)
		return r;
	*ret_number = number;
	if (!newest)
		return 0;
	n = snprintf(path, sizeof(path), "%s/%s", identity->directory, newest);
	if (n < 0 || (size_t)n >= sizeof(path))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s", newest);
	r = ht_head_read(ret, path, err);
	/* One that was altered is not built upon; verify will name it. */
	return r == -EBADMSG || r == -ENOENT ? 0 : r;
}

int ht_trail_find_head(const struct ht_trail_identity *identity, struct ht_head *ret, uint64_t *ret_next_number,
		       struct ht_trail_recovery *recovery, struct ht_error *err)
{
	_cleanup_(ht_head_free) struct ht_head disk = { 0 }, state = { 0 };
	uint64_t disk_number = 0, newest;
	int r = newest_on_disk(identity, &disk, &disk_number, err);

	if (r < 0)
		return r;
	r = ht_head_load(&state, identity->state, err);
	if (r < 0 && r != -ENOENT && r != -EBADMSG)
		return r;
	if (state.digest && !ht_head_is_signed(&state))
		ht_head_free(&state);
	newest = state.digest ? state.digest->number : 0;
	/* A crash leaves the state one behind at most; everything else was done by somebody. */
	if (disk.digest && disk.digest->number > newest) {
		*ret = disk;
		disk = (struct ht_head){ 0 };
	} else {
		recovery->digests_missing = state.digest && (!disk.digest || disk.digest->number != newest ||
							     memcmp(disk.sha256, state.sha256, HT_SHA256));
		*ret = state;
		state = (struct ht_head){ 0 };
	}
	if (ret->digest && ret->digest->number > newest)
		newest = ret->digest->number;
	*ret_next_number = (disk_number > newest ? disk_number : newest) + 1;
	recovery->no_final_digest = ret->digest && !ret->digest->final;
	return 0;
}

/* ---- numbers of log files ---- */

uint64_t ht_trail_load_sequence(const char *state)
{
	char line[SMALL_FILE + 1], *end;
	unsigned long long v;

	if (read_line(state, "log-sequence", line) < 0 || line[0] < '0' || line[0] > '9')
		return 0;
	errno = 0;
	v = strtoull(line, &end, 10);
	return errno || *end || v > 9999999999999999ull ? 0 : v;
}

/* Without a sync: a crash of the host that takes this write takes the log file of that number as well. */
int ht_trail_save_sequence(const char *state, uint64_t sequence)
{
	char path[PATH_MAX], beside[PATH_MAX], line[SMALL_FILE];
	_cleanup_close_ int fd = -1;
	int n = snprintf(beside, sizeof(beside), "%s/log-sequence.new", state), r;

	if (n < 0 || (size_t)n >= sizeof(beside))
		return -ENAMETOOLONG;
	snprintf(path, sizeof(path), "%.*s", n - 4, beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	n = snprintf(line, sizeof(line), "%" PRIu64 "\n", sequence);
	r = ht_write_all(fd, line, (size_t)n);
	if (r == 0 && rename(beside, path) < 0)
		r = -errno;
	return r;
}
