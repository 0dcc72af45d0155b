#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# `make run` and Ctrl-C: the signal goes to the whole foreground process group, make among it. The recorder finishes its
# log and digest meanwhile, and nothing looks like an error.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1
cgroup_make

set -m
env --default-signal=INT make --no-print-directory BUILD="$BUILD" run ROOT="$TMP/root" ARGS="--cgroup $CGROUP" \
	>"$TMP/out" 2>"$TMP/err" </dev/null &
group=$!
set +m
for _ in $(seq 300); do
	grep -q '^hosttrail: recording' "$TMP/err" && break
	sleep 0.1
done
matches "it records" '^hosttrail: recording' "$TMP/err"
in_cgroup touch /etc/hosttrail-test-$$
rm -f /etc/hosttrail-test-$$
sleep 1
kill -INT -- "-$group"
wait "$group"

equals "nothing looks like an error" "" "$(grep -E '\*\*\*|Error|Interrupt' "$TMP/out" "$TMP/err")"
matches "what was done was shown live" "touch .*/etc/hosttrail-test-$$" "$TMP/out"
exits "the trail is whole" 0 "$HOSTTRAIL" verify "$TMP/root"
ROOT=$TMP/root
equals "and holds it" 1 "$(events '.eventName == "OpenFile" and .resources[0].name == $name' --arg name "/etc/hosttrail-test-$$" |
	wc -l)"
finish
