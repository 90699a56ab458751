#!/bin/sh
# rempart flag and unflag: one address, a CERT's list as it comes, bad lines, cut off and finished.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
list() { printf "$@" > "$dir/list"; }
tenth=$(printf '0123456789%.0s' 1 2 3 4 5 6 7 8)

expect 0 "flag" rempart flag claire@example.org --reason "CERT-FR 2026"
says out '^This address is flagged' "flag"
expect 0 "flag again" rempart flag claire@example.org
says out '^It was flagged already' "flag again"
expect 0 "another spelling" rempart flag ' <CLAIRE@Example.ORG> '
says out 'flagged already' "another spelling"
expect 0 "unflag" rempart unflag claire@EXAMPLE.org
says out 'not flagged any more' "unflag"
expect 1 "unflag again" rempart unflag claire@example.org
says err 'was not flagged' "unflag again"
expect 0 "from standard input" sh -c "echo claire@example.org | '$build/rempart' --config '$conf' flag -"
expect 0 "from standard input, unflag" sh -c "echo claire@example.org | '$build/rempart' --config '$conf' unflag -"
expect 0 "an address beyond ASCII" rempart flag 'Élodie@bücher.example'
expect 0 "the same with an A-label" rempart unflag 'Élodie@xn--bcher-kva.example'
lang=fr_FR.UTF-8 expect 0 "in French" rempart flag claire@example.org
says out '^Cette adresse est signalée' "in French"
expect 0 "events" rempart events --last 20
says out 'by=[^ ]* note="1 address, CERT-FR 2026" verdict=ok reason=flag$' "one event a call"
says out 'note="1 address" verdict=ok reason=unflag$' "one event a call"
silent_about out 'claire|example' "no event has an address"
[ "$(grep -c 'reason=flag' "$dir/out")" -eq 6 ] && ok || fail "one event a call"

expect 2 "no address" rempart flag claire
says err '^rempart: this is not an e-mail address' "no address"
expect 2 "an empty address" rempart flag ''
says err 'not an e-mail address' "an empty address"
expect 2 "a heading" rempart flag email
says err 'not an e-mail address' "a heading"
expect 2 "a list as an address" rempart flag "$(printf 'a@example.org\nb@example.org')"
expect 2 "nothing on standard input" rempart flag - < /dev/null
expect 2 "nothing to flag" rempart flag
expect 2 "two addresses" rempart flag a@example.org b@example.org
expect 2 "an address and a list" rempart flag a@example.org --file "$dir/list"
expect 2 "--until without a day" rempart flag a@example.org --until soon
expect 2 "--until a day that is over" rempart flag a@example.org --until 2020-02-29
says err '2020-02-29 is over' "--until a day that is over"
expect 2 "--until 31 February" rempart flag a@example.org --until 2030-02-31
expect 2 "a long reason" rempart flag a@example.org --reason "${tenth}1"
says err 'at most 80 bytes' "a long reason"
expect 2 "an address as a reason" rempart flag a@example.org --reason "seen by b@example.org"
says err 'no e-mail address in it' "an address as a reason"
expect 2 "a control character as a reason" rempart flag a@example.org --reason "$(printf 'a\033[1m')"
expect 1 "nothing of this was flagged" rempart unflag a@example.org
expect 0 "a reason of 80 bytes" rempart flag a@example.org --reason "$tenth" --until 2999-12-31
expect 0 "which is an event" rempart events --last 1
says out "note=\"1 address, $tenth\"" "which is an event"
rempart unflag a@example.org > "$dir/out"

# A list as it comes.
flags() { # WHAT: claire, paul and zoé are in the list, and nobody else
    expect 0 "$1" rempart flag --file "$dir/list"
    says out '^Addresses flagged: 3, of which new: 3$' "$1"
    for a in claire@example.net paul@example.net 'zoé@example.net'; do
        expect 0 "$1: $a" rempart unflag "$a"
    done
}
list 'claire@example.net\npaul@example.net\nzoé@example.net\n'
flags "one a line"
list '\357\273\277# from the CERT\r\n\r\nPaul@example.net\r\npaul@example.net\r\nzoé@example.net\r\nclaire@EXAMPLE.net'
flags "a mark, CR LF, comments, one twice"
list 'id;Adresse électronique;name\n1;claire@example.net;"Martin; C."\n2;"paul@example.net";"two\nlines"\n3;zoé@example.net;\n'
flags "semicolons"
list 'seen\tLogin\n2026\tclaire@example.net\n2026\tpaul@example.net\n2026\tzoé@example.net\n'
flags "tabs"
list 'user,email\n"a ""b""",claire@example.net\nclaire@example.org,paul@example.net\n,zoé@example.net\n'
flags "commas"
expect 1 "no other column" rempart unflag paul@example.org
{
    for a in claire@example.net paul@example.net 'zoé@example.net'; do
        printf %s "$a" | sha1sum | cut -d ' ' -f 1
    done
} > "$dir/list"
flags "digests"
tr a-f A-F < "$dir/list" > "$dir/upper" && mv "$dir/upper" "$dir/list"
flags "digests in upper case"
expect 0 "from standard input" sh -c "'$build/rempart' --config '$conf' flag --file - < '$dir/list'"
expect 0 "a list again" rempart flag --file "$dir/list"
says out '^Addresses flagged: 3, of which new: 0$' "a list again"
list 'claire@example.net\nnobody@example.net\n'
expect 0 "unflag a list" rempart unflag --file "$dir/list"
says out '^Addresses in the list: 2, of which were flagged until now: 1$' "unflag a list"
lang=fr_FR.UTF-8 expect 0 "unflag in French" rempart unflag --file "$dir/list"
says out '^Adresses dans la liste.*: 2, dont signalées' "unflag in French"

# A bad line: nothing is loaded.
bad_line() { # WHAT LINE REASON, of the list
    expect 2 "$1" rempart flag --file "$dir/list"
    says err "list:$2: .*$3" "$1"
    says err 'Bad lines: [0-9]*. Nothing was done' "$1"
    expect 1 "$1: nothing is flagged" rempart unflag first@example.com
}
list 'first@example.com\nclaire\nlast@example.com\n' && bad_line "no address" 2 'not an e-mail address'
list 'first@example.com\n\351lodie@example.com\n' && bad_line "ISO-8859-1" 2 'has to be UTF-8'
list 'first@example.com\n567159d622ffbb50b11b0efd307be358\n' && bad_line "MD5" 2 'has to be SHA-1'
list 'email;x\nfirst@example.com;"open\n' && bad_line "an open quote" 2 'malformed'
list 'email;x\nfirst@example.com;\n;1\n' && bad_line "a row without one" 3 'no address'
list 'first@example.com;2026;second@example.com\n' && bad_line "two in a row" 1 'several columns'
list 'name;seen\nfirst@x;2026\n' && bad_line "no column for it" 1 'no column is called email'
lang=fr_FR.UTF-8 expect 2 "in French" rempart flag --file "$dir/list"
says err 'list:1: aucune colonne' "in French"
says err '^rempart: Lignes erronées.*: 1. Rien n.+a été fait' "in French"
seq 1 30 > "$dir/list"
expect 2 "thirty bad lines" rempart flag --file "$dir/list"
[ "$(wc -l < "$dir/err")" -eq 21 ] && ok || fail "the first twenty of them are named"
expect 2 "bad lines do not unflag either" rempart unflag --file "$dir/list"
list '# nobody\n'
expect 2 "an empty list" rempart flag --file "$dir/list"
says err 'no address in it' "an empty list"
expect 3 "no such file" rempart flag --file "$dir/nosuch"
expect 3 "a folder" rempart flag --file "$dir"
expect 0 "events" rempart events --last 1000
silent_about out 'example' "no event has an address"

# With providers = yes the spellings of one mailbox are one.
expect 0 "as it is written" rempart flag claire.martin+x@gmail.com
cat >> "$conf" <<CONF
[mailbox]
providers = yes
CONF
expect 0 "what was flagged unfolded is unflagged" rempart unflag claire.martin+x@gmail.com
expect 0 "one spelling" rempart flag claire.martin+x@gmail.com
expect 0 "another" rempart unflag clairemartin@googlemail.com
list 'c.m@gmail.com\ncm+a@gmail.com\ncm@gmail.com\n'
expect 0 "three spellings" rempart flag --file "$dir/list"
says out '^Addresses flagged: 1, of which new: 1$' "three spellings"
expect 0 "three spellings" rempart unflag --file "$dir/list"

# A new key finds what was flagged before.
expect 0 "flag" rempart flag claire@example.org
expect 0 "key rotate" rempart key rotate
expect 0 "after it" rempart unflag claire@example.org

# Cut off by the kernel and the keyboard, while others log in; the same command finishes it.
rempart enroll paul --no-confirm > "$dir/enrolled" 2> "$dir/null"
secret=$(secret_in "$dir/enrolled")
start_daemon || exit 1
wrong() { echo 000000 | rempart verify paul; }
unfinished() { rempart status --json | sed 's/.*"lists_unfinished":\([0-9]*\).*/\1/'; }
awk 'BEGIN { for (i = 0; i < 60000; i++) printf "u%05d@example.org\n", i }' > "$dir/many"
for signal in KILL INT; do
    "$build/rempart" --config "$conf" flag --file "$dir/many" > "$dir/out" 2> "$dir/err" &
    flag=$!
    while running "$flag" && [ "$(unfinished)" -eq 0 ]; do :; done
    expect 1 "a login meanwhile" wrong
    kill -"$signal" "$flag" 2> "$dir/null" || fail "the list was done before it could be cut off"
    wait "$flag" 2> "$dir/null"
    ended=$?
    expect 0 "status" rempart status
    says out 'not finished: 1' "status tells of an unfinished list"
    [ "$signal" = KILL ] || [ "$ended" -eq 1 ] && ok || fail "a list that was told to stop: exit status $ended"
    list 'other@example.org\n'
    expect 0 "another list meanwhile" rempart flag --file "$dir/list"
    expect 0 "finish it" rempart flag --file "$dir/many"
    says out '^Addresses flagged: 60000, of which new: [0-9]{4,5}$' "finish it"
    silent_about out 'new: 60000' "what was done is not done again"
    expect 0 "status" rempart status
    silent_about out 'not finished' "a finished list"
    expect 0 "unflag them" rempart unflag --file "$dir/many"
    says out '^Addresses in the list: 60000, of which were flagged until now: 60000$' "none was lost"
done
# Whoever wants it back as it was unflags the same list.
"$build/rempart" --config "$conf" flag --file "$dir/many" > "$dir/out" 2> "$dir/err" &
flag=$!
while running "$flag" && [ "$(unfinished)" -eq 0 ]; do :; done
kill -INT "$flag"
wait "$flag"
expect 0 "unflag a list that is flagged in part" rempart unflag --file "$dir/many"
[ "$(unfinished)" -eq 0 ] && ok || fail "unflagging finishes it"
expect 0 "a login after it" sh -c "echo $(code "$secret") | '$build/rempart' --config '$conf' verify paul"
stop_daemon

if command -v script > "$dir/out"; then
    expect 0 "at a terminal" script -qec "'$build/rempart' --config '$conf' flag --file '$dir/many'" /dev/null
    says out 'flagging \[#{30}\] 100%' "at a terminal there is a bar"
else
    echo "skipped: no script(1) to make a terminal"
fi

# Of an address the disk has nothing but a keyed digest.
digest=$(printf claire@example.org | sha1sum | cut -d ' ' -f 1)
rempart flag claire@example.org > "$dir/out"
cat "$dir"/state/* | od -An -v -tx1 | tr -d ' \n' > "$dir/disk"
expect 1 "no address on the disk" grep -aqi 'claire\|u00001@\|example' "$dir"/state/*
expect 1 "no digest on the disk" grep -q "$digest" "$dir/disk"
