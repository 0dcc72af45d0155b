/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables as they stream: the columns are laid out once, so a row can be printed before the next one is known.
 * A column that is too narrow for its text cuts it when the width is limited, and else pushes the rest of the
 * row to the right.
 */
#include "cli/cli.h"

#include <limits.h>
#include <wchar.h>

#include "base/cleanup.h"
#include "base/utf8.h"

#define NARROWEST 12u   /* of the flexible column */
#define COMFORTABLE 28u /* from this width on others do not shrink for it */
#define CELL_MAX 8192u  /* bytes of a cell's text that are looked at when nothing limits its width */
#define GAP 2u

/* One character as it is shown: its bytes and its cells. */
struct glyph {
	char bytes[12];
	unsigned length, cells;
};

/* Direction marks and their like change how the text around them is read, and other invisible ones hide. */
static bool is_deceptive(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x061c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
	       c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

static struct glyph escaped(uint32_t c)
{
	struct glyph g;

	g.length = (unsigned)snprintf(g.bytes, sizeof(g.bytes), c < 0x100 ? "\\x%02x" : "\\u%04x", c);
	g.cells = g.length;
	return g;
}

/* The glyph that s begins with; returns the bytes of s it stands for. */
static size_t next_glyph(const char *s, size_t n, struct glyph *ret)
{
	bool valid;
	size_t length = ht_utf8_length(s, n, &valid);
	uint32_t c;
	int cells;

	if (!valid) {
		*ret = escaped((unsigned char)s[0]);
		return 1;
	}
	c = ht_utf8_decode(s, length);
	cells = is_deceptive(c) ? -1 : wcwidth((wchar_t)c);
	if (cells < 0) {
		*ret = escaped(c);
	} else {
		memcpy(ret->bytes, s, length);
		ret->length = (unsigned)length;
		ret->cells = (unsigned)cells;
	}
	return length;
}

static unsigned cells_of(const char *s, size_t n)
{
	unsigned cells = 0;

	for (size_t i = 0; i < n;) {
		struct glyph g;

		i += next_glyph(s + i, n - i, &g);
		cells += g.cells;
	}
	return cells;
}

/* Writes glyphs until the text or the cells are used up; returns the cells written. */
static unsigned put_glyphs(FILE *out, const char *s, size_t n, unsigned cells)
{
	unsigned used = 0;

	for (size_t i = 0; i < n;) {
		struct glyph g;

		i += next_glyph(s + i, n - i, &g);
		if (used + g.cells > cells)
			break;
		fwrite(g.bytes, 1, g.length, out);
		used += g.cells;
	}
	return used;
}

void ht_cli_put_text(FILE *out, struct ht_text text)
{
	put_glyphs(out, text.data, text.length, UINT_MAX);
}

/* Skips the beginning until what is left fits into the cells. */
static size_t fitting_tail(const char *s, size_t n, unsigned have, unsigned cells)
{
	size_t i = 0;

	while (i < n && have > cells) {
		struct glyph g;

		i += next_glyph(s + i, n - i, &g);
		have -= g.cells;
	}
	return i;
}

static unsigned put_text(FILE *out, struct ht_text text, unsigned width, enum ht_cli_cut cut, bool limited)
{
	size_t n = text.length < CELL_MAX ? text.length : CELL_MAX;
	unsigned cells = cells_of(text.data, n);

	if (!limited || cut == HT_CLI_CUT_NEVER || cells <= width)
		return put_glyphs(out, text.data, n, cells);
	if (cut == HT_CLI_CUT_END) {
		cells = put_glyphs(out, text.data, n, width - 1);
		fputs("…", out);
	} else {
		size_t from = fitting_tail(text.data, n, cells, width - 1);

		fputs("…", out);
		cells = put_glyphs(out, text.data + from, n - from, width - 1);
	}
	return cells + 1;
}

/* The bytes that fit into the cells: up to a blank if one is among them, that one left out. */
static size_t fitting_words(const char *s, size_t n, unsigned cells)
{
	unsigned used = 0;
	size_t blank = 0, i = 0;

	while (i < n) {
		struct glyph g;
		size_t next = i + next_glyph(s + i, n - i, &g);

		if (used + g.cells > cells)
			return blank ? blank : i ? i : next;
		if (s[i] == ' ')
			blank = i;
		used += g.cells;
		i = next;
	}
	return n;
}

/* Goes on in lines of their own, as far to the right as the first began. */
static void put_wrapped(FILE *out, struct ht_text text, unsigned width, unsigned indent)
{
	while (text.length) {
		size_t n = fitting_words(text.data, text.length, width);

		ht_cli_put_text(out, (struct ht_text){ text.data, n });
		while (n < text.length && text.data[n] == ' ')
			n++;
		text.data += n;
		text.length -= n;
		if (text.length)
			fprintf(out, "\n%*s", (int)indent, "");
	}
}

/* The columns behind this one whose room its text may take, up to the one that is returned. */
static unsigned room_of(const struct ht_cli_table *t, const struct ht_cli_cell *cells, unsigned i)
{
	unsigned next = i + 1;
	struct ht_text text = cells[i].text;

	if (!t->limited || !t->columns[i].over || !text.data || cells_of(text.data, text.length) <= t->width[i])
		return next;
	while (next < t->count && !cells[next].text.data)
		next++;
	return next;
}

/* From a column up to the next one that has something of its own. */
static void put_cell(struct ht_cli_table *t, unsigned column, unsigned next, const struct ht_cli_cell *cell, const char *colour)
{
	struct ht_text text = cell->text.data ? cell->text : HT_TEXT("-");
	unsigned used = 0, before = 0, width = t->width[column];

	for (unsigned i = 0; i < column; i++)
		before += t->width[i] + GAP;
	for (unsigned i = column + 1; i < next; i++)
		width += GAP + t->width[i];
	if (t->colour && *colour)
		fputs(colour, t->out);
	if (t->columns[column].cut == HT_CLI_WRAP && t->limited)
		put_wrapped(t->out, text, width, before);
	else
		used = put_text(t->out, text, width, t->columns[column].cut, t->limited);
	if (t->colour && *colour)
		fputs("\033[0m", t->out);
	if (next < t->count)
		fprintf(t->out, "%*s", (int)((used < width ? width - used : 0) + GAP), "");
}

void ht_cli_table_row(struct ht_cli_table *t, const struct ht_cli_cell *cells)
{
	static const char *const colours[] = {
		[HT_CLI_PLAIN] = "",
		[HT_CLI_GOOD] = "\033[32m",
		[HT_CLI_BAD] = "\033[31m",
		[HT_CLI_FAINT] = "\033[2m",
	};

	for (unsigned i = 0, next; i < t->count; i = next) {
		next = room_of(t, cells, i);
		put_cell(t, i, next, &cells[i], colours[cells[i].style]);
	}
	fputc('\n', t->out);
}

void ht_cli_table_note(struct ht_cli_table *t, unsigned indent, struct ht_text text)
{
	fprintf(t->out, "%*s", (int)indent, "");
	if (t->limited)
		put_wrapped(t->out, text, t->whole > indent + NARROWEST ? t->whole - indent : NARROWEST, indent);
	else
		ht_cli_put_text(t->out, text);
	fputc('\n', t->out);
}

/* The column that has most to give, or count. */
static unsigned shrinkable(const struct ht_cli_table *t)
{
	unsigned best = t->count, most = 0;

	for (unsigned i = 0; i < t->count; i++) {
		unsigned narrow = t->columns[i].narrow ? t->columns[i].narrow : t->width[i];

		if (t->width[i] - narrow > most) {
			most = t->width[i] - narrow;
			best = i;
		}
	}
	return best;
}

/* Gives the flexible column what the others leave of the width, and makes those smaller if that is too
 * little. */
static void lay_out(struct ht_cli_table *t, unsigned width)
{
	unsigned fixed = GAP * (t->count - 1), flexible = t->count, i;

	for (i = 0; i < t->count; i++) {
		t->width[i] = t->columns[i].width;
		if (t->columns[i].flexible)
			flexible = i;
		else
			fixed += t->width[i];
	}
	t->limited = width > 0;
	t->whole = width;
	if (!t->limited || flexible == t->count)
		return;
	while (width < fixed + COMFORTABLE && (i = shrinkable(t)) < t->count) {
		t->width[i]--;
		fixed--;
	}
	t->width[flexible] = width > fixed + NARROWEST ? width - fixed : NARROWEST;
}

void ht_cli_table_begin(struct ht_cli_table *t, FILE *out, const struct ht_cli_column *columns,
			unsigned count)
{
	*t = (struct ht_cli_table){ .out = out,
				    .columns = columns,
				    .count = count < HT_CLI_COLUMNS ? count : HT_CLI_COLUMNS };
	t->colour = ht_cli_colour(out);
	lay_out(t, ht_cli_width(out));
	for (unsigned i = 0; i < t->count; i++) {
		struct ht_cli_cell title = { ht_text_of(columns[i].title), HT_CLI_PLAIN };

		put_cell(t, i, i + 1, &title, "\033[1m");
	}
	fputc('\n', out);
}
