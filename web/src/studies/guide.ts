// A guide of interviews while it is being made: nothing of it is optional, so that fields can be bound
// to it.
import type { GuideProbe, GuideQuestion, InterviewGuide, LocalizedText, ProbeRule } from "../api_types";

/** `key`: tells rows apart while they are moved; the server never sees it. */
export interface EditedProbe {
  key: number;
  rule: ProbeRule;
  words: number;
  characters: number;
  /** As one writes them, separated by commas. */
  terms: string;
  text: LocalizedText;
}

export interface EditedGuideQuestion {
  key: number;
  text: LocalizedText;
  probes: EditedProbe[];
}

export interface EditedGuide {
  title: LocalizedText;
  intro: LocalizedText;
  closing: LocalizedText;
  questions: EditedGuideQuestion[];
}

export const probeRules: readonly ProbeRule[] = ["short", "no_example", "mentions", "always"];
export const maxProbes = 6;
/** As src/feedback/interview_guide.cpp has it. */
const usualWords = 12;
const usualCharacters = 20;

const blank = (): LocalizedText => ({ en: "", zh: "" });
const isBlank = ({ en, zh }: LocalizedText) => en.trim() === "" && zh.trim() === "";

const freeKey = (taken: readonly { key: number }[]) => Math.max(0, ...taken.map(({ key }) => key)) + 1;

export const newProbe = (taken: readonly EditedProbe[]): EditedProbe => ({
  key: freeKey(taken), rule: "short", words: usualWords, characters: usualCharacters, terms: "", text: blank(),
});

export const newGuideQuestion = (taken: readonly EditedGuideQuestion[]): EditedGuideQuestion => ({
  key: freeKey(taken), text: blank(), probes: [],
});

export const blankGuide = (): EditedGuide => ({
  title: blank(), intro: blank(), closing: blank(), questions: [newGuideQuestion([])],
});

function probeToEdit(probe: GuideProbe, at: number): EditedProbe {
  return {
    key: at + 1, rule: probe.rule, words: probe.words ?? usualWords, characters: probe.characters ?? usualCharacters,
    terms: (probe.terms ?? []).join(", "), text: { ...probe.text },
  };
}

export function guideToEdit(guide: InterviewGuide): EditedGuide {
  return {
    title: { ...guide.title }, intro: { ...(guide.intro ?? blank()) }, closing: { ...(guide.closing ?? blank()) },
    questions: guide.questions.map(({ text, probes }, at) => ({
      key: at + 1, text: { ...text }, probes: (probes ?? []).map(probeToEdit),
    })),
  };
}

/** Commas of both languages part words. */
const termsOf = (text: string): string[] =>
  text.split(/[,，、;；\n]/).map((term) => term.trim()).filter((term) => term !== "");

function probeOf({ rule, words, characters, terms, text }: EditedProbe): GuideProbe {
  return {
    rule, text,
    ...(rule === "short" ? { words, characters } : {}),
    ...(rule === "mentions" ? { terms: termsOf(terms) } : {}),
  };
}

const questionOf = ({ text, probes }: EditedGuideQuestion): GuideQuestion => ({
  text, ...(probes.length === 0 ? {} : { probes: probes.map(probeOf) }),
});

/** As the server takes it: only what the rules have. */
export function toGuide({ title, intro, closing, questions }: EditedGuide): InterviewGuide {
  return {
    title,
    ...(isBlank(intro) ? {} : { intro }),
    ...(isBlank(closing) ? {} : { closing }),
    questions: questions.map(questionOf),
  };
}

/** With the one at a place moved. */
export function movedBy<T>(list: readonly T[], from: number, by: number): T[] {
  const order = [...list];
  const [one] = order.splice(from, 1);
  if (one !== undefined) order.splice(from + by, 0, one);
  return order;
}
