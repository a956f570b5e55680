#!/usr/bin/env bash
# Usage: scripts/tidy.sh [NUM_FILES]   or   scripts/tidy.sh FILE…
# Runs clang-tidy with the checks of .clang-tidy over the sources that were changed last (default: 12).
# All of them would take half an hour on two cores; a change is checked when it is new.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -gt 0 ] && [ -e "$1" ]; then
  files=("$@")
else
  # Changed and not committed yet, then by commit, the newest first; each file once, if it still exists.
  mapfile -t files < <({ git diff --name-only HEAD; git log --format= --name-only -n 200; } |
    grep -E '^src/.*\.cpp$' | awk '!seen[$0]++' | while read -r file; do
      [ ! -e "$file" ] || echo "$file"
    done | head -n "${1:-12}")
fi
# A build folder of its own, never built: clang cannot read GCC's precompiled headers.
mkdir -p build
cmake --preset tidy >build/configure-tidy.log 2>&1 || { cat build/configure-tidy.log; exit 1; }
printf '%s\n' "${files[@]}" |
  xargs -P "$(nproc)" -n 1 clang-tidy-14 -p build/tidy --quiet 2> >(grep -v 'warnings generated' >&2)
echo "tidy: ${#files[@]} files"
