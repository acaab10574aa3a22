// The frame speaks the reader's language; what the document says stays in its own, English.
import clsx from "clsx";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Logo } from "../../src/ui/logo";
import {
  type Endpoint,
  endpointsOf,
  nameOf,
  type OpenApi,
  resolve,
  type Schema,
  sample,
  takesKey,
  typeWords,
} from "./openapi";

const colours: Record<string, string> = {
  get: "bg-[#e2eafb] text-[#2a4a9b] dark:bg-[#1d2b4d] dark:text-[#a9c1ff]",
  post: "bg-accent-soft text-accent-text",
  put: "bg-warn-soft text-warn-text",
  patch: "bg-warn-soft text-warn-text",
  delete: "bg-danger-soft text-danger-text",
};

function Method({ name }: { name: string }) {
  return (
    <span
      className={clsx(
        "w-12 shrink-0 rounded px-1 text-center font-mono font-semibold text-[0.625rem] uppercase leading-4",
        colours[name],
      )}
    >
      {name}
    </span>
  );
}

const MARKS = /`([^`]+)`|\*\*([^*]+)\*\*/g;

function Inline({ text }: { text: string }) {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    parts.push(text.slice(from, match.index));
    const [whole, code, bold] = match;
    parts.push(
      code ? (
        <code key={match.index} className="rounded bg-subtle px-1 font-mono text-[0.9em] text-text">
          {code}
        </code>
      ) : (
        <strong key={match.index} className="text-text">
          {bold}
        </strong>
      ),
    );
    from = match.index + whole.length;
  }
  return [...parts, text.slice(from)];
}

/** Paragraphs, lists, `code` and **bold**: all the Markdown our descriptions use. */
function Prose({ text }: { text: string | undefined }) {
  if (!text) return null;
  return text.split(/\n{2,}/).map((block) =>
    block.startsWith("- ") ? (
      <ul key={block} lang="en" className="mt-2 max-w-3xl list-disc space-y-1 ps-5 text-muted leading-5">
        {block
          .slice(2)
          .split(/\n- /)
          .map((item) => (
            <li key={item}>
              <Inline text={item} />
            </li>
          ))}
      </ul>
    ) : (
      <p key={block} lang="en" className="mt-2 max-w-3xl text-muted leading-5">
        <Inline text={block} />
      </p>
    ),
  );
}

function Fields({ api, schema, depth = 0 }: { api: OpenApi; schema: Schema; depth?: number }) {
  const { t } = useTranslation();
  const whole = resolve(api, schema);
  const item = whole.type === "array" && whole.items ? resolve(api, whole.items) : whole;
  const fields = Object.entries(item.properties ?? {});
  if (fields.length === 0) return null;
  return (
    <ul className={clsx("divide-y divide-line", depth > 0 && "ms-3 border-s ps-3")}>
      {fields.map(([name, field]) => {
        const inner = field.items ?? field.oneOf?.find((option) => option.$ref) ?? field;
        const nested = depth < 2 && resolve(api, inner).properties ? inner : null;
        return (
          <li key={name} className="py-1.5 text-13">
            <div className="flex flex-wrap items-baseline gap-x-2">
              <code className="font-mono font-semibold">{name}</code>
              <span className="font-mono text-2xs text-muted [overflow-wrap:anywhere]">{typeWords(field)}</span>
              {item.required?.includes(name) && (
                <span className="text-2xs text-danger-text">{t("reference.required")}</span>
              )}
            </div>
            <Prose text={field.description} />
            {nested && (
              <details>
                <summary className="cursor-pointer text-2xs text-accent-text">
                  {nameOf(inner) ?? t("reference.fields")}
                </summary>
                <Fields api={api} schema={nested} depth={depth + 1} />
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Code({ value }: { value: string }) {
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-96 overflow-auto rounded-xl bg-rail p-3.5 font-mono text-[0.75rem] text-rail-text leading-[1.15rem]"
    >
      {value}
    </pre>
  );
}

const schemaOf = (content: Record<string, { schema?: Schema }> | undefined): Schema | null =>
  Object.values(content ?? {})[0]?.schema ?? null;

function curl(api: OpenApi, { method, path, operation }: Endpoint): string {
  const lines = [`curl${method === "get" ? "" : ` -X ${method.toUpperCase()}`} ${location.origin}${path}`];
  if (takesKey(operation)) lines.push(`  -H 'Authorization: Bearer wp_…'`);
  const content = operation.requestBody?.content;
  const json = content?.["application/json"];
  if (json) {
    lines.push(`  -H 'Content-Type: application/json'`);
    const body = json.example ?? (json.schema ? sample(api, json.schema) : {});
    lines.push(`  -d '${JSON.stringify(body, null, 2)}'`);
  } else if (content?.["multipart/form-data"]) lines.push("  -F file=@photo.jpg");
  return lines.join(" \\\n");
}

function Answers({ api, endpoint }: { api: OpenApi; endpoint: Endpoint }) {
  return Object.entries(endpoint.operation.responses ?? {}).map(([status, answer]) => {
    const schema = schemaOf(answer.content);
    return (
      <details key={status} className="rounded-xl border px-3 py-2">
        <summary className="flex cursor-pointer items-center gap-2 text-13">
          <span
            className={clsx("font-mono font-semibold", status.startsWith("2") ? "text-accent-text" : "text-warn-text")}
          >
            {status}
          </span>
          <span className="flex-1 text-muted">{answer.description}</span>
          {schema && <span className="font-mono text-2xs text-muted">{typeWords(schema)}</span>}
        </summary>
        {schema && (
          <div className="mt-2 space-y-2">
            <Fields api={api} schema={schema} />
            <Code value={JSON.stringify(sample(api, schema), null, 2)} />
          </div>
        )}
      </details>
    );
  });
}

function EndpointView({ api, endpoint }: { api: OpenApi; endpoint: Endpoint }) {
  const { t } = useTranslation();
  const { operation } = endpoint;
  const body = schemaOf(operation.requestBody?.content);
  return (
    <section id={endpoint.id} className="grid scroll-mt-4 gap-6 border-t py-8 xl:grid-cols-2">
      <div className="min-w-0">
        <h3 lang="en" className="font-semibold text-base">
          {operation.summary ?? endpoint.id}
        </h3>
        <div className="mt-1.5 flex items-center gap-2">
          <Method name={endpoint.method} />
          <code className="font-mono text-13 [overflow-wrap:anywhere]">{endpoint.path}</code>
        </div>
        <Prose text={operation.description} />
        {(operation.parameters ?? []).length > 0 && (
          <>
            <h4 className="mt-4 mb-1 font-semibold text-13">{t("reference.parameters")}</h4>
            <ul className="divide-y divide-line">
              {operation.parameters?.map((parameter) => (
                <li key={`${parameter.in}-${parameter.name}`} className="py-1.5 text-13">
                  <div className="flex flex-wrap items-baseline gap-x-2">
                    <code className="font-mono font-semibold">{parameter.name}</code>
                    <span className="font-mono text-2xs text-muted">
                      {parameter.in} · {typeWords(parameter.schema ?? {})}
                    </span>
                    {parameter.required && <span className="text-2xs text-danger-text">{t("reference.required")}</span>}
                  </div>
                  <Prose text={parameter.description} />
                </li>
              ))}
            </ul>
          </>
        )}
        {body && (
          <>
            <h4 className="mt-4 mb-1 font-semibold text-13">
              {t("reference.body")}{" "}
              {nameOf(body) && <span className="font-mono text-2xs text-muted">{nameOf(body)}</span>}
            </h4>
            <Fields api={api} schema={body} />
          </>
        )}
      </div>
      <div className="min-w-0 space-y-2">
        <Code value={curl(api, endpoint)} />
        <Answers api={api} endpoint={endpoint} />
      </div>
    </section>
  );
}

function useDocument() {
  const [api, setApi] = useState<OpenApi | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    fetch("/v1/openapi.json")
      .then((response) => (response.ok ? response.json() : Promise.reject(new Error(`HTTP ${response.status}`))))
      .then(setApi)
      .catch((reason: unknown) => setError(String(reason)));
  }, []);
  return { api, error };
}

function Index({ groups }: { groups: Map<string, Endpoint[]> }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const needle = search.trim().toLowerCase();
  const shown = (endpoint: Endpoint) =>
    `${endpoint.path} ${endpoint.operation.summary} ${endpoint.id}`.toLowerCase().includes(needle);
  return (
    <nav
      aria-label={t("reference.endpoints")}
      className="hidden h-dvh w-72 shrink-0 flex-col overflow-y-auto border-e bg-surface p-4 md:flex"
    >
      <a href="/" className="mb-4 flex items-center gap-2.5 font-semibold text-base">
        <Logo className="size-7" /> {t("reference.title")}
      </a>
      <input
        type="search"
        aria-label={t("reference.filter")}
        placeholder={t("reference.filterHint")}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        className="mb-3 h-8.5 shrink-0 rounded-lg bg-subtle px-3"
      />
      {[...groups].map(([tag, endpoints]) => {
        const found = endpoints.filter(shown);
        if (found.length === 0) return null;
        return (
          <div key={tag} className="mb-3">
            <div className="mb-1 font-medium text-2xs text-faint uppercase tracking-wide">{tag}</div>
            {found.map((endpoint) => (
              <a
                key={endpoint.id}
                href={`#${endpoint.id}`}
                className="flex items-center gap-2 rounded-md px-1 py-1 text-13 hover:bg-hover"
              >
                <Method name={endpoint.method} />
                <span className="truncate">{endpoint.operation.summary ?? endpoint.path}</span>
              </a>
            ))}
          </div>
        );
      })}
    </nav>
  );
}

export function Reference() {
  const { t } = useTranslation();
  const { api, error } = useDocument();
  const groups = useMemo(() => (api ? endpointsOf(api) : new Map<string, Endpoint[]>()), [api]);
  // The sections are drawn after the document is read, so the browser's own jump came too early.
  useEffect(() => {
    if (api && location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }, [api]);
  if (error) {
    return (
      <p role="alert" className="p-10 text-center text-danger-text">
        {t("reference.failed", { reason: error })}
      </p>
    );
  }
  if (!api) {
    return (
      <p role="status" className="p-10 text-center text-muted">
        {t("state.loading")}
      </p>
    );
  }
  return (
    <div className="flex h-dvh bg-surface">
      <Index groups={groups} />
      <main className="min-w-0 flex-1 overflow-y-auto px-5 py-8 lg:px-10">
        <h1 className="font-semibold text-2xl tracking-tight">{api.info.title}</h1>
        <p className="text-muted">
          {t("reference.version", { version: api.info.version })} ·{" "}
          <a href="/v1/openapi.json" className="text-accent-text underline underline-offset-4">
            openapi.json
          </a>
        </p>
        <Prose text={api.info.description} />
        {[...groups].map(([tag, endpoints]) => (
          <div key={tag} className="mt-10">
            <h2 className="mb-4 font-semibold text-xl capitalize tracking-tight">{tag.replaceAll("-", " ")}</h2>
            {endpoints.map((endpoint) => (
              <EndpointView key={endpoint.id} api={api} endpoint={endpoint} />
            ))}
          </div>
        ))}
      </main>
    </div>
  );
}
