#!/bin/bash
# The four modes, through pamtester, over pam_unix and the passwords of the system.
set -u
. tests/system/lib.sh

fresh ""
secret=$(enrol anna)
rempartd_start

stack() { # NAME ARGUMENTS
    service "$1" <<PAM
auth     required pam_rempart.so nodelay $2
auth     required pam_unix.so nodelay try_first_pass
account  required pam_rempart.so
account  required pam_unix.so
session  required pam_rempart.so
session  required pam_permit.so
PAM
}
stack ask mode=prompt
stack field mode=combined
stack either mode=auto
stack portal mode=password

# login SERVICE USER ANSWER…
login() {
    local service=$1 user=$2
    shift 2
    printf '%s\n' "$@" |
        pamtester "$service" "$user" authenticate acct_mgmt open_session close_session > "$out" 2>&1
}
both() { login "$1" anna "$PASSWORD$2"; }

check "prompt: code, then password" login ask anna "$(code "$secret")" "$PASSWORD"
check "prompt: the same code again is refused" refused login ask anna "$(code "$secret")" "$PASSWORD"
check "prompt: a wrong code is refused" refused login ask anna "$(wrong_code "$secret")" "$PASSWORD"
check "prompt: an empty code is refused" refused login ask anna "" "$PASSWORD"
pass 30
check "prompt: a wrong password is refused" refused login ask anna "$(code "$secret")" wrong
check "prompt: who has no token needs none" login ask free "" "$PASSWORD"

pass 30
check "combined: password and code in one field" both field "$(code "$secret")"
check "combined: the same field again is refused" refused both field "$(code "$secret")"
check "combined: the password alone is refused" refused both field ""
check "combined: who has no token gives the password" login field free "$PASSWORD"

pass 30
check "auto: two answers" login either anna "$PASSWORD" "$(code "$secret")"
pass 30
one=$PASSWORD$(code "$secret")
check "auto: one answer to both questions" login either anna "$one" "$one"
check "auto: the same answer again is refused" refused login either anna "$one" "$one"

check "password: no code is asked" login portal anna "$PASSWORD"
check "password: a wrong password is refused" refused login portal anna wrong
rempartd_stop
check "password: without rempartd nobody is let in" refused login portal anna "$PASSWORD"
