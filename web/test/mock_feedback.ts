// An analysis as the server makes one, for the mock server.
import type { Analysis, CategoryRow, Comment, Experiment, IssueCategory, MessageRate, PublishedChange } from "../src/api_types";
import type { NewExperiment } from "../src/api";
import type { Answer } from "./mock_accounts";

const row = (category: IssueCategory, rate: number, reported: number, praised: number): CategoryRow => ({
  category,
  problem: { rate, interval: [rate * 0.6, rate * 1.5], with: Math.round(812 * rate), messages: 812 },
  reported_by: { with: reported, people: 32, interval: [reported / 64, Math.min(1, reported / 20)] },
  praised_by: { with: praised, people: 32 },
});

const rate = (share: number, messages: number): MessageRate => ({
  rate: share, interval: [share * 0.8, share * 1.25], with: Math.round(messages * share), messages,
});

export const sampleAnalysis: Analysis = {
  flow: {
    total: { active: 32, rated: 32 },
    answers: 3239, probes_shown: 1016, probes_answered: 812, voluntary_ratings: 228,
  },
  basis: "probes",
  poor: { rate: 0.25, interval: [0.22, 0.28], with: 203, messages: 812 },
  categories: [
    row("memory", 0.04, 21, 0), row("function_calling", 0.096, 19, 0), row("long_text", 0.018, 18, 0),
    row("style", 0.035, 20, 4), row("speed", 0, 0, 28), row("reasoning", 0.03, 21, 30),
  ],
  curves: [
    {
      variable: "prompt_tokens", tested: true, shape: "gradual",
      bins: [
        { low: 0, high: 500, poor: rate(0.14, 310) }, { low: 500, high: 1000, poor: rate(0.17, 240) },
        { low: 1000, high: 2000, poor: rate(0.22, 150) }, { low: 2000, poor: rate(0.41, 112) },
      ],
    },
    {
      variable: "turn", tested: true, shape: "threshold", threshold: 4.5, threshold_interval: [3.6, 5.8],
      bins: [1, 2, 3, 4, 5].map((low) => ({ low, high: low + 1, poor: rate(0.15 + 0.01 * low, 140) }))
        .concat([{ low: 6, high: 9, poor: rate(0.46, 112) }]),
    },
  ],
  arms: [
    { arm: "as it is", people: 30, answers: 1610, ratings: 410, median_total_ms: 8400, poor: rate(0.28, 410) },
    { arm: "brief", people: 31, answers: 1629, ratings: 402, median_total_ms: 5100, poor: rate(0.21, 402) },
  ],
  comparisons: {
    offered: 240, judged: 171,
    pairs: [{
      first: "as it is", second: "brief", people: 26, first_wins: 52, second_wins: 88, ties: 31, people_for_first: 7,
      people_for_second: 17, tested: true, p: 0.064, p_adjusted: 0.128, log_odds: -0.53, log_odds_interval: [-1.01, -0.05],
    }],
  },
  themes: {
    themes: [
      { keyphrases: ["forgot", "already told", "name"], people: 14, comments: 22, sentiments: { negative: 19, neutral: 2, positive: 1 } },
      { keyphrases: ["生硬", "公文", "语气"], people: 9, comments: 11, sentiments: { negative: 10, neutral: 1, positive: 0 } },
      { keyphrases: ["proof", "step by step"], people: 8, comments: 9, sentiments: { negative: 0, neutral: 2, positive: 7 } },
    ],
  },
  drivers: {
    tested: true,
    associated_with_poor_ratings: [
      { kind: "condition", name: "malformed", poor_with: 0.81, poor_without: 0.21, odds_ratio: 14.2, odds_interval: [8.1, 24.9], q: 0.001 },
      { kind: "condition", name: "late_turn", poor_with: 0.42, poor_without: 0.18, odds_ratio: 3.1, odds_interval: [2.2, 4.4], q: 0.001 },
      { kind: "complaint", name: "style", poor_with: 1, poor_without: 0.24 },
    ],
  },
  surveys: [{
    id: "s1", version: 2, en: "About the model", zh: "关于模型",
    responded: { with: 28, people: 32, interval: [0.719, 0.95] },
    unknown_answers: 1,
    questions: [
      {
        id: "recommend", type: "nps", en: "Would you recommend it?", zh: "您会推荐它吗？",
        answered: { with: 27, people: 28, interval: [0.823, 0.994] },
        net_promoters: { score: 26, interval: [-5, 52], promoters: 14, passives: 6, detractors: 7 },
        values: Array.from({ length: 11 }, (_, step) => ({
          id: String(step), en: String(step), zh: String(step),
          people: { with: step > 8 ? 7 : step === 7 ? 6 : step === 5 ? 7 : 0, people: 27, interval: [0.1, 0.4] as [number, number] },
        })),
      },
      {
        id: "problems", type: "multiple", en: "Which problems did you meet?", zh: "您遇到过哪些问题？",
        answered: { with: 24, people: 28, interval: [0.685, 0.943] },
        values: [
          { id: "memory", en: "Forgot what was said earlier", zh: "忘记之前说过的话", people: { with: 18, people: 24, interval: [0.551, 0.88] } },
          { id: "style", en: "Tone", zh: "语气", people: { with: null, people: 24 } },
        ],
      },
      {
        id: "order", type: "ranking", en: "What matters most?", zh: "什么最重要？", answered: { with: 20, people: 28 },
        values: [{ id: "speed", en: "Speed", zh: "速度", mean_place: 1.4, people: { with: 12, people: 20, interval: [0.387, 0.781] } }],
      },
      {
        id: "usability", type: "sus", en: "Usability", zh: "可用性", answered: { with: 25, people: 28 }, values: [],
        mean: { mean: 71.3, deviation: 12.2, interval: [66.2, 76.3] },
      },
      {
        id: "why", type: "long_text", en: "Why?", zh: "为什么？", answered: { with: 9, people: 28 }, values: [],
        texts: ["It answers at once", "写信到 [邮箱] 即可"],
      },
    ],
  }],
  trend: {
    alarm: true, change: 0.12,
    weeks: [
      { week: "2025-11-03", poor: rate(0.2, 210) }, { week: "2025-11-10", poor: rate(0.21, 250) },
      { week: "2025-11-17" }, { week: "2025-11-24", poor: rate(0.33, 180) },
    ],
  },
  findings: [
    {
      id: "threshold:memory", kind: "threshold", category: "memory",
      sentence: "Memory: quality falls beyond about 4.5 turns (3.6–5.8); 42% (37–48%) of the answers beyond it are poor; 32 of 32 people met it; p = 0.025",
      suggestion: {
        en: "What was forgotten was still in the prompt: this is the model's limit. Let an external memory repeat the facts that matter close to the question.",
        zh: "被遗忘的内容仍在提示之内，这是模型本身的局限：用外部记忆把关键信息重新放到问题附近。",
      },
    },
    {
      id: "problem:function_calling", kind: "problem", category: "function_calling",
      sentence: "Function calls: 9.6% (6.9–13%) of answers; 19 of 32 people met it",
      suggestion: {
        en: "Bind the output to a JSON Schema (response_format, or tools with a schema) and check the content afterwards.",
        zh: "用 JSON Schema 约束输出，事后再校验内容。",
        setting: { response_format: { type: "json_schema" } },
      },
    },
  ],
};

export const sampleComments: Comment[] = [
  { message_id: "m1", value: -1, reasons: ["forgot"], comment: "I already told you about the lease, why ask again", trigger: "probe", answered: 1_764_000_000_000 },
  { message_id: "m2", value: 1, reasons: ["correct", "clear"], comment: "证明写得很清楚", trigger: "voluntary", answered: 1_763_990_000_000 },
  { message_id: "m3", value: -1, reasons: ["language"], comment: "语气生硬，像公文", trigger: "voluntary", answered: 1_763_980_000_000 },
];

/** Experiments as the server keeps them, without people to take part. */
export class MockStudy {
  experiments: Experiment[] = [];
  changes: PublishedChange[] = [];
  private count = 0;

  start(body: object): Answer {
    const { name, hypothesis, people_per_arm, kind = "halves", share = 1, study = null, first, second } = body as NewExperiment;
    if (study === null && Object.keys(second.parameters ?? {}).length === 0 && !second.model) {
      const message = "arms: both have the same parameters, so there is nothing to compare";
      return { status: 400, body: { error: { message, code: "invalid" } } };
    }
    const nobody = { parameters: {}, model: "", people: 0, ratings: 0, poor: null };
    const experiment: Experiment = {
      id: `e${this.count++}`, name, hypothesis, kind, share, study, people_per_arm, started: Date.now(), ended: null,
      first: { ...nobody, ...first }, second: { ...nobody, ...second },
      is_decided: false, verdict: "not enough data",
    };
    this.experiments = [experiment, ...this.experiments];
    return { status: 201, body: { experiment } };
  }

  end(id: string): Answer {
    const experiment = this.experiments.find((each) => each.id === id);
    if (experiment === undefined) return { status: 404, body: { error: { message: "there is no such experiment" } } };
    experiment.ended = Date.now();
    return { status: 200, body: { experiment } };
  }

  publish(body: object): Answer {
    const change = { id: `c${this.count++}`, published: Date.now(), ...(body as { en: string; zh: string }) };
    this.changes = [change, ...this.changes];
    return { status: 201, body: { change } };
  }

  withdraw(id: string): Answer {
    this.changes = this.changes.filter((each) => each.id !== id);
    return { status: 204 };
  }
}
