// Forms (Meta's "Flows") on a phone: filled in by a person, with and without an endpoint.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { axe, launch, openPage, PHONE, shoot } from "./support/browser.mjs";
import { startEmulator } from "./support/demo.mjs";
import { startEndpoint } from "./support/form-endpoint.mjs";

const NUMBER = "600000000000001";
const SECRET = "emulator-app-secret";
const ANA = "34600111222";

let emulator;
let browser;
let page;

before(async () => {
  [emulator, browser] = await Promise.all([startEmulator(), launch()]);
  await emulator.control("POST", "/customers", { wa_id: ANA, name: "Ana García" });
  await emulator.control("POST", `/customers/${ANA}/messages`, { type: "text", text: { body: "Hola" } });
  page = await openPage(browser);
  await page.goto(`${emulator.url}/#phones=${ANA}`);
  await screen().getByTestId("bubble").first().waitFor();
});

after(async () => {
  await browser?.close();
  await emulator?.stop();
});

const screen = (on = page) => on.getByTestId(`screen-${ANA}`);
const part = (name) => screen().getByTestId(`form-${name}`);
const problem = (name) => screen().locator(`[data-name="${name}"] [role=alert]`);
const options = (...titles) => titles.map((title) => ({ id: title.toLowerCase(), title }));
const layout = (...children) => ({ type: "SingleColumnLayout", children });
const navigate = (name, payload = {}) => ({ name: "navigate", next: { type: "screen", name }, payload });
const footer = (label, action) => ({ type: "Footer", label, "on-click-action": action });

async function sendForm(flow, parameters, more = {}) {
  const made = await emulator.control("PUT", "/forms", { status: "PUBLISHED", ...flow });
  assert.deepEqual(made.validation_errors ?? [], []);
  const action = { flow_message_version: "3", flow_id: made.id, flow_cta: "Book a visit", ...parameters };
  const interactive = { type: "flow", body: { text: "Come and see us" }, action: { name: "flow", parameters: action } };
  const sent = await emulator.graph("POST", `/${NUMBER}/messages`, { messaging_product: "whatsapp", to: ANA, type: "interactive", interactive, ...more });
  const shown = screen().locator(`[data-wamid="${sent.messages[0].id}"]`);
  await shown.waitFor();
  return { wamid: sent.messages[0].id, shown, form: made.id };
}

const session = (wamid) => emulator.control("GET", `/customers/${ANA}/forms/${encodeURIComponent(wamid)}`);

/** The session, once it is in this state. */
async function sessionIn(wamid, state) {
  const until = Date.now() + 15_000;
  for (;;) {
    const now = await session(wamid);
    if (now.state === state) return now;
    if (Date.now() > until) throw new Error(`the form is ${now.state}, not ${state}`);
    await page.waitForTimeout(50);
  }
}

const visit = {
  name: "visit",
  flow_json: {
    version: "7.3",
    screens: [
      {
        id: "WHO",
        title: "About you",
        layout: layout({
          type: "Form",
          name: "who",
          children: [
            { type: "TextHeading", text: "`'Welcome ' ${form.name}`" },
            { type: "TextInput", name: "name", label: "Name", required: true, "helper-text": "As on your passport" },
            { type: "TextInput", name: "email", label: "E-mail", "input-type": "email", required: true },
            { type: "RadioButtonsGroup", name: "way", label: "How do you come?", required: true, "data-source": options("Foot", "Car") },
            { type: "If", condition: "${form.way} == 'car'", then: [{ type: "TextInput", name: "plate", label: "Number plate", required: true }] },
            { type: "CheckboxGroup", name: "likes", label: "What do you like?", "max-selected-items": 2, "data-source": options("Cacti", "Ferns", "Palms") },
            { type: "ChipsSelector", name: "colours", label: "Colours", "data-source": options("Green", "Red") },
            { type: "Dropdown", name: "hour", label: "Hour", required: true, "data-source": options("Nine", "Ten") },
            { type: "OptIn", name: "terms", label: "I agree", required: true, "on-click-action": navigate("TERMS") },
            footer("Continue", navigate("WHEN", { name: "${form.name}" })),
          ],
        }),
      },
      { id: "TERMS", title: "Terms", layout: layout({ type: "RichText", text: ["# Be kind", "Water **us**, and read [more](https://luckyshrub.test/terms)."] }) },
      {
        id: "WHEN",
        title: "When",
        terminal: true,
        data: { name: { type: "string", __example__: "Ana" } },
        layout: layout(
          { type: "TextSubheading", text: "${data.name}" },
          { type: "DatePicker", name: "day", label: "Day", required: true, "min-date": "2030-05-01", "max-date": "2030-05-31", "unavailable-dates": ["2030-05-02"] },
          { type: "CalendarPicker", name: "stay", mode: "range", label: { "start-date": "Arrive", "end-date": "Leave" }, required: { "start-date": true, "end-date": true }, "min-date": "2030-06-01", "max-date": "2030-06-30" },
          { type: "DocumentPicker", name: "papers", label: "Your papers", "min-uploaded-documents": 1 },
          footer("Book", {
            name: "complete",
            payload: { name: "${data.name}", plate: "${screen.WHO.form.plate}", likes: "${screen.WHO.form.likes}", day: "${form.day}", stay: "${form.stay}", papers: "${form.papers}" },
          }),
        ),
      },
    ],
  },
};

describe("a form without an endpoint", () => {
  let sent;

  it("says in words what is missing or wrong, and goes on when it is right", async () => {
    sent = await sendForm(visit, { flow_token: "tok-1", flow_action: "navigate", flow_action_payload: { screen: "WHO" } });
    await sent.shown.getByTestId("reply-button").click();
    await part("submit").click();
    assert.equal(await problem("name").textContent(), "This is required");
    assert.equal(await problem("terms").textContent(), "Please agree to go on");
    assert.equal(await part("name").evaluate((input) => input === document.activeElement), true);
    assert.equal((await session(sent.wamid)).screen, "WHO");

    await page.keyboard.type("Ana");
    await screen().getByRole("heading", { name: "Welcome Ana" }).waitFor();
    await part("email").fill("nobody");
    await part("submit").click();
    assert.equal(await problem("email").textContent(), "Enter a valid e-mail address");
    await part("email").fill("ana@luckyshrub.test");
    assert.equal(await problem("email").textContent(), "");
  });

  it("shows what belongs to an answer, and no more than may be chosen", async () => {
    assert.equal(await part("plate").isVisible(), false);
    await part("way-car").check();
    await part("plate").fill("1234 ABC");
    await part("likes-cacti").check();
    await part("likes-ferns").check();
    assert.equal(await part("likes-palms").isDisabled(), true);
    await part("colours-red").check();
    await part("hour").selectOption("ten");
    await part("terms").check();
  });

  it("leads to a page one reads and comes back from", async () => {
    await screen().getByRole("button", { name: "Read more" }).click();
    await screen().getByRole("heading", { name: "Be kind" }).waitFor();
    assert.equal(await screen().getByRole("link", { name: "more" }).getAttribute("href"), "https://luckyshrub.test/terms");
    await part("back").click();
    await part("plate").waitFor();
    assert.equal(await part("plate").inputValue(), "1234 ABC");
    assert.equal(await part("terms").isChecked(), true);
  });

  it("can be used by everybody, in light and dark", async () => {
    for (const scheme of ["light", "dark"]) {
      const own = await openPage(browser, { colorScheme: scheme, bypassCSP: true, viewport: PHONE });
      await own.goto(`${emulator.url}/#phones=${ANA}`);
      const other = await sendForm({ ...visit, name: `visit-${scheme}` }, { flow_action: "navigate", flow_action_payload: { screen: "WHO" } });
      await screen(own).locator(`[data-wamid="${other.wamid}"]`).getByTestId("reply-button").click();
      await screen(own).getByTestId("form-submit").click();
      await screen(own).getByText("This is required").first().waitFor();
      assert.deepEqual(await axe(own), []);
      await shoot(own, `form-${scheme}`);
      await own.context().close();
    }
  });

  it("takes days and files, and becomes the answer", async () => {
    await part("submit").click();
    await screen().getByRole("heading", { name: "When" }).waitFor();
    await part("day").click();
    const days = (month) => screen().locator(`[data-day^="${month}"]`);
    // A day that can't be had: no click of a tool's own judgement, but one as a person makes it.
    await days("2030-05-02").dispatchEvent("click");
    assert.equal(await part("day").getAttribute("aria-expanded"), "true", "that day can't be had");
    await days("2030-05-01").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await days("2030-06-03").click();
    await days("2030-06-07").click();
    await part("papers").setInputFiles({ name: "id.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4 papers") });
    await screen().getByText("id.pdf").waitFor();
    await part("submit").click();
    const done = await sessionIn(sent.wamid, "completed");
    assert.equal(done.response.papers[0].file_name, "id.pdf");
    const { papers, ...rest } = done.response;
    const stay = { "start-date": "2030-06-03", "end-date": "2030-06-07" };
    assert.deepEqual(rest, { name: "Ana", plate: "1234 ABC", likes: ["cacti", "ferns"], day: "2030-05-08", stay, flow_token: "tok-1" });
    await screen().locator(`[data-wamid="${done.reply}"]`).getByText("Form sent").waitFor();
    await sent.shown.getByText("Answered").waitFor();
    assert.equal(await screen().getByRole("dialog").count(), 0);
  });

  it("is left with Escape, and the platform knows", async () => {
    const other = await sendForm({ ...visit, name: "visit-left" }, { flow_action: "navigate", flow_action_payload: { screen: "WHO" } });
    await other.shown.getByTestId("reply-button").click();
    await part("name").waitFor();
    await page.keyboard.press("Escape");
    await sessionIn(other.wamid, "closed");
    assert.equal(await other.shown.getByTestId("reply-button").isEnabled(), true);
  });
});

describe("a form with an encrypted endpoint", () => {
  let endpoint;
  let sent;
  let answers = () => ({});

  before(async () => {
    endpoint = await startEndpoint(SECRET, (asked) => answers(asked));
    const key = await emulator.graph("POST", `/${NUMBER}/whatsapp_business_encryption`, { business_public_key: endpoint.publicKey });
    assert.equal(key.success, true);
    const times = { type: "array", items: { type: "object", properties: { id: { type: "string" }, title: { type: "string" } } }, __example__: options("Nine") };
    const ask = { name: "data_exchange", payload: { time: "${form.time}" } };
    const flow_json = {
      version: "7.3",
      data_api_version: "3.0",
      routing_model: { TIME: [] },
      screens: [{ id: "TIME", title: "Choose a time", terminal: true, data: { times }, layout: layout({ type: "RadioButtonsGroup", name: "time", label: "Time", required: true, "data-source": "${data.times}" }, footer("Book", ask)) }],
    };
    answers = () => ({ screen: "TIME", data: { times: options("Nine", "Ten") } });
    sent = await sendForm({ name: "times", flow_json, endpoint_uri: endpoint.url, application_id: "900000000000001" }, { flow_token: "tok-2", flow_action: "data_exchange" });
  });

  after(() => endpoint?.stop());

  it("begins with what the endpoint says", async () => {
    await sent.shown.getByTestId("reply-button").click();
    await part("time-ten").waitFor();
    assert.deepEqual([endpoint.seen.at(-1).action, endpoint.seen.at(-1).flow_token], ["INIT", "tok-2"]);
  });

  it("waits for the answer, and shows the endpoint's words", async () => {
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    answers = async () => {
      await held;
      return { screen: "TIME", data: { error_message: "Nine is taken" } };
    };
    await part("time-nine").check();
    await part("submit").click();
    await part("submit").getByText("Please wait").waitFor();
    assert.equal(await screen().getByTestId("form").getAttribute("aria-busy"), "true");
    release();
    await part("said").getByText("Nine is taken").waitFor();
    assert.equal(await part("time-nine").isChecked(), true);
  });

  it("says when the endpoint gives no answer that can be used, and lets one try again", async () => {
    answers = () => ({ screen: "NOWHERE", data: {} });
    await part("submit").click();
    await part("said").getByText("invalid-screen-transition").waitFor();
    answers = () => ({ screen: "SUCCESS", data: { extension_message_response: { params: { flow_token: "tok-2", time: "ten" } } } });
    await part("time-ten").check();
    await part("submit").click();
    const done = await sessionIn(sent.wamid, "completed");
    assert.deepEqual(endpoint.seen.at(-1).data, { time: "ten" });
    assert.equal(done.response.time, "ten");
    await screen().locator(`[data-wamid="${done.reply}"]`).getByText("Form sent").waitFor();
  });

  it("is in the inspector, decrypted", async () => {
    await page.getByTestId("inspector-toggle").click();
    await page.getByTestId("tab-forms").click();
    await page.getByTestId("form-times").locator("summary").first().click();
    await page.getByTestId("exchange").first().locator("summary").first().click();
    await page.getByTestId("exchange").first().getByText('"SUCCESS"').waitFor();
    await page.getByTestId("inspector-toggle").click();
  });

  it("has a face for an endpoint that is gone", async () => {
    await emulator.control("PATCH", `/forms/${sent.form}`, { status: "BLOCKED" });
    await sent.shown.getByTestId("reply-button").click();
    await screen().getByTestId("form-failed").getByText("BLOCKED").waitFor();
    await page.keyboard.press("Escape");
    assert.deepEqual(page.problems, []);
  });
});
