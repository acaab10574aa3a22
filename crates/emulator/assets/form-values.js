// What `${form.x}`, `${data.x}`, `${screen.S.form.x}` and `expressions` of a form stand for while somebody fills it in. The control
// API has the last word on what is sent; here it is only about what is seen: texts, what is shown, what can be tapped.

/** A scope is {data, form, screens}. Every reference in the value is replaced; what has no value becomes null. */
export function resolve(value, scope) {
  if (typeof value === "string") return resolveText(value, scope);
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part, scope)]));
  return value;
}

function resolveText(written, scope) {
  const trimmed = written.trim();
  if (trimmed.length > 1 && trimmed.startsWith("`") && trimmed.endsWith("`")) {
    try { return evaluate(trimmed.slice(1, -1), scope); } catch { return null; }
  }
  const whole = /^\$\{([^{}]+)\}$/.exec(trimmed);
  if (whole) return lookup(whole[1], scope);
  return written.replace(/\$\{([^}]*)\}/g, (_, name) => words(lookup(name, scope)));
}

function lookup(name, { data, form, screens }) {
  const [root, ...path] = name.trim().split(".");
  let from = { data, form }[root];
  if (root === "screen") from = screens?.[path.shift()]?.[path.shift()];
  return path.reduce((value, key) => value?.[key], from) ?? null;
}

export function truth(value) {
  return Array.isArray(value) || (value && typeof value === "object") ? true : Boolean(value);
}

/** A condition as `If` writes it: with or without backticks, or a plain truth. */
export function holds(condition, scope) {
  if (typeof condition !== "string") return truth(condition);
  const inner = condition.trim().replace(/^`|`$/g, "");
  try { return truth(evaluate(inner, scope)); } catch { return false; }
}

const words = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));

// --- expressions -----------------------------------------------------------------------------------------------------

const TOKEN = /\s*(?:(\$\{[^}]*\})|('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(\d+(?:\.\d+)?)|(true|false)\b|(==|!=|<=|>=|&&|\|\||[<>!+\-*/%()]))/y;

function tokens(text, scope) {
  const out = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const hit = TOKEN.exec(text);
    if (!hit) throw new Error("not an expression");
    const [, reference, quoted, number, word, sign] = hit;
    if (sign) out.push({ sign });
    else if (reference) out.push({ value: lookup(reference.slice(2, -1), scope) });
    else if (quoted) out.push({ value: quoted.slice(1, -1).replace(/\\(.)/g, "$1") });
    else out.push({ value: number ? Number(number) : word === "true" });
  }
  return out;
}

/** How strongly signs bind; texts beside each other are joined between comparing and adding. */
const LEVELS = [["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">="], "joined", ["+", "-"], ["*", "/", "%"]];

function evaluate(text, scope) {
  const all = tokens(text, scope);
  let at = 0;
  const take = (signs) => (signs.includes(all[at]?.sign) ? all[at++].sign : undefined);
  const level = (n) => {
    if (n === LEVELS.length) return member();
    let left = level(n + 1);
    if (LEVELS[n] === "joined") {
      while (all[at] && (!all[at].sign || all[at].sign === "(")) left = words(left) + words(level(n + 1));
      return left;
    }
    for (let sign = take(LEVELS[n]); sign; sign = take(LEVELS[n])) left = apply(left, sign, level(n + 1));
    return left;
  };
  const member = () => {
    const sign = take(["!", "-", "("]);
    if (sign === "!") return !truth(member());
    if (sign === "-") return apply(0, "-", member());
    if (sign === "(") {
      const inner = level(0);
      if (!take([")"])) throw new Error("not closed");
      return inner;
    }
    if (!all[at] || all[at].sign) throw new Error("something is missing");
    return all[at++].value;
  };
  const value = level(0);
  if (at < all.length) throw new Error("too much");
  return value;
}

const number = (value) => (typeof value === "number" ? value : typeof value === "string" && value.trim() ? Number(value) : Number.NaN);

function apply(left, sign, right) {
  switch (sign) {
    case "||": return truth(left) || truth(right);
    case "&&": return truth(left) && truth(right);
    case "==": return same(left, right);
    case "!=": return !same(left, right);
    default: break;
  }
  const [a, b] = [number(left), number(right)];
  switch (sign) {
    case "<": return a < b;
    case "<=": return a <= b;
    case ">": return a > b;
    case ">=": return a >= b;
    case "+": return a + b;
    case "-": return a - b;
    case "*": return a * b;
    case "/": return a / b;
    default: return a % b;
  }
}

/** What people type are texts, also when they are numbers. */
function same(left, right) {
  const [a, b] = [number(left), number(right)];
  const texts = typeof left === "string" && typeof right === "string";
  return !texts && !Number.isNaN(a) && !Number.isNaN(b) ? a === b : words(left) === words(right);
}
