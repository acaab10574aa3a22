import { expect, test } from "vitest";
import { type Attachment, attach, attachedTo, contentOf, kindOf, sizeLimits } from "./attachments";

const attachment = (kind: Attachment["kind"]) =>
  ({
    kind,
    file: new File([], "leaf.bin"),
    media: { id: "med_1", mime_type: "", size: 1, filename: null },
  }) as unknown as Attachment;

test("what WhatsApp doesn't show itself travels as a document", () => {
  expect(kindOf("image/jpeg")).toBe("image");
  expect(kindOf("image/webp")).toBe("document");
  expect(kindOf("audio/ogg; codecs=opus")).toBe("audio");
  expect(kindOf("")).toBe("document");
});

test("a document keeps its name, an audio has no caption", () => {
  expect(contentOf(attachment("document"), "See")).toEqual({
    type: "document",
    document: { id: "med_1", caption: "See", filename: "leaf.bin" },
  });
  expect(contentOf(attachment("audio"), "See")).toEqual({ type: "audio", audio: { id: "med_1" } });
});

test("each conversation keeps its own files", () => {
  const file = new File([], "leaf.png", { type: "image/png" });
  Object.defineProperty(file, "size", { value: sizeLimits.image + 1 });
  attach("cnv_1", [file]);
  expect(attachedTo("cnv_1").map((item) => item.file.name)).toEqual(["leaf.png"]);
  expect(attachedTo("cnv_2")).toEqual([]);
});
