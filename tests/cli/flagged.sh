#!/bin/sh
# rempart status --flagged: whose mailbox is flagged, and what status says of it and of resets.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
expect 0 "nobody" rempart status --flagged
says out '^0 addresses registered: 0 flagged, 0 unknown$' "nobody"
for user in claire louise paul; do
    rempart enroll "$user" --no-confirm --email "$user@example.org" > "$dir/null" 2>&1
done
rempart enroll omar --no-confirm > "$dir/null" 2>&1
# More than are read at a time.
awk 'BEGIN { for (i = 0; i < 600; i++) printf "v%04d,JBSWY3DPEHPK3PXPJBSWY3DP,v%d@example.net\n", i, i }' > "$dir/many.csv"
rempart import "$dir/many.csv" > "$dir/null"
echo louise@example.org | rempart flag - --reason '=1+"CERT", case 7' > "$dir/null"
printf 'paul@example.org\nv599@example.net\nstranger@example.com\n' > "$dir/list"
rempart flag --file "$dir/list" > "$dir/null"

expect 0 "flagged" rempart status --flagged
says out '^louise: list ....-..-.. .*, not told yet$' "flagged"
says out '^paul: list' "flagged"
says out '^v0599: list' "the last of many"
says out '^603 addresses registered: 3 flagged, 0 unknown$' "how many"
silent_about out 'claire|omar|stranger|example' "who is not, and addresses"
lang=fr_FR.UTF-8 expect 0 "in French" rempart status --flagged
says out '^603 adresses enregistrées' "in French"

expect 0 "as JSON" rempart status --flagged --json
[ "$(wc -l < "$dir/out")" -eq 3 ] && ok || fail "as JSON: a line each"
says out '^\{"user":"louise","since":"20..-..-..T..:..:..Z","source":"list","breach":"","class":"","note":"=1\+\\"CERT\\", case 7","told":"-"\}$' "as JSON"
expect 0 "as CSV" rempart status --flagged --csv
[ "$(sed -n 1p "$dir/out")" = "user,since,source,breach,class,note,told" ] && ok || fail "as CSV: the heading"
says out "^\"louise\",20..-..-..T..:..:..Z,list,\"\",\"\",\"'=1\+\"\"CERT\"\", case 7\",-\$" "as CSV: no formula"
[ "$(wc -l < "$dir/out")" -eq 4 ] && ok || fail "as CSV: a line each"

expect 0 "of one" rempart status louise
says out '^  mailbox: flagged, list ....-..-.. ' "of one"
expect 0 "of one that is clean" rempart status claire
says out '^  mailbox: clean$' "of one that is clean"
expect 0 "of one without an address" rempart status omar
silent_about out 'mailbox' "of one without an address"
expect 0 "of one, JSON" rempart status louise --json
says out '"mailbox":"flagged","mailbox_why":"list ' "of one, JSON"
expect 0 "without an address, JSON" rempart status omar --json
says out '"mailbox":"none","mailbox_why":"","mailbox_flagged":"-"' "without an address, JSON"
expect 0 "of all" rempart status
says out '^Addresses registered: 603, of which 0 were flagged' "of all"
says out '^Mailboxes on the list: 4; looked up: 0$' "of all"
expect 0 "of all, JSON" rempart status --json
says out '"addresses":603,"flagged":0,"listed":4,"looked_up":0' "of all, JSON"
rempart reset-allow louise --for 30m --reason "known by voice" > "$dir/null"
expect 0 "a gate" rempart status louise
says out 'one reset may go through until: 20' "a gate"

echo paul@example.org | rempart unflag - > "$dir/null"
expect 0 "one is taken off" rempart status --flagged
silent_about out '^paul' "one is taken off"

# Where addresses are looked up, and nobody has done so yet.
printf '[mailbox]\nlookup = yes\n' >> "$conf"
expect 0 "not looked up yet" rempart status --flagged
says out '^603 addresses registered: 2 flagged, 601 unknown$' "not looked up yet"
expect 0 "of one" rempart status claire
says out '^  mailbox: unknown never-looked-up$' "of one"

rempart key rotate > "$dir/null"
expect 0 "with another key" rempart status --flagged
says out '^603 addresses registered: 2 flagged' "with another key"

rempart mailbox set "$(printf 'eve\033[2J\303\251')" louise@example.org > "$dir/null" 2>&1
expect 0 "a name that a terminal would obey" rempart status --flagged
says out '^eve\\x1b\[2Jé: list' "a name that a terminal would obey"
for bad in "--flagged claire" "--flagged --json --csv" "--csv" "claire --csv" "--flagged --nonsense"; do
    # shellcheck disable=SC2086
    expect 2 "status $bad" rempart status $bad
done
