"""Pictures decoded, resized and blurred by Pillow and OpenCV.

    python tools/golden/pixels.py

writes engine/src/test/resources/golden/pixels/: picture files; NAME.rgb, their pixels as AUTOMATIC1111 1.10 sees them
(turned as Exif says, on white); resized.tsv (what was asked, one a line) and its MODE-WIDTHxHEIGHT.rgb, of picture.png; mask.gray, its blurred-X-Y.gray, and
filled-X-Y.rgb, picture.png under those as AUTOMATIC1111 fills it.
"""
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

OUT = Path(__file__).resolve().parents[2] / "engine/src/test/resources/golden/pixels"
SIZES = [(96, 64), (64, 64), (40, 72), (31, 17), (60, 44), (120, 44), (60, 90)]


def picture(width=60, height=44):
    """Soft colours and hard edges."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / 5 + i) * np.cos(y / (7 - i)) for i in range(3)]
    image = Image.fromarray(np.uint8(127 + 100 * np.stack(waves, -1)))
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 5, height // 4, width // 2, height // 2), fill=(250, 20, 30))
    draw.ellipse((width // 2, height // 3, width - 4, height - 3), fill=(255, 255, 255), outline=(0, 0, 0))
    return image


def just_resize(image, width, height):
    return image.resize((width, height), Image.LANCZOS)


def scaled(image, width, height, by_width):
    """In its own shape, one side as wanted."""
    if by_width:
        return just_resize(image, width, image.height * width // image.width)
    return just_resize(image, image.width * height // image.height, height)


def middle(image, width, height):
    frame = Image.new(image.mode, (width, height))
    frame.paste(image, (width // 2 - image.width // 2, height // 2 - image.height // 2))
    return frame


def crop_and_resize(image, width, height):
    return middle(scaled(image, width, height, width / height > image.width / image.height), width, height)


def resize_and_fill(image, width, height):
    wanted, found = width / height, image.width / image.height
    small = scaled(image, width, height, wanted < found)
    frame = middle(small, width, height)
    above, beside = height // 2 - small.height // 2, width // 2 - small.width // 2
    if wanted < found and above > 0:
        for edge, to in ((0, 0), (small.height, above + small.height)):
            frame.paste(small.resize((width, above), box=(0, edge, width, edge)), (0, to))
    if wanted > found and beside > 0:
        for edge, to in ((0, 0), (small.width, beside + small.width)):
            frame.paste(small.resize((beside, height), box=(edge, 0, edge, height)), (to, 0))
    return frame


MODES = {"JUST_RESIZE": just_resize, "CROP_AND_RESIZE": crop_and_resize, "RESIZE_AND_FILL": resize_and_fill}


def on_white(image):
    image = ImageOps.exif_transpose(image)
    if "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in ("LA", "RGBA"):
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "#ffffff")
        white.paste(image, mask=image)
        image = white
    return image.convert("RGB")


def mask_of(width=60, height=44):
    image = Image.new("L", (width, height))
    draw = ImageDraw.Draw(image)
    draw.ellipse((width // 3, height // 4, width * 3 // 4, height * 3 // 4), fill=255)
    draw.rectangle((width - 8, 0, width, 5), fill=200)
    return image


def blurred(mask, across, down):
    """OpenCV's, up to two and a half deviations."""
    pixels = np.array(mask)
    if across:
        pixels = cv2.GaussianBlur(pixels, (2 * int(2.5 * across + 0.5) + 1, 1), across)
    if down:
        pixels = cv2.GaussianBlur(pixels, (1, 2 * int(2.5 * down + 0.5) + 1), down)
    return Image.fromarray(pixels)


def filled(image, mask):
    """Blurs of what is not masked, the wide ones below the narrow ones."""
    kept = Image.new("RGBa", image.size)
    kept.paste(image.convert("RGBA").convert("RGBa"), mask=ImageOps.invert(mask))
    result = Image.new("RGBA", image.size)
    for radius, times in ((256, 1), (64, 1), (16, 2), (4, 4), (2, 2), (0, 1)):
        layer = kept.filter(ImageFilter.GaussianBlur(radius)).convert("RGBA")
        for _ in range(times):
            result.alpha_composite(layer)
    return result.convert("RGB")


def store(name, image):
    (OUT / f"{name}.{'gray' if image.mode == 'L' else 'rgb'}").write_bytes(image.tobytes())


def files():
    image = picture()
    exif = Image.Exif()
    exif[271], exif[274] = "a camera", 6
    opacity = Image.fromarray(np.uint8(np.mgrid[0:44, 0:60].sum(0) * 2.4))
    clear = image.copy()
    clear.putalpha(opacity)
    few = image.quantize(40)
    yield "picture.png", image, {}
    yield "gray.png", image.convert("L"), {}
    yield "bits.png", image.convert("1"), {}
    yield "clear.png", clear, {}
    yield "clear-gray.png", clear.convert("LA"), {}
    yield "few.png", few, {}
    yield "few-clear.png", few, {"transparency": bytes(range(40, 240, 5))}
    yield "turned.png", image, {"exif": exif.tobytes()}
    yield "picture.jpg", image, {"quality": 92}
    yield "gray.jpg", image.convert("L"), {"quality": 92, "progressive": True}
    for orientation in range(1, 9):
        exif[274] = orientation
        yield f"held-{orientation}.jpg", image, {"quality": 95, "subsampling": 0, "exif": exif.tobytes()}


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for name, image, options in files():
        image.save(OUT / name, **options)
        store(name, on_white(Image.open(OUT / name)))
    lines = []
    for mode, fit in MODES.items():
        for width, height in SIZES:
            lines.append(f"{mode}\t{width}\t{height}\n")
            store(f"{mode}-{width}x{height}", fit(picture(), width, height))
    (OUT / "resized.tsv").write_text("".join(lines))
    mask = mask_of()
    store("mask", mask)
    for across, down in ((4, 4), (1, 0), (0, 9), (20, 3), (64, 64)):
        store(f"blurred-{across}-{down}", blurred(mask, across, down))
        store(f"filled-{across}-{down}", filled(picture(), blurred(mask, across, down)))
