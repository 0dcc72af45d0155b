/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small function for every row of the catalogue, which makes that call: once so that it succeeds where a sandbox
 * allows, once so that it fails, with arguments worth looking at. Tests run them under a recorder and compare; the
 * functions themselves only see to it that the calls end as they were meant to.
 *
 *	CALLS(close)
 *	{
 *		int fd = scratch_file("file", "content");
 *
 *		works(call(close, fd));
 *		fails(EBADF, call(close, fd));
 *	}
 *
 * Each runs in a child of its own whose current directory is a new one, as root or not; what it does must not outlive
 * it nor be seen from outside. A row that has no number in an ABI stands within #ifdef, and does not compile without.
 * A name that stands twice in the catalogue, once for each layout, is one function.
 */
#ifndef HOSTTRAIL_TESTS_CALLS_H
#define HOSTTRAIL_TESTS_CALLS_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#include "calls/numbers.h"

struct row {
	const char *name;
	void (*calls)(void);
	bool extra; /* not a row of the catalogue */
};

#define ROW(string, function, entry, listed, is_extra)                                                                 \
	static void function(void);                                                                                    \
	static const struct row entry = {.name = string, .calls = function, .extra = is_extra};                        \
	static const struct row *const listed __attribute__((section("rows"), used)) = &entry;                         \
	static void function(void)

/* The function of a row of the catalogue, and one of something else worth calling. */
#define CALLS(name) ROW(#name, calls_##name, entry_##name, listed_##name, false)
#define EXTRA(name) ROW(#name, calls_##name, entry_##name, listed_##name, true)

/* call(openat, AT_FDCWD, "file", O_RDONLY): the result as syscall(2) returns it, -1 and errno. Up to six arguments, each
 * one register: a 64-bit value is two of them on i386, low word first. */
#define call(name, ...) syscall(NR_##name CALL_WORDS(__VA_ARGS__))
#define call_number(number, ...) syscall((long)(number)CALL_WORDS(__VA_ARGS__))

#define CALL_WORDS(...) CALL_COUNTED(0, ##__VA_ARGS__, CALL_6, CALL_5, CALL_4, CALL_3, CALL_2, CALL_1, CALL_0)(__VA_ARGS__)
#define CALL_COUNTED(z, a, b, c, d, e, f, words, ...) words
#define CALL_0()
#define CALL_1(a) , (long)(a)
#define CALL_2(a, ...) , (long)(a)CALL_1(__VA_ARGS__)
#define CALL_3(a, ...) , (long)(a)CALL_2(__VA_ARGS__)
#define CALL_4(a, ...) , (long)(a)CALL_3(__VA_ARGS__)
#define CALL_5(a, ...) , (long)(a)CALL_4(__VA_ARGS__)
#define CALL_6(a, ...) , (long)(a)CALL_5(__VA_ARGS__)

/* The two words of a 64-bit argument on i386. */
#define LOW_HIGH(value) (uint32_t)(uint64_t)(value), (uint32_t)((uint64_t)(value) >> 32)

/* A 64-bit argument as this ABI passes it. */
#ifdef __i386__
#define WORDS64(value) LOW_HIGH(value)
#else
#define WORDS64(value) (value)
#endif

/*
 * How a call is meant to end. Another end is told on stderr and makes the run fail, but for ENOSYS, which an older
 * kernel says. Both return the result. A call whose end depends on the machine is made without.
 */
#define works(result) meant((result), 0, #result, __FILE__, __LINE__)
#define fails(error, result) meant((result), (error), #result, __FILE__, __LINE__)
long meant(long result, int error, const char *what, const char *file, int line);

/* For what prepares a call: ends the row, which then has failed, if it is false. */
#define need(condition) needed((condition), #condition, __FILE__, __LINE__)
void needed(bool holds, const char *what, const char *file, int line);

/*
 * unshare(2) of these CLONE_NEW* flags, with all mounts private afterwards if CLONE_NEWNS is among them. Ends the row
 * without failing it if this process may not. Nothing that reaches beyond the child is called before.
 */
void own_namespaces(int flags);

/* A new file in the current directory that holds the text; a descriptor open for reading and writing, at its begin. */
int scratch_file(const char *name, const char *text);

/* A copy of these bytes, or as many zeros if there are none, of which the last is the last before an unmapped page. */
void *at_border(const void *data, size_t bytes);
char *string_at_border(const char *text);

/* Bytes before an unmapped page that are no terminated string. */
char *unterminated(size_t bytes);

/* A pointer to memory that is not there, and one to memory that must not be read. */
void *unmapped(void);
void *unreadable(void);

/* Runs a function in a child that exits with what it returns, and waits for it: the status of wait(2). */
int in_child(int (*function)(void *), void *argument);

/* A child that waits for signals until child_end() ends it. */
pid_t child_waiting(void);
void child_end(pid_t pid);

/* The layouts of the kernel for 64-bit times, in each ABI the same. */
struct time64 {
	int64_t seconds;
	int64_t nanoseconds;
};

/* The layouts of the kernel for times of the ABI's own words. */
struct time_words {
	long seconds;
	long fraction; /* microseconds or nanoseconds */
};

/* What the kernel takes for sigset_t, and its size, which the calls take for an argument. */
typedef uint64_t kernel_sigset;
#define SIGSET_BYTES 8

/* A buffer for whatever a call returns. */
#define OUT_BYTES 4096
extern _Alignas(64) char out[OUT_BYTES];

#endif
