#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Every shell script is one, by its first line and by its grammar, and can be executed or is there to be sourced.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1

bad=""
while read -r file; do
	sourced=""
	case $(head -n 1 "$file") in
	'#!/bin/sh') said=$(sh -n "$file" 2>&1) ;;
	'#!/usr/bin/env bash') said=$(bash -n "$file" 2>&1) ;;
	'# shellcheck shell=bash') said=$(bash -n "$file" 2>&1) sourced=yes ;;
	*) said="begins with neither #!/bin/sh nor #!/usr/bin/env bash" ;;
	esac
	[ -z "$said" ] || bad+="$file: $said"$'\n'
	[ -x "$file" ] || [ -n "$sourced" ] || bad+="$file: not executable"$'\n'
done < <(
	find tests tools -name '*.sh' -not -path '*/corpus/*'
	find tests tools .ci -type f -perm -u+x -not -name '*.sh' -not -path '*/corpus/*'
)
equals "scripts are valid and executable" "" "$bad"
finish
