import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { chord, writes } from "./shortcuts";

let pressed: KeyboardEvent[] = [];
const listen = (event: KeyboardEvent) => pressed.push(event);
const on = (platform: string) => vi.spyOn(navigator, "platform", "get").mockReturnValue(platform);

beforeEach(() => {
  pressed = [];
  document.body.innerHTML = "<textarea></textarea><button></button>";
  window.addEventListener("keydown", listen);
});
afterEach(() => {
  window.removeEventListener("keydown", listen);
  vi.restoreAllMocks();
});

function press(where: "textarea" | "button", init: KeyboardEventInit): KeyboardEvent {
  document.querySelector(where)?.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, altKey: true, ...init }));
  return pressed.at(-1) as KeyboardEvent;
}

test("on a Mac, Option in a text field writes", () => {
  on("MacIntel");
  expect(writes(press("textarea", { key: "Dead", code: "KeyE" }))).toBe(true);
  expect(writes(press("textarea", { key: "o", code: "KeyO" }))).toBe(true);
});

test("outside of text fields, the chord is ours on a Mac too", () => {
  on("MacIntel");
  const event = press("button", { key: "Dead", code: "KeyE" });
  expect(writes(event)).toBe(false);
  expect(chord(event)).toBe("alt+e");
});

test("elsewhere, Alt is ours unless the layout makes an accent or another letter of it", () => {
  on("Linux x86_64");
  expect(writes(press("textarea", { key: "e", code: "KeyE" }))).toBe(false);
  expect(writes(press("textarea", { key: "Dead", code: "KeyE" }))).toBe(true);
  expect(writes(press("textarea", { key: "ø", code: "KeyO" }))).toBe(true);
});

test("with Ctrl or Command nothing is written", () => {
  on("MacIntel");
  expect(writes(press("textarea", { key: "k", code: "KeyK", altKey: false, metaKey: true }))).toBe(false);
  expect(writes(press("textarea", { key: "˚", code: "KeyK", metaKey: true }))).toBe(false);
});
