#!/usr/bin/env bash
# No function over 80 lines, no file over 700; says the median and the 90th percentile of the functions' lengths.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
mapfile -t files < <(git ls-files --cached --others --exclude-standard -- 'lib/*.c' 'lib/*.h' 'relay/*.[ch]' 'worker/*.[ch]' 'thumbnail/*.c' 'cgi-bin/*.[ch]' 'tests/*.[ch]' \
	'htdocs/*.js' 'htdocs/*.mjs' 'htdocs/*.css' 'ops/*' 'tests/*.mjs' 'tests/*.sh' tests/run | grep -v '^htdocs/vendor/')
for file in "${files[@]}"; do
	[ -e "$file" ] || continue
	lines=$(wc -l <"$file")
	most=700
	# One module, as gzip finds more alike in one and the widget's weight has a limit (htdocs/widget/README.md).
	[ "$file" != htdocs/widget/widget.mjs ] || most=1200
	if [ "$lines" -gt $most ]; then
		echo "not ok: $file has $lines lines"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
done
functions=$(printf '%s\n' "${files[@]}" | grep '\.c$' | xargs -r ctags -x --c-kinds=f --fields=+ne --_xformat='%{end} %n %F %N' 2>/dev/null |
	awk '$1 > 0 { print $1 - $2 + 1, $3 ":" $2, $4 }' | sort -n)
n=$(grep -c . <<<"$functions")
at() { sed -n "$(((n * $1 + 99) / 100))p" <<<"$functions" | cut -d' ' -f1; }
echo "$n functions in C: median $(at 50) lines, p90 $(at 90), longest $(tail -n 1 <<<"$functions")"
while read -r lines where name; do
	if [ "${lines:-0}" -gt 80 ]; then
		echo "not ok: $where $name has $lines lines"
		failed=$((failed + 1))
	elif [ -n "$name" ]; then
		passed=$((passed + 1))
	fi
done <<<"$functions"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
