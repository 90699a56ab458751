#!/bin/bash
# make install and uninstall, into a folder.
set -u
. tests/system/lib.sh

dest=$HOUSE/dest
module=usr/lib/$(gcc -print-multiarch)/security/pam_rempart.so
made() { heard "$MAKE" -s BUILD="$BUILD" DESTDIR="$dest" "$@"; }
installed() { (cd "$dest" && find . -type f -printf '%m %P\n' | LC_ALL=C sort -k2); }

cat > "$HOUSE/expected" <<LIST
644 etc/rempart/rempart.conf
755 usr/bin/rempart
644 $module
644 usr/lib/systemd/system/rempart-fetch.service
644 usr/lib/systemd/system/rempart-fetch.socket
644 usr/lib/systemd/system/rempart-mailbox-pull.service
644 usr/lib/systemd/system/rempart-mailbox-pull.timer
644 usr/lib/systemd/system/rempart-mailbox-sweep.service
644 usr/lib/systemd/system/rempart-mailbox-sweep.timer
644 usr/lib/systemd/system/rempartd.service
644 usr/lib/systemd/system/rempartd.socket
644 usr/lib/sysusers.d/rempart.conf
644 usr/lib/tmpfiles.d/rempart.conf
755 usr/sbin/rempart-fetch
755 usr/sbin/rempartd
644 usr/share/rempart/common.corpus
755 usr/share/rempart/ltb-prehook
LIST
for page in man/*.?; do echo "644 usr/share/man/man${page##*.}/${page##*/}" >> "$HOUSE/expected"; done
for sample in config/pam.d/*; do echo "644 usr/share/doc/rempart/examples/pam.d/${sample##*/}" >> "$HOUSE/expected"; done
LC_ALL=C sort -k2 -o "$HOUSE/expected" "$HOUSE/expected"

check "make install" made install
installed | diff "$HOUSE/expected" - > "$out"
check "puts there what it should, and nothing else" test ! -s "$out"
check "every installed program starts" heard eval "$dest/usr/sbin/rempartd --version &&
    $dest/usr/sbin/rempart-fetch --version && $dest/usr/bin/rempart --version"

echo "# mine" > "$dest/etc/rempart/rempart.conf"
check "installing again" made install
check "keeps the configuration that is there" test "$(cat "$dest/etc/rempart/rempart.conf")" = "# mine"

mkdir "$dest/etc/pam.d"
echo "auth required pam_rempart.so" > "$dest/etc/pam.d/sshd"
made uninstall
check "uninstall refuses while a PAM service names the module" test $? -eq 2
check "and says which" seen etc/pam.d/sshd
check "and takes nothing away" test -e "$dest/$module"
echo "#auth required pam_rempart.so" > "$dest/etc/pam.d/sshd"
check "uninstall" made uninstall
check "leaves what is the administrator's alone" \
    test "$(installed)" = "$(printf '%s\n' '644 etc/pam.d/sshd' '644 etc/rempart/rempart.conf')"

rm -rf "$dest"
check "make install with another PREFIX" made install PREFIX=/opt/rempart
for daemon in rempartd rempart-fetch; do
    check "has the unit start that $daemon" \
        grep -qx "ExecStart=/opt/rempart/sbin/$daemon" "$dest/opt/rempart/lib/systemd/system/$daemon.service"
done
check "and the sweep that rempart" grep -qx "ExecStart=/opt/rempart/bin/rempart mailbox sweep" \
    "$dest/opt/rempart/lib/systemd/system/rempart-mailbox-sweep.service"

# README.md's steps, as they stand there, on a machine that has never heard of Rempart: what was installed is put in
# place in a namespace of its own. systemd does not run here, so what it would do at once is done by hand.
rm -rf "$dest"
check "make install as README.md has it" made install
mkdir -p "$dest/run" "$dest/var/lib" "$dest/etc/pam.d"
for file in passwd group shadow gshadow; do sed '/^rempart/d' "/etc/$file" > "$dest/etc/$file"; done
sed -n '/^## Install/,/^## A/s/^    \([a-z].*\)/\1/p' README.md | sed 's/ *#.*//' > "$HOUSE/steps"
cat > "$HOUSE/newcomer" <<'SH'
for folder in /etc /run /var/lib /usr/lib/sysusers.d /usr/lib/tmpfiles.d /usr/lib/systemd/system /usr/share; do
    mount --bind "$HOUSE/dest$folder" "$folder" || exit
done
export PATH=$HOUSE/dest/usr/sbin:$HOUSE/dest/usr/bin:$PATH SYSTEMD_OFFLINE=1
rempart init
echo "status $?"
[ -z "$(ls -A /var/lib)" ] || exit
while read -r step; do
    echo "$ $step"
    case $step in
    make*) continue ;;
    'rempart doctor')
        [ -e /etc/systemd/system/sockets.target.wants/rempartd.socket ] || exit
        systemd-socket-activate --seqpacket -l /run/rempart/rempartd.sock \
            setpriv --reuid rempart --regid rempart --clear-groups rempartd &
        until [ -S /run/rempart/rempartd.sock ]; do kill -0 $! || exit; done ;;
    esac
    ${step/ --now/} || exit
done < "$HOUSE/steps"
kill $!
stat -c '%n: %U %a' /var/lib/rempart /var/lib/rempart/store.db /etc/rempart/key
SH
check "has $(wc -l < "$HOUSE/steps") steps" test "$(wc -l < "$HOUSE/steps")" -ge 6
check "that all work, in that order" heard unshare --mount bash "$HOUSE/newcomer"
check "while rempart init before the others refuses" seen "status 3"
check "and says what comes first" seen "Make it first: systemd-sysusers rempart.conf"
for file in "/var/lib/rempart: rempart 700" "/var/lib/rempart/store.db: rempart 600" "/etc/rempart/key: rempart 600"; do
    check "after which $file" seen "$file"
done
