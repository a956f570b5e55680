// The part of the API that is about figures of feedback; api.ts sends the requests.
import { get, query } from "./api";
import type * as T from "./api_types";

const feedback = "/api/feedback";

/** How long a page waits for figures that are being made, before it shows the last ones. */
const patienceMs = 150;

/** What figures are of; what is left out is not restricted. */
export interface FeedbackFilter {
  study?: T.Id;
  /** Of the answers; `until` is exclusive. */
  from?: T.Time;
  until?: T.Time;
  model?: string;
  prompt_language?: string;
  segment?: string;
  provenance?: T.Provenance;
}

export interface FacetCount {
  name: string;
  count: number;
}

/** What there is to choose from, whatever was chosen. */
export interface Facets {
  models: FacetCount[];
  prompt_languages: FacetCount[];
  segments: FacetCount[];
  provenances: FacetCount[];
  first: T.Time | null;
  last: T.Time | null;
}

export interface AnalysisReply {
  analysis: T.Analysis | null;
  /** The server's time of the request. */
  asked?: T.Time;
  /** When its data were read; null: it is being made for the first time. */
  computed?: T.Time | null;
  is_refreshing?: boolean;
  facets?: Facets;
}

const options = (language: string, filter: FeedbackFilter, how: { wait?: number; after?: T.Time } = {}) =>
  query({ language, ...filter, ...how });

/** The last figures at once, which may be some minutes old; `after`: of data since then, none newer are needed. */
export const analysis = (language: string, filter: FeedbackFilter = {}, after?: T.Time) =>
  get<AnalysisReply>(`${feedback}/analysis${options(language, filter, { wait: patienceMs, ...(after === undefined ? {} : { after }) })}`);
/** Those of this moment, however long they take. */
export const freshAnalysis = (language: string, filter: FeedbackFilter = {}) =>
  get<AnalysisReply>(`${feedback}/analysis${options(language, filter)}`);
export const reportUrl = (language: string, filter: FeedbackFilter = {}) =>
  `${feedback}/report${options(language, filter)}`;
export const comments = (limit: number, filter: FeedbackFilter = {}) =>
  get<{ comments: T.Comment[] }>(`${feedback}/comments${query({ limit, ...filter })}`);
