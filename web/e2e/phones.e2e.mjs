// What else the phones do: a newcomer's first steps, groups, calls, voice, and messages that come to a phone nobody looks at.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { axe, launch, openPage, shoot } from "./support/browser.mjs";
import { startEmulator } from "./support/demo.mjs";

const NUMBER = "600000000000001";
const ANA = "34600111222";
const BRUNO = "34600111333";

let emulator;
let browser;
let page;

before(async () => {
  const microphone = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
  [emulator, browser] = await Promise.all([startEmulator(), launch(microphone)]);
  page = await openPage(browser, { bypassCSP: true });
  await page.goto(emulator.url);
});

after(async () => {
  await browser?.close();
  await emulator?.stop();
});

const screen = (id) => page.getByTestId(`screen-${id}`);
const send = (to, message) => emulator.graph("POST", `/${NUMBER}/messages`, { messaging_product: "whatsapp", to, ...message });

/** What `look` finds, once it finds something. */
async function eventually(look) {
  const until = Date.now() + 15_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > until) throw new Error(`it did not happen: ${look}`);
    await page.waitForTimeout(50);
  }
}

describe("first steps", () => {
  it("tell a newcomer where software finds the emulator", async () => {
    const steps = page.getByTestId("welcome");
    await steps.getByText(emulator.url, { exact: true }).waitFor();
    for (const fact of ["EMULATOR-TOKEN", NUMBER]) await steps.getByText(fact, { exact: true }).waitFor();
    assert.deepEqual(await axe(page), []);
    await page.evaluate(() => {
      document.documentElement.dataset.theme = "dark";
    });
    assert.deepEqual(await axe(page), []);
    await shoot(page, "phones-welcome-dark");
    await page.evaluate(() => {
      document.documentElement.dataset.theme = "light";
    });
  });

  it("give a command that works as it stands", async () => {
    const command = await page.getByTestId("welcome").locator("pre").last().textContent();
    await page.getByTestId("welcome-add").click();
    await page.getByTestId("add-name").fill("Ana García");
    await page.getByTestId("add-phone").fill(`+${ANA}`);
    await page.getByTestId("add-submit").click();
    await screen(ANA).waitFor();
    const { stdout } = await promisify(execFile)("sh", ["-c", command.replace("curl ", "curl -s ")]);
    await screen(ANA).locator(`[data-wamid="${JSON.parse(stdout).messages[0].id}"]`).waitFor();
  });
});

describe("a phone", () => {
  it("records a voice message", async () => {
    await screen(ANA).getByTestId("phone-mic").click();
    await screen(ANA).getByText("0:01").waitFor();
    await screen(ANA).getByTestId("voice-send").click();
    await screen(ANA).locator('[data-type="audio"]').getByTestId("voice-play").waitFor();
    const { messages } = await emulator.control("GET", `/customers/${ANA}/thread`);
    const voice = messages.at(-1);
    assert.deepEqual([voice.type, voice.audio.voice, voice.media.mime_type.split(";")[0]], ["audio", true, "audio/ogg"]);
    assert.ok(voice.media.size > 1000, "it has sound in it");
  });

  it("joins a group by its link, writes, sees who writes, and leaves", async () => {
    await emulator.control("POST", "/customers", { wa_id: BRUNO, name: "Bruno Díaz" });
    await emulator.graph("POST", `/${NUMBER}/groups`, { messaging_product: "whatsapp", subject: "Plant lovers" });
    const group = await eventually(async () => (await emulator.control("GET", "/groups")).data[0]);
    await emulator.control("POST", `/customers/${BRUNO}/groups/join`, { invite_link: group.invite_link });
    await screen(ANA).getByTestId("chat-menu").click();
    await screen(ANA).getByTestId("menu-join").click();
    await screen(ANA).getByTestId("invite-link").fill(group.invite_link);
    await screen(ANA).getByTestId("join-send").click();
    await screen(ANA).getByText("Lucky Shrub, Bruno Díaz, You").waitFor();
    await screen(ANA).getByTestId("phone-input").fill("Hi everybody");
    await screen(ANA).getByTestId("phone-send").click();
    await screen(ANA).locator('[data-testid="bubble"].mine:has-text("Hi everybody")').waitFor();
    await emulator.control("POST", `/customers/${BRUNO}/messages`, { group_id: group.id, type: "text", text: { body: "Hola" } });
    await screen(ANA).locator('[data-testid="bubble"].theirs:has-text("Bruno Díaz")').waitFor();
    await send(group.id, { recipient_type: "group", type: "text", text: { body: "Welcome" } });
    await screen(ANA).locator('[data-testid="bubble"].theirs:has-text("Lucky Shrub")').waitFor();
    await eventually(async () => (await emulator.control("GET", `/groups/${group.id}`)).participants.find((p) => p.wa_id === ANA).unread === 0);
    await screen(ANA).getByTestId("business-info").click();
    await screen(ANA).getByTestId("group-leave").click();
    await eventually(async () => (await emulator.control("GET", `/groups/${group.id}`)).participants.length === 1);
  });

  it("calls the business and hangs up", async () => {
    await screen(ANA).getByTestId("chat-menu").click();
    await screen(ANA).getByTestId("menu-call").click();
    await screen(ANA).getByTestId("call").getByText("Ringing…").waitFor();
    const [call] = (await emulator.control("GET", "/calls?live=true")).data;
    await emulator.graph("POST", `/${NUMBER}/calls`, {
      messaging_product: "whatsapp",
      call_id: call.id,
      action: "accept",
      session: { sdp_type: "answer", sdp: "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" },
    });
    await screen(ANA).locator('[data-testid="call"][data-state="accepted"]').waitFor();
    await screen(ANA).getByTestId("call-hang_up").click();
    await screen(ANA).getByTestId("call").waitFor({ state: "detached" });
    assert.equal((await emulator.control("GET", `/calls/${call.id}`)).state, "ended");
  });

  it("is blocked and unblocked from the menu", async () => {
    await screen(ANA).getByTestId("chat-menu").click();
    await screen(ANA).getByTestId("menu-block").click();
    await screen(ANA).getByTestId("unblock").waitFor();
    await send(ANA, { type: "template", template: { name: "hello_world", language: { code: "en_US" } } });
    await eventually(async () => (await emulator.control("GET", "/messages?state=failed")).data.some((m) => m.error.code === 131026));
    await screen(ANA).getByTestId("unblock").click();
    await screen(ANA).getByTestId("phone-input").waitFor();
  });

  it("tells of a message that comes to a phone nobody looks at, and opens it", async () => {
    await emulator.control("POST", `/customers/${BRUNO}/messages`, { type: "text", text: { body: "Hola" } });
    const sent = await send(BRUNO, { type: "text", text: { body: "*Your* order is here" } });
    const card = page.getByTestId("notification");
    await card.getByText("Your order is here").waitFor();
    await card.getByText("Bruno Díaz").click();
    await screen(BRUNO).locator(`[data-wamid="${sent.messages[0].id}"]`).waitFor();
    await screen(ANA).waitFor();
  });
});

describe("the inspector", () => {
  it("shows what a number has spent and may", async () => {
    await page.getByTestId("inspector-toggle").click();
    await page.getByTestId("tab-chat").click();
    const { cost_usd: cost } = await emulator.control("GET", `/money?phone_number_id=${NUMBER}`);
    await page.getByTestId("money").getByText(`$${cost}`, { exact: true }).last().waitFor();
    await page.getByText("80 messages a second").waitFor();
  });

  it("reads a long log a page at a time", async () => {
    for (let sent = 0; sent < 300; sent += 50) await Promise.all(Array.from({ length: 50 }, () => emulator.graph("GET", `/${NUMBER}`)));
    await page.getByTestId("tab-traffic").click();
    await page.getByTestId("kind-request").click();
    const lines = page.getByTestId("traffic-line");
    await eventually(async () => (await lines.count()) === 60);
    await page.getByRole("button", { name: "Load earlier" }).click();
    await eventually(async () => (await lines.count()) === 120);
  });

  it("goes on without errors", () => assert.deepEqual(page.problems, []));
});
