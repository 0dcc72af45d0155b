/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "arguments.h"
#include "base/cleanup.h"
#include "hosttrail/catalogue.h"
#include "hosttrail/structs.h"

/* ---- against the machine's headers ---- */

static FILE *open_header(const char *name)
{
	static const char *const directories[] = {
		"/usr/include", "/usr/include/x86_64-linux-gnu", "/usr/include/aarch64-linux-gnu",
	};
	char path[256];

	for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s", directories[i], name);
		f = fopen(path, "re");
		if (f)
			return f;
	}
	return NULL;
}

/* "#define PREFIXname 123" */
static bool parse_number(const char *line, const char *prefix, char *name, size_t size, unsigned *ret)
{
	size_t n = strlen(prefix);
	char word[128];

	if (strncmp(line, "#define ", 8) != 0 || strncmp(line + 8, prefix, n) != 0)
		return false;
	if (sscanf(line + 8 + n, "%127[a-z0-9_] %u", word, ret) != 2)
		return false;
	snprintf(name, size, "%s", word);
	return true;
}

static void assert_call(enum ht_abi abi, unsigned number, const char *name)
{
	const struct ht_call *call = ht_call_by_number(abi, number);

	if (!call || strcmp(call->name, name) != 0)
		fail_msg("%s %u: is %s in the header, %s in the catalogue", ht_abi_name(abi), number, name,
			 call ? call->name : "nothing");
}

static void check_table(const char *header, enum ht_abi abi, unsigned least)
{
	_cleanup_fclose_ FILE *f = open_header(header);
	unsigned number, count = 0;
	char line[256], name[128];

	if (!f) {
		print_message("%s: not here; install linux-libc-dev\n", header);
		skip();
	}
	while (fgets(line, sizeof(line), f)) {
		if (!parse_number(line, "__NR_", name, sizeof(name), &number))
			continue;
		assert_call(abi, number, name);
		count++;
	}
	assert_true(count >= least);
}

static void test_x86_64_has_every_number_of_the_header(void **state)
{
	(void)state;
	check_table("asm/unistd_64.h", HT_ABI_X86_64, 350);
}

static void test_i386_has_every_number_of_the_header(void **state)
{
	(void)state;
	check_table("asm/unistd_32.h", HT_ABI_I386, 430);
}

/* x32's own numbers and those it shares: "#define __NR_read (__X32_SYSCALL_BIT + 0)". */
static void test_x32_has_every_number_of_the_header(void **state)
{
	_cleanup_fclose_ FILE *f = open_header("asm/unistd_x32.h");
	unsigned number, count = 0;
	char line[256], name[128];

	(void)state;
	if (!f)
		skip();
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "#define __NR_%127[a-z0-9_] (__X32_SYSCALL_BIT + %u)", name, &number) != 2)
			continue;
		assert_call(HT_ABI_X32, number, name);
		count++;
	}
	assert_true(count > 340);
	assert_null(ht_call_by_number(HT_ABI_X32, 548));
}

/* The calls that asm-generic/unistd.h names by __NR3264_ have their 64-bit names on arm64. */
static const char *arm64_name(const char *generic)
{
	static const struct {
		const char *generic, *name;
	} others[] = {
		{ "fstatat", "newfstatat" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (strcmp(generic, others[i].generic) == 0)
			return others[i].name;
	return generic;
}

/*
 * Blocks that arm64 does not take: those for 32-bit words, and an order of arguments that it does not want.
 */
static bool is_foreign(const char *line)
{
	return strstr(line, "__BITS_PER_LONG == 32") ||
	       strncmp(line, "#ifdef __ARCH_WANT_SYNC_FILE_RANGE2", 35) == 0;
}

static void test_arm64_has_every_number_of_the_header(void **state)
{
	_cleanup_fclose_ FILE *f = open_header("asm-generic/unistd.h");
	unsigned number, count = 0, depth = 0, skipped_at = 0;
	char line[256], name[128];

	(void)state;
	if (!f)
		skip();
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "#if", 3) == 0) {
			depth++;
			if (!skipped_at && is_foreign(line))
				skipped_at = depth;
		} else if (strncmp(line, "#else", 5) == 0 && skipped_at == depth) {
			skipped_at = 0;
		} else if (strncmp(line, "#endif", 6) == 0) {
			if (skipped_at == depth)
				skipped_at = 0;
			depth--;
		}
		if (skipped_at)
			continue;
		if (parse_number(line, "__NR_", name, sizeof(name), &number)) {
			if (strcmp(name, "syscalls") == 0 || strcmp(name, "arch_specific_syscall") == 0)
				continue;
		} else if (parse_number(line, "__NR3264_", name, sizeof(name), &number)) {
			memmove(name, arm64_name(name), strlen(arm64_name(name)) + 1);
		} else {
			continue;
		}
		assert_call(HT_ABI_ARM64, number, name);
		count++;
	}
	assert_true(count > 300);
}

/* The machine's headers may be old. */
static const struct {
	const char *name;
	int number[HT_ABI_TABLES];
} newest[] = {
#define _ -1
#define NUMBERS(name, x86_64, i386, arm64, x32) { #name, { x86_64, i386, arm64, x32 } },
#include "unit/event/numbers.def"
#undef NUMBERS
#undef _
};

static void test_newest_headers(void **state)
{
	unsigned count[HT_ABI_TABLES] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(newest); i++)
		for (enum ht_abi abi = 0; abi < HT_ABI_TABLES; abi++) {
			if (newest[i].number[abi] < 0)
				continue;
			assert_call(abi, (unsigned)newest[i].number[abi], newest[i].name);
			count[abi]++;
		}
	assert_true(count[HT_ABI_X86_64] >= 386);
	assert_true(count[HT_ABI_I386] >= 462);
	assert_true(count[HT_ABI_ARM64] >= 328);
	assert_true(count[HT_ABI_X32] >= 375);
}

/* A row whose number stands in no table is a mistake; none of the newest is missing. */
static void test_no_numbers_beyond_the_headers(void **state)
{
	(void)state;
	for (enum ht_abi abi = 0; abi < HT_ABI_TABLES; abi++)
		for (unsigned number = 0; number < HT_CALLS; number++) {
			const struct ht_call *call = ht_call_by_number(abi, number);
			bool known = false;

			for (size_t i = 0; i < ARRAY_SIZE(newest) && !known; i++)
				known = newest[i].number[abi] == (int)number;
			/* Parts of calls have numbers of ours. */
			known = known || (abi == HT_ABI_I386 && number >= HT_PART_FIRST);
			if (call && !known && !(abi == HT_ABI_X32 && number < 512))
				fail_msg("%s %u: is %s in the catalogue, nothing in the headers", ht_abi_name(abi), number,
					 call->name);
		}
}

/* ---- the rows among themselves ---- */

static bool is_part(const char *name)
{
	size_t count;
	const struct ht_part_row *parts = ht_parts(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(parts[i].part, name) == 0)
			return true;
	return false;
}

static bool is_operation(const struct ht_call *call)
{
	for (uint32_t opcode = 0; opcode < HT_URING_OPCODES; opcode++)
		if (ht_call_by_number(HT_ABI_IO_URING, opcode) == call)
			return true;
	return false;
}

static void test_every_row_is_found_by_its_numbers(void **state)
{
	size_t count;
	const struct ht_call *calls = ht_calls(&count);

	(void)state;
	assert_true(count > 470);
	for (size_t i = 0; i < count; i++) {
		unsigned numbers = 0;

		for (unsigned abi = 0; abi < 3; abi++) {
			if (calls[i].number[abi] == HT_NO_CALL)
				continue;
			numbers++;
			assert_in_range(calls[i].number[abi], 0, HT_CALLS - 1);
			/* Another row with the same number would have taken its place in the table. */
			assert_ptr_equal(ht_call_by_number(abi, (uint32_t)calls[i].number[abi]), &calls[i]);
		}
		assert_true(numbers > 0 || is_part(calls[i].name) || is_operation(&calls[i]));
		assert_string_equal(ht_call_by_name(calls[i].name)->name, calls[i].name);
	}
	assert_null(ht_call_by_name("no_such_call"));
	assert_null(ht_call_by_number(HT_ABI_X86_64, HT_CALLS));
	assert_null(ht_call_by_number(HT_ABI_COUNT, 0));
}

/* Rows of the same call stand for different ABIs and say the same of everything but the arguments. */
static void test_rows_of_one_call_agree(void **state)
{
	size_t count;
	const struct ht_call *calls = ht_calls(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count; k++) {
			if (strcmp(calls[i].name, calls[k].name) != 0)
				continue;
			for (unsigned abi = 0; abi < 3; abi++)
				assert_true(calls[i].number[abi] == HT_NO_CALL || calls[k].number[abi] == HT_NO_CALL);
			assert_string_equal(calls[i].event, calls[k].event);
			assert_int_equal(calls[i].source, calls[k].source);
			assert_int_equal(calls[i].plane, calls[k].plane);
			assert_int_equal(calls[i].access, calls[k].access);
		}
}

static void assert_event_name(const char *name)
{
	static const char *const verbs[] = {
		"Accept", "Add", "Adjust", "Advise", "Allocate", "Answer", "Attach", "Bind", "Call", "Cancel", "Change",
		"Check", "Clone", "Close", "Compare", "Configure", "Connect", "Control", "Copy", "Create", "Delete",
		"Destroy", "Detach", "Disable", "Drop", "Duplicate", "Enable", "Enter", "Execute", "Exit", "Free", "Freeze", "Get",
		"Hang", "Insert", "Issue", "List", "Listen", "Load", "Lock", "Map", "Modify", "Mount", "Move", "Name",
		"Open", "Operate", "Pin", "Protect", "Read", "Reboot", "Receive", "Redirect", "Register", "Release",
		"Remap", "Remove", "Rename", "Request", "Restart", "Return", "Run", "Seal", "Seek", "Send", "Set",
		"Shut", "Sleep", "Splice", "Submit", "Suspend", "Sync", "Take", "Thaw", "Trace", "Trim", "Truncate", "Unload",
		"Unlock", "Unmap", "Unmount", "Unshare", "Unwatch", "Wait", "Watch", "Write", "Yield",
	};
	size_t n = 1;

	assert_true(isupper((unsigned char)name[0]));
	for (size_t i = 0; name[i]; i++)
		assert_true(isalnum((unsigned char)name[i]));
	assert_true(strlen(name) < 40);
	while (islower((unsigned char)name[n]))
		n++;
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (strlen(verbs[i]) == n && strncmp(verbs[i], name, n) == 0)
			return;
	fail_msg("%s: does not begin with a known verb", name);
}

/* All that gives an event its name, in one list. */
static size_t all_events(const char **events, uint8_t *sources, size_t size)
{
	size_t calls, commands, messages, n = 0;
	const struct ht_call *call = ht_calls(&calls);
	const struct ht_command *command = ht_commands(&commands);
	const struct ht_message *message = ht_messages(&messages);

	assert_true(calls + commands + messages <= size);
	for (size_t i = 0; i < calls; i++, n++) {
		events[n] = call[i].event;
		sources[n] = call[i].source;
	}
	for (size_t i = 0; i < commands; i++, n++) {
		events[n] = command[i].event;
		sources[n] = command[i].source;
	}
	for (size_t i = 0; i < messages; i++, n++) {
		events[n] = message[i].event;
		sources[n] = message[i].source;
	}
	return n;
}

static void test_event_names(void **state)
{
	static const char *events[4096];
	static uint8_t sources[4096];
	size_t n = all_events(events, sources, ARRAY_SIZE(events));

	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_event_name(events[i]);
		for (size_t k = 0; k < i; k++)
			if (strcmp(events[i], events[k]) == 0 && sources[i] != sources[k])
				fail_msg("%s: comes from %s and from %s", events[i], ht_source_name(sources[i]),
					 ht_source_name(sources[k]));
	}
}

/* A member that holds an address, or a number, under every ABI within what the kernel is told of it. */
static void check_member(const struct ht_struct *s, const char *name, unsigned least, unsigned most)
{
	const struct ht_member *m = s->member;

	while (m->name && strcmp(m->name, name) != 0)
		m++;
	if (!m->name)
		fail_msg("%s has no member %s", s->id, name);
	for (unsigned layout = 0; layout < HT_LAYOUTS; layout++) {
		assert_in_range(m->size[layout], least, most);
		assert_in_range(m->at[layout], 0, HT_POINTED_COUNT(0) - 1);
	}
}

static void check_pointed(const struct ht_arg *args, unsigned i)
{
	const struct ht_arg *arg = &args[i];
	const struct ht_struct *s = arg->kind == HT_ARG_OPTION_FILTER ? &ht_struct_filter_program : args[arg->aux].structure;

	assert_int_equal(arg->number != NULL, arg->kind == HT_ARG_POINTED || arg->kind == HT_ARG_POINTED_BYTES ||
						      arg->kind == HT_ARG_OPTION_FILTER || arg->kind == HT_ARG_REGISTERS);
	if (arg->address)
		check_member(s, arg->address, 4, 8);
	if (arg->number)
		check_member(s, arg->number, 2, 8);
	/* The kernel shifts. */
	for (unsigned abi = 0; arg->structure && abi < HT_ABI_TABLES; abi++) {
		unsigned size = ht_struct_size(arg->structure, (enum ht_abi)abi);

		assert_in_range(size, 1, 128);
		assert_int_equal(size & (size - 1), 0);
	}
}

static void check_argument(const struct ht_arg *args, unsigned i, unsigned count)
{
	const struct ht_arg *arg = &args[i];
	char key[64];

	snprintf(key, sizeof(key), "\"%s\":", arg->name);
	assert_string_equal(arg->key, key);
	assert_int_equal(arg->key_length, strlen(key));
	assert_true(islower((unsigned char)arg->name[0]));
	assert_string_not_equal(arg->name, "unreadable");
	for (unsigned k = 0; k < i; k++)
		assert_string_not_equal(arg->name, args[k].name);
	assert_in_range(arg->kind, 1, HT_ARG_KINDS - 1);
	assert_in_range(arg->direction, HT_IN, HT_REMAINS);
	assert_int_equal(arg->names != NULL, takes_names(arg->kind));
	assert_int_equal(arg->flags != NULL, arg->kind == HT_ARG_OPERATION);
	assert_int_equal(arg->choice != NULL, arg->kind == HT_ARG_CHOICE);
	assert_int_equal(arg->structure != NULL, takes_struct(arg->kind));
	if (arg->kind == HT_ARG_PATH) {
		if (arg->aux == HT_CWD)
			return;
		assert_in_range(arg->aux, 0, count - 1);
		assert_int_equal(args[arg->aux].kind, HT_ARG_DIRFD);
	} else if (takes_count(arg->kind)) {
		if (arg->aux == HT_FETCH_RESULT)
			assert_int_not_equal(arg->direction, HT_IN);
		else if (arg->aux < HT_FETCH_COUNT(0))
			assert_in_range(arg->aux, 0, count - 1);
	} else {
		assert_int_equal(arg->aux, 0);
	}
	if (ht_arg_is_pointed(arg))
		check_pointed(args, i);
	if (arg->only_if)
		assert_true(i > 0);
	if (arg->kind == HT_ARG_LOW)
		assert_int_equal(args[i + 1].kind, HT_ARG_HIGH);
	if (arg->kind == HT_ARG_SOCKET_PROTOCOL)
		assert_true(i >= 2);
	if (arg->kind == HT_ARG_SOCKET_OPTION_NAME)
		assert_true(i >= 1);
}

static unsigned check_arguments(const struct ht_arg *args)
{
	unsigned count = 0;

	while (count < HT_ARGS && args[count].name)
		count++;
	for (unsigned i = 0; i < count; i++)
		check_argument(args, i, count);
	for (unsigned i = count; i < HT_ARGS; i++)
		assert_null(args[i].name);
	if (args[HT_ARG_RESULT].name)
		assert_string_equal(args[HT_ARG_RESULT].name, "result");
	return count;
}

static void test_command_arguments(void **state)
{
	size_t count, of;
	const struct ht_command *c = ht_commands(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		if (!c[i].args)
			continue;
		assert_true(check_arguments(c[i].args) > c[i].arg);
		/* The kernel looks for them by the value of one argument under one mask, the same for all of a call. */
		assert_int_equal(c[i].mask, ht_commands_of(ht_call_by_name(c[i].call), &of)->mask);
		for (size_t k = 0; k < count; k++)
			if (c[k].args && strcmp(c[k].call, c[i].call) == 0)
				assert_int_equal(c[k].arg, c[i].arg);
	}
}

/* Every part is a row, its call is one of i386, and the way back from its number is right. */
static void test_parts(void **state)
{
	size_t count;
	const struct ht_part_row *parts = ht_parts(&count);

	(void)state;
	assert_true(HT_PART_FIRST + count < HT_CALLS - 1);
	for (size_t i = 0; i < count; i++) {
		const struct ht_call *whole = ht_part_whole(&parts[i]);

		assert_non_null(whole);
		assert_string_equal(whole->name, parts[i].call);
		assert_true(whole->number[HT_ABI_I386] > 0);
		assert_int_equal(parts[i].wire.call, HT_PART_FIRST + i);
		assert_non_null(ht_call_by_name(parts[i].part));
		assert_ptr_equal(ht_call_by_number(HT_ABI_I386, parts[i].wire.call), ht_call_by_name(parts[i].part));
		assert_null(ht_call_by_number(HT_ABI_X86_64, parts[i].wire.call));
	}
	assert_null(ht_call_by_number(HT_ABI_I386, HT_PART_FIRST + (uint32_t)count));
}

static void test_arguments(void **state)
{
	size_t count;
	const struct ht_call *calls = ht_calls(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		unsigned args = check_arguments(calls[i].arg);

		for (unsigned k = 0; k < HT_CALL_RESOURCES; k++) {
			unsigned from = calls[i].resource[k].from;

			assert_true(calls[i].resource[k].kind < HT_RESOURCE_KINDS);
			if (from != HT_FROM_RESULT && from != HT_FROM_SELF && calls[i].resource[k].kind)
				assert_true(from < args);
		}
	}
}

/* ---- words ---- */

static void test_words(void **state)
{
	(void)state;
	for (enum ht_source s = 0; s < HT_SOURCES; s++)
		assert_non_null(ht_source_name(s));
	assert_null(ht_source_name(HT_SOURCES));
	assert_string_equal(ht_source_name(HT_SOURCE_FILESYSTEM), "filesystem");
	assert_null(ht_resource_kind_name(HT_RESOURCE_NONE));
	for (enum ht_resource_kind k = HT_RESOURCE_NONE + 1; k < HT_RESOURCE_KINDS; k++)
		assert_memory_equal(ht_resource_kind_name(k), "Host::", 6);
	assert_null(ht_resource_kind_name(HT_RESOURCE_KINDS));
	for (enum ht_abi a = 0; a < HT_ABI_COUNT; a++)
		assert_non_null(ht_abi_name(a));
	assert_null(ht_abi_name(HT_ABI_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_x86_64_has_every_number_of_the_header),
		cmocka_unit_test(test_i386_has_every_number_of_the_header),
		cmocka_unit_test(test_x32_has_every_number_of_the_header),
		cmocka_unit_test(test_arm64_has_every_number_of_the_header),
		cmocka_unit_test(test_newest_headers),
		cmocka_unit_test(test_no_numbers_beyond_the_headers),
		cmocka_unit_test(test_every_row_is_found_by_its_numbers),
		cmocka_unit_test(test_rows_of_one_call_agree),
		cmocka_unit_test(test_event_names),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_command_arguments),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
