#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The reference is what the catalogue says.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1
need jq

for form in markdown man; do
	tools/catalogue-reference "$form" "$HOSTTRAIL" >"$TMP/$form"
done
check "docs/catalogue.md is up to date (make reference)" diff "$TMP/markdown" docs/catalogue.md
check "hosttrail-calls(7) is up to date (make reference)" diff "$TMP/man" docs/man/hosttrail-calls.7
exits "a form that there is not" 2 tools/catalogue-reference pdf "$HOSTTRAIL"

finish
