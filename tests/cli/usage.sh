#!/bin/sh
# What is refused before anything is done: options that a command does not know, arguments too many or too few, codes and
# secrets on the command line. And a prompt that is interrupted leaves the terminal as it was.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
rempart enroll claire --no-confirm > "$dir/enrolled" 2> "$dir/null"
secret=$(secret_in "$dir/enrolled")
recovery=$(grep -Eo '([A-Z2-7]{4}-){5}[A-Z2-7]{4}' "$dir/enrolled" | head -n 1)
rempart export > "$dir/before"
commands=$(rempart --help | sed -n 's/^  \([a-z-]*\) .*/\1/p')

for c in $commands; do
    [ "$c" = key ] && c='key rotate'
    # shellcheck disable=SC2086
    expect 2 "$c --nonsense" rempart $c --nonsense
    says err "usage: rempart .*$c" "$c --nonsense"
    # shellcheck disable=SC2086
    expect 2 "$c a b c d" rempart $c a b c d
done
for c in $commands; do
    expect 0 "$c --help without a configuration" "$build/rempart" --config "$dir/none.conf" "$c" --help
    says out "^usage: rempart .*$c" "$c --help"
    [ ! -s "$dir/err" ] && ok || fail "$c --help: nothing else"
done
expect 2 "a configuration that is not there" "$build/rempart" --config "$dir/none.conf" status
says err "^rempart: $dir/none.conf: No such file" "a configuration that is not there"
for c in enroll import revoke recovery lock unlock deadline verify key; do
    expect 2 "$c without what it is about" rempart "$c" < /dev/null
done
for c in recovery lock unlock verify revoke; do
    expect 2 "$c of an option" rempart "$c" --user
done
expect 2 "a deadline of an option" rempart deadline --user none
expect 2 "a deadline that is no day" rempart deadline claire soon
expect 2 "--reason without one" rempart lock claire --reason
expect 2 "--last without a number" rempart events --last many
expect 2 "an address that is none" rempart enroll paul --email foo
says err '^rempart: this is not an e-mail address$' "an address that is none"
expect 2 "an address that is none, of a reset" rempart reset-check claire foo
says err '^rempart: this is not an e-mail address$' "an address that is none, of a reset"
echo foo > "$dir/typed"
expect 2 "an address from a pipe" rempart flag - < "$dir/typed"
silent_about err 'Address:' "a prompt is for terminals"
expect 2 "no such command" rempart enrol claire
says err '^rempart: There is no such command' "no such command"
expect 2 "no command" rempart
silent_about err 'no such command' "no command"
expect 2 "an option before the command" rempart --nonsense status
expect 2 "--config without a file" "$build/rempart" --config
rempart export > "$dir/after"
cmp -s "$dir/before" "$dir/after" && ok || fail "what is refused changes nothing"

# Others on the machine read the arguments of a command.
for given in 123456 12345678 "$secret" "$recovery"; do
    expect 2 "verify with $given" rempart verify claire "$given"
    says err 'standard input' "verify with $given"
    expect 2 "enroll with $given" rempart enroll claire "$given"
    says err 'standard input' "enroll with $given"
    silent_about err "$given" "what was given is not repeated"
done
lang=fr_FR.UTF-8 expect 2 "in French" rempart verify claire 123456
says err 'entrée standard' "in French"
expect 2 "a word too many is only that" rempart verify claire paul
silent_about err 'standard input' "a word too many"

# A name may look like a code: that of a professional often is a number.
expect 0 "a user 12345678" rempart enroll 12345678 --no-confirm
expect 0 "its status" rempart status 12345678

if command -v script > "$dir/out"; then
    start_daemon || exit 1
    mkfifo "$dir/keys"
    exec 9<> "$dir/keys"
    cat > "$dir/at-terminal" <<SH
(until stty -a < /dev/tty | grep -q -- ' -echo '; do :; done; kill -\$1 "\$(cat "$dir/pid")") &
sh -c 'echo \$\$ > "$dir/pid"; exec "$build/rempart" --config "$conf" verify claire'
echo "status \$?"
stty -a | grep -q -- ' -echo ' && echo "echo is off" || echo "echo is on"
SH
    for signal in INT TERM HUP; do
        expect 0 "SIG$signal at a prompt" timeout 30 script -qec "sh $dir/at-terminal $signal" /dev/null <&9
        says out 'echo is on' "SIG$signal at a prompt"
        says out 'status (129|130|143)' "SIG$signal at a prompt"
    done
else
    echo "skipped: no script(1) to make a terminal"
fi
