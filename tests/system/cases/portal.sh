#!/bin/bash
# A web portal's worker: www-data without groups, umask 0, an empty environment, no_new_privs. It may ask about
# everybody because it is listed; somebody who is not listed may ask about himself alone.
set -u
. tests/system/lib.sh

fresh "[rempartd]
portals = www-data"
secret=$(enrol anna)
own=$(enrol nobody)
rempartd_start
portal_of anna free nobody

# worker CALLER USER FIELD
worker() {
    printf '%s\n' "$3" | (
        umask 0
        exec setpriv --reuid "$1" --regid nogroup --clear-groups --no-new-privs --bounding-set=-all \
            env -i /run/portal worker "$2" 192.0.2.9
    ) > "$out" 2>&1
}

check "a listed portal logs somebody in" worker www-data anna "$PASSWORD$(code "$secret")"
check "with both phases" seen "account: PAM_SUCCESS"
check "the same field again is refused" refused worker www-data anna "$PASSWORD$(code "$secret")"
check "as a failure to authenticate" seen "authenticate: PAM_AUTH_ERR"
pass 30
check "a wrong password is refused" refused worker www-data anna "wrong$(code "$secret")"
check "who has no token gives the password" worker www-data free "$PASSWORD"
check "where the attempt came from is recorded" bash -c 'rempart events --last 1 --json | grep -q "\"192.0.2.9\""'

pass 30
check "who is not listed may not ask about others" refused worker nobody anna "$PASSWORD$(code "$secret")"
check "and is told that it is the caller" seen "authenticate: PAM_CRED_INSUFFICIENT"
check "and that is recorded" bash -c 'rempart events --last 1 --json | grep -q "\"peer-not-allowed\".*uid-65534"'
check "but about himself" worker nobody nobody "$PASSWORD$(code "$own")"
check "with his code, once" refused worker nobody nobody "$PASSWORD$(code "$own")"
check "the code that the refused one asked with is still good" \
    worker www-data anna "$PASSWORD$(code "$secret")"
check "the socket is open to all: who may ask is decided by uid" \
    test "$(stat -c %a "$SOCKET")" = 666
