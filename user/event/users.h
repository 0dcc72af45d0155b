/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of user ids, and where login sessions come from; remembered, and looked up anew when their sources
 * change.
 */
#ifndef HT_EVENT_USERS_H
#define HT_EVENT_USERS_H

#include <stdint.h>

#define HT_USER_NAME 64
#define HT_REMOTE 256

struct ht_users;

/*
 * sessions: directory of logind's session files (/run/systemd/sessions); utmp: the login records
 * (/var/run/utmp). Borrowed.
 */
int ht_users_new(struct ht_users **ret, const char *sessions, const char *utmp);
void ht_users_free(struct ht_users *u); /* NULL is accepted */

/* The name, "" if the id has none. Valid until the next call. */
const char *ht_users_name(struct ht_users *u, uint32_t uid);

/*
 * The remote address of a login session, by its audit session id (-1: none) and terminal (may be NULL); ""
 * when it is local or not known. Valid until the next call.
 */
const char *ht_users_remote(struct ht_users *u, uint32_t session, const char *tty);

#endif
