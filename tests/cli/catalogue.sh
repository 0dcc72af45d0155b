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

page=$SRC/docs/man/hosttrail-catalogue.1
equals "every member is documented" "" "$(jq -r 'paths | .[-1] | strings' "$TMP/all.jsonl" | sort -u |
	grep -vxFf <(sed -n '/^\.Ss JSON/,/^\.Sh/p' "$page" | sed -nE 's/^(\.It |\.)Va (.*)/\2/p' | tr -s ' ,:;' '\n'))"
equals "and so is every direction" "" "$(jq -r '.. | objects | .direction // empty' "$TMP/all.jsonl" | sort -u |
	grep -vxFf <(sed -nE 's/^\.It Ql ([a-z]+)$/\1/p' "$page"))"

exits "everything as a table" 0 "$HOSTTRAIL" catalogue
equals "lists the same calls in the same order" "$(jq -r .name "$TMP/all.jsonl")" \
	"$(sed 1d "$TMP/out" | grep -v '^  ' | awk '{ print $1 }')"

exits "one call" 0 "$HOSTTRAIL" catalogue openat
equals "is one row, with the same of io_uring below" \
	"CALL X86_64 I386 ARM64 EVENT SOURCE CLASS ARGUMENTS
openat 257 295 56 OpenFile filesystem by path, by open flags dirfd, path, flags, mode
 IORING_OP_OPENAT, 18 - - - OpenFile filesystem by path, by open flags -" \
	"$(sed -E 's/ +/ /g; s/ $//' "$TMP/out")"
for width in 80 100 132 150 200; do
	COLUMNS=$width "$HOSTTRAIL" catalogue >"$TMP/out"
	equals "keeps to $width columns" "" "$(grep -E ".{$((width + 1))}" "$TMP/out")"
	check "and has all calls" test "$(sed 1d "$TMP/out" | grep -c '^[^ ]')" -eq "$(wc -l <"$TMP/all.jsonl")"
done
equals "on a narrow terminal a call has its source and arguments below it, wrapped" \
	"CALL                      NUMBERS      EVENT                   CLASS
rename                    82/38/-      RenameFile              by path, write
      filesystem: oldPath, newPath
renameat                  264/302/38   RenameFile              by path, write
      filesystem: oldDirfd, oldPath, newDirfd, newPath
renameat2                 316/353/276  RenameFile              by path, write
      filesystem: oldDirfd, oldPath, newDirfd, newPath, flags
  IORING_OP_RENAMEAT, 35  -            RenameFile              by path, write" "$(COLUMNS=80 "$HOSTTRAIL" catalogue RenameFile)"
equals "with the number of one ABI alone" \
	"CALL                      NUMBERS      EVENT                   CLASS
mq_timedsend_time64       418          SendQueueMessage        data, write
      ipc: fd, data, length, priority, timeout" "$(COLUMNS=80 "$HOSTTRAIL" catalogue -a i386 mq_timedsend_time64)"
equals "what is long takes the room of the numbers" \
	"  PR_CAP_AMBIENT, operation PR_CAP_A…  GetCapabilities         data, read
      identity" "$(COLUMNS=80 "$HOSTTRAIL" catalogue prctl | grep -A 1 "PR_CAP_AMBIENT, operation")"
equals "on a wide one arguments go on in their column" \
	"copy_file_range               326     377   285    CopyFileData              filesystem  by path, write            inFd, inOffset, outFd, outOffset,
                                                                                                                   count, flags" \
	"$(COLUMNS=150 "$HOSTTRAIL" catalogue copy_file_range | tail -n +2)"
equals "arguments that are no members of the record are left out" "type, description, payloadLength, keyring" \
	"$("$HOSTTRAIL" catalogue add_key | sed -n '2s/.*write  *//p')"

# ---- rows below a call, by name ----

# below CALL EVENT: what the rows of the call with this event stand for.
below() {
	"$HOSTTRAIL" catalogue --output json "$1" | jq -r --arg event "$2" '.commands[]?, .messages[]? | select(.eventName == $event)
		| .value // .type' | sort -u | xargs -d '\n'
}
equals "a command of value 0" "BPF_MAP_CREATE" "$(below bpf CreateBpfMap)"
equals "and of flags beside it" "IPC_RMID" "$(below shmctl DeleteSharedMemory)"
equals "a second value" "PR_CAP_AMBIENT, operation PR_CAP_AMBIENT_IS_SET" "$(below prctl GetCapabilities)"
equals "an option by its level" "SOL_IP, option IP_VS_SO_SET_ADD" \
	"$(below setsockopt ConfigureLoadBalancer | grep -oE 'SOL_IP, option IP_VS_SO_SET_ADD( |$)' | xargs)"
equals "flags that are not there" "no CLONE_NEW*" "$(below clone CreateProcess)"
equals "others among them" "no CLONE_NEW*|UNSHARE_EMPTY_MNTNS" "$(below unshare UnshareProcess)"
equals "one without the other" "OPEN_TREE_CLONE without OPEN_TREE_NAMESPACE" "$(below open_tree CloneMount)"
equals "one that is there" "AT_REMOVEDIR" "$(below unlinkat DeleteDirectory)"
equals "a whole word of flags" "no modes only ADJ_OFFSET_SS_READ" "$(below adjtimex GetTimeAdjustment)"
equals "a type of file" "S_IFBLK S_IFCHR" "$(below mknod CreateDevice)"
equals "a pointer" "null" "$(below prlimit64 GetResourceLimit)"
equals "with its argument in the table" "  limit null" "$("$HOSTTRAIL" catalogue GetResourceLimit | grep -oE '^  limit [a-z]+')"
equals "a number" "0" "$(below kexec_load UnloadKernelImage)"
equals "with its argument in the table, too" "  segmentCount 0" "$("$HOSTTRAIL" catalogue kexec_load | grep -oE '^  segmentCount [0-9]+')"
equals "mount's magic number" "MS_MGC_VAL|MS_MOVE MS_MOVE" "$(below mount MoveMount)"
equals "flags of messages" "RTM_NEWLINK with NLM_F_CREATE" "$(below sendto CreateInterface)"
equals "types of messages by their bits" "NETLINK_RDMA types whose 0xfc00 is 0x1400" "$(below sendto ConfigureRdma)"
equals "only what a caller asks by any number has none" "0 0xffffffff 2" "$(jq -r '.commands[]?.value' "$TMP/all.jsonl" |
	grep -E '^[0-9]|0x' | sort -u | xargs)"

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
