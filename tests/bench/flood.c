/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flood DIR RATE SECONDS: opens files for so long, RATE a second (0: as fast as it goes), each of them a selected
 * openat, and says "OPENED NANOSECONDS". There are 1024 files in 16 directories below DIR, opened in an order that
 * repeats only after all of them; they are closed many at once by close_range, which nobody selects.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIRECTORIES 16
#define FILES 1024
#define STRIDE 389   /* odd: all files are met before one is met again */
#define BURST 64     /* opened between two looks at the clock */
#define FIRST_FD 3u

static char *names[FILES];

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int make_files(const char *dir)
{
	for (unsigned i = 0; i < FILES; i++) {
		char directory[4096];
		int fd;

		snprintf(directory, sizeof(directory), "%s/directory%u", dir, i % DIRECTORIES);
		if (mkdir(directory, 0700) < 0 && errno != EEXIST)
			return -errno;
		if (asprintf(&names[i], "%s/document-%u.txt", directory, i) < 0)
			return -ENOMEM;
		fd = open(names[i], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			return -errno;
		close(fd);
	}
	return 0;
}

/* Sleeps rather than spins: the recorder's CPU may be the other half of this one's core. */
static void sleep_until(uint64_t ns)
{
	struct timespec t = { .tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/* A burst; returns how many files it opened. */
static uint64_t open_some(uint64_t opened)
{
	uint64_t done = 0;

	for (unsigned i = 0; i < BURST; i++)
		done += open(names[(opened + i) * STRIDE % FILES], O_RDONLY | O_CLOEXEC) >= 0;
	close_range(FIRST_FD, ~0u, 0);
	return done;
}

int main(int argc, char **argv)
{
	uint64_t rate = argc == 4 ? strtoull(argv[2], NULL, 10) : 0, opened = 0, begin, now, end;
	double seconds = argc == 4 ? strtod(argv[3], NULL) : 0;
	int r;

	if (seconds <= 0) {
		fprintf(stderr, "usage: flood DIR RATE SECONDS\n");
		return 2;
	}
	r = make_files(argv[1]);
	if (r < 0) {
		fprintf(stderr, "flood: %s: %s\n", argv[1], strerror(-r));
		return 1;
	}
	begin = now = now_ns();
	end = begin + (uint64_t)(seconds * 1e9);
	while (now < end) {
		uint64_t due = rate ? begin + (uint64_t)((double)opened / (double)rate * 1e9) : now;

		if (due > now)
			sleep_until(due < end ? due : end);
		else
			opened += open_some(opened);
		now = now_ns();
	}
	printf("%llu %llu\n", (unsigned long long)opened, (unsigned long long)(now - begin));
	return 0;
}
