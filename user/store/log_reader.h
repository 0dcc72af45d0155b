/* SPDX-License-Identifier: BSD-2-Clause */
/* What the layers of store and sign share of the log reader. */
#ifndef HT_STORE_LOG_READER_H
#define HT_STORE_LOG_READER_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#include "hosttrail/log.h"

/* Every byte that is read from the file from now on is hashed as well. sha stays the caller's. */
void ht_log_read_hash(struct ht_log_reader *r, EVP_MD_CTX *sha);

/* After damage: reads the rest of the file for the hash's sake. 0 or what read(2) says. */
int ht_log_read_rest(struct ht_log_reader *r);

/* Bytes read from the file so far, whether they have given content or not. */
uint64_t ht_log_read_total(const struct ht_log_reader *r);

/* Bytes at the end of the file that gave no complete line, once reading has ended: stored bytes that gave nothing plus
 * content bytes of a line that has no end. */
uint64_t ht_log_read_cut(const struct ht_log_reader *r);

#endif
