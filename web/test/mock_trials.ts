// Trials and judging models, for the mock server: a step further each time somebody asks.
import type { JudgingRun, Trial, TrialItems, TrialOrder, TrialRun } from "../src/api_trials";
import type { Answer } from "./mock_accounts";
import type { Handler } from "./mock_server";

const ok = (body: unknown): Answer => ({ status: 200, body });
const none: Answer = { status: 204 };
const busy: Answer = {
  status: 409,
  body: { error: { message: "one is going on; stop it first, or wait for its end", code: "already_exists" } },
};

export const sampleTrial: Trial = {
  id: "t0", finding: "problem:function_calling", study: null, ended: 1_764_000_000_000, model: "deepseek-r1:1.5b",
  items: null, half: "second", a: {}, b: { output: "schema" }, both: 21, only_a: 1, only_b: 12, neither: 6,
  difference: 0.275, interval: [0.11, 0.43], p: 0.0034, verdict: "improved", items_needed: null,
};

export class MockTrials {
  trials: Trial[] = [];
  run: TrialRun | null = null;
  judging: JudgingRun | null = null;
  readonly orders: TrialOrder[] = [];
  recorded: TrialItems = { items: 20, corrected: 12, praised: 8, without_check: 5, with_files: 1, most: 500 };
  /** So much is done between two questions. */
  step = 20;

  readonly routes: readonly (readonly [string, RegExp, Handler])[] = [
    ["GET", /^\/feedback\/trials$/, () => this.list()],
    ["GET", /^\/feedback\/trials\/items$/, () => ok(this.recorded)],
    ["POST", /^\/feedback\/trials$/, (_, body) => this.start(body as unknown as TrialOrder)],
    ["POST", /^\/feedback\/trials\/stop$/, () => ok({ run: this.stop(this.run) })],
    ["DELETE", /^\/feedback\/trials\/(\w+)$/, ([id]) => {
      this.trials = this.trials.filter((each) => each.id !== id);
      return none;
    }],
    ["GET", /^\/feedback\/judging$/, () => this.watch()],
    ["POST", /^\/feedback\/samples\/(\w+)\/judging$/, ([sample = ""], body) => this.judge(sample, String(body["model"]))],
    ["POST", /^\/feedback\/judging\/stop$/, () => ok({ run: this.stop(this.judging) })],
  ];

  private list(): Answer {
    const { run } = this;
    if (run?.state === "running") {
      run.done = Math.min(run.total, run.done + this.step);
      if (run.done === run.total) this.finish(run);
    }
    return ok({ trials: this.trials, run });
  }

  private finish(run: TrialRun): void {
    const result: Trial = { ...sampleTrial, ...run.about, id: `t${this.trials.length + 1}`, half: this.orders.at(-1)?.half ?? "all" };
    run.state = "done";
    run.result = result;
    this.trials = [result, ...this.trials];
  }

  private start(order: TrialOrder): Answer {
    if (this.run?.state === "running") return busy;
    this.orders.push(order);
    const { finding, study = null, model, a, b } = order;
    this.run = { about: { finding, study, model, a, b }, state: "running", done: 0, total: 40, result: null, problem: null };
    return { status: 202, body: { run: this.run } };
  }

  private stop<Stopped extends TrialRun | JudgingRun>(run: Stopped | null): Stopped | null {
    if (run?.state === "running") run.state = "stopped";
    return run;
  }

  private judge(sample: string, model: string): Answer {
    if (this.judging?.state === "running") return busy;
    this.judging = { about: { sample, model }, state: "running", done: 0, total: 40, result: null, problem: null };
    return { status: 202, body: { run: this.judging } };
  }

  private watch(): Answer {
    const run = this.judging;
    if (run?.state === "running") {
      run.done = Math.min(run.total, run.done + this.step);
      if (run.done === run.total) Object.assign(run, { state: "done", result: { coded: 40, coded_before: 0, failed: 1 } });
    }
    return ok({ run });
  }
}
