/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a digest file: refused with a reason, or read so that writing and reading again gives the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hosttrail/digest.h"
#include "base/cleanup.h"
#include "sign/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool claim)
{
	if (!claim)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char signature[64];
	_cleanup_buffer_ struct ht_buffer first = { 0 }, second = { 0 }, text = { 0 };
	_cleanup_(ht_head_free) struct ht_head h = { 0 }, again = { 0 };
	struct ht_error err = { "" };

	if (ht_head_parse(&h, (const char *)data, size, signature, sizeof(signature), &err) < 0) {
		must(err.text[0]);
		return 0;
	}
	must(h.digest && h.digest->number);
	must(ht_digest_string_to_sign(h.digest, h.sha256, &text) == 0);
	must(ht_digest_place(h.digest, &text) == 0);
	must(!ht_head_is_signed(&h));
	must(ht_digest_write(h.digest, &first) == 0);
	must(ht_head_parse(&again, first.data, first.length, signature, sizeof(signature), &err) == 0);
	must(ht_digest_write(again.digest, &second) == 0);
	must(first.length == second.length && memcmp(first.data, second.data, first.length) == 0);
	return 0;
}
