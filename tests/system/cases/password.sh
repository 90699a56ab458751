#!/bin/bash
# Leaked passwords with the programs that have them changed: sshd and login in the login itself, passwd; pam_unix
# stores them, alone or below pam_pwquality and pam_passwdqc.
set -u
. tests/system/lib.sh
. tests/system/sshd.sh

LEAKED=$PASSWORD           # everybody's, and in the corpus
LEAKED_TOO='Xylograph,22!' # in the corpus too, and nothing is wrong with its form
FINE='tulip anvil forty 9' # in no leak
FINE_TOO='marble soap 71 kettle'

fresh "corpus = $HOUSE/corpora/leaked"
install -d -o rempart -g rempart "$HOUSE/corpora"
printf '%s\n' "$LEAKED" "$LEAKED_TOO" azerty123 |
    heard rempart corpus build --words --from /dev/stdin "$HOUSE/corpora/leaked" || exit 1
rempartd_start

cp -a /etc/pam.d "$HOUSE/pam.before"
put_back() { cp -a "$HOUSE/pam.before/." /etc/pam.d && rm -rf "$HOUSE/pam.before"; }
trap 'put_back; end_case' EXIT
for name in leo mia noah ruth theo; do useradd -m -s /bin/sh -p "$PASSWORD_HASH" "$name" || exit 1; done
cp config/pam.d/sshd /etc/pam.d/sshd
cp config/pam.d/common-password /etc/pam.d/passwd
sed -e '1i auth required pam_rempart.so mode=auto nodelay\naccount required pam_rempart.so' \
    -e 's/^@include common-password/password include passwd/' -e '/pam_faildelay\.so/d' -i /etc/pam.d/login
sed -i '/pam_unix\.so/s/$/ nodelay/' /etc/pam.d/common-auth
sshd_start

stored() { getent shadow "$1" | cut -d: -f2; }
# Whether account says so of a login that needs no password, as one by key does.
service bare <<PAM
account required pam_rempart.so
account required pam_permit.so
PAM
marked() { heard pamtester bare "$1" acct_mgmt; [ $? -ne 0 ] && seen "stolen passwords"; }
unmarked() { heard pamtester bare "$1" acct_mgmt; }
# What a program that changes a password asks for, each line with its answer.
current() { asked+=("urrent password: " "$1"); }
new() { asked+=("New password: " "$1" "Retype new password: " "${2-$1}"); }
told_why() { seen "This password is in lists of stolen passwords, so attackers try it first."; }

# sshd, keyboard-interactive: before the session, in the same login.
ssh_as() { dial keyboard-interactive "$1" "Password: " "$2" "Verification code" "" "${asked[@]}"; }
asked=()
current "$LEAKED" && new "$LEAKED_TOO" && new "$FINE" "$FINE_TOO" && new "$FINE"
check "sshd: a leaked password is changed in the login that presents it" ssh_as leo "$LEAKED"
check "sshd: and is told why" seen "Your password is in lists of stolen passwords"
check "sshd: a leaked one in its place is refused" told_why
asked=()
check "sshd: the next login is as always" ssh_as leo "$FINE"
check "sshd: and hears nothing of it any more" refused seen "stolen passwords"
check "sshd: the old password is refused" refused ssh_as leo "$LEAKED"
check "sshd: the account is not marked" unmarked leo

current "$LEAKED" && new "$LEAKED_TOO" && new "$LEAKED_TOO" && new azerty123
before=$(stored mia)
out_of_tries() { ssh_as mia "$LEAKED"; [ $? -ne 0 ] && ! seen "in as mia"; }
check "sshd: three leaked ones end the login" out_of_tries
check "sshd: nothing was stored" test "$(stored mia)" = "$before"
check "sshd: the account stays marked" marked mia

# sshd, one answer: sshd has passwd(1) run in the session, and then one logs in again.
by_passwd() { # a session that ends in a change
    expect -f tests/system/talk.exp "password: " "$2" "${asked[@]}" -- \
        ssh -tt -F none -p $PORT -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
        -o PreferredAuthentications=password -o NumberOfPasswordPrompts=1 "$1@127.0.0.1" > "$out" 2>&1
    seen "updated successfully" && ! seen "in as"
}
asked=()
current "$LEAKED" && new azerty123 && new "$FINE"
check "password method: passwd(1) is run in its place" by_passwd mia "$LEAKED"
check "password method: a leaked one is refused there too" told_why
check "password method: the next login is as always" dial password mia "password: " "$FINE"
check "password method: the account is not marked any more" unmarked mia

# login, on a terminal.
log_in() {
    # shellcheck disable=SC2016
    expect -f tests/system/talk.exp "Password: " "$2" "Verification code" "" "${asked[@]}" \
        '$ ' 'echo "in as $(id -un)"; exit' -- login "$1" > "$out" 2>&1
    if seen "in as $1"; then return 0; fi
    if seen "Login incorrect"; then return 1; fi
    return 9
}
asked=()
current "$LEAKED" && new "$LEAKED_TOO" && new "$FINE"
check "login: a leaked password is changed in the login that presents it" log_in noah "$LEAKED"
check "login: and is told why" seen "Your password is in lists of stolen passwords"
check "login: a leaked one in its place is refused" told_why
asked=()
check "login: the next login is as always" log_in noah "$FINE"
check "login: the account is not marked" unmarked noah

# sudo goes on after the change.
cp config/pam.d/sudo /etc/pam.d/sudo
echo "theo ALL=(ALL) ALL" | install -m 440 /dev/stdin /etc/sudoers.d/leaked
be_root() {
    expect -f tests/system/talk.exp "password for theo: " "$1" "Verification code" "" "${asked[@]}" -- \
        runuser -u theo -- sudo -k sh -c 'echo "in as $(id -un)"' > "$out" 2>&1
    seen "in as root"
}
current "$LEAKED" && new azerty123 && new "$FINE"
check "sudo: a leaked password is changed before it goes on" be_root "$LEAKED"
check "sudo: a leaked one in its place is refused" told_why
asked=()
check "sudo: the next time is as always" be_root "$FINE"
rm /etc/sudoers.d/leaked

# passwd, by the user and by root.
change() { # NAME: by that user
    expect -f tests/system/talk.exp "${asked[@]}" -- runuser -u "$1" -- passwd > "$out" 2>&1
}
change_by_root() { expect -f tests/system/talk.exp "${asked[@]}" -- passwd "$1" > "$out" 2>&1; }
current "$LEAKED" && new azerty123 && new "$FINE"
check "passwd: a leaked one is refused, another is taken" change ruth
check "passwd: and is told why" told_why
asked=()
current "$FINE" && new azerty123 && new azerty123 && new "$LEAKED"
before=$(stored ruth)
not_changed() { ! "$@" && [ "$(stored ruth)" = "$before" ] && ! seen "updated successfully"; }
check "passwd: after three nothing is changed" not_changed change ruth
asked=()
new azerty123 && new azerty123 && new azerty123
check "passwd: root is told, and refused" not_changed change_by_root ruth
check "passwd: root is told why" told_why
sed -i 's/pam_rempart\.so.*/pam_rempart.so root=warn/' /etc/pam.d/passwd
asked=()
new azerty123
check "root=warn: root may set it" change_by_root ruth
check "root=warn: and is told" seen "It is set all the same"
check "root=warn: it has to be changed at the next login" marked ruth
asked=()
current azerty123 && new azerty123 && new "$FINE"
check "root=warn: the user may not keep it" change ruth
check "root=warn: then the mark is gone" unmarked ruth

# pam_unix stores nothing that was refused, whatever the stack makes of the refusal.
service passwd <<PAM
password required pam_rempart.so retry=1
password required pam_unix.so use_authtok yescrypt
PAM
asked=()
current "$FINE" && new "$LEAKED_TOO"
before=$(stored ruth)
check "required in place of requisite: nothing is stored" not_changed change ruth

# Below a module that looks at the form, and above it.
below() { # MODULE
    printf '%s\n' "password requisite $1" "password requisite pam_rempart.so use_authtok" \
        "password required pam_unix.so use_authtok yescrypt" > /etc/pam.d/passwd
}
below "pam_pwquality.so retry=1 minlen=10 dictcheck=0"
asked=()
current "$FINE" && new abc
check "below pam_pwquality: it refuses first" not_changed change ruth
check "below pam_pwquality: by its own rules" refused told_why
asked=()
current "$FINE" && new "$LEAKED_TOO"
check "below pam_pwquality: a leaked one of good form is refused" not_changed change ruth
check "below pam_pwquality: and is told why" told_why
asked=()
current "$FINE" && new "$FINE_TOO"
check "below pam_pwquality: one that is neither is taken" change ruth
below "pam_passwdqc.so retry=1 min=disabled,24,11,8,7"
asked=()
before=$(stored ruth)
current "$FINE_TOO" && asked+=("new password: " abc)
check "below pam_passwdqc: it refuses first" not_changed change ruth
asked=()
current "$FINE_TOO" && asked+=("new password: " "$LEAKED_TOO" "Re-type new password: " "$LEAKED_TOO")
check "below pam_passwdqc: a leaked one of good form is refused" not_changed change ruth
check "below pam_passwdqc: and is told why" told_why
asked=()
current "$FINE_TOO" && asked+=("new password: " "$FINE" "Re-type new password: " "$FINE")
check "below pam_passwdqc: one that is neither is taken" change ruth
above() { # MODULE
    printf '%s\n' "password requisite pam_rempart.so" "password requisite $1 use_authtok" \
        "password required pam_unix.so use_authtok yescrypt" > /etc/pam.d/passwd
}
above "pam_pwquality.so minlen=10 dictcheck=0"
asked=()
current "$FINE" && new "$LEAKED_TOO" && new "$FINE_TOO"
check "above pam_pwquality: another one is asked for" change ruth
above pam_passwdqc.so
asked=()
current "$FINE_TOO" && new "$LEAKED_TOO" && new "$FINE"
check "above pam_passwdqc: another one is asked for" change ruth
