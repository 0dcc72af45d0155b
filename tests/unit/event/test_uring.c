/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "event/names.h"
#include "event/uring.h"
#include "record.h"

/* ---- rows ---- */

static void test_every_operation_has_a_row_of_its_name(void **state)
{
	unsigned count = 0;

	(void)state;
	for (uint32_t opcode = 0; opcode < HT_URING_OPCODES; opcode++) {
		const struct ht_uring_op *op = ht_uring_op(opcode);
		const char *name = ht_name_of(&ht_names_io_uring_operations, opcode);

		if (!name) {
			assert_null(op);
			assert_null(ht_call_by_number(HT_ABI_IO_URING, opcode));
			continue;
		}
		if (!op)
			fail_msg("%u: is %s, and has no row", opcode, name);
		assert_string_equal(op->name, name);
		assert_ptr_equal(ht_call_by_number(HT_ABI_IO_URING, opcode), op->call);
		count++;
	}
	assert_int_equal(count, 65);
	assert_null(ht_uring_op(UINT32_MAX));
}

/* Every argument that the call tells comes from somewhere; none is there that it does not have. */
static void test_sources_fit_the_arguments(void **state)
{
	(void)state;
	for (uint32_t opcode = 0; opcode < 65; opcode++) {
		const struct ht_uring_op *op = ht_uring_op(opcode);

		for (unsigned i = 0; i < HT_ARGS; i++) {
			const struct ht_uring_member *m = &op->argument[i];
			bool has = op->call->arg[i].name;

			if (!has && m->how != HT_URING_ABSENT)
				fail_msg("%s: argument %u is none of %s", op->name, i, op->call->name);
			assert_int_equal(m->how != HT_URING_ABSENT && m->how != HT_URING_FILE, m->member != NULL);
			assert_int_equal(m->how == HT_URING_ADDRESS || m->how == HT_URING_COPIED, m->copied != NULL);
			/* A condition is one of the same request. */
			assert_int_equal(m->bits != 0, m->condition != NULL);
			if (m->condition) {
				assert_true(m->how == HT_URING_VALUE || m->how == HT_URING_STRUCT);
				assert_memory_equal(m->condition, op->request, strlen(op->request));
				assert_int_equal(m->condition[strlen(op->request)], '.');
			}
			if (m->how == HT_URING_FILE)
				assert_true(op->call->arg[i].kind == HT_ARG_FD);
			if (m->how == HT_URING_NAME)
				assert_true(op->call->arg[i].kind == HT_ARG_PATH || op->call->arg[i].kind == HT_ARG_STRING);
		}
		assert_true(op->slot.how == HT_URING_ABSENT || op->slot.how == HT_URING_VALUE);
	}
}

static void test_plan(void **state)
{
	struct ht_plan call, plan;

	(void)state;
	ht_plan_compile(ht_call_by_name("openat2"), HT_ABI_X86_64, &call);
	ht_uring_plan_compile(ht_uring_op(28), &plan);
	assert_int_equal(call.access, HT_PLAN_OPEN_HOW);
	assert_int_equal(plan.access, HT_PLAN_OPEN_FLAGS);
	assert_int_equal(plan.access_arg, 2);
	assert_int_equal(plan.route, HT_ROUTE_PATH);
	assert_true(plan.flags & HT_PLAN_RESULT_FD);
	for (unsigned i = 0; i < HT_ARGS; i++)
		assert_int_equal(plan.fetch[i], HT_FETCH_NONE);
	/* Where the path begins is still said. */
	assert_int_equal(plan.aux[1], 0);

	/* User memory is read as a call's is; what a read brings, when it is there. */
	ht_uring_plan_compile(ht_uring_op(22), &plan);
	assert_int_equal(plan.fetch[0], HT_FETCH_NONE);
	assert_int_equal(plan.fetch[1], HT_FETCH_CONTENT);
	assert_int_equal(plan.out, 1 << 1);
	ht_uring_plan_compile(ht_uring_op(1), &plan);
	assert_int_equal(plan.fetch[1], HT_FETCH_VECTORS);
	assert_int_equal(plan.out, 0);
	ht_uring_plan_compile(ht_uring_op(13), &plan);
	assert_int_equal(plan.fetch[1], HT_FETCH_BUFFER_AT);
	assert_int_equal(plan.out, 1 << 1);
}

/* ---- records ---- */

static void operation(struct record *r, uint32_t opcode, int64_t result, const uint64_t args[HT_ARGS],
		      const struct ht_wire_uring *uring)
{
	record_begin_call(r, ht_call_by_number(HT_ABI_IO_URING, opcode), HT_ABI_IO_URING, result, args);
	((struct ht_wire_event *)r->bytes)->call = opcode; /* the row has none */
	record_item(r, HT_ITEM_URING, HT_ITEM_RESULT, 0, uring, sizeof(*uring));
}

static void test_as_the_call(void **state)
{
	const struct ht_wire_uring plain = { 0 };
	struct record r;

	(void)state;
	operation(&r, 18, 3, (uint64_t[HT_ARGS]){ 0xffffff9c, 0xffff888000000000, 0x80241, 0644 }, &plain);
	record_text(&r, HT_ITEM_STRING, 1, "/etc/x");
	record_text(&r, HT_ITEM_PATH, HT_ITEM_RESULT, "/etc/x");
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"/etc/x\","
			   "\"flags\":[\"O_WRONLY\",\"O_CREAT\",\"O_TRUNC\",\"O_CLOEXEC\"],\"mode\":\"0644\"");
	assert_response(&r, "\"result\":3,\"path\":\"/etc/x\"");
	operation(&r, 36, -2, (uint64_t[HT_ARGS]){ 0xffffff9c, 0xffff888000000000, 0 }, &plain);
	record_text(&r, HT_ITEM_STRING, 1, "/nothing");
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"/nothing\",\"flags\":[]");
	assert_response(&r, "");
	/* What no request has is no member. */
	operation(&r, 1, 5, (uint64_t[HT_ARGS]){ 4, 0x1000, 2, 16, 0, 0 }, &plain);
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint64_t[4]){ 0x1000, 4, 0x2000, 1 }, 32);
	assert_request(&r, "\"fd\":4,\"vectors\":[{\"base\":\"0x1000\",\"length\":4},{\"base\":\"0x2000\",\"length\":1}],"
			   "\"vectorCount\":2,\"offset\":16,\"flags\":[]");
}

/* A 32-bit program's vectors: no member says that they are, but their length does. */
static void test_narrow_vectors(void **state)
{
	const struct ht_wire_uring plain = { 0 };
	struct record r;

	(void)state;
	operation(&r, 1, 5, (uint64_t[HT_ARGS]){ 4, 0x1000, 2, 16, 0, 0 }, &plain);
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint32_t[4]){ 0x1000, 4, 0x2000, 1 }, 16);
	assert_request(&r, "\"fd\":4,\"vectors\":[{\"base\":\"0x1000\",\"length\":4},{\"base\":\"0x2000\",\"length\":1}],"
			   "\"vectorCount\":2,\"offset\":16,\"flags\":[]");
}

static void test_registered_files(void **state)
{
	const struct ht_wire_uring fixed = { .flags = HT_URING_FIXED }, in = { .flags = HT_URING_FIXED_IN };
	const struct ht_wire_uring slot = { .flags = HT_URING_SLOT, .slot = 7 };
	const struct ht_wire_uring any = { .flags = HT_URING_SLOT, .slot = HT_URING_ANY_SLOT };
	struct record r;

	(void)state;
	operation(&r, 55, 0, (uint64_t[HT_ARGS]){ 2, 100 }, &fixed);
	record_text(&r, HT_ITEM_PATH, 0, "/srv/f");
	assert_request(&r, "\"fd\":2,\"fdFixed\":true,\"fdPath\":\"/srv/f\",\"length\":100");
	assert_response(&r, "\"result\":0");
	operation(&r, 33, 4, (uint64_t[HT_ARGS]){ 1, 5, 4, 0x80000000 }, &in);
	assert_request(&r, "\"inFd\":1,\"inFdFixed\":true,\"outFd\":5,\"count\":4,\"flags\":[\"SPLICE_F_FD_IN_FIXED\"]");
	operation(&r, 18, 0, (uint64_t[HT_ARGS]){ 0xffffff9c, 1, 0 }, &slot);
	record_text(&r, HT_ITEM_STRING, 1, "/f");
	record_text(&r, HT_ITEM_PATH, HT_ITEM_RESULT, "/f");
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"/f\",\"flags\":[\"O_RDONLY\"],\"fileSlot\":7");
	assert_response(&r, "\"result\":0,\"fixed\":true,\"path\":\"/f\"");
	operation(&r, 45, 3, (uint64_t[HT_ARGS]){ 2, 1, 0 }, &any);
	assert_request(&r, "\"family\":\"AF_INET\",\"type\":[\"SOCK_STREAM\"],\"protocol\":\"IPPROTO_IP\","
			   "\"fileSlot\":\"IORING_FILE_INDEX_ALLOC\"");
	assert_response(&r, "\"result\":3,\"fixed\":true");
	operation(&r, 19, 0, (uint64_t[HT_ARGS]){ 0 }, &slot);
	assert_request(&r, "\"fd\":0,\"fileSlot\":7");
	assert_response(&r, "\"result\":0");
	/* A record that gives an unknown operation a slot. */
	operation(&r, 18, 3, (uint64_t[HT_ARGS]){ 0 }, &slot);
	r.call = NULL;
	assert_response(&r, "\"result\":3");
}

static void test_who(void **state)
{
	struct ht_wire_uring u = {
		.flags = HT_URING_CREDENTIALS | HT_URING_POLLED, .uid = 1, .gid = 2, .euid = 3, .egid = 4294967294,
	};
	struct record r;

	(void)state;
	operation(&r, 57, 0, (uint64_t[HT_ARGS]){ 4, 5 }, &u);
	assert_request(&r, "\"fd\":4,\"backlog\":5,\"credentials\":{\"uid\":1,\"gid\":2,\"euid\":3,\"egid\":4294967294},"
			   "\"pollThread\":true");
	/* Nothing before it. */
	u.absent = 0x3f;
	operation(&r, 15, -62, (uint64_t[HT_ARGS]){ 0 }, &u);
	assert_request(&r, "\"credentials\":{\"uid\":1,\"gid\":2,\"euid\":3,\"egid\":4294967294},\"pollThread\":true");
}

/* What the kernel keeps of a request otherwise than it was passed. */
static void test_in_the_kernels_words(void **state)
{
	const struct ht_wire_uring all = { 0 }, some = { .absent = 0xc };
	const int64_t duration[2] = { 5, 7 };
	struct record r;

	(void)state;
	operation(&r, 11, -62, (uint64_t[HT_ARGS]){ 5, 3, 2, 0x44 }, &all);
	record_item(&r, HT_ITEM_BYTES, 0, 0, duration, sizeof(duration));
	assert_request(&r, "\"duration\":{\"seconds\":5,\"nanoseconds\":7},\"completions\":3,\"repeats\":2,"
			   "\"flags\":[\"IORING_TIMEOUT_BOOTTIME\",\"IORING_TIMEOUT_MULTISHOT\"]");
	operation(&r, 14, 0, (uint64_t[HT_ARGS]){ 0x11, 0x23, 4, 22 }, &all);
	assert_request(&r, "\"userData\":\"0x11\",\"flags\":[\"IORING_ASYNC_CANCEL_ALL\",\"IORING_ASYNC_CANCEL_FD\","
			   "\"IORING_ASYNC_CANCEL_OP\"],\"fd\":4,\"operation\":\"IORING_OP_READ\"");
	operation(&r, 14, 0, (uint64_t[HT_ARGS]){ 0x11, 0, 0, 0 }, &some);
	assert_request(&r, "\"userData\":\"0x11\",\"flags\":[]");
	operation(&r, 52, 1, (uint64_t[HT_ARGS]){ 0x1000, 0xffffffff, 2, 0x2 }, &all);
	assert_request(&r, "\"address\":\"0x1000\",\"bits\":\"FUTEX_BITSET_MATCH_ANY\",\"count\":2,"
			   "\"flags\":[\"FUTEX2_SIZE_U32\",\"FUTEX2_PRIVATE\"]");
	operation(&r, 51, 0, (uint64_t[HT_ARGS]){ 0x1000, 9, 1, 0x293 }, &all);
	assert_request(&r, "\"address\":\"0x1000\",\"value\":9,\"bits\":\"0x1\","
			   "\"flags\":[\"FUTEX2_SIZE_U64\",\"FUTEX2_NUMA\",\"FUTEX2_MPOL\"]");
}

static void test_what_is_not_known(void **state)
{
	const struct ht_wire_uring refused = { .flags = HT_URING_REFUSED, .unknown = 0x3f };
	const struct ht_wire_uring untold = { .flags = HT_URING_NO_RESULT }, partly = { .unknown = 1 };
	struct ht_wire_view w;
	struct record r;

	(void)state;
	operation(&r, 1, -22, (uint64_t[HT_ARGS]){ 0 }, &refused);
	assert_request(&r, "\"unreadable\":[\"fd\",\"vectors\",\"vectorCount\",\"offset\",\"flags\"]");
	assert_response(&r, "");
	operation(&r, 36, 0, (uint64_t[HT_ARGS]){ 0xffffff9c, 1, 0 }, &untold);
	record_text(&r, HT_ITEM_STRING, 1, "/f");
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"/f\",\"flags\":[]");
	assert_response(&r, "\"result\":null");
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_false(ht_wire_has_result(&w));
	operation(&r, 57, 0, (uint64_t[HT_ARGS]){ 0xffffffff, 5 }, &partly);
	record_text(&r, HT_ITEM_PATH, 0, "/f");
	assert_request(&r, "\"fdPath\":\"/f\",\"backlog\":5,\"unreadable\":[\"fd\"]");
	assert_response(&r, "\"result\":0");
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_true(ht_wire_has_result(&w));
}

/* A ring is memory that others can write to. */
static void test_records_that_lie(void **state)
{
	const uint64_t args[HT_ARGS] = { 1, 2, 3, 4, 5, 6 };
	struct ht_wire_uring u = { .flags = 0xffffffff, .unknown = 0x2a };
	struct ht_wire_view w;
	struct record r;

	(void)state;
	for (uint32_t opcode = 0; opcode < 65; opcode++) {
		operation(&r, opcode, 0, args, &u);
		assert_well_formed(&r);
	}
	record_begin_call(&r, ht_call_by_name("close"), HT_ABI_IO_URING, 0, args);
	((struct ht_wire_event *)r.bytes)->call = 19;
	record_item(&r, HT_ITEM_URING, HT_ITEM_RESULT, 0, &u, sizeof(u) - 1);
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_null(ht_uring_of_record(&w));
	assert_true(ht_wire_has_result(&w));
	assert_well_formed(&r);
	/* The item of an operation in the record of a call. */
	record_begin(&r, "close", HT_ABI_X86_64, 0, args);
	record_item(&r, HT_ITEM_URING, HT_ITEM_RESULT, 0, &u, sizeof(u));
	assert_request(&r, "\"fd\":1");
	assert_response(&r, "\"result\":0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_operation_has_a_row_of_its_name),
		cmocka_unit_test(test_sources_fit_the_arguments),
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_as_the_call),
		cmocka_unit_test(test_narrow_vectors),
		cmocka_unit_test(test_registered_files),
		cmocka_unit_test(test_who),
		cmocka_unit_test(test_in_the_kernels_words),
		cmocka_unit_test(test_what_is_not_known),
		cmocka_unit_test(test_records_that_lie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
