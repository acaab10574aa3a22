/** What went wrong, as RFC 9457 problem+json told it. `status` 0 means that no answer came at all. */
export class Problem extends Error {
  readonly status: number;
  /** Last segment of the problem's `type`: `invalid`, `rule-violated`, … or `offline`. */
  readonly slug: string;
  readonly title: string | null;
  readonly detail: string | null;
  /** The field of the request that was refused, as the request names it. */
  readonly field: string | null;
  readonly limit: number | null;
  readonly requestId: string | null;

  constructor(facts: {
    status: number;
    slug: string;
    title?: string | null;
    detail?: string | null;
    field?: string | null;
    limit?: number | null;
    requestId?: string | null;
  }) {
    super(facts.detail ?? facts.title ?? facts.slug);
    this.status = facts.status;
    this.slug = facts.slug;
    this.title = facts.title ?? null;
    this.detail = facts.detail ?? null;
    this.field = facts.field ?? null;
    this.limit = facts.limit ?? null;
    this.requestId = facts.requestId ?? null;
  }
}

/** Reads a problem out of any answer: a proxy's HTML page becomes one too. */
export function problemFrom(response: Response, body: unknown): Problem {
  const facts = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const text = (key: string) => (typeof facts[key] === "string" ? (facts[key] as string) : null);
  return new Problem({
    status: response.status,
    slug: text("type")?.split("/").pop() ?? (response.status >= 500 ? "unavailable" : "invalid"),
    title: text("title"),
    detail: text("detail"),
    field: text("field"),
    limit: typeof facts.limit === "number" ? facts.limit : null,
    requestId: text("request_id"),
  });
}

export const isProblem = (error: unknown, slug?: string): error is Problem =>
  error instanceof Problem && (slug === undefined || error.slug === slug);
