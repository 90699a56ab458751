#!/bin/sh
# rempart mailbox set and proved: another address with and without a cooling period, and a proof of control.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
set_address() { rempart mailbox set "$@"; }
proved() { rempart mailbox proved "$@"; }
noted() { # NOTE WHAT: the newest event
    rempart events --last 1 > "$dir/out"
    says out "note=\"$1\"" "$2"
}
reset() { # STATUS WHY USER WHAT: what a reset of this user meets
    start_daemon || exit 1
    expect "$1" "$4" rempart reset-check "$3" --json
    stop_daemon
    says out "\"why\":\"$2" "$4"
}

# Registering one.
expect 2 "no address" set_address claire
expect 2 "what is no address" set_address claire here
says err 'not an e-mail address' "what is no address"
expect 2 "an empty address" set_address claire ''
expect 1 "which makes no account" rempart status claire
expect 0 "a new account" set_address claire Claire@Example.org
says out '^The address of claire is registered' "a new account"
noted 'the one before: none' "a new account"
expect 0 "its status" rempart status claire --json
says out '"email":true' "its status"
expect 0 "the same again" set_address claire claire@EXAMPLE.org
says out 'registered for claire already' "the same again"
[ "$(rempart events --last 10 | grep -c mailbox-set)" -eq 1 ] && ok || fail "which is no event"
expect 0 "another one" sh -c "echo claire@example.net | '$build/rempart' --config '$conf' mailbox set claire -"
noted 'the one before: clean' "another one"
silent_about out 'example' "no event has an address"
reset 0 '' claire "no cooling after a clean one"

# The one before is flagged: no reset for a while, except through the help desk.
rempart flag claire@example.net --reason "CERT-FR" > "$dir/out"
expect 0 "away from a flagged one" set_address claire claire@example.com
says out '^The one before is flagged: list 20[-0-9]* "CERT-FR"' "away from a flagged one"
says out "^So there is no reset before $(date -u -d '+7 days' +%Y-%m-%d)" "away from a flagged one"
noted 'the one before: flagged' "away from a flagged one"
reset 1 'address-changed' claire "it cools"
expect 0 "proved" proved claire --reason "by phone"
says out '^The mailbox of claire is proved, and not flagged' "proved"
noted 'now clean, by phone' "proved"
reset 1 'address-changed' claire "a proof does not end it"
expect 0 "reset-allow" rempart reset-allow claire --for 30m --reason "by phone"
reset 0 'gate-open' claire "the help desk lets one through"
rempart flag paul@example.org > "$dir/out"
set_address paul paul@example.org > "$dir/out" 2> "$dir/null"
mailbox 'cooling = 0s'
expect 0 "without a cooling period" set_address paul paul@example.com
silent_about out 'no reset' "without a cooling period"
reset 0 '' paul "nothing cools"
mailbox

# An import is no way around it.
import() { # ADDRESS OPTION…
    echo "nadia,JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP,$1" > "$dir/users.csv"
    shift
    rempart import "$dir/users.csv" "$@" < "$dir/null"
}
expect 0 "imported with an address" import nadia@example.org
expect 0 "imported with the next one" import nadia@example.net --replace
reset 0 '' nadia "the one before was clean"
rempart flag nadia@example.net > "$dir/out"
expect 0 "imported with the same one" import nadia@example.net --replace
reset 1 'mailbox-flagged' nadia "it is the flagged one"
expect 0 "imported with a third one" import nadia@example.com --replace
reset 1 'address-changed' nadia "the one before is flagged"
lang=fr_FR.UTF-8 expect 0 "in French" set_address paul paul@example.org
says out '^L.+adresse de paul est enregistrée' "in French"

# A proof does not take anybody off the list.
expect 0 "proved, and flagged" proved paul
says out '^The mailbox of paul is proved, and flagged all the same: list' "proved, and flagged"
noted 'now flagged' "proved, and flagged"
expect 1 "no such user" proved nobody
says err 'no account nobody' "no such user"
rempart enroll anna --no-confirm > "$dir/enrolled" 2> "$dir/null"
expect 1 "no address" proved anna
says err 'anna has no address registered' "no address"
expect 2 "an address as a reason" proved paul --reason "from b@example.org"
expect 2 "nobody" proved
expect 2 "mailbox of what" rempart mailbox
says err 'mailbox set USER' "mailbox of what"
expect 2 "mailbox of something else" rempart mailbox move

# Breaches that were known before the proof do not count after it.
email_start
fetch_configure
mailbox 'lookup = yes'
breach_account zoe@example.org Adobe
breach_account yann@example.org StealerOld
set_address zoe zoe@example.org > "$dir/out" 2> "$dir/null"
reset 1 'mailbox-flagged hibp Adobe' zoe "in a breach"
expect 0 "proved since" proved zoe
says out 'proved, and not flagged' "proved since"
reset 0 '' zoe "proved since"
set_address yann yann@example.org > "$dir/out" 2> "$dir/null"
expect 0 "stealer logs always count" proved yann
says out 'flagged all the same: hibp StealerOld' "stealer logs always count"
reset 1 'mailbox-flagged hibp StealerOld' yann "stealer logs always count"
expect 0 "away from one in a stealer log" set_address yann yann@example.net
says out '^The one before is flagged: hibp StealerOld' "away from one in a stealer log"
says out '^So there is no reset before' "away from one in a stealer log"
expect 0 "away from a clean one, looked up first" set_address yann yann@example.com
silent_about out 'no reset' "away from a clean one, looked up first"

# What was looked up for this is kept: a reset needs no network then.
breach_account kept@example.org Adobe
set_address kept kept@example.org > "$dir/out" 2> "$dir/null"
expect 0 "proved" proved kept
fetch_stop
reset 0 '' kept "what was looked up is kept"

# Nobody can say: it cools as well.
set_address lou lou@example.org > "$dir/out" 2> "$dir/null"
expect 0 "away from an unknown one" set_address lou lou@example.net
says out '^Whether the one before is flagged is not known: rempart-fetch does not answer \(fetch-gone\)' "away from an unknown one"
says out '^So there is no reset before' "away from an unknown one"
noted 'the one before: unknown' "away from an unknown one"
expect 0 "proved, and unknown" proved lou
says out 'is proved; whether it is flagged is not known' "proved, and unknown"
noted 'now unknown' "proved, and unknown"
