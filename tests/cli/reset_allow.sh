#!/bin/sh
# rempart reset-allow: one reset, for a while, with a reason that is recorded.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
rempart enroll claire --no-confirm > "$dir/out" 2> "$dir/null"

before=$(date +%s)
expect 0 "half an hour" rempart reset-allow claire --for 30m --reason "known by voice"
after=$(date +%s)
until=$(sed -n 's/^One reset of claire may go through until \(.*\)\.$/\1/p' "$dir/out")
says out "^One reset of claire may go through until 20..-..-..T..:..:..Z\\.\$" "half an hour"
until=$(date -d "$until" +%s)
[ "$until" -ge $((before + 1800)) ] && [ "$until" -le $((after + 1800)) ] && ok || fail "half an hour: until $until"
rempart events --user claire --last 1 --json > "$dir/out"
says out '"reason":"reset-allow","user":"claire"' "the event"
says out '"note":"for 30m: known by voice"' "the event says why"
says out "\"by\":\"$(id -un)\"" "the event says who"
lang=fr_FR.UTF-8 expect 0 "in French" rempart reset-allow claire --for 1m --reason "rappel au cabinet"
says out 'réinitialisation de claire est autorisée' "in French"

expect 0 "the shortest" rempart reset-allow claire --for 60 --reason x
expect 0 "the longest" rempart reset-allow claire --for 24h --reason x
for span in 59s 0 25h 86401 2d soon "" -1; do
    expect 2 "--for $span" rempart reset-allow claire --for "$span" --reason x
    says err '1m to 24h' "--for $span"
done
expect 2 "no --for" rempart reset-allow claire --reason x
for reason in "" "   " "wrote from claire@example.org" "$(printf '%081d' 0)"; do
    expect 2 "--reason '$reason'" rempart reset-allow claire --for 30m --reason "$reason"
    says err 'how you know who asks' "--reason '$reason'"
done
expect 2 "no --reason" rempart reset-allow claire --for 30m
expect 2 "no user" rempart reset-allow --for 30m --reason x
expect 2 "two users" rempart reset-allow claire paul --for 30m --reason x
expect 2 "an option that is none" rempart reset-allow claire --for 30m --reason x --nonsense
rempart events --last 1000 --json | grep -c '"reason":"reset-allow"' > "$dir/out"
says out '^4$' "what was refused is no event"

# Whose address nobody has can be helped too; who is locked has to be unlocked first.
expect 0 "without an account" rempart reset-allow paul --for 30m --reason "came to the desk"
says err 'no user paul is known' "without an account"
expect 0 "it has one now" rempart status paul
rempart lock claire > "$dir/null"
expect 1 "a locked account" rempart reset-allow claire --for 1m --reason x
says err 'claire is locked' "a locked account"
