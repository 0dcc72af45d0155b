/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that do not belong where they are, and files that a recorder moves while we look. */
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "sign/trail_fixture.h"

static int begin(void **state)
{
	verify_options = (struct ht_verify_options){ 0 };
	return make_root(state);
}

/* A reader that opened one would wait for a writer for ever. */
static void fifos(void **state)
{
	static const char *const suffixes[] = { ".json.sig", ".json", ".jsonl.zst", "first-public-key.pem", "last-digest" };
	static const enum ht_finding_id wanted[ARRAY_SIZE(suffixes)][3] = {
		{ HT_FINDING_FILE_UNEXPECTED, HT_FINDING_SIGNATURE_MISSING, HT_FINDINGS },
		{ HT_FINDING_FILE_UNEXPECTED, HT_FINDING_NO_DIGESTS, HT_FINDINGS },
		{ HT_FINDING_FILE_UNEXPECTED, HT_FINDING_FILE_UNEXPECTED, HT_FINDINGS },
		{ HT_FINDING_NO_KEY, HT_FINDINGS },
		{ HT_FINDINGS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		struct verdict v;
		const char *path;

		write_trail(1, 1, 3, HT_SIGN_ED25519);
		path = file_at(0, suffixes[i]);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(mkfifo(path, 0600), 0);
		if (i == 1) { /* without its digest the rest says nothing */
			assert_int_equal(unlink(file_at(0, ".jsonl.zst")), 0);
			assert_int_equal(unlink(file_at(0, ".json.sig")), 0);
			assert_int_equal(unlink(file_at(0, "last-digest")), 0);
		}
		assert_int_equal(verify(&v), i < 3);
		expect_findings(&v, wanted[i]);
		assert_int_equal(remove_root(state), 0);
		assert_int_equal(mkdir(root, 0700), 0);
	}
}

/* A log file that is newer than all digests belongs where its own name says, as any other. */
static void a_newer_log_elsewhere(void **state)
{
	char path[PATH_MAX + 128];
	struct verdict v;

	(void)state;
	write_trail(1, 1, 3, HT_SIGN_ED25519);
	verify_options.has_until = true;
	for (unsigned i = 0; i < 3; i++) {
		static const char *const suffixes[] = { "", ".partial", ".recovering" };

		snprintf(path, sizeof(path), "%s/HostTrail/" HOST "_HostTrail_default_20261121T110650Z_0000000000000007.jsonl.zst%s",
			 trail_directory, suffixes[i]);
		write_whole(path, "", 0);
		assert_int_equal(verify(&v), 1);
		EXPECT(&v, HT_FINDING_FILE_UNEXPECTED);
		assert_string_equal(v.texts[find(&v, HT_FINDING_FILE_UNEXPECTED) - v.findings][0],
				    path + strlen(trail_directory) + 1);
		assert_int_equal(unlink(path), 0);
	}
}

/* Whoever puts a file where a killed recorder might have left one gets it signed, but not without a word. */
static void a_log_put_there_after_the_end(void **state)
{
	char path[PATH_MAX];
	struct verdict v;

	(void)state;
	write_trail(1, 1, 3, HT_SIGN_ED25519);
	snprintf(path, sizeof(path), "%s", file_at(0, ".jsonl.zst"));
	path[strlen(path) - strlen("1.jsonl.zst")] = '2';
	write_whole(path, "", 0);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_LOG_UNCOVERED, HT_FINDING_UNCOVERED);
	write_trail(1, 1, 3, HT_SIGN_ED25519);
	assert_int_equal(verify(&v), 0);
	EXPECT(&v, HT_FINDING_KILLED, HT_FINDING_LOG_RECOVERED);
	assert_int_equal(v.result.findings[HT_SEVERITY_WARNING], 2);
	assert_int_equal(v.result.logs_valid, 3);
}

/* The directories are those of another continuation than the one that the state knows. */
static void another_continuation(void **state)
{
	_cleanup_buffer_ struct ht_buffer newest = { 0 };
	char aside[PATH_MAX + 64], command[4 * PATH_MAX];
	struct verdict v;

	(void)state;
	write_trail(1, 1, 3, HT_SIGN_ED25519);
	snprintf(aside, sizeof(aside), "%s/aside", root);
	snprintf(command, sizeof(command), "cp -a %s %s", trail_directory, aside);
	assert_int_equal(system(command), 0);
	write_trail(1, 1, 3, HT_SIGN_ED25519);
	read_whole(file_at(0, "last-digest"), &newest);
	snprintf(command, sizeof(command), "rm -r %s && mv %s %s", trail_directory, aside, trail_directory);
	assert_int_equal(system(command), 0);
	write_trail(1, 1, 3, HT_SIGN_ED25519);
	assert_int_equal(verify(&v), 0);
	write_whole(file_at(0, "last-digest"), newest.data, newest.length);
	assert_int_equal(verify(&v), 1);
	EXPECT(&v, HT_FINDING_NOT_RECORDING, HT_FINDING_DIGEST_TWICE);
}

/* Until it was looked at often enough, however busy the machine is. */
static void record_in_a_hurry(const atomic_uint *looked)
{
	struct ht_trail_options options = trail_options();
	struct ht_trail *t = open_trail(&options);

	for (unsigned i = 1; i <= 60 || (atomic_load(looked) <= 10 && i <= 5000); i++) {
		append_events(t, 3);
		pass_time(t, 3600, i, i);
	}
	close_trail(t);
	_exit(0);
}

/* A recorder that is at work is no reason for alarm, whenever one looks. */
static void while_it_is_recorded(void **state)
{
	atomic_uint *looked = mmap(NULL, sizeof(*looked), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct verdict v;
	int status;
	pid_t child;

	(void)state;
	assert_ptr_not_equal(looked, MAP_FAILED);
	write_trail(20, 1, 3, HT_SIGN_ED25519);
	verify_options.has_until = true;
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		record_in_a_hurry(looked);
	while (waitpid(child, &status, WNOHANG) == 0) {
		bool good = verify(&v) == 0;

		for (unsigned i = 0; !good && i < v.count; i++)
			if (ht_finding_kind(v.findings[i].id)->exit)
				print_error("%s: %s: %s\n", ht_finding_kind(v.findings[i].id)->name, v.texts[i][0], v.texts[i][1]);
		if (!good)
			kill(child, SIGKILL);
		assert_true(good);
		atomic_fetch_add(looked, 1);
	}
	assert_true(atomic_load(looked) > 10);
	munmap(looked, sizeof(*looked));
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fifos),
		TEST(a_newer_log_elsewhere),
		TEST(a_log_put_there_after_the_end),
		TEST(another_continuation),
		TEST(while_it_is_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
