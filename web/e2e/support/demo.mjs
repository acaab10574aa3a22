// The real thing under test: `waypost demo` on free ports with a data directory of its own.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const binary = process.env.WAYPOST_BIN ?? join(root, "target/debug/waypost");

/** Starts the demo and waits for its `ready` line. `stop` ends it and removes its data. */
export async function startDemo() {
  const data = await mkdtemp(join(tmpdir(), "waypost-e2e-"));
  const [port, emulatorPort] = await freePorts(2);
  const args = ["demo", "--port", port, "--emulator-port", emulatorPort, "--data", data, "--no-open"].map(String);
  const child = spawn(binary, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const lines = createInterface({ input: child.stdout });
  await new Promise((resolve, reject) => {
    lines.on("line", (line) => line.startsWith("ready http") && resolve());
    ended.then((code) => reject(new Error(`waypost demo ended with ${code} before it was ready`)));
    setTimeout(() => reject(new Error("waypost demo was not ready within a minute")), 60_000).unref();
  }).catch((error) => {
    child.kill("SIGKILL");
    throw error;
  });
  const facts = JSON.parse(await readFile(join(data, "demo.json"), "utf8"));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  return { ...facts, control: control(facts.emulator_url), api: api(facts), stop };
}

/** Starts the emulator alone: an empty world on a free port. */
export async function startEmulator() {
  const [port] = await freePorts(1);
  const child = spawn(binary, ["emulator", "--port", String(port)], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + 30_000;
  while (!(await fetch(`${url}/_control/clock`).catch(() => null))?.ok) {
    if (child.exitCode !== null || Date.now() > until) throw new Error("the emulator did not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  const graph = (method, path, body) => call(`${url}/v25.0${path}`, method, body, { authorization: "Bearer EMULATOR-TOKEN" });
  return { url, control: control(url), graph, stop };
}

/** Calls the emulator's control API. */
function control(emulatorUrl) {
  return (method, path, body) => call(`${emulatorUrl}/_control${path}`, method, body);
}

/** Calls Waypost's own API with the demo's key. */
function api({ url, api_key }) {
  return (method, path, body) => call(`${url}/v1${path}`, method, body, { authorization: `Bearer ${api_key}` });
}

async function call(url, method, body, headers = {}) {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(body && { "content-type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
