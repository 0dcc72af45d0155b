#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Who may include whom: the table between the `layers` marks of docs/architecture.md is the rule.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1

declare -A allowed libbpf
while IFS='|' read -r _ layer may bpf _; do
	layer=${layer// /}
	case $layer in
	layer | ---* | "") continue ;;
	esac
	allowed[$layer]=" $layer $may "
	libbpf[$layer]=${bpf// /}
done < <(sed -n '/<!-- layers -->/,/<!-- \/layers -->/p' docs/architecture.md)

check "docs/architecture.md names the layers" test "${#allowed[@]}" -ge 9

layer_of() {
	local path=${1#user/}
	case $1 in
	include/*) echo contracts ;;
	*) echo "${path%%/*}" ;;
	esac
}

# violation FILE HEADER: why this file may not include this header, nothing if it may. HEADER comes with its <> or "".
violation() {
	local file=$1 header=$2 layer target name=${2:1:-1}
	layer=$(layer_of "$file")
	case $header in
	'<bpf/'* | '<linux/bpf'* | '<linux/btf'*)
		[ "${libbpf[$layer]}" = yes ] || echo "only capture may use libbpf and the kernel's BPF headers"
		;;
	'<'*) ;;
	*.skel.h\")
		[ "${libbpf[$layer]}" = yes ] || echo "the skeleton is capture's"
		;;
	'"hosttrail/'*)
		[ -e "include/$name" ] || echo "no such contract in include/hosttrail"
		;;
	*/*)
		target=${name%%/*}
		[[ ${allowed[$layer]} == *" $target "* ]] || echo "$layer may not include $target"
		[ -e "user/$name" ] || echo "no such header below user/"
		;;
	*)
		[ -e "$(dirname "$file")/$name" ] || echo "no such header beside it"
		;;
	esac
}

includes() {
	grep -HnoE '^[[:space:]]*#[[:space:]]*include[[:space:]]+(<[^>]*>|"[^"]*")' "$@" |
		sed -E 's/^([^:]*):([0-9]+):[^<"]*/\1 \2 /'
}

bad=""
while read -r file line header; do
	layer=$(layer_of "$file")
	if [ -z "${allowed[$layer]:-}" ]; then
		bad+="$file:$line: $layer has no row in docs/architecture.md"$'\n'
		continue
	fi
	why=$(violation "$file" "$header")
	[ -z "$why" ] || bad+="$file:$line: $header: $why"$'\n'
done < <(includes -r --include='*.[ch]' --include='*.def' user include)
equals "user/ and include/ include what the table allows" "" "$bad"

bad=""
while read -r file line header; do
	case $header in
	'"hosttrail/'* | '<bpf/'* | '<linux/'* | '<asm/'*) continue ;;
	esac
	[[ $header == '"'* && -e bpf/${header:1:-1} ]] && continue
	bad+="$file:$line: $header: bpf/ includes contracts, itself and libbpf's headers for programs"$'\n'
done < <(includes -r --include='*.[ch]' bpf)
equals "bpf/ includes nothing of user/" "" "$bad"

wanted=$(nm --undefined-only "$BUILD/libhosttrail.a" 2>&1 | grep -E ' U (bpf_|libbpf_|btf_|ring_buffer__)' | sort -u)
equals "libhosttrail.a wants no symbol of libbpf" "" "$wanted"

finish
