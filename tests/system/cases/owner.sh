#!/bin/bash
# rempartd as its own user, and root's command line beside it: files stay rempartd's, and nobody else's.
set -u
. tests/system/lib.sh

service owner <<PAM
auth     required pam_rempart.so nodelay
auth     required pam_permit.so
PAM
log_in() { echo "$2" | heard pamtester owner "$1" authenticate; }
# Sets out to what is not as it should be: nothing, if all is well.
ours() {
    find /var/lib/rempart /etc/rempart/key \( ! -user rempart -o ! -group rempart -o -perm /077 \) -ls > "$out"
    find /var/lib/rempart -type f | grep -q store.db && [ ! -s "$out" ]
}

fresh ""
check "init makes a store and a key that are rempart's alone" ours
check "the configuration stays root's" test "$(stat -c %U /etc/rempart /etc/rempart/rempart.conf | sort -u)" = root
sum() { find /var/lib/rempart /etc/rempart -type f -exec sha256sum {} +; }
before=$(sum)
check "init again" heard rempart init
check "changes nothing" test "$(sum)" = "$before"

secret=$(enrol anna)
check "enrolling while rempartd is not running" ours
rempartd_start
check "rempartd runs as rempart" test "$(ps -o user= -p "$daemon")" = rempart
check "a login" log_in anna "$(code "$secret")"
check "leaves the files as they were" ours

other=$(enrol berta)
administer() {
    rempart lock berta && rempart unlock berta && rempart status anna && rempart recovery anna &&
        rempart key rotate && rempart events --last 3
}
check "root administers beside it" heard administer
check "and the files are still rempart's" ours
pass 30
check "logins go on with the new key" log_in anna "$(code "$secret")"
check "for everybody" log_in berta "$(code "$other")"
rempartd_stop
check "the files at its end" ours

peek() { heard setpriv --reuid nobody --regid nogroup --clear-groups "$@"; }
check "nobody else reads the store" refused peek cat /var/lib/rempart/store.db
check "nor the key" refused peek cat /etc/rempart/key
peek rempart status anna
check "rempart of somebody else cannot open them, and says so" test $? -eq 3
