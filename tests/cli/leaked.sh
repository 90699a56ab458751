#!/bin/sh
# An account whose password is in a leak: what status, events and the log say of it, and what they never say.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

sha1() { printf %s "$1" | sha1sum | cut -c 1-40 | tr a-f A-F; }
# make_corpus COUNT: azerty123 was seen so often.
make_corpus() {
    echo "$(sha1 azerty123):$1" | rempart corpus build --from - "$dir/corpus" > "$dir/built" 2>&1 || cat "$dir/built"
}
rempart init > "$dir/out"
sed -i "s|^corpus = none|corpus = $dir/corpus|" "$conf"
echo 1900000000 > "$dir/clock"
mkdir "$dir/pam.d"
cat > "$dir/pam.d/demo" <<PAM
auth    required $build/pam_rempart.so mode=combined nodelay lang=en socket=$dir/sock
auth    required pam_permit.so
account required $build/pam_rempart.so lang=en socket=$dir/sock
account required pam_permit.so
session required pam_permit.so
PAM
log_in() { echo "$2" | "$build/demo/login" as "$1" "$dir/pam.d"; }

# Another corpus is noticed within a second; here at once.
again() {
    stop_daemon
    cat "$dir/log" >> "$dir/logs" 2> "$dir/null"
    start_daemon --test-clock "$dir/clock" || exit 1
}

make_corpus 5000
again
expect 0 "a password that is in no leak" log_in paul fAble-Klaxon-79
expect 1 "one that is" log_in claire azerty123
says out 'token is no longer valid|New authentication token|new one' "it has to be changed"

expect 0 "status" rempart status claire
says out 'password: in a leak, to be changed \(since 2030-03-17T17:46:40Z\)' "status"
lang=fr_FR.UTF-8 expect 0 "status, in French" rempart status claire
says out 'mot de passe.*: dans une fuite, à changer \(depuis 2030-03-17T17:46:40Z\)' "status, in French"
expect 0 "status, JSON" rempart status claire --json
says out '"leaked_since":"2030-03-17T17:46:40Z"' "status, JSON"
expect 0 "status of all" rempart status
says out '^Passwords found in a leak, to be changed: 1$' "status of all"
expect 0 "status of all, JSON" rempart status --json
says out '"leaked_passwords":1,' "status of all, JSON"
expect 1 "who has none is not even an account" rempart status paul

expect 0 "events" rempart events --user claire
says out 'account user=claire .*verdict=leaked reason=leaked-password' "events"

rm "$dir/corpus"
echo 1900000002 > "$dir/clock"
again
expect 0 "the corpus is gone" log_in paul fAble-Klaxon-79
expect 0 "events" rempart events --last 1
says out 'user=paul .*cause=corpus-missing verdict=not-concerned reason=unchecked-password' "the cause"
expect 0 "events, JSON" rempart events --last 1 --json
says out '"by":"","note":"","cause":"corpus-missing"' "the cause, JSON"
expect 0 "an act of administration" rempart lock paul --reason "on leave"
expect 0 "events, JSON" rempart events --last 1 --json
says out '"by":"[^: ]+","note":"on leave","cause":""' "who did it, JSON"
expect 1 "marked is marked, whatever the corpus" log_in claire "another one"
expect 0 "events" rempart events --last 1
says out 'cause=corpus-missing verdict=leaked reason=password-to-change' "marked"

make_corpus 5000
again
expect 0 "another password" log_in claire fAble-Klaxon-79
expect 0 "status" rempart status claire
silent_about out 'leak' "the mark is gone"
expect 0 "status of all" rempart status
silent_about out 'leak' "nobody is left"

# Nothing from which a password could be guessed.
rempart events > "$dir/events"
rempart status --json >> "$dir/events"
cat "$dir/logs" "$dir/log" >> "$dir/events"
for said in azerty "$(sha1 azerty123)" "$(sha1 azerty123 | cut -c 1-5)" 5000 4096; do
    if grep -qi -- "$said" "$dir/events"; then fail "$said is told"; else ok; fi
done
