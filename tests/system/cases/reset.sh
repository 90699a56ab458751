#!/bin/bash
# Passwords that are set without the old one: chpasswd of root, which answers every prompt with the new password; and
# a portal's worker, www-data, whose passwords are in a file of its own.
set -u
. tests/system/lib.sh

FINE='tulip anvil forty 9' FINE_TOO='marble soap 71 kettle'
HELP="Please call 01 23 45 67 89."
REFUSED="The password cannot be reset here. $HELP"

fresh "portals = www-data
[mailbox]
help_text = $HELP"
pass $(($(date +%s) - EPOCH)) # the time that rempart reset-allow reckons with
secret=$(enrol anna --email anna@example.org)
heard rempart flag anna@example.org --reason CERT-FR || exit 1
rempartd_start

# chpasswd
cp -a /etc/pam.d/chpasswd "$HOUSE/chpasswd"
before=$(getent shadow anna | cut -d: -f2)
put_back() { cp -a "$HOUSE/chpasswd" /etc/pam.d/chpasswd && usermod -p "$before" anna; }
trap 'put_back; end_case' EXIT
cp config/pam.d/portal-reset /etc/pam.d/chpasswd
stored() { getent shadow "$1" | cut -d: -f2; }
change() { echo "$1:$FINE" | heard chpasswd; }
not_changed() { ! change anna && [ "$(stored anna)" = "$before" ]; }
check "chpasswd: a reset is refused while the mailbox is flagged" not_changed
check "chpasswd: and that is not a guess at the code" \
    bash -c 'rempart status anna --json | grep -q "\"failures\":0"'
heard rempart unflag anna@example.org || exit 1
changed() { change anna && [ "$(stored anna)" != "$before" ]; }
check "chpasswd: otherwise it goes through" changed
heard rempart flag anna@example.org --reason CERT-FR || exit 1

# A portal that writes the new password into a file of its own, once PAM lets it.
portal_of anna paul
service portal-reset < <(sed -n 's/^#\(password.*\)/\1/p' config/pam.d/portal-reset)
check "the sample for portals that store passwords themselves stores none" grep -q pam_permit /etc/pam.d/portal-reset
as() { # CALLER COMMAND…
    local caller=$1
    shift
    setpriv --reuid "$caller" --regid nogroup --clear-groups --no-new-privs --bounding-set=-all \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@" > "$out" 2>&1
}
log_in() { printf '%s\n' "$2" | as www-data /run/portal worker "$1" 192.0.2.9; }
# reset CALLER USER NEW [CODE]
reset() {
    { [ $# -lt 4 ] || echo "$4"; printf '%s\n' "$3" "$3"; } | as "$1" pamtester portal-reset "$2" chauthtok &&
        sed -i "s|^$2:.*|$2:$(printf '%s\n' "$3" | openssl passwd -6 -stdin)|" /run/passwords
}
refused_reset() { ! reset "$@" && seen "Permission denied"; }

check "a portal's reset is refused while the mailbox is flagged" refused_reset www-data anna "$FINE" ""
check "with what to do" seen "$REFUSED"
cp "$out" "$HOUSE/anna"
check "nobody can tell a user from a name that nobody has" refused_reset www-data nobody-at-all "$FINE" ""
check "by what is said" cmp "$HOUSE/anna" "$out"
check "a wrong code does not help" refused_reset www-data anna "$FINE" "$(wrong_code "$secret")"
check "a code lets it through" reset www-data anna "$FINE" "$(code "$secret")"
check "once" refused_reset www-data anna "$FINE_TOO" "$(code "$secret")"
check "that it happened is recorded" bash -c 'rempart events --user anna --json | grep -q "\"gate-open\".*done"'
pass 60
check "the old password is refused" refused log_in anna "$PASSWORD$(code "$secret")"
pass 60
check "the new one logs in, with a code" log_in anna "$FINE$(code "$secret")"

heard rempart reset-allow paul --for 30m --reason "seen in person" || exit 1
check "who needs no code logs in without one" log_in paul "$PASSWORD"
check "the help desk lets a reset through" reset www-data paul "$FINE_TOO"
check "once, for somebody without an address too" refused_reset www-data paul "$FINE" ""
check "after a reset the login wants a code, whatever policy says" refused log_in paul "$FINE_TOO"

heard rempart unflag anna@example.org || exit 1
check "who is not listed resets nobody's password" refused_reset nobody anna "$FINE_TOO"
check "and that is recorded" bash -c 'rempart events --last 1 --json | grep -q "\"peer-not-allowed\".*uid-65534"'
check "a mailbox that is not flagged is enough" reset www-data anna "$FINE_TOO"
