/* SPDX-License-Identifier: BSD-2-Clause */
/* union bpf_attr (include/uapi/linux/bpf.h): which members a command uses, as data. */
#include "base/cleanup.h"
#include "event/render_value.h"

enum form {
	FORM_FD,
	FORM_NUMBER,
	FORM_HEX,
	FORM_NAME, /* BPF_OBJ_NAME_LEN bytes, NUL-terminated when shorter */
	FORM_ENUM,
};

#define NAME_BYTES 16u

static const struct member {
	const char *key;
	const struct ht_name_set *names;
	uint8_t command, at, form;
} members[] = {
#define MEMBER(command, key, at, form) { key, NULL, command, at, FORM_##form },
#define MEMBER_OF(command, key, at, set) { key, &ht_names_##set, command, at, FORM_ENUM },
	MEMBER_OF(0, "mapType", 0, bpf_map_types)
	MEMBER(0, "keySize", 4, NUMBER)
	MEMBER(0, "valueSize", 8, NUMBER)
	MEMBER(0, "maxEntries", 12, NUMBER)
	MEMBER(0, "mapFlags", 16, HEX)
	MEMBER(0, "mapName", 28, NAME)
	MEMBER(1, "mapFd", 0, FD)
	MEMBER(2, "mapFd", 0, FD)
	MEMBER(3, "mapFd", 0, FD)
	MEMBER(4, "mapFd", 0, FD)
	MEMBER_OF(5, "programType", 0, bpf_program_types)
	MEMBER(5, "instructions", 4, NUMBER)
	MEMBER(5, "programFlags", 44, HEX)
	MEMBER(5, "programName", 48, NAME)
	MEMBER_OF(5, "expectedAttachType", 68, bpf_attach_types)
	MEMBER(5, "attachBtfId", 108, NUMBER)
	MEMBER(6, "bpfFd", 8, FD)
	MEMBER(6, "fileFlags", 12, HEX)
	MEMBER(7, "fileFlags", 12, HEX)
	MEMBER(8, "targetFd", 0, FD)
	MEMBER(8, "programFd", 4, FD)
	MEMBER_OF(8, "attachType", 8, bpf_attach_types)
	MEMBER(8, "attachFlags", 12, HEX)
	MEMBER(9, "targetFd", 0, FD)
	MEMBER(9, "programFd", 4, FD)
	MEMBER_OF(9, "attachType", 8, bpf_attach_types)
	MEMBER(10, "programFd", 0, FD)
	MEMBER(11, "startId", 0, NUMBER)
	MEMBER(12, "startId", 0, NUMBER)
	MEMBER(13, "programId", 0, NUMBER)
	MEMBER(14, "mapId", 0, NUMBER)
	MEMBER(15, "bpfFd", 0, FD)
	MEMBER(16, "targetFd", 0, FD)
	MEMBER_OF(16, "attachType", 4, bpf_attach_types)
	MEMBER(17, "programFd", 8, FD)
	MEMBER(18, "btfSize", 16, NUMBER)
	MEMBER(19, "btfId", 0, NUMBER)
	MEMBER(20, "pid", 0, NUMBER)
	MEMBER(20, "fd", 4, FD)
	MEMBER(21, "mapFd", 0, FD)
	MEMBER(22, "mapFd", 0, FD)
	MEMBER(23, "startId", 0, NUMBER)
	MEMBER(24, "mapFd", 36, FD)
	MEMBER(25, "mapFd", 36, FD)
	MEMBER(26, "mapFd", 36, FD)
	MEMBER(27, "mapFd", 36, FD)
	MEMBER(28, "programFd", 0, FD)
	MEMBER(28, "targetFd", 4, FD)
	MEMBER_OF(28, "attachType", 8, bpf_attach_types)
	MEMBER(28, "flags", 12, HEX)
	MEMBER(29, "linkFd", 0, FD)
	MEMBER(29, "newProgramFd", 4, FD)
	MEMBER(30, "linkId", 0, NUMBER)
	MEMBER(31, "startId", 0, NUMBER)
	MEMBER(32, "statistics", 0, NUMBER)
	MEMBER(33, "linkFd", 0, FD)
	MEMBER(34, "linkFd", 0, FD)
	MEMBER(35, "programFd", 0, FD)
	MEMBER(35, "mapFd", 4, FD)
	MEMBER(36, "flags", 0, HEX)
	MEMBER(36, "bpffsFd", 4, FD)
#undef MEMBER_OF
#undef MEMBER
};

static void render_member(struct ht_buffer *b, const struct member *m, struct ht_text bytes)
{
	uint32_t v;

	if (m->form == FORM_NAME) {
		const char *name = bytes.data + m->at;

		ht_render_string(b, m->key, (struct ht_text){ name, strnlen(name, NAME_BYTES) });
		return;
	}
	memcpy(&v, bytes.data + m->at, sizeof(v));
	ht_render_quoted(b, m->key);
	ht_buffer_byte(b, ':');
	switch ((enum form)m->form) {
	case FORM_FD:
		ht_buffer_signed(b, (int32_t)v);
		return;
	case FORM_HEX:
		ht_render_hex(b, v);
		return;
	case FORM_ENUM:
		ht_render_enum(b, m->names, v);
		return;
	case FORM_NUMBER:
	case FORM_NAME:
		ht_buffer_unsigned(b, v);
	}
}

/*
 * The caller says how long its attributes are: members behind that are absent, and so is a name that is
 * empty.
 */
void ht_render_bpf_attr(struct ht_render *r, unsigned i, struct ht_text bytes)
{
	bool more = false;

	ht_render_arg_key(r, &r->args[i]);
	ht_buffer_byte(r->b, '{');
	for (size_t k = 0; k < ARRAY_SIZE(members); k++) {
		const struct member *m = &members[k];
		unsigned size = m->form == FORM_NAME ? NAME_BYTES : 4;

		if (m->command != (uint32_t)r->w->event->args[0] || m->at + size > bytes.length)
			continue;
		if (m->form == FORM_NAME && !bytes.data[m->at])
			continue;
		if (more)
			ht_buffer_byte(r->b, ',');
		more = true;
		render_member(r->b, m, bytes);
	}
	ht_buffer_byte(r->b, '}');
}
