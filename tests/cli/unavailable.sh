#!/bin/sh
# Exit status 3, and a sentence that says why: nothing made yet, a store of another key, a disk that takes nothing.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

printf 'anna,JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n' > "$dir/users.csv"
# every WHAT PATTERN: each command that opens the store fails so.
every() {
    while read -r line; do
        # shellcheck disable=SC2086
        expect 3 "$1: $line" rempart $line < /dev/null
        says err "$2" "$1: $line"
    done <<LINES
enroll claire --no-confirm
import $dir/users.csv
export --plaintext
revoke claire --yes
recovery claire
status claire
lock claire
unlock claire
deadline claire none
key rotate
LINES
}
every "before init" "$dir/key"
expect 3 "before init: status" rempart status
expect 3 "before init: events" rempart events
expect 3 "before init: export" rempart export
[ ! -e "$dir/state" ] && [ ! -e "$dir/key" ] && ok || fail "a command made an instance"

sed "s|^state = .*|state = $dir/no/state|" "$dir/rempart.conf" > "$dir/no.conf"
conf=$dir/no.conf expect 3 "init in a folder that is not there" rempart init
says err "$dir/no/state: " "init in a folder that is not there"
conf=$dir/rempart.conf
rm -f "$dir/key"
rempart init > "$dir/out"
rempart enroll claire --no-confirm > "$dir/enrolled" 2> "$dir/null"
rempart export > "$dir/before"

mv "$dir/key" "$dir/key.away"
expect 3 "init beside a store of another key" rempart init
says err 'not the one this store was made with' "init beside a store of another key"
[ ! -e "$dir/key" ] && ok || fail "init made a key that opens nothing"
another_key
expect 3 "init with another key" rempart init
[ -e "$dir/key" ] && ok || fail "init took a key away"
every "another key" 'not the one this store was made with'
rm "$dir/key"
mv "$dir/key.away" "$dir/key"
rempart export > "$dir/after"
cmp -s "$dir/before" "$dir/after" && ok || fail "another key changed something"

mv "$dir/state/store.db" "$dir/store.away"
rm -f "$dir/state"/store.db-*
head -c 8192 /dev/zero > "$dir/state/store.db"
chmod 600 "$dir/state/store.db"
every "a store that is none" .
expect 3 "a store that is none: export" rempart export
mv "$dir/store.away" "$dir/state/store.db"
expect 0 "the store is back" rempart status claire

if [ -w /dev/full ]; then
    for line in export "export --plaintext" events "status claire --json" status "enroll paul --no-confirm" \
        "recovery claire"; do
        expect 3 "$line on a full disk" sh -c "'$build/rempart' --config '$conf' $line > /dev/full"
        says err '^rempart: .+' "$line on a full disk"
    done
else
    echo "skipped: no /dev/full"
fi

if [ "$(id -u)" -eq 0 ] && command -v setpriv > "$dir/out"; then
    chmod 755 "$dir"
    stranger() { setpriv --reuid 65534 --regid 65534 --clear-groups "$build/rempart" --config "$conf" "$@"; }
    for line in export "export --plaintext" "status claire" events "enroll claire --no-confirm"; do
        # shellcheck disable=SC2086
        expect 3 "somebody else: $line" stranger $line
        says err "$dir/key" "somebody else: $line"
        says err '^rempart: Run this as root' "somebody else: $line"
        [ -s "$dir/out" ] && fail "somebody else: $line wrote something" || ok
    done
else
    echo "skipped: only root can try as somebody else, with setpriv"
fi
