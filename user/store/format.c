/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/format.h"

#include <errno.h>
#include <string.h>

static unsigned char *put(unsigned char *p, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		p[i] = (unsigned char)(v >> (8 * i));
	return p + bytes;
}

static unsigned char *put_tag(unsigned char *p, const char *tag)
{
	memcpy(p, tag, HT_LOG_TAG_BYTES);
	return p + HT_LOG_TAG_BYTES;
}

void ht_log_header_write(unsigned char out[HT_LOG_HEADER_BYTES])
{
	unsigned char *p = out;

	memset(out, 0, HT_LOG_HEADER_BYTES);
	p = put(p, HT_LOG_MAGIC, 4);
	p = put(p, HT_LOG_HEADER_BYTES - 8, 4);
	p = put_tag(p, HT_LOG_HEADER_TAG);
	put(p, HT_LOG_VERSION, 4);
}

void ht_log_summary_write(const struct ht_log_frame *f, unsigned char out[HT_LOG_SUMMARY_BYTES])
{
	unsigned char *p = out;

	p = put(p, HT_LOG_MAGIC, 4);
	p = put(p, HT_LOG_SUMMARY_BYTES - 8, 4);
	p = put_tag(p, HT_LOG_SUMMARY_TAG);
	p = put(p, HT_LOG_VERSION, 4);
	p = put(p, 0, 4);
	p = put(p, f->stored_bytes, 8);
	p = put(p, f->content_bytes, 8);
	p = put(p, f->events, 8);
	p = put(p, (uint64_t)f->oldest_ns, 8);
	p = put(p, (uint64_t)f->newest_ns, 8);
	p = put(p, HT_LOG_SUMMARY_BYTES, 4);
	put(p, 0, 4);
}

int ht_log_payload_check(const unsigned char *payload, size_t n)
{
	if (n < HT_LOG_TAG_BYTES + 4 || memcmp(payload, HT_LOG_HEADER_TAG, HT_LOG_TAG_BYTES))
		return 0;
	if (n < HT_LOG_HEADER_BYTES - 8)
		return -EBADMSG;
	if (ht_le32(payload + 8) != HT_LOG_VERSION || ht_le32(payload + 16) != 0)
		return -EPROTONOSUPPORT;
	return 0;
}
