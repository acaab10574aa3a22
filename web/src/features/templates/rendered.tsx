import { Copy, ExternalLink, FileText, ImageIcon, MapPin, Phone, Reply, Video } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Formatted } from "@/features/inbox/formatted";
import { ButtonRow } from "@/features/inbox/interactive";
import { elsewhere, mediaUrl } from "@/features/inbox/media";
import type { Rendered, RenderedButton } from "./parameters";

const mediaIcons = { image: ImageIcon, video: Video, document: FileText, location: MapPin };

function Header({ header }: { header: NonNullable<Rendered["header"]> }) {
  const { t } = useTranslation();
  if (header.kind === "text") return <div className="font-semibold">{header.text}</div>;
  const Icon = mediaIcons[header.kind];
  const src = header.media.startsWith("med_")
    ? mediaUrl(header.media)
    : /^(https?|blob):/.test(header.media)
      ? header.media
      : null;
  const linked = elsewhere(src);
  if (linked)
    return (
      <a
        href={linked.href}
        target="_blank"
        rel="noreferrer"
        className="flex h-24 flex-col items-center justify-center gap-1.5 rounded-lg bg-black/6 px-3 text-muted dark:bg-white/8"
      >
        <Icon className="size-7" aria-hidden="true" />
        <span className="max-w-full truncate text-2xs">{t("message.media.elsewhere", { host: linked.host })}</span>
      </a>
    );
  if (header.kind === "image" && src)
    return <img src={src} alt="" className="max-h-48 w-full rounded-lg object-cover" />;
  return (
    <div className="flex h-24 items-center justify-center rounded-lg bg-black/6 text-muted dark:bg-white/8">
      <Icon className="size-7" aria-hidden="true" />
    </div>
  );
}

/** A template's header, body and footer, as the phone shows them. */
export function RenderedBody({ rendered }: { rendered: Rendered }) {
  return (
    <div className="space-y-1">
      {rendered.header && <Header header={rendered.header} />}
      <Formatted text={rendered.body} />
      {rendered.footer && <div className="text-13 text-muted">{rendered.footer}</div>}
    </div>
  );
}

const icons: Record<RenderedButton["kind"], ReactNode> = {
  quick_reply: <Reply className="size-3.5" aria-hidden="true" />,
  url: <ExternalLink className="size-3.5" aria-hidden="true" />,
  phone_number: <Phone className="size-3.5" aria-hidden="true" />,
  copy_code: <Copy className="size-3.5" aria-hidden="true" />,
  other: null,
};

export function RenderedButtons({ rendered, chosen }: { rendered: Rendered; chosen?: string }) {
  return rendered.buttons.map((button) => (
    <ButtonRow key={button.text} chosen={chosen === button.text} icon={icons[button.kind]}>
      {button.text}
    </ButtonRow>
  ));
}
