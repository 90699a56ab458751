#!/bin/sh
# rempart export: what is known of an address is in it, stays through a rotation, and is not in the CSV.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
good=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
printf 'anna,%s,anna@example.org\nbob,%s,\n' "$good" "$good" > "$dir/u.csv"
expect 0 "import" rempart import "$dir/u.csv"
fields() { # USER: those of the mailbox, as the last output has them
    grep "\"user\":\"$1\"" "$dir/out" | grep -Eo '"(mailbox_(flagged|told|proved)|reset_allowed_until|no_reset_before|reset)":"[^"]*"'
}
expect 0 "export" rempart export
[ "$(fields bob | grep -c '":"-"$')" -eq 6 ] && ok || fail "nothing is known of bob"

# All that commands can make known: flagged, proved, a gate, and the cooling after another address.
expect 0 "flag" rempart flag anna@example.org --reason "CERT-FR"
expect 0 "another address" rempart mailbox set anna anna@example.net
expect 0 "proved" rempart mailbox proved anna
expect 0 "reset-allow" rempart reset-allow anna --for 30m --reason "by phone"
expect 0 "status" rempart status anna --json
fields anna | sort > "$dir/status"
expect 0 "export" rempart export
fields anna | sort > "$dir/before"
for field in mailbox_proved reset_allowed_until no_reset_before; do
    grep -Eq "\"$field\":\"20[0-9-]*T[0-9:]*Z\"" "$dir/before" && ok || fail "$field is known"
done
cmp "$dir/status" "$dir/before" > "$dir/err" 2>&1 && ok || fail "status and export say the same"
silent_about out 'example|CERT' "no address and no reason"

expect 0 "key rotate" rempart key rotate
expect 0 "export" rempart export
fields anna | sort > "$dir/after"
cmp "$dir/before" "$dir/after" > "$dir/err" 2>&1 && ok || fail "a rotation leaves it alone"
says out '"email_generation":2' "and seals the address anew"
expect 1 "the list is still known" rempart check-email anna@example.org
expect 0 "the one it has now" rempart check-email anna@example.net

expect 0 "export --plaintext" rempart export --plaintext
says out "^\"anna\",$good,\"anna@example.net\",SHA1,6,30\$" "the CSV has what import reads"
cp "$dir/out" "$dir/plain.csv"
expect 0 "which it takes" rempart import "$dir/plain.csv" --replace --dry-run
