import { useQuery } from "@tanstack/react-query";
import { ExternalLink, MapPin, Phone } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api";
import { templatesQuery } from "@/features/templates/calls";
import { type Json, type Rendered, render, valuesIn } from "@/features/templates/parameters";
import { RenderedBody, RenderedButtons } from "@/features/templates/rendered";
import { Avatar } from "@/ui/avatar";
import { Formatted } from "./formatted";
import { InteractiveBody, InteractiveButtons } from "./interactive";
import { KindIcon, useKindName } from "./kind";
import { MediaBody } from "./media";
import { partOf, textOf } from "./words";

function Location({ part }: { part: Json }) {
  const { t } = useTranslation();
  const where = `${part.latitude},${part.longitude}`;
  return (
    <a
      href={`https://www.openstreetmap.org/?mlat=${part.latitude}&mlon=${part.longitude}#map=16/${part.latitude}/${part.longitude}`}
      target="_blank"
      rel="noreferrer noopener"
      className="block w-60 max-w-full overflow-hidden rounded-lg bg-black/5 dark:bg-white/6"
    >
      {/* A drawing, not a map: a tile server must not learn where customers are. */}
      <span
        aria-hidden="true"
        className="relative flex h-24 items-center justify-center bg-[#d5e6dc] dark:bg-[#16332a]"
      >
        <svg
          aria-hidden="true"
          viewBox="0 0 240 96"
          className="absolute inset-0 size-full text-white/70 dark:text-white/10"
          fill="none"
          stroke="currentColor"
          strokeWidth="5"
        >
          <path d="M-5 70C60 50 90 95 150 62S230 30 250 36M70-5c8 40 40 50 36 106M178-5c-14 30 10 60 6 106" />
        </svg>
        <MapPin className="relative size-8 fill-danger text-white" />
      </span>
      <span className="flex items-center gap-2 px-2.5 py-2">
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{textOf(part.name) || where}</span>
          <span className="block truncate text-13 text-muted">{textOf(part.address) || t("message.openMap")}</span>
        </span>
        <ExternalLink className="size-3.5 text-muted" aria-hidden="true" />
      </span>
    </a>
  );
}

function ContactCards({ cards }: { cards: Json[] }) {
  return (
    <div className="w-60 max-w-full space-y-2">
      {cards.map((card, at) => {
        const name = textOf(partOf(card, "name").formatted_name) || "?";
        const phones = Array.isArray(card.phones) ? (card.phones as Json[]) : [];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a sent card never moves
          <div key={at} className="flex items-center gap-2.5 rounded-lg bg-black/5 p-2 dark:bg-white/6">
            <Avatar name={name} size="sm" />
            <div className="min-w-0">
              <div className="truncate font-medium">{name}</div>
              {phones.map((phone) => (
                <div key={textOf(phone.phone)} className="flex items-center gap-1 text-13 text-muted">
                  <Phone className="size-3" aria-hidden="true" />
                  {textOf(phone.phone) || textOf(phone.wa_id)}
                </div>
              ))}
            </div>
          </div>
        );
      })}
    </div>
  );
}

/** A kind we can't draw is shown as what it is, with everything Meta said about it. */
function Unknown({ message }: { message: Message }) {
  const { t } = useTranslation();
  const name = useKindName();
  return (
    <details className="w-64 max-w-full">
      <summary className="flex cursor-pointer items-center gap-2 text-muted">
        <KindIcon kind={message.kind} className="size-4" />
        <span className="flex-1">
          <span className="block font-medium">{name(message.kind)}</span>
          <span className="block text-2xs">{t("message.unknownKind")}</span>
        </span>
      </summary>
      <pre className="mt-2 max-h-64 overflow-auto rounded-lg bg-black/6 p-2 font-mono text-2xs dark:bg-white/6">
        {JSON.stringify(message.content, null, 2)}
      </pre>
    </details>
  );
}

function Order({ part }: { part: Json }) {
  const { t, i18n } = useTranslation();
  const items = Array.isArray(part.product_items) ? (part.product_items as Json[]) : [];
  const money = (value: number, currency: string) =>
    new Intl.NumberFormat(i18n.language, { style: "currency", currency: currency || "USD" }).format(value);
  const total = items.reduce((sum, item) => sum + Number(item.item_price) * Number(item.quantity), 0);
  return (
    <div className="w-60 max-w-full space-y-1">
      {items.map((item) => (
        <div key={textOf(item.product_retailer_id)} className="flex justify-between gap-3">
          <span>
            {String(item.quantity)} × {textOf(item.product_retailer_id)}
          </span>
          <span className="tabular-nums">
            {money(Number(item.item_price) * Number(item.quantity), textOf(item.currency))}
          </span>
        </div>
      ))}
      <div className="flex justify-between gap-3 border-current/10 border-t pt-1 font-semibold">
        <span>{t("message.total")}</span>
        <span className="tabular-nums">{money(total, textOf(items[0]?.currency))}</span>
      </div>
      {textOf(part.text) && <Formatted text={textOf(part.text)} />}
    </div>
  );
}

function useRendered(message: Message, phoneNumber: string): Rendered | null {
  const part = partOf(message.content, "template");
  const isTemplate = message.kind === "template";
  const { data } = useQuery({ ...templatesQuery(phoneNumber), enabled: isTemplate && phoneNumber !== "" });
  if (!isTemplate) return null;
  const language = textOf(partOf(part, "language").code);
  const template = data?.find((candidate) => candidate.name === part.name && candidate.language === language);
  const sent = Array.isArray(part.components) ? (part.components as Json[]) : [];
  return template ? render(template.components, valuesIn(sent)) : null;
}

function TemplateFallback({ part }: { part: Json }) {
  const sent = Array.isArray(part.components) ? (part.components as Json[]) : [];
  const values = Object.values(valuesIn(sent)).filter(Boolean);
  return (
    <div>
      <div className="flex items-center gap-1.5 font-medium">
        <KindIcon kind="template" className="size-4 text-muted" />
        {textOf(part.name)}
      </div>
      {values.length > 0 && <div className="text-13 text-muted">{values.join(" · ")}</div>}
    </div>
  );
}

/** What a bubble holds above its time. */
export function ContentBody({ message, phoneNumber }: { message: Message; phoneNumber: string }) {
  const rendered = useRendered(message, phoneNumber);
  const part = partOf(message.content, message.kind);
  switch (message.kind) {
    case "text":
      return <Formatted text={textOf(part.body)} />;
    case "button":
      return <Formatted text={textOf(part.text)} />;
    case "image":
    case "video":
    case "audio":
    case "document":
    case "sticker":
      return <MediaBody message={message} />;
    case "location":
      return <Location part={part} />;
    case "contacts":
      return (
        <ContactCards cards={Array.isArray(message.content.contacts) ? (message.content.contacts as Json[]) : []} />
      );
    case "interactive":
      return <InteractiveBody part={part} />;
    case "template":
      return rendered ? <RenderedBody rendered={rendered} /> : <TemplateFallback part={part} />;
    case "order":
      return <Order part={part} />;
    default:
      return <Unknown message={message} />;
  }
}

/** Buttons that hang below the time. */
export function ContentButtons({
  message,
  phoneNumber,
  chosen,
}: {
  message: Message;
  phoneNumber: string;
  chosen?: string;
}) {
  const rendered = useRendered(message, phoneNumber);
  if (message.kind === "interactive")
    return <InteractiveButtons part={partOf(message.content, "interactive")} chosen={chosen} />;
  return rendered ? <RenderedButtons rendered={rendered} chosen={chosen} /> : null;
}
