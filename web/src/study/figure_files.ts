// What a table's file holds: the numbers themselves, a row for each, where the page writes sentences.
import type { CodeFigures, Experiment, ExperimentArm } from "../api_types";
import type { Cell } from "../parts/csv";
import { language, t } from "../text/text.svelte";

const ends = (interval: readonly [number, number] | null | undefined): Cell[] => [interval?.[0] ?? "", interval?.[1] ?? ""];

/** A row for each share, for each two coders, and for what each program is worth. */
export function agreementCells(figures: readonly CodeFigures[]): Cell[][] {
  const { code: codeColumn, share, items, coders, value, coder } = t.figures.agreement;
  const head = [codeColumn, items, coders, "alpha", t.figures.low, t.figures.high, value, share, t.figures.low, t.figures.high, coder];
  const rows = figures.flatMap((code): Cell[][] => {
    const begin: Cell[] = [code.label[language()], code.items, code.coders, code.alpha ?? "", ...ends(code.alpha_interval)];
    const shares = code.shares.map((each): Cell[] =>
      [...begin, each.label[language()], each.share?.rate ?? "", ...ends(each.share?.interval), ""]);
    const pairs = code.kappas.map((pair): Cell[] =>
      [...begin, "kappa", pair.kappa ?? "", ...ends(pair.interval), `${pair.first}, ${pair.second}`]);
    const programs = code.programs.flatMap((program) =>
      (["sensitivity", "specificity", "prevalence"] as const).map((name): Cell[] =>
        [...begin, t.figures.agreement[name], program[name]?.rate ?? "", ...ends(program[name]?.interval), program.coder]));
    return [...shares, ...pairs, ...programs];
  });
  return [head, ...rows];
}

/** Of an experiment side by side who won; of halves the arms. The test's figures stand in the last rows. */
export function experimentCells(experiment: Experiment): Cell[][] {
  const test: Cell[][] = [
    ["p", experiment.p ?? experiment.pairs?.p ?? ""],
    [t.figures.difference, experiment.difference ?? "", ...ends(experiment.interval)],
  ];
  const { pairs, first, second } = experiment;
  if (pairs) {
    // Until it is decided nobody is told who is ahead, in a file as little as on the page.
    if (!experiment.is_decided) return [[t.study.pair.persons], [pairs.people]];
    return [
      [t.study.arm, t.study.people, t.figures.wins],
      [first.name, pairs.people_for_first ?? "", pairs.first_wins],
      [second.name, pairs.people_for_second ?? "", pairs.second_wins],
      [t.study.pair.ties, "", pairs.ties],
      ...test.slice(0, 1),
    ];
  }
  const arm = (each: ExperimentArm): Cell[] => [each.name, each.people, each.ratings, each.poor ?? ""];
  return [[t.study.arm, t.study.people, t.study.ratings, t.study.poor], arm(first), arm(second), ...test];
}
