#!/bin/sh
# What can be said of the sources without running them. Usage: static.sh MAKE BUILD, in the source tree.
set -u
make=$1 build=$2
passed=0 failed=0
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT

# check NAME COMMAND…: passes when the command does; what it wrote is shown when it does not.
check() {
    name=$1
    shift
    if "$@" > "$out" 2>&1; then
        passed=$((passed + 1))
        echo "ok   $name"
    else
        failed=$((failed + 1))
        echo "FAIL $name"
        cat "$out"
    fi
}

sources() { find common store corpus engine fetch pam_module cli bench demo tests -name '*.[ch]' | sort; }
scripts() { find .ci demo sso tests tools -name '*.sh' -o -path .ci/run | sort; }

formatted() { sources | xargs clang-format --dry-run -Werror; }
clang_builds() { $make -s BUILD="$build/clang" CC=clang all tests; }
linted() {
    cppcheck --quiet --enable=warning,performance,portability --inline-suppr --error-exitcode=1 -I. \
        common store corpus engine fetch pam_module cli
}
tidy() {
    find common store corpus engine fetch pam_module cli -name '*.c' | sort |
        xargs -P"$(nproc)" -I{} clang-tidy --quiet {} -- -std=c11 -D_GNU_SOURCE '-DREMPART_VERSION="x"' '-DREMPART_MULTIARCH="x"' -I.
}
shell_linted() { scripts | xargs shellcheck -x -P SCRIPTDIR --severity=warning; }
# Whether the pages it refers to are installed is not what is asked here.
manuals() { command -v mandoc && ! mandoc -T lint man/* 2>/dev/null | grep -v 'STYLE: referenced manual not found'; }
catalogue() { msgfmt --check -o /dev/null po/fr.po; }

check "sources are formatted" formatted
check "clang builds programs and tests without a warning" clang_builds
check "clang-tidy finds nothing" tidy
check "cppcheck finds nothing" linted
check "scripts pass shellcheck" shell_linted
check "manual pages are well-formed mdoc" manuals
check "the translation is well-formed" catalogue
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
