#!/bin/sh
# A daemon that cannot start says why: with the real cause, and on standard error wherever its log goes.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rempart init > "$dir/out"
# at LOG SOCKET: a configuration with this log, and both daemons' sockets there.
at() { sed "s|^socket = .*|socket = $2|; s|^log = .*|log = $1|" "$conf" | sed "\$a[fetch]\nsocket = $2" > "$dir/at.conf"; }
# refuses WHAT SOCKET PATTERN: neither daemon can listen there, and both say so.
refuses() {
    for log in stderr syslog; do
        at "$log" "$2"
        for daemon_name in rempartd rempart-fetch; do
            expect 3 "$daemon_name, $1, log = $log" timeout 30 "$build/$daemon_name" --config "$dir/at.conf"
            says err "^$daemon_name: cannot listen at $2: $3" "$daemon_name, $1, log = $log"
            [ "$(wc -l < "$dir/err")" -eq 1 ] && ok || fail "$daemon_name, $1, log = $log: not one line"
        done
    done
}
refuses "no folder" "$dir/no/sock" 'No such file or directory$'
refuses "a file in the folder's place" "$dir/key/sock" 'Not a directory$'
echo mine > "$dir/file"
refuses "a file" "$dir/file" 'something that is no socket is there'
[ "$(cat "$dir/file")" = mine ] && ok || fail "the file is gone"
long=$dir/$(printf '%0120d' 0)
refuses "a long path" "$long" 'the path is too long'
start_daemon || exit 1
refuses "another daemon" "$dir/sock" 'it is served already'
expect 0 "which goes on" rempart doctor --pam-dir "$dir"
stop_daemon

mkdir "$dir/closed"
if [ "$(id -u)" -ne 0 ]; then
    chmod 500 "$dir/closed"
    refuses "a closed folder" "$dir/closed/sock" 'Permission denied$'
elif command -v setpriv > "$dir/null"; then
    chmod 755 "$dir"
    at stderr "$dir/closed/sock"
    sed '/^portals/d' "$dir/at.conf" > "$dir/theirs.conf" && chmod 644 "$dir/theirs.conf"
    for daemon_name in rempartd rempart-fetch; do
        expect 3 "a closed folder" setpriv --reuid 65534 --regid 65534 --clear-groups \
            timeout 30 "$build/$daemon_name" --config "$dir/theirs.conf"
        says err "^$daemon_name: cannot listen at $dir/closed/sock: Permission denied\$" "a closed folder"
    done
else
    echo "skipped: only root can try as somebody else, with setpriv"
fi

for daemon_name in rempartd rempart-fetch; do
    at syslog "$dir/sock"
    expect 2 "$daemon_name with a clock that is none" "$build/$daemon_name" --config "$dir/at.conf" --test-clock "$dir/none"
    says err "^$daemon_name: $dir/none: there is no such clock" "$daemon_name with a clock that is none"
done

# few N: rempartd with N descriptors, of which the shell takes three, says what it lacks.
at stderr "$dir/sock"
# A build with sanitizers cannot look for leaks with so few.
few() { ASAN_OPTIONS=detect_leaks=0 timeout 30 prlimit --nofile="$1" "$build/rempartd" --config "$dir/at.conf"; }
for n in 4 5; do
    expect 3 "with $n descriptors" few "$n"
    says err '^rempartd: the loop cannot be set up: Too many open files$' "with $n descriptors"
done
# So much memory that its libraries are loaded, and not all that it needs itself.
little() { timeout 2 prlimit --as="$(($1 * 1048576))" "$build/rempartd" --config "$dir/at.conf"; }
mb=4 got=
until [ "$got" = 3 ] || [ "$got" = 124 ] || [ "$mb" -ge 200 ]; do
    mb=$((mb + 1))
    little "$mb" > "$dir/out" 2> "$dir/err"
    got=$?
done
case $got in
3) says err '^rempartd: there is not enough memory to begin with$' "with $mb MiB" ;;
124) fail "with $mb MiB it serves, and with less its libraries are not loaded" ;;
*) echo "skipped: with $mb MiB it is not even loaded, as builds with sanitizers are not" ;;
esac
