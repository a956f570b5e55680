// Coding one sample: the item in hand, what is chosen, and where one is among the questions.
import * as api from "../api";

const categories = [
  "long_text", "function_calling", "style", "memory", "reasoning", "factual", "speed", "formatting",
  "refusal", "safety", "other",
] as const satisfies readonly api.IssueCategory[];

/** Keys of the categories, of which there are more than digits. */
export const categoryKeys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "-"] as const;

export class CodingRun {
  hand = $state.raw<api.ItemInHand | null>(null);
  values = $state<api.Judgements>({});
  comment = $state("");
  /** The question that keys answer; after the rubrics come the categories. */
  step = $state(0);
  /** A question was passed over that has no answer yet. */
  isUnanswered = $state(false);
  isBusy = $state(false);

  constructor(readonly queue: api.Id) {}

  readonly categories = categories;

  get numSteps(): number {
    return (this.hand?.rubrics.length ?? 0) + (this.hand?.has_categories === true ? 1 : 0);
  }

  async load(): Promise<void> {
    await this.during(async () => this.show(await api.nextItem(this.queue)));
  }

  async undo(): Promise<void> {
    await this.during(async () => this.show(await api.undoCoding(this.queue)));
  }

  choose(code: string, value: number | null): void {
    this.values[code] = value;
    this.isUnanswered = false;
  }

  toggle(category: string): void {
    this.values[category] = this.values[category] === 1 ? 0 : 1;
  }

  /** The key of a choice of the question at hand; whether it was one. */
  press(key: string): boolean {
    const rubric = this.hand?.rubrics[this.step];
    if (rubric === undefined) {
      const category = this.categories[(categoryKeys as readonly string[]).indexOf(key)];
      if (category === undefined || this.hand?.has_categories !== true) return false;
      this.toggle(category);
      return true;
    }
    if (key === "x") {
      this.choose(rubric.name, null);
      return true;
    }
    const chosen = rubric.values[Number(key) - 1];
    if (!/^[1-9]$/.test(key) || chosen === undefined) return false;
    this.choose(rubric.name, chosen.value);
    return true;
  }

  /** To the next question, or from the last to the next item. */
  async advance(): Promise<void> {
    if (!this.isAnswered(this.step)) {
      this.isUnanswered = true;
      return;
    }
    if (this.step < this.numSteps - 1) {
      this.step += 1;
      return;
    }
    await this.submit();
  }

  async submit(): Promise<void> {
    const item = this.hand?.item;
    if (!item || this.isBusy) return;
    const missing = this.hand?.rubrics.findIndex((_, index) => !this.isAnswered(index)) ?? -1;
    if (missing >= 0) {
      this.step = missing;
      this.isUnanswered = true;
      return;
    }
    await this.during(async () => {
      await api.submitCoding(item.id, { values: this.judgements(), comment: this.comment.trim() });
      this.show(await api.nextItem(this.queue));
    });
  }

  move(by: number): void {
    this.step = Math.min(Math.max(this.step + by, 0), this.numSteps - 1);
    this.isUnanswered = false;
  }

  private isAnswered(step: number): boolean {
    const rubric = this.hand?.rubrics[step];
    return rubric === undefined || this.values[rubric.name] !== undefined;
  }

  /** A category that is not ticked was looked at, too: it is absent. */
  private judgements(): api.Judgements {
    const all: api.Judgements = { ...this.values };
    if (this.hand?.has_categories === true) {
      for (const category of this.categories) all[category] = this.values[category] ?? 0;
    }
    return all;
  }

  private show(hand: api.ItemInHand): void {
    this.hand = hand;
    this.values = { ...hand.item?.values };
    this.comment = hand.item?.comment ?? "";
    this.step = 0;
    this.isUnanswered = false;
  }

  private async during(work: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    try {
      await work();
    } finally {
      this.isBusy = false;
    }
  }
}
