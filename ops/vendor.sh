#!/usr/bin/env bash
# htdocs/vendor/ from npm, by the lock file (npm checks every package's hash against it). Pages import from there by path:
# strict CSP allows no inline import map, so the packages' bare names become relative paths here, once, at build time.
set -euo pipefail
cd "$(dirname "$0")/.."
out=htdocs/vendor
stamp=$(cat package-lock.json ops/vendor.sh | sha256sum | cut -d' ' -f1)
[ "$(cat $out/.stamp 2>/dev/null)" = "$stamp" ] && exit 0

npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
new=$(mktemp -d htdocs/.vendor.XXXXXX)
trap 'rm -rf "$new"' EXIT
m=node_modules
nomap='s%(//|/\*)# sourceMappingURL=[A-Za-z0-9._-]+\.map( ?\*/)?$%%' # the maps are not shipped

# module NAME FILE: one ES module with its imports made relative and its source map reference dropped
module() {
	sed -E -e 's#(from|import) ?"preact"#\1"./preact.mjs"#g' -e 's#(from|import) ?"preact/hooks"#\1"./hooks.mjs"#g' \
		-e 's#(from|import) ?"htm"#\1"./htm.mjs"#g' -e 's#(from|import) ?"@preact/signals-core"#\1"./signals-core.mjs"#g' \
		-e "$nomap" "$m/$2" >"$new/$1"
	if grep -oE "(from|import) ?[\"'][^.\"'][^\"']*[\"']" "$new/$1"; then
		echo "vendor.sh: $1 imports by name what has no path here" >&2
		exit 1
	fi
}
module preact.mjs preact/dist/preact.mjs
module hooks.mjs preact/hooks/dist/hooks.mjs
module htm.mjs htm/dist/htm.mjs
module html.mjs htm/preact/index.mjs
module signals-core.mjs @preact/signals-core/dist/signals-core.mjs
module signals.mjs @preact/signals/dist/signals.mjs
module uplot.mjs uplot/dist/uPlot.esm.js
cp $m/uplot/dist/uPlot.min.css "$new/uplot.css"

mkdir "$new/swagger-ui"
for f in swagger-ui-bundle.js swagger-ui.css LICENSE; do sed -E -e "$nomap" "$m/swagger-ui-dist/$f" >"$new/swagger-ui/$f"; done
# ReDoc shows its maker's logo from another host: the pages load nothing from elsewhere, so it becomes an empty picture.
sed -E -e "$nomap" -e 's#https://cdn\.redoc\.ly/redoc/logo-mini\.svg#data:image/gif;base64,R0lGODlhAQABAAAAACw=#' \
	$m/redoc/bundles/redoc.standalone.js >"$new/redoc.js"
for p in preact htm @preact/signals @preact/signals-core uplot redoc; do
	printf '%s %s\n' "$p" "$(sed -n 's/^  "version": "\(.*\)",$/\1/p; s/^\t"version": "\(.*\)",$/\1/p' $m/$p/package.json | head -1)"
	cat $m/$p/LICENSE* 2>/dev/null || true
	echo
done >"$new/LICENSES.txt"
# A script that the edits above broke is found here and not in a browser.
for f in "$new"/*.mjs "$new"/*.js "$new"/swagger-ui/*.js; do node --check "$f"; done
echo "$stamp" >"$new/.stamp"
chmod -R a+rX "$new"
rm -rf $out
mv "$new" $out
trap - EXIT
