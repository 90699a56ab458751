# shellcheck shell=sh disable=SC2154
# Leaked passwords: offline, from a file; online, through rempart-fetch; and when nobody can say. Sourced by run.sh.

check_password() {
    echo "$2" | rempart check-password > "$dir/checked" 2>&1
    [ $? -eq "$1" ] || wrong "rempart check-password, wanted $1: $(cat "$dir/checked")"
    sed 's/^/    /' "$dir/checked"
}

say "A file of leaked passwords is made from a list. It needs no network, and rempartd is told of it."
printf '%s\t%s\n' azerty123 65000 doudou2009 1200 > "$dir/leaked.txt"
rempart corpus build --words --profile top --from "$dir/leaked.txt" "$dir/leaked.corpus" | sed 's/^/    /'
stop_rempartd
configure "$dir/leaked.corpus" none
start_rempartd
check_password 1 azerty123

say "Paul chooses that password: refused, and he is told why. Another one is taken."
enter 0 change paul azerty123 azerty123 "trois pharmacies au soleil" "trois pharmacies au soleil"
enter 0 as paul "trois pharmacies au soleil" ""

say "Louise chose hers before it was in a leak. She logs in, is told, and changes it in the same login."
has_password louise doudou2009
enter 0 as louise doudou2009 "" "quatre ordonnances en retard" "quatre ordonnances en retard"

say "Her next login is like any other. The old password opens nothing."
enter 0 as louise "quatre ordonnances en retard" ""
enter 1 as louise doudou2009 ""

say "rempart-fetch is started: it asks a server as Have I Been Pwned is, here one of the tests, over TLS."
printf '%s\t%s\n' "Officine-75" 42 "Ordonnance!9" 7 > "$dir/online.txt"
breach_start "$dir/breach" "$dir/online.txt" || wrong "the breach server"
fetch_start || wrong "rempart-fetch"
stop_rempartd
configure "$dir/leaked.corpus" "$dir/breach/fetch.sock"
start_rempartd
check_password 1 "Officine-75"

say "All that left this machine of that password: five hex digits of its digest, which thousands share."
sed -n 's/^\(GET [^ ]*\).*/    \1/p' "$dir/breach/requests"
grep -qE '^GET /range/[0-9A-F]{5} ' "$dir/breach/requests" || wrong "the server was asked something else"

say "Paul chooses what is in that server's leaks alone: refused. Another one is taken."
enter 0 change paul "Officine-75" "Officine-75" "deux comptoirs sous la pluie" "deux comptoirs sous la pluie"

say "Amina has had such a password for long: the login leads to the change, and the next one is normal."
has_password amina "Ordonnance!9"
enter 0 as amina "Ordonnance!9" "" "cinq blouses dans le vent" "cinq blouses dans le vent"
enter 0 as amina "cinq blouses dans le vent" ""

say "The server fails. Whether a password is in a leak is then \"unknown\", which is neither yes nor no."
breach_mode 503
check_password 3 "six tiroirs bien fermes"

say "Karim logs in all the same: policy for \"unknown\" is \"recheck\", let in, recorded, asked again next time."
has_password karim "six tiroirs bien fermes"
enter 0 as karim "six tiroirs bien fermes" ""

say "rempart-fetch is gone: \"unknown\" too, with another cause."
fetch_stop
enter 0 as karim "six tiroirs bien fermes" ""

say "What rempartd recorded of it: the causes, and nothing from which a password could be guessed."
rempart events --last 12 | sed 's/^/    /' || wrong "rempart events"
echo "    (\"unknown:\" and digits stand for a name without an account, which may be a password in the wrong field,"
echo "    until the stack has authenticated it.)"
prefix=$(sed -n 's|^GET /range/\([^ ]*\).*|\1|p' "$dir/breach/requests" | head -n 1)
rempart events --last 1000 --json > "$dir/events" || wrong "rempart events --json"
! grep -qi -e azerty123 -e doudou -e officine -e "$prefix" "$dir/events" "$dir/log" || wrong "a password is in the records"
for reason in leaked-password checked-password unchecked-password http-503 fetch-gone; do
    grep -q "\"$reason\"" "$dir/events" || wrong "no event says $reason"
done
