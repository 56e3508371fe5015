#!/usr/bin/env bash
# The runner's own promise: a suite that runs nothing fails, and the sum stands alone on the last line.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
is() { # is WHAT GOT WANTED
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		echo "not ok: $1: got <$2>, wanted <$3>"
		failed=$((failed + 1))
	fi
}
said=$(tests/run no-such-suite 2>&1)
is "exit code of an empty suite" $? 1
is "its line" "$(grep '^no-such-suite: ' <<<"$said")" "no-such-suite: 0 passed, 1 failed"
is "the last line" "$(tail -n 1 <<<"$said")" "0 passed, 1 failed"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
