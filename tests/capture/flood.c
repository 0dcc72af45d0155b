/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flood PROCESSES COUNT EVERY: each process makes COUNT seeks, which are data, and after each EVERY of them one change of mode
 * in vain, which is management.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int flood(long count, long every)
{
	int fd = open("/dev/null", O_RDONLY);

	for (long i = 1; i <= count; i++) {
		syscall(SYS_lseek, fd, i, SEEK_SET);
		if (i % every == 0)
			syscall(SYS_chmod, "/hosttrail-none", i / every);
	}
	return fd < 0;
}

int main(int argc, char **argv)
{
	long processes = argc == 4 ? strtol(argv[1], NULL, 10) : 0;
	int status, failed = processes < 1;

	for (long i = 0; i < processes; i++)
		if (fork() == 0)
			_exit(flood(strtol(argv[2], NULL, 10), strtol(argv[3], NULL, 10)));
	while (wait(&status) > 0)
		failed |= status != 0;
	return failed;
}
