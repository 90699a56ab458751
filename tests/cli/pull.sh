#!/bin/sh
# rempart mailbox pull: the portal's stealer logs onto the list, all or none of them.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
pull() { rempart mailbox pull; }
events() { rempart events --last 1000 | grep -c 'reason=mailbox-pull'; }
email_start

expect 3 "rempart-fetch is not configured" pull
says err 'Nothing was pulled: rempart-fetch is not configured \(not-configured\)' "rempart-fetch is not configured"
fetch_configure
expect 0 "nobody" pull
says out '^Addresses in stealer logs of the portal: 0, of which new: 0$' "nobody"
breach_stolen claire@example.org Paul@Example.org 'zoé@example.org'
fetch_stop
fetch_start || exit 1
rempart flag paul@example.org --reason "CERT-FR" > "$dir/out"
expect 0 "three" pull
says out '^Addresses in stealer logs of the portal: 3, of which new: 2$' "three"
expect 1 "one of them" rempart check-email claire@example.org
says out '^List: in stealer logs of the portal, since 20' "one of them"
says out '^It is flagged: stealer-list 20' "one of them"
expect 1 "one of them, JSON" rempart check-email 'zoé@example.org' --json
says out '"source":"stealer-list","cause":""' "one of them, JSON"
says out '"list":\[\{"source":"stealer-list","since":"20[^"]*","until":"-","reason":""\}\]' "one of them, JSON"
expect 1 "one who was flagged before" rempart check-email paul@example.org
says out '^It is flagged: list .* "CERT-FR"' "one who was flagged before"
expect 0 "again" pull
says out '^Addresses in stealer logs of the portal: 3, of which new: 0$' "again"
expect 0 "events" rempart events --last 5
says out 'by=[^ ]* note="2 new of 3 addresses" verdict=ok reason=mailbox-pull$' "one event a call"
says out 'note="0 new of 3 addresses"' "one event a call"
silent_about out 'example' "no event has an address"
[ "$(events)" -eq 3 ] && ok || fail "one event a call"
lang=fr_FR.UTF-8 expect 0 "in French" pull
says out '^Adresses dans des journaux de voleurs du portail.*: 3, dont' "in French"

# An administrator's word goes first, and the next pull brings back what was taken off.
expect 0 "flag one of them" rempart flag claire@example.org --until 2999-12-31
says out 'flagged already' "flag one of them"
expect 1 "it is an administrator's now" rempart check-email claire@example.org
says out '^It is flagged: list' "it is an administrator's now"
says out '^List: flagged since' "and for no shorter than it was"
expect 0 "unflag it" rempart unflag claire@example.org
expect 0 "no longer" rempart check-email claire@example.org
expect 0 "pull" pull
says out 'of which new: 1$' "pull"

# stealer_logs = never: what was pulled does not count.
printf '[mailbox]\nstealer_logs = never\n' >> "$conf"
expect 0 "stealer logs never count" rempart check-email claire@example.org
says out '^List: in stealer logs' "stealer logs never count"
sed -i '/^\[mailbox\]/,$d' "$conf"

# More than one page; then one that does not come to its end.
awk 'BEGIN { for (i = 0; i < 9000; i++) printf "user%05d.of.the.portal@example.net\n", i }' > "$dir/breach/stealers"
fetch_stop
fetch_start || exit 1
expect 0 "several pages" pull
says out '^Addresses in stealer logs of the portal: 9000, of which new: 9000$' "several pages"
expect 1 "the first" rempart check-email user00000.of.the.portal@example.net
expect 1 "the last" rempart check-email user08999.of.the.portal@example.net
before=$(events)
awk 'BEGIN { for (i = 0; i < 9; i++) printf "new%d@example.net\n", i }' >> "$dir/breach/stealers"
breach_mode 'half'
fetch_stop
fetch_start || exit 1
expect 3 "half a list" pull
says err '^rempart: Nothing was pulled: .*\(' "half a list"
expect 0 "nothing of it is flagged" rempart check-email new0@example.net
[ "$(events)" -eq "$before" ] && ok || fail "nothing was done, and nothing is recorded"
breach_mode good
fetch_key "$breach_key_ranges"
fetch_stop
fetch_start || exit 1
expect 3 "the plan has none" pull
says err 'the plan of the API key does not have this \(not-in-plan\)' "the plan has none"
says err 'Buy a plan that has it' "the plan has none"
fetch_key
fetch_email=$(echo "$fetch_email" | sed '/^portal_domain/d')
fetch_stop
fetch_start || exit 1
expect 3 "no portal" pull
says err 'portal_domain below' "no portal"
fetch_stop
expect 3 "rempart-fetch is gone" pull
says err '\(fetch-gone\)' "rempart-fetch is gone"
lang=fr_FR.UTF-8 expect 3 "rempart-fetch is gone, in French" pull
says err 'Rien n.+a été relevé.*rempart-fetch ne répond pas' "rempart-fetch is gone, in French"
expect 2 "an argument" rempart mailbox pull now
