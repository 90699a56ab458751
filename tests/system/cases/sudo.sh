#!/bin/bash
# sudo, where the caller is a user whose effective uid is root's; su and login, on a terminal.
set -u
. tests/system/lib.sh

fresh ""
secret=$(enrol anna)
rempartd_start
cp config/pam.d/sudo /etc/pam.d/sudo
sed -i '/pam_unix\.so/s/$/ nodelay/' /etc/pam.d/common-auth
cat > /etc/sudoers.d/rempart <<'SUDOERS'
Defaults passwd_tries=1
anna,free ALL=(ALL) ALL
SUDOERS
chmod 440 /etc/sudoers.d/rempart

# as_root USER ANSWER…: has sudo say who one is then.
as_root() {
    local user=$1
    shift
    printf '%s\n' "$@" | runuser -u "$user" -- sudo -k -S sh -c 'echo; id -un' > "$out" 2>&1
    local status=${PIPESTATUS[1]}
    [ "$status" -ne 0 ] || grep -qx root "$out" || status=9
    return "$status"
}
last_event() { events 100 | grep '"service":"sudo"' | tail -n 1 | grep -q "$1"; }

check "sudo: password and code" as_root anna "$PASSWORD" "$(code "$secret")"
check "sudo: rempartd saw the user, not root" last_event '"user":"anna"'
check "sudo: the same code again is refused" refused as_root anna "$PASSWORD" "$(code "$secret")"
check "sudo: that is an event" last_event '"used-code"'
pass 30
check "sudo: a wrong code is refused" refused as_root anna "$PASSWORD" "$(wrong_code "$secret")"
check "sudo: a wrong password is refused" refused as_root anna wrong "$(code "$secret")"
check "sudo: who has no token needs none" as_root free "$PASSWORD" ""

# su and login as Debian ships them, with the lines that README shows in front.
for name in su login; do
    sed -i '1i auth required pam_rempart.so mode=auto nodelay\naccount required pam_rempart.so' "/etc/pam.d/$name"
    sed -i '/pam_faildelay\.so/d' "/etc/pam.d/$name"
done
# become PROGRAM PASSWORD CODE: anna, from somebody else's terminal.
become() {
    local start=(runuser -u free -- su anna)
    [ "$1" = su ] || start=(login anna)
    # shellcheck disable=SC2016
    expect -f tests/system/talk.exp "Password: " "$2" "Verification code" "$3" '$ ' 'echo "in as $(id -un)"; exit' \
        -- "${start[@]}" > "$out" 2>&1
    if seen "in as anna"; then return 0; fi
    if grep -q 'Authentication failure\|Login incorrect' "$out"; then return 1; fi
    return 9
}
for name in su login; do
    pass 30
    check "$name: password and code" become $name "$PASSWORD" "$(code "$secret")"
    check "$name: the same code again is refused" refused become $name "$PASSWORD" "$(code "$secret")"
done
