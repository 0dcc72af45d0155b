/* SPDX-License-Identifier: BSD-2-Clause */
/* struct msghdr and arrays of them: every member in both layouts, of calls that send and that receive, and records that lie. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "message.h"

#define ADDRESS "\"address\":{\"family\":\"AF_INET\",\"address\":\"127.0.0.1\",\"port\":53},\"addressLength\":16"

static void begin(struct record *r, const char *call, enum ht_abi abi, int64_t result)
{
	const uint64_t args[HT_ARGS] = { 3, 0x1000, 0x4000 };

	record_begin(r, call, abi, result, args);
}

/* sendmmsg, recvmmsg: fd, messages, count, flags */
static void begin_array(struct record *r, const char *call, enum ht_abi abi, uint64_t count, int64_t result)
{
	const uint64_t args[HT_ARGS] = { 3, 0x1000, count, 0 };

	record_begin(r, call, abi, result, args);
}

static const struct {
	enum ht_abi abi;
	size_t word;
} layouts[] = { { HT_ABI_X86_64, 8 }, { HT_ABI_I386, 4 } };

static void control_of(struct record *r, size_t word)
{
	struct controls c = { .word = word };
	const int32_t fds[] = { 5, 6 };

	control_add(&c, 1, 1, 0, fds, sizeof(fds));
	record_item(r, HT_ITEM_CONTROL, 1, 0, c.bytes, c.used);
}

static void test_sent(void **state)
{
	struct record r;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t word = layouts[i].word;
		const struct message m = { .name = 0x2000, .name_length = 16, .vector = 0x3000, .count = 1, .control = 0x5000,
					   .control_length = word + 8 + 8, .flags = 0x40 };
		char expected[512];

		begin(&r, "sendmsg", layouts[i].abi, 7);
		record_message(&r, 1, word, &m);
		record_address(&r, 1);
		record_vector(&r, 1, word, 0x6000, 7);
		control_of(&r, word);
		record_text(&r, HT_ITEM_CONTENT, 1, "mes");
		record_last(&r)->full_length = 7;
		record_last(&r)->flags = HT_ITEM_TRUNCATED;
		record_text(&r, HT_ITEM_PASSED, 1, "/etc/shadow");
		record_last(&r)->fd = 6;
		snprintf(expected, sizeof(expected),
			 "\"fd\":3,\"message\":{" ADDRESS ",\"vectors\":[{\"base\":\"0x6000\",\"length\":7}],\"vectorCount\":1,\"data\":\"mes\","
			 "\"control\":[{\"level\":\"SOL_SOCKET\",\"type\":\"SCM_RIGHTS\",\"value\":[{\"fd\":5},{\"fd\":6,\"fdPath\":\"/etc/shadow\"}]}],"
			 "\"controlLength\":%zu,\"flags\":[\"MSG_DONTWAIT\"]},\"flags\":[\"MSG_NOSIGNAL\"]", word + 16);
		assert_request_cut(&r, expected, "requestParameters.message.data", 7);
		assert_response(&r, "\"result\":7");
	}
}

/* Nothing but a header, and pointers that are null. */
static void test_sent_empty(void **state)
{
	const struct message m = { .name_length = -1 };
	struct record r;

	(void)state;
	begin(&r, "sendmsg", HT_ABI_X86_64, -EINVAL);
	record_message(&r, 1, 8, &m);
	assert_request(&r, "\"fd\":3,\"message\":{\"address\":null,\"addressLength\":-1,\"vectors\":null,\"vectorCount\":0,\"control\":null,"
			   "\"controlLength\":0,\"flags\":[]},\"flags\":[\"MSG_NOSIGNAL\"]");
	assert_response(&r, "");
}

/* The kernel has written the lengths; what the caller had there is not known. */
static void test_received(void **state)
{
	struct record r;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t word = layouts[i].word;
		const struct message m = { .name = 0x2000, .name_length = 16, .vector = 0x3000, .count = 1, .control = 0x5000,
					   .control_length = word + 8 + 8, .flags = 0x28 };
		char expected[512];

		begin(&r, "recvmsg", layouts[i].abi, 3);
		record_message(&r, 1, word, &m);
		record_address(&r, 1);
		record_vector(&r, 1, word, 0x6000, 7);
		control_of(&r, word);
		record_text(&r, HT_ITEM_CONTENT, 1, "mes");
		assert_request(&r, "\"fd\":3,\"message\":{\"vectors\":[{\"base\":\"0x6000\",\"length\":7}],\"vectorCount\":1},"
				   "\"flags\":[\"MSG_NOSIGNAL\"]");
		snprintf(expected, sizeof(expected),
			 "\"result\":3,\"message\":{" ADDRESS ",\"data\":\"mes\",\"control\":[{\"level\":\"SOL_SOCKET\","
			 "\"type\":\"SCM_RIGHTS\",\"value\":[{\"fd\":5},{\"fd\":6}]}],\"controlLength\":%zu,"
			 "\"flags\":[\"MSG_CTRUNC\",\"MSG_TRUNC\"]}", word + 16);
		assert_response(&r, expected);
	}
}

/* A caller who wants neither address nor control messages: their length is his. */
static void test_received_without_address(void **state)
{
	const struct message m = { .name_length = 5, .vector = 0x3000, .count = 1, .flags = 0x80 };
	struct record r;

	(void)state;
	begin(&r, "recvmsg", HT_ABI_X86_64, 3);
	record_message(&r, 1, 8, &m);
	record_vector(&r, 1, 8, 0x6000, 7);
	assert_request(&r, "\"fd\":3,\"message\":{\"addressLength\":5,\"vectors\":[{\"base\":\"0x6000\",\"length\":7}],"
			   "\"vectorCount\":1},\"flags\":[\"MSG_NOSIGNAL\"]");
	assert_response(&r, "\"result\":3,\"message\":{\"controlLength\":0,\"flags\":[\"MSG_EOR\"]}");
}

/* All is as it was passed. */
static void test_not_received(void **state)
{
	const struct message m = { .name = 0x2000, .name_length = 128, .vector = 0x3000, .count = 1, .control = 0x5000,
				   .control_length = 512, .flags = 0x80 };
	struct record r;

	(void)state;
	begin(&r, "recvmsg", HT_ABI_X86_64, -EAGAIN);
	record_message(&r, 1, 8, &m);
	record_vector(&r, 1, 8, 0x6000, 7);
	assert_request(&r, "\"fd\":3,\"message\":{\"addressLength\":128,\"vectors\":[{\"base\":\"0x6000\",\"length\":7}],"
			   "\"vectorCount\":1,\"controlLength\":512},\"flags\":[\"MSG_NOSIGNAL\"]");
	assert_response(&r, "");
}

static void test_null(void **state)
{
	static const char *const calls[] = { "sendmsg", "recvmsg" };
	const uint64_t args[HT_ARGS] = { 3, 0, 0 };
	struct record r;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		record_begin(&r, calls[i], HT_ABI_X86_64, -EFAULT, args);
		assert_request(&r, "\"fd\":3,\"message\":null,\"flags\":[]");
	}
}

static void test_unreadable(void **state)
{
	const struct message m = { .name = 0x2000, .name_length = 16, .vector = 0x3000, .count = 2, .control = 0x5000,
				   .control_length = 24 };
	struct record r;

	(void)state;
	begin(&r, "sendmsg", HT_ABI_X86_64, -EFAULT);
	record_item(&r, HT_ITEM_HEADER, 1, HT_ITEM_FAULT, "", 0);
	assert_request(&r, "\"fd\":3,\"flags\":[\"MSG_NOSIGNAL\"],\"unreadable\":[\"message\"]");
	/* It ends with its page. */
	begin(&r, "sendmsg", HT_ABI_X86_64, -EFAULT);
	record_item(&r, HT_ITEM_HEADER, 1, HT_ITEM_FAULT, (char[55]){ 0 }, 55);
	assert_request(&r, "\"fd\":3,\"flags\":[\"MSG_NOSIGNAL\"],\"unreadable\":[\"message\"]");
	/* Nothing at all came of it. */
	begin(&r, "sendmsg", HT_ABI_X86_64, -EFAULT);
	assert_request(&r, "\"fd\":3,\"flags\":[\"MSG_NOSIGNAL\"],\"unreadable\":[\"message\"]");
	begin(&r, "sendmsg", HT_ABI_X86_64, -EFAULT);
	record_message(&r, 1, 8, &m);
	record_item(&r, HT_ITEM_BYTES, 1, HT_ITEM_FAULT, "", 0);
	record_item(&r, HT_ITEM_VECTOR, 1, HT_ITEM_FAULT, (char[24]){ 1 }, 24);
	record_item(&r, HT_ITEM_CONTROL, 1, HT_ITEM_FAULT, "", 0);
	assert_request(&r, "\"fd\":3,\"message\":{\"addressLength\":16,\"vectors\":[{\"base\":\"0x1\",\"length\":0}],\"vectorCount\":2,"
			   "\"controlLength\":24,\"flags\":[],\"unreadable\":[\"address\",\"vectors\",\"control\"]},"
			   "\"flags\":[\"MSG_NOSIGNAL\"]");
}

static void test_cut(void **state)
{
	const struct message m = { .vector = 0x3000, .count = 1ull << 63 };
	struct record r;

	(void)state;
	begin(&r, "recvmsg", HT_ABI_X86_64, -EMSGSIZE);
	record_message(&r, 1, 8, &m);
	record_vector(&r, 1, 8, 0x6000, 7);
	record_last(&r)->flags = HT_ITEM_TRUNCATED;
	record_last(&r)->full_length = UINT32_MAX;
	assert_request_cut(&r, "\"fd\":3,\"message\":{\"addressLength\":0,\"vectors\":[{\"base\":\"0x6000\",\"length\":7}],"
			       "\"vectorCount\":9223372036854775808,\"controlLength\":0},\"flags\":[\"MSG_NOSIGNAL\"]",
			   "requestParameters.message.vectors", UINT32_MAX);
}

/* Content is taken of one buffer: what the call says was moved is all of it. */
static void test_content_of_several_buffers(void **state)
{
	const struct message sent = { .vector = 0x3000, .count = 2 },
			     first = { .vector = 0x3000, .count = 2, .length = 9, .array = true };
	struct record r;

	(void)state;
	begin(&r, "sendmsg", HT_ABI_X86_64, 12);
	record_message(&r, 1, 8, &sent);
	record_vector(&r, 1, 8, 0x6000, 3);
	record_text(&r, HT_ITEM_CONTENT, 1, "mes");
	assert_request_cut(&r, "\"fd\":3,\"message\":{\"address\":null,\"addressLength\":0,\"vectors\":[{\"base\":\"0x6000\",\"length\":3}],"
			       "\"vectorCount\":2,\"data\":\"mes\",\"control\":null,\"controlLength\":0,\"flags\":[]},"
			       "\"flags\":[\"MSG_NOSIGNAL\"]", "requestParameters.message.data", 12);
	begin(&r, "recvmsg", HT_ABI_X86_64, 4);
	record_message(&r, 1, 8, &sent);
	record_vector(&r, 1, 8, 0x6000, 3);
	record_text(&r, HT_ITEM_CONTENT, 1, "mes");
	assert_response_cut(&r, "\"result\":4,\"message\":{\"data\":\"mes\",\"controlLength\":0,\"flags\":[]}",
			    "responseElements.message.data", 4);
	begin_array(&r, "sendmmsg", HT_ABI_X86_64, 1, 1);
	record_message(&r, 1, 8, &first);
	record_vector(&r, 1, 8, 0x6000, 3);
	record_text(&r, HT_ITEM_CONTENT, 1, "mes");
	assert_request_cut(&r, "\"fd\":3,\"messages\":[{\"address\":null,\"addressLength\":0,\"vectors\":[{\"base\":\"0x6000\","
			       "\"length\":3}],\"vectorCount\":2,\"data\":\"mes\",\"control\":null,\"controlLength\":0,\"flags\":[]}],"
			       "\"messageCount\":1,\"flags\":[]", "requestParameters.messages[0].data", 9);
}

/* ---- arrays ---- */

static void test_sent_array(void **state)
{
	struct record r;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t word = layouts[i].word;
		const struct message first = { .name = 0x2000, .name_length = 16, .vector = 0x3000, .count = 1, .length = 7, .array = true },
				     second = { .vector = 0x4000, .count = 1, .length = 99, .array = true };

		begin_array(&r, "sendmmsg", layouts[i].abi, 2, 1);
		record_message(&r, 1, word, &first);
		record_address(&r, 1);
		record_vector(&r, 1, word, 0x6000, 7);
		record_message(&r, 1, word, &second);
		record_vector(&r, 1, word, 0x7000, 9);
		assert_request(&r, "\"fd\":3,\"messages\":[{" ADDRESS ",\"vectors\":[{\"base\":\"0x6000\",\"length\":7}],\"vectorCount\":1,"
				   "\"control\":null,\"controlLength\":0,\"flags\":[]},{\"address\":null,\"addressLength\":0,"
				   "\"vectors\":[{\"base\":\"0x7000\",\"length\":9}],\"vectorCount\":1,\"control\":null,\"controlLength\":0,"
				   "\"flags\":[]}],\"messageCount\":2,\"flags\":[]");
		/* The second was not sent: its length is nobody's. */
		assert_response(&r, "\"result\":1,\"messages\":[{\"length\":7}]");
	}
}

static void test_received_array(void **state)
{
	struct record r;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t word = layouts[i].word;
		const struct message first = { .name = 0x2000, .name_length = 16, .vector = 0x3000, .count = 1, .flags = 0x20,
					       .length = 7, .array = true },
				     second = { .name = 0x2000, .name_length = 128, .vector = 0x4000, .count = 1, .array = true };

		begin_array(&r, "recvmmsg", layouts[i].abi, 2, 1);
		record_message(&r, 1, word, &first);
		record_address(&r, 1);
		record_vector(&r, 1, word, 0x6000, 7);
		record_message(&r, 1, word, &second);
		record_vector(&r, 1, word, 0x7000, 9);
		assert_request(&r, "\"fd\":3,\"messages\":[{\"vectors\":[{\"base\":\"0x6000\",\"length\":7}],\"vectorCount\":1},"
				   "{\"addressLength\":128,\"vectors\":[{\"base\":\"0x7000\",\"length\":9}],\"vectorCount\":1,"
				   "\"controlLength\":0}],\"messageCount\":2,\"flags\":[],\"timeout\":null");
		assert_response(&r, "\"result\":1,\"messages\":[{" ADDRESS ",\"controlLength\":0,\"flags\":[\"MSG_TRUNC\"],\"length\":7}]");
	}
}

/* More of them than are carried, and more than the kernel looks at. */
static void test_many(void **state)
{
	static const struct {
		uint64_t count, full;
		const char *text;
	} cases[] = { { 9, 9 * 64, "9" }, { 0xffffffffull, 1024 * 64, "4294967295" } };
	const struct message m = { .array = true };
	struct record r;

	(void)state;
	for (size_t c = 0; c < 2; c++) {
		char expected[2048];
		size_t n;

		begin_array(&r, "recvmmsg", HT_ABI_X86_64, cases[c].count, -EAGAIN);
		n = (size_t)snprintf(expected, sizeof(expected), "\"fd\":3,\"messages\":[");
		for (unsigned i = 0; i < HT_MESSAGES; i++) {
			record_message(&r, 1, 8, &m);
			n += (size_t)snprintf(expected + n, sizeof(expected) - n,
					      "%s{\"addressLength\":0,\"vectors\":null,\"vectorCount\":0,\"controlLength\":0}", i ? "," : "");
		}
		snprintf(expected + n, sizeof(expected) - n, "],\"messageCount\":%s,\"flags\":[],\"timeout\":null", cases[c].text);
		assert_request_cut(&r, expected, "requestParameters.messages", cases[c].full);
	}
}

static void test_none(void **state)
{
	struct record r;

	(void)state;
	begin_array(&r, "sendmmsg", HT_ABI_X86_64, 0, 0);
	assert_request(&r, "\"fd\":3,\"messages\":[],\"messageCount\":0,\"flags\":[]");
	assert_response(&r, "\"result\":0,\"messages\":[]");
}

static void test_array_unreadable(void **state)
{
	const struct message m = { .array = true };
	struct record r;

	(void)state;
	begin_array(&r, "sendmmsg", HT_ABI_X86_64, 2, -EFAULT);
	record_item(&r, HT_ITEM_HEADER, 1, HT_ITEM_FAULT, "", 0);
	assert_request(&r, "\"fd\":3,\"messageCount\":2,\"flags\":[],\"unreadable\":[\"messages\"]");
	begin_array(&r, "sendmmsg", HT_ABI_X86_64, 2, -EFAULT);
	record_message(&r, 1, 8, &m);
	record_item(&r, HT_ITEM_HEADER, 1, HT_ITEM_FAULT, (char[63]){ 0 }, 63);
	assert_request(&r, "\"fd\":3,\"messages\":[{\"address\":null,\"addressLength\":0,\"vectors\":null,\"vectorCount\":0,\"control\":null,"
			   "\"controlLength\":0,\"flags\":[]}],\"messageCount\":2,\"flags\":[],\"unreadable\":[\"messages\"]");
}

/* ---- io_uring ---- */

static void begin_ring(struct record *r, const char *call, uint32_t opcode, int64_t result)
{
	const struct ht_wire_uring u = { 0 };
	const uint64_t args[HT_ARGS] = { 3, 0x1000, 0x4000 };

	record_begin_call(r, ht_call_by_name(call), HT_ABI_IO_URING, result, args);
	((struct ht_wire_event *)r->bytes)->call = opcode;
	record_item(r, HT_ITEM_URING, HT_ITEM_RESULT, 0, &u, sizeof(u));
}

/* What was asked for, and what came of it: by words of either width, which the record does not tell but by its length. */
static void test_ring(void **state)
{
	struct record r;

	(void)state;
	for (size_t word = 4; word <= 8; word += 4) {
		const struct message asked = { .name = 0x2000, .name_length = 128, .vector = 0x3000, .count = 1, .control_length = 0 },
				     got = { .name = 0x2000, .name_length = 16, .vector = 0x9000, .count = 77, .flags = 0x20 };

		begin_ring(&r, "recvmsg", 10, 3);
		record_message(&r, 1, word, &asked);
		record_vector(&r, 1, word, 0x6000, 7);
		record_message(&r, 1, word, &got);
		record_address(&r, 1);
		assert_request(&r, "\"fd\":3,\"message\":{\"addressLength\":128,\"vectors\":[{\"base\":\"0x6000\",\"length\":7}],"
				   "\"vectorCount\":1,\"controlLength\":0},\"flags\":[\"MSG_NOSIGNAL\"]");
		assert_response(&r, "\"result\":3,\"message\":{" ADDRESS ",\"controlLength\":0,\"flags\":[\"MSG_TRUNC\"]}");
	}
}

/* It completed where the memory is not at hand. */
static void test_ring_elsewhere(void **state)
{
	const struct message m = { .vector = 0x3000, .count = 1 };
	struct record r;

	(void)state;
	begin_ring(&r, "recvmsg", 10, 3);
	record_message(&r, 1, 8, &m);
	record_vector(&r, 1, 8, 0x6000, 7);
	assert_request(&r, "\"fd\":3,\"message\":{\"addressLength\":0,\"vectors\":[{\"base\":\"0x6000\",\"length\":7}],"
			   "\"vectorCount\":1,\"controlLength\":0},\"flags\":[\"MSG_NOSIGNAL\"]");
	assert_response(&r, "\"result\":3");
}

/* ---- records that lie ---- */

/* Headers of every length, items of no message, of other arguments and in the wrong order. */
static void test_hostile(void **state)
{
	static const char *const calls[] = { "sendmsg", "recvmsg", "sendmmsg", "recvmmsg" };
	uint8_t bytes[80];
	struct record r;

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	for (size_t c = 0; c < 4; c++)
		for (size_t i = 0; i < 2; i++)
			for (size_t n = 0; n <= sizeof(bytes); n++) {
				begin_array(&r, calls[c], layouts[i].abi, 3, 0x7fffffff);
				record_item(&r, HT_ITEM_CONTROL, 1, 0, bytes, n);
				record_item(&r, HT_ITEM_VECTOR, 1, 0, bytes, n);
				record_item(&r, HT_ITEM_HEADER, 0, 0, bytes, n);
				record_item(&r, HT_ITEM_HEADER, 1, 0, bytes, n);
				record_item(&r, HT_ITEM_VECTOR, 1, 0, bytes, n);
				record_item(&r, HT_ITEM_VECTOR, 1, HT_ITEM_TRUNCATED, bytes, n);
				record_item(&r, HT_ITEM_BYTES, 1, 0, bytes, n);
				record_item(&r, HT_ITEM_CONTROL, 1, 0, bytes, n);
				record_item(&r, HT_ITEM_CONTENT, 1, 0, bytes, n);
				record_item(&r, HT_ITEM_HEADER, 1, 0, bytes, n);
				record_item(&r, HT_ITEM_PASSED, 1, 0, bytes, n);
				assert_well_formed(&r);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sent),
		cmocka_unit_test(test_sent_empty),
		cmocka_unit_test(test_received),
		cmocka_unit_test(test_received_without_address),
		cmocka_unit_test(test_not_received),
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_content_of_several_buffers),
		cmocka_unit_test(test_sent_array),
		cmocka_unit_test(test_received_array),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_array_unreadable),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_ring_elsewhere),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
