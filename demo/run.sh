#!/bin/sh
# The demonstration: a private rempartd in a folder of its own, a user, and what happens at the door.
# Each step says what it shows and fails the whole when it comes out otherwise. Leaves nothing behind.
set -u
build=$1
here=$(dirname "$0")
dir=$(mktemp -d "${TMPDIR:-/tmp}/rempart-demo.XXXXXX") || exit 1
daemon=
# shellcheck source=tests/fixtures/breach.sh
. "$here/../tests/fixtures/breach.sh"
trap 'end' EXIT
trap 'exit 130' INT TERM
end() {
    [ -z "$daemon" ] || { kill "$daemon"; wait "$daemon"; } 2>/dev/null
    fetch_stop
    breach_stop
    rm -rf "$dir"
}

step=0
say() { step=$((step + 1)); echo "$step. $*"; }
wrong() { echo "This step came out otherwise: $*" >&2; cat "$dir/log" >&2; exit 1; }
rempart() { LC_ALL=C "$build/rempart" --config "$dir/rempart.conf" "$@"; }

now=1700000000
set_clock() { now=$1; echo "$now" > "$dir/clock.new" && cat "$dir/clock.new" > "$dir/clock"; }
code() { echo "$secret" | "$build/demo/login" code "$1"; }
# enter WANTED as|change|reset USER ANSWER…: a login, or a new password; what is asked is answered in turn.
enter() {
    wanted=$1 what=$2 user=$3
    shift 3
    printf '%s\n' "$@" | "$build/demo/login" "$what" "$user" "$dir/pam.d" "$source"
    [ $? -eq "$wanted" ] || wrong "exit status, wanted $wanted"
}
# log_in WANTED CODE: Claire, whose password is right.
log_in() { enter "$1" as claire "correct horse battery" "$2"; }

configure() {
    cat > "$dir/rempart.conf" <<CONF
[rempartd]
socket = $dir/rempartd.sock
state = $dir/state
corpus = $1
fetch = $2
key = $dir/key
log = stderr
portals = $(id -u)
CONF
}
start_rempartd() {
    "$build/rempartd" --config "$dir/rempart.conf" --test-clock "$dir/clock" 2>> "$dir/log" &
    daemon=$!
    until listens "$dir/rempartd.sock"; do
        kill -0 "$daemon" 2>/dev/null || wrong "rempartd ended"
    done
}
stop_rempartd() {
    kill "$daemon" && wait "$daemon" || wrong "rempartd's exit status"
    daemon=
}

# The first factor, which needs no root: a file a user, and pam_exec, which libpam-modules has everywhere. A new
# password comes through the module that the tests use, because pam_exec is not told it.
mkdir "$dir/passwords"
cat > "$dir/password" <<CHECK
#!/bin/sh
digest() { { echo "\$PAM_USER"; tr -d '\0'; } | sha512sum; }
cd "$dir/passwords" || exit
case \$PAM_TYPE in
auth) [ "\$(digest)" = "\$(cat "\$PAM_USER")" ] ;;
password) digest < .new > "\$PAM_USER" && rm .new ;;
esac
CHECK
chmod 700 "$dir/password"
# has_password USER PASSWORD: chosen long ago, and nobody looked.
has_password() { printf %s "$2" > "$dir/passwords/.new" && PAM_TYPE=password PAM_USER=$1 "$dir/password"; }
mkdir "$dir/pam.d"
cat > "$dir/pam.d/demo" <<PAM
auth     required  $build/pam_rempart.so mode=auto nodelay lang=en socket=$dir/rempartd.sock
auth     [success=1 default=ignore] pam_exec.so quiet expose_authtok $dir/password
auth     requisite pam_deny.so
auth     required  pam_permit.so
account  required  $build/pam_rempart.so lang=en socket=$dir/rempartd.sock
account  required  pam_permit.so
session  required  $build/pam_rempart.so lang=en socket=$dir/rempartd.sock
session  required  pam_permit.so
password requisite $build/pam_rempart.so lang=en socket=$dir/rempartd.sock
password required  $build/tests/modules/pam_store.so file=$dir/passwords/.new
password required  pam_exec.so quiet $dir/password
PAM
configure none none
has_password claire "correct horse battery"
source=192.0.2.7
set_clock $now

say "A private instance is made and started: store, key, rempartd."
rempart init || wrong "rempart init"
start_rempartd
echo "    (Its clock is the demonstration's own, and stands in November 2023.)"

say "Claire has no token yet. Policy is \"optional\", so her password is enough."
log_in 0 ""

say "The administrator enrols her; her app would scan this QR code."
# That no directory knows her is no news here.
rempart enroll claire --no-confirm --issuer Demo --qr > "$dir/enrolled" 2> "$dir/warned" ||
    wrong "rempart enroll: $(cat "$dir/warned")"
cat "$dir/enrolled" | sed 's/^/    /'
secret=$(sed -n 's/.*secret=\([A-Z2-7]*\).*/\1/p' "$dir/enrolled" | head -n 1)
recovery=$(grep -Eo '([A-Z2-7]{4}-){5}[A-Z2-7]{4}' "$dir/enrolled" | head -n 1)
[ -n "$secret" ] && [ -n "$recovery" ] || wrong "no secret or no recovery code was shown"

say "Password and code: she is let in."
used=$(code $now)
log_in 0 "$used"

say "Somebody who saw that code types it again: refused, it is used."
log_in 1 "$used"

say "A wrong code: refused."
log_in 1 000000

say "No code: refused."
log_in 1 ""

say "Her phone is at home; a recovery code lets her in, once."
set_clock $((now + 30))
log_in 0 "$recovery"
log_in 1 "$recovery"

say "A robot guesses from elsewhere: after some tries nothing is judged any more."
source=198.51.100.9
tries=0
while [ "$tries" -lt 20 ]; do
    tries=$((tries + 1))
    printf '%s\n' "correct horse battery" 000000 |
        "$build/demo/login" as claire "$dir/pam.d" "$source" > "$dir/guess" && wrong "a guess was let in"
    ! grep -q "Too many" "$dir/guess" || break
done
cat "$dir/guess"
grep -q "Too many" "$dir/guess" || wrong "the throttle did not bite"
echo "    (after $tries tries)"

say "Claire, from where she logged in before, is let in all the same."
source=192.0.2.7
set_clock $((now + 30))
log_in 0 "$(code $now)"

say "What rempartd recorded: one event for each decision, and never a code."
rempart events --last 8 | sed 's/^/    /' || wrong "rempart events"
rempart events --last 1000 --json > "$dir/events" || wrong "rempart events --json"
! grep -q "$used" "$dir/events" || wrong "a code is in the events"
for reason in totp recovery-code wrong-code empty-code used-code wait-pair not-enrolled enrol; do
    grep -q "\"$reason\"" "$dir/events" || wrong "no event says $reason"
done

# shellcheck source=demo/leaked.sh
. "$here/leaked.sh"
# shellcheck source=demo/reset.sh
. "$here/reset.sh"

say "The daemon is told to end and does."
stop_rempartd
echo "All $step steps came out as they should."
