// @kapso/whatsapp-cloud-api: takes a base URL. It writes camelCase itself and reads answers back into it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { normalizeWebhook, verifySignature } from "@kapso/whatsapp-cloud-api/server";

import { Emulator, NUMBER, PNG, SECRET, TOKEN, VERIFY, WABA, forged, serve, text, until } from "./world.mjs";

let emulator;
let hook;
let client;
let ana;
const messages = [];
const statuses = [];

before(async () => {
  emulator = await Emulator.start();
  client = new WhatsAppClient({ accessToken: TOKEN, baseUrl: emulator.url });
  hook = await serve(async (request, response) => {
    const url = new URL(request.url, hook.url);
    if (request.method === "GET") {
      const known = url.searchParams.get("hub.verify_token") === VERIFY;
      return response.writeHead(known ? 200 : 403).end(url.searchParams.get("hub.challenge"));
    }
    const rawBody = await text(request);
    const signatureHeader = request.headers["x-hub-signature-256"];
    if (!verifySignature({ appSecret: SECRET, rawBody, signatureHeader })) return response.writeHead(401).end();
    const events = normalizeWebhook(JSON.parse(rawBody));
    messages.push(...events.messages);
    statuses.push(...events.statuses);
    return response.end();
  });
  await emulator.control("PUT", "/webhook", { url: hook.url, verify: true });
  ana = await emulator.customer("Ana Torres");
});

after(() => {
  hook?.stop();
  emulator?.stop();
});

const to = () => ({ phoneNumberId: NUMBER, to: `+${ana.waId}` });

async function shown(answer) {
  assert.equal(answer.contacts[0].waId, ana.waId);
  return ana.bubble(answer.messages[0].id);
}

test("a customer's message is normalized with who wrote it", async () => {
  const message = await until("the message", () => messages.find((found) => found.id === ana.hello));
  assert.deepEqual([message.from, message.fromUserId, message.text.body], [ana.waId, ana.userId, "hola"]);
  assert.equal(message.kapso.direction, "inbound");
});

test("a forged webhook is refused", async () => {
  assert.equal((await forged(hook.url)).status, 401);
  assert.ok(!messages.some((message) => message.id === "wamid.FORGED"));
});

test("every kind of message is taken and shown", async () => {
  const { messages: send } = client;
  const link = "https://example.test/a";
  const sent = [
    ["text", await send.sendText({ ...to(), body: "hola" })],
    ["image", await send.sendImage({ ...to(), image: { link: `${link}.png`, caption: "c" } })],
    ["video", await send.sendVideo({ ...to(), video: { link: `${link}.mp4`, caption: "c" } })],
    ["audio", await send.sendAudio({ ...to(), audio: { link: `${link}.mp3` } })],
    ["sticker", await send.sendSticker({ ...to(), sticker: { link: `${link}.webp` } })],
    ["document", await send.sendDocument({ ...to(), document: { link: `${link}.pdf`, filename: "a.pdf", caption: "c" } })],
    ["location", await send.sendLocation({ ...to(), location: { latitude: -33.45, longitude: -70.66, name: "S", address: "CL" } })],
    ["contacts", await send.sendContacts({ ...to(), contacts: [{ name: { formattedName: "Jo", firstName: "Jo" }, phones: [{ phone: "+15551234567", type: "WORK" }] }] })],
    ["interactive", await send.sendInteractiveButtons({ ...to(), bodyText: "?", footerText: "f", buttons: [{ id: "y", title: "Yes" }, { id: "n", title: "No" }] })],
    ["interactive", await send.sendInteractiveList({ ...to(), bodyText: "?", buttonText: "Open", sections: [{ title: "S", rows: [{ id: "1", title: "One" }] }] })],
    ["interactive", await send.sendInteractiveCtaUrl({ ...to(), bodyText: "?", parameters: { displayText: "Go", url: link } })],
    ["interactive", await send.sendInteractiveLocationRequest({ ...to(), bodyText: "where?", parameters: { requestMessage: "where?" } })],
    ["interactive", await send.sendInteractiveProduct({ ...to(), bodyText: "?", catalogId: "1234", productRetailerId: "sku" })],
    ["interactive", await send.sendInteractiveCatalogMessage({ ...to(), bodyText: "all", parameters: { thumbnailProductRetailerId: "sku" } })],
    ["template", await send.sendTemplate({ ...to(), template: { name: "order_update", language: { code: "en_US" }, components: [{ type: "body", parameters: [{ type: "text", text: "Ana" }, { type: "text", text: "17" }] }] } })],
  ];
  for (const [kind, answer] of sent) assert.equal((await shown(answer)).type, kind);
});

test("a carousel of pictures slides", async () => {
  const card = (index) => ({
    cardIndex: index,
    header: { type: "image", image: { link: `https://example.test/${index}.jpg` } },
    bodyText: `card ${index}`,
    action: { type: "cta_url", displayText: "View", url: `https://example.test/${index}` },
  });
  const answer = await client.messages.sendInteractiveCarousel({ ...to(), bodyText: "Choose", cards: [card(0), card(1)] });
  assert.equal((await shown(answer)).interactive.action.cards.length, 2);
});

test("reactions, read receipts and typing", async () => {
  await client.messages.sendReaction({ ...to(), reaction: { messageId: ana.hello, emoji: "😀" } });
  await until("the reaction", async () => (await ana.bubble(ana.hello)).reactions.length === 1);
  const read = await client.messages.markRead({ phoneNumberId: NUMBER, messageId: ana.hello, typingIndicator: { type: "text" } });
  assert.equal(read.success, true);
});

test("statuses carry phone and user id", async () => {
  const answer = await client.messages.sendText({ ...to(), body: "ticks?" });
  const read = await until("read", () => statuses.find((s) => s.id === answer.messages[0].id && s.status === "read"));
  assert.deepEqual([read.recipientId, read.recipientUserId], [ana.waId, ana.userId]);
});

test("a user id alone is enough", async () => {
  const answer = await client.messages.sendText({ phoneNumberId: NUMBER, recipient: ana.userId, body: "by id" });
  assert.equal((await ana.bubble(answer.messages[0].id)).text.body, "by id");
});

test("media goes up, is looked up, comes down and is deleted", async () => {
  const file = new Blob([PNG], { type: "image/png" });
  const { id } = await client.media.upload({ phoneNumberId: NUMBER, type: "image/png", file, fileName: "point.png" });
  const found = await client.media.get({ mediaId: id, phoneNumberId: NUMBER });
  assert.equal(found.mimeType, "image/png");
  const bytes = await client.media.download({ mediaId: id, phoneNumberId: NUMBER, auth: "always" });
  assert.ok(Buffer.from(bytes).equals(PNG));
  assert.equal((await client.media.delete({ mediaId: id, phoneNumberId: NUMBER })).success, true);
});

test("templates are made, listed, sent and deleted", async () => {
  const template = { name: "kapso_order", language: "en_US", category: "UTILITY" };
  const components = [{ type: "BODY", text: "Your order {{1}} is on its way.", example: { bodyText: [["17"]] } }];
  const made = await client.templates.create({ businessAccountId: WABA, ...template, components });
  assert.ok(made.id && made.status);
  await until("the review", async () => {
    const { data } = await client.templates.list({ businessAccountId: WABA, limit: 50 });
    return data.find((found) => found.name === template.name)?.status === "APPROVED";
  });
  const parameters = [{ type: "text", text: "17" }];
  const answer = await client.messages.sendTemplate({ ...to(), template: { name: template.name, language: { code: "en_US" }, components: [{ type: "body", parameters }] } });
  assert.match(JSON.stringify((await shown(answer)).rendered), /order 17/);
  assert.equal((await client.templates.delete({ businessAccountId: WABA, name: template.name })).success, true);
});

test("the number's profile, settings and registration", async () => {
  const { phoneNumbers } = client;
  const updated = await phoneNumbers.businessProfile.update({ phoneNumberId: NUMBER, about: "Plants", websites: ["https://plants.test/"] });
  assert.equal(updated.success, true);
  const { data } = await phoneNumbers.businessProfile.get({ phoneNumberId: NUMBER, fields: "about,websites,vertical" });
  assert.deepEqual([data[0].about, data[0].websites], ["Plants", ["https://plants.test/"]]);
  assert.ok(data[0].vertical);
  assert.ok(await phoneNumbers.settings.get({ phoneNumberId: NUMBER }));
  assert.equal((await phoneNumbers.register({ phoneNumberId: NUMBER, pin: "123456" })).success, true);
});

test("a form is deployed, previewed and sent", async () => {
  const label = { type: "TextInput", name: "name", label: "Name", inputType: "text" };
  const footer = { type: "Footer", label: "Send", onClickAction: { name: "complete", payload: { name: "${form.name}" } } };
  const screen = { id: "ASK", title: "Ask", terminal: true, layout: { type: "SingleColumnLayout", children: [label, footer] } };
  const deployed = await client.flows.deploy({ version: "7.2", screens: [screen] }, { wabaId: WABA, name: "kapso-form", publish: true, preview: true });
  assert.ok(deployed.flowId);
  const parameters = { flowId: deployed.flowId, flowCta: "Open", flowToken: "t", flowAction: "navigate", flowActionPayload: { screen: "ASK" } };
  assert.equal((await shown(await client.messages.sendInteractiveFlow({ ...to(), bodyText: "Fill in", parameters }))).type, "interactive");
});

test("an error is the platform's", async () => {
  const late = await emulator.control("POST", "/customers", { name: "Silent" });
  const sent = await client.messages.sendText({ phoneNumberId: NUMBER, to: late.wa_id, body: "too late" });
  const failed = await until("failed", () => statuses.find((s) => s.id === sent.messages[0].id && s.status === "failed"));
  assert.equal(failed.errors[0].code, 131047);
  const wrong = new WhatsAppClient({ accessToken: "NOT-A-TOKEN", baseUrl: emulator.url });
  await assert.rejects(wrong.messages.sendText({ ...to(), body: "x" }), (error) => error.httpStatus === 401 && error.code === 190);
});
