import { expect, test } from "vitest";
import en from "./locales/en.json";
import es from "./locales/es.json";

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, path = ""): Map<string, string> {
  const leaves = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const name = path ? `${path}.${key}` : key;
    if (typeof value === "string") leaves.set(name, value);
    else for (const [inner, words] of flat(value, name)) leaves.set(inner, words);
  }
  return leaves;
}

const holes = (words: string) => [...words.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

test("English and Spanish have the same keys", () => {
  expect([...flat(es).keys()].sort()).toEqual([...flat(en).keys()].sort());
});

test("nothing is left empty, and each translation fills the same holes", () => {
  const spanish = flat(es);
  for (const [key, words] of flat(en)) {
    expect(words, key).not.toBe("");
    expect(spanish.get(key), key).toBeTruthy();
    expect(holes(spanish.get(key) ?? ""), key).toEqual(holes(words));
  }
});
