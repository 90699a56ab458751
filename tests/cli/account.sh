#!/bin/sh
# rempart status, lock, unlock, deadline, events, verify; and the ways in which any command fails.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
rempart enroll claire --no-confirm > "$dir/enrolled" 2> "$dir/null"
secret=$(secret_in "$dir/enrolled")
recovery=$(grep -Eo '([A-Z2-7]{4}-){5}[A-Z2-7]{4}' "$dir/enrolled" | head -n 1)

verify() { echo "$1" | rempart verify claire; }
expect 3 "verify without rempartd" verify 000000
# The machine's own time would let a wait of a second pass between two lines.
echo 1900000000 > "$dir/clock"
start_daemon --test-clock "$dir/clock" || exit 1
code_now() { code "$secret" 1900000000; }
expect 1 "a wrong code" verify 000000
expect 0 "the right code" verify "$(code_now)"
expect 1 "the same code" verify "$(code_now)"
expect 0 "a recovery code" verify "$recovery"
expect 1 "nobody is asked" sh -c "echo 000000 | '$build/rempart' --config '$conf' verify paul"
for _ in 1 2 3 4 5 6 7 8 9 10 11; do verify 000000 > "$dir/out" 2>&1; done
expect 1 "throttled" verify 000000
says out 'Too many attempts. Try again in [0-9]+ s' "throttled"
lang=fr_FR.UTF-8 expect 1 "throttled" verify 000000
says out 'tentatives' "throttled, in French"
expect 2 "verify without a user" rempart verify
expect 2 "a code on the command line" rempart verify claire 123456

expect 0 "status" rempart status claire
says out 'recovery codes left: 9' "status"
expect 0 "status, JSON" rempart status claire --json
# Only root is believed to sit at the machine when it asks for somebody else.
[ "$(id -u)" -eq 0 ] && known=1 || known=0
says out "\"known_sources\":$known," "where it is known from"
says out '"last_used":"2030-03-17T17:46:30Z"' "the step of the last code"
expect 0 "status of all" rempart status
says out '1 accounts: 1 with a token' "status of all"
expect 0 "status of all" rempart status --json
says out '"accounts":1,"with_token":1' "status of all, JSON"
expect 1 "status of an unknown user" rempart status nosuch
expect 2 "status of two" rempart status a b
expect 2 "status --nonsense" rempart status --nonsense

expect 0 "lock" rempart lock claire --reason "phone stolen"
expect 0 "status" rempart status claire
says out 'locked' "a locked account"
# Long after the waits that the guesses above brought about.
echo 1900090000 > "$dir/clock"
expect 1 "a right code for a locked account" verify "$(code "$secret" 1900090000)"
expect 0 "unlock" rempart unlock claire
expect 0 "a right code after unlock" verify "$(code "$secret" 1900090000)"
expect 0 "status" rempart status claire --json
says out '"locked":false.*"failures":0' "an unlocked account"
expect 1 "unlock an unknown user" rempart unlock nosuch
expect 2 "lock without a user" rempart lock
expect 2 "unlock without a user" rempart unlock
expect 0 "deadline" rempart deadline paul 2031-02-28
expect 0 "status" rempart status paul
says out '2031-02-28' "the deadline"
expect 0 "no deadline" rempart deadline paul none
expect 2 "a day that is none" rempart deadline paul 2031-02-29

expect 0 "events" rempart events --last 500
says out 'reason=lock' "events"
says out ' by=[^ ]+ note="phone stolen" verdict=ok reason=lock' "why it was locked"
silent_about out "$recovery" "no recovery code is in the events"
expect 0 "events of one" rempart events --user paul --json
silent_about out claire "events of paul"
expect 0 "a reason that is not text" rempart lock paul --reason "$(printf 'a\377b\302\233c\033d\303\251"')"
expect 0 "its event" rempart events --user paul --last 1 --json
LC_ALL=C grep -q "a.u00ffb.u00c2.u009bc.u001bd$(printf '\303\251')..\"" "$dir/out" && ok || fail "bytes that no terminal may get"
expect 2 "events --last 0" rempart events --last 0
expect 2 "events x" rempart events x

expect 0 "the newest two" rempart events --last 2
[ "$(wc -l < "$dir/out")" -eq 2 ] && ok || fail "--last 2 gives two"
says out 'user=paul .*reason=deadline' "the newest is there"

# Whatever a name holds, JSON is JSON.
odd=$(printf 'an"na\\ \001\303\251')
expect 0 "a name with a quote" rempart lock "$odd" --reason 'she said "no"'
expect 0 "its status" rempart status "$odd" --json
says out '"user":"an\\"na\\\\ \\u0001é"' "its status"
if command -v python3 > "$dir/null"; then
    { rempart status --json; rempart status claire --json; rempart events --last 500 --json; rempart export; } > "$dir/json"
    expect 0 "what a parser makes of it" python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]' < "$dir/json"
else
    echo "skipped: no python3 to parse the JSON"
fi

lang=fr_FR.UTF-8 expect 0 "status in French" rempart status claire
says out 'codes de secours' "status in French"
lang=fr_FR.UTF-8 expect 1 "an unknown user, in French" rempart status nosuch
says err 'nosuch' "an unknown user, in French"
silent_about err 'There is' "an unknown user, in French"
lang=fr_FR.UTF-8 expect 0 "lock in French" rempart lock paul
says out 'paul' "lock in French"
silent_about out 'locked' "lock in French"

expect 2 "no command" rempart
expect 2 "an unknown command" rempart frobnicate
expect 0 "--help" rempart --help
says out 'enroll' "--help"
lang=fr expect 0 "--help in French" rempart --help
says out 'donne' "--help in French"
expect 0 "--version" rempart --version
says out '^rempart [0-9]' "--version"
long=$(printf '%0300d' 0)
expect 2 "a name that is too long" rempart status "$long"
echo 'nonsense = 1' >> "$conf"
expect 2 "an unknown key" rempart status
says err 'rempart.conf:8: unknown key' "an unknown key"
conf=$dir/missing.conf
expect 2 "no configuration" rempart status
conf=$dir/rempart.conf
instance "$dir"
stop_daemon
mv "$dir/key" "$dir/key.away"
expect 3 "no key" rempart status
another_key
expect 3 "another key" rempart status claire
says err 'not the one this store was made with' "another key"
echo 'paul,JBSWY3DPEHPK3PXPJBSWY3DP' > "$dir/paul.csv"
expect 3 "import with another key" rempart import "$dir/paul.csv"
expect 3 "rotating another key" rempart key rotate
mv -f "$dir/key.away" "$dir/key"
expect 0 "the right key again" rempart status claire
expect 0 "status" rempart status paul --json
says out '"tokens":\[\]' "another key imported nothing"

# A slip in a name: done, because portals have their own users, but not without a word.
for line in "lock no-such-user" "deadline no-such-user2 2031-02-28" "enroll no-such-user3 --no-confirm"; do
    # shellcheck disable=SC2086
    expect 0 "$line" rempart $line
    says err 'Warning: no user no-such-user[23]? is known on this machine' "$line"
    # shellcheck disable=SC2086
    expect 0 "$line again" rempart $line
    silent_about err 'Warning' "$line again"
done
lang=fr_FR.UTF-8 expect 0 "a slip, in French" rempart lock no-such-user4
says err 'aucun utilisateur no-such-user4 n.*est connu' "a slip, in French"
expect 0 "somebody of this machine" rempart lock "$(id -un)"
silent_about err 'Warning' "somebody of this machine"
