# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Programs under strace and under hosttrail at once; source it after tests/lib.sh. differential_begin starts a recorder of
# everything in a cgroup of its own, `traced NAME COMMAND...` runs a workload in there, differential_end compares all that
# ran and makes a claim for each workload.

DIFFERENTIAL=$SRC/tests/differential
export PYTHONDONTWRITEBYTECODE=1
WORKLOADS=() # names, in the order in which they ran

# All events there are: a data selector has to say which, and every name begins with a capital letter.
select_all() {
	jq -n '[{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }] },
		{ FieldSelectors: [{ Field: "eventCategory", Equals: ["Data"] },
			{ Field: "eventName", StartsWith: ("ABCDEFGHIJKLMNOPQRSTUVWXYZ" / "") }] }]' >"$TMP/selectors"
}

differential_begin() {
	need strace python3 jq
	cgroup_make
	select_all
	mkdir -p "$TMP/traced"
	record_start --sign ed25519 --selectors "$TMP/selectors" --content-bytes 64
}

# Calls that take arrays: strace prints 512 elements, and structs of all others in full.
ARRAYS=execve,execveat,readv,writev,preadv,pwritev,preadv2,pwritev2,process_vm_readv,process_vm_writev,vmsplice,process_madvise
ARRAYS+=,sendmsg,recvmsg,sendmmsg,recvmmsg,poll,ppoll,setgroups,getgroups,?setgroups32,?getgroups32,io_submit,move_pages,keyctl
ARRAYS+=,io_uring_register,sched_setaffinity,sched_getaffinity,?ppoll_time64,?recvmmsg_time64

# traced NAME COMMAND...: strace is outside of the cgroup, what it traces inside. The environment is bare, so that the same
# is traced everywhere. Returns the command's exit status; its output is left in $TMP/traced/NAME.out.
traced() {
	local name=$1
	shift
	WORKLOADS+=("$name")
	env -i PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME="$TMP" LC_ALL=C.UTF-8 TZ=UTC TMPDIR="$TMP" \
		strace -f -e abbrev="$ARRAYS" -s 512 -o "$TMP/traced/$name" "$BUILD/tests/capture/incgroup" "$CGROUP" "$@" \
		>"$TMP/traced/$name.out" 2>&1 </dev/null
}

# differential_compare [OPTION...]: stops the recorder and runs compare.py on all workloads.
differential_compare() {
	record_stop || not_ok "the recorder ends"
	"$HOSTTRAIL" cat "$ROOT" >"$TMP/events" || not_ok "the record can be read"
	"$HOSTTRAIL" catalogue --output json >"$TMP/catalogue"
	python3 "$DIFFERENTIAL/compare.py" --catalogue "$TMP/catalogue" --events "$TMP/events" "$@" "${WORKLOADS[@]/#/$TMP/traced/}"
}

# A line of TAP for each workload, and what differs.
differential_end() {
	local line
	differential_compare --tap >"$TMP/compared" 2>&1
	while IFS= read -r line; do
		case $line in
		'ok '*) ok "${line#ok }" ;;
		'not ok '*) not_ok "${line#not ok }" ;;
		*) printf '# %s\n' "$line" ;;
		esac
	done <"$TMP/compared"
	equals "every workload was compared" "${#WORKLOADS[@]}" "$(grep -cE '^(not )?ok ' "$TMP/compared")"
}
