// Rubrics as they are edited.
import type { Rubric } from "../api_types";

const nothing = () => ({ en: "", zh: "" });

export const newRubric = (): Rubric => ({
  name: "", version: 0, scale: "binary", label: nothing(), definition: nothing(), include: nothing(),
  exclude: nothing(), values: [],
});

/** "Wrong | 错误", a line a value. */
export const valuesText = (values: Rubric["values"]): string =>
  values.map(({ label }) => `${label.en} | ${label.zh}`).join("\n");

/** Values in the order of their lines. Known labels keep their values, so that a version can be
    compared with the one before; new ones get the next free. */
export function valuesOfText(text: string, before: Rubric["values"]): Rubric["values"] {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  let next = Math.max(-1, ...before.map(({ value }) => value)) + 1;
  return lines.map((line) => {
    const [en = "", zh = en] = line.split("|").map((part) => part.trim());
    const known = before.find(({ label }) => label.en === en || label.zh === zh);
    return { value: known?.value ?? next++, label: { en, zh } };
  });
}
