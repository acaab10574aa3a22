// Chromium as the machine has it, and what a test wants to know about a page.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

/** Desktop, and a phone as small as they are still sold. */
export const DESKTOP = { width: 1360, height: 860 };
export const PHONE = { width: 390, height: 780 };

/** A browser; `more` are further switches of its command line. */
export function launch(more = []) {
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({
    executablePath: process.env.WAYPOST_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      ...asRoot,
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}

/** A page in a browser profile of its own. What goes wrong inside is collected in `page.problems`. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, locale: "en-US", colorScheme: "light", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.stack ?? String(error)));
  page.on("response", (answer) => answer.status() >= 500 && page.problems.push(`${answer.status()} ${answer.url()}`));
  return page;
}

/**
 * The moment an element shows up, by the page's own clock: pages of one browser share it, so that the time between a click here
 * and a bubble there is exact. Call it before the click.
 */
export function appears(page, selector, text = "") {
  return page.evaluate(
    ({ selector, text, patience }) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${selector} with "${text}" did not appear`)), patience);
        const look = () => {
          const found = [...document.querySelectorAll(selector)].some((element) => element.textContent.includes(text));
          if (!found) return;
          clearTimeout(timer);
          observer.disconnect();
          resolve(Date.now());
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        look();
      }),
    { selector, text, patience: 15_000 },
  );
}

/** The moment at which an action's event (a click, a key) reached the page, by the page's own clock. */
export async function momentOf(page, type, action) {
  await page.evaluate((type) => {
    window.addEventListener(type, () => (window.momentOfAction = Date.now()), { capture: true, once: true });
  }, type);
  await action();
  return page.evaluate(() => window.momentOfAction);
}

/** Rules of WCAG 2.2 AA that the page breaks, as "rule: element". */
export async function axe(page) {
  const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(source);
  return page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html}`));
  });
}

/** Keeps a picture under `shots/`, after fonts and movements have settled. */
export async function shoot(page, name) {
  await page.evaluate(() => document.fonts.ready);
  const path = new URL(`../shots/${name}.png`, import.meta.url).pathname;
  await page.screenshot({ path, animations: "disabled" });
  return path;
}
