#!/bin/bash
# systemd's own judgement of the units, and whether rempartd does only what they allow.
set -u
. tests/system/lib.sh

. tests/system/sandbox.sh

check "systemd-analyze verify says nothing" verified rempartd
check "systemd-analyze security: exposure at most 1.0" exposed_at_most 1.0 rempartd.service
for job in rempart-mailbox-sweep rempart-mailbox-pull; do
    check "$job: systemd-analyze verify says nothing" verified "$job" timer
    check "$job: systemd-analyze security: exposure at most 1.0" exposed_at_most 1.0 "$job.service"
done

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

# execve and arch_prctl come before the filter or with every program.
check "it calls nothing that the units forbid" calls_nothing_forbidden rempartd.service "$HOUSE/trace"
called "$HOUSE/trace" > "$HOUSE/called"
check "and the trace saw it work" grep -qx fdatasync "$HOUSE/called"
check "it opens Unix sockets only" refused grep -q 'socket(AF_[^UL]' "$HOUSE/trace"
check "it makes no memory executable" no_executable_memory "$HOUSE/trace"
grep -o 'openat([^)]*O_\(WRONLY\|RDWR\)[^)]*' "$HOUSE/trace" | grep -v '"/var/lib/rempart/\|"/dev/null"' > "$out"
check "it writes nowhere but in its state folder" test ! -s "$out"

# The sweep has rempartd's user, and no more rights.
rempartd_stop
heard rempart mailbox set anna anna@example.org
check "a traced sweep" heard strace -f -qq -o "$HOUSE/trace" -u rempart rempart mailbox sweep
check "judges who has an address" seen "0 mailboxes looked up, 1 judged"
check "it calls nothing that its unit forbids" calls_nothing_forbidden rempart-mailbox-sweep.service "$HOUSE/trace"
check "it opens Unix sockets only" refused grep -q 'socket(AF_[^UL]' "$HOUSE/trace"
grep -o 'openat([^)]*O_\(WRONLY\|RDWR\)[^)]*' "$HOUSE/trace" | grep -v '"/var/lib/rempart/\|"/dev/null"' > "$out"
check "it writes nowhere but in the state folder" test ! -s "$out"
