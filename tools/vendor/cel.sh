#!/usr/bin/env bash
# Writes anedb/export/ask/vendor/cel.js anew. Needs node and npm; nothing of it is needed to make or read the site.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent @bufbuild/cel@0.6.1 @bufbuild/cel-spec@0.6.1 @bufbuild/protobuf@2.17.0 @bufbuild/re2@0.6.1 esbuild@latest
echo 'export { celEnv, parse, plan } from "@bufbuild/cel";' >entry.mjs
npx esbuild entry.mjs --bundle --minify --format=iife --global-name=anedbCel --target=es2022 --outfile=cel.js
{ sed -n '1,/\*\//p' "$here/anedb/export/ask/vendor/cel.js"; sed 's/^"use strict";//' cel.js; } >new.js
mv new.js "$here/anedb/export/ask/vendor/cel.js"
