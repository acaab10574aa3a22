import { describe, expect, test } from "vitest";
import {
  beyondUs,
  filledComponents,
  flawOf,
  holesIn,
  type Json,
  render,
  type Slot,
  slotsOf,
  valuesIn,
} from "./parameters";

const positional: Json[] = [
  { type: "HEADER", format: "TEXT", text: "Order {{1}}", example: { header_text: ["LS-1"] } },
  { type: "BODY", text: "Hi {{1}}, order {{2}}. Bye {{1}}!", example: { body_text: [["Pablo", "LS-1042"]] } },
  { type: "FOOTER", text: "Lucky Shrub" },
  {
    type: "BUTTONS",
    buttons: [
      { type: "QUICK_REPLY", text: "Track" },
      { type: "URL", text: "Shop", url: "https://a.test/{{1}}", example: ["https://a.test/summer"] },
      { type: "COPY_CODE", text: "Copy", example: "25OFF" },
    ],
  },
];
const named: Json[] = [
  {
    type: "BODY",
    text: "{{first_name}}, your {{ plant }}",
    example: { body_text_named_params: [{ param_name: "plant", example: "fern" }] },
  },
];

describe("slots", () => {
  test("each hole is asked for once, with its example", () => {
    expect(slotsOf(positional).map(({ key, kind, example }) => [key, kind, example])).toEqual([
      ["header.1", "text", "LS-1"],
      ["body.1", "text", "Pablo"],
      ["body.2", "text", "LS-1042"],
      ["button.1", "url", "summer"],
      ["button.2", "code", "25OFF"],
    ]);
  });

  test("named holes keep their names", () => {
    expect(slotsOf(named).map(({ key, example }) => [key, example])).toEqual([
      ["body.first_name", ""],
      ["body.plant", "fern"],
    ]);
    expect(holesIn("{{a}} {{ b }} {{a}}")).toEqual(["a", "b"]);
  });

  test("a media header is one file", () => {
    expect(slotsOf([{ type: "HEADER", format: "IMAGE" }])).toMatchObject([{ key: "header.media", kind: "image" }]);
  });

  test("a template without holes asks for nothing", () => {
    expect(slotsOf([{ type: "BODY", text: "Hello" }])).toEqual([]);
    expect(filledComponents([], {})).toEqual([]);
  });
});

describe("what goes out", () => {
  const values = { "header.1": "LS-7", "body.1": "Ana", "body.2": "LS-7", "button.1": "spring", "button.2": "10OFF" };

  test("has the Cloud API's shape", () => {
    expect(filledComponents(slotsOf(positional), values)).toEqual([
      { type: "header", parameters: [{ type: "text", text: "LS-7" }] },
      {
        type: "body",
        parameters: [
          { type: "text", text: "Ana" },
          { type: "text", text: "LS-7" },
        ],
      },
      { type: "button", sub_type: "url", index: "1", parameters: [{ type: "text", text: "spring" }] },
      {
        type: "button",
        sub_type: "copy_code",
        index: "2",
        parameters: [{ type: "coupon_code", coupon_code: "10OFF" }],
      },
    ]);
  });

  test("positional parameters go by number, not by where they stand", () => {
    const slots = slotsOf([{ type: "BODY", text: "{{2}} before {{1}}" }]);
    expect(filledComponents(slots, { "body.1": "one", "body.2": "two" })[0]?.parameters).toEqual([
      { type: "text", text: "one" },
      { type: "text", text: "two" },
    ]);
  });

  test("named parameters carry their name", () => {
    expect(filledComponents(slotsOf(named), { "body.first_name": "Ana", "body.plant": "fern" })[0]?.parameters).toEqual(
      [
        { type: "text", parameter_name: "first_name", text: "Ana" },
        { type: "text", parameter_name: "plant", text: "fern" },
      ],
    );
  });

  test("can be read back from the sent message", () => {
    expect(valuesIn(filledComponents(slotsOf(positional), values))).toEqual(values);
  });
});

describe("preview", () => {
  test("shows what is filled, and the holes that are not", () => {
    expect(render(positional, { "body.1": "Ana" })).toEqual({
      header: { kind: "text", text: "Order {{1}}" },
      body: "Hi Ana, order {{2}}. Bye Ana!",
      footer: "Lucky Shrub",
      buttons: [
        { kind: "quick_reply", text: "Track" },
        { kind: "url", text: "Shop" },
        { kind: "copy_code", text: "Copy" },
      ],
    });
  });
});

describe("flaws", () => {
  const slot = { kind: "text" } as Slot;
  test.each([
    ["", "missing"],
    ["   ", "missing"],
    ["a\nb", "newLine"],
    ["a\tb", "newLine"],
    ["a     b", "spaces"],
    ["a    b", null],
  ] as const)("%j is %s", (value, flaw) => {
    expect(flawOf(slot, value)).toBe(flaw);
  });

  test("a carousel and a map header can't be filled in here", () => {
    expect(beyondUs([{ type: "CAROUSEL", cards: [] }])).toBe("carousel");
    expect(beyondUs([{ type: "HEADER", format: "LOCATION" }])).toBe("location");
    expect(beyondUs(positional)).toBeNull();
  });
});
