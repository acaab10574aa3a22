import {
  CircleHelp,
  Contact,
  FileText,
  Image,
  LayoutTemplate,
  type LucideIcon,
  MapPin,
  Mic,
  ShoppingCart,
  SmilePlus,
  Sticker,
  Video,
} from "lucide-react";
import { useTranslation } from "react-i18next";

const icons: Record<string, LucideIcon> = {
  image: Image,
  video: Video,
  audio: Mic,
  document: FileText,
  sticker: Sticker,
  location: MapPin,
  contacts: Contact,
  template: LayoutTemplate,
  order: ShoppingCart,
  reaction: SmilePlus,
};

const named = [
  "text",
  "image",
  "video",
  "audio",
  "document",
  "sticker",
  "location",
  "contacts",
  "interactive",
  "button",
  "template",
  "order",
  "reaction",
  "system",
  "unsupported",
] as const;

export function KindIcon({ kind, className }: { kind: string; className?: string }) {
  const Icon = icons[kind] ?? CircleHelp;
  return <Icon className={className} aria-hidden="true" />;
}

/** A kind's name in the reader's language; a kind we have no word for keeps Meta's. */
export function useKindName(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) => {
    const known = named.find((candidate) => candidate === kind);
    return known ? t(`kind.${known}`) : kind.replaceAll("_", " ");
  };
}
