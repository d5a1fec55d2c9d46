"""A peer of the UNet benchmark: stable-diffusion.cpp, one step without guidance, which is one call.

    python3 tools/bench/sd_cpp_peer.py EXECUTABLE CHECKPOINT FOLDER

says "ready", and answers every line on standard input with the seconds that it says its sampling took. It loads the
checkpoint for each anew, which is not counted.
"""

import re
import subprocess
import sys
from pathlib import Path

TOOK = re.compile(r"sampling completed, taking ([0-9.]+)s")


def main(executable, checkpoint, folder):
    picture = Path(folder, "sd.png")
    command = [executable, "-m", checkpoint, "-p", "a house", "--steps", "1", "--cfg-scale", "1", "-W", "512", "-H", "512",
               "--sampling-method", "euler", "-o", str(picture)]
    print("ready", flush=True)
    for _ in sys.stdin:
        said = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        picture.unlink(missing_ok=True)
        took = TOOK.findall(said.stdout)
        if not took:
            sys.exit(f"stable-diffusion.cpp did not say how long it took:\n{said.stdout[-2000:]}")
        print(sum(map(float, took)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
