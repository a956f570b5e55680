// What the files of two tables hold: numbers, and nothing that the page keeps back.
import { expect, test } from "vitest";
import type { CodeFigures, Experiment, ExperimentArm } from "../src/api_types";
import { agreementCells, experimentCells } from "../src/study/figure_files";

const arm = (name: string, poor: number | null): ExperimentArm =>
  ({ name, parameters: {}, model: "", people: 8, ratings: 20, poor });
const experiment: Experiment = {
  id: "e", name: "Short", hypothesis: "", kind: "halves", share: 1, study: null, people_per_arm: 16, started: 0, ended: null,
  first: arm("A", null), second: arm("B", null), is_decided: false, verdict: "not enough data",
};

test("an experiment under way gives counts and no rates, a decided one its test", () => {
  expect(experimentCells(experiment).slice(1)).toEqual([["A", 8, 20, ""], ["B", 8, 20, ""], ["p", ""], ["Difference", "", "", ""]]);
  const decided = { ...experiment, is_decided: true, first: arm("A", 0.3), p: 0.02, difference: -0.1, interval: [-0.2, -0.01] as const };
  expect(experimentCells({ ...decided, interval: [-0.2, -0.01] }).slice(1)).toEqual(
    [["A", 8, 20, 0.3], ["B", 8, 20, ""], ["p", 0.02], ["Difference", -0.1, -0.2, -0.01]]);
});

test("who leads side by side is in no file before it is decided", () => {
  const pairs = { first: "A", second: "B", people: 9, first_wins: 7, second_wins: 2, ties: 1, people_for_first: 6, people_for_second: 2, tested: true, p: 0.04 };
  const paired: Experiment = { ...experiment, kind: "side_by_side", pairs };
  expect(experimentCells(paired)).toHaveLength(2);
  expect(experimentCells(paired).flat()).not.toContain(7);
  expect(experimentCells({ ...paired, is_decided: true }).slice(1)).toEqual([["A", 6, 7], ["B", 2, 2], ["No difference", "", 1], ["p", 0.04]]);
});

test("agreement has a row for each share, two coders and what each program is worth", () => {
  const both = (english: string) => ({ en: english, zh: english });
  const code: CodeFigures = {
    sample: "s", code: "correct", scale: "binary", label: both("Correct"), items: 40, coders: 2, cannot_judge: 0, differing: 1, decided: 1,
    verdict: "agreed", alpha: 0.8, alpha_interval: [0.7, 0.9],
    kappas: [{ first: "ann", second: "bo", items: 40, kappa: 0.79, interval: [0.6, 0.9] }],
    shares: [{ value: 1, label: both("yes") }],
    programs: [{ coder: "judge", kind: "model", items: 40, calibrated: true, sensitivity: { rate: 0.9, interval: [0.8, 0.95] } }],
  };
  const [head, ...rows] = agreementCells([code]);
  expect(rows.map((row) => row.length)).toEqual([head?.length, head?.length, head?.length, head?.length, head?.length]);
  expect(rows[0]).toEqual(["Correct", 40, 2, 0.8, 0.7, 0.9, "yes", "", "", "", ""]);
  expect(rows[1]?.slice(6)).toEqual(["kappa", 0.79, 0.6, 0.9, "ann, bo"]);
  expect(rows[2]).toEqual(["Correct", 40, 2, 0.8, 0.7, 0.9, "Sensitivity", 0.9, 0.8, 0.95, "judge"]);
});
