#!/bin/bash
# systemd's own judgement of the units, and whether rempartd does only what they allow.
set -u
. tests/system/lib.sh

units=$HOUSE/usr/lib/systemd/system
verify() { heard systemd-analyze verify --man=no "$units/rempartd.service" "$units/rempartd.socket" && [ ! -s "$out" ]; }
check "systemd-analyze verify says nothing" verify
heard systemd-analyze security --offline=true "$units/rempartd.service"
score=$(sed -n 's/.*Overall exposure level for rempartd.service: \([0-9.]*\).*/\1/p' "$out")
check "systemd-analyze security: exposure ${score:-unknown}, at most 1.0" \
    awk -v score="$score" 'BEGIN { exit !(score != "" && score + 0 <= 1) }'

# What the service does, from before it listens until it has ended.
fresh "[policy]
exempt_groups = staff"
secret=$(enrol anna)
service owner <<PAM
auth     required pam_rempart.so nodelay
auth     required pam_permit.so
PAM
strace -f -qq -o "$HOUSE/trace" -u rempart rempartd --test-clock "$HOUSE/clock" 2>> "$HOUSE/log" &
tracer=$!
until_true test -S "$SOCKET" || exit 1
log_in() { echo "$1" | heard pamtester owner anna authenticate; }
check "a traced rempartd lets somebody in" log_in "$(code "$secret")"
check "and refuses the code again" refused log_in "$(code "$secret")"
pkill -TERM -x rempartd
wait "$tracer"

group() { # prints the system calls of a group, those of the groups in it too
    local word
    while read -r word; do
        case $word in
        @*) group "$word" ;;
        *) echo "$word" ;;
        esac
    done < <(systemd-analyze --no-pager syscall-filter "$1" | sed -n 's/^ \+\([-@a-z0-9_]\+\)$/\1/p')
}
mapfile -t filters < <(sed -n 's/^SystemCallFilter=//p' "$units/rempartd.service" | tr ' ' '\n')
allowed=$HOUSE/allowed
: > "$allowed"
without=
for word in "${filters[@]}"; do
    case $word in
    ~*) without=yes word=${word#\~} ;;
    esac
    if [ -z "$without" ]; then
        group "$word" | sort -u >> "$allowed"
    else
        group "$word" | sort -u | comm -23 <(sort -u "$allowed") - > "$allowed.new"
        mv "$allowed.new" "$allowed"
    fi
done
# execve and arch_prctl come before the filter or with every program.
sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' "$HOUSE/trace" | sort -u > "$HOUSE/called"
comm -23 "$HOUSE/called" <(sort -u "$allowed") > "$out"
check "it calls nothing that the units forbid" test ! -s "$out"
check "and the trace saw it work" grep -qx fdatasync "$HOUSE/called"
check "it opens Unix sockets only" refused grep -q 'socket(AF_[^UL]' "$HOUSE/trace"
check "it makes no memory executable" refused grep -q 'mprotect(.*PROT_EXEC\|PROT_WRITE|PROT_EXEC' "$HOUSE/trace"
grep -o 'openat([^)]*O_\(WRONLY\|RDWR\)[^)]*' "$HOUSE/trace" | grep -v '"/var/lib/rempart/\|"/dev/null"' > "$out"
check "it writes nowhere but in its state folder" test ! -s "$out"
