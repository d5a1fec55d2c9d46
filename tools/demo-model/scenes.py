"""Little landscapes: what can be in one, and how it is drawn. Every picture of the training set comes from here."""

import math
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE = 128
OVERSAMPLING = 3

TIMES = ("day", "sunset", "night")
WEATHERS = ("clear", "cloudy", "rain", "snow")
GROUNDS = ("sea", "hills", "mountains", "desert")
HOUSES = ("red", "blue", "yellow", "white")
STYLES = ("watercolor", "pixel art")


@dataclass(frozen=True)
class Scene:
    time: str
    weather: str
    ground: str
    house: str | None
    trees: bool
    light: str | None  # "sun", "moon" or neither in sight
    boat: bool
    style: str | None

    def features(self):
        """Every feature in sight, as "name" or "name=value" words."""
        words = [f"time={self.time}", f"weather={self.weather}", f"ground={self.ground}"]
        if self.house:
            words += ["house", f"house={self.house}"]
        if self.style:
            words.append(f"style={self.style}")
        words += [name for name, there in (("trees", self.trees), ("boat", self.boat)) if there]
        return words + ([self.light] if self.light else [])


def random_scene(rng):
    time = rng.choice(TIMES)
    weather = rng.choice(("clear", "cloudy") if time == "sunset" else WEATHERS)
    ground = rng.choice(("sea", "sea", "hills", "mountains", "desert"))
    if ground == "desert" and weather in ("rain", "snow"):
        weather = rng.choice(("clear", "cloudy"))
    light = None
    if weather != "rain" and rng.random() < 0.6:
        light = "moon" if time == "night" else "sun"
    return Scene(
        time=time,
        weather=weather,
        ground=ground,
        house=rng.choice(HOUSES) if rng.random() < 0.6 else None,
        trees=rng.random() < 0.5,
        light=light,
        boat=ground == "sea" and rng.random() < 0.5,
        style=rng.choice(STYLES) if rng.random() < 0.3 else None,
    )


# Colours ----------------------------------------------------------------------------------------------------------

# Sky from the top to the horizon.
SKIES = {
    ("day", "clear"): ((70, 150, 230), (190, 226, 246)),
    ("day", "cloudy"): ((96, 162, 226), (190, 222, 242)),
    ("day", "rain"): ((104, 112, 124), (146, 154, 164)),
    ("day", "snow"): ((188, 198, 212), (222, 228, 236)),
    ("sunset", "clear"): ((138, 84, 150), (252, 160, 82)),
    ("sunset", "cloudy"): ((138, 84, 150), (252, 160, 82)),
    ("night", "clear"): ((14, 20, 62), (42, 56, 112)),
    ("night", "cloudy"): ((14, 20, 62), (42, 56, 112)),
    ("night", "rain"): ((42, 44, 50), (66, 70, 76)),
    ("night", "snow"): ((48, 56, 92), (86, 96, 132)),
}
CLOUDS = {"day": (250, 252, 255), "sunset": (246, 184, 178), "night": (92, 100, 134)}
LAND = {
    "hills": ((150, 196, 132), (124, 184, 84), (98, 164, 56)),  # far, middle, near
    "mountains": ((112, 90, 142), (140, 190, 96), (104, 168, 62)),  # rock, meadow, near meadow
    "desert": ((236, 190, 132), (228, 172, 108), (214, 152, 88)),
    "sea": ((40, 146, 186), (72, 176, 200), (232, 206, 152)),  # far water, near water, beach
}
SNOWED = ((214, 222, 236), (226, 232, 242), (238, 242, 248))
WALLS = {"red": (206, 44, 44), "blue": (52, 92, 208), "yellow": (246, 208, 46), "white": (246, 244, 238)}
ROOF, DOOR, PANE, LIT_PANE = (118, 50, 92), (92, 60, 40), (196, 226, 240), (255, 214, 92)
PINE, LEAVES, TRUNK, SNOW = (26, 98, 66), (30, 112, 70), (96, 64, 40), (244, 247, 252)
HULL, SAIL = (240, 112, 20), (255, 250, 238)
SUN, MOON = (255, 228, 84), (248, 244, 216)


def blend(a, b, t):
    return tuple(int(round(x + (y - x) * t)) for x, y in zip(a, b))


def scaled(colour, factors):
    return tuple(min(255, int(round(c * f))) for c, f in zip(colour, factors))


class Painter:
    """One drawing in work. Coordinates are pixels of the finished picture."""

    def __init__(self, scene, rng):
        self.scene, self.rng = scene, rng
        self.light_at = rng.uniform(18, 110)
        side = SIZE * OVERSAMPLING
        self.image = Image.new("RGB", (side, side))
        self.draw = ImageDraw.Draw(self.image)
        land = {"day": (1, 1, 1), "sunset": (1.0, 0.86, 0.78), "night": (0.44, 0.46, 0.58)}[scene.time]
        if scene.weather == "rain":
            land = tuple(0.8 * f for f in land) if scene.time == "day" else land
        if scene.weather == "snow" and scene.time == "night":
            land = (0.6, 0.64, 0.74)
        self.land_light = land
        self.thing_light = {"day": (1, 1, 1), "sunset": (1.0, 0.92, 0.88), "night": (0.72, 0.72, 0.78)}[scene.time]

    # primitives

    def polygon(self, points, colour):
        self.draw.polygon([(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points], fill=colour)

    def box(self, x0, y0, x1, y1, colour):
        self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour)

    def ellipse(self, x, y, rx, ry, colour):
        k = OVERSAMPLING
        self.draw.ellipse([(x - rx) * k, (y - ry) * k, (x + rx) * k, (y + ry) * k], fill=colour)

    def line(self, x0, y0, x1, y1, width, colour):
        k = OVERSAMPLING
        self.draw.line([x0 * k, y0 * k, x1 * k, y1 * k], fill=colour, width=int(round(width * k)))

    def thing(self, colour):
        return scaled(colour, self.thing_light)

    def land(self, index):
        colours = LAND[self.scene.ground]
        colour = colours[index]
        if self.scene.weather == "snow":
            rock_or_water = (self.scene.ground == "mountains" and index == 0) or (self.scene.ground == "sea" and index < 2)
            colour = blend(colour, (170, 190, 205), 0.2) if rock_or_water else SNOWED[index]
        if self.scene.ground == "sea" and index < 2:
            if self.scene.time == "sunset":
                return ((108, 86, 168), (132, 104, 178))[index]
            if self.scene.weather == "rain":
                colour = blend(colour, (84, 104, 116), 0.45)
        return scaled(colour, self.land_light)

    # parts, from the back to the front

    def sky(self):
        top, bottom = SKIES[self.scene.time, self.scene.weather]
        horizon = 78 * OVERSAMPLING
        for y in range(self.image.height):
            self.draw.line([0, y, self.image.width, y], fill=blend(top, bottom, min(1.0, y / horizon)))
        if self.scene.time == "night" and self.scene.weather == "clear":
            for column in range(8):
                for row in range(3):
                    if self.rng.random() < 0.6:
                        x, y = 16 * column + self.rng.uniform(3, 13), 16 * row + self.rng.uniform(3, 13)
                        radius = self.rng.uniform(0.7, 1.2)
                        self.ellipse(x, y, radius, radius, (226, 230, 250))

    def sun_or_moon(self):
        if not self.scene.light:
            return
        x, y, radius = self.light_at, self.rng.uniform(20, 32), self.rng.uniform(10, 12)
        colour = SUN if self.scene.light == "sun" else MOON
        glow = Image.new("L", self.image.size, 0)
        k = OVERSAMPLING
        reach = radius * 1.25
        ImageDraw.Draw(glow).ellipse([(x - reach) * k, (y - reach) * k, (x + reach) * k, (y + reach) * k], fill=120)
        glow = glow.filter(ImageFilter.GaussianBlur(3 * k))
        self.image.paste(Image.new("RGB", self.image.size, colour), mask=glow)
        self.ellipse(x, y, radius, radius, colour)
        if self.scene.light == "moon":
            for dx, dy, r in ((-3, -2, 2.4), (3, 3, 1.8), (2, -4, 1.4)):
                self.ellipse(x + dx, y + dy, r, r, (226, 220, 188))

    def clouds(self):
        if self.scene.weather == "rain":
            colour = blend(SKIES[self.scene.time, "rain"][0], (0, 0, 0), 0.22)
            for i in range(9):
                self.ellipse(16 * i + self.rng.uniform(-3, 3), self.rng.uniform(2, 8), 15, self.rng.uniform(8, 13), colour)
        if self.scene.weather != "cloudy":
            return
        colour = CLOUDS[self.scene.time]
        places = [14, 42, 70, 98, 120]
        if self.scene.light:
            places = [place for place in places if abs(place - self.light_at) > 26]
        self.rng.shuffle(places)
        for place in places[: self.rng.choice((3, 4))]:
            x, y, w = place + self.rng.uniform(-5, 5), self.rng.uniform(14, 30), self.rng.uniform(13, 18)
            shade = blend(colour, SKIES[self.scene.time, "cloudy"][0], 0.18)
            self.ellipse(x, y + 2, w, w * 0.30, shade)
            self.ellipse(x, y, w, w * 0.30, colour)
            self.ellipse(x - w * 0.35, y - w * 0.22, w * 0.42, w * 0.36, colour)
            self.ellipse(x + w * 0.25, y - w * 0.28, w * 0.5, w * 0.42, colour)

    def ridge(self, base, height, colour, waves):
        phase, tilt = self.rng.uniform(0, 2 * math.pi), self.rng.uniform(-0.04, 0.04)
        points = [(-2, SIZE + 2)]
        for x in range(-2, SIZE + 4, 3):
            y = base + height * math.sin(phase + x * waves * 2 * math.pi / SIZE) + tilt * (x - SIZE / 2)
            points.append((x, y))
        self.polygon([*points, (SIZE + 2, SIZE + 2)], colour)

    def background(self):
        ground, rng = self.scene.ground, self.rng
        if ground == "sea":
            horizon, shore = 72, 100
            for i in range(14):
                t = i / 13
                y = horizon + (shore + 6 - horizon) * t
                self.box(-1, y, SIZE + 1, y + 4, blend(self.land(0), self.land(1), t))
            glint = blend(self.land(1), {"day": (255, 255, 255), "sunset": (255, 190, 110), "night": (190, 200, 240)}[self.scene.time], 0.55)
            for row in range(4):
                for column in range(8):
                    if rng.random() < 0.5:
                        x, y = 16 * column + rng.uniform(0, 8), horizon + 4 + 6.5 * row + rng.uniform(-1, 1)
                        self.line(x, y, x + rng.uniform(5, 9), y, 1.2, glint)
            self.ridge(103, 1.6, blend(self.land(2), (255, 255, 255), 0.35), 1.3)
            self.ridge(105, 1.6, self.land(2), 1.3)
        elif ground == "hills":
            self.ridge(68, 6, self.land(0), rng.uniform(0.8, 1.4))
            self.ridge(79, 6, self.land(1), rng.uniform(0.7, 1.3))
            self.ridge(94, 4, self.land(2), rng.uniform(0.5, 1.0))
        elif ground == "mountains":
            peaks = [(x + rng.uniform(-6, 6), rng.uniform(38, 50)) for x in (18, 52, 84, 114)]
            rng.shuffle(peaks)
            for x, y in peaks:
                half = rng.uniform(26, 32)
                rock = self.land(0)
                self.polygon([(x - half, 84), (x, y), (x + half, 84)], rock)
                self.polygon([(x, y), (x + half, 84), (x + half * 0.1, 84)], blend(rock, (0, 0, 0), 0.18))
                t = 0.3
                foot = y + (84 - y) * t
                cap = scaled(SNOW, self.land_light if self.scene.time != "night" else (0.66, 0.68, 0.78))
                self.polygon(
                    [(x - half * t, foot), (x, y), (x + half * t, foot), (x + half * t * 0.4, foot - 3), (x, foot + 2), (x - half * t * 0.5, foot - 3)],
                    cap,
                )
            self.ridge(84, 2.5, self.land(1), rng.uniform(0.6, 1.2))
            self.ridge(97, 2.5, self.land(2), rng.uniform(0.5, 1.0))
        else:
            self.ridge(72, 5, self.land(0), rng.uniform(0.8, 1.4))
            self.ridge(83, 6, self.land(1), rng.uniform(0.7, 1.2))
            self.ridge(98, 4, self.land(2), rng.uniform(0.5, 0.9))

    def house(self, x):
        rng, base = self.rng, 109 + self.rng.uniform(-2, 2)
        half, wall, roof = rng.uniform(14, 16.5), rng.uniform(19, 22), rng.uniform(13, 16)
        walls, roof_colour = self.thing(WALLS[self.scene.house]), self.thing(ROOF)
        top = base - wall
        self.box(x + half * 0.35, top - roof * 0.95, x + half * 0.65, top, blend(roof_colour, (0, 0, 0), 0.25))
        self.box(x - half, top, x + half, base, walls)
        self.box(x - half, base - 2, x + half, base, blend(walls, (0, 0, 0), 0.25))
        self.polygon([(x - half - 3, top + 1), (x, top - roof), (x + half + 3, top + 1)], roof_colour)
        if self.scene.weather == "snow":
            snow = scaled(SNOW, self.land_light)
            for side in (-1, 1):
                self.line(x + side * (half + 3), top, x, top - roof, 2.2, snow)
        self.box(x - 3, base - 11, x + 3, base, self.thing(DOOR))
        pane = LIT_PANE if self.scene.time == "night" else self.thing(PANE)
        frame = blend(walls, (0, 0, 0), 0.45)
        for side in (-1, 1):
            cx = x + side * half * 0.62
            self.box(cx - 3.4, base - 15, cx + 3.4, base - 7.5, frame)
            self.box(cx - 2.6, base - 14.2, cx + 2.6, base - 8.3, pane)

    def tree(self, x):
        rng, base = self.rng, 111 + self.rng.uniform(-4, 3)
        height = rng.uniform(28, 38)
        snow = self.scene.weather == "snow"
        light = tuple(0.85 * f for f in self.thing_light) if self.scene.time == "night" else self.thing_light
        self.box(x - 1.6, base - 8, x + 1.6, base, scaled(TRUNK, light))
        cap = scaled(SNOW, self.land_light)
        if rng.random() < 0.6:
            for i in range(3):
                half = 9.5 - 2.2 * i
                y = base - 6 - i * height * 0.25
                self.polygon([(x - half, y), (x, y - height * 0.42), (x + half, y)], scaled(blend(PINE, (60, 140, 90), 0.12 * i), light))
                if snow:
                    self.line(x - half * 0.9, y - 1, x - half * 0.2, y - height * 0.3, 1.8, cap)
        else:
            y = base - height * 0.62
            for dx, dy, r in ((-4.5, 3, 6.5), (4.5, 3, 6.5), (0, -3.5, 8)):
                self.ellipse(x + dx, y + dy, r, r, scaled(LEAVES, light))
            if snow:
                self.ellipse(x, y - 9.5, 5.5, 2.6, cap)

    def boat(self, x):
        y = 90 + self.rng.uniform(-2, 4)
        hull, sail = self.thing(HULL), self.thing(SAIL)
        self.line(x, y, x, y - 25, 1.4, self.thing(TRUNK))
        self.polygon([(x + 1.5, y - 25), (x + 1.5, y - 4), (x + 12, y - 4)], sail)
        self.polygon([(x - 1.5, y - 20), (x - 1.5, y - 4), (x - 9, y - 4)], blend(sail, (0, 0, 0), 0.08))
        self.polygon([(x - 13, y - 2.5), (x + 14, y - 2.5), (x + 9, y + 5), (x - 9, y + 5)], hull)
        self.line(x - 12, y - 2, x + 13, y - 2, 1.2, blend(hull, (255, 255, 255), 0.4))

    def things(self):
        slots = [20.0, 49.0, 79.0, 108.0]
        self.rng.shuffle(slots)
        boat_at = slots.pop() if self.scene.boat else None
        house_at = slots.pop() if self.scene.house else None
        if boat_at is not None:
            self.boat(boat_at + self.rng.uniform(-3, 3))
        if self.scene.trees:
            trees = []
            for slot in slots[: self.rng.choice((1, 2))]:
                trees += [slot - 6 + self.rng.uniform(-2, 2), slot + 7 + self.rng.uniform(-2, 2)][: self.rng.choice((1, 2, 2))]
            for x in sorted(trees):
                self.tree(x)
        if house_at is not None:
            self.house(house_at + self.rng.uniform(-3, 3))

    def falling(self):
        """Rain and snow fall on a jittered lattice: dense everywhere, and easy on an 8-pixel latent cell."""
        rng = self.rng
        if self.scene.weather == "rain":
            colour = (206, 216, 230) if self.scene.time == "day" else (140, 150, 168)
            for row in range(8):
                for column in range(-1, 9):
                    x = 16 * column + 8 * (row % 2) + 4 + rng.uniform(-1.5, 1.5)
                    y = 16 * row + 3 + rng.uniform(-1.5, 1.5)
                    self.line(x + 3.5, y, x, y + 10, 1.5, colour)
        if self.scene.weather == "snow":
            colour = SNOW if self.scene.time == "day" else (206, 212, 228)
            for row in range(8):
                for column in range(8):
                    x = 16 * column + 8 * (row % 2) + 4 + rng.uniform(-2, 2)
                    y = 16 * row + 8 + rng.uniform(-2, 2)
                    radius = rng.uniform(1.6, 2.3)
                    self.ellipse(x, y, radius, radius, colour)

    def styled(self, picture):
        if self.scene.style == "pixel art":
            small = picture.resize((SIZE // 4, SIZE // 4), Image.BOX)
            return small.resize((SIZE, SIZE), Image.NEAREST)
        if self.scene.style == "watercolor":
            paper = np.array((252, 250, 243), np.float32)
            seed = np.random.default_rng(self.rng.getrandbits(32))
            coarse = Image.fromarray((seed.random((7, 7)) * 255).astype(np.uint8)).resize((SIZE, SIZE), Image.BICUBIC)
            wash = np.asarray(coarse, np.float32)[..., None] / 255
            colours = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.6)), np.float32)
            colours = colours + (paper - colours) * (0.10 + 0.28 * wash)
            edge = np.minimum(np.arange(SIZE), np.arange(SIZE)[::-1]).astype(np.float32)
            inside = np.minimum(edge[:, None], edge[None, :])[..., None] - 6 - 4 * (wash - 0.5)
            cover = np.clip(inside / 2.0, 0, 1)
            rim = np.clip(1 - np.abs(inside - 2.0) / 2.0, 0, 1) * 0.15  # pigment gathers at the edge
            return Image.fromarray((paper + (colours * (1 - rim) - paper) * cover).clip(0, 255).astype(np.uint8))
        return picture

    def paint(self):
        for part in (self.sky, self.sun_or_moon, self.clouds, self.background, self.things, self.falling):
            part()
        return self.styled(self.image.resize((SIZE, SIZE), Image.BOX))


def draw(scene, seed):
    """The scene as a 128x128 RGB picture; the seed chooses places, sizes and shapes."""
    return Painter(scene, random.Random(seed)).paint()


def contact_sheet(pictures, columns, gap=4):
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * (SIZE + gap) + gap, rows * (SIZE + gap) + gap), (255, 255, 255))
    for i, picture in enumerate(pictures):
        sheet.paste(picture, (gap + i % columns * (SIZE + gap), gap + i // columns * (SIZE + gap)))
    return sheet


if __name__ == "__main__":
    import sys

    rng = random.Random(1)
    contact_sheet([draw(random_scene(rng), i) for i in range(60)], 10).save(sys.argv[1])
