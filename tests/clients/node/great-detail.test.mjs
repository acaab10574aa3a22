// @great-detail/whatsapp, the fork of Meta's own SDK for Node: takes a base URL.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import Client from "@great-detail/whatsapp";

import { APP, Emulator, NUMBER, PNG, SECRET, TOKEN, VERIFY, WABA, forged, serve, text, until } from "./world.mjs";

let emulator;
let hook;
let sdk;
let ana;
const events = [];

before(async () => {
  emulator = await Emulator.start();
  const request = { headers: { Authorization: `Bearer ${TOKEN}` }, retry: 0 };
  sdk = new Client({ prefixUrl: emulator.url, request });
  hook = await serve(async (incoming, response) => {
    const { method, headers } = incoming;
    const query = Object.fromEntries(new URL(incoming.url, hook.url).searchParams);
    try {
      if (method === "GET") {
        const registration = await sdk.webhook.register({ method, query, headers, body: "" });
        assert.equal(registration.verifyToken, VERIFY);
        return response.end(registration.accept());
      }
      const event = await sdk.webhook.eventNotification({ method, query, headers, body: await text(incoming) });
      await event.verifySignature(SECRET);
      events.push(event.eventNotification);
      return response.end();
    } catch {
      return response.writeHead(403).end();
    }
  });
  await emulator.control("PUT", "/webhook", { url: hook.url, verify: true });
  ana = await emulator.customer("Ana Torres");
});

after(() => {
  hook?.stop();
  emulator?.stop();
});

const values = () => events.flatMap((event) => event.entry.flatMap((entry) => entry.changes.map((change) => change.value)));

async function sent(message) {
  const answer = await sdk.message.createMessage({ phoneNumberID: NUMBER, to: ana.waId, ...message }).json();
  return ana.bubble(answer.messages[0].id);
}

test("a signed webhook passes, a forged one is refused", async () => {
  const value = await until("the message", () => values().find((found) => found.messages?.[0].id === ana.hello));
  assert.deepEqual([value.contacts[0].profile.name, value.metadata.phone_number_id], ["Ana Torres", NUMBER]);
  assert.equal((await forged(hook.url)).status, 403);
  assert.ok(!values().some((found) => found.messages?.[0].id === "wamid.FORGED"));
});

test("messages and their ticks", async () => {
  const reply = { type: "button", body: { text: "?" }, action: { buttons: [{ type: "reply", reply: { id: "y", title: "Yes" } }] } };
  assert.equal((await sent({ type: "text", text: { body: "Hello" } })).text.body, "Hello");
  assert.equal((await sent({ type: "interactive", interactive: reply })).type, "interactive");
  assert.equal((await sent({ type: "location", location: { latitude: 40.4, longitude: -3.7 } })).type, "location");
  const body = [{ type: "text", text: "Ana" }, { type: "currency", currency: { fallback_value: "£100", code: "GBP", amount_1000: 100_000 } }];
  const template = { name: "order_update", language: { code: "en_US" }, components: [{ type: "body", parameters: body }] };
  const bubble = await sent({ type: "template", template });
  assert.match(JSON.stringify(bubble.rendered), /£100/);
  await until("read", () => values().some((found) => found.statuses?.some((s) => s.id === bubble.id && s.status === "read")));
});

test("read and typing", async () => {
  const status = { phoneNumberID: NUMBER, message_id: ana.hello, status: "read", typing_indicator: { type: "text" } };
  assert.deepEqual(await sdk.message.createStatus(status).json(), { success: true });
});

test("media", async () => {
  const file = new Blob([PNG], { type: "image/png" });
  const { id } = await sdk.media.upload({ phoneNumberID: NUMBER, mimeType: "image/png", file, filename: "point.png" }).json();
  const { url } = await sdk.media.getURL({ mediaID: id, phoneNumberID: NUMBER }).json();
  const request = { headers: { Authorization: `Bearer ${TOKEN}` } };
  const bytes = await sdk.media.download({ mediaURL: url, request }).arrayBuffer();
  assert.ok(Buffer.from(bytes).equals(PNG));
  assert.deepEqual(await sdk.media.delete({ mediaID: id }).json(), { success: true });
});

test("numbers with parts of members, sorted and filtered", async () => {
  const fields = ["id", "verified_name", ["throughput", ["level"]]];
  const one = await sdk.phoneNumbers.getPhoneNumber({ phoneNumberID: NUMBER, fields }).json();
  assert.deepEqual(one, { id: NUMBER, verified_name: "Lucky Shrub", throughput: { level: "STANDARD" } });
  const list = await sdk.phoneNumbers.listPhoneNumbers({ businessAccountID: WABA, fields: ["id"] }).json();
  assert.equal(list.data[0].id, NUMBER);
});

test("subscriptions, profile and account", async () => {
  assert.deepEqual(await sdk.subscribedApps.createSubscription({ businessAccountID: WABA }).json(), { success: true });
  const { data } = await sdk.subscribedApps.listSubscriptions({ businessAccountID: WABA }).json();
  assert.equal(data[0].whatsapp_business_api_data.id, APP);
  const profile = await sdk.businessProfile.getBusinessProfile({ phoneNumberID: NUMBER, fields: ["about", "vertical"] }).json();
  assert.ok(profile.data[0].vertical);
  const account = await sdk.whatsappBusinessAccount.get(WABA, { fields: ["id", "name", "currency"] }).json();
  assert.equal(account.name, "Lucky Shrub");
});

test("templates are found by filters", async () => {
  const found = await sdk.template.list(WABA, { category: ["UTILITY"], status: ["APPROVED"], language: ["en_US"], limit: 10, fields: ["name", "status"] }).json();
  assert.ok(found.data.some((template) => template.name === "hello_world"), JSON.stringify(found));
  const some = await sdk.template.list(WABA, { category: ["UTILITY", "MARKETING"], limit: 10, fields: ["name", "category"] }).json();
  assert.ok(some.data.some((template) => template.category === "MARKETING"), JSON.stringify(some));
});
