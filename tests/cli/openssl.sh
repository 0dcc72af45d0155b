#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# timeout: 60
#
# A digest and its logs checked with sha256sum, jq, openssl and zstd alone: by exactly the commands that stand in
# hosttrail-digest(5) and hosttrail-log(5), which are taken out of the pages here.
. "$SRC/tests/lib.sh"
need jq openssl zstd sha256sum

# commands PAGE NAME: the block behind the comment `commands: NAME`, as a shell would get it from the formatted page.
commands() {
	sed -n "/^\.\\\\\" commands: $2\$/,/^\.Ed/p" "$SRC/docs/man/$1" | grep -v '^\.' |
		sed -e 's/\\-/-/g' -e "s/\\\\(aq/'/g" -e 's/\\e/\\/g'
}

# run PAGE NAME: runs them in the trail's directory, with $d and $f as the page says.
run() {
	local text
	text=$(commands "$1" "$2")
	[ -n "$text" ] || { echo "no commands $2 in $1"; return 1; }
	(cd "$TRAIL" && export d f && bash -eu -o pipefail -c "$text")
}

digest=hosttrail-digest.5 log=hosttrail-log.5

# check_trail ALGORITHM: every digest of a trail and every log.
check_trail() {
	local algorithm=$1 root=$TMP/$1 named
	check "$algorithm: a trail is written" "$BUILD/tests/cli/write-trail" "$root" 3 2 5 "$algorithm"
	TRAIL=$root/default
	named=$(openssl pkey -pubin -in "$TRAIL/state/first-public-key.pem" -outform DER | sha256sum | cut -d ' ' -f 1)
	while read -r d; do
		check "$algorithm: the string" run $digest string
		equals "$algorithm: the key is the one named before" "$named" "$(run $digest key)"
		check "$algorithm: the signature" run $digest "$algorithm"
		check "$algorithm: the logs" run $digest logs
		[ "$(jq -r .previousDigest "$TRAIL/$d")" = null ] || check "$algorithm: the digest before" run $digest previous
		named=$(jq -r .nextPublicKeyFingerprint "$TRAIL/$d")
		last=$d
	done < <(cd "$TRAIL" && find HostTrail-Digest -name '*.json' | sort)
	rm -f "$TRAIL/string" "$TRAIL/key.pem"
}

check_trail rsa
check_trail ed25519

# The last digest's first log in detail.
d=$last
f=$(jq -r '.logFiles[0].name' "$TRAIL/$d")
entry=$(jq -c '.logFiles[0]' "$TRAIL/$d")
equals "length and hash" "$(jq -r '.size, .hashValue' <<<"$entry")" "$(run $log hash)"
equals "bytes and lines" "$(jq -r '.contentBytes, .events' <<<"$entry")" "$(run $log count)"
equals "events" "$(jq -r .events <<<"$entry")" "$(run $log read | jq -r .eventVersion | grep -c '^1\.0$')"
check "zstd finds nothing wrong" zstd -q -t "$TRAIL/$f"

# The same commands see what was changed.
cp "$TRAIL/$d" "$TMP/kept"
sed -i 's/"firstOfRun": false/"firstOfRun": true /' "$TRAIL/$d"
run $digest string
run $digest key >/dev/null
exits "an altered digest" 1 run $digest ed25519
cp "$TMP/kept" "$TRAIL/$d"
run $digest string
check "the digest as it was" run $digest ed25519
printf '\0' >>"$TRAIL/$f"
exits "an altered log" 1 run $digest logs
p=$(jq -r .previousDigest.name "$TRAIL/$d")
printf 'x' | dd of="$TRAIL/$p.sig" conv=notrunc status=none
exits "an altered signature before" 1 run $digest previous

finish
