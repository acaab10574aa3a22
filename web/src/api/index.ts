// The only place that names the generated types. Features import from here, so a change of the contract is met once.
import createClient from "openapi-fetch";
import { Problem, problemFrom } from "./problem";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type Session = Schemas["Session"];
export type User = Schemas["User"];
export type ApiKey = Schemas["ApiKey"];
export type NewApiKey = Schemas["NewApiKey"];
export type PhoneNumber = Schemas["PhoneNumber"];
export type Conversation = Schemas["Conversation"];
export type ConversationState = Schemas["ConversationState"];
export type Message = Schemas["Message"];
export type MessageState = Schemas["MessageState"];
export type Author = Schemas["Author"];
export type Contact = Schemas["Contact"];
export type Template = Schemas["Template"];
export type Media = Schemas["Media"];
export type Rule = Schemas["Rule"];
export type Delivery = Schemas["Delivery"];
export type DeliveryState = Schemas["DeliveryState"];

/** One page of a list; `next` is the cursor of the following page. */
export interface Page<T> {
  data: T[];
  next?: string | null;
}

/** A Cloud-API-shaped message body: `{"type":"text","text":{…}}`. */
export type Content = { type: string } & Record<string, unknown>;

let csrfToken = "";

/** Kept in memory only; comes with the session and goes on every request that changes something. */
export function setCsrfToken(token: string) {
  csrfToken = token;
}

// The global fetch is looked up at call time, so that tests may replace it.
export const client = createClient<paths>({ baseUrl: location.origin, fetch: (request) => globalThis.fetch(request) });

client.use({
  onRequest({ request }) {
    if (request.method !== "GET" && csrfToken) request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's data, or a thrown `Problem` that says what the server said. */
export async function take<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    throw new Problem({ status: 0, slug: "offline", detail: String(cause) });
  }
  if (!answer.response.ok) throw problemFrom(answer.response, answer.error);
  return answer.data as T;
}
