import { Pause, Play } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

const speeds = [1, 1.5, 2];

// A recording without a length in its header says Infinity until it has been played through.
const clock = (seconds: number): string => {
  const whole = Number.isFinite(seconds) ? Math.floor(seconds) : 0;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

export function AudioPlayer({ src }: { src: string }) {
  const { t } = useTranslation();
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(0);
  const [speed, setSpeed] = useState(1);
  const toggle = () => (playing ? audio.current?.pause() : void audio.current?.play());
  const faster = () => {
    const next = speeds[(speeds.indexOf(speed) + 1) % speeds.length] ?? 1;
    setSpeed(next);
    if (audio.current) audio.current.playbackRate = next;
  };
  return (
    <div className="flex w-64 max-w-full items-center gap-2.5 py-0.5">
      {/* biome-ignore lint/a11y/useMediaCaption: a customer's voice comes without captions */}
      <audio
        ref={audio}
        src={src}
        preload="metadata"
        onLoadedMetadata={(event) => setLength(event.currentTarget.duration)}
        onDurationChange={(event) => setLength(event.currentTarget.duration)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
      />
      <button
        type="button"
        onClick={toggle}
        aria-label={t(playing ? "message.audio.pause" : "message.audio.play")}
        className="flex size-9 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent hover:bg-accent-hover"
      >
        {playing ? (
          <Pause className="size-4 fill-current" aria-hidden="true" />
        ) : (
          <Play className="ms-0.5 size-4 fill-current" aria-hidden="true" />
        )}
      </button>
      <div className="min-w-0 flex-1">
        <input
          type="range"
          aria-label={t("message.audio.position")}
          min={0}
          max={Number.isFinite(length) && length > 0 ? length : 1}
          step={0.05}
          value={at}
          onChange={(event) => {
            if (audio.current) audio.current.currentTime = Number(event.target.value);
          }}
          className="seek block h-4 w-full"
        />
        <div className="text-[0.6875rem] text-muted tabular-nums leading-3">
          {clock(playing || at > 0 ? at : length)}
        </div>
      </div>
      <button
        type="button"
        onClick={faster}
        aria-label={`${t("message.audio.speed")} ${speed}×`}
        className="w-9 shrink-0 rounded-full bg-black/8 py-0.5 text-center font-medium text-2xs tabular-nums hover:bg-black/12 dark:bg-white/10 dark:hover:bg-white/16"
      >
        {speed}×
      </button>
    </div>
  );
}
