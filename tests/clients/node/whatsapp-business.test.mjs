// whatsapp-business, over axios: its host is fixed, but axios asks the adapter that it is given. It checks no signature
// itself: its webhook server stands behind such a check.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

import { Emulator, NUMBER, PNG, SECRET, TOKEN, VERIFY, WABA, forged, serve, text, until } from "./world.mjs";

const require = createRequire(import.meta.url);
const { WABAClient, WebhookClient } = require("whatsapp-business");
// The same axios that the library has.
const axios = createRequire(require.resolve("whatsapp-business"))("axios");

let emulator;
let hook;
let client;
let ana;
let dir;
const messages = [];
const statuses = [];

before(async () => {
  emulator = await Emulator.start();
  const send = axios.getAdapter("http");
  const redirected = (config) => send({ ...config, baseURL: config.baseURL?.replace("https://graph.facebook.com", emulator.url) });
  axios.defaults.adapter = redirected;
  client = new WABAClient({ accountId: WABA, apiToken: TOKEN, phoneId: NUMBER });
  const routes = [];
  const app = { use: (_, router) => routes.push(router) };
  new WebhookClient({ token: VERIFY, expressApp: { app, shouldStartListening: false } }).initWebhook({
    onMessageReceived: (message, contact) => messages.push({ message, contact }),
    onStatusReceived: (status) => statuses.push(status),
  });
  hook = await serve(async (request, response) => {
    const url = new URL(request.url, hook.url);
    const body = await text(request);
    const signature = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
    if (request.method === "POST" && request.headers["x-hub-signature-256"] !== signature) return response.writeHead(401).end();
    request.url = `/${url.search}`;
    request.query = Object.fromEntries(url.searchParams);
    request.body = body && JSON.parse(body);
    response.send = (answer) => response.end(answer);
    response.sendStatus = (status) => response.writeHead(status).end();
    return routes[0](request, response, () => response.writeHead(404).end());
  });
  await emulator.control("PUT", "/webhook", { url: hook.url, verify: true });
  ana = await emulator.customer("Ana Torres");
  dir = await mkdtemp(path.join(tmpdir(), "waypost-"));
});

after(async () => {
  hook?.stop();
  emulator?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function sent(message) {
  const answer = await client.sendMessage({ to: ana.waId, ...message });
  assert.equal(answer.contacts[0].wa_id, ana.waId);
  return ana.bubble(answer.messages[0].id);
}

test("messages and statuses reach the handlers", async () => {
  const { contact } = await until("the message", () => messages.find(({ message }) => message.id === ana.hello));
  assert.equal(contact.profile.name, "Ana Torres");
  const { id } = await sent({ type: "text", text: { body: "hola" } });
  await until("read", () => statuses.find((status) => status.id === id && status.status === "read"));
  assert.equal((await forged(hook.url)).status, 401);
});

test("messages of several kinds, over an old version", async () => {
  assert.equal((await sent({ type: "image", image: { link: "https://example.test/a.png", caption: "c" } })).type, "image");
  await client.sendMessage({ to: ana.waId, type: "reaction", reaction: { message_id: ana.hello, emoji: "👍" } });
  await until("the reaction", async () => (await ana.bubble(ana.hello)).reactions.length === 1);
  assert.deepEqual(await client.markMessageAsRead(ana.hello), { success: true });
});

test("media goes up as a stream after its type, and comes down as one", async () => {
  const file = path.join(dir, "point.png");
  await writeFile(file, PNG);
  const { id } = await client.uploadMedia({ file, type: "image/png" });
  const found = await client.getMedia(id);
  assert.equal(Number(found.file_size), PNG.length);
  const copy = path.join(dir, "copy.png");
  const writing = await client.downloadMedia(found.url, copy);
  await new Promise((resolve) => writing.once("finish", resolve));
  assert.ok((await readFile(copy)).equals(PNG));
  assert.deepEqual(await client.deleteMedia(id), { success: true });
});

test("numbers and profile", async () => {
  const { data } = await client.getBusinessPhoneNumbers();
  assert.equal(data[0].id, NUMBER);
  assert.ok(data[0].quality_rating && data[0].display_phone_number && data[0].code_verification_status);
  assert.equal((await client.getSingleBusinessPhoneNumber(NUMBER)).verified_name, "Lucky Shrub");
  assert.deepEqual(await client.updateBusinessProfile({ about: "Plants", vertical: "RETAIL" }), { success: true });
  assert.equal((await client.getBusinessProfile()).data[0].about, "Plants");
  assert.deepEqual(await client.updateIdentityCheckState({ enable_identity_key_check: false }), { success: true });
  assert.deepEqual(await client.setupTwoStepAuth({ phoneNumberId: NUMBER, pin: "123456" }), { success: true });
  assert.deepEqual(await client.deregisterPhone(NUMBER), { success: true });
  assert.deepEqual(await client.registerPhone({ phoneNumberId: NUMBER, pin: "123456" }), { success: true });
});

test("an error is the platform's", async () => {
  await assert.rejects(client.getMedia("4711"), (error) => error.code === 100 && error.error_subcode === 33);
});
