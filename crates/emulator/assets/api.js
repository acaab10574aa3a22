// The control API, and what went wrong with it in words.

import { notice } from "./notices.js";

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

/** `?a=1&b=2` of what has a value. */
export function query(fields) {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

export const api = {
  world: () => call("GET", "/world"),
  clock: () => call("GET", "/clock"),
  advance: (seconds) => call("POST", "/clock/advance", { seconds }),
  customers: (fields) => call("GET", `/customers${query(fields)}`),
  customer: (id) => call("GET", base(id)),
  add: (customer) => call("POST", "/customers", customer),
  change: (id, change) => call("PATCH", base(id), change),
  thread: (id, number, more = {}) => call("GET", `${base(id)}/thread${query({ phone_number_id: number, limit: 60, ...more })}`),
  send: (id, message) => call("POST", `${base(id)}/messages`, message),
  sendFile: (id, form) => call("POST", `${base(id)}/messages`, form),
  tap: (id, tap) => call("POST", `${base(id)}/tap`, tap),
  open: (id, number, open) => call("POST", `${base(id)}/open`, { phone_number_id: number, open, seconds: 40 }),
  read: (id, number) => call("POST", `${base(id)}/read`, { phone_number_id: number }),
  block: (id, number, blocked) => call(blocked ? "POST" : "DELETE", `${base(id)}/block`, { phone_number_id: number }),
  preferences: (id, number, marketing) => call("POST", `${base(id)}/preferences`, { phone_number_id: number, marketing }),
  call: (id, what) => call("POST", `${base(id)}/calls`, what),
  callOf: (id) => call("GET", `/calls/${encodeURIComponent(id)}`),
  allowCalls: (id, answer) => call("POST", `${base(id)}/calls`, { action: "permission", ...answer }),
  groupThread: (id, fields) => call("GET", `/groups/${encodeURIComponent(id)}/thread${query(fields)}`),
  inGroup: (id, action, what) => call("POST", `${base(id)}/groups/${action}`, what),
  money: (fields) => call("GET", `/money${query(fields)}`),
  form: (id) => call("GET", `/forms/${encodeURIComponent(id)}`),
  forms: () => call("GET", "/forms"),
  pingForm: (id) => call("POST", `/forms/${encodeURIComponent(id)}/ping`, {}),
  number: (id) => call("GET", `/phone-numbers/${id}`),
  templateAction: (id, action, body = {}) => call("POST", `/templates/${encodeURIComponent(id)}/${action}`, body),
  openForm: (id, wamid) => call("POST", `${base(id)}/forms/open`, { message_id: wamid }),
  submitForm: (id, what) => call("POST", `${base(id)}/forms/submit`, what),
  formSession: (id, wamid) => call("GET", `${base(id)}/forms/${encodeURIComponent(wamid)}`),
  formFile: (id, number, file) => {
    const form = new FormData();
    form.append("phone_number_id", number);
    form.append("file", file, file.name);
    return call("POST", `${base(id)}/forms/files`, form);
  },
  requests: (fields) => call("GET", `/requests${query(fields)}`),
  request: (id) => call("GET", `/requests/${id}`),
  webhooks: (fields) => call("GET", `/webhooks${query(fields)}`),
  webhook: (id) => call("GET", `/webhooks/${id}`),
  redeliver: (id) => call("POST", `/webhooks/${id}/redeliver`, {}),
  callback: (url, verify) => call("PUT", "/webhook", { url, verify }),
  noCallback: () => call("DELETE", "/webhook"),
  faults: () => call("GET", "/faults"),
  addFault: (fault) => call("POST", "/faults", fault),
  removeFault: (id) => call("DELETE", id === undefined ? "/faults" : `/faults/${id}`),
  reset: () => call("POST", "/reset", {}),
};

/** Runs something and shows a note when it fails. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    notice(error.message);
    return undefined;
  }
}
