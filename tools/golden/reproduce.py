"""Runs every script of this folder in a copy of the tree, and says whether they give the numbers that the tree has.

    python tools/golden/reproduce.py [SCRIPT...]

Other processors and libraries round otherwise: numbers are the same when their difference, as a root of sums of squares, is at
most 1e-4 of the numbers themselves, and pixels when they differ by at most one step. Words must be equal. Ends with 1 if
anything differs. clip_merges.mjs is not run; it needs a download.
"""
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

TOLERANCE = 1e-4
RESOURCES = Path("engine/src/test/resources")
SCRIPTS = ("headers names clip_tokens pixels networks noise schedules samplers partway pipeline conditioning "
           "embeddings adapters adapter_families modes upscalers latent_upscale passes").split()


def number(word):
    try:
        return float(word)
    except ValueError:
        return None


def words(text):
    """-> the words that are no numbers, and the numbers, of a text."""
    found, numbers = [], []
    for word in text.split():
        value = number(word)
        if value is None:
            found.append(word)
        else:
            numbers.append(value)
    return found, np.array(numbers)


def distance(a, b):
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return np.inf
    a, b = a[np.isfinite(a)], b[np.isfinite(b)]
    return float(np.linalg.norm(a - b) / max(np.linalg.norm(a), 1e-30)) if a.size else 0.0


def difference(stored, made):
    """-> how far apart two files are, and whether that is the same to us."""
    a, b = stored.read_bytes(), made.read_bytes()
    if stored.suffix == ".gz":
        a, b = gzip.decompress(a), gzip.decompress(b)
    if a == b:
        return 0.0, True
    if stored.suffix == ".f32":
        apart = distance(np.frombuffer(a, "<f4").astype(float), np.frombuffer(b, "<f4").astype(float))
        return apart, apart <= TOLERANCE
    if stored.suffix in (".rgb", ".gray"):
        if len(a) != len(b):
            return np.inf, False
        apart = int(np.abs(np.frombuffer(a, np.uint8).astype(int) - np.frombuffer(b, np.uint8)).max())
        return apart, apart <= 1
    if stored.name.startswith("tokens") or stored.suffix != ".tsv":
        return np.inf, False
    lines = a.decode().splitlines(), b.decode().splitlines()
    if len(lines[0]) != len(lines[1]):
        return np.inf, False
    apart = 0.0
    for x, y in zip(*lines):
        (its, numbers), (others, more) = words(x), words(y)
        apart = max(apart, distance(numbers, more) if its == others else np.inf)
    return apart, apart <= TOLERANCE


def files(folder):
    return {path.relative_to(folder): path for path in sorted((folder / RESOURCES).rglob("*")) if path.is_file()}


def main():
    tree, wrong = Path.cwd(), 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(tree / "tools/golden", copy / "tools/golden")
        shutil.copytree(tree / "engine/src/main/resources", copy / "engine/src/main/resources")
        for script in sys.argv[1:] or SCRIPTS:
            shutil.rmtree(copy / RESOURCES, ignore_errors=True)
            shutil.copytree(tree / RESOURCES, copy / RESOURCES)
            for path in files(copy).values():
                os.utime(path, (0, 0))
            begun = time.monotonic()
            run = subprocess.run([sys.executable, f"tools/golden/{script}.py"], cwd=copy, stdout=subprocess.DEVNULL)
            made = {name: path for name, path in files(copy).items() if path.stat().st_mtime > 0}
            stored = files(tree)
            apart = {name: difference(stored[name], path) if name in stored else (np.inf, False) for name, path in made.items()}
            different = sorted(str(name) for name, (_, same) in apart.items() if not same)
            exact = sum(value == 0 for value, _ in apart.values())
            said = f"{len(made)} files, {exact} equal in every bit, the others within {max((v for v, s in apart.values() if s), default=0):.1g}"
            if run.returncode or not made or different:
                wrong += 1
                said = f"ended with {run.returncode}" if run.returncode else "wrote nothing" if not made else "differs in " + ", ".join(different)
            print(f"{script:14} {said} ({time.monotonic() - begun:.0f} s)", flush=True)
    print("Every script gives the tree's numbers." if not wrong else f"{wrong} scripts do not give the tree's numbers.")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
