#!/bin/bash
# rempart-fetch as its unit lets it run: its own user, a socket for rempartd alone, a network and nothing else; and
# what a network that swallows everything does to it.
set -u
. tests/system/lib.sh
. tests/system/sandbox.sh
build=$BUILD
# shellcheck source=tests/fixtures/breach.sh
. tests/fixtures/breach.sh

socket=/run/rempart-fetch/fetch.sock
check "systemd-analyze verify says nothing" verified rempart-fetch
check "systemd-analyze security: exposure at most 1.2" exposed_at_most 1.2 rempart-fetch.service
check "systemd gives its socket to rempartd alone" \
    grep -qzP 'SocketUser=rempart\n(.*\n)*SocketMode=0600\n' "$units/rempart-fetch.socket"

fresh ""
echo azerty123 > "$HOUSE/words"
breach_start "$HOUSE/breach" "$HOUSE/words" || exit 1
chmod 755 "$HOUSE/breach" && chmod 644 "$HOUSE/breach/ca.pem"
chown rempart-fetch: /run/rempart-fetch # without systemd it makes the socket itself

fetcher() { # LINES: traced, in the background
    rm -f "$socket"
    printf '[rempartd]\nlog = stderr\n[fetch]\n%s\n' "$1" > /etc/rempart/rempart.conf
    strace -f -qq -o "$HOUSE/trace" -u rempart-fetch rempart-fetch --test-clock "$HOUSE/clock" 2>> "$HOUSE/log" &
    tracer=$!
    until_true test -S "$socket" || exit 1
}
fetcher_stop() { pkill -TERM -x rempart-fetch && wait "$tracer"; }
ask() { heard timeout 5 "$BUILD/tests/system/range" "$socket" "$1"; }
# answered CAUSE: how the last ask went, within the budget; a range has rows and nothing else has.
answered() { awk -v cause="$1" '{ exit !($1 == cause && ($2 > 0) == (cause == "none") && $3 <= 1500) }' "$out"; }
prefix=$(printf azerty123 | sha1sum | cut -c1-5)

fetcher "passwords_url = $breach_url
ca_file = $HOUSE/breach/ca.pem"
ask "$prefix"
check "it answers with the range" answered none
check "nobody else may connect" refused setpriv --reuid anna --regid anna --clear-groups \
    "$BUILD/tests/system/range" "$socket" "$prefix"
ask 00000
pkill -HUP -x rempart-fetch
ask "$prefix"
check "it answers after SIGHUP" answered none
check "it ends with 0" fetcher_stop
check "it calls nothing that the unit forbids" calls_nothing_forbidden rempart-fetch.service "$HOUSE/trace"
check "and the trace saw it work" grep -q 'connect(.*AF_INET' "$HOUSE/trace"
check "it makes no memory executable" no_executable_memory "$HOUSE/trace"
grep -o 'openat([^)]*O_\(WRONLY\|RDWR\)[^)]*' "$HOUSE/trace" | grep -v '"/dev/null"' > "$out"
check "it writes nowhere" test ! -s "$out"
check "it starts no program" test "$(grep -c 'execve(' "$HOUSE/trace")" -eq 1

# From here on nothing comes back from this address, not even a refusal.
ip route add 192.0.2.1/32 dev lo || exit 1
echo 'nameserver 192.0.2.1' > /etc/resolv.conf
echo 'hosts: files dns' > /etc/nsswitch.conf
fetcher "passwords_url = https://ranges.example/"
ask "$prefix"
check "a name that nobody knows in time is a timeout" answered timeout
for p in 00001 00002 00003 00004; do ask "$p"; done
check "and another, while the first one is still looked up" answered timeout
ask "$prefix"
check "five of them, and the next is told at once" answered breaker-open
pass 11
ask "$prefix"
check "the pause over, it is tried again" answered timeout
check "it ends at once though names are still looked up" timeout 2 bash -c 'pkill -TERM -x rempart-fetch;
    while pgrep -x rempart-fetch > /dev/null; do sleep 0.02; done'
wait "$tracer"
check "all that within what the unit allows" calls_nothing_forbidden rempart-fetch.service "$HOUSE/trace"

fetcher "passwords_url = https://192.0.2.1/"
ask "$prefix"
check "an address that swallows everything is a timeout" answered timeout
fetcher_stop
breach_stop
