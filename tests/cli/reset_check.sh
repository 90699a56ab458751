#!/bin/sh
# rempart reset-check: what rempartd says of a reset, as words, as JSON and as an exit status.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >> "$conf" <<CONF
[mailbox]
help_text = Call 01 23 45 67 89.
CONF
rempart init > "$dir/out"
expect 2 "nobody" rempart reset-check
expect 2 "an empty name" rempart reset-check ""
expect 2 "too much" rempart reset-check a b@example.org c
expect 2 "an option that is none" rempart reset-check claire --nonsense
expect 2 "a long address" rempart reset-check claire "$(printf 'a@%0255d' 0)"
expect 2 "a code on the command line" rempart reset-check claire 123456
says err 'standard input' "a code on the command line"

expect 3 "without rempartd" rempart reset-check claire
says out '^The password cannot be reset right now\. Please try again in a few minutes\.$' "without rempartd"
says err 'rempartd does not answer' "without rempartd"
expect 3 "without rempartd, JSON" rempart reset-check claire --json
[ -s "$dir/out" ] && fail "without rempartd, JSON: something was written" || ok
lang=fr_FR.UTF-8 expect 3 "in French" rempart reset-check claire
says out 'ne peut pas être réinitialisé pour' "in French"

rempart enroll claire --no-confirm --email claire@example.org > "$dir/enrolled" 2> "$dir/null"
secret=$(secret_in "$dir/enrolled")
echo 1900000000 > "$dir/clock"
start_daemon --test-clock "$dir/clock" || exit 1
check() { rempart reset-check "$@"; }
with_code() { echo "$1" | rempart reset-check claire --code; }

expect 0 "a clean mailbox" check claire
says out '^The password may be reset\.$' "a clean mailbox"
says out '^mailbox-clean' "a clean mailbox: why"
expect 0 "a clean mailbox, JSON" check claire --json
says out '^\{"result":"allow","why":"mailbox-clean[^"]*","until":"-","wait":0,"help":""\}$' "a clean mailbox, JSON"
expect 0 "the registered address was given" check claire Claire@EXAMPLE.org
expect 1 "another one" check claire other@example.org
says out '^The password cannot be reset here\. Call 01 23 45 67 89\.$' "another one"
says out '^other-address$' "another one: why"

echo claire@example.org | rempart flag - --reason "CERT-FR" > "$dir/null"
expect 1 "flagged" check claire
[ "$(sed -n 1p "$dir/out")" = "The password cannot be reset here. Call 01 23 45 67 89." ] && ok || fail "flagged: for the user"
sed -n 2p "$dir/out" > "$dir/second" && mv "$dir/second" "$dir/out"
says out '^mailbox-flagged list ....-..-.. "CERT-FR"$' "flagged: why"
expect 1 "flagged, JSON" check claire --json
says out '"result":"refuse","why":"mailbox-flagged list .*\\"CERT-FR\\"".*"help":"Call 01 23 45 67 89."' "flagged, JSON"
lang=fr_FR.UTF-8 expect 1 "flagged, in French" check claire
says out 'mot de passe ne peut pas être réinitialisé' "flagged, in French"

expect 1 "a wrong code" with_code 000000
says out '^That code is not right\.$' "a wrong code"
says out '^wrong-code$' "a wrong code: why"
right=$(code "$secret" 1900000000)
expect 0 "a right code" with_code "$right"
expect 1 "the same code" with_code "$right"
expect 0 "the gate is open for the reset" check claire
says out '^gate-open, until 2030-03-17T18:01:40Z$' "the gate is open"
expect 0 "the reset happens" check claire --done
rempart status claire > "$dir/out"
says out 'the password was reset 20.*: the next login is asked for a code$' "a reset has been"
silent_about out 'without a token' "a reset of who has a token"
echo omar@example.org | rempart mailbox set omar - > "$dir/null" 2>&1
expect 0 "a reset of who has no token" check omar --done
rempart status omar > "$dir/out"
says out 'not possible without a token: rempart enroll omar$' "a reset of who has no token"
expect 1 "which shuts it" check claire
expect 2 "no code" sh -c "'$build/rempart' --config '$conf' reset-check claire --code < /dev/null"
for _ in 1 2 3 4 5 6 7 8 9 10 11; do with_code 000000 > "$dir/null"; done 2> "$dir/null"
expect 1 "throttled" with_code 000000
says out '^Too many attempts\. Try again in [0-9]+ s\.$' "throttled"
says out '^wait$' "throttled: why"

# reset-allow has the machine's own clock.
stop_daemon
start_daemon || exit 1
rempart reset-allow claire --for 30m --reason "known by voice" > "$dir/null"
expect 0 "the help desk lets one through" check claire
says out '^gate-open' "the help desk: why"
rempart lock claire > "$dir/null"
expect 1 "a locked account" check claire
says out '^account-locked' "a locked account: why"
rempart unlock claire > "$dir/null"

expect 3 "a user without an address" check paul
says out '^The password cannot be reset here\. Call 01 23 45 67 89\.$' "without an address"
says out '^mailbox-unknown .*no-address' "without an address: why"
expect 3 "without an address, JSON" check paul --json
says out '"result":"unknown","why":"mailbox-unknown' "without an address, JSON"
if [ "$(id -u)" -eq 0 ]; then
    chmod 755 "$dir" && chmod 644 "$conf"
    sed -i 's/^portals = .*/portals = 65533/' "$conf"
    stop_daemon
    start_daemon || exit 1
    expect 3 "a portal that is not root" setpriv --reuid 65533 --clear-groups env LC_ALL=C "$build/rempart" --config "$conf" reset-check paul
    says out '^mailbox-unknown .*no-address' "a portal is told why"
    expect 3 "somebody else" setpriv --reuid 65534 --clear-groups env LC_ALL=C "$build/rempart" --config "$conf" reset-check claire
    says err 'Only root and the users that \[rempartd\] portals names' "somebody else"
fi
rempart events --last 1000 > "$dir/out"
cat "$dir/log" >> "$dir/out"
silent_about out 'example\.org' "the records"
