#!/bin/sh
# rempart import and export: whole or not at all, cut off and gone on, out and in again.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
good=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
imported() { rempart status --json | sed 's/.*"accounts":\([0-9]*\),.*/\1/'; }
login() { code "$good" | rempart verify "$1"; }
bad_line() { # WHAT REASON LINE
    printf 'anna,%s\n%s\nzoe,%s\n' "$good" "$3" "$good" > "$dir/users.csv"
    expect 1 "$1" rempart import "$dir/users.csv"
    says err "users.csv:2: .*$2" "$1"
    expect 1 "$1: nothing is imported" rempart status anna
}
bad_line "no user" "there is no user" ",$good"
bad_line "not Base32" "not Base32" "paul,ABC1"
bad_line "a short secret" "10 to 64 bytes" "paul,JBSWY3DP"
bad_line "no secret" "there is no secret" "paul"
bad_line "semicolons" "a comma stands between" "paul;$good"
bad_line "no address" "not an e-mail" "paul,$good,here"
bad_line "not text" "not readable" "$(printf 'pa\377ul'),$good"
bad_line "a control character" "not readable" "$(printf 'pa\302\233ul'),$good"
bad_line "an algorithm" "SHA1, SHA256 or SHA512" "paul,$good,,md5"
bad_line "digits" "6 or 8" "paul,$good,,,7"
bad_line "a period" "30 or 60" "paul,$good,,,,45"
bad_line "too many fields" "more than six" "paul,$good,,,,,x"
bad_line "an open quote" "malformed" "\"paul,$good"
lang=fr_FR.UTF-8 expect 1 "in French" rempart import "$dir/users.csv"
says err 'users.csv:2: la ligne est mal formée' "in French"
says err '^rempart: 1 lignes erronées' "in French"
seq 1 30 > "$dir/users.csv"
expect 1 "thirty bad lines" rempart import "$dir/users.csv"
[ "$(wc -l < "$dir/err")" -eq 21 ] && ok || fail "the first twenty of them are named"
says err '^rempart: 30 bad lines' "all are counted"
printf 'anna,%s\npaul,%s\nanna,%s\n' "$good" "$good" "$good" > "$dir/users.csv"
expect 1 "a user twice" rempart import "$dir/users.csv"
says err 'users.csv:3: .*in the file already' "a user twice"
expect 3 "no such file" rempart import "$dir/nosuch.csv"
expect 3 "standard input" rempart import /dev/stdin
expect 2 "two files" rempart import a b
expect 2 "both" rempart import "$dir/users.csv" --skip-existing --replace

printf '\357\273\277user,secret,email,algorithm,digits,period\r\n"anna","%s",anna@example.org\r\n\r\n"o""neill", %s ,,sha256,8,60\r\n' \
    "$good" "$good" > "$dir/users.csv"
expect 0 "a dry run" rempart import "$dir/users.csv" --dry-run
expect 1 "which imports nothing" rempart status anna
expect 0 "mark, CR LF, header, quotes" rempart import "$dir/users.csv"
says out 'Imported 2 users' "import"
expect 0 "status" rempart status 'o"neill' --json
says out '"algorithm":"SHA256","digits":8,"period":60' "all six columns"
expect 1 "again" rempart import "$dir/users.csv"
says err 'has a token already' "again"
expect 0 "--skip-existing" rempart import "$dir/users.csv" --skip-existing
expect 0 "--replace" rempart import "$dir/users.csv" --replace
expect 0 "status" rempart status anna --json
says out '"tokens":\[\{"id":2,' "a replaced token"
start_daemon
used=$(code "$good")
expect 0 "a code" sh -c "echo $used | '$build/rempart' --config '$conf' verify anna"
expect 0 "the same secret again" rempart import "$dir/users.csv" --replace
expect 1 "a code used before the import" sh -c "echo $used | '$build/rempart' --config '$conf' verify anna"
stop_daemon

expect 0 "export" rempart export
says out '"user":"anna"' "export"
silent_about out "$good|$(printf 48656c6c6f21deadbeef)" "what is sealed stays sealed"
silent_about out 'anna@example.org' "addresses stay sealed"
expect 0 "export --plaintext" rempart export --plaintext
says out "\"anna\",$good,\"anna@example.org\",SHA1,6,30" "export --plaintext"
says err 'Warning' "export --plaintext"
cp "$dir/out" "$dir/plain.csv"
expect 0 "events" rempart events --last 5
says out 'reason=export' "export --plaintext is recorded"
expect 2 "export x" rempart export x
instance "$dir/second"
conf=$dir/second/rempart.conf
rempart init > "$dir/out"
expect 0 "in again" rempart import "$dir/plain.csv"
expect 0 "export again" rempart export --plaintext
cmp -s "$dir/plain.csv" "$dir/out" && ok || fail "out and in and out again"

expect 2 "--nonsense" rempart import "$dir/users.csv" --nonsense

# The secrets that went out and in again are those that the apps have.
start_daemon || exit 1
expect 0 "a login with what came in" login anna
stop_daemon
conf=$dir/rempart.conf

# Cut off at any moment, by the keyboard or the kernel, and gone on with, while others log in.
awk -v s="$good" 'BEGIN { for (i = 0; i < 20000; i++) printf "u%05d,%s\n", i, s }' > "$dir/many.csv"
awk -v s="$good" 'BEGIN { for (i = 0; i < 99; i++) printf "w%02d,%s\n", i, s }' > "$dir/waiting.csv"
rempart import "$dir/waiting.csv" > "$dir/out"
start_daemon || exit 1
before=$(imported) cuts=0 logins=0
while :; do
    had=$(imported)
    "$build/rempart" --config "$conf" import "$dir/many.csv" > "$dir/imported" 2>&1 &
    import=$!
    if [ "$cuts" -lt 8 ]; then
        while running "$import" && [ "$(imported)" -le "$had" ]; do :; done
        expect 0 "a login during an import" login "w$(printf %02d "$logins")"
        logins=$((logins + 1))
        [ $((cuts % 2)) -eq 0 ] && signal=KILL || signal=INT
        kill -$signal "$import" 2> "$dir/null" && cuts=$((cuts + 1))
    fi
    wait "$import" 2> "$dir/null" && break
    [ "$(imported)" -lt $((before + 20000)) ] || break # cut off after its last transaction
done
[ "$cuts" -gt 1 ] && ok || fail "no import was cut off"
expect 0 "status of all" rempart status
says out "^$((before + 20000)) accounts: $((before + 20000)) with a token" "after it was cut off $cuts times"
rempart export --plaintext 2> "$dir/err" | grep -c "^\"u[0-9]\{5\}\",$good,\"\",SHA1,6,30\$" > "$dir/out"
says out '^20000$' "each once, with its secret"
expect 0 "events" rempart events --last 50000 --json
[ "$(grep -c '"reason":"import","user":"u' "$dir/out")" -eq 20000 ] && ok || fail "one event for each user"
expect 0 "a login after it" login u19999
stop_daemon

printf 'other,%s\n' "$good" > "$dir/other.csv"
# An import that was cut off keeps others out until it is finished or given up.
awk -v s="$good" 'BEGIN { for (i = 0; i < 40000; i++) printf "v%05d,%s\n", i, s }' > "$dir/many.csv"
"$build/rempart" --config "$conf" import "$dir/many.csv" > "$dir/out" 2> "$dir/err" &
import=$!
while running "$import" && [ "$(imported)" -le $((before + 20000)) ]; do :; done
kill -INT "$import"
wait "$import"
[ $? -eq 1 ] && ok || fail "an import that was told to stop"
says err 'same command goes on' "an import that was told to stop"
expect 1 "another import meanwhile" rempart import "$dir/other.csv"
says err 'not finished' "another import meanwhile"
expect 0 "given up" rempart import "$dir/other.csv" --abandon
printf 'another,%s\n' "$good" > "$dir/another.csv"
expect 1 "nothing to give up" rempart import "$dir/another.csv" --abandon
says err 'No import is unfinished.*Nothing was imported' "nothing to give up"
expect 1 "nothing to give up: nothing is imported" rempart status another

# Meanwhile the store is everybody's: an administrator's commands, and logins, each within 2 s.
awk -v s="$good" 'BEGIN { for (i = 0; i < 30000; i++) printf "x%05d,%s\n", i, s }' > "$dir/many.csv"
had=$(imported)
"$build/rempart" --config "$conf" import "$dir/many.csv" > "$dir/imported" 2>&1 &
import=$!
while running "$import" && [ "$(imported)" -le "$had" ]; do :; done
expect 0 "enroll the last one of the file" rempart enroll x29999 --no-confirm --label hers
running "$import" && ok || fail "the import was over before it could be overtaken"
turns=0
while running "$import"; do
    timeout 2 "$build/rempart" --config "$conf" unlock x29999 > "$dir/out" 2>&1 || fail "a turn waited for longer than 2 s"
    turns=$((turns + 1))
done
wait "$import"
[ $? -eq 1 ] && ok || fail "an import that found somebody enrolled"
[ "$turns" -gt 0 ] && ok || fail "no turn during the import"
cp "$dir/imported" "$dir/out"
says out 'many.csv:30000: .*meanwhile' "who got a token meanwhile"
expect 0 "status" rempart status x29999 --json
says out '"tokens":\[\{"id":1,[^}]*"label":"hers"\}\]' "a token that was made meanwhile stays"
expect 0 "status of all" rempart status
silent_about out 'import' "a finished import"

# What was begun is finished only if nobody of the rest has got a token since.
sed 's/^x/y/' "$dir/many.csv" > "$dir/more.csv"
had=$(imported)
"$build/rempart" --config "$conf" import "$dir/more.csv" > "$dir/out" 2> "$dir/err" &
import=$!
while running "$import" && [ "$(imported)" -le "$had" ]; do :; done
kill -INT "$import"
wait "$import"
expect 0 "status of all" rempart status
says out 'import.* not finished' "status tells of an unfinished import"
expect 0 "status of all" rempart status --json
says out '"import_unfinished":true' "status tells of an unfinished import, JSON"
expect 0 "enroll the last one of the file" rempart enroll y29999 --no-confirm
expect 1 "go on" rempart import "$dir/more.csv"
says err 'more.csv:30000: .*has a token already' "go on"
says err 'Nothing more was imported' "go on"
expect 0 "go on with --skip-existing" rempart import "$dir/more.csv" --skip-existing
says out 'Imported 29999 users' "go on with --skip-existing"
expect 0 "status of all" rempart status --json
says out '"import_unfinished":false' "it is finished"

# A file of codes holds one token for each user: spare devices are told of.
expect 0 "a spare device" rempart enroll y29999 --no-confirm
expect 0 "export --plaintext" rempart export --plaintext
says err 'holds one token: 1 further device' "spare devices are not in the file"
