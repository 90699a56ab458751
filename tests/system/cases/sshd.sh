#!/bin/bash
# The real sshd and the real ssh, with config/pam.d/sshd as shipped: keyboard-interactive and password.
set -u
. tests/system/lib.sh

fresh "[policy]
enrolment = required
deadline = 2030-06-01
issuer = Example"
secret=$(enrol anna)
recovery=$(recovery_codes "$HOUSE/enrolled" | head -n 1)
rempartd_start

cp config/pam.d/sshd /etc/pam.d/sshd
# pam_unix.so's two seconds after a failure would only make the test longer.
sed -i '/pam_unix\.so/s/$/ nodelay/' /etc/pam.d/common-auth
. tests/system/sshd.sh
sshd_start
ask() { dial keyboard-interactive "$1" "Password: " "$2" "Verification code" "$3"; }
one_field() { dial password "$1" "password: " "$2"; }

check "password and code" ask anna "$PASSWORD" "$(code "$secret")"
check "the same code again is refused" refused ask anna "$PASSWORD" "$(code "$secret")"
check "a wrong code is refused" refused ask anna "$PASSWORD" "$(wrong_code "$secret")"
check "an empty code is refused" refused ask anna "$PASSWORD" ""
pass 30
check "the next login is let in" ask anna "$PASSWORD" "$(code "$secret")"
check "and is told the one before and the failures since" \
    seen "Last login: 2030-01-01 00:00 UTC from 127.0.0.1. 3 failed attempts since."
pass 30
check "a wrong password is refused" refused ask anna wrong "$(code "$secret")"
check "a recovery code is let in" ask anna "$PASSWORD" "$recovery"
check "a recovery code is let in once" refused ask anna "$PASSWORD" "$recovery"

pass 30
check "password method: both in one field" one_field anna "$PASSWORD$(code "$secret")"
check "password method: the same field again is refused" refused one_field anna "$PASSWORD$(code "$secret")"
check "password method: the password alone is refused" refused one_field anna "$PASSWORD"

check "before the deadline who has no token is let in" ask free "$PASSWORD" ""
check "and is told the day" seen "From 2030-06-01 on you need a verification code to log in."

# Self-enrolment: the deadline is past.
sed -i '/^deadline/d' /etc/rempart/rempart.conf
kill -HUP $daemon
key_shown='sed -n "s/^\\([A-Z2-7 ]\\{39\\}\\)\\r*$/\\1/p" | tr -d " "'
enrol_in_login() { # USER COMMAND: what the app makes of the key shown
    dial keyboard-interactive "$1" "Password: " "$PASSWORD" "Verification code" "" \
        "Code that the app shows: " "!$key_shown | $2" "Press Enter" ""
}
app="xargs oathtool -b --totp --now @$now"
check "who has no token sets one up in the login" enrol_in_login berta "$app"
cp "$out" "$HOUSE/enrolled"
check "a QR code was shown" grep -q '▀\|▄\|█' "$HOUSE/enrolled"
check "ten recovery codes were shown" test "$(recovery_codes "$HOUSE/enrolled" | sort -u | wc -l)" -eq 10
new=$(sh -c "$key_shown" < "$HOUSE/enrolled")
recovery=$(recovery_codes "$HOUSE/enrolled" | tail -n 1)
check "the code that confirmed it is used up" refused ask berta "$PASSWORD" "$(code "$new")"
pass 30
check "the new token lets in" ask berta "$PASSWORD" "$(code "$new")"
check "and so does a recovery code" ask berta "$PASSWORD" "$recovery"
check "without a code berta is refused now" refused ask berta "$PASSWORD" ""

# Other stacks: the password's module first, and then a prompt for the code; or one field for both.
stack() { # FIRST SECOND
    printf 'auth required %s\n' "$@" > /etc/pam.d/sshd
    printf '%s\n' 'account required pam_rempart.so' '@include common-account' >> /etc/pam.d/sshd
}
stack "pam_unix.so nodelay" pam_rempart.so
secret=$(enrol free)
check "pam_unix first: password and code" ask free "$PASSWORD" "$(code "$secret")"
check "pam_unix first: the same code again is refused" refused ask free "$PASSWORD" "$(code "$secret")"
check "pam_unix first: without a code free is refused" refused ask free "$PASSWORD" ""
stack "pam_rempart.so mode=combined" "pam_unix.so nodelay use_first_pass"
pass 30
check "combined: password method, both in one field" one_field free "$PASSWORD$(code "$secret")"
check "combined: the same field again is refused" refused one_field free "$PASSWORD$(code "$secret")"
check "combined: the password alone is refused" refused one_field free "$PASSWORD"
cp config/pam.d/sshd /etc/pam.d/sshd

# A key instead of a password: no code is asked, but the account's rules hold, and nobody can enrol there.
by_key() { dial publickey "$1"; }
for name in anna carl; do cp "$HOUSE/user_key.pub" "$HOUSE/authorized/$name"; done
check "a key lets in who has a token" by_key anna
by_key_denied() {
    by_key "$1"
    [ $? -ne 0 ] && grep -q "Access denied for user $1 by PAM account configuration" "$HOUSE/log"
}
check "a key does not let in who must have one and has none" by_key_denied carl

check "three wrong codes end self-enrolment" refused dial keyboard-interactive carl \
    "Password: " "$PASSWORD" "Verification code" "" "Code that" 000000 "Code that" 000000 "Code that" 000000
check "and are told so" seen "nothing was set up"

# From an address that dora never logged in from.
enrol dora > "$HOUSE/secret"
secret=$(cat "$HOUSE/secret")
for try in 1 2 3 4 5 6; do
    check "guess $try is refused" refused ask dora "$PASSWORD" "$(wrong_code "$secret")"
done
check "after some guesses even the right code waits" refused ask dora "$PASSWORD" "$(code "$secret")"
check "and says for how long" seen "Too many attempts. Try again in 1 s."
pass 2
check "after the wait it is let in" ask dora "$PASSWORD" "$(code "$secret")"
