#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Installs the packages of ci/packages.txt that are missing: as root, through
# sudo, or else by printing the command and failing.  Nothing is fetched when
# all are there.  ACRE_SETUP=skip leaves the machine alone, for systems where
# the tools come from elsewhere.
set -eu
cd "$(dirname "$0")"
[ "${ACRE_SETUP:-}" = skip ] && exit 0
wanted=$(sed 's/#.*//' packages.txt)
if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "setup: no dpkg here; provide the tools of ci/packages.txt and set ACRE_SETUP=skip" >&2
  exit 1
fi
# A virtual package, such as a real one renamed, counts through its provider.
have=" $(dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' 2>/dev/null \
  | sed -n 's/^installed //p' | sed 's/([^)]*)//g' | tr ',\n' '  ') "
missing=
for package in $wanted; do
  case $have in *" $package "*) ;; *) missing="$missing $package" ;; esac
done
[ -z "$missing" ] && exit 0
install="apt-get install -y --no-install-recommends$missing"
echo "setup: missing:$missing"
if [ "$(id -u)" -eq 0 ]; then
  as=
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
  as=sudo
else
  echo "setup: run this as root, then again what you wanted: apt-get update && $install" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$as apt-get update -qq
# shellcheck disable=SC2086 # the command is a list of words
$as $install
