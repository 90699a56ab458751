#!/bin/sh
# rempart mailbox sweep: every registered address is looked up, at the rate that is allowed, and what has changed is
# recorded. And what doctor says of the API's key and of sweeps.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

email_start
mailbox_conf() { # LINES in [mailbox]
    instance "$dir"
    sed -i "s|^corpus = none|&\nfetch = $dir/breach/fetch.sock|" "$conf"
    printf '[mailbox]\nlookup = yes\nsweep_rate = 1000000\nhelp_text = Call.\n%s\n[fetch]\napi_key_file = %s\n' "$1" \
        "$dir/breach/api.key" >> "$conf"
}
enroll() { rempart enroll "$1" --no-confirm --email "$1@pharmacie.example" > "$dir/null" 2>&1; }
sweep() { rempart mailbox sweep; }
asked() { grep -c '^GET /api/v3/breachedaccount/range/' "$dir/breach/requests"; }
events() { rempart events --last 1000 --json; }
doctor() { mkdir -p "$dir/pam.d"; rempart doctor --pam-dir "$dir/pam.d"; }

mailbox_conf ""
rempart init > "$dir/null"
start_daemon || exit 1
expect 0 "doctor: the key works" doctor
says out '^ok   the API key works: plan .*, [0-9]+ questions a minute' "doctor: the key works"
says out '^warn the last whole sweep of mailboxes: -$' "doctor: no sweep yet"
says out 'systemctl enable --now rempart-mailbox-sweep.timer' "doctor: no sweep yet"
sed -i 's/^lookup = yes/lookup = no/' "$conf"
expect 0 "a sweep without lookups" sweep
sed -i 's/^lookup = no/lookup = yes/' "$conf"
expect 0 "doctor: a sweep without lookups is none" doctor
says out '^warn the last whole sweep of mailboxes: -$' "doctor: a sweep without lookups is none"
expect 0 "nobody" sweep
silent_about out 'Nothing is looked up' "nobody"
says out '^0 mailboxes looked up, 0 judged' "nobody"

for user in claire louise omar paul; do enroll "$user"; done
rempart enroll nadia --no-confirm > "$dir/null" 2>&1
breach_account louise@pharmacie.example VerifiedStealerPasswordsRecent
breach_account omar@pharmacie.example VerifiedPasswordsRecent
breach_account paul@pharmacie.example SpamPasswordsRecent
expect 0 "the first sweep" sweep
says out '^4 mailboxes looked up, 4 judged: 2 newly flagged, 0 not flagged any more$' "the first sweep"
[ "$(asked)" -eq 4 ] && ok || fail "the first sweep asked $(asked) times"
events > "$dir/out"
says out '"reason":"found-flagged","user":"louise".*"note":"hibp VerifiedStealerPasswordsRecent ' "the event"
says out '"reason":"found-flagged","user":"omar"' "the event of another"
silent_about out '"found-flagged","user":"(claire|paul)"|example' "who is clean, and addresses"
expect 0 "status --flagged" rempart status --flagged --json
says out '"user":"louise","since":"2026-06-..T..:..:..Z","source":"hibp","breach":"VerifiedStealerPasswordsRecent","class":"[^"]*stealer' "status --flagged"
says out '"user":"omar".*"source":"hibp"' "status --flagged"
expect 0 "status" rempart status
says out '^Addresses registered: 4, of which 2 were flagged' "status"
says out 'looked up: 4$' "status"
expect 0 "doctor: swept" doctor
says out '^ok   the last whole sweep of mailboxes: 20' "doctor: swept"
expect 1 "a reset is refused at once" rempart reset-check louise
expect 0 "another is not" rempart reset-check claire

expect 0 "the second asks nobody" sweep
says out '^0 mailboxes looked up, 4 judged: 0 newly flagged, 0 not flagged any more$' "the second"
[ "$(asked)" -eq 4 ] && ok || fail "the second sweep asked $(($(asked) - 4)) times"
enroll karim
expect 0 "who is new is looked up" sweep
says out '^1 mailboxes looked up, 5 judged: 0 newly' "who is new"

# The list may have changed, and the rules.
echo claire@pharmacie.example | rempart flag - --reason "CERT-FR" > "$dir/null"
expect 0 "the list" sweep
says out '^0 mailboxes looked up, 5 judged: 1 newly flagged, 0 not' "the list"
echo claire@pharmacie.example | rempart unflag - > "$dir/null"
expect 0 "off the list" sweep
says out '^0 mailboxes looked up, 5 judged: 0 newly flagged, 1 not flagged any more$' "off the list"
events > "$dir/out"
says out '"reason":"found-clean","user":"claire"' "off the list: the event"
mailbox_conf "breaches = never"
expect 0 "other rules" sweep
says out '^5 mailboxes looked up, 5 judged: 0 newly flagged, 1 not flagged any more$' "other rules"

# Where only the list counts nobody is asked, though nobody could be.
mailbox_conf "" && sed -i 's/^lookup = yes/lookup = no/; /^fetch = /d' "$conf"
expect 0 "without lookups" sweep
says out '^0 mailboxes looked up, 5 judged' "without lookups"
says out '^Nothing is looked up: lookup = no in rempart\.conf\.$' "without lookups"

# Troubles: what is not found out stays as it was, and the cause is said. Names that rempart-fetch has not in memory.
anew() { # USER…: alone in a new store
    rm -r "$dir/state" && rempart init > "$dir/null"
    for user in "$@"; do enroll "$user"; done
}
mailbox_conf ""
anew anna bruno carla
breach_mode 'good
range 503'
expect 0 "the server fails for a few" sweep
says out '^0 mailboxes looked up, 0 judged' "the server fails"
says out '^3 could not be looked up; the next sweep tries again\.$' "the server fails"
expect 0 "nothing is believed of them" rempart status --flagged
says out '3 unknown$' "nothing is believed of them"
# shellcheck disable=SC2046
anew $(seq -f 'many%g' 40)
expect 3 "the server fails for many" sweep
says err 'Mailboxes cannot be looked up now: ' "the server fails for many"
breach_mode good

# Another rempart-fetch for each: it would leave a server that failed alone for a while.
with_key() { # KEY
    fetch_stop
    fetch_key "$1"
    fetch_start || exit 1
}
in_background() { "$build/rempart" --config "$conf" mailbox sweep > "$dir/swept" 2>&1 & swept=$!; }
until_asked() { # N: as many in all
    until [ "$(asked)" -ge "$1" ]; do running "$swept" || break; done
}
# ended STATUS WHAT: how that sweep did.
ended() {
    wait "$swept"
    got=$?
    cp "$dir/swept" "$dir/out"
    if [ "$got" -eq "$1" ]; then ok; else fail "$2: exit status $got, wanted $1"; fi
}

with_key "$breach_key"
anew dora
breach_mode 'good
range 429 1'
before=$(asked)
begun=$(date +%s%N)
in_background
until_asked $((before + 1))
breach_mode good
ended 0 "told to wait"
says out '^1 mailboxes looked up, 1 judged' "told to wait"
[ $(($(date +%s%N) - begun)) -ge 1000000000 ] && ok || fail "told to wait: it did not"

# What came is about the address that was registered when it was asked for.
anew dina
breach_account dina@pharmacie.example VerifiedStealerPasswordsRecent
breach_mode 'good
range hold'
before=$(asked)
in_background
until_asked $((before + 1))
echo dina@maison.example | rempart mailbox set dina - > "$dir/null" 2>&1
breach_mode good
ended 0 "another address meanwhile"
says out '0 newly flagged' "another address meanwhile"
expect 0 "of the new one nothing is known" rempart status dina
says out '^  mailbox: unknown never-looked-up$' "of the new one nothing is known"

anew elsa fanny greta
mailbox_conf "" && sed -i 's/^sweep_rate = .*/sweep_rate = 1/' "$conf"
before=$(asked)
in_background
until_asked $((before + 1))
until [ "$(rempart status --json | grep -c '"looked_up":1}')" -eq 1 ]; do running "$swept" || break; done
kill -TERM "$swept"
ended 1 "stopped"
says out '^1 mailboxes looked up' "stopped"
says out '^rempart: Stopped\. The same command goes on from here\.$' "stopped"
mailbox_conf ""
expect 0 "doctor: a sweep that was stopped is none" doctor
says out '^warn the last whole sweep of mailboxes: -$' "doctor: a sweep that was stopped is none"
expect 0 "it goes on" sweep
says out '^2 mailboxes looked up, 3 judged' "it goes on"
sed -i 's/^sweep_rate = .*/sweep_rate = 600/' "$conf"
anew hana ines jana
begun=$(date +%s%N)
expect 0 "at a rate" sweep
[ $(($(date +%s%N) - begun)) -ge 200000000 ] && ok || fail "at a rate of 10 a second three were asked at once"

# The key: refused, without ranges, without stealer logs.
unusable() { # WHAT PATTERN
    anew kim
    expect 3 "$1" sweep
    says err "Mailboxes cannot be looked up now: $2" "$1"
    expect 1 "doctor: $1" doctor
    says out "^FAIL .*$2" "doctor: $1"
}
mailbox_conf ""
with_key "$breach_key_wrong"
unusable "a key that is refused" 'the server refuses the API key'
lang=fr_FR.UTF-8 expect 3 "in French" sweep
says err 'ne peuvent pas être recherchées' "in French"
with_key "$breach_key_core"
anew kim
expect 3 "a plan without ranges" sweep
says err 'the plan of the API key does not have this' "a plan without ranges"
expect 1 "doctor: a plan without ranges" doctor
says out '^FAIL the API key.s plan \(.*\) has no ranges, so no mailbox can be looked up$' "doctor: without ranges"
says out 'email_exact = yes' "doctor: what to do"
with_key "$breach_key_ranges"
printf 'portal_domain = portal.example\n' >> "$conf"
expect 0 "doctor: a plan without stealer logs" doctor
says out '^warn stealer logs of portal.example are wanted, but the plan \(.*\) has none$' "doctor: without stealer logs"
mailbox_conf "email_exact = yes"
expect 0 "doctor: whole addresses" doctor
says out '^warn whole addresses are sent' "doctor: whole addresses"
mailbox_conf "" && sed -i '/^help_text/d' "$conf"
expect 0 "doctor: nobody to call" doctor
says out '^warn whom a reset is refused is told: Please ask your help desk\.$' "doctor: nobody to call"
says out '^warn old breaches flag everybody who has proved nothing yet$' "doctor: old breaches"
mailbox_conf "proved_before = 2026-01-01"
expect 0 "doctor: old breaches do not count" doctor
silent_about out 'old breaches' "doctor: old breaches do not count"
mailbox_conf "" && sed -i '/^api_key_file/d' "$conf"
expect 1 "doctor: no key" doctor
says out '^FAIL mailboxes cannot be looked up: there is no API key' "doctor: no key"
mailbox_conf "" && sed -i '/^fetch = /d' "$conf"
unusable "no rempart-fetch" 'rempart-fetch is not configured'
mailbox_conf ""
fetch_stop
unusable "rempart-fetch is gone" 'rempart-fetch does not answer'
