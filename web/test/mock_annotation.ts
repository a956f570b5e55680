// Samples and their coding as the server keeps them, for the mock server: one coder.
import type {
  CodeFigures, CodingItem, DifferingItem, ItemInHand, Judgements, Rubric, Sample, SampleOrder,
} from "../src/api_types";

const both = (en: string, zh: string) => ({ en, zh });
const none = both("", "");

export const sampleRubrics: Rubric[] = [
  {
    name: "correctness", version: 1, scale: "nominal", label: both("Correctness", "正确性"),
    definition: both("Is what the answer claims right?", "回答中的论断是否正确？"),
    include: both("A right result with a wrong step is partly right.", "结果正确但步骤有误，算部分正确。"),
    exclude: both("Tone, length and layout do not count.", "不考虑语气、长短和排版。"),
    values: [
      { value: 0, label: both("Wrong", "错误") },
      { value: 1, label: both("Partly right", "部分正确") },
      { value: 2, label: both("Right", "正确") },
    ],
  },
  {
    name: "reasoning_intact", version: 1, scale: "binary", label: both("Reasoning intact", "推理完整"),
    definition: both("Does the reasoning lead to the answer?", "推理是否连贯地得出回答？"),
    include: none, exclude: none,
    values: [{ value: 0, label: both("No", "否") }, { value: 1, label: both("Yes", "是") }],
  },
];

const figures = (code: string, more: Partial<CodeFigures>): CodeFigures => ({
  sample: "s1", code, scale: "nominal", label: both("Correctness", "正确性"), items: 40, coders: 2,
  cannot_judge: 1, differing: 3, decided: 1, verdict: "agreed", kappas: [], shares: [], programs: [], ...more,
});

const rate = (share: number) => ({ rate: share, interval: [share * 0.7, share * 1.2] as const, with: 20, messages: 40 });

export const sampleFigures: CodeFigures[] = [
  figures("correctness", {
    alpha: 0.81, alpha_interval: [0.68, 0.92],
    kappas: [{ first: "a", second: "b", items: 40, kappa: 0.8, interval: [0.66, 0.94] }],
    shares: [
      { value: 0, label: both("Wrong", "错误"), share: rate(0.2) },
      { value: 2, label: both("Right", "正确"), share: rate(0.62) },
    ],
    programs: [{ coder: "judge", kind: "model", items: 40, calibrated: false, people_say_yes: 12, people_say_no: 28, needed_of_each: 30 }],
  }),
  figures("tone", { label: both("Tone", "语气"), scale: "ordinal", alpha: 0.31, alpha_interval: [0.1, 0.5], verdict: "revise_codebook" }),
];

interface MockItem {
  item: CodingItem;
  coding: { values: Judgements; comment: string } | null;
}

export class MockAnnotation {
  samples: Sample[] = [];
  items: MockItem[] = [];
  differing: DifferingItem[] = [];
  rubrics: Rubric[] = sampleRubrics;

  save(name: string, fields: Omit<Rubric, "name" | "version">): Rubric {
    const before = this.rubrics.find((each) => each.name === name);
    const rubric = { ...fields, name, version: (before?.version ?? 0) + 1 };
    this.rubrics = [rubric, ...this.rubrics];
    return rubric;
  }

  draw(order: SampleOrder): Sample {
    const texts = ["What is 2+2?", "Why is the sky blue?", "Prove that √2 is irrational."];
    const size = Math.min(order.design.size, texts.length);
    const sample: Sample = {
      id: "s1", title: order.title, design: order.design, eligible: 240, items: size, codings: 0,
      coders_per_item: order.coders_per_item, has_categories: order.has_categories,
      rubrics: order.rubrics.map((name) => ({ name, version: 1 })), created: 1_764_000_000_000,
    };
    this.samples = [sample, ...this.samples];
    this.items = texts.slice(0, size).map((content, index) => ({
      coding: null,
      item: {
        id: `i${index}`,
        messages: [
          { role: "user", content, attachments: [] },
          { role: "assistant", content: `**Answer** ${index}`, reasoning: "I think.", attachments: [] },
        ],
      },
    }));
    return sample;
  }

  get queues() {
    return this.samples.map(({ id, title }) => ({ id, title, ...this.progress() }));
  }

  next(): ItemInHand {
    return this.hand(this.items.find(({ coding }) => coding === null)?.item ?? null);
  }

  undo(): ItemInHand | null {
    const last = this.items.filter(({ coding }) => coding !== null).at(-1);
    if (last?.coding == null) return null;
    const item = { ...last.item, ...last.coding };
    last.coding = null;
    return this.hand(item);
  }

  submit(id: string, coding: { values: Judgements; comment: string }): void {
    const found = this.items.find(({ item }) => item.id === id);
    if (found) found.coding = coding;
  }

  decide(id: string, decision: { code: string; value: number; comment: string }): void {
    const code = this.differing.find((each) => each.id === id)?.codes.find((each) => each.code === decision.code);
    if (code) code.decision = { ...decision, decided: 1 };
  }

  private progress() {
    const done = this.items.filter(({ coding }) => coding !== null).length;
    return { open: this.items.length - done, done };
  }

  private hand(item: CodingItem | null): ItemInHand {
    const sample = this.samples[0];
    const asked = new Set(sample?.rubrics.map(({ name }) => name));
    return {
      queue: { id: sample?.id ?? "", title: sample?.title ?? "", ...this.progress() },
      rubrics: sampleRubrics.filter(({ name }) => asked.has(name)),
      has_categories: sample?.has_categories ?? false, item,
    };
  }
}
