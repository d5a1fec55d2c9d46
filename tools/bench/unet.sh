#!/usr/bin/env bash
# Prints one row: UNet calls of Stable Diffusion 1.5's size at 512×512, beside PyTorch's on the same file, taking turns.
#   tools/bench/unet.sh [CALLS]
# HUAFANG_PYTHON is the peer's Python (torch, diffusers, safetensors, transformers); any Python 3 writes the checkpoint, 2.1 GB
# under var/, which is removed again. Needs 12 GB of memory, and the engine built (deploy/build engine).
set -eu
cd "$(dirname "$0")/../.."
source deploy/java.bash
python=${HUAFANG_PYTHON:-python3}
if ! command -v "$python" > /dev/null; then
    echo "UNet call at 512×512: not measured, $python is not there to write a checkpoint of that size"
    exit 0
fi
folder=${HUAFANG_VAR:-$PWD/var}/bench
mkdir -p "$folder"
trap 'rm -r "$folder"' EXIT
trap 'exit 1' HUP INT TERM
"$python" tools/bench/random_sd15.py "$folder/sd15.safetensors"
java -Xmx512m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp engine/target/engine-*[0-9].jar huafang.engine.bench.UNetBench "$folder/sd15.safetensors" "${1:-5}" \
    "$python" tools/bench/unet_peer.py
