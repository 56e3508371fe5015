#!/usr/bin/env bash
# Who may include whom, and who may call whom: what each archive needs, only those that it may use define.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=build/strict
passed=0 failed=0
good() { passed=$((passed + 1)); }
bad() {
	echo "not ok: $*"
	failed=$((failed + 1))
}

# folder: the folders it may use, beside itself. A contract may use what api/* may; realtime renders for all contracts.
contracts=$(find lib/api -mindepth 1 -maxdepth 1 -type d ! -name access ! -name realtime -printf 'lib/api/%f ' 2>/dev/null)
declare -A may=(
	[lib/core]=""
	[lib/json]="lib/core"
	[lib/db]="lib/core"
	[lib/bus]="lib/core"
	[lib/auth]="lib/core"
	[lib/file]="lib/core"
	[lib/domain]="lib/db lib/bus lib/auth lib/file lib/core"
	[lib/http]="lib/json lib/file lib/db lib/bus lib/auth lib/core"
	[lib/api/access]="lib/http lib/domain lib/json lib/auth lib/bus lib/core"
	[lib/api/realtime]="$contracts lib/api/access lib/http lib/domain lib/json lib/auth lib/bus lib/core"
	[relay]="lib/core"
	[thumbnail]="lib/file lib/core"
	[worker]="$contracts lib/api/realtime lib/api/access lib/http lib/domain lib/json lib/auth lib/file lib/db lib/bus lib/core"
	[cgi-bin]="$contracts lib/api/realtime lib/api/access lib/http lib/domain lib/file lib/core"
)
for c in $contracts; do may[$c]="lib/api/access lib/http lib/domain lib/json lib/auth lib/file lib/bus lib/core"; done

# Outside libraries: header pattern -> folders.
declare -A library=(
	['(mysql/)?mysql(d_error)?\.h|mariadb/|errmsg\.h']="lib/db"
	['hiredis/']="lib/bus relay"
	['(json-c/)?json(_object|_tokener|_util)?\.h']="lib/json"
	['jwt\.h']="lib/auth"
	['fcgi(app|_stdio|os)?\.h|fastcgi\.h']="lib/http"
	['ev\.h|wslay/']="relay"
	['curl/']="worker lib/file"
	['magic\.h']="lib/file"
	['gd\.h']="thumbnail"
)

for dir in "${!may[@]}"; do
	allowed=" $dir ${may[$dir]} "
	for file in "$dir"/*.c "$dir"/*.h; do
		[ -e "$file" ] || continue
		while IFS=: read -r line include; do
			target=$(realpath -m --relative-to=. "$dir/$include")
			case $allowed in
			*" $(dirname "$target") "*) good ;;
			*) bad "$file:$line includes $target: $dir may use only: ${may[$dir]:-nothing}" ;;
			esac
		done < <(grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$file" | sed -E 's/^([0-9]+):[^"]*"([^"]*)".*/\1:\2/')
		for header in "${!library[@]}"; do
			grep -qE "^[[:space:]]*#[[:space:]]*include[[:space:]]*<($header)" "$file" || continue
			case " ${library[$header]} " in
			*" $dir "*) good ;;
			*) bad "$file includes <$header>: only ${library[$header]} may" ;;
			esac
		done
	done
done

# SQL text stands where the database is: domain, db, and the worker's migrations.
# shellcheck disable=SC2016 # a backtick, not a command
if sql=$(grep -nE '"[[:space:]]*(SELECT [A-Za-z0-9_*(`]|INSERT (IGNORE )?INTO |UPDATE [a-z_`]+ SET|DELETE FROM |REPLACE INTO )' -r lib/core lib/json lib/bus lib/auth lib/file lib/http lib/api relay cgi-bin --include='*.c' --include='*.h'); then
	bad "SQL outside lib/domain, lib/db and worker: $sql"
else
	good
fi

# The forbidden call fails as well as the forbidden include: no archive may need a name that only a folder it may not use defines.
archive() { echo "$build/lib$(tr / _ <<<"${1#lib/}").a"; }
names() { nm "$@" 2>/dev/null | awk '/:$/ || NF < 2 { next } { print $NF }' | sort -u; }
for dir in "${!may[@]}"; do
	[[ $dir == lib/* && -e $(archive "$dir") ]] || continue
	needs=$(comm -23 <(names -u "$(archive "$dir")") <(names --defined-only -g "$(archive "$dir")"))
	for other in "${!may[@]}"; do
		[[ $other == lib/* && -e $(archive "$other") && " $dir ${may[$dir]} " != *" $other "* ]] || continue
		calls=$(comm -12 <(echo "$needs") <(names --defined-only -g "$(archive "$other")") | xargs)
		if [ -n "$calls" ]; then
			bad "$dir may not use $other but calls $calls"
		else
			good
		fi
	done
done

echo "$passed passed, $failed failed"
[ $failed = 0 ]
