#!/usr/bin/env bash
# Every script, by shellcheck.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
while read -r file; do
	head -n 1 "$file" | grep -qE '^#!.*\b(ba)?sh\b|^# shellcheck shell=' || continue
	if shellcheck -x "$file"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done < <(git ls-files 'ops/*' 'tests/*' .ci/run | grep -vE '\.(mjs|c|h|json)$')
echo "$passed passed, $failed failed"
[ $failed = 0 ]
