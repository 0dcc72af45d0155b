/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptions of processes, put together by hand. */
#ifndef TESTS_UNIT_EVENT_PROCESS_RECORD_H
#define TESTS_UNIT_EVENT_PROCESS_RECORD_H

#include "hosttrail/wire.h"
#include "event/wire_read.h"

#include <string.h>

struct process_record {
	_Alignas(8) unsigned char bytes[HT_WIRE_MAX];
	size_t used;
};

static inline struct ht_wire_process *process_of(struct process_record *r)
{
	return (struct ht_wire_process *)r->bytes;
}

/* Process 100 of root, without login, parent or items. */
static inline void process_begin(struct process_record *r, unsigned cpu, uint64_t sequence)
{
	struct ht_wire_process *p = process_of(r);

	memset(p, 0, sizeof(*p));
	p->head = (struct ht_wire_head){
		.size = sizeof(*p), .kind = HT_WIRE_PROCESS, .cpu = (ht_u16)cpu, .sequence = sequence, .time_ns = 5000,
	};
	p->start_ns = p->thread_start_ns = 2000;
	p->exec_count = 1;
	p->pid = p->tid = 100;
	p->mnt_ns = 11;
	p->pid_ns = 12;
	p->identity.login_uid = p->identity.session = UINT32_MAX;
	memcpy(p->name, "program", 7);
	r->used = sizeof(*p);
}

static inline void process_item(struct process_record *r, enum ht_item_kind kind, uint16_t flags, const void *data, size_t n,
				uint32_t full)
{
	struct ht_wire_item item = {
		.kind = (ht_u8)kind, .arg = HT_ITEM_RESULT, .flags = flags, .length = (ht_u32)n, .full_length = full,
	};
	size_t padded = (n + 7) & ~(size_t)7;

	memcpy(r->bytes + r->used, &item, sizeof(item));
	memset(r->bytes + r->used + sizeof(item), 0, padded);
	memcpy(r->bytes + r->used + sizeof(item), data, n);
	r->used += sizeof(item) + padded;
	process_of(r)->head.items++;
	process_of(r)->head.size = (ht_u32)r->used;
}

static inline void process_text(struct process_record *r, enum ht_item_kind kind, const char *text)
{
	process_item(r, kind, 0, text, strlen(text), (uint32_t)strlen(text));
}

#endif
