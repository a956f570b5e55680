// Figures as a server keeps them, for the mock server: with what they are of, and how old they are.
import type { AnalysisReply, Facets } from "../src/api_feedback";
import type { Analysis } from "../src/api_types";

export const sampleFacets: Facets = {
  models: [{ name: "small", count: 2900 }, { name: "tiny", count: 339 }],
  prompt_languages: [{ name: "en", count: 2000 }, { name: "zh", count: 1239 }],
  segments: [{ name: "leads", count: 8 }],
  provenances: [{ name: "imported", count: 339 }, { name: "live", count: 2900 }],
  first: 1_761_000_000_000,
  last: 1_764_000_000_000,
};

export class MockFigures {
  /** What was asked for, newest last. */
  readonly asked: URLSearchParams[] = [];
  /** So many answers say that newer figures are being made. */
  refreshes = 0;
  /** No figures yet: the first are being made. */
  isMaking = false;

  reply(analysis: Analysis | null, query: URLSearchParams): AnalysisReply {
    this.asked.push(query);
    const isRefreshing = this.refreshes > 0;
    this.refreshes = Math.max(0, this.refreshes - 1);
    if (this.isMaking && isRefreshing) return { analysis: null, asked: 7, computed: null, is_refreshing: true };
    const computed = 1_764_000_000_000;
    const shown = query.get("model") === "tiny" ? null : analysis;
    return { analysis: shown, asked: 7, computed, is_refreshing: isRefreshing, ...(analysis ? { facets: sampleFacets } : {}) };
  }
}
