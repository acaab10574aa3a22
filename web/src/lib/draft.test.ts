import { beforeEach, expect, test } from "vitest";
import { forgetDrafts, readDraft, writeDraft } from "./draft";

beforeEach(() => localStorage.clear());

test("each conversation keeps its own draft", () => {
  writeDraft("cnv_1", "Hello Pablo");
  writeDraft("cnv_2", "Hola Marta");
  expect(readDraft("cnv_1")).toBe("Hello Pablo");
  expect(readDraft("cnv_2")).toBe("Hola Marta");
});

test("an emptied draft leaves nothing behind", () => {
  writeDraft("cnv_1", "Hello");
  writeDraft("cnv_1", "  ");
  expect(readDraft("cnv_1")).toBe("");
  expect(localStorage).toHaveLength(0);
});

test("signing out forgets drafts and keeps the rest", () => {
  localStorage.setItem("waypost.theme", "dark");
  writeDraft("cnv_1", "Hello");
  forgetDrafts();
  expect(readDraft("cnv_1")).toBe("");
  expect(localStorage.getItem("waypost.theme")).toBe("dark");
});
