#!/bin/sh
# rempart check-password: what it reads, what it says, and that the password goes nowhere.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
# check WHAT: the password as printf writes it.
check() { printf "$1" | rempart check-password ${2:+"$2"}; }

expect 3 "without rempartd" check 'azerty123\n'
says err "$dir/sock: not there" "without rempartd"
expect 3 "without rempartd, JSON" check 'azerty123\n' --json
[ -s "$dir/out" ] && fail "an answer that nobody gave" || ok

start_daemon || exit 1
check 'azerty123\n' > "$dir/out" 2>&1
silent_about log 'azerty123' "nothing is logged"

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
