#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# timeout: 120
#
# hosttrail verify as a person meets it: output, exit status, options, and what it says after kill -9 and on a full disk.
. "$SRC/tests/lib.sh"
need jq zstd

write_trail=$BUILD/tests/cli/write-trail
root=$TMP/root trail=$TMP/root/default
ROOT=$root
key=$trail/state/first-public-key.pem

verify() {
	"$HOSTTRAIL" verify "$@"
}

# findings ARGUMENT...: severity and name of each finding, one a line.
findings() {
	verify -o json "$@" | jq -r 'select(.finding) | .severity + " " + .finding' | sort
}

# ---- a good trail -----------------------------------------------------------------------------------------------------

first=$("$write_trail" "$root" 3 2 5 ed25519 | sed -n 's/^first //p')
cp "$key" "$TMP/key.pem"
exits "a good trail" 0 verify --public-key "$TMP/key.pem" "$root"
equals "its summary" "$trail: valid
  digests    3 valid, 0 invalid, 0 unproven, 0 missing
  log files  6 valid, 0 invalid, 0 missing
  events     30, 0 lost and counted
  covered    TIME to TIME
  first key  SHA-256 $first" "$(sed -n '/^\//,$p' "$TMP/out" | sed -E 's/[0-9-]{10}T[0-9:.]+Z/TIME/g')"
equals "nothing on standard error" "" "$(cat "$TMP/err")"
equals "its findings" "notice stopped" "$(findings --public-key "$TMP/key.pem" "$root")"
equals "with the trail's own key" "notice local-key
notice stopped" "$(findings "$root")"
exits "content" 0 verify --content --threads 2 "$root"
json_equals "the summary as JSON" '{"digestsValid":3,"digestsInvalid":0,"digestsUnproven":0,"digestsMissing":0,
	"logFilesValid":6,"logFilesInvalid":0,"logFilesMissing":0,"events":30,"eventsLost":0,"firstPublicKeyFingerprint":"'"$first"'",
	"exit":0}' "$(verify -o json "$root" | jq -c 'select(.summary).summary | del(.storedBytes, .coveredFrom, .coveredTo)')"

# A path means its trail, from wherever it is looked at.
for path in "$trail" "$trail/HostTrail" "$(log_files | head -n 1)" "$root/../root/default/state"; do
	equals "the trail of $(basename "$path")" "$(realpath "$trail")" \
		"$(verify -o json "$path" | jq -r 'select(.summary).trail' | xargs realpath)"
done
(cd "$trail" && exits "the directory we are in" 0 verify .)
"$write_trail" "$TMP/other" 1 1 1 ed25519 >/dev/null
mv "$TMP/other/default" "$root/second"
equals "all trails of a root" "$root/default
$root/second" "$(verify -o json "$root" | jq -r 'select(.summary).trail')"
rm -r "$root/second"

# ---- bad news ---------------------------------------------------------------------------------------------------------

log=$(log_files | sed -n 3p)
cp -a "$trail" "$TMP/copy"
restore() {
	rm -rf "$trail"
	cp -a "$TMP/copy" "$trail"
}

printf 'x' >>"$log"
exits "bytes after a log" 1 verify "$root"
matches "with file, what and where" "^error +log-trailing +HostTrail/.*0003\.jsonl\.zst +bytes follow .*1 bytes; .* at byte [0-9]+$" "$TMP/out"
matches "a summary that says so" "^$trail: NOT VALID$" "$TMP/out"
restore
rm "$log"
equals "a missing log" "error log-missing
notice local-key
notice stopped" "$(findings "$root")"
restore
printf '\xff' | dd of="$log" bs=1 seek=100 conv=notrunc status=none
equals "an altered log" "error log-altered
notice local-key
notice stopped" "$(findings "$root")"
restore
digest=$(digest_files | sed -n 2p)
rm "$digest" "$digest.sig"
equals "a missing digest" "error digest-missing
error key-unproven
error log-unlisted
error log-unlisted
error uncovered
notice local-key" "$(findings "$root")"
restore
find "$trail/HostTrail-Digest" -type f -delete
exits "all digests are missing" 1 verify "$root"
restore
"$write_trail" "$TMP/foreign" 1 1 1 ed25519 >/dev/null
exits "a foreign key" 1 verify --public-key "$TMP/foreign/default/state/first-public-key.pem" "$root"
matches "named as such" "^error +foreign-key" "$TMP/out"
exits "two paths, one of them bad" 1 verify --public-key "$TMP/key.pem" "$root" "$TMP/foreign"
exits "covered until now?" 1 verify --until now "$root"
exits "covered until it stopped" 0 verify --until "$(jq -r .digestEndTime "$(digest_files | tail -n 1)")" "$root"

# ---- what is wrong with the question ----------------------------------------------------------------------------------

exits "no path" 2 verify
exits "a path that is not there" 3 verify "$TMP/nowhere"
matches "named" "^hosttrail verify: $TMP/nowhere: No such file" "$TMP/err"
mkdir "$TMP/empty"
exits "a directory without a trail" 3 verify "$TMP/empty"
exits "a time that is none" 2 verify --until yesterday "$root"
matches "with what to write" "^hosttrail verify: --until: yesterday: is no time; " "$TMP/err"
exits "a key that is none" 2 verify --public-key "$SRC/README.md" "$root"
exits "a key that is not there" 2 verify --public-key "$TMP/nowhere" "$root"
exits "help" 0 verify --help

# ---- the page and the table -------------------------------------------------------------------------------------------

equals "hosttrail-verify(1) lists every finding" \
	"$(sed -nE 's/^FINDING\([A-Z_]+, "([a-z-]+)", ([A-Z]+), [0-9], "(.*)"\)$/\1 \2 \3/p' "$SRC/include/hosttrail/findings.def" |
		awk '{ $2 = "(" tolower($2) ")"; print }')" \
	"$(sed -n '/^\.\\" findings/,/^\.\\" end of findings/p' "$SRC/docs/man/hosttrail-verify.1" | sed 's/\\-/-/g' | awk '
		/^\.It Sy/ { if (line) print line; line = $3 " " $5; next }
		/^[^.]/ && line { line = line " " $0 }
		/^\.El/ { if (line) print line; line = "" }')"

# ---- kill -9 ----------------------------------------------------------------------------------------------------------

# Each time all that was flushed, and so printed, is in the files, in order, and nothing is there twice.
killed=$TMP/killed wrong=0 seen=0
for round in $(seq 12); do
	: >"$TMP/printed" # what is killed at once has not emptied it
	"$write_trail" "$killed" 0 0 0 ed25519 endless >"$TMP/printed" &
	pid=$!
	sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	printed=$(grep -c '^[0-9]*$' "$TMP/printed")
	"$write_trail" "$killed" 1 1 1 ed25519 >"$TMP/next" || wrong=$((wrong + 1))
	find "$killed" -name '*.zst' | sort | xargs zstd -dc | jq -r .sequence.number | tail -n "+$((seen + 1))" >"$TMP/numbers"
	total=$(($(wc -l <"$TMP/numbers") - 1)) # the last is that of the recorder after it
	seen=$((seen + total + 1))
	if [ "$total" -lt "$printed" ] || [ "$total" -gt "$((printed + 1))" ] ||
		! cmp -s <(seq "$total"; echo 1) "$TMP/numbers"; then
		wrong=$((wrong + 1))
		echo "# round $round: $printed flushed, $total found"
	fi
	verify --content "$killed" >"$TMP/verdict" || { wrong=$((wrong + 1)) && sed 's/^/# /' "$TMP/verdict"; }
done
equals "nothing is lost or repeated by kill -9" 0 "$wrong"
matches "the chain names its restarts" "^warning +killed" "$TMP/verdict"

# ---- a full disk ------------------------------------------------------------------------------------------------------

if [ "$(id -u)" -ne 0 ]; then
	skip "a full disk" "needs root"
	finish
fi
mkdir "$TMP/disk"
mount -t tmpfs -o size=3m none "$TMP/disk" || { skip "a full disk" "needs mount" && finish; }
trap 'umount "$TMP/disk"; end_of_test' EXIT
"$write_trail" "$TMP/disk" 0 0 0 ed25519 full >"$TMP/full"
equals "the recorder ends well" 0 $?
exits "what was recorded is valid" 0 verify --content "$TMP/disk"
read -r dropped appended < <(sed -n 's/^dropped \([0-9]*\) of \([0-9]*\)$/\1 \2/p' "$TMP/full")
events=$(verify -o json "$TMP/disk" | jq 'select(.summary).summary.events')
check "lines were dropped" [ "$dropped" -gt 0 ]
equals "every line is stored or counted as lost" "$appended" "$((events + dropped))"
equals "the digest counts them" "$dropped" \
	"$(jq '[.eventsLost[] | select(.cause == "DiskFull").count] | add' "$(ROOT=$TMP/disk digest_files | tail -n 1)")"

finish
