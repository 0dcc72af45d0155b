/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/decode_keys.h"

#include <stddef.h>

#include "base/cleanup.h"
#include "hosttrail/event.h"

#define VIEW(member) offsetof(struct ht_event_view, member)
#define FIELD_AT(id) VIEW(field[HT_FIELD_##id])
#define KEY(name, how, to) { name "\":", sizeof(name "\":") - 1, HT_VALUE_##how, to }

/* In the order in which the encoder writes them. */
static const struct ht_key event_keys[] = {
	KEY("eventVersion", TEXT, VIEW(event_version)),
	KEY("hostId", TEXT, VIEW(host_id)),
	KEY("hostName", SKIP, 0),
	KEY("region", SKIP, 0),
	KEY("bootId", TEXT, VIEW(boot_id)),
	KEY("userIdentity", OBJECT, HT_OBJECT_IDENTITY),
	KEY("sourceIPAddress", TEXT, VIEW(source_ip)),
	KEY("userAgent", SKIP, 0),
	KEY("process", OBJECT, HT_OBJECT_PROCESS),
	KEY("eventCategory", TEXT, FIELD_AT(EVENT_CATEGORY)),
	KEY("managementEvent", SKIP, 0),
	KEY("readOnly", TRUTH, FIELD_AT(READ_ONLY)),
	KEY("eventType", TEXT, FIELD_AT(EVENT_TYPE)),
	KEY("eventSource", TEXT, FIELD_AT(EVENT_SOURCE)),
	KEY("eventName", TEXT, FIELD_AT(EVENT_NAME)),
	KEY("syscall", OBJECT, HT_OBJECT_CALL),
	KEY("eventTime", TIME, VIEW(time_ns)),
	KEY("monotonicTime", U64, VIEW(monotonic_ns)),
	KEY("sequence", OBJECT, HT_OBJECT_SEQUENCE),
	KEY("eventID", TEXT, VIEW(event_id)),
	KEY("requestParameters", RAW, VIEW(request)),
	KEY("responseElements", RESPONSE, VIEW(response)),
	KEY("errorCode", TEXT, FIELD_AT(ERROR_CODE)),
	KEY("errorMessage", TEXT, VIEW(error_message)),
	KEY("resources", RESOURCES, 0),
	KEY("truncated", SKIP, 0),
	{ .length = 0 },
};

static const struct ht_key sequence_keys[] = {
	KEY("number", U64, VIEW(number)),
	KEY("cpu", U32, VIEW(cpu)),
	KEY("ring", TEXT, VIEW(ring)),
	{ .length = 0 },
};

static const struct ht_key identity_keys[] = {
	KEY("type", SKIP, 0),
	KEY("uid", NUMBER_TEXT, FIELD_AT(UID)),
	KEY("gid", SKIP, 0),
	KEY("euid", SKIP, 0),
	KEY("egid", SKIP, 0),
	KEY("userName", TEXT, FIELD_AT(USER_NAME)),
	KEY("loginUid", NUMBER_TEXT, FIELD_AT(LOGIN_UID)),
	KEY("loginName", TEXT, VIEW(login_name)),
	KEY("sessionId", I64, VIEW(session)),
	KEY("tty", TEXT, VIEW(tty)),
	{ .length = 0 },
};

static const struct ht_key process_keys[] = {
	KEY("pid", I64, VIEW(pid)),
	KEY("tid", SKIP, 0),
	KEY("ppid", SKIP, 0),
	KEY("startTime", SKIP, 0),
	KEY("name", TEXT, VIEW(program_name)),
	KEY("exe", TEXT, FIELD_AT(EXE)),
	KEY("exeDeleted", SKIP, 0),
	KEY("args", SKIP, 0),
	KEY("cwd", SKIP, 0),
	KEY("ancestors", SKIP, 0),
	KEY("cgroup", TEXT, FIELD_AT(CGROUP)),
	KEY("container", TEXT, FIELD_AT(CONTAINER)),
	KEY("pidNamespace", SKIP, 0),
	KEY("mountNamespace", SKIP, 0),
	{ .length = 0 },
};

static const struct ht_key call_keys[] = {
	KEY("name", TEXT, VIEW(syscall)),
	KEY("number", SKIP, 0),
	KEY("abi", SKIP, 0),
	{ .length = 0 },
};

static const struct ht_key response_keys[] = {
	KEY("result", RESULT, VIEW(result)),
	{ .length = 0 },
};

static const struct ht_key resource_keys[] = {
	KEY("type", TEXT, offsetof(struct ht_resource, type)),
	KEY("name", TEXT, offsetof(struct ht_resource, name)),
	KEY("evidence", TEXT, offsetof(struct ht_resource, evidence)),
	{ .length = 0 },
};

const struct ht_key *const ht_keys_of[HT_OBJECTS] = {
	[HT_OBJECT_EVENT] = event_keys,
	[HT_OBJECT_SEQUENCE] = sequence_keys,
	[HT_OBJECT_IDENTITY] = identity_keys,
	[HT_OBJECT_PROCESS] = process_keys,
	[HT_OBJECT_CALL] = call_keys,
	[HT_OBJECT_RESPONSE] = response_keys,
	[HT_OBJECT_RESOURCE] = resource_keys,
};

_Static_assert(ARRAY_SIZE(event_keys) <= HT_OBJECT_KEYS, "the largest table");
