/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/users.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <utmp.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/io.h"

#define SLOTS 1024u          /* names remembered; a newcomer takes the place of whoever is in its slot */
#define LOOK_AGAIN_S 2       /* how long the sources are believed not to have changed */
#define SESSION_FILE_MAX (16u * 1024)
#define UTMP_MAX (4u * 1024 * 1024)

struct ht_users {
	const char *sessions, *utmp;
	struct timespec passwd_changed;
	time_t looked;
	struct {
		bool known;
		uint32_t uid;
		char name[HT_USER_NAME];
	} slot[SLOTS];
	struct {
		bool known;
		uint32_t session;
		char tty[32];
		char remote[HT_REMOTE];
	} last;
};

int ht_users_new(struct ht_users **ret, const char *sessions, const char *utmp)
{
	struct ht_users *u = calloc(1, sizeof(*u));

	if (!u)
		return -ENOMEM;
	u->sessions = sessions;
	u->utmp = utmp;
	*ret = u;
	return 0;
}

void ht_users_free(struct ht_users *u)
{
	free(u);
}

static void forget_if_changed(struct ht_users *u)
{
	struct timespec now;
	struct stat st;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (u->looked && now.tv_sec - u->looked < LOOK_AGAIN_S)
		return;
	u->looked = now.tv_sec;
	u->last.known = false;
	if (stat("/etc/passwd", &st) < 0)
		return;
	if (st.st_mtim.tv_sec == u->passwd_changed.tv_sec && st.st_mtim.tv_nsec == u->passwd_changed.tv_nsec)
		return;
	u->passwd_changed = st.st_mtim;
	memset(u->slot, 0, sizeof(u->slot));
}

const char *ht_users_name(struct ht_users *u, uint32_t uid)
{
	struct passwd entry, *found = NULL;
	char text[4096];
	unsigned i = uid % SLOTS;

	forget_if_changed(u);
	if (u->slot[i].known && u->slot[i].uid == uid)
		return u->slot[i].name;
	u->slot[i].known = true;
	u->slot[i].uid = uid;
	u->slot[i].name[0] = '\0';
	if (getpwuid_r(uid, &entry, text, sizeof(text), &found) == 0 && found)
		snprintf(u->slot[i].name, sizeof(u->slot[i].name), "%s", found->pw_name);
	return u->slot[i].name;
}

/* The value of KEY= in one of logind's session files, which are lines of KEY=VALUE. */
static bool session_value(const char *text, const char *key, char *ret, size_t n)
{
	size_t length = strlen(key);

	for (const char *at = text; at && *at; at = strchr(at, '\n')) {
		if (*at == '\n')
			at++;
		if (strncmp(at, key, length) == 0 && at[length] == '=') {
			const char *value = at + length + 1;

			snprintf(ret, n, "%.*s", (int)strcspn(value, "\n"), value);
			return *ret != '\0';
		}
	}
	return false;
}

static bool remote_from_logind(const struct ht_users *u, uint32_t session, char *ret, size_t n)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	char path[256];

	if (session == UINT32_MAX)
		return false;
	snprintf(path, sizeof(path), "%s/%u", u->sessions, session);
	if (ht_read_file(AT_FDCWD, path, SESSION_FILE_MAX, &b) < 0)
		return false;
	ht_buffer_byte(&b, '\0');
	return ht_buffer_status(&b) == 0 && session_value(b.data, "REMOTE_HOST", ret, n);
}

static bool remote_of_entry(const struct utmp *entry, char *ret, size_t n)
{
	const int32_t *a = entry->ut_addr_v6;
	bool v6 = a[1] || a[2] || a[3];

	if (!v6 && !a[0])
		return false;
	return inet_ntop(v6 ? AF_INET6 : AF_INET, a, ret, (socklen_t)n) != NULL;
}

static bool remote_from_utmp(const struct ht_users *u, const char *tty, char *ret, size_t n)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	if (!tty || ht_read_file(AT_FDCWD, u->utmp, UTMP_MAX, &b) < 0)
		return false;
	for (size_t at = 0; at + sizeof(struct utmp) <= b.length; at += sizeof(struct utmp)) {
		struct utmp entry;

		memcpy(&entry, b.data + at, sizeof(entry));
		if (entry.ut_type == USER_PROCESS && strncmp(entry.ut_line, tty, sizeof(entry.ut_line)) == 0)
			return remote_of_entry(&entry, ret, n);
	}
	return false;
}

const char *ht_users_remote(struct ht_users *u, uint32_t session, const char *tty)
{
	const char *line = tty ? tty : "";

	forget_if_changed(u);
	if (u->last.known && u->last.session == session && strcmp(u->last.tty, line) == 0)
		return u->last.remote;
	u->last.known = true;
	u->last.session = session;
	snprintf(u->last.tty, sizeof(u->last.tty), "%s", line);
	if (!remote_from_logind(u, session, u->last.remote, sizeof(u->last.remote)) &&
	    !remote_from_utmp(u, tty, u->last.remote, sizeof(u->last.remote)))
		u->last.remote[0] = '\0';
	return u->last.remote;
}
