#!/bin/bash
# rempartd as a service: socket activation, what it tells systemd, restarts and SIGTERM while people log in.
set -u
. tests/system/lib.sh

USERS=4000
secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
fresh ""
for name in rush burst notify; do install -m 755 "$BUILD/tests/system/$name" "$HOUSE/$name"; done
for ((i = 0; i < USERS; i++)); do echo "u$i,$secret"; done > "$HOUSE/users.csv"
rempart import "$HOUSE/users.csv" > "$out" 2>&1 || exit 1
service rush <<PAM
auth    required pam_rempart.so mode=combined nodelay
auth    required pam_permit.so
account required pam_rempart.so
account required pam_permit.so
PAM
rush() { "$HOUSE/rush" rush u "$@" <<< "x$(code "$secret")" > "$out"; }
activate() { # PROGRAM…: as rempartd.socket would
    systemd-socket-activate --seqpacket -l "$SOCKET" -E HOUSE="$HOUSE" "${settings[@]}" "$@" 2>> "$HOUSE/log" &
    activator=$!
    until_true test -S "$SOCKET" && chmod 666 "$SOCKET"
}
as_rempart=(setpriv --reuid rempart --regid rempart --clear-groups rempartd --test-clock "$HOUSE/clock")

"$HOUSE/notify" "$HOUSE/notify.sock" > "$HOUSE/notified" &
until_true test -S "$HOUSE/notify.sock"
settings=(-E NOTIFY_SOCKET="$HOUSE/notify.sock" -E WATCHDOG_USEC=100000)
activate "${as_rempart[@]}"
check "before anybody asks rempartd is not started" refused pgrep -x rempartd
check "the first login starts it and is let in" rush 1 1
check "it runs as rempart, on a socket that is root's" \
    test "$(ps -o user= -p "$activator") $(stat -c %U "$SOCKET")" = "rempart root"
check "it said that it is ready" until_true grep -qx READY=1 "$HOUSE/notified"
alive() { [ "$(grep -cx WATCHDOG=1 "$HOUSE/notified")" -ge 3 ]; }
check "it says that it is alive" until_true alive
kill "$activator"
wait "$activator"
check "at SIGTERM it ends with 0" test $? -eq 0
check "after it said that it stops" test "$(tail -n 1 "$HOUSE/notified")" = STOPPING=1
rm "$SOCKET"

# Restarts while people log in: they wait in the kernel, nobody is refused.
settings=(-E PATH="$PATH")
activate bash tests/system/keep.sh
pass 30
rush "$USERS" 4 &
crowd=$!
restarts=0
until_true test -e "$HOUSE/pid"
while kill -0 "$crowd" 2> /dev/null; do
    pid=$(cat "$HOUSE/pid")
    sleep 0.05 # for some logins
    kill "$pid" && restarts=$((restarts + 1))
    until_true refused kill -0 "$pid"
done 2> /dev/null
check "restarts under load refuse no login" wait "$crowd"
echo "     ($(cat "$out"), $restarts restarts)"
check "and there were some" test "$restarts" -ge 5
kill "$activator" && wait "$activator"
rm -f "$SOCKET"

# SIGTERM finds rempartd with 200 requests that it has not looked at.
rempartd_start
pass 30
kill -STOP "$daemon"
"$HOUSE/burst" "$SOCKET" u 200 "$(code "$secret")" > "$out" &
crowd=$!
until_true seen sent
kill -TERM "$daemon"
kill -CONT "$daemon"
check "SIGTERM answers whoever had asked before" wait "$crowd"
check "every one of them" seen "200 of 200 were let in"
wait "$daemon"
check "and rempartd ends with 0" test $? -eq 0
daemon=
check "nobody is let in when it is gone" refused rush 1 1
