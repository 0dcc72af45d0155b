/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"

static const struct ht_cli_verb *current;

void ht_cli_begin(const struct ht_cli_verb *verb)
{
	current = verb;
	/* wcwidth() asks the locale; what is recorded is UTF-8 whatever the user's is. */
	setlocale(LC_CTYPE, "C.UTF-8");
}

const struct ht_cli_verb *ht_cli_current(void)
{
	return current;
}

void ht_cli_error(const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	if (n < 0) {
		text = NULL;
		return;
	}
	fflush(stdout);
	fputs(current ? "hosttrail " : "hosttrail", stderr);
	fputs(current ? current->name : "", stderr);
	fputs(": ", stderr);
	ht_cli_put_text(stderr, (struct ht_text){ text, (size_t)n });
	fputc('\n', stderr);
}

int ht_cli_exit_status(int code)
{
	switch (code) {
	case 0:
		return HT_EXIT_DONE;
	case -EBADMSG:
		return HT_EXIT_BAD_NEWS;
	case -EINVAL:
		return HT_EXIT_USAGE;
	default:
		return HT_EXIT_REFUSED;
	}
}

bool ht_cli_output_lost(void)
{
	return ferror(stdout);
}

/* A pipe or socket without a reader: its stream may have failed long ago, when errno was another. */
static bool reader_is_gone(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&p, 1, 0) == 1 && (p.revents & (POLLERR | POLLHUP));
}

int ht_cli_finish(int status)
{
	errno = 0;
	if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE || reader_is_gone())
		return status;
	ht_cli_error("standard output: %s; what was printed is incomplete",
		     errno ? strerror(errno) : "write error");
	return HT_EXIT_REFUSED;
}

bool ht_cli_colour(FILE *stream)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	if (no_color && *no_color)
		return false;
	if (!term || strcmp(term, "dumb") == 0)
		return false;
	return isatty(fileno(stream));
}

unsigned ht_cli_width(FILE *stream)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (columns && *columns) {
		char *end;
		unsigned long n = strtoul(columns, &end, 10);

		if (*end == '\0' && n > 0 && n < 10000)
			return (unsigned)n;
	}
	if (isatty(fileno(stream)) && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0)
		return size.ws_col;
	return 0;
}
