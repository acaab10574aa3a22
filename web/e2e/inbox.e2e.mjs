// The main job on the screen: a customer writes on a phone, an agent answers in the inbox, both see it happen.

import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { appears, axe, launch, momentOf, openPage, PHONE, shoot } from "./support/browser.mjs";
import { startDemo } from "./support/demo.mjs";

const measured = {};
let demo;
let browser;
let inbox;
let phones;
let customer;

before(async () => {
  [demo, browser] = await Promise.all([startDemo(), launch()]);
  customer = await demo.control("POST", "/customers", { name: "Carmen Vega" });
  [inbox, phones] = await Promise.all([openPage(browser), openPage(browser)]);
  await phones.goto(demo.emulator_url);
});

after(async () => {
  if (Object.keys(measured).length > 0) console.log(JSON.stringify({ measured_ms: measured }));
  await browser?.close();
  await demo?.stop();
});

const bubble = (text, direction) =>
  `[data-testid="bubble"]${direction ? `[data-direction="${direction}"]` : ""}:has-text(${JSON.stringify(text)})`;

/** The same for the page's own selectors, which know no `:has-text`. */
const bubbles = '[data-testid="bubble"]';

async function signIn(page) {
  await page.goto(`${demo.url}/login`);
  await page.getByTestId("login-email").fill(demo.email);
  await page.getByTestId("login-password").fill(demo.password);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("conversation-card").first().waitFor();
}

const screen = () => phones.getByTestId(`screen-${customer.wa_id}`);

async function sayOnPhone(text) {
  await screen().getByTestId("phone-input").fill(text);
  return momentOf(phones, "click", () => screen().getByTestId("phone-send").click());
}

async function openConversation(page, name) {
  await page.getByTestId("conversation-card").filter({ hasText: name }).first().click();
  await page.getByTestId("composer-input").or(page.getByTestId("window-closed")).first().waitFor();
}

describe("signing in", () => {
  it("refuses a wrong password in words", async () => {
    await inbox.goto(demo.url);
    await inbox.getByTestId("login-email").fill(demo.email);
    await inbox.getByTestId("login-password").fill("not the password");
    await inbox.getByTestId("login-submit").click();
    assert.notEqual((await inbox.getByRole("alert").first().textContent()).trim(), "");
    await shoot(inbox, "login-refused");
  });

  it("shows a door that everybody can use", async () => {
    assert.deepEqual(await axe(inbox), []);
  });

  it("opens the inbox", async () => {
    await signIn(inbox);
    await shoot(inbox, "inbox-first");
  });
});

describe("a conversation", () => {
  it("shows a message from the phone without a reload", async () => {
    await phones.getByTestId(`phone-${customer.wa_id}`).click();
    const card = appears(inbox, '[data-testid="conversation-card"]', customer.name);
    await sayOnPhone("Buenas, ¿abren hoy?");
    await card;
    await openConversation(inbox, customer.name);
    await inbox.locator(bubble("Buenas, ¿abren hoy?", "inbound")).waitFor();

    const shown = appears(inbox, bubbles, "¿Y mañana?");
    const said = await sayOnPhone("¿Y mañana?");
    measured.phone_to_inbox = (await shown) - said;
    assert.ok(measured.phone_to_inbox < 2_000, `took ${measured.phone_to_inbox} ms`);
  });

  it("brings the agent's answer to the phone and turns its ticks, by keyboard alone", async () => {
    const answer = "Sí, de 9 a 20 h 🌿";
    const composer = inbox.getByTestId("composer-input");
    await inbox.locator("body").press("Alt+l");
    await inbox.keyboard.insertText(answer);
    const onPhone = appears(phones, bubbles, answer);
    const read = appears(inbox, `${bubbles}[data-direction="outbound"][data-state="read"]`, answer);
    const pressed = await momentOf(inbox, "keydown", () => inbox.keyboard.press("Enter"));
    measured.inbox_to_phone = (await onPhone) - pressed;
    measured.inbox_to_last_tick = (await read) - pressed;
    assert.ok(measured.inbox_to_last_tick < 5_000, `took ${measured.inbox_to_last_tick} ms`);
    assert.equal(await composer.inputValue(), "");
    const tick = inbox.locator(bubble(answer, "outbound")).getByTestId("tick");
    assert.equal(await tick.getAttribute("data-state"), "read");
  });

  it("greets by rule, and the tapped button comes back", async () => {
    const greeted = appears(phones, '[data-testid="reply-button"]');
    await sayOnPhone("hola");
    await greeted;
    const button = screen().getByTestId("reply-button").first();
    const title = (await button.textContent()).trim();
    const count = await inbox.locator(bubble(title, "inbound")).count();
    await button.click();
    await inbox.locator(bubble(title, "inbound")).nth(count).waitFor();
  });

  it("keeps its messages in the order in which they were said", async () => {
    const { data } = await demo.api("GET", `/conversations?q=${encodeURIComponent(customer.name)}`);
    const { data: newestFirst } = await demo.api("GET", `/conversations/${data[0].id}/messages`);
    const shown = await inbox.locator(bubbles).evaluateAll((all) => all.map((bubble) => bubble.dataset.messageId));
    assert.deepEqual(shown, newestFirst.map((message) => message.id).reverse());
  });

  it("says what is wrong with a text that is too long, and keeps it", async () => {
    const composer = inbox.getByTestId("composer-input");
    await composer.fill("x".repeat(4097));
    const limit = (await inbox.getByTestId("composer-limit").textContent()).replaceAll(",", "");
    assert.match(limit, /4096/);
    assert.ok(await inbox.getByTestId("composer-send").isDisabled(), "a text over the limit can't be sent");
    await shoot(inbox, "inbox-too-long");
    assert.equal((await composer.inputValue()).length, 4097);
    await composer.fill("");
  });

  it("can be used by everybody", async () => {
    assert.deepEqual(await axe(inbox), []);
  });
});

describe("pictures", () => {
  it("are taken in light, in dark and on a small screen", async () => {
    const light = await shoot(inbox, "inbox-light");
    await shoot(phones, "phones-light");
    if (process.env.UPDATE_SCREENSHOTS === "1") {
      await copyFile(light, new URL("../../docs/images/inbox.png", import.meta.url));
    }
    await inbox.emulateMedia({ colorScheme: "dark" });
    await shoot(inbox, "inbox-dark");
    assert.deepEqual(await axe(inbox), [], "the dark inbox");
    await inbox.emulateMedia({ colorScheme: "light" });

    const small = await openPage(browser, { viewport: PHONE });
    await signIn(small);
    await shoot(small, "inbox-phone-list");
    await openConversation(small, customer.name);
    await shoot(small, "inbox-phone-thread");
    const wider = await small.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    assert.ok(!wider, "the small screen scrolls sideways");
    await small.context().close();
  });
});

describe("another language", () => {
  it("is Spanish for who reads Spanish", async () => {
    const page = await openPage(browser, { locale: "es-ES" });
    await page.goto(demo.url);
    await page.getByText("Iniciar sesión").first().waitFor();
    await signIn(page);
    assert.equal(await page.evaluate(() => document.documentElement.lang), "es");
    await openConversation(page, customer.name);
    await shoot(page, "inbox-spanish");
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
});

describe("a message that fails", () => {
  it("says so in words and can be tried again", async () => {
    const fault = { match: { kind: "send", wa_id: customer.wa_id }, effect: { fail: 131009 }, times: 1 };
    await demo.control("POST", "/faults", fault);
    await inbox.getByTestId("composer-input").fill("¿Seguimos?");
    await inbox.getByTestId("composer-send").click();
    const failed = inbox.locator(bubble("¿Seguimos?", "outbound")).first();
    await failed.getByTestId("message-failed").waitFor();
    assert.match(await failed.getByTestId("message-failed").textContent(), /131009/);
    await shoot(inbox, "inbox-failed");
    assert.deepEqual(await axe(inbox), []);
    const arrived = appears(phones, bubbles, "¿Seguimos?");
    await failed.getByTestId("retry-button").click();
    await arrived;
  });
});

describe("a day later", () => {
  it("closes the window and offers templates, which arrive", async () => {
    const other = await demo.control("POST", "/customers", { name: "Bruno Paz" });
    await demo.control("POST", `/customers/${other.id}/messages`, { type: "text", text: { body: "¿Precio del ficus?" } });
    await inbox.getByTestId("conversation-card").filter({ hasText: other.name }).first().waitFor();
    await demo.control("POST", "/clock/advance", { seconds: 25 * 3600 });
    await inbox.reload();
    await inbox.getByTestId("conversation-card").filter({ hasText: other.name }).first().click();
    await inbox.getByTestId("window-closed").waitFor();
    await shoot(inbox, "inbox-window-closed");
    assert.deepEqual(await axe(inbox), [], "the closed window");

    await inbox.getByTestId("template-open").click();
    const hello = '[data-testid="template-card"][data-template="hello_world"][data-language="en_US"]';
    await inbox.locator(hello).click();
    await inbox.getByTestId("template-preview").waitFor();
    await shoot(inbox, "template-picker");
    assert.deepEqual(await axe(inbox), [], "the template picker");
    await inbox.getByTestId("template-send").click();
    await inbox.locator(`${bubbles}[data-direction="outbound"][data-state="read"]`).last().waitFor();
    const { messages } = await demo.control("GET", `/customers/${other.id}/thread`);
    assert.equal(messages.at(-1).template.name, "hello_world");
  });

  it("resolves the conversation", async () => {
    await inbox.getByTestId("resolve-button").click();
    await inbox.locator('[data-testid="resolve-button"][data-state="resolved"]').waitFor();
    const { data } = await demo.api("GET", "/conversations?state=resolved");
    assert.ok(data.some((conversation) => conversation.contact.name === "Bruno Paz"));
  });
});

describe("all the while", () => {
  it("no page failed and no request ended in a server error", () => {
    assert.deepEqual([...inbox.problems, ...phones.problems], []);
  });
});
