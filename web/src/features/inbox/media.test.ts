import { expect, test } from "vitest";
import { elsewhere, mediaUrl } from "./media";

test("only a file of another place is linked to", () => {
  expect(elsewhere("https://cdn.example.com/a.png")?.host).toBe("cdn.example.com");
  expect(elsewhere(mediaUrl("med_1"))).toBeNull();
  expect(elsewhere(`${location.origin}/a.png`)).toBeNull();
  expect(elsewhere("javascript:alert(1)")).toBeNull();
  expect(elsewhere(null)).toBeNull();
});
