#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Processes, threads, and how their descriptions follow their changes.
. "$SRC/tests/lib.sh"
. "$SRC/tests/capture/support/expect.sh"
cgroup_make

record_start --sign ed25519
run_expecting process changes
record_ends
expected "changes"

ROOT=$TMP/created
EXPECTED=$TMP/created.expected
select_data CreateProcess
record_start --sign ed25519 --selectors "$TMP/selectors"
run_expecting process
record_ends
expected "created"

# Many that live for a moment: each is there, as a process of its own.
ROOT=$TMP/many
select_data CreateProcess ExecuteProgram
record_start --sign ed25519 --selectors "$TMP/selectors"
in_cgroup bash -c 'for i in $(seq 300); do /bin/sh -c "exit $((i % 200))"; done'
record_ends
equals "every short process was executed" "$(seq 300 | awk '{ print $1 % 200 }' | sort -n)" \
	"$(events '.eventName == "ExecuteProgram" and .process.name == "sh" and (.errorCode | not)' |
		jq -r '.process.args[2] | ltrimstr("exit ")' | sort -n)"
equals "each is another one" 300 \
	"$(events '.eventName == "ExecuteProgram" and .process.name == "sh" and (.errorCode | not)' |
		jq -r .process.pid | sort -u | wc -l)"
finish
