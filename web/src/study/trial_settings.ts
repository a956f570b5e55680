// From what a finding suggests to the two settings of a trial, and back to words.
import type { TrialSetting } from "../api_trials";
import { t } from "../text/text.svelte";

type Reader = (value: unknown) => TrialSetting | null;

const number = (name: "temperature" | "thinking_budget" | "max_tokens"): Reader =>
  (value) => (typeof value === "number" ? { [name]: value } : null);

function outputOf(value: unknown): TrialSetting | null {
  const type = (value as { type?: unknown } | null)?.type;
  if (type === "json_schema") return { output: "schema" };
  return type === "json_object" ? { output: "json" } : null;
}

/** The members of a suggestion that a request carries; what the server is started with is none. */
const readers: Readonly<Record<string, Reader>> = {
  system: (value) => (typeof value === "string" ? { system: value } : null),
  temperature: number("temperature"),
  max_tokens: number("max_tokens"),
  thinking_token_budget: number("thinking_budget"),
  thinking_budget: number("thinking_budget"),
  response_format: outputOf,
};

/** Null: there is nothing that a trial could try. */
export function trialSettingOf(suggested: Readonly<Record<string, unknown>> | undefined): TrialSetting | null {
  const entries = Object.entries(suggested ?? {});
  if (entries.length === 0) return null;
  let setting: TrialSetting = {};
  for (const [name, value] of entries) {
    const part = readers[name]?.(value) ?? null;
    if (part === null) return null;
    setting = { ...setting, ...part };
  }
  return setting;
}

/** Room for a model that thinks before it answers. */
const usualTokens = 4096;
const answerTokens = 1024;

/** The two sides to begin with: a thinking budget needs room on both, or the end of the room decides. */
export function startingSettings(suggested: TrialSetting): { a: TrialSetting; b: TrialSetting } {
  const { max_tokens, thinking_budget = 0 } = suggested;
  if (max_tokens !== undefined) return { a: { max_tokens: Math.ceil(max_tokens / 2) }, b: suggested };
  const room = Math.max(usualTokens, thinking_budget + answerTokens);
  return { a: { max_tokens: room }, b: { ...suggested, max_tokens: room } };
}

/** "temperature 0, output by schema"; "as it is". */
export function settingText(setting: TrialSetting): string {
  const parts = [
    setting.system === undefined ? "" : t.trials.says.system(setting.system),
    setting.temperature === undefined ? "" : t.trials.says.temperature(setting.temperature),
    setting.thinking_budget === undefined ? "" : t.trials.says.thinking_budget(setting.thinking_budget),
    setting.max_tokens === undefined ? "" : t.trials.says.max_tokens(setting.max_tokens),
    setting.output === undefined || setting.output === "free" ? "" : t.trials.says.output[setting.output],
  ];
  return parts.filter((part) => part !== "").join(", ") || t.study.asItIs;
}

export function isSameSetting(a: TrialSetting, b: TrialSetting): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof TrialSetting>;
  return [...names].every((name) => a[name] === b[name]);
}
