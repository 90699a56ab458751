#!/bin/sh
# Runs each fuzzer for so many seconds from its corpus. What it finds beside stays in its build folder.
# Usage: run.sh SECONDS FUZZER…, in the source tree.
seconds=$1
shift
passed=0 failed=0
for fuzzer in "$@"; do
    name=${fuzzer##*/}
    mkdir -p "$fuzzer.found"
    if "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$fuzzer.found/" "$fuzzer.found" "tests/fuzz/corpus/$name" > "$fuzzer.log" 2>&1; then
        passed=$((passed + 1))
        echo "ok   $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$fuzzer.log") inputs"
    else
        failed=$((failed + 1))
        echo "FAIL $name"
        tail -n 40 "$fuzzer.log"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
