import type { ReactNode } from "react";

// WhatsApp's own marks: ```code```, `code`, *bold*, _italic_, ~strike~, and addresses become links.
const INLINE =
  /```([\s\S]+?)```|`([^`\n]+)`|(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])|(?<![\w_])_(\S(?:[^_\n]*\S)?)_(?![\w_])|(?<![\w~])~(\S(?:[^~\n]*\S)?)~(?![\w~])|(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/g;

function nodes(text: string, depth: number): ReactNode[] {
  const out: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) out.push(text.slice(from, match.index));
    const key = match.index;
    const [whole, block, code, bold, italic, strike, url] = match;
    const inner = (words: string) => (depth < 3 ? nodes(words, depth + 1) : words);
    if (block !== undefined || code !== undefined) {
      out.push(
        <code key={key} className="rounded bg-black/8 px-1 font-mono text-[0.8em] dark:bg-white/10">
          {block ?? code}
        </code>,
      );
    } else if (bold !== undefined) out.push(<strong key={key}>{inner(bold)}</strong>);
    else if (italic !== undefined) out.push(<em key={key}>{inner(italic)}</em>);
    else if (strike !== undefined) out.push(<s key={key}>{inner(strike)}</s>);
    else if (url !== undefined) {
      out.push(
        <a
          key={key}
          href={url}
          target="_blank"
          rel="noreferrer noopener"
          className="text-link underline underline-offset-2"
        >
          {url}
        </a>,
      );
    }
    from = match.index + whole.length;
  }
  if (from < text.length) out.push(text.slice(from));
  return out;
}

/** A text as WhatsApp draws it. */
export function Formatted({ text }: { text: string }) {
  return (
    <span dir="auto" className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {nodes(text, 0)}
    </span>
  );
}
