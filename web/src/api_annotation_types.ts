// Samples of answers and their coding, as the server tells of them.
import type { Id, Interval, MessageRate, Time } from "./api_types";

export interface Bilingual {
  en: string;
  zh: string;
}

export type RubricScale = "binary" | "ordinal" | "nominal";

export interface Rubric {
  name: string;
  version: number;
  scale: RubricScale;
  label: Bilingual;
  definition: Bilingual;
  include: Bilingual;
  exclude: Bilingual;
  values: { value: number; label: Bilingual }[];
}

export type SampleMethod = "random" | "stratified" | "errors_first";
export type SampleStratum = "segment" | "language" | "turn" | "model";

export interface SampleDesign {
  method: SampleMethod;
  size: number;
  seed: number;
  stratify_by?: SampleStratum;
  error_share?: number;
  from?: Time;
  until?: Time | null;
  languages?: string[];
}

export interface SampleOrder {
  title: string;
  design: SampleDesign;
  rubrics: string[];
  has_categories: boolean;
  coders_per_item: number;
}

export interface Sample {
  id: Id;
  title: string;
  design: SampleDesign;
  /** How many answers could have been drawn. */
  eligible: number;
  items: number;
  codings: number;
  coders_per_item: number;
  has_categories: boolean;
  rubrics: { name: string; version: number }[];
  created: Time;
}

export interface SpanMessage {
  role: string;
  content: string;
  reasoning?: string;
  attachments: { name: string; text: string }[];
}

/** A code and its value; null: cannot be judged. */
export type Judgements = Record<string, number | null>;

export interface CodingItem {
  id: Id;
  messages: SpanMessage[];
  /** Of an item that was taken back. */
  values?: Judgements;
  comment?: string;
}

export interface CodingQueue {
  id: Id;
  title: string;
  open: number;
  done: number;
}

export interface ItemInHand {
  queue: CodingQueue;
  rubrics: Rubric[];
  has_categories: boolean;
  item: CodingItem | null;
}

export interface DifferingCode {
  code: string;
  coders: { coder: string; value: number | null; comment: string }[];
  decision: { value: number; comment: string; decided: Time } | null;
}

export interface DifferingItem extends CodingItem {
  participant: string;
  codes: DifferingCode[];
}

interface Rate {
  rate: number;
  interval: Interval;
}

export interface ProgramFigures {
  coder: string;
  kind: "model" | "rule";
  items: number;
  calibrated: boolean;
  people_say_yes?: number;
  people_say_no?: number;
  needed_of_each?: number;
  sensitivity?: Rate;
  specificity?: Rate;
  prevalence?: Rate;
}

export interface CodeFigures {
  sample: Id;
  code: string;
  scale: RubricScale;
  label: Bilingual;
  items: number;
  coders: number;
  cannot_judge: number;
  differing: number;
  decided: number;
  verdict: "agreed" | "revise_codebook" | "untested";
  alpha?: number;
  alpha_interval?: Interval;
  kappas: { first: string; second: string; items: number; kappa?: number; interval?: Interval }[];
  shares: { value: number; label: Bilingual; share?: MessageRate }[];
  programs: ProgramFigures[];
}

// --- Interviews

export interface Interview {
  id: Id;
  title: string;
  participant: string;
  may_be_quoted: boolean;
  utterances: number;
  spans: number;
  /** Of one that a study asked in the chat. */
  study_id: Id | null;
  created: Time;
}

export interface NewInterview {
  title: string;
  participant: string;
  file_name: string;
  text?: string;
  /** Of a file that is no text: its bytes as base64url. */
  content?: string;
  may_be_quoted: boolean;
}

export interface Utterance {
  id: Id;
  speaker: string;
  is_participant: boolean;
  begin_ms: number | null;
  end_ms: number | null;
  text: string;
}

/** Characters [begin, end) of an utterance, as Unicode counts them. */
export interface InterviewSpan {
  id: Id;
  utterance_id: Id;
  code_id: Id;
  begin: number;
  end: number;
}

export interface InterviewCode {
  id: Id;
  parent_id: Id | null;
  name: string;
  definition: string;
  /** What it counts as: "memory", "praise/speed", or nothing. */
  category: string;
  merged_into: Id | null;
  spans: number;
}

export interface CodeEvent {
  code_id: Id;
  happened: Time;
  action: "added" | "changed" | "merged" | "split";
  detail: Record<string, unknown>;
}

export interface WholeInterview {
  interview: Interview;
  utterances: Utterance[];
  spans: InterviewSpan[];
}
