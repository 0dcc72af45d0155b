/* SPDX-License-Identifier: BSD-2-Clause */
/* IDENTITY: keys. All of them are in a session keyring that the row joins first and that ends with it. */
#include "calls/calls.h"
#include "calls/child.h"

#include <linux/keyctl.h>
#include <string.h>
#include <sys/uio.h>

#define NO_KEY 0x3fffffff
#define POSSESSOR_ALL 0x3f000000

static void own_session(void)
{
	need(call(keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) > 0);
}

static long user_key(const char *description)
{
	return call(add_key, "user", description, "payload", 7, KEY_SPEC_SESSION_KEYRING);
}

CALLS(add_key)
{
	own_session();
	works(call(add_key, "user", "hosttrail:description", "payload", 7, KEY_SPEC_SESSION_KEYRING));
	works(call(add_key, "user", "hosttrail:description", "another", 7, KEY_SPEC_SESSION_KEYRING));
	works(call(add_key, "keyring", "a \"ring\"\n\001\377", NULL, 0, KEY_SPEC_PROCESS_KEYRING));
	works(call(add_key, "logon", "prefix:name", "secret", 6, KEY_SPEC_THREAD_KEYRING));
	fails(EINVAL, call(add_key, "user", "empty", NULL, 0, KEY_SPEC_SESSION_KEYRING));
	fails(EINVAL, call(add_key, "logon", "no prefix", "secret", 6, KEY_SPEC_SESSION_KEYRING));
	fails(ENODEV, call(add_key, "no such type", "description", "payload", 7, KEY_SPEC_SESSION_KEYRING));
	fails(ENOKEY, call(add_key, "user", "description", "payload", 7, NO_KEY));
	fails(EPERM, call(add_key, ".internal", "description", "payload", 7, KEY_SPEC_SESSION_KEYRING));
	fails(EINVAL, call(add_key, "user", "description", "payload", 1 << 20, KEY_SPEC_SESSION_KEYRING));
	fails(EINVAL, call(add_key, "user", "description", "payload", 7, -99));
}

/* With information for whom it asks, a key that is not there would be asked for outside of the row: not done here. */
CALLS(request_key)
{
	own_session();
	user_key("hosttrail:there");
	works(call(request_key, "user", "hosttrail:there", NULL, KEY_SPEC_SESSION_KEYRING));
	works(call(request_key, "user", "hosttrail:there", "for whom it asks", 0));
	fails(ENOKEY, call(request_key, "user", "hosttrail:nowhere", NULL, 0));
	fails(ENOKEY, call(request_key, "no such type", "description", "for whom it asks", 0));
	fails(EFAULT, call(request_key, "user", unreadable(), NULL, 0));
	fails(ENOKEY, call(request_key, "user", "hosttrail:nowhere", NULL, NO_KEY));
}

static void of_keys(void)
{
	struct iovec payload[] = {{(char *)"from ", 5}, {(char *)"pieces", 6}};
	long key = user_key("hosttrail:key");

	works(call(keyctl, KEYCTL_UPDATE, key, "changed", 7));
	works(call(keyctl, KEYCTL_DESCRIBE, key, out, sizeof out));
	works(call(keyctl, KEYCTL_DESCRIBE, key, NULL, 0));
	works(call(keyctl, KEYCTL_READ, key, out, sizeof out));
	works(call(keyctl, KEYCTL_GET_SECURITY, key, out, sizeof out));
	works(call(keyctl, KEYCTL_SETPERM, key, POSSESSOR_ALL | 0x00010101));
	works(call(keyctl, KEYCTL_CHOWN, key, -1, getgid()));
	works(call(keyctl, KEYCTL_SET_TIMEOUT, key, 3600));
	works(call(keyctl, KEYCTL_REVOKE, key));
	fails(EKEYREVOKED, call(keyctl, KEYCTL_READ, key, out, sizeof out));
	key = user_key("hosttrail:another");
	works(call(keyctl, KEYCTL_INVALIDATE, key));
	fails(ENOKEY, call(keyctl, KEYCTL_UPDATE, NO_KEY, "changed", 7));
	fails(ENOKEY, call(keyctl, KEYCTL_REVOKE, NO_KEY));
	fails(EINVAL, call(keyctl, KEYCTL_SETPERM, user_key("hosttrail:third"), -1));
	fails(EPERM, call(keyctl, KEYCTL_INSTANTIATE, NO_KEY, "payload", 7, 0));
	fails(EPERM, call(keyctl, KEYCTL_INSTANTIATE_IOV, NO_KEY, payload, 2, 0));
	fails(EPERM, call(keyctl, KEYCTL_NEGATE, NO_KEY, 60, 0));
	fails(EPERM, call(keyctl, KEYCTL_REJECT, NO_KEY, 60, EKEYREJECTED, 0));
}

static void of_keyrings(void)
{
	long ring = call(add_key, "keyring", "hosttrail:ring", NULL, 0, KEY_SPEC_SESSION_KEYRING);
	long key = user_key("hosttrail:linked");

	works(call(keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0));
	works(call(keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1));
	fails(ENOKEY, call(keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_THREAD_KEYRING, 0));
	works(call(keyctl, KEYCTL_LINK, key, ring));
	works(call(keyctl, KEYCTL_SEARCH, ring, "user", "hosttrail:linked", 0));
	works(call(keyctl, KEYCTL_MOVE, key, ring, KEY_SPEC_PROCESS_KEYRING, KEYCTL_MOVE_EXCL));
	works(call(keyctl, KEYCTL_UNLINK, key, KEY_SPEC_PROCESS_KEYRING));
	fails(ENOENT, call(keyctl, KEYCTL_UNLINK, key, ring));
	works(call(keyctl, KEYCTL_RESTRICT_KEYRING, ring, NULL, NULL));
	fails(EPERM, call(keyctl, KEYCTL_LINK, key, ring));
	works(call(keyctl, KEYCTL_CLEAR, ring));
	fails(ENOTDIR, call(keyctl, KEYCTL_CLEAR, key));
	fails(ENOKEY, call(keyctl, KEYCTL_SEARCH, ring, "user", "hosttrail:nowhere", 0));
	works(call(keyctl, KEYCTL_SET_REQKEY_KEYRING, KEY_REQKEY_DEFL_NO_CHANGE));
	works(call(keyctl, KEYCTL_SET_REQKEY_KEYRING, KEY_REQKEY_DEFL_PROCESS_KEYRING));
	works(call(keyctl, KEYCTL_ASSUME_AUTHORITY, 0));
	fails(ENOKEY, call(keyctl, KEYCTL_ASSUME_AUTHORITY, key));
	fails(ENOKEY, call(keyctl, KEYCTL_GET_PERSISTENT, -2, 99));
}

static void of_ciphers(void)
{
	struct keyctl_dh_params exchange = {{NO_KEY}, NO_KEY, NO_KEY};
	struct keyctl_pkey_params signature = {.key_id = NO_KEY, .in_len = 4, {4}};
	char hash[] = "sha256";
	struct keyctl_kdf_params derivation = {.hashname = hash, .otherinfo = out, .otherinfolen = 4};
	long key = user_key("hosttrail:no asymmetric key");

	call(keyctl, KEYCTL_DH_COMPUTE, &exchange, out, 64, NULL);
	call(keyctl, KEYCTL_DH_COMPUTE, &exchange, out, 64, &derivation);
	call(keyctl, KEYCTL_PKEY_QUERY, key, 0, "enc=pkcs1", out);
	for (int operation = KEYCTL_PKEY_ENCRYPT; operation <= KEYCTL_PKEY_VERIFY; operation++)
		call(keyctl, operation, &signature, "enc=pkcs1 hash=sha256", "data", out);
	call(keyctl, KEYCTL_CAPABILITIES, out, 16);
	call(keyctl, KEYCTL_WATCH_KEY, key, 9999, 1);
	call(keyctl, KEYCTL_WATCH_KEY, key, 9999, -1);
}

/* The keyring is given to the child's parent, which is another child of the row. */
static void of_sessions(void)
{
	works(call(keyctl, KEYCTL_JOIN_SESSION_KEYRING, "hosttrail:session"));
	works(call(keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL));
	fails(EPERM, call(keyctl, KEYCTL_JOIN_SESSION_KEYRING, ".hidden"));
	IN_CHILD {
		own_session();
		works(call(keyctl, KEYCTL_SESSION_TO_PARENT));
	}
}

CALLS(keyctl)
{
	own_session();
	of_keys();
	of_keyrings();
	of_ciphers();
	IN_CHILD
		of_sessions();
	fails(EOPNOTSUPP, call(keyctl, 999, 1, 2, 3, 4));
}

EXTRA(hostile_keys)
{
	char description[4096];

	own_session();
	memset(description, 'x', sizeof description);
	fails(EINVAL, call(add_key, "user", description, "payload", 7, KEY_SPEC_SESSION_KEYRING));
	description[4095] = '\0';
	works(call(add_key, "user", description, "payload", 7, KEY_SPEC_SESSION_KEYRING));
	fails(EINVAL, call(add_key, description, "user", "payload", 7, KEY_SPEC_SESSION_KEYRING));
	fails(EFAULT, call(add_key, unterminated(4), "description", "payload", 7, KEY_SPEC_SESSION_KEYRING));
	fails(EFAULT, call(add_key, "user", unterminated(9), "payload", 7, KEY_SPEC_SESSION_KEYRING));
	fails(EFAULT, call(add_key, "user", "description", unreadable(), 7, KEY_SPEC_SESSION_KEYRING));
	fails(EFAULT, call(add_key, "user", "description", at_border("payload", 7), 8, KEY_SPEC_SESSION_KEYRING));
	fails(EINVAL, call(add_key, -1, -1, -1, -1, -1));
	works(call(add_key, string_at_border("user"), string_at_border("d"), at_border("p", 1), 1, KEY_SPEC_SESSION_KEYRING));
	fails(EFAULT, call(request_key, unmapped(), unmapped(), unmapped(), -1));
	fails(EFAULT, call(request_key, "user", "description", unterminated(5), -1));
	fails(EFAULT, call(keyctl, KEYCTL_JOIN_SESSION_KEYRING, unterminated(7)));
	fails(EFAULT, call(keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, unreadable(), unreadable(), 0));
	call(keyctl, KEYCTL_UPDATE, KEY_SPEC_SESSION_KEYRING, unreadable(), -1);
	call(keyctl, KEYCTL_INSTANTIATE_IOV, 0, at_border(description, 32), 65536, 0);
	call(keyctl, KEYCTL_DH_COMPUTE, unreadable(), unreadable(), -1, unreadable());
	call(keyctl, KEYCTL_PKEY_SIGN, unmapped(), unmapped(), unmapped(), unmapped());
	fails(EOPNOTSUPP, call(keyctl, -1, -1, -1, -1, -1));
	fails(EOPNOTSUPP, call(keyctl, INT32_MIN, 0, 0, 0, 0));
}
