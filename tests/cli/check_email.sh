#!/bin/sh
# rempart check-email: the verdict rule by rule, from the list and from rempart-fetch, and what "unknown" is called.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
check() { rempart check-email "$@"; }

# Without lookups the list alone counts.
expect 0 "nothing is known" check Claire@Example.org
says out '^Address: claire@example.org$' "the normal form"
silent_about out '^Mailbox' "the normal form is the mailbox"
says out '^List: it is not on it' "nothing is known"
says out '^Lookup: none, for lookup = no' "nothing is known"
says out '^It is clean' "nothing is known"
expect 0 "JSON" check claire@example.org --json
says out '^\{"result":"clean","source":"","cause":"","address":"claire@example.org","mailbox":"claire@example.org","list":\[\],"looked_up":"-","breaches":\[\]\}$' "JSON"
rempart flag claire@example.org --reason "CERT-FR" --until 2998-12-31 > "$dir/out"
expect 1 "flagged" check claire@example.org
today=$(date -u +%Y-%m-%d)
says out "^List: flagged from $today to 2998-12-31: \"CERT-FR\"$" "flagged"
says out "^It is flagged: list $today \"CERT-FR\"$" "flagged"
expect 1 "flagged, JSON" check claire@example.org --json
says out '^\{"result":"flagged","source":"list","cause":"",' "flagged, JSON"
says out '"list":\[\{"source":"list","since":"[-0-9]*T[0-9:]*Z","until":"2998-12-31T00:00:00Z","reason":"CERT-FR"\}\]' "flagged, JSON"
lang=fr_FR.UTF-8 expect 1 "in French" check claire@example.org
says out '^Elle est signalée.*: list' "in French"

# Flagged again: the later day, the newer reason.
until_is() { # DAY-PATTERN REASON WHAT
    expect 1 "$3" check claire@example.org --json
    says out "\"until\":\"$1\",\"reason\":\"$2\"" "$3"
}
rempart flag claire@example.org --until 2997-12-31 > "$dir/out"
until_is '2998-12-31T00:00:00Z' CERT-FR "an earlier day changes nothing"
rempart flag claire@example.org --until 2999-12-31 --reason newer > "$dir/out"
until_is '2999-12-31T00:00:00Z' newer "a later day and a newer reason"
rempart flag claire@example.org > "$dir/out"
until_is - newer "for good"
rempart flag claire@example.org --until 2999-12-31 > "$dir/out"
until_is - newer "for good it stays"

# From standard input, where nobody else on the machine reads it.
expect 1 "-" sh -c "echo claire@example.org | '$build/rempart' --config '$conf' check-email -"
expect 2 "no address" check claire
says err 'not an e-mail address' "no address"
expect 2 "nothing on standard input" rempart check-email - < /dev/null
expect 2 "no argument" rempart check-email
expect 2 "two addresses" check a@example.org b@example.org
expect 2 "an option alone" check --json

# One mailbox by several spellings: those on the list count.
rempart flag cl.aire+shop@gmail.com > "$dir/out"
expect 0 "not folded" check claire@gmail.com
expect 1 "as it is written" check CL.aire+shop@gmail.com
mailbox 'providers = yes'
expect 1 "on the list as it is written" check cl.aire+shop@gmail.com
says out '^Mailbox: claire@gmail.com$' "on the list as it is written"
expect 0 "another spelling" check claire+other@gmail.com
rempart flag claire+other@gmail.com > "$dir/out"
expect 1 "on the list as a mailbox" check c.l.a.i.r.e@googlemail.com
expect 1 "on the list twice" check cl.aire+shop@gmail.com --json
says out '"list":\[\{[^]]*\},\{[^]]*\}\]' "on the list twice"

# rempart-fetch is asked.
email_start
fetch_configure
mailbox 'lookup = yes'
breach_account many@example.org Adobe,VerifiedFabricatedPasswordsOld,VerifiedSpamPasswordsOld,PasswordsRecent,VerifiedRecent
breach_account stolen@example.org StealerOld
breach_account unheard@example.org Nosuch,VerifiedOld
expect 0 "in no breach" check nobody@example.org
says out '^Lookup, by six digits of its digest; breaches: 0' "in no breach"
expect 1 "in many" check many@example.org
says out '^Lookup, by six digits of its digest; breaches: 5' "in many"
says out '^  Adobe \(passwords,verified\), of 2013-10-04, added on 2013-12-04: counts$' "in many"
says out '^  VerifiedFabricatedPasswordsOld .*: does not count: it is made up$' "in many"
says out '^  VerifiedSpamPasswordsOld .*: does not count: it is a list for spam$' "in many"
says out '^  PasswordsRecent .*: does not count: it is not verified$' "in many"
says out '^  VerifiedRecent .*: does not count: no passwords were in it$' "in many"
says out '^It is flagged: hibp Adobe passwords,verified 2013-12-04$' "in many"
lang=fr_FR.UTF-8 expect 1 "in many, in French" check many@example.org
says out '^  PasswordsRecent .*: ne compte pas.*: non vérifiée$' "in many, in French"
expect 1 "in many, JSON" check many@example.org --json
says out '\{"name":"Adobe","classes":"passwords,verified","date":"2013-10-04T00:00:00Z","added":"2013-12-04T00:00:00Z","rule":"counts"\}' "in many, JSON"
says out '"looked_up":"20' "in many, JSON"
for rule in fabricated spam-list unverified no-passwords; do
    says out "\"rule\":\"$rule\"" "in many, JSON"
done
expect 1 "stolen" check stolen@example.org
says out '^  StealerOld \(stealer-log\).*: counts$' "stolen"
says out '^It is flagged: hibp StealerOld' "stolen"
expect 3 "a breach without a record" check unheard@example.org
says out '^  Nosuch .*: not known: no record tells of it' "a breach without a record"
says out 'breach of which no record tells \(no-breach-record\)' "a breach without a record"
says err 'Try again tomorrow' "a breach without a record"
mailbox 'lookup = yes' 'proved_before = 2026-01-01' 'stealer_logs = never'
expect 0 "all before everybody's proof" check many@example.org
says out '^  Adobe .*: does not count: it was known before proved_before' "all before everybody's proof"
expect 0 "stealer logs never count" check stolen@example.org
says out '^  StealerOld .*: does not count: such ones never do here' "stealer logs never count"
mailbox 'lookup = yes' 'unverified = yes' 'proved_before = 2026-01-01'
expect 1 "unverified ones count" check many@example.org
says out '^  PasswordsRecent .*: counts$' "unverified ones count"
mailbox 'lookup = yes'
expect 1 "on the list and in no breach" check claire@example.org
says out '^Lookup, by six digits of its digest; breaches: 0' "on the list and in no breach"
expect 1 "no address left this machine" grep -q 'example' "$dir/breach/requests" "$dir/breach/plain"
digest=$(printf many@example.org | sha1sum | cut -c 1-7)
expect 1 "nor did seven digits" grep -qi "$digest" "$dir/breach/requests"
expect 0 "six digits did" grep -qi "${digest%?}" "$dir/breach/requests"
rempart events --last 100 > "$dir/out"
silent_about out 'check|hibp' "nothing is recorded"

# "Unknown" with its cause and what to do; what is on the list is flagged all the same.
unknown() { # CAUSE WORDS MEND
    expect 3 "$1" check other@example.net
    says out "^Lookup: .*\($1\); the one before: -" "$1"
    says out "^It is not known whether it is flagged: $2.* \($1\)" "$1"
    says err "$3" "$1"
    expect 3 "$1, JSON" check other@example.net --json
    says out "^\{\"result\":\"unknown\",\"source\":\"\",\"cause\":\"$1\"" "$1, JSON"
    expect 1 "$1, but on the list" check claire@example.org
}
again() {
    fetch_stop
    fetch_start || exit 1
}
fetch_key "$breach_key_wrong"
again
unknown api-key-refused 'the.server.refuses' 'look at it where you bought it'
fetch_key "$breach_key_core"
again
unknown not-in-plan 'the.plan' 'Buy a plan'
rm "$dir/breach/api.key"
again
unknown no-api-key 'there.is.no.API.key' 'api_key_file, below'
fetch_key
again
breach_mode 'body [1'
unknown bad-body 'what.the.server.sent' 'the log'
breach_mode good
fetch_stop
unknown fetch-gone 'rempart-fetch.does.not' 'systemctl start rempart-fetch.socket'
sed -i '/^fetch = /d' "$conf"
unknown not-configured 'rempart-fetch.is.not' 'below .rempartd.'
lang=fr_FR.UTF-8 expect 3 "in French" check nobody@example.org
says out 'rempart-fetch n.+est pas configuré \(not-configured\)' "in French"
says err 'Indiquez la socket' "in French"

# email_exact: the whole address, which the server is told then.
sed -i "s|^key = .*|&\nfetch = $dir/breach/fetch.sock|" "$conf"
fetch_start || exit 1
mailbox 'lookup = yes' 'email_exact = yes'
expect 3 "rempart-fetch does not know of it" check many@example.org
says out '\(fetch-refused\)' "rempart-fetch does not know of it"
fetch_stop
fetch_email="$fetch_email
[mailbox]
email_exact = yes"
fetch_start || exit 1
expect 1 "the whole address" check many@example.org
says out '^Lookup, by the whole address; breaches: 5' "the whole address"
expect 0 "the whole address of nobody" check nobody@example.org
expect 0 "the server was told" grep -qi 'many%40example.org\|many@example.org' "$dir/breach/requests"
