#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The runner and the lint can fail: a tree with one test of every outcome, and one with an include too many.
. "$SRC/tests/lib.sh"

tree=$TMP/tree
mkdir -p "$tree/tests/cli" "$tree/tests/lint" "$tree/docs" "$tree/user/base" "$tree/include" "$tree/bpf"
cp "$SRC/tests/run" "$SRC/tests/lib.sh" "$tree/tests/"
script() {
	printf '#!/bin/sh\n%s\n' "$2" >"$tree/tests/cli/$1.sh"
	chmod +x "$tree/tests/cli/$1.sh"
}
script a-fails 'echo because; exit 3'
script b-leaves 'sleep 60 & exit 0'
script c-passes 'exit 0'
script d-skips 'echo chatter; echo "needs a thing"; exit 77'
script e-slow '# timeout: 1
sleep 60'
script f-stops 'echo "ok 1 - one"; echo 1..3'
script g-tap 'echo "ok 1 - one"; echo "not ok 2 - two"; echo "ok 3 - three # SKIP no four"; echo 1..3; exit 1'

env -u TMP BUILD="$tree/build" "$tree/tests/run" >"$TMP/said" 2>&1 </dev/null
equals "a failure is an exit status" 1 $?
equals "every outcome is told" "$(
	cat <<'EOF'
FAIL cli/a-fails: exit status 3
    because
FAIL cli/b-leaves: exit status 125
    tests/run: the test left processes running
ok cli/c-passes
skip cli/d-skips: needs a thing
FAIL cli/e-slow: no end after 1 s
FAIL cli/f-stops: stopped after 1 of 3 cases
    1..3
FAIL cli/g-tap: two
skip cli/g-tap: three # SKIP no four
    not ok 2 - two
    1..3

FAIL cli/a-fails: exit status 3
FAIL cli/b-leaves: exit status 125
FAIL cli/e-slow: no end after 1 s
FAIL cli/f-stops: stopped after 1 of 3 cases
FAIL cli/g-tap: two
3 passed, 5 failed, 2 skipped
EOF
)" "$(cat "$TMP/said")"

exits "a pattern chooses" 0 env BUILD="$tree/build" "$tree/tests/run" cli/c
equals "and only what it chooses is counted" "1 passed, 0 failed, 0 skipped" "$(tail -n 1 "$TMP/out")"
exits "a pattern that means nothing is told" 2 env BUILD="$tree/build" "$tree/tests/run" nothing

cp "$SRC/docs/architecture.md" "$tree/docs/"
mkdir "$tree/build"
ar rc "$tree/build/libhosttrail.a"
printf '#include <stdio.h>\n' >"$tree/user/base/x.c"
exits "includes within the rules" 0 env SRC="$tree" BUILD="$tree/build" "$SRC/tests/lint/includes.sh"
printf '#include "store/log.h"\n# include <bpf/libbpf.h>\n' >"$tree/user/base/x.c"
exits "includes against the rules" 1 env SRC="$tree" BUILD="$tree/build" "$SRC/tests/lint/includes.sh"
matches "a layer to the right" 'user/base/x.c:1: "store/log.h": base may not include store' "$TMP/out"
matches "libbpf in a reader" 'user/base/x.c:2: <bpf/libbpf.h>: only capture may' "$TMP/out"

finish
