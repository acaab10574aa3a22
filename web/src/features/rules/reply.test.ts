import { expect, test } from "vitest";
import { formOf, replyOf, replyWords } from "./reply";

const buttons = {
  type: "interactive",
  interactive: {
    type: "button",
    body: { text: "How can we help?" },
    action: { buttons: [{ type: "reply", reply: { id: "order", title: "Where is my order?" } }] },
  },
};

test("a reply the form knows comes back unchanged", () => {
  const form = formOf(buttons);
  expect(form && replyOf(form)).toEqual(buttons);
});

test("a new button gets an id from its title", () => {
  const reply = replyOf({ body: "Hi", buttons: [{ id: "", title: "Atención al cliente" }] });
  expect(reply).toMatchObject({ interactive: { action: { buttons: [{ reply: { id: "atencion_al_cliente" } }] } } });
});

test("without buttons it is a text", () => {
  expect(replyOf({ body: " Hi ", buttons: [] })).toEqual({ type: "text", text: { body: "Hi" } });
});

test("header and footer survive an edit", () => {
  const reply = {
    ...buttons,
    interactive: { ...buttons.interactive, header: { type: "text", text: "Hi" }, footer: { text: "x" } },
  };
  const form = formOf(reply);
  expect(form && replyOf(form)).toEqual(reply);
});

test("a reply with more than the form holds is left alone", () => {
  expect(formOf({ type: "interactive", interactive: { type: "list" } })).toBeNull();
  expect(formOf({ type: "image", image: { id: "1" } })).toBeNull();
});

test("every reply has words for the list", () => {
  expect(replyWords(buttons)).toBe("How can we help?");
  expect(replyWords({ type: "image", image: { id: "1" } })).toBe("image");
});
