// whatsapp-api-js: its host is fixed, but the `fetch` that it calls is given to it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { WhatsAppAPI } from "whatsapp-api-js/middleware/node-http";
import * as m from "whatsapp-api-js/messages";

import { Emulator, NUMBER, PNG, SECRET, TOKEN, VERIFY, forged, serve, until } from "./world.mjs";

let emulator;
let hook;
let api;
let ana;
const got = [];
const statuses = [];
const calls = [];

before(async () => {
  emulator = await Emulator.start();
  const redirected = (url, init) => fetch(String(url).replace("https://graph.facebook.com", emulator.url), init);
  api = new WhatsAppAPI({ token: TOKEN, appSecret: SECRET, webhookVerifyToken: VERIFY, v: "v24.0", ponyfill: { fetch: redirected } });
  api.on.message = (event) => void got.push(event);
  api.on.status = (event) => void statuses.push(event);
  api.on.call.connect = (event) => void calls.push(event);
  hook = await serve(async (request, response) => {
    if (request.method === "GET") {
      try {
        response.end(api.handle_get(request));
      } catch (status) {
        response.writeHead(status).end();
      }
      return;
    }
    response.writeHead(await api.handle_post(request)).end();
  });
  await emulator.control("PUT", "/webhook", { url: hook.url, verify: true, fields: ["messages", "calls"] });
  ana = await emulator.customer("Ana Torres");
});

after(() => {
  hook?.stop();
  emulator?.stop();
});

const received = (wamid) => until(`${wamid} in the library`, () => got.find((event) => event.message.id === wamid));

async function shown(message, ...more) {
  const answer = await api.sendMessage(NUMBER, { phone: ana.waId, bsuid: ana.userId }, message, ...more);
  assert.ok(answer.messages, JSON.stringify(answer));
  assert.equal(answer.messaging_product, "whatsapp");
  assert.equal(answer.contacts[0].wa_id, ana.waId);
  return ana.bubble(answer.messages[0].id);
}

test("a customer's message reaches the handler with everything it reads", async () => {
  const { message, contact, phoneID, name } = await received(ana.hello);
  assert.equal(message.text.body, "hola");
  assert.deepEqual([phoneID, name, contact.wa_id, contact.user_id], [NUMBER, "Ana Torres", ana.waId, ana.userId]);
});

test("a forged webhook is refused", async () => {
  assert.equal((await forged(hook.url)).status, 401);
  assert.ok(!got.some((event) => event.message.id === "wamid.FORGED"));
});

test("every kind of message is taken and shown", async () => {
  const sections = [new m.ListSection("Plants", new m.Row("r1", "Ficus", "18"), new m.Row("r2", "Fern"))];
  const product = new m.CatalogProduct("sku", "1234");
  const messages = [
    new m.Text("see https://example.test", true),
    new m.Image("https://example.test/a.png", false, "caption"),
    new m.Video("https://example.test/a.mp4", false, "caption"),
    new m.Document("https://example.test/a.pdf", false, "caption", "a.pdf"),
    new m.Audio("https://example.test/a.mp3", false),
    new m.Sticker("https://example.test/a.webp", false),
    new m.Location(-3.7, 40.4, "Madrid", "Sol"),
    new m.Contacts([new m.Name("Eva Luz", "Eva"), new m.Phone("+34 600 111 222", "CELL", "34600111222"), new m.Email("e@example.test", "WORK")]),
    new m.Interactive(new m.ActionButtons(new m.Button("y", "Yes"), new m.Button("n", "No")), new m.Body("?"), new m.Header("H"), new m.Footer("F")),
    new m.Interactive(new m.ActionList("Open", ...sections), new m.Body("pick")),
    new m.Interactive(new m.ActionCTA("Visit", "https://example.test"), new m.Body("go")),
    new m.Interactive(new m.ActionLocation(), new m.Body("where?")),
    new m.Interactive(new m.ActionCatalog(new m.Product("sku")), new m.Body("all")),
    new m.Interactive(new m.ActionProduct(product), new m.Body("one")),
    new m.Interactive(new m.ActionProductList("1234", new m.ProductSection("S", new m.Product("sku"))), new m.Body("some"), new m.Header("H")),
    new m.Template("order_update", new m.Language("en_US"), new m.BodyComponent(new m.BodyParameter("Ana"), new m.BodyParameter("17"))),
  ];
  for (const message of messages) {
    assert.equal((await shown(message)).type, message._type);
  }
});

test("an answer quotes, a reaction sticks and is taken back, statuses carry the tracker", async () => {
  const quoted = await shown(new m.Text("and?"), ana.hello, "order-17");
  assert.equal(quoted.context.wamid, ana.hello);
  const last = await until("read", () => statuses.find((event) => event.id === quoted.id && event.status === "read"));
  assert.equal(last.biz_opaque_callback_data, "order-17");
  assert.equal(last.recipient.bsuid, ana.userId);
  const hello = async () => (await ana.bubble(ana.hello)).reactions.map((reaction) => reaction.emoji);
  const to = { phone: ana.waId, bsuid: ana.userId };
  await api.sendMessage(NUMBER, to, new m.Reaction(ana.hello, "🌿"));
  await until("the reaction", async () => (await hello()).includes("🌿"));
  await api.sendMessage(NUMBER, to, new m.Reaction(ana.hello));
  await until("no reaction", async () => (await hello()).length === 0);
});

test("a customer without a phone to show is answered by user id", async () => {
  const answer = await api.sendMessage(NUMBER, { bsuid: ana.userId }, new m.Text("by id"));
  assert.equal(answer.contacts[0].user_id, ana.userId);
  assert.equal((await ana.bubble(answer.messages[0].id)).text.body, "by id");
});

test("read and typing", async () => {
  assert.deepEqual(await api.markAsRead(NUMBER, ana.hello, "text"), { success: true });
  await until("blue ticks", async () => (await ana.bubble(ana.hello)).tick === "read");
});

test("media goes up, is looked up, comes down and is deleted", async () => {
  const form = new FormData();
  form.set("file", new Blob([PNG], { type: "image/png" }), "point.png");
  const { id } = await api.uploadMedia(NUMBER, form);
  const found = await api.retrieveMedia(id, NUMBER);
  assert.deepEqual([found.id, found.mime_type, Number(found.file_size)], [id, "image/png", PNG.length]);
  const bytes = Buffer.from(await (await api.fetchMedia(found.url)).arrayBuffer());
  assert.ok(bytes.equals(PNG));
  assert.equal((await shown(new m.Image(id, true))).type, "image");
  assert.deepEqual(await api.deleteMedia(id, NUMBER), { success: true });
  assert.equal((await api.retrieveMedia(id)).error.code, 100);
});

test("QR codes by their parameters in the query", async () => {
  const made = await api.createQR(NUMBER, "Hello there", "svg");
  assert.match(made.qr_image_url, /^http/);
  assert.equal(made.prefilled_message, "Hello there");
  assert.equal((await api.updateQR(NUMBER, made.code, "Hi")).prefilled_message, "Hi");
  assert.equal((await api.retrieveQR(NUMBER, made.code)).data[0].prefilled_message, "Hi");
  assert.ok((await api.retrieveQR(NUMBER)).data.some((code) => code.code === made.code));
  assert.deepEqual(await api.deleteQR(NUMBER, made.code), { success: true });
});

test("people are blocked and let in again", async () => {
  const bea = await emulator.customer("Bea");
  const who = { phone: bea.waId, bsuid: bea.userId };
  const blocked = await api.blockUser(NUMBER, who);
  assert.equal(blocked.block_users.added_users[0].wa_id, bea.waId);
  const again = await api.unblockUser(NUMBER, who);
  assert.equal(again.block_users.removed_users[0].wa_id, bea.waId);
});

test("a call that a customer makes is accepted and ended", async () => {
  await emulator.control("PUT", "/phone-numbers", { id: NUMBER, display_phone_number: "+1 555-010-0001", calling_enabled: true });
  const { id } = await emulator.control("POST", `/customers/${ana.id}/calls`, { action: "call" });
  const ringing = await until("the call", () => calls.find((event) => event.call.id === id));
  const answer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
  assert.equal((await api.preacceptCall(NUMBER, ringing.call.id, answer)).success, true);
  assert.equal((await api.acceptCall(NUMBER, ringing.call.id, answer)).success, true);
  assert.equal((await api.terminateCall(NUMBER, ringing.call.id)).success, true);
});

test("an error is the platform's", async () => {
  const { error } = await api.sendMessage(NUMBER, { phone: ana.waId, bsuid: ana.userId }, new m.Template("nothing", "en_US"));
  assert.deepEqual([error.code, error.type], [132001, "OAuthException"]);
  assert.ok(error.fbtrace_id && error.error_data.details);
});
