/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stands in the skippable frames of a log file, as hosttrail-log(5) specifies it. All numbers are little-endian.
 */
#ifndef HT_STORE_FORMAT_H
#define HT_STORE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define HT_ZSTD_MAGIC 0xFD2FB528u     /* RFC 8878, section 3.1.1 */
#define HT_ZSTD_SKIPPABLE 0x184D2A50u /* the first of 16, RFC 8878, section 3.1.2 */
#define HT_LOG_MAGIC 0x184D2A55u      /* the one of them that is ours; the tag tells which frame it is */

#define HT_LOG_TAG_BYTES 8u
#define HT_LOG_HEADER_TAG "HTRLFILE"
#define HT_LOG_SUMMARY_TAG "HTRLSUMM"

#define HT_LOG_VERSION 1u
#define HT_LOG_WINDOW_LOG_MAX 23 /* readers need no more than 8 MiB of history */

/* Magic and length of a skippable frame, then: tag 8, version 4, compatible flags 4, incompatible flags 4, zero 12. */
#define HT_LOG_HEADER_BYTES (8u + 32u)

/*
 * Magic and length, then: tag 8, version 4, zero 4, stored bytes 8, content bytes 8, events 8, oldest time 8, newest time
 * 8, sections (none are written yet), length of this whole frame 4, zero 4.
 */
#define HT_LOG_SUMMARY_BYTES (8u + 64u)

struct ht_log_frame {
	uint64_t stored_bytes, content_bytes, events;
	int64_t oldest_ns, newest_ns;
};

void ht_log_header_write(unsigned char out[HT_LOG_HEADER_BYTES]);
void ht_log_summary_write(const struct ht_log_frame *f, unsigned char out[HT_LOG_SUMMARY_BYTES]);

/* payload: what follows magic and length of a frame of ours. 0: readable. -EPROTONOSUPPORT: a header with incompatible
 * flags or of another version. -EBADMSG: malformed. Frames with unknown tags are fine. */
int ht_log_payload_check(const unsigned char *payload, size_t n);

static inline uint32_t ht_le32(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

#endif
