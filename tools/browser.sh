#!/bin/sh
# The browser tests need Chromium and a Chinese font. Debian and Ubuntu: installed here; elsewhere: say what is missing.
set -e
if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "Browser tests need Chromium (or Chrome) on the PATH and a Chinese font such as Noto Sans CJK." >&2
    exit 1
fi
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
