# What the cases share. Sourced by house.sh and, through it, by every case: HOUSE is the tmpfs that is thrown away,
# time stands still unless a case moves it, and whoever has a password has this one.
# shellcheck shell=bash disable=SC2034

EPOCH=1893456000 # 2030-01-01 00:00 UTC: the first second of a time step, whatever the period
PASSWORD='correct horse'
# shellcheck disable=SC2016
PASSWORD_HASH='$6$rempart$FAm2ggibC9Jx2fBB7swZtCoWz0TJsg1ooYV1pmFFmweNCTSQGVubpF.wY9mCVeN9uWIegzOog4oJNR5tdoB7A/'
SOCKET=/run/rempart/rempartd.sock
out=$HOUSE/out now=$EPOCH daemon=

result() { echo "$1 $2" | tee -a "$HOUSE/results"; }
# check NAME COMMAND…: ok when the command succeeds; otherwise what was seen is shown.
check() {
    local name=$1
    shift
    if "$@"; then
        result "ok  " "$name"
    else
        result FAIL "$name"
        tail -n 30 "$out" "$HOUSE/log" 2>/dev/null | sed 's/^/    | /'
    fi
}
# For programs that end with 1 when they refuse: anything else is another trouble.
refused() { "$@"; [ $? -eq 1 ]; }
# Keeps what the program says for seen, and for whoever reads of a failure.
heard() { "$@" > "$out" 2>&1; }
# Whether the output of the last program has this line of text in it.
seen() { grep -qF -- "$1" "$out"; }

end_case() {
    local jobs
    jobs=$(jobs -p)
    # shellcheck disable=SC2086
    [ -z "$jobs" ] || kill -KILL $jobs 2>/dev/null
}
trap end_case EXIT

# until_true COMMAND…: tries for at most 10 seconds.
until_true() {
    local i
    for ((i = 0; i < 500; i++)); do
        "$@" && return
        sleep 0.02
    done
    echo "waited in vain for: $*" >> "$out"
    return 1
}

# fresh TEXT: no store, no key, no daemon; TEXT goes into rempart.conf.
fresh() {
    rempartd_stop
    now=$EPOCH && pass 0
    rm -rf /var/lib/rempart /etc/rempart/key /run/rempart
    systemd-tmpfiles --create "$HOUSE/usr/lib/tmpfiles.d/rempart.conf" || exit 1
    chown rempart: /run/rempart # without systemd it is rempartd that makes the socket
    printf '[rempartd]\nlog = stderr\n%s\n' "$1" > /etc/rempart/rempart.conf
    : > "$HOUSE/log"
    heard rempart init || exit 1
}

rempartd_start() { # as its own user, and in the background; its log is a file
    setpriv --reuid rempart --regid rempart --clear-groups --no-new-privs \
        rempartd --test-clock "$HOUSE/clock" 2>> "$HOUSE/log" &
    daemon=$!
    until_true test -S "$SOCKET" || exit 1
}
rempartd_stop() {
    local pid=$daemon
    daemon=
    [ -z "$pid" ] || { kill "$pid" && wait "$pid"; }
}

# Overwritten in place: rempartd keeps the file open.
pass() { now=$((now + $1)) && printf '%020d\n' "$now" 1<> "$HOUSE/clock"; }

# enrol USER [OPTION…]: prints the secret.
enrol() { rempart enroll "$@" --no-confirm | tee "$HOUSE/enrolled" | sed -n 's/.*[?&]secret=\([A-Z2-7]*\).*/\1/p'; }
recovery_codes() { grep -Eo '([A-Z2-7]{4}-){5}[A-Z2-7]{4}' "$1"; }
code() { oathtool -b --totp --now "@$now" "$1"; }
# Six digits that are right at no time near now.
wrong_code() {
    local step codes=
    for step in -2 -1 0 1 2; do
        codes+=" $(oathtool -b --totp --now "@$((now + step * 30))" "$1")"
    done
    local n=0
    while [[ $codes == *$(printf '%06d' "$n")* ]]; do n=$((n + 1)); done
    printf '%06d\n' "$n"
}

# service NAME: reads a PAM service from standard input.
service() { cat > "/etc/pam.d/$1"; }
# portal_of USER…: their passwords in a file of a portal's own, the service worker, and /run/portal, which logs in there.
portal_of() {
    printf "%s:$PASSWORD_HASH\\n" "$@" > /run/passwords
    chmod 644 /run/passwords
    service worker <<PAM
auth    required pam_rempart.so mode=combined nodelay
auth    required pam_pwdfile.so use_first_pass nodelay pwdfile=/run/passwords
account required pam_rempart.so
account required pam_permit.so
PAM
    install -m 755 "$BUILD/tests/system/portal" /run/portal
}
events() { rempart events --last "${1:-50}" --json; }
