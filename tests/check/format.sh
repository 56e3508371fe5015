#!/usr/bin/env bash
# Every C file stands as clang-format writes it (make format).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
while read -r file; do
	if clang-format --dry-run -Werror "$file" 2>/dev/null; then
		passed=$((passed + 1))
	else
		echo "not ok: $file is not formatted"
		failed=$((failed + 1))
	fi
done < <(git ls-files '*.c' '*.h')
echo "$passed passed, $failed failed"
[ $failed = 0 ]
