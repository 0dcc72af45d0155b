#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# hosttrail catalogue: the table and the JSON say the same, names select, and so does the ABI.
. "$SRC/tests/lib.sh"
need jq

exits "everything as JSON" 0 "$HOSTTRAIL" catalogue --output json
check "is JSON" jq -e . "$TMP/out"
cp "$TMP/out" "$TMP/all.jsonl"
check "has all calls" test "$(wc -l <"$TMP/all.jsonl")" -gt 470
equals "every object has the same members" "" "$(jq -r 'keys - ["commands", "messages", "operations", "result"] | join(" ")' "$TMP/all.jsonl" |
	grep -vx 'access arguments eventName eventSource name numbers plane resources')"

exits "everything as a table" 0 "$HOSTTRAIL" catalogue
equals "lists the same calls in the same order" "$(jq -r .name "$TMP/all.jsonl")" \
	"$(sed 1d "$TMP/out" | grep -v '^  ' | awk '{ print $1 }')"

exits "one call" 0 "$HOSTTRAIL" catalogue openat
equals "is one row, with the same of io_uring below" \
	"CALL X86_64 I386 ARM64 EVENT SOURCE CLASS ARGUMENTS
openat 257 295 56 OpenFile filesystem by path, by open flags dirfd, path, flags, mode
 IORING_OP_OPENAT, 18 - - - OpenFile filesystem by path, by open flags -" \
	"$(sed -E 's/ +/ /g; s/ $//' "$TMP/out")"
exits "one call as JSON" 0 "$HOSTTRAIL" catalogue -o json unlinkat
equals "is one object" '{"name":"unlinkat","numbers":{"x86_64":263,"i386":301,"arm64":35},"eventName":"DeleteFile",'\
'"eventSource":"filesystem","plane":"by path","access":"write","arguments":[{"name":"dirfd",'\
'"kind":"DIRFD","direction":"in"},{"name":"path","kind":"PATH","direction":"in"},{"name":"flags","kind":"FLAGS",'\
'"direction":"in","values":"unlink_flags"}],"resources":['\
'{"type":"Host::File","from":"path"}],"commands":[{"argument":"flags","value":"AT_REMOVEDIR","eventName":'\
'"DeleteDirectory","eventSource":"filesystem","plane":"by path","access":"write"}],'\
'"operations":[{"name":"IORING_OP_UNLINKAT","number":36}]}' "$(cat "$TMP/out")"

# calls OPTION...: the calls that are listed.
calls() {
	"$HOSTTRAIL" catalogue --output json "$@" | jq -r .name | xargs
}
equals "an event is all its calls" "unlink unlinkat" "$(calls DeleteFile)"
equals "also those whose command it is" "unlinkat rmdir" "$(calls DeleteDirectory)"
equals "also those whose message it is" "ioctl sendto send sendmsg sendmmsg" "$(calls AddRoute)"
equals "of a command only its own row" "  SIOCADDRT" \
	"$("$HOSTTRAIL" catalogue AddRoute | sed -n '/^ioctl/,/^[a-z]/p' | grep -oE '^  [A-Z]+')"
equals "--abi leaves out what it lacks" "chown32 lchown32 fchown32" \
	"$(calls --abi i386 chown32 lchown32 fchown32)"
equals "--abi tells its numbers alone" '{"i386":16}' \
	"$("$HOSTTRAIL" catalogue -o json -a i386 lchown | jq -c .numbers)"
equals "a row for each layout" '{"x86_64":17,"arm64":67} {"i386":180} {}' \
	"$("$HOSTTRAIL" catalogue -o json pread64 | jq -c .numbers | xargs -d '\n')"
equals "operations of io_uring are found by their names" \
	'["IORING_OP_READ_FIXED","IORING_OP_READ","IORING_OP_READ_MULTISHOT"]' \
	"$("$HOSTTRAIL" catalogue -o json IORING_OP_READ | jq -c '[.operations[].name]')"
equals "all of them" 65 "$(jq -s '[.[].operations[]?] | length' "$TMP/all.jsonl")"

exits "an unknown name" 1 "$HOSTTRAIL" catalogue openat nix
equals "is named, and nothing listed" "hosttrail catalogue: nix: no system call and no event is named so; "\
"hosttrail catalogue lists all" "$(cat "$TMP/err")$(cat "$TMP/out")"
exits "a mistyped name" 1 "$HOSTTRAIL" catalogue opneat2
equals "is told what is near" "hosttrail catalogue: opneat2: no system call and no event is named so; "\
"did you mean openat2? hosttrail catalogue lists all" "$(cat "$TMP/err")"
exits "a call that an ABI lacks" 1 "$HOSTTRAIL" catalogue --abi arm64 open
equals "says so" "hosttrail catalogue: open: no system call and no event is named so for arm64; "\
"did you mean openat, fsopen or openat2? hosttrail catalogue lists all" "$(cat "$TMP/err")"
exits "an unknown ABI" 2 "$HOSTTRAIL" catalogue --abi mips
equals "is named" "hosttrail catalogue: --abi: mips: no such ABI; it is x86_64, i386 or arm64" "$(cat "$TMP/err")"
exits "an unknown format" 2 "$HOSTTRAIL" catalogue --output xml

finish
