#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The man pages are valid mdoc, and what one refers to is there.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1
need mandoc

pages=$(find docs/man -name '*.[157]' | sort)
[ -n "$pages" ] || skip_all "no man pages"

for page in $pages; do
	# Standard pages are looked up on the machine that reads, where they may be missing.
	check "$page" mandoc -T lint -W warning "$page"
done

missing=$(sed -nE 's/^\.Xr (hosttrail[a-z-]*) ([0-9]).*/\1.\2/p' $pages | sort -u | while read -r page; do
	[ -e "docs/man/$page" ] || grep -q "docs/man/$page\$" Makefile || echo "$page" # or make reference writes it
done)
equals "references lead to pages" "" "$missing"

finish
