# What a unit forbids, and what a trace of strace shows. Sourced by cases.
# shellcheck shell=bash disable=SC2154

units=$HOUSE/usr/lib/systemd/system

syscall_group() { # prints the system calls of a group, those of the groups in it too
    local word
    while read -r word; do
        case $word in
        @*) syscall_group "$word" ;;
        *) echo "$word" ;;
        esac
    done < <(systemd-analyze --no-pager syscall-filter "$1" | sed -n 's/^ \+\([-@a-z0-9_]\+\)$/\1/p')
}
allowed_calls() { # UNIT: a call a line, sorted
    local word without='' allowed=$HOUSE/allowed
    : > "$allowed"
    for word in $(sed -n 's/^SystemCallFilter=//p' "$units/$1"); do
        case $word in
        ~*) without=yes word=${word#\~} ;;
        esac
        if [ -z "$without" ]; then
            syscall_group "$word" >> "$allowed"
        else
            syscall_group "$word" | sort -u | comm -23 <(sort -u "$allowed") - > "$allowed.new"
            mv "$allowed.new" "$allowed"
        fi
    done
    sort -u "$allowed"
}
called() { sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' "$1" | sort -u; }
calls_nothing_forbidden() { # UNIT TRACE
    called "$2" | comm -23 - <(allowed_calls "$1") > "$out"
    [ ! -s "$out" ]
}
no_executable_memory() { ! grep -q 'mprotect(.*PROT_EXEC\|PROT_WRITE|PROT_EXEC' "$1"; }

verified() { # NAME [KIND]: the service, and what starts it
    heard systemd-analyze verify --man=no "$units/$1.service" "$units/$1.${2-socket}" && [ ! -s "$out" ]
}
exposed_at_most() { # LIMIT UNIT
    heard systemd-analyze security --offline=true "$units/$2"
    sed -n "s/.*Overall exposure level for $2: \([0-9.]*\).*/\1/p" "$out" |
        awk -v limit="$1" '$1 + 0 > limit { high = 1 } END { exit high || NR != 1 }'
}
