// The texts in the language that is chosen; components that use `t` follow a change at once.
import { en, type Dictionary } from "./en";
import { zh } from "./zh";

export type Language = "en" | "zh";
export const dictionaries: Record<Language, Dictionary> = { en, zh };

/** The tag for documents and number formats. */
export const languageTags: Record<Language, string> = { en: "en", zh: "zh-CN" };

const current = $state<{ language: Language }>({ language: "en" });

export function setLanguage(language: Language): void {
  current.language = language;
}

export function language(): Language {
  return current.language;
}

export function browserLanguage(preferred: readonly string[]): Language {
  const known = preferred.map((tag) => tag.toLowerCase().split("-")[0]);
  return known.find((tag): tag is Language => tag === "en" || tag === "zh") ?? "en";
}

export const t: Dictionary = new Proxy({} as Dictionary, {
  get: (_target, key) => dictionaries[current.language][key as keyof Dictionary],
});

export function formatNumber(value: number, digits = 0): string {
  return value.toLocaleString(languageTags[current.language], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** Beyond a hundred nobody reads decimals. */
export function formatSpeed(tokensPerSecond: number): string {
  return formatNumber(tokensPerSecond, tokensPerSecond < 100 ? 1 : 0);
}

export function formatTime(time: number): string {
  return new Date(time).toLocaleString(languageTags[current.language], {
    dateStyle: "medium",
    timeStyle: "short",
  });
}

export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? t.seconds(seconds) : t.minutes(Math.floor(seconds / 60), seconds % 60);
}
