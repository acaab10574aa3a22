// The control API, and what went wrong with it in words.

export async function call(method, path, body) {
  // A request made while the page goes away is still sent.
  const options = { method, headers: {}, keepalive: path.endsWith("/open") };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["content-type"] = "application/json";
  }
  const response = await fetch(`/_control${path}`, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error?.message ?? `the emulator answered ${response.status}`);
  return answer;
}

const base = (id) => `/customers/${encodeURIComponent(id)}`;

export const api = {
  world: () => call("GET", "/world"),
  clock: () => call("GET", "/clock"),
  advance: (seconds) => call("POST", "/clock/advance", { seconds }),
  customers: () => call("GET", "/customers"),
  add: (customer) => call("POST", "/customers", customer),
  change: (id, change) => call("PATCH", base(id), change),
  thread: (id, number) => call("GET", `${base(id)}/thread?phone_number_id=${number}&limit=200`),
  send: (id, message) => call("POST", `${base(id)}/messages`, message),
  sendFile: (id, form) => call("POST", `${base(id)}/messages`, form),
  tap: (id, tap) => call("POST", `${base(id)}/tap`, tap),
  open: (id, number, open) => call("POST", `${base(id)}/open`, { phone_number_id: number, open, seconds: 40 }),
  block: (id, number, blocked) => call(blocked ? "POST" : "DELETE", `${base(id)}/block`, { phone_number_id: number }),
};

/** Shows a passing note. */
export function toast(text) {
  const note = document.createElement("div");
  note.className = "toast";
  note.textContent = text.charAt(0).toUpperCase() + text.slice(1);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 5000);
}

/** Runs something and shows a note when it fails. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(error.message);
    return undefined;
  }
}
