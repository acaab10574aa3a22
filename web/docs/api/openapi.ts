// As much of OpenAPI 3.1 as the reference draws.

export type Json = Record<string, unknown>;

export interface Schema extends Json {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  example?: unknown;
  examples?: unknown[];
  format?: string;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

interface Body {
  description?: string;
  content?: Record<string, { schema?: Schema; example?: unknown }>;
}

export interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: Body;
  responses?: Record<string, Body>;
  security?: Record<string, unknown>[];
}

export interface OpenApi {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

export interface Endpoint {
  id: string;
  method: string;
  path: string;
  operation: Operation;
}

const methods = ["get", "post", "put", "patch", "delete"];

/** Endpoints by tag, in the order of the document. */
export function endpointsOf(api: OpenApi): Map<string, Endpoint[]> {
  const groups = new Map<string, Endpoint[]>((api.tags ?? []).map((tag) => [tag.name, []]));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of methods) {
      const operation = item[method];
      if (!operation) continue;
      const tag = operation.tags?.[0] ?? "other";
      const endpoint = { id: operation.operationId ?? `${method}-${path}`, method, path, operation };
      groups.set(tag, [...(groups.get(tag) ?? []), endpoint]);
    }
  }
  return new Map([...groups].filter(([, endpoints]) => endpoints.length > 0));
}

/** Whether an API key opens it: some endpoints are for everybody, some for a session only. */
export const takesKey = ({ security }: Operation): boolean =>
  !security || security.some((way) => Object.keys(way).some((name) => name !== "session"));

export const nameOf = (schema: Schema): string | null => schema.$ref?.split("/").pop() ?? null;

export function resolve(api: OpenApi, schema: Schema): Schema {
  const name = nameOf(schema);
  return name ? (api.components?.schemas?.[name] ?? {}) : schema;
}

/** A type in a few words: `string (date-time) | null`, `Message[]`. */
export function typeWords(schema: Schema): string {
  const name = nameOf(schema);
  if (name) return name;
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map(typeWords).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? "any"];
  return types
    .map((type) =>
      type === "array" && schema.items
        ? `${typeWords(schema.items)}[]`
        : schema.format && type === "string"
          ? `string (${schema.format})`
          : type,
    )
    .join(" | ");
}

/** An example value of a schema: its own, or one made of its parts. */
export function sample(api: OpenApi, schema: Schema, depth = 0): unknown {
  const whole = resolve(api, schema);
  if (whole.example !== undefined) return whole.example;
  if (whole.examples?.[0] !== undefined) return whole.examples[0];
  if (whole.enum) return whole.enum[0];
  const choice = (whole.oneOf ?? whole.anyOf)?.find((option) => option.type !== "null");
  if (choice) return sample(api, choice, depth);
  if (whole.allOf) return Object.assign({}, ...whole.allOf.map((part) => sample(api, part, depth)));
  const type = Array.isArray(whole.type) ? whole.type.find((one) => one !== "null") : whole.type;
  if (type === "array") return depth > 4 || !whole.items ? [] : [sample(api, whole.items, depth + 1)];
  if (type === "object" || whole.properties) {
    if (depth > 4) return {};
    return Object.fromEntries(
      Object.entries(whole.properties ?? {}).map(([key, part]) => [key, sample(api, part, depth + 1)]),
    );
  }
  if (type === "integer" || type === "number") return 0;
  if (type === "boolean") return true;
  return whole.format === "date-time" ? "2026-11-22T09:30:00Z" : "string";
}
