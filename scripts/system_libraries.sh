#!/bin/sh
# See to the system libraries that WeasyPrint needs for the PDF: system_libraries.sh PYTHON
#
# On Debian or Ubuntu as root they are installed when they are missing; elsewhere the one command to
# run is named. Never fails: without them HTML and JSON are written and the PDF is left out.
set -u
python="$1"
debian_packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

works() { "$python" -c "import weasyprint" >/dev/null 2>&1; }

works && exit 0

if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        echo "Installing the libraries that the PDF needs: $debian_packages ..."
        apt-get update -qq >/dev/null 2>&1
        # shellcheck disable=SC2086  # three words, three packages
        DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends $debian_packages >/dev/null 2>&1
        works && exit 0
    fi
    command="sudo apt-get install $debian_packages"
elif command -v brew >/dev/null 2>&1; then
    command="brew install pango"
elif command -v dnf >/dev/null 2>&1; then
    command="sudo dnf install pango"
elif command -v apk >/dev/null 2>&1; then
    command="sudo apk add pango"
elif command -v pacman >/dev/null 2>&1; then
    command="sudo pacman -S pango"
else
    command="(see 'System libraries for the PDF' in README.md)"
fi
echo "The PDF cannot be made here yet: a system library is missing. HTML and JSON will be written."
echo "For the PDF run this once, then the same command again:"
echo "    $command"
