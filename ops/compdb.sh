#!/usr/bin/env bash
# compile_commands.json for editors and analyzers: what make would run, said as JSON.
set -euo pipefail
cd "$(dirname "$0")/.."
make --no-print-directory -Bn VARIANT=debug archives programs | sed -n 's/\\/\\\\/g; s/"/\\"/g; s#^\(.* -c -o [^ ]* \([^ ]*\.c\)\)$#{"directory":"'"$PWD"'","file":"\2","command":"\1"},#p' |
	sed -e '1s/^/[/' -e '$s/,$/]/'
