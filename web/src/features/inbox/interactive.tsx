import clsx from "clsx";
import { Check, ExternalLink, List, Reply } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Formatted } from "./formatted";
import { useKindName } from "./kind";
import { partOf, textOf } from "./words";

type Json = Record<string, unknown>;
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** The row of buttons under a bubble; the one the contact chose is marked. */
export function ButtonRow({ children, chosen, icon }: { children: ReactNode; chosen?: boolean; icon?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div
      className={clsx(
        "flex items-center justify-center gap-1.5 border-current/10 border-t px-3 py-1.5 font-medium text-13",
        chosen ? "text-accent-text" : "text-link",
      )}
    >
      {chosen ? <Check className="size-3.5" aria-hidden="true" /> : icon}
      <span>{children}</span>
      {chosen && (
        <span className="rounded-full bg-accent-soft px-1.5 text-2xs text-accent-text">{t("message.chosen")}</span>
      )}
    </div>
  );
}

const replyIcon = <Reply className="size-3.5" aria-hidden="true" />;

function ListRows({ action, chosen }: { action: Json; chosen: string | undefined }) {
  return (
    <details className="border-current/10 border-t" open={chosen !== undefined}>
      <summary className="flex cursor-pointer list-none items-center justify-center gap-1.5 px-3 py-1.5 font-medium text-13 text-link">
        <List className="size-3.5" aria-hidden="true" />
        {textOf(action.button)}
      </summary>
      <div className="space-y-2 px-2.5 pb-2">
        {listOf(action.sections).map((section, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a sent list never changes
          <div key={at}>
            {textOf(section.title) && (
              <div className="font-medium text-2xs text-muted uppercase">{textOf(section.title)}</div>
            )}
            {listOf(section.rows).map((row) => {
              const picked = chosen === row.id;
              return (
                <div
                  key={textOf(row.id)}
                  className={clsx("flex items-start gap-2 rounded-md px-1.5 py-1", picked && "bg-accent-soft")}
                >
                  <span className="min-w-0 flex-1">
                    <span className={clsx("block", picked && "font-semibold text-accent-text")}>
                      {textOf(row.title)}
                    </span>
                    {textOf(row.description) && (
                      <span className="block text-2xs text-muted">{textOf(row.description)}</span>
                    )}
                  </span>
                  {picked && <Check className="mt-0.5 size-3.5 text-accent-text" aria-hidden="true" />}
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </details>
  );
}

/** What a contact chose or filled in: a short answer, with what it was chosen from above it as a quotation. */
function Answer({ part }: { part: Json }) {
  const chosen = [partOf(part, "button_reply"), partOf(part, "list_reply")].find((reply) => textOf(reply.title));
  if (chosen) {
    const description = textOf(chosen.description);
    return (
      <>
        <Formatted text={textOf(chosen.title)} />
        {description && <div className="text-13 text-muted">{description}</div>}
      </>
    );
  }
  const form = partOf(part, "nfm_reply");
  let values: [string, unknown][] = [];
  try {
    values = Object.entries(JSON.parse(textOf(form.response_json) || "{}") as Json);
  } catch {
    values = [["response", form.response_json]];
  }
  return (
    <div className="space-y-1">
      {textOf(form.body) && <Formatted text={textOf(form.body)} />}
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-13">
        {values.map(([key, value]) => (
          <div key={key} className="contents">
            <dt className="text-muted">{key}</dt>
            <dd className="[overflow-wrap:anywhere]">{typeof value === "string" ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

export const isAnswer = (part: Json): boolean => /_reply$/.test(textOf(part.type));

/** Words of an interactive message, without its buttons. */
export function InteractiveBody({ part }: { part: Json }) {
  const name = useKindName();
  if (isAnswer(part)) return <Answer part={part} />;
  const header = partOf(part, "header");
  const media = textOf(header.type);
  return (
    <div className="space-y-1">
      {textOf(header.text) && <div className="font-semibold">{textOf(header.text)}</div>}
      {media && media !== "text" && (
        <div className="rounded-md bg-black/5 px-2 py-1 text-13 text-muted dark:bg-white/6">{name(media)}</div>
      )}
      <Formatted text={textOf(partOf(part, "body").text)} />
      {textOf(partOf(part, "footer").text) && (
        <div className="text-13 text-muted">{textOf(partOf(part, "footer").text)}</div>
      )}
    </div>
  );
}

/** Its buttons, below the words and the time. */
export function InteractiveButtons({ part, chosen }: { part: Json; chosen: string | undefined }) {
  const action = partOf(part, "action");
  if (isAnswer(part)) return null;
  if (listOf(action.sections).length > 0 && textOf(part.type) === "list")
    return <ListRows action={action} chosen={chosen} />;
  const buttons = listOf(action.buttons);
  const parameters = partOf(action, "parameters");
  const call = textOf(parameters.display_text) || textOf(parameters.flow_cta);
  return (
    <>
      {buttons.map((button) => {
        const reply = partOf(button, textOf(button.type) || "reply");
        const id = textOf(reply.id);
        return (
          <ButtonRow key={id} chosen={chosen === id} icon={replyIcon}>
            {textOf(reply.title)}
          </ButtonRow>
        );
      })}
      {call && <ButtonRow icon={<ExternalLink className="size-3.5" aria-hidden="true" />}>{call}</ButtonRow>}
    </>
  );
}
