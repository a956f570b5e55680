// The numbers that can be set for a conversation, and what they may be.
import type { Parameters } from "../api_types";

export type NumberName = Exclude<keyof Parameters, "system">;

export interface NumberField {
  name: NumberName;
  min: number;
  max: number;
  step: number;
}

export const mainFields: readonly NumberField[] = [
  { name: "temperature", min: 0, max: 2, step: 0.05 },
  { name: "top_p", min: 0, max: 1, step: 0.01 },
  { name: "thinking_budget", min: 0, max: 131072, step: 1 },
  { name: "max_tokens", min: 1, max: 131072, step: 1 },
];

export const moreFields: readonly NumberField[] = [
  { name: "top_k", min: 0, max: 1000, step: 1 },
  { name: "min_p", min: 0, max: 1, step: 0.01 },
  { name: "repetition_penalty", min: 0.5, max: 2, step: 0.01 },
  { name: "seed", min: 0, max: Number.MAX_SAFE_INTEGER, step: 1 },
];

/** What was typed as a value that the server takes; undefined is the model's own default. */
export function parseNumber(field: NumberField, text: string): number | undefined {
  if (text.trim() === "") return undefined;
  const value = Number(text.replace(",", "."));
  if (!Number.isFinite(value)) return undefined;
  const inRange = Math.min(field.max, Math.max(field.min, value));
  return Number.isInteger(field.step) ? Math.round(inRange) : inRange;
}
