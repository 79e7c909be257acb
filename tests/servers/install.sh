#!/bin/bash
# The programs that tests talk to: databases, a ticket system, a browser with Chinese fonts, and the library
# that sets PDF pages. Installs what is missing from Debian's packages where that is possible; else says what will be skipped.
set -euo pipefail

declare -A WANTED=(
    [chromium]=/usr/bin/chromium
    [postgresql]=/usr/lib/postgresql
    [mariadb-server]=/usr/sbin/mariadbd
    [request-tracker5]=/usr/share/request-tracker5/libexec/rt-server
    [rt5-db-sqlite]=/usr/share/doc/rt5-db-sqlite
    [fonts-noto-cjk]=/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
    [libpango-1.0-0]=/usr/share/doc/libpango-1.0-0
    [libpangoft2-1.0-0]=/usr/share/doc/libpangoft2-1.0-0
    [libharfbuzz-subset0]=/usr/share/doc/libharfbuzz-subset0
    [poppler-utils]=/usr/bin/pdftotext
)
lacking=()
for package in "${!WANTED[@]}"; do
    [ -e "${WANTED[$package]}" ] || lacking+=("$package")
done
[ ${#lacking[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    # Nothing is to be started by the installation: the tests start what they need themselves.
    blocker=$(mktemp)
    printf '#!/bin/sh\nexit 101\n' >"$blocker" && chmod +x "$blocker"
    had_policy=no
    [ -e /usr/sbin/policy-rc.d ] && had_policy=yes || cp "$blocker" /usr/sbin/policy-rc.d
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${lacking[@]}" >/dev/null
    [ "$had_policy" = yes ] || rm -f /usr/sbin/policy-rc.d
    rm -f "$blocker"
else
    echo "not installed: ${lacking[*]}; the tests that need them are skipped" >&2
fi
