#!/usr/bin/env bash
# Prints a row each: a PNG of 1024×1024; the load of a checkpoint of Stable Diffusion 1.5's size; its UNet calls at 512×512,
# beside PyTorch's and stable-diffusion.cpp's on the same file, taking turns; a whole picture in one step; and, where 20 GiB
# of memory are free, one of Stable Diffusion XL.
#   tools/bench/unet.sh [CALLS]
# HUAFANG_SD_CPP is stable-diffusion.cpp's program, HUAFANG_PYTHON PyTorch's Python (torch, diffusers, safetensors,
# transformers); any Python 3 writes the checkpoint, 2.1 GB under var/ (6.9 GB for XL), which is removed again. Needs
# 12 GB of memory, and the engine built (deploy/build engine).
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
peers=(PyTorch 1.0 "$python tools/bench/unet_peer.py")
if [ -n "${HUAFANG_SD_CPP:-}" ]; then
    peers+=(stable-diffusion.cpp 0.2 "$python tools/bench/sd_cpp_peer.py $HUAFANG_SD_CPP")
fi
options=(-Xmx512m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp engine/target/engine-*[0-9].jar)
java "${options[@]}" huafang.engine.bench.PngBench
java "${options[@]}" huafang.engine.bench.UNetBench "$folder/sd15.safetensors" "${1:-5}" "${peers[@]}"
java "${options[@]}" huafang.engine.bench.WholeBench "$folder/sd15.safetensors"
rm "$folder/sd15.safetensors"
if (($(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo) < 20 << 20)); then
    echo "One step of Stable Diffusion XL at 512×512: not measured, less than 20 GiB of memory are free"
    exit 0
fi
"$python" tools/bench/random_sd15.py "$folder/sdxl.safetensors" XL
java "${options[@]}" huafang.engine.bench.WholeBench "$folder/sdxl.safetensors"
