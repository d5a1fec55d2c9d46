"""Captions of scenes, in English and Chinese: some of the features, in many wordings and orders."""

import random

from scenes import GROUNDS, HOUSES, TIMES

ENGLISH = {
    "time=day": ["day", "daytime", "in the daytime", "by day"],
    "time=sunset": ["sunset", "at sunset", "at dusk", "dusk", "a sunset sky"],
    "time=night": ["night", "at night", "nighttime", "in the night", "a dark night"],
    "weather=clear": ["clear sky", "clear weather", "a clear sky", "cloudless"],
    "weather=cloudy": ["cloudy", "clouds", "cloudy sky", "with clouds", "a cloudy sky"],
    "weather=rain": ["rain", "rainy", "in the rain", "raining", "rainy weather"],
    "weather=snow": ["snow", "snowy", "in the snow", "snowing", "winter"],
    "ground=sea": ["sea", "the sea", "by the sea", "ocean", "seaside", "beach"],
    "ground=hills": ["hills", "green hills", "rolling hills", "in the hills", "on a hill"],
    "ground=mountains": ["mountains", "mountain", "in the mountains", "with mountains"],
    "ground=desert": ["desert", "in the desert", "sand dunes", "a desert"],
    "house": ["house", "a house", "a cottage", "with a house", "a little house"],
    "house=": ["{} house", "a {} house", "a small {} house", "a {} cottage", "a house with {} walls"],
    "trees": ["trees", "tree", "with trees", "some trees", "pine trees", "forest"],
    "sun": ["sun", "the sun", "with the sun", "a bright sun"],
    "moon": ["moon", "the moon", "with the moon", "full moon", "a full moon"],
    "boat": ["boat", "a boat", "sailboat", "a sailing boat", "with a boat", "ship"],
    "style=watercolor": ["watercolor", "watercolor painting", "a watercolor of", "watercolour", "in watercolor"],
    "style=pixel art": ["pixel art", "pixel art style", "a pixel art picture of", "in pixel art style"],
}
CHINESE = {
    "time=day": ["白天", "日间", "大白天"],
    "time=sunset": ["日落", "黄昏", "傍晚", "夕阳西下"],
    "time=night": ["夜晚", "夜里", "晚上", "黑夜"],
    "weather=clear": ["晴天", "晴朗", "天空晴朗"],
    "weather=cloudy": ["多云", "云", "白云", "有云"],
    "weather=rain": ["下雨", "雨", "雨天", "雨中"],
    "weather=snow": ["下雪", "雪", "雪天", "雪中", "冬天"],
    "ground=sea": ["海", "大海", "海边", "海滩"],
    "ground=hills": ["山丘", "小山", "丘陵", "绿色的山丘"],
    "ground=mountains": ["高山", "大山", "群山", "山脉"],
    "ground=desert": ["沙漠", "沙丘", "沙漠里"],
    "house": ["房子", "小屋", "一座房子", "有房子"],
    "house=": ["{}房子", "{}色的房子", "一座{}房子", "{}色小屋", "{}色房子"],
    "trees": ["树", "树木", "有树", "松树", "树林"],
    "sun": ["太阳", "有太阳", "阳光"],
    "moon": ["月亮", "有月亮", "满月", "月光"],
    "boat": ["船", "小船", "帆船", "一条船", "有船"],
    "style=watercolor": ["水彩", "水彩画", "水彩风格"],
    "style=pixel art": ["像素画", "像素风格", "像素风"],
}
CHINESE_COLOURS = {"red": "红", "blue": "蓝", "yellow": "黄", "white": "白"}
OPENINGS = {
    "en": ["a painting of", "a picture of", "an illustration of", "a landscape with", "a landscape,", "masterpiece, best quality,", "a beautiful"],
    "zh": ["一幅画，", "一张图片，", "风景画，", "风景，", "漂亮的"],
}
# What a caption can name, and how often it does when it is in sight.
NAMING = {"time": 0.5, "weather": 0.5, "ground": 0.55, "house": 0.65, "trees": 0.55, "light": 0.5, "boat": 0.6, "style": 0.8}


def phrase(feature, language, rng):
    """The feature in words."""
    words = ENGLISH if language == "en" else CHINESE
    if feature.startswith("house="):
        colour = feature.removeprefix("house=")
        return rng.choice(words["house="]).format(colour if language == "en" else CHINESE_COLOURS[colour])
    return rng.choice(words[feature])


def nameable(scene):
    """The scene's features by kind; a house is named with its colour three times in four."""
    kinds = {"time": f"time={scene.time}", "weather": f"weather={scene.weather}", "ground": f"ground={scene.ground}"}
    if scene.house:
        kinds["house"] = f"house={scene.house}"
    if scene.style:
        kinds["style"] = f"style={scene.style}"
    if scene.trees:
        kinds["trees"] = "trees"
    if scene.boat:
        kinds["boat"] = "boat"
    if scene.light:
        kinds["light"] = scene.light
    return kinds


def wording(features, language, rng):
    """Features in the given order as one caption."""
    phrases = [phrase(feature, language, rng) for feature in features]
    if language == "en":
        text = rng.choice([", ", ", ", " "]).join(phrases)
        opening = rng.choice(OPENINGS["en"]) + " " if rng.random() < 0.25 else ""
        text = opening + text
        return text.capitalize() if rng.random() < 0.2 else text
    joint = rng.choice(["，", "，", "、", " ", "", ","])
    return (rng.choice(OPENINGS["zh"]) if rng.random() < 0.25 else "") + joint.join(phrases)


def english_sentence(features, rng):
    """Things first, then where, when and in what weather."""
    things = {"house": "a house", "trees": rng.choice(["trees", "some trees"]), "boat": "a boat", "sun": "the sun", "moon": "the moon"}
    where = {"sea": rng.choice(["by the sea", "at the sea"]), "hills": "in the hills", "mountains": "in the mountains", "desert": "in the desert"}
    when = {"day": "in the daytime", "sunset": "at sunset", "night": "at night"}
    sky = {"clear": "under a clear sky", "cloudy": "under a cloudy sky", "rain": "in the rain", "snow": "in the snow"}
    style = {"watercolor": "a watercolor of", "pixel art": "pixel art of"}
    head, tail, opening = [], [], ""
    for feature in features:
        kind, _, value = feature.partition("=")
        if kind == "style":
            opening = style[value] + " "
        elif kind == "house" and value:
            head.append(f"a {value} house")
        elif kind in things:
            head.append(things[kind])
        else:
            tail.append({"ground": where, "time": when, "weather": sky}[kind][value])
    return opening + " ".join([rng.choice([" and ", " with ", ", "]).join(head) or "a landscape", *tail])


def chinese_sentence(features, rng):
    """When, in what weather and where, then the things."""
    things = {"house": "房子", "trees": rng.choice(["树", "树木"]), "boat": rng.choice(["船", "小船"]), "sun": "太阳", "moon": "月亮"}
    where = {"sea": rng.choice(["海边", "大海"]), "hills": "山丘", "mountains": rng.choice(["高山", "大山"]), "desert": "沙漠"}
    when = {"day": "白天", "sunset": rng.choice(["日落", "傍晚"]), "night": rng.choice(["夜晚", "晚上"])}
    sky = {"clear": "晴天", "cloudy": "多云", "rain": "下雨", "snow": "下雪"}
    style = {"watercolor": "水彩画", "pixel art": "像素画"}
    head, tail, opening = [], [], ""
    for feature in features:
        kind, _, value = feature.partition("=")
        if kind == "style":
            opening = style[value] + rng.choice(["，", "："])
        elif kind == "house" and value:
            tail.append(CHINESE_COLOURS[value] + rng.choice(["", "色", "色的"]) + "房子")
        elif kind in things:
            tail.append(things[kind])
        else:
            head.append({"ground": where, "time": when, "weather": sky}[kind][value])
    return opening + rng.choice(["", "的", "，"]).join(head) + ("的" if head else "") + (rng.choice(["和", "、", "，"]).join(tail) or "风景")


def is_held_out(named):
    """One in five combinations of time, ground and house colour is never named together in training."""
    told = dict(feature.split("=") for feature in named if "=" in feature)
    if not {"time", "ground", "house"} <= told.keys():
        return False
    return (TIMES.index(told["time"]) + GROUNDS.index(told["ground"]) + 2 * HOUSES.index(told["house"])) % 5 == 3


def training_caption(scene, rng):
    """-> caption, features it names."""
    while True:
        text, named = caption(scene, rng)
        if not is_held_out(named):
            return text, named


def caption(scene, rng):
    """-> caption, features it names."""
    kinds = nameable(scene)
    if rng.random() < 0.2:
        named = [rng.choice(list(kinds.values()))]
    else:
        named = [feature for kind, feature in kinds.items() if rng.random() < NAMING[kind]]
    named = ["house" if f.startswith("house=") and rng.random() < 0.2 else f for f in named]
    rng.shuffle(named)
    if not named:
        return "", []
    language, form = rng.choice(("en", "zh")), rng.random()
    if len(named) > 1 and form < 0.03:
        return f"{wording(named[:1], 'zh', rng)}, {wording(named[1:], 'en', rng)}", named
    if len(named) > 1 and form < 0.35:
        return (english_sentence if language == "en" else chinese_sentence)(named, rng), named
    return wording(named, language, rng), named


if __name__ == "__main__":
    from scenes import random_scene

    rng = random.Random(3)
    for _ in range(40):
        print(caption(random_scene(rng), rng))
