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
cp "$dir/out" "$dir/enrolled"
expect 0 "status" rempart status claire --json
says out '"recovery_codes":10,.*"state":"active"' "after the right code"
LC_ALL=fr_FR.UTF-8 expect 1 "nothing is typed, in French" sh -c "'$build/rempart' --config '$conf' enroll martin < /dev/null"
says err 'Aucun code' "nothing is typed, in French"
mkfifo "$dir/waits"
"$build/rempart" --config "$conf" enroll paula --email paula@example.org < "$dir/waits" > "$dir/out" 2> "$dir/err" &
enroll=$!
exec 9> "$dir/waits"
until [ -n "$(secret_in "$dir/out")" ]; do running "$enroll" || break; done
tr '\0' ' ' < "/proc/$enroll/cmdline" > "$dir/seen"
says seen 'enroll paula --email x+' "the address among the arguments"
silent_about seen 'example' "the address among the arguments"
exec 9>&-
wait "$enroll"

expect 1 "nothing is typed" sh -c "'$build/rempart' --config '$conf' enroll nobody < /dev/null"

expect 0 "a spare device" rempart enroll claire --no-confirm --algorithm sha256 --digits 8 --period 60 \
    --label spare --issuer "Caisse maladie" --email claire@example.org
says out 'issuer=Caisse%20maladie&algorithm=SHA256&digits=8&period=60' "URI of the spare device"
silent_about out '-[A-Z2-7]{4}-' "the spare device's enrolment shows no recovery codes"
expect 0 "status" rempart status claire
says out 'spare' "the label"
for o in "--algorithm md5" "--digits 7" "--digits 6x" "--digits 0" "--period 45" "--email here" "--email a@" "--period 30s" "--label 123456789012345678901234567890123" "--nonsense"; do
    # shellcheck disable=SC2086
    expect 2 "enroll $o" rempart enroll claire --no-confirm $o
done
expect 2 "enroll without a user" rempart enroll

# The squares of an SVG as a bitmap, four dots a square.
drawn() {
    tr 'M"' '\n\n' < "$1" | awk '
        /^0 0 [0-9]+ [0-9]+$/ { side = $3 }
        /^[0-9]+ [0-9]+h1v1h-1z/ { dark[$1 + 0, $2 + 0] = 1 }
        END {
            print "P1", side * 4, side * 4
            for (y = 0; y < side * 4; y++)
                for (x = 0; x < side * 4; x++)
                    print ((int(x / 4), int(y / 4)) in dark) + 0
        }'
}
for ending in png svg; do
    expect 0 "QR code as $ending" rempart enroll "qr$ending" --no-confirm --qr-file "$dir/qr.$ending"
    [ "$(stat -c %a "$dir/qr.$ending")" = 600 ] && ok || fail "mode of qr.$ending"
    cp "$dir/out" "$dir/shown"
    expect 3 "over a file that is there" rempart enroll "qr2$ending" --no-confirm --qr-file "$dir/qr.$ending"
    says err "there already. --force replaces it" "over a file that is there"
    expect 1 "which leaves no token" rempart status "qr2$ending"
    expect 0 "over it with --force" rempart enroll "qr$ending" --no-confirm --qr-file "$dir/qr.$ending" --force
    cp "$dir/out" "$dir/shown"
    [ "$(stat -c %a "$dir/qr.$ending")" = 600 ] && ok || fail "mode of qr.$ending"
    [ "$ending" = png ] || drawn "$dir/qr.svg" > "$dir/qr.pbm"
    if command -v zbarimg > "$dir/null"; then
        [ "$(zbarimg -q --raw "$dir"/qr.p[nb][gm] 2> "$dir/null")" = "$(grep otpauth "$dir/shown")" ] && ok ||
            fail "zbarimg reads the $ending"
        rm "$dir"/qr.p[nb][gm]
    else
        echo "skipped: no zbarimg to read the $ending"
    fi
done
expect 2 "another ending" rempart enroll gif --no-confirm --qr-file "$dir/qr.gif"

expect 0 "--qr draws where no terminal is" rempart enroll drawn --no-confirm --qr
says out '█' "--qr"
expect 0 "status" rempart status claire --json
says out '"email":true' "the address"
rempart export > "$dir/before"
expect 1 "another address, past the cooling period" rempart enroll claire --no-confirm --email other@example.org
says err '^rempart: claire has another address registered; rempart mailbox set changes it\.$' "another address"
rempart export > "$dir/after"
cmp -s "$dir/before" "$dir/after" && ok || fail "another address changes nothing"
expect 0 "the same address" rempart enroll claire --no-confirm --email Claire@EXAMPLE.org
expect 0 "a spare device goes" rempart revoke claire --token "$(rempart status claire | sed -n 's/^  token \([0-9]*\).*/\1/p' | tail -n 1)"

# Somebody else enrols the same user meanwhile: the older token is no more.
"$build/rempart" --config "$conf" enroll twice < "$dir/answers" > "$dir/shown" 2> "$dir/seen" &
enroll=$!
exec 9> "$dir/answers"
until secret=$(secret_in "$dir/shown") && [ -n "$secret" ]; do running "$enroll" || break; done
expect 0 "the other enrolment" rempart enroll twice --no-confirm
code "$secret" >&9
exec 9>&-
wait "$enroll"
[ $? -eq 1 ] && ok || fail "a token that was replaced meanwhile"
expect 0 "status" rempart status twice --json
says out '"recovery_codes":10,.*"tokens":\[\{"id":[0-9]*,"state":"active"[^}]*\}\]' "one token, the other's"

for i in 1 2 3 4 5 6; do expect 0 "token $((i + 2))" rempart enroll claire --no-confirm; done
expect 1 "a ninth token" rempart enroll claire --no-confirm
expect 0 "revoke one" rempart revoke claire --token 2
expect 1 "revoke it again" rempart revoke claire --token 2
expect 2 "revoke token x" rempart revoke claire --token x
expect 2 "revoke a token beyond 32 bits" rempart revoke claire --token 4294967297
cp "$dir/enrolled" "$dir/old"
expect 0 "new recovery codes" rempart recovery claire
cp "$dir/out" "$dir/new"
start_daemon || exit 1
with() { grep -Eo '^([A-Z2-7]{4}-){5}[A-Z2-7]{4}$' "$dir/$1" | head -n 1 | rempart verify claire; }
expect 1 "an old recovery code" with old
expect 0 "a new recovery code" with new
expect 1 "the same again" with new
stop_daemon
cp "$dir/new" "$dir/out"
[ "$(grep -Ec '^([A-Z2-7]{4}-){5}[A-Z2-7]{4}$' "$dir/out")" -eq 10 ] && ok || fail "ten new codes"
expect 1 "revoke all without --yes" rempart revoke claire
if command -v script > "$dir/null"; then
    mkfifo "$dir/keys"
    cat > "$dir/at-terminal" <<SH
(until stty -a < /dev/tty | grep -q -- ' -echo '; do :; done; : > "$dir/quiet") &
LC_ALL=C "$build/rempart" --config "$conf" revoke qrpng
echo "status \$?"
SH
    typed() { # WORD: revokes at a terminal, answering with it once the prompt is there
        rm -f "$dir/quiet"
        timeout 30 script -qec "sh $dir/at-terminal" /dev/null < "$dir/keys" &
        exec 9> "$dir/keys"
        until [ -e "$dir/quiet" ]; do running $! || break; done
        echo "$1" >&9
        wait $!
        exec 9>&-
    }
    expect 0 "at a terminal" typed no
    says out 'Type yes' "at a terminal"
    says out 'status 1' "no at a terminal"
    expect 0 "status" rempart status qrpng --json
    says out '"state":"active"' "after no"
    expect 0 "at a terminal" typed yes
    says out 'status 0' "yes at a terminal"
    expect 0 "status" rempart status qrpng --json
    says out '"tokens":\[\]' "after yes"
else
    echo "skipped: no script(1) to make a terminal"
fi
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
