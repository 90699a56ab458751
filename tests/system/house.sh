#!/bin/bash
# Inside the namespaces: copies of what logins change stand in the place of the real ones, Rempart is installed
# as `make install` does it, and each case runs as a process of its own. The last line sums them up.
set -u
. tests/system/lib.sh

mount -t tmpfs -o mode=755 house "$HOUSE" || exit 1
put_in_place() { # a copy on the tmpfs
    mkdir -p "$HOUSE/copy$1" && cp -a "$1/." "$HOUSE/copy$1" && mount --bind "$HOUSE/copy$1" "$1"
}
# The sources may lie in a folder that is about to be covered.
mkdir "$HOUSE/src" "$HOUSE/build" && mount --bind . "$HOUSE/src" && mount --bind "$BUILD" "$HOUSE/build" || exit 1
export BUILD=$HOUSE/build
cd "$HOUSE/src" || exit 1
security=/usr/lib/$(gcc -print-multiarch)/security
put_in_place /etc && put_in_place "$security" || exit 1
for folder in /run /home /var/lib /var/log; do
    mount -t tmpfs -o mode=755 house "$folder" || exit 1
done
mkdir -p /run/sshd /var/lib/sudo
touch /run/utmp /var/log/wtmp /var/log/btmp /var/log/lastlog
ip link set lo up || exit 1

$MAKE -s install PREFIX="$HOUSE/usr" DATADIR="$HOUSE/usr/share/rempart" BUILD="$BUILD" || exit 1
export PATH=$HOUSE/usr/sbin:$HOUSE/usr/bin:$PATH
systemd-sysusers "$HOUSE/usr/lib/sysusers.d/rempart.conf" || exit 1
for name in anna berta carl dora free; do
    useradd -m -s /bin/sh -p "$PASSWORD_HASH" "$name" || exit 1
done
: > "$HOUSE/clock"

: > "$HOUSE/results"
for case in "$@"; do
    echo "-- $(basename "$case" .sh)"
    timeout 300 bash "$case" < /dev/null || result FAIL "$case ended with status $?"
done
passed=$(grep -c '^ok ' "$HOUSE/results")
failed=$(grep -c '^FAIL ' "$HOUSE/results")
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
