#!/bin/sh
# rempart key rotate: nothing is lost, logins go on, and a killed rotation is finished by the next.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
good=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
awk -v s="$good" 'BEGIN { for (i = 0; i < 3000; i++) printf "u%05d,%s,u%05d@example.org\n", i, s, i }' > "$dir/u.csv"
rempart import "$dir/u.csv" > "$dir/out"
rempart enroll claire --no-confirm > "$dir/enrolled" 2> "$dir/null"
recovery=$(grep -Eo '([A-Z2-7]{4}-){5}[A-Z2-7]{4}' "$dir/enrolled" | head -n 1)
rempart export --plaintext > "$dir/before" 2> "$dir/err"
old=$(tail -n 1 "$dir/key")
start_daemon || exit 1

kills=0
while :; do
    "$build/rempart" --config "$conf" key rotate > "$dir/out" 2> "$dir/err" &
    rotate=$!
    if [ "$kills" -lt 4 ]; then
        # In the middle: once the second generation is there, a login is decided meanwhile.
        while running "$rotate" && [ "$(wc -l < "$dir/key")" -lt 4 ]; do :; done
        code "$good" | rempart verify "u0000$kills" > "$dir/seen" 2>&1 && ok || fail "a login during a rotation"
        kill -9 "$rotate" 2> "$dir/null" && kills=$((kills + 1))
    fi
    wait "$rotate" 2> "$dir/null" && break
    [ "$(wc -l < "$dir/key")" -le 4 ] && ok || fail "a killed rotation is finished before another one begins"
done
[ "$kills" -gt 0 ] && ok || fail "no rotation was killed"
says out 'the old key is gone' "rotate"
grep -Fq "$old" "$dir/key" && fail "the old key is in the file" || ok
[ "$(stat -c %a "$dir/key")" = 600 ] && ok || fail "the key file's mode"
rempart export --plaintext > "$dir/after" 2> "$dir/err"
cmp -s "$dir/before" "$dir/after" && ok || fail "what was sealed opens to the same"
expect 0 "a login after it" sh -c ". /dev/null; echo '$recovery' | '$build/rempart' --config '$conf' verify claire"
code "$good" > "$dir/code"
expect 0 "a code after it" sh -c "'$build/rempart' --config '$conf' verify u02000 < '$dir/code'"
expect 0 "events" rempart events --last 10
says out 'reason=key-rotate' "it is recorded"

# Whatever was begun with the old key goes on with the new one: an enrolment at its prompt, an import.
mkfifo "$dir/answers"
"$build/rempart" --config "$conf" enroll paul < "$dir/answers" > "$dir/shown" 2> "$dir/err" &
enroll=$!
exec 9> "$dir/answers"
until secret=$(secret_in "$dir/shown") && [ -n "$secret" ]; do running "$enroll" || break; done
expect 0 "rotate while somebody enrols" rempart key rotate
code "$secret" >&9
exec 9>&-
wait "$enroll"
[ $? -eq 0 ] && ok || fail "an enrolment that a rotation went past"
recovery=$(grep -Eo '([A-Z2-7]{4}-){5}[A-Z2-7]{4}' "$dir/shown" | head -n 1)
expect 0 "its recovery code" sh -c "echo '$recovery' | '$build/rempart' --config '$conf' verify paul"
awk -v s="$good" 'BEGIN { for (i = 0; i < 4000; i++) printf "v%05d,%s,v@example.org\n", i, s }' > "$dir/v.csv"
"$build/rempart" --config "$conf" import "$dir/v.csv" > "$dir/imported" 2>&1 &
import=$!
rotations=0
while running "$import"; do
    expect 0 "rotate during an import" rempart key rotate
    rotations=$((rotations + 1))
done
wait "$import"
[ $? -eq 0 ] && [ "$rotations" -gt 0 ] && ok || fail "an import during $rotations rotations: $(cat "$dir/imported")"
expect 0 "all that was imported opens" rempart export --plaintext
[ "$(grep -c "^\"v[0-9]*\",$good,\"v@example.org\"" "$dir/out")" -eq 4000 ] && ok || fail "what was imported meanwhile"
# Rotations at the same time never drop the key that something is sealed with.
rempart export --plaintext > "$dir/before" 2> "$dir/err"
for _ in 1 2 3 4; do
    rotations=
    for _ in 1 2 3; do
        "$build/rempart" --config "$conf" key rotate > "$dir/out" 2> "$dir/err" &
        rotations="$rotations $!"
    done
    # shellcheck disable=SC2086
    wait $rotations
done
expect 0 "rotate after that" rempart key rotate
rempart export --plaintext > "$dir/after" 2> "$dir/err"
cmp -s "$dir/before" "$dir/after" && ok || fail "everything opens after rotations at once"
expect 2 "key" rempart key
expect 2 "key turn" rempart key turn
stop_daemon
mv "$dir/key" "$dir/key.away"
expect 3 "without a key" rempart key rotate
