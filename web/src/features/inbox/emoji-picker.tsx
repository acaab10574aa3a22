import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SearchBox } from "@/ui/search-box";
import { Spinner } from "@/ui/spinner";

interface Emoji {
  emoji: string;
  name: string;
}
interface Group {
  name: string;
  emojis: Emoji[];
}

/** The eight that people reach for. */
export const commonEmojis = ["👍", "❤️", "😂", "😮", "😢", "🙏", "🎉", "✅"];

const RECENT = "waypost.emojis";
const RECENT_SIZE = 16;

function recent(): string[] {
  const kept = localStorage.getItem(RECENT);
  return kept ? kept.split(" ") : commonEmojis;
}

function remember(emoji: string) {
  localStorage.setItem(RECENT, [emoji, ...recent().filter((other) => other !== emoji)].slice(0, RECENT_SIZE).join(" "));
}

// 2 000 names are worth a chunk of their own, loaded when the picker first opens.
const load = async (): Promise<Group[]> => {
  const module = await import("unicode-emoji-json/data-by-group.json");
  return (module.default as unknown as { name: string; emojis: Emoji[] }[]).map(({ name, emojis }) => ({
    name,
    emojis: emojis.map((entry) => ({ emoji: entry.emoji, name: entry.name })),
  }));
};

export function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const { data } = useQuery({ queryKey: ["emojis"], queryFn: load, staleTime: Number.POSITIVE_INFINITY });
  const needle = search.trim().toLowerCase();
  const pick = (emoji: string) => {
    remember(emoji);
    onPick(emoji);
  };
  const grid = (emojis: Emoji[]) => (
    <div className="grid grid-cols-8">
      {emojis.map(({ emoji, name }) => (
        <button
          key={emoji}
          type="button"
          title={name}
          aria-label={name}
          onClick={() => pick(emoji)}
          className="flex size-8.5 items-center justify-center rounded-lg text-xl hover:bg-hover"
        >
          {emoji}
        </button>
      ))}
    </div>
  );
  const found = data?.flatMap((group) => group.emojis).filter((entry) => entry.name.includes(needle));
  return (
    <div className="w-[18.5rem]">
      <div className="p-1.5">
        <SearchBox value={search} onChange={setSearch} label={t("emoji.search")} />
      </div>
      <div className="h-64 overflow-y-auto px-1.5 pb-1.5">
        {!data ? (
          <div className="flex h-full items-center justify-center text-muted">
            <Spinner />
          </div>
        ) : needle ? (
          found?.length ? (
            grid(found.slice(0, 160))
          ) : (
            <p className="py-8 text-center text-muted">{t("emoji.nothing")}</p>
          )
        ) : (
          <>
            <h3 className="px-1 py-1 font-medium text-2xs text-faint">{t("emoji.recent")}</h3>
            {grid(recent().map((emoji) => ({ emoji, name: emoji })))}
            {data.map((group) => (
              <section key={group.name} className="[content-visibility:auto] [contain-intrinsic-size:auto_300px]">
                <h3 className="px-1 py-1 font-medium text-2xs text-faint">{group.name}</h3>
                {grid(group.emojis)}
              </section>
            ))}
          </>
        )}
      </div>
    </div>
  );
}
