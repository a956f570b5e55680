// Experiments, and what came of settings and models under test.
import type { Id, Interval, MessageRate, Parameters, Time } from "./api_types";

export interface ExperimentArm {
  name: string;
  parameters: Parameters;
  /** Empty: whichever was asked for. */
  model: string;
  people: number;
  ratings: number;
  /** Share of poor answers; told once the experiment is decided. */
  poor: number | null;
}

export interface Experiment {
  id: Id;
  name: string;
  hypothesis: string;
  kind: ExperimentKind;
  /** Of questions that get two answers side by side. */
  share: number;
  study: Id | null;
  people_per_arm: number;
  started: Time;
  ended: Time | null;
  first: ExperimentArm;
  second: ExperimentArm;
  is_decided: boolean;
  verdict: "improved" | "worse" | "not enough data";
  difference?: number;
  interval?: Interval | null;
  p?: number | null;
  people_needed?: number | null;
  /** Of an experiment side by side. */
  pairs?: ContestantPair;
}

export type ExperimentKind = "halves" | "side_by_side";

/** Two models or settings that people compared blind. */
export interface ContestantPair {
  first: string;
  second: string;
  people: number;
  first_wins: number;
  second_wins: number;
  ties: number;
  people_for_first: number | null;
  people_for_second: number | null;
  tested: boolean;
  p?: number;
  p_adjusted?: number;
  log_odds?: number;
  log_odds_interval?: Interval;
}

/** One model or setting under test, for itself. */
export interface ArmOutcome {
  arm: string;
  /** Null: too few to be told. */
  people: number | null;
  answers: number;
  ratings: number;
  median_total_ms: number;
  poor?: MessageRate;
  malformed?: MessageRate;
}
