import { expect, it } from "vitest";
import { chosenLanguage } from "./language";

it("prefers the remembered language, then the browser's first that it speaks, then English", () => {
    expect(chosenLanguage("en", ["zh-CN"])).toBe("en");
    expect(chosenLanguage(null, ["de", "zh-TW", "en"])).toBe("zh");
    expect(chosenLanguage("tlh", ["fr"])).toBe("en");
});
