// The reasons that the page offers beside a thumb, where researchers have set up none of their own.
import type { RatingReasons } from "../api_types";
import { dictionaries } from "../text/text.svelte";

export type OwnReason = keyof typeof dictionaries.en.reasons;

export const ownReasons: Record<1 | -1, readonly OwnReason[]> = {
  [1]: ["correct", "clear", "complete", "style"],
  [-1]: ["wrong", "incomplete", "ignored", "forgot", "too_long", "language"],
};

/** The same with their texts in both languages, as a server keeps reasons. */
export function ownReasonSet(): RatingReasons {
  const inBoth = (ids: readonly OwnReason[]) =>
    ids.map((id) => ({ id, en: dictionaries.en.reasons[id], zh: dictionaries.zh.reasons[id], category: "" }));
  return { good: inBoth(ownReasons[1]), bad: inBoth(ownReasons[-1]) };
}

/** A name for a reason that answers keep: of its English text, and unlike those that are taken. */
export function reasonId(english: string, taken: readonly string[]): string {
  const plain = english.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 40) || "reason";
  let id = plain;
  for (let number = 2; taken.includes(id); number += 1) id = `${plain}_${number}`;
  return id;
}
