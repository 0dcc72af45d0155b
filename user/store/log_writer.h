/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of struct ht_log_writer, for the layer's own files. */
#ifndef HT_STORE_LOG_WRITER_H
#define HT_STORE_LOG_WRITER_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <zstd.h>

#include "base/buffer.h"
#include "hosttrail/log.h"
#include "store/format.h"

/* A place in the file up to which every line is whole and decompresses. */
struct ht_log_mark {
	struct ht_log_frame total, frame;
	uint64_t frame_start;
	bool frame_open;
};

/*
 * Lines go from `in`, which holds those of the whole frame and never moves, through zstd into `out` and from there
 * into the file; in_start and out_start tell how much of each has gone on. total.stored_bytes is the length of the
 * file. `mark` is the last flush that the file system took whole.
 */
struct ht_log_writer {
	char *path, *partial;
	int fd;
	int error; /* of the last write; 0 when it took everything */
	ZSTD_CCtx *zstd;
	EVP_MD_CTX *sha;
	size_t frame_bytes;
	struct ht_buffer in, out;
	size_t in_start, out_start;
	struct ht_log_frame total, frame; /* frame.stored_bytes is set when it ends */
	uint64_t frame_start;             /* where in the file it begins */
	bool frame_open;
	bool dirty;  /* lines were appended since the last flush or end of a frame */
	bool marked; /* next_mark is under way */
	struct ht_log_mark mark, next_mark;
	bool ended, cut, renamed, hashed;
	uint64_t dropped;
	unsigned char sha256[HT_SHA256];
};

/* As ht_log_create(), with another name for the file while it is written. */
int ht_log_create_as(struct ht_log_writer **ret, const char *partial, const char *path, int level, size_t frame_bytes,
		     struct ht_error *err);

#endif
