#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The differential test can fail: what differs is found, and nothing else.
. "$SRC/tests/lib.sh"
need python3

"$HOSTTRAIL" catalogue --output json >"$TMP/catalogue"
PYTHONDONTWRITEBYTECODE=1 python3 "$SRC/tests/differential/itself.py" "$TMP/catalogue"
