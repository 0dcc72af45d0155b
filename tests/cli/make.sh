#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The targets a person types: listed, refused in one line without root, installed and removed without a trace.
. "$SRC/tests/lib.sh"
cd "$SRC" || exit 1
make() {
	command make --no-print-directory BUILD="$BUILD" "$@"
}

exits "make list" 0 make list
equals "names what a person types" "all bench check-capture check-cli check-differential check-fuzz check-kernels check-lint check-unit clean \
fuzz install list reference run test uninstall" "$(awk '{ print $1 }' "$TMP/out" | sort | xargs)"

if [ "$(id -u)" -eq 0 ]; then
	exits "make run without root" 2 setpriv --reuid 65534 --regid 65534 --clear-groups make --no-print-directory run
	equals "says what to type in one line" 1 "$(wc -l <"$TMP/err")"
	matches "with sudo" 'sudo make run' "$TMP/err"
	equals "and says nothing else" "" "$(cat "$TMP/out")"
else
	skip "make run without root" "is not root"
fi

exits "make install" 0 make install DESTDIR="$TMP/dest" PREFIX=/usr
check "the program runs" "$TMP/dest/usr/bin/hosttrail" --help
cat >"$TMP/reader.c" <<'EOF'
#include <hosttrail/event.h>
#include <hosttrail/log.h>
#include <hosttrail/select.h>
int main(void) { return 0; }
EOF
# shellcheck disable=SC2046 # words
check "a reader's program builds with what was installed" gcc -D_GNU_SOURCE -o "$TMP/reader" "$TMP/reader.c" \
	$(PKG_CONFIG_PATH="$TMP/dest/usr/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$TMP/dest" \
		pkg-config --cflags --libs hosttrail)
for page in docs/man/*.[157]; do
	[ -e "$page" ] || continue
	check "installs $page" test -s "$TMP/dest/usr/share/man/man${page##*.}/$(basename "$page")"
done

exits "make uninstall" 0 make uninstall DESTDIR="$TMP/dest" PREFIX=/usr
equals "leaves nothing" "" "$(find "$TMP/dest" -not -type d)"

finish
