#!/usr/bin/env bash
# What must not stand in the tree: unfinished business, HTML from strings in pages, inline scripts, paths of one machine.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
# none WHY PATTERN PATH …
none() {
	local why=$1 pattern=$2 found
	shift 2
	found=$(git grep -nIE "$pattern" -- "$@" ':!tests/check/words.sh' ':!*package-lock.json' | head -10)
	if [ -n "$found" ]; then
		printf 'not ok: %s\n%s\n' "$why" "$found"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
}
none 'unfinished by its own words' '\b(TODO|FIXME|XXX|HACK)\b|[Nn]ot implemented' '*.c' '*.h' '*.js' '*.mjs' '*.css' '*.html' '*.sql' '*.sh' Makefile '*.md' '*.conf'
none 'HTML from strings in a page' '\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|\beval\(|new Function\(' htdocs
none 'an inline script or handler: the CSP forbids it' '<script[^>]*>[^<]|<script(>| (type|async|defer)[^>]*>)[[:space:]]*$| on(click|load|change|input|submit|error)="|javascript:' 'htdocs/*.html'
none 'something from another host in a page' '(src|href)="(https?:)?//|@import|url\((https?:)?//|from "https?:' 'htdocs/*.html' 'htdocs/*.css' 'htdocs/*.js' 'htdocs/*.mjs'
none 'a path of one machine' '(^|[^A-Za-z0-9_./-])/(home|root|Users|work)/[a-z]' .
none 'a secret in the tree' '(BEGIN [A-Z ]*PRIVATE KEY|password *= *"[^"]{6,}")' '*.c' '*.h' '*.js' '*.mjs' '*.sh' '*.conf' '*.service' ':!tests'
none 'a fixed sleep in a test' '\bsleep [1-9]|setTimeout\([^,]*, *[0-9]{3,}\)\)' 'tests/*.mjs' 'tests/*.sh' ':!tests/soak' ':!tests/bench'
# git grep above leaves the lock files out: look at these on their own.
for lock in package-lock.json tests/package-lock.json; do
	if grep -q '"resolved"' "$lock"; then
		echo "not ok: $lock names hosts"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
