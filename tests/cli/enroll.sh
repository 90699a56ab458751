#!/bin/sh
# rempart init, enroll, revoke, recovery: a token counts once a code from it came back, and until it is revoked.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

expect 3 "enroll before init" rempart enroll claire
expect 0 "init" rempart init
sum=$(cksum "$dir/key" "$dir/state/store.db")
expect 0 "init again" rempart init
[ "$sum" = "$(cksum "$dir/key" "$dir/state/store.db")" ] && ok || fail "init changed what was there"
[ "$(stat -c %a "$dir/key" "$dir/state" "$dir/state/store.db" | tr '\n' ' ')" = "600 700 600 " ] && ok ||
    fail "modes of what init made"
expect 2 "init with an argument" rempart init now

# The code is asked after the secret was shown: a pipe each way, as an administrator at a terminal.
mkfifo "$dir/answers"
confirm() { # USER CODE-MAKER: enrols, answering what it is told
    "$build/rempart" --config "$conf" enroll "$1" < "$dir/answers" > "$dir/out" 2> "$dir/err" &
    enroll=$!
    exec 9> "$dir/answers"
    until secret=$(secret_in "$dir/out") && [ -n "$secret" ]; do running "$enroll" || break; done
    "$2" >&9
    exec 9>&-
    wait "$enroll"
}
wrong_then_right() { printf '000000\n'; code "$secret"; }
always_wrong() { printf '000000\n000000\n000000\n'; }
confirm claire always_wrong
[ $? -eq 1 ] && ok || fail "three wrong codes"
expect 0 "status" rempart status claire --json
says out '"state":"pending"' "after three wrong codes"
confirm claire wrong_then_right
[ $? -eq 0 ] && ok || fail "a wrong code and then the right one"
says err 'does not match' "the wrong code"
[ "$(grep -Ec '^([A-Z2-7]{4}-){5}[A-Z2-7]{4}$' "$dir/out")" -eq 10 ] && ok || fail "ten recovery codes"
expect 0 "status" rempart status claire --json
says out '"recovery_codes":10,.*"state":"active"' "after the right code"
expect 1 "nothing is typed" sh -c "'$build/rempart' --config '$conf' enroll nobody < /dev/null"

expect 0 "a spare device" rempart enroll claire --no-confirm --algorithm sha256 --digits 8 --period 60 \
    --label spare --issuer "Caisse maladie" --email claire@example.org
says out 'issuer=Caisse%20maladie&algorithm=SHA256&digits=8&period=60' "URI of the spare device"
silent_about out '-[A-Z2-7]{4}-' "the spare device's enrolment shows no recovery codes"
expect 0 "status" rempart status claire
says out 'spare' "the label"
for o in "--algorithm md5" "--digits 7" "--digits 6x" "--digits 0" "--period 45" "--period 30s" "--label 123456789012345678901234567890123" "--nonsense"; do
    # shellcheck disable=SC2086
    expect 2 "enroll $o" rempart enroll claire --no-confirm $o
done
expect 2 "enroll without a user" rempart enroll

for ending in png svg; do
    expect 0 "QR code as $ending" rempart enroll "qr$ending" --no-confirm --qr-file "$dir/qr.$ending"
    [ "$(stat -c %a "$dir/qr.$ending")" = 600 ] && ok || fail "mode of qr.$ending"
    cp "$dir/out" "$dir/shown"
    expect 3 "over a file that is there" rempart enroll "qr2$ending" --no-confirm --qr-file "$dir/qr.$ending"
    expect 1 "which leaves no token" rempart status "qr2$ending"
    if [ "$ending" = png ] && command -v zbarimg > "$dir/null"; then
        [ "$(zbarimg -q --raw "$dir/qr.png" 2> "$dir/null")" = "$(grep otpauth "$dir/shown")" ] && ok || fail "zbarimg reads the PNG"
    elif [ "$ending" = png ]; then
        echo "skipped: no zbarimg to read the PNG"
    fi
done
expect 2 "another ending" rempart enroll gif --no-confirm --qr-file "$dir/qr.gif"

for i in 1 2 3 4 5 6; do expect 0 "token $((i + 2))" rempart enroll claire --no-confirm; done
expect 1 "a ninth token" rempart enroll claire --no-confirm
expect 0 "revoke one" rempart revoke claire --token 2
expect 1 "revoke it again" rempart revoke claire --token 2
expect 2 "revoke token x" rempart revoke claire --token x
expect 2 "revoke a token beyond 32 bits" rempart revoke claire --token 4294967297
expect 0 "new recovery codes" rempart recovery claire
[ "$(grep -Ec '^([A-Z2-7]{4}-){5}[A-Z2-7]{4}$' "$dir/out")" -eq 10 ] && ok || fail "ten new codes"
expect 1 "revoke all without --yes" rempart revoke claire
expect 0 "revoke all" rempart revoke claire --yes
expect 0 "status" rempart status claire --json
says out '"recovery_codes":0,.*"tokens":\[\]' "after revoke"
expect 1 "recovery without a token" rempart recovery claire
expect 1 "revoke an unknown user" rempart revoke nosuch --yes
expect 0 "events" rempart events --user claire --last 100 --json
says out '"reason":"enrol"' "enrolment is recorded"
says out '"reason":"revoke"' "revocation is recorded"
says out '"reason":"recovery-codes"' "new codes are recorded"
says out "\"by\":\"$(id -un)" "who did it is recorded"
