#!/usr/bin/env bash
# cppcheck over the programs (left out: what it cannot parse, and what clang's analyzer sees more exactly); what it already knows of an unchanged file is kept in build/cppcheck.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
mkdir -p build/cppcheck
mapfile -t files < <(git ls-files 'lib/*.c' 'relay/*.c' 'worker/*.c' 'thumbnail/*.c' 'cgi-bin/*.c')
[ ${#files[@]} -gt 0 ] || { echo "no C files"; exit 1; }
findings=$(cppcheck --quiet -j "$(nproc)" --enable=warning,performance,portability --std=c11 --inline-suppr --cppcheck-build-dir=build/cppcheck \
	--suppress=internalAstError --suppress=invalidPointerCast --suppress=uninitStructMember --suppress=funcArgOrderDifferent \
	--suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches --template='{file}:{line}: {severity}: {message} [{id}]' \
	-D_GNU_SOURCE '-DDESKBELL_VERSION="0"' "${files[@]}" 2>&1)
count=$(grep -c . <<<"$findings")
printf '%s\n' "$findings"
echo "$((${#files[@]})) passed, $count failed"
[ "$count" = 0 ]
