#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A call of every row of the catalogue, as strace and as hosttrail tell it, of both ABIs that run here; and the gate: a row
# that no program calls fails.
# timeout: 600
. "$SRC/tests/lib.sh"
. "$SRC/tests/differential/support.sh"
[ "$(uname -m)" = x86_64 ] || skip_all "needs x86_64"

# gate ABI PROGRAM: the rows of an ABI are those that the program calls.
gate() {
	equals "every row of $1 is called" "" "$(comm -23 \
		<("$HOSTTRAIL" catalogue --output json | jq -r --arg abi "$1" 'select(.numbers[$abi]) | .name' | sort -u) \
		<("$BUILD/tests/calls/$2" --list | sort -u))"
}
gate x86_64 calls
gate i386 calls32

# strace itself has something to say at the end of mapped memory, and of a thread that was killed as it entered a call.
differential_begin
for program in calls calls32; do
	traced "$program" "$BUILD/tests/calls/$program"
	equals "$program: the calls ended as they were meant" "" \
		"$(grep -vE '^strace: (umove|pid .*ptrace_syscall_info)' "$TMP/traced/$program.out")"
done
differential_end
finish
