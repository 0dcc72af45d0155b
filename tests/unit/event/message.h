/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages put together by hand, in either layout. */
#ifndef TESTS_UNIT_EVENT_MESSAGE_H
#define TESTS_UNIT_EVENT_MESSAGE_H

#include "record.h"

/* struct user_msghdr, compat_msghdr; with a length: struct mmsghdr. */
struct message {
	uint64_t name, vector, count, control, control_length;
	int32_t name_length;
	uint32_t flags, length;
	bool array;
};

static inline size_t message_words(uint8_t *to, const struct message *m, size_t word)
{
	const uint64_t words[] = { m->name, (uint32_t)m->name_length, m->vector, m->count, m->control, m->control_length, m->flags };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		memcpy(to + i * word, &words[i], word);
	memset(to + 7 * word, 0, 8);
	memcpy(to + 7 * word, &m->length, sizeof(m->length));
	return (m->array ? 8 : 7) * word;
}

static inline void record_message(struct record *r, uint8_t arg, size_t word, const struct message *m)
{
	uint8_t bytes[72];
	size_t n = message_words(bytes, m, word);

	record_item(r, HT_ITEM_HEADER, arg, 0, bytes, n);
}

static inline void record_vector(struct record *r, uint8_t arg, size_t word, uint64_t base, uint64_t length)
{
	uint8_t bytes[16];

	memcpy(bytes, &base, word);
	memcpy(bytes + word, &length, word);
	record_item(r, HT_ITEM_VECTOR, arg, 0, bytes, 2 * word);
}

/* 127.0.0.1, port 53 */
static inline void record_address(struct record *r, uint8_t arg)
{
	static const uint8_t address[16] = { 2, 0, 0, 53, 127, 0, 0, 1 };

	record_item(r, HT_ITEM_BYTES, arg, 0, address, sizeof(address));
}

/* Control messages one behind the other. length: as each says, 0: what is right. */
struct controls {
	uint8_t bytes[2048];
	size_t used, word;
};

static inline void control_add(struct controls *c, uint32_t level, uint32_t type, uint64_t length, const void *data, size_t n)
{
	uint64_t right = c->word + 8 + n;

	assert_true(c->used + right + 8 <= sizeof(c->bytes));
	length = length ? length : right;
	memcpy(c->bytes + c->used, &length, c->word);
	memcpy(c->bytes + c->used + c->word, &level, 4);
	memcpy(c->bytes + c->used + c->word + 4, &type, 4);
	memcpy(c->bytes + c->used + c->word + 8, data, n);
	c->used += (right + c->word - 1) & ~(c->word - 1);
}

#endif
