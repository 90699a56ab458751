#!/bin/bash
# What systemd does with rempartd.socket: holds the socket, which is descriptor 3, and starts rempartd again whenever
# it has ended. systemd-socket-activate starts this at the first connection, with HOUSE in its environment.
trap 'stop=1; kill "$child"' TERM
stop='' child=''
while [ -z "$stop" ]; do
    (
        export LISTEN_PID=$BASHPID LISTEN_FDS=1
        exec setpriv --reuid rempart --regid rempart --clear-groups --no-new-privs \
            rempartd --test-clock "$HOUSE/clock" 2>> "$HOUSE/log"
    ) &
    child=$!
    echo "$child" > "$HOUSE/pid.new" && mv "$HOUSE/pid.new" "$HOUSE/pid"
    wait "$child"
done
wait
