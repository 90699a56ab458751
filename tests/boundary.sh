#!/bin/sh
# The house stays as docs/ARCHITECTURE.md draws it. The folders, what each may include and the prefix of its
# names are read from the table there. A rule prints what breaks it, and nothing where all is well; each is
# first shown something bad, because a rule that cannot fail proves nothing.
# Usage: boundary.sh BUILD CC [SAN], in the source tree. With SAN (a build with sanitizers) programs are not
# looked at: they need the sanitizers' libraries, and nobody ships them.
set -u
build=$1 cc=$2 san=${3-}
top=$(pwd)
bad=$(mktemp -d) || exit 1
trap 'rm -rf "$bad"' EXIT
passed=0 failed=0

# "FOLDER MAY-INCLUDE… PREFIX" of each row of the table.
rows() {
    awk -F'|' '$2 ~ /^ [a-z_]+\/ $/ {
        gsub(/[ \/]/, "", $2); gsub(/,/, " ", $4); gsub(/`/, "", $5)
        sub(/itself/, "", $4)
        print $2, $2, $4, $5
    }' "$top/docs/ARCHITECTURE.md" | tr -s ' '
}
folders() { rows | cut -d' ' -f1; }
# Builds are not sources: generated files have no length to keep to.
sources() { find "$@" -path './build*' -prune -o -name '*.[ch]' -print | sort; }

# FILE:LINE FOLDER of every include in double quotes.
includes_of() {
    sources "$1" | xargs awk -F'"' '/^[ \t]*#[ \t]*include[ \t]*"/ {
        path = $2; sub(/\/.*/, "", path); print FILENAME ":" FNR, path }'
}
rule_includes() {
    rows | while read -r folder may; do
        [ ! -d "$folder" ] || includes_of "$folder" | while read -r where to; do
            case " $may " in
            *" $to "*) ;;
            *) echo "$where: $folder/ must not include from $to/" ;;
            esac
        done
    done
}
rule_no_cycles() {
    for folder in $(folders); do
        [ ! -d "$folder" ] || includes_of "$folder" | awk -v from="$folder" '$2 != from { print from, $2 }'
    done | { tsort > /dev/null; } 2>&1
}
# Sources outside the table's folders are tests and the like, which nothing of the house may need.
rule_every_folder_in_the_table() {
    for folder in */; do
        case " $(folders | tr '\n' ' ') bench demo tests " in
        *" ${folder%/} "*) ;;
        *) sources "./$folder" ;;
        esac
    done
}
rule_short_files() {
    sources . | xargs wc -l | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines" }'
}
rule_short_functions() {
    sources . | xargs awk '/^[{]/ { start = FNR }
        /^[}]/ { if (start && FNR - start >= 60) print FILENAME ":" start ": " FNR - start + 1 " lines"; start = 0 }'
}
rule_nothing_put_off() {
    find . -path './build*' -prune -o -type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.mk' -o -name '*.awk' \
        -o -name '*.md' -o -name Makefile \) -exec grep -HnE '(^|[^A-Za-z])(TO''DO|FIX''ME)([^A-Za-z]|$)' {} +
}
# The global names of a folder's objects. BUILD/obj has them.
rule_prefixes() {
    rows | while read -r folder may; do
        nm -g --defined-only "$1/obj/$folder"/*.o 2> /dev/null |
            awk -v prefix="${may##* }" -v folder="$folder" 'NF == 3 && $3 != "main" && index($3, prefix) != 1 &&
                $3 !~ /^pam_sm_/ { print folder "/: " $3 " does not begin with " prefix }'
    done
}

# What pam_rempart.so brings into somebody else's process, and what it shows there; and who has a network.
needed() { readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }
rule_needed() { needed "$1" | grep -vE "^($2|libc|ld-linux[a-z0-9-]*)\.so\."; }
rule_no_network() { needed "$1" | grep -E '^lib(curl|ssl|nghttp2)'; }
rule_exports() {
    for phase in acct_mgmt authenticate chauthtok close_session open_session setcred; do
        echo "pam_sm_$phase"
    done > "$bad/exports"
    nm -D --defined-only "$1" | awk '{ print $3 }' | sort | diff "$bad/exports" -
}
rule_hardened() {
    readelf -hW "$1" | grep -q 'Type: *DYN' || echo "$1: at a fixed address (no PIE)"
    readelf -lW "$1" | grep -q GNU_RELRO || echo "$1: no RELRO"
    readelf -lW "$1" | awk '$1 == "GNU_STACK" && $7 ~ /E/' | sed "s|^|$1: the stack may be run:|"
    readelf -dW "$1" | grep -qE 'BIND_NOW|FLAGS.*NOW' || echo "$1: binds lazily"
    readelf -dW "$1" | grep -E 'RPATH|RUNPATH|TEXTREL' | sed "s|^|$1:|"
    nm -D "$1" | grep -q '__stack_chk_fail' || echo "$1: no stack protector"
    nm -D "$1" | grep -v __stack_chk | grep -q '_chk' || echo "$1: nothing is fortified"
}

# Runs a rule where all must be well.
holds() {
    name=$1
    shift
    found=$("$@")
    if [ -z "$found" ]; then
        passed=$((passed + 1))
        echo "ok   $name"
    else
        failed=$((failed + 1))
        printf 'FAIL %s\n%s\n' "$name" "$found"
    fi
}
# Runs a rule in the folder of bad samples, where it must find exactly these words.
finds() {
    words=$1
    shift
    found=$(cd "$bad" && "$@")
    case $found in
    *"$words"*) passed=$((passed + 1)) && echo "ok   finds: $words" ;;
    *) failed=$((failed + 1)) && printf 'FAIL does not find: %s\n%s\n' "$words" "$found" ;;
    esac
}
sample() {
    rm -rf "${bad:?}"/*
    mkdir -p "$bad/$(dirname "$1")"
    cat > "$bad/$1"
}
# A program or module that is built badly in one way.
built() {
    printf '#include <stdio.h>\n#include <math.h>\n%s\n' "$1" > "$bad/sample.c"
    shift
    $cc -O2 -fPIC -D_FORTIFY_SOURCE=2 -fstack-protector-all -o "$bad/sample" "$bad/sample.c" "$@"
}

echo '#include "store/store.h"' | sample common/a.c
finds "common/a.c:1: common/ must not include from store/" rule_includes
echo ' # include "engine/x.h"' | sample pam_module/a.h
finds "pam_module/ must not include from engine/" rule_includes
echo '#include "../cli/x.h"' | sample engine/a.c
finds "engine/ must not include from ../" rule_includes
echo '#include "store/x.h"' | sample common/a.c
mkdir "$bad/store" && echo '#include "common/x.h"' > "$bad/store/b.c"
finds "loop" rule_no_cycles
echo 'int x;' | sample attic/a.c
finds "attic/a.c" rule_every_folder_in_the_table
seq 401 | sed 's|^|// |' | sample common/a.c
finds "a.c: 401 lines" rule_short_files
{ echo 'int f(void)' && echo '{' && seq 59 | sed 's|^|// |' && echo '}'; } | sample common/a.c
finds "a.c:2: 61 lines" rule_short_functions
echo '/* TO''DO: later */' | sample common/a.c
finds "a.c:1:" rule_nothing_put_off

holds "folders include what the table says" rule_includes
holds "no folders include one another" rule_no_cycles
holds "every folder with sources is in the table" rule_every_folder_in_the_table
holds "no file is longer than 400 lines" rule_short_files
holds "no function is longer than 60 lines" rule_short_functions
holds "nothing is put off" rule_nothing_put_off

if [ -z "$san" ]; then
    main='int main(int argc, char **argv) { char b[9]; snprintf(b, argc + 5u, "%s", argv[0]); return puts(b); }'
    sample obj/common/a.c < /dev/null
    echo 'int st_x; int rp_x; static int y; int *f(void); int *f(void) { return &y; }' | $cc -x c -c -o "$bad/obj/common/a.o" -
    finds "common/: st_x does not begin with rp_" rule_prefixes .
    finds "common/: f does not begin with rp_" rule_prefixes .
    built 'int pam_sm_x(void) { return (int)sin(1); }' -shared -Wl,--no-as-needed -lm
    finds "libm.so" rule_needed sample 'libpam|libmd'
    finds "> pam_sm_x" rule_exports sample
    finds "< pam_sm_setcred" rule_exports sample
    built "$main" -Wl,--no-as-needed -lcurl
    finds "libcurl.so" rule_no_network sample
    built "$main" -no-pie
    finds "no PIE" rule_hardened sample
    built "$main" -pie -Wl,-z,norelro
    finds "no RELRO" rule_hardened sample
    built "$main" -pie -Wl,-z,lazy
    finds "binds lazily" rule_hardened sample
    built "$main" -pie -Wl,-z,execstack
    finds "the stack may be run" rule_hardened sample
    built "$main" -pie -Wl,-rpath,/tmp
    finds "/tmp" rule_hardened sample
    built "$main" -pie -fno-stack-protector
    finds "no stack protector" rule_hardened sample
    built "$main" -pie -U_FORTIFY_SOURCE
    finds "nothing is fortified" rule_hardened sample

    holds "every global name has its folder's prefix" rule_prefixes "$build"
    holds "pam_rempart.so needs libpam, libmd and libc only" rule_needed "$build/pam_rempart.so" 'libpam|libmd'
    holds "rempart-fetch needs libcurl, libjansson, libz, libinih and libc only" rule_needed "$build/rempart-fetch" 'libcurl|libjansson|libz|libinih'
    for program in rempartd rempart; do
        holds "$program needs no library of a network" rule_no_network "$build/$program"
    done
    holds "pam_rempart.so exports the six functions of PAM only" rule_exports "$build/pam_rempart.so"
    for program in pam_rempart.so rempartd rempart-fetch rempart; do
        holds "$program is hardened" rule_hardened "$build/$program"
    done
else
    echo "skipped: programs with sanitizers are not what is shipped"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
