/* SPDX-License-Identifier: BSD-2-Clause */
/* The verbs' functions, declared from their table. */
#ifndef HT_CLI_VERBS_H
#define HT_CLI_VERBS_H

#define VERB(name, function, summary, usage, page) int function(int argc, char **argv);
#include "cli/verbs.def"
#undef VERB

#endif
