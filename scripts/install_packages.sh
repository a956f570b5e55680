#!/usr/bin/env bash
# Usage: scripts/install_packages.sh SECTION…
# Installs what packaging/debian-packages.txt lists under the sections and is not there yet. Without
# root or apt it says exactly what is missing and exits 1.
set -euo pipefail
list="$(dirname "$0")/../packaging/debian-packages.txt"

wanted=()
for section in "$@"; do
  while read -r package; do wanted+=("$package"); done < <(
    awk -v section="[$section]" '/^#/ || !NF {next} /^\[/ {on = ($1 == section); next} on' "$list")
done

is_installed() {
  case "$1" in
    # Another Node (a newer one, say) brings its own npm.
    nodejs) command -v node >/dev/null && return ;;
    npm) command -v npm >/dev/null && return ;;
  esac
  # A library may be there for another architecture only; packages for all have none.
  local architecture
  [[ "$1" == *:* ]] && architecture=${1#*:} || architecture=$(dpkg --print-architecture)
  dpkg-query -W -f='${Architecture} ${db:Status-Status}\n' "${1%:*}:*" "$1" 2>/dev/null |
    grep -qxE "(all|$architecture) installed"
}

missing=()
for package in "${wanted[@]}"; do is_installed "$package" || missing+=("$package"); done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo); else as_root=(false); fi
fi
if ! command -v apt-get >/dev/null || [ "${as_root[*]:-}" = false ]; then
  echo "These packages are missing, and only root can install them:" >&2
  echo "  ${missing[*]}" >&2
  echo "On Debian 12:  sudo apt-get install ${missing[*]}" >&2
  exit 1
fi

echo "Installing ${#missing[@]} packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
if [[ "${missing[*]}" == *:arm64* ]]; then "${as_root[@]}" dpkg --add-architecture arm64; fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
