// The part of the API that has models work in the background: trials of two settings, and models
// that judge samples. api.ts sends the requests.
import { change, get, query } from "./api";
import type * as T from "./api_types";

const feedback = "/api/feedback";

export type RunPhase = "running" | "done" | "stopped" | "failed";

/** Something long that goes on without the page. The last of its kind, whoever began it. */
export interface Run<About, Outcome> {
  about: About;
  state: RunPhase;
  done: number;
  total: number;
  /** Once it is done. */
  result: Outcome | null;
  /** Why it failed. */
  problem: string | null;
}

/** What is different with one side of a trial; what is left out is as it is. */
export interface TrialSetting {
  system?: string;
  temperature?: number;
  thinking_budget?: number;
  max_tokens?: number;
  output?: "free" | "json" | "schema";
}

export type TrialHalf = "all" | "first" | "second";

export interface Trial {
  id: T.Id;
  finding: string;
  study: T.Id | null;
  ended: T.Time;
  model: string;
  /** The name of the file; null: what people had asked here. */
  items: string | null;
  half: TrialHalf;
  a: TrialSetting;
  b: TrialSetting;
  both: number;
  only_a: number;
  only_b: number;
  neither: number;
  /** The share that is right with b, less that with a. */
  difference: number;
  interval: T.Interval;
  p: number;
  verdict: "improved" | "worse" | "not enough data";
  items_needed: number | null;
}

export type TrialRun = Run<Pick<Trial, "finding" | "study" | "model" | "a" | "b">, Trial>;

export interface TrialsReply {
  trials: Trial[];
  run: TrialRun | null;
}

/** What people asked here that can be replayed. */
export interface TrialItems {
  items: number;
  corrected: number;
  praised: number;
  /** Left out: no program can tell a right answer; files were attached. */
  without_check: number;
  with_files: number;
  /** So many are replayed at most. */
  most: number;
}

export interface TrialOrder {
  finding: string;
  study?: T.Id;
  model: string;
  half: TrialHalf;
  a: TrialSetting;
  b: TrialSetting;
  /** The text of a file; without it what people asked here is replayed. */
  items?: string;
  items_name?: string;
}

export const trials = (study?: T.Id) =>
  get<TrialsReply>(`${feedback}/trials${query({ study })}`);
export const trialItems = () => get<TrialItems>(`${feedback}/trials/items`);
export const startTrial = (order: TrialOrder) =>
  change<{ run: TrialRun }>("POST", `${feedback}/trials`, order);
export const stopTrial = () => change<{ run: TrialRun | null }>("POST", `${feedback}/trials/stop`);
export const deleteTrial = (id: T.Id) => change<undefined>("DELETE", `${feedback}/trials/${id}`);

export type JudgingRun = Run<
  { sample: T.Id; model: string },
  { coded: number; coded_before: number; failed: number }
>;

export interface JudgingReply {
  run: JudgingRun | null;
}

export const judging = () => get<JudgingReply>(`${feedback}/judging`);
export const startJudging = (sample: T.Id, model: string) =>
  change<JudgingReply>("POST", `${feedback}/samples/${sample}/judging`, { model });
export const stopJudging = () => change<JudgingReply>("POST", `${feedback}/judging/stop`);
