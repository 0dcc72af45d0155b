/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which paths configure the host (control-plane paths) and which hold its secrets (credential paths): rules
 * that a file can replace, and the texts of paths themselves.
 *
 * A rule is a class and a pattern. "/etc" means /etc and all below it; "/lib*" means whatever begins with
 * those bytes; "*" followed by "/.ssh/authorized_keys" means that name in any directory.
 */
#ifndef HT_EVENT_PATHS_H
#define HT_EVENT_PATHS_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "hosttrail/text.h"

enum ht_path_match {
	HT_PATH_BELOW,  /* the path itself and all below it */
	HT_PATH_PREFIX, /* whatever begins with these bytes */
	HT_PATH_SUFFIX, /* whatever ends with these bytes, which begin with a slash */
};

struct ht_path_rule {
	unsigned class_bits; /* HT_CLASS_* */
	enum ht_path_match match;
	struct ht_text text;
};

struct ht_paths;

int ht_paths_default(struct ht_paths **ret);

/*
 * A file of lines "control PATTERN" and "credential PATTERN"; '#' begins a comment. It replaces the default
 * list. -EBADMSG: a line breaks the form; err has NAME:LINE, what and the remedy.
 */
int ht_paths_parse(struct ht_paths **ret, const char *name, const char *text, size_t n, struct ht_error *err);
int ht_paths_load(struct ht_paths **ret, const char *path, struct ht_error *err);
void ht_paths_free(struct ht_paths *p); /* NULL is accepted */

const struct ht_path_rule *ht_paths_rules(const struct ht_paths *p, size_t *ret_count);

/* HT_CLASS_* bits of an absolute, normalised path. */
unsigned ht_paths_class(const struct ht_paths *p, struct ht_text path);

/* The classes that hold of every path with this prefix: what a longest-prefix table has to store for it. */
unsigned ht_paths_class_of_prefix(const struct ht_paths *p, struct ht_text prefix);

/*
 * Appends path, made absolute below base (absolute; used when path is relative) and normalised by its text
 * alone: no doubled slashes, no "." and "..", no slash at the end. Symbolic links are not followed.
 */
void ht_path_normalise(struct ht_buffer *b, struct ht_text base, struct ht_text path);

#endif
