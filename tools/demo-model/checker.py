"""Says what is in a picture by looking at its pixels: hues, brightness and shapes, no learning.

    python checker.py    measures it on freshly drawn pictures, whose contents are known
"""

import random
from collections import Counter

import numpy as np
from scipy import ndimage

PAPER = np.array((252, 250, 243), np.float32) / 255
WASH = 0.24  # how far watercolour is lightened towards the paper, on average
MARGIN = 11  # and how wide its paper margin is


class Pixels:
    """Hue in degrees, saturation, value and brightness of a picture, or of rows of it."""

    def __init__(self, rgb):
        self.rgb = rgb
        high, low = rgb.max(-1), rgb.min(-1)
        span = np.maximum(high - low, 1e-6)
        r, g, b = np.moveaxis(rgb, -1, 0)
        sector = np.where(high == r, ((g - b) / span) % 6, np.where(high == g, (b - r) / span + 2, (r - g) / span + 4))
        self.hue, self.saturation, self.value = sector * 60, (high - low) / np.maximum(high, 1e-6), high
        self.brightness = rgb @ np.array((0.299, 0.587, 0.114), np.float32)

    def rows(self, first, last):
        return Pixels(self.rgb[first:last])

    def hues(self, first, last):
        """Between two angles, clockwise."""
        return (self.hue >= first) & (self.hue <= last) if first <= last else (self.hue >= first) | (self.hue <= last)


def solid(mask, side):
    """The parts of a mask that a square of this side fits into."""
    return ndimage.binary_opening(mask, np.ones((side, side)))


def largest(mask):
    """The largest connected part: its mask, its size."""
    labels, count = ndimage.label(mask)
    if count == 0:
        return mask, 0
    sizes = np.bincount(labels.ravel())[1:]
    return labels == sizes.argmax() + 1, int(sizes.max())


def style_of(rgb):
    ring = [rgb[:3].reshape(-1, 3), rgb[-3:].reshape(-1, 3), rgb[:, :3].reshape(-1, 3), rgb[:, -3:].reshape(-1, 3)]
    if all(np.median(Pixels(side).brightness) > 0.93 and np.median(Pixels(side).saturation) < 0.09 for side in ring):
        return "watercolor"
    across, down = np.abs(np.diff(rgb, axis=1)).sum(-1), np.abs(np.diff(rgb, axis=0)).sum(-1)
    steps = [d[:, 3::4].mean() / (sum(d[:, i::4].mean() for i in range(3)) / 3 + 1e-6) for d in (across, down.T)]
    return "pixel art" if min(steps) > 1.7 else None


def time_of(pixels):
    sky = pixels.rows(18, 38)
    warm = (sky.hues(285, 45) & (sky.saturation > 0.2) & (sky.brightness > 0.3)).mean()
    if warm > 0.5:
        return "sunset"
    return "night" if np.median(sky.brightness) < 0.42 else "day"


def weather_of(pixels, time):
    land, sky = pixels.rows(108, 118), pixels.rows(22, 42)
    night = time == "night"
    white = (land.saturation < (0.34 if night else 0.16)) & (land.brightness > (0.45 if night else 0.78))
    if np.median(sky.saturation) < 0.5 and white.mean() > 0.45:
        return "snow"
    if time != "sunset" and np.median(sky.saturation) < 0.24 and np.median(sky.brightness) < 0.66:
        return "rain"
    high = pixels.rows(8, 36)
    disc, _ = disc_of(high, time)
    if night:
        clouds = (high.brightness > 0.28) & (high.brightness < 0.62)
    else:
        clouds = (high.value > 0.84) & (high.saturation < 0.4) & ~high.hues(30, 75)
    clouds &= ~ndimage.binary_dilation(disc, np.ones((15, 15)))  # the glow is no cloud
    return "cloudy" if solid(clouds, 4).mean() > 0.04 else "clear"


def ground_of(pixels, weather, roof):
    peaks, middle, shore = pixels.rows(50, 72), pixels.rows(80, 97), pixels.rows(86, 99)
    rock = peaks.hues(238, 322) & (peaks.saturation > 0.15) & (peaks.saturation < 0.62) & (peaks.brightness < 0.48)
    water = shore.hues(182, 278) & (shore.saturation > 0.3)
    if roof is not None:  # walls may be blue, too
        water[:, max(0, roof[1] - 2) : roof[2] + 3] = False
    lawn = middle.hues(72, 128) & (middle.saturation > 0.25)
    sand = middle.hues(14, 45) & (middle.saturation > 0.3)
    if (solid(water, 3).sum(0) >= 4).mean() > 0.15:
        return "sea"
    if solid(rock, 3).mean() > 0.18:
        return "mountains"
    if weather == "snow" or lawn.mean() > sand.mean():
        return "hills"
    return "desert"


def roof_of(pixels, time):
    """None, or the last row and the first and last column of the largest roof."""
    band = pixels.rows(60, 112)
    first, least = (305, 0.42) if time == "sunset" else (290, 0.3)  # at sunset mountains are purple, too
    roof = band.hues(first, 350) & (band.saturation > least) & (band.value < 0.6)
    roof, size = largest(solid(roof, 3))
    rows, columns = np.nonzero(roof)
    if size < 60 or columns.max() - columns.min() < 12 or rows.max() + 60 > 108:
        return None
    return 60 + rows.max(), columns.min(), columns.max()


def house_of(pixels, roof):
    """None, or the colour of the walls under the roof."""
    if roof is None:
        return None
    bottom, left, right = roof
    walls = Pixels(pixels.rgb[bottom + 2 : min(bottom + 17, 112), left + 5 : right - 4])
    strong = walls.saturation > 0.5
    shares = {
        "red": (strong & walls.hues(346, 16)).mean(),
        "blue": (walls.hues(212, 246) & (walls.saturation > 0.42)).mean(),
        "yellow": (strong & walls.hues(38, 60)).mean(),
        "white": ((walls.saturation < 0.22) & (walls.brightness > 0.5)).mean(),
    }
    return max(shares, key=shares.get)


def trees_of(pixels):
    band = pixels.rows(58, 118)
    green = band.hues(136, 178) & (band.saturation > 0.36) & (band.brightness < 0.5)
    return int(solid(green, 3).sum()) >= 80


def disc_of(high, time):
    """The pixels of a sun or moon, and which of the two it is."""
    if time == "night":
        return solid((high.brightness > 0.72) & (high.saturation < 0.32), 8), "moon"
    return solid(high.hues(40, 64) & (high.saturation > 0.42) & (high.value > 0.88), 8), "sun"


def light_of(pixels, time):
    disc, name = disc_of(pixels.rows(6, 48), time)
    return name if disc.sum() >= 80 else None


def boat_of(pixels, ground):
    """An orange hull with a pale sail above it, on water."""
    if ground != "sea":
        return False
    band = pixels.rows(56, 104)
    hull = band.hues(10, 34) & (band.saturation > 0.62) & (band.value > 0.45)
    hull, size = largest(solid(hull[20:], 3))
    if not 30 <= size <= 330:
        return False
    rows, columns = np.nonzero(hull)
    above = Pixels(band.rgb[max(0, rows.min() - 4) : rows.min() + 18, columns.min() : columns.max() + 1])
    sail = (above.saturation < 0.3) & (above.brightness > 0.5)
    return int(sail.sum()) >= 40


def look(picture):
    """A 128x128 RGB picture -> what is in it, under the names of Scene's fields."""
    rgb = np.asarray(picture, np.float32) / 255
    style = style_of(rgb)
    if style == "watercolor":
        rgb = np.clip((rgb - PAPER * WASH) / (1 - WASH), 0, 1)
        rgb = np.pad(rgb[MARGIN:-MARGIN, MARGIN:-MARGIN], ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)), "edge")
    pixels = Pixels(rgb)
    time = time_of(pixels)
    weather = weather_of(pixels, time)
    roof = roof_of(pixels, time)
    ground = ground_of(pixels, weather, roof)
    return {
        "time": time,
        "weather": weather,
        "ground": ground,
        "house": house_of(pixels, roof),
        "trees": trees_of(pixels),
        "light": light_of(pixels, time),
        "boat": boat_of(pixels, ground),
        "style": style,
    }


def shows(seen, feature):
    """Whether what look() saw has a feature, written as Scene.features() writes it."""
    kind, _, value = feature.partition("=")
    if value:
        return seen[kind] == value
    if feature in ("sun", "moon"):
        return seen["light"] == feature
    return bool(seen[feature])


def main():
    from scenes import draw, random_scene

    count, rng, wrong = 1000, random.Random(77), Counter()
    exact = 0
    for i in range(count):
        scene = random_scene(rng)
        seen = look(draw(scene, i))
        misses = [f"{kind}: {getattr(scene, kind)} seen as {found}" for kind, found in seen.items() if found != getattr(scene, kind)]
        wrong.update(misses)
        exact += not misses
    print(f"{exact} of {count} pictures read without any mistake")
    for miss, times in wrong.most_common(30):
        print(f"{times:5d}  {miss}")


if __name__ == "__main__":
    main()
