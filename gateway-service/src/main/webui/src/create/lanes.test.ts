import { expect, it } from "vitest";
import { lanes } from "./lanes";

it("lets the next one in when one leaves, and forgets those who stopped waiting", () => {
    const enter = lanes(1);
    const inside: string[] = [];
    const leaveFirst = enter(() => inside.push("first"));
    const stopWaiting = enter(() => inside.push("impatient"));
    const leaveThird = enter(() => inside.push("third"));
    expect(inside).toEqual(["first"]);

    stopWaiting();
    leaveFirst();
    expect(inside).toEqual(["first", "third"]);

    leaveThird();
    enter(() => inside.push("fourth"));
    expect(inside).toEqual(["first", "third", "fourth"]);
});
