#!/usr/bin/env bash
# clang-tidy over the programs, in parallel. A file whose text, headers and settings are unchanged since it was found clean is not read again.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
cache=build/tidy
mkdir -p $cache
read -ra packages < <(pkg-config --cflags json-c libmariadb hiredis libjwt libsodium libcurl libcrypto)
flags=(-std=c11 -D_GNU_SOURCE '-DDESKBELL_VERSION="0"' "${packages[@]}")

one() { # clean, or what is found
	local file=$1 key report
	shift
	key=$(gcc "$@" -MM "$file" 2>/dev/null | tr -d '\\\n' | cut -d: -f2 | xargs -r cat .clang-tidy | sha256sum | cut -c1-32)-$(tr / _ <<<"$file")
	if [ ! -e "$cache/$key" ]; then
		if report=$(clang-tidy --quiet "$file" -- "$@" 2>/dev/null) && [ -z "$report" ]; then
			touch "$cache/$key"
		else
			printf '%s\n' "$report"
			return 1
		fi
	fi
	echo "clean: $file"
}
export -f one
export cache

mapfile -t files < <(git ls-files 'lib/*.c' 'relay/*.c' 'worker/*.c' 'thumbnail/*.c' 'cgi-bin/*.c')
[ ${#files[@]} -gt 0 ] || { echo "no C files"; exit 1; }
report=$(printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -I{} bash -c 'one "$@"' _ {} "${flags[@]}")
clean=$(grep -c '^clean: ' <<<"$report")
grep -v '^clean: ' <<<"$report"
echo "$clean passed, $((${#files[@]} - clean)) failed"
[ "$clean" = ${#files[@]} ]
