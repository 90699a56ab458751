#!/bin/sh
# rempart check-password: what it reads, what it says, and that the password goes nowhere.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
# check WHAT: the password as printf writes it.
check() { printf "$1" | rempart check-password ${2:+"$2"}; }

expect 3 "without rempartd" check 'azerty123\n'
says err "rempartd does not answer at $dir/sock: not there" "without rempartd"
says err 'Start it: systemctl start rempartd.socket' "without rempartd"
says err 'Without it, rempart corpus check looks into' "without rempartd"
silent_about err 'Password:' "without rempartd no password is asked for"
lang=fr_FR.UTF-8 expect 3 "without rempartd, in French" check 'azerty123\n'
says err 'Sans lui, rempart corpus check' "without rempartd, in French"
expect 3 "without rempartd, JSON" check 'azerty123\n' --json
[ -s "$dir/out" ] && fail "an answer that nobody gave" || ok

start_daemon || exit 1
expect 3 "nobody to ask" check 'azerty123\n'
says err 'could not be found out: not-configured\.$' "nobody to ask"
says err 'Name a corpus or rempart-fetch in rempart.conf, below' "nobody to ask"
expect 3 "nobody to ask, JSON" check 'azerty123\n' --json
says out '^\{"result":"unknown","seen":0,"cause":"not-configured"\}$' "nobody to ask, JSON"
lang=fr_FR.UTF-8 expect 3 "nobody to ask, in French" check 'azerty123\n'
says err 'Impossible de savoir si ce mot de passe' "nobody to ask, in French"

# What is no password.
long=$(printf '%0513d' 0)
expect 2 "an empty line" check '\n'
says err 'No password was given' "an empty line"
expect 2 "nothing" rempart check-password < /dev/null
says err 'No password was given' "nothing"
expect 2 "a NUL byte" check 'azer\000ty123\n'
says err 'no NUL byte' "a NUL byte"
expect 2 "513 bytes" check "$long\n"
says err 'at most 512 bytes' "513 bytes"
silent_about err '000' "513 bytes are not repeated"
expect 3 "512 bytes" check "${long#0}\n"
expect 3 "no newline at the end" check 'azerty123'
lang=fr_FR.UTF-8 expect 2 "a NUL byte, in French" check 'a\000\n'
says err 'octet nul' "a NUL byte, in French"

# Others on the machine read the arguments of a command, and a message may end up in a log.
for word in hunter2 --hunter2 -h --json=hunter2 123456; do
    expect 2 "check-password $word" rempart check-password "$word" < /dev/null
    says err 'usage: rempart .*check-password' "check-password $word"
    says err 'standard input' "check-password $word"
    silent_about err 'hunter2|123456' "$word is not repeated"
done
expect 2 "two words" rempart check-password --json hunter2
silent_about err hunter2 "two words are not repeated"

if command -v script > "$dir/null"; then
    # The keys come when the echo is off: a terminal shows what it is given before that.
    mkfifo "$dir/keys"
    exec 9<> "$dir/keys"
    cat > "$dir/at-terminal" <<SH
(until stty -a < /dev/tty | grep -q -- ' -echo '; do :; done; echo azerty123 > "$dir/keys") &
LC_ALL=C "$build/rempart" --config "$conf" check-password
echo "status \$?"
stty -a | grep -q -- ' -echo ' && echo "echo is off" || echo "echo is on"
SH
    expect 0 "at a terminal" timeout 30 script -qec "sh $dir/at-terminal" /dev/null <&9
    says out 'Password: ' "at a terminal"
    says out 'status 3' "at a terminal"
    says out 'echo is on' "at a terminal"
    silent_about out 'azerty' "at a terminal"
else
    echo "skipped: no script(1) to make a terminal"
fi

# leaks CORPUS FETCH: rempartd asks there from now on.
leaks() {
    stop_daemon
    sed -i "s|^corpus = .*|corpus = $1|; /^fetch = /d; s|^key = .*|&\nfetch = $2|" "$conf"
    start_daemon || exit 1
}
printf 'azerty123\t65000\n%s\t3\nd\303\251j\303\240 vu\n' 'spaces at the end  ' > "$dir/words"
expect 0 "a corpus" rempart corpus build --words --from "$dir/words" "$dir/leaked.corpus"
leaks "$dir/leaked.corpus" none
expect 1 "leaked" check 'azerty123\n'
says out 'is in leaks, seen at least 32768 times' "leaked"
expect 1 "leaked, JSON" check 'azerty123\n' --json
says out '^\{"result":"leaked","seen":32768,"cause":""\}$' "leaked, JSON"
lang=fr_FR.UTF-8 expect 1 "leaked, in French" check 'azerty123\n'
says out 'vu au moins 32768 fois' "leaked, in French"
expect 0 "clean" check 'azerty124\n'
says out 'in no leak that is known here' "clean"
expect 0 "clean, JSON" check 'azerty124\n' --json
says out '^\{"result":"clean","seen":0,"cause":""\}$' "clean, JSON"
expect 1 "the first line only" check 'azerty123\nazerty124\n'
expect 1 "a line with CRLF" check 'azerty123\r\n'
expect 1 "no newline at the end" check 'azerty123'
expect 0 "a space more" check 'azerty123 \n'
expect 1 "spaces belong to it" check 'spaces at the end  \n'
expect 0 "spaces belong to it" check 'spaces at the end\n'
expect 1 "bytes, in whatever locale" check 'd\303\251j\303\240 vu\n'

printf 'Officine-75\t42\n' > "$dir/online"
breach_start "$dir/breach" "$dir/online" || exit 1
fetch_start || exit 1
leaks "$dir/leaked.corpus" "$dir/breach/fetch.sock"
expect 1 "of a list that is not all there is the API knows more" check 'Officine-75\n'
echo "$(printf azerty123 | sha1sum | cut -d ' ' -f 1):65000" > "$dir/all"
expect 0 "a list that says it is all there is" rempart corpus build --from "$dir/all" "$dir/all.corpus"
leaks "$dir/all.corpus" "$dir/breach/fetch.sock"
expect 1 "a short one is not believed" check 'Officine-75\n'
leaks none "$dir/breach/fetch.sock"
expect 1 "leaked, says the API" check 'Officine-75\n'
says out 'is in leaks, seen at least 42 times' "leaked, says the API"
expect 0 "clean, says the API" check 'Officine-76\n'
breach_mode 503
expect 3 "the API fails" check 'Officine-77\n'
says err 'could not be found out: http-503\.$' "the API fails"
says err 'rempartd\(8\) says what that means' "the API fails"
expect 3 "the API fails, JSON" check 'Officine-78\n' --json
says out '^\{"result":"unknown","seen":0,"cause":"http-503"\}$' "the API fails, JSON"
fetch_stop
expect 3 "rempart-fetch is gone" check 'Officine-79\n'
says err 'could not be found out: fetch-gone\.$' "rempart-fetch is gone"
says err 'Start rempart-fetch: systemctl start rempart-fetch.socket' "rempart-fetch is gone"

if [ "$(id -u)" -eq 0 ] && command -v setpriv > "$dir/null"; then
    leaks "$dir/leaked.corpus" none
    chmod 755 "$dir" && chmod 644 "$conf"
    echo azerty123 > "$dir/typed"
    expect 1 "somebody else" setpriv --reuid 65534 --regid 65534 --clear-groups \
        "$build/rempart" --config "$conf" check-password < "$dir/typed"
    leaks "$dir/leaked.corpus" "$dir/breach/fetch.sock"
    echo azerty124 > "$dir/typed"
    expect 3 "somebody else, where the network would know" setpriv --reuid 65534 --regid 65534 --clear-groups \
        "$build/rempart" --config "$conf" check-password < "$dir/typed"
    says err 'Ask as root: only then the range server is asked too' "somebody else, where the network would know"
else
    echo "skipped: only root can try as somebody else, with setpriv"
fi

expect 0 "events" rempart events --last 100 --json
silent_about out 'check-password' "nothing is recorded"
silent_about log 'azerty|Officine' "nothing is logged"
