// The emulator as a process, its control API, and a webhook server around what a library offers.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import http from "node:http";
import net from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const BINARY = process.env.WAYPOST_BIN ?? "target/debug/waypost";
const PATIENCE = 30_000;

export const APP = "900000000000001";
export const SECRET = "emulator-app-secret";
export const VERIFY = "emulator-verify";
export const TOKEN = "EMULATOR-TOKEN";
export const WABA = "700000000000001";
export const NUMBER = "600000000000001";

/** A picture of one point, as a real file. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==",
  "base64",
);

/** Waits for a condition, never for a time; gives back what the probe found. */
export async function until(what, probe) {
  const deadline = Date.now() + PATIENCE;
  while (Date.now() < deadline) {
    const found = await probe();
    if (found) return found;
    await pause(20);
  }
  throw new Error(`gave up waiting for ${what}`);
}

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `waypost emulator` on a port of its own, and its control API. */
export class Emulator {
  static async start() {
    const emulator = new Emulator();
    const port = await freePort();
    emulator.url = `http://127.0.0.1:${port}`;
    emulator.process = spawn(BINARY, ["emulator", "--port", String(port)], { stdio: "ignore" });
    await until("the emulator", async () => {
      assert.equal(emulator.process.exitCode, null, "the emulator ended at once");
      return fetch(`${emulator.url}/_control/world`).then((answer) => answer.ok, () => false);
    });
    return emulator;
  }

  stop() {
    this.process.kill("SIGTERM");
  }

  async control(method, path, body) {
    const answer = await fetch(`${this.url}/_control${path}`, { method, body: body && JSON.stringify(body) });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  }

  /** Somebody who has just written, so that the service window is open. */
  async customer(name) {
    const { id, wa_id, user_id } = await this.control("POST", "/customers", { name });
    const customer = new Customer(this, { id, waId: wa_id, userId: user_id, name });
    customer.hello = await customer.say("hola");
    return customer;
  }
}

/** A person with a phone, moved by the control API. */
export class Customer {
  constructor(emulator, facts) {
    Object.assign(this, { emulator }, facts);
  }

  /** Sends a message as Meta's webhooks shape it; its wamid. */
  async write(body) {
    return (await this.emulator.control("POST", `/customers/${this.id}/messages`, body)).id;
  }

  say(text, more = {}) {
    return this.write({ type: "text", text: { body: text }, ...more });
  }

  thread() {
    return this.emulator.control("GET", `/customers/${this.id}/thread?all=true`);
  }

  bubble(wamid) {
    return until(`${wamid} on the phone`, async () =>
      (await this.thread()).messages.find((message) => message.id === wamid),
    );
  }
}

/** A webhook server on a free port; `answer` is node's own request handler. */
export async function serve(answer) {
  const server = http.createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/webhook`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export async function text(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

/** A message as an attacker might send it: everything right but the key of the signature. */
export function forged(url) {
  const message = { from: "15550009999", id: "wamid.FORGED", timestamp: "1790000000", type: "text", text: { body: "pay me" } };
  const metadata = { display_phone_number: "15550100001", phone_number_id: NUMBER };
  const contacts = [{ wa_id: "15550009999", profile: { name: "Mallory" } }];
  const value = { messaging_product: "whatsapp", metadata, contacts, messages: [message] };
  const body = JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: WABA, changes: [{ field: "messages", value }] }] });
  const signature = createHmac("sha256", "not-the-secret").update(body).digest("hex");
  const headers = { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` };
  return fetch(url, { method: "POST", headers, body });
}
