// Trials of two settings: what a suggestion becomes, how a run is watched, and what is said of it.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../src/api";
import type { Run, Trial } from "../src/api_trials";
import { RunFeed } from "../src/study/run_feed.svelte";
import RunProgress from "../src/study/RunProgress.svelte";
import { isSameSetting, settingText, startingSettings, trialSettingOf } from "../src/study/trial_settings";
import TrialVerdict from "../src/study/TrialVerdict.svelte";
import { en } from "../src/text/en";
import { setLanguage } from "../src/text/text.svelte";
import { sampleTrial } from "./mock_trials";

beforeEach(() => setLanguage("en"));

describe("a suggestion becomes a setting", () => {
  test("where a request carries it", () => {
    expect(trialSettingOf({ response_format: { type: "json_schema" } })).toEqual({ output: "schema" });
    expect(trialSettingOf({ thinking_token_budget: 512 })).toEqual({ thinking_budget: 512 });
    expect(trialSettingOf({ max_tokens: 2048, system: "Be brief." })).toEqual({ max_tokens: 2048, system: "Be brief." });
  });

  test("and otherwise there is nothing to try", () => {
    expect(trialSettingOf(undefined)).toBeNull();
    expect(trialSettingOf({})).toBeNull();
    expect(trialSettingOf({ "--max-model-len": "auto" }), "the server is started with it").toBeNull();
    expect(trialSettingOf({ system: "x", "--threads": 2 }), "half a suggestion is another one").toBeNull();
    expect(trialSettingOf({ temperature: "warm" })).toBeNull();
  });

  test("beside one that differs in nothing else", () => {
    expect(startingSettings({ output: "schema" })).toEqual({ a: { max_tokens: 4096 }, b: { output: "schema", max_tokens: 4096 } });
    expect(startingSettings({ thinking_budget: 4096 }).a, "thinking needs room on both sides").toEqual({ max_tokens: 5120 });
    expect(startingSettings({ max_tokens: 2048 })).toEqual({ a: { max_tokens: 1024 }, b: { max_tokens: 2048 } });
  });

  test("in words, whatever order it has", () => {
    expect(settingText({})).toBe(en.study.asItIs);
    expect(settingText({ output: "free" })).toBe(en.study.asItIs);
    expect(settingText({ temperature: 0, output: "schema" })).toBe("temperature 0, output bound to a schema");
    expect(isSameSetting({ temperature: 0, max_tokens: 5 }, { max_tokens: 5, temperature: 0 })).toBe(true);
    expect(isSameSetting({ temperature: 0 }, {})).toBe(false);
  });
});

type Plain = Run<object, object>;
const run = (more: Partial<Plain>): Plain => ({
  about: {}, state: "running", done: 3, total: 40, result: null, problem: null, ...more,
});

describe("a run is watched", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("until it ends, and then no longer", async () => {
    const states: Plain["state"][] = ["running", "running", "done", "done"];
    const ask = vi.fn(async () => ({ run: run({ state: states.shift() ?? "done" }) }));
    const ended = vi.fn();
    const feed = new RunFeed(ask, ended);
    await feed.load();
    expect(feed.isRunning).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(feed.isRunning).toBe(false);
    expect(ended).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  test("by nobody once it is closed", async () => {
    const ask = vi.fn(async () => ({ run: run({}) }));
    const feed = new RunFeed(ask);
    await feed.load();
    feed.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  test("through a lost connection, but not where there are no runs", async () => {
    const answers: (() => Promise<{ run: Plain }>)[] = [
      async () => ({ run: run({}) }),
      async () => Promise.reject(new ApiError("unreachable", "gone")),
      async () => ({ run: run({ state: "done" }) }),
    ];
    const feed = new RunFeed(() => answers.shift()!());
    await feed.load();
    await vi.advanceTimersByTimeAsync(1000);
    expect(feed.failure).not.toBe("");
    await vi.advanceTimersByTimeAsync(1000);
    expect(feed.failure).toBe("");
    expect(feed.isRunning).toBe(false);
    const old = new RunFeed(async () => Promise.reject(new ApiError("missing", "no such thing")));
    await old.load();
    expect(old.isMissing).toBe(true);
    expect(old.failure).toBe("");
  });
});

describe("is shown", () => {
  const shown: ReturnType<typeof mount>[] = [];
  afterEach(async () => {
    for (const each of shown.splice(0)) await unmount(each);
    document.body.replaceChildren();
  });

  function progress(more: Partial<Plain>, onstop = async () => undefined): HTMLElement {
    shown.push(mount(RunProgress, {
      target: document.body,
      props: { run: run(more), what: "Being tried:", stoppedText: en.trials.stopped, onstop },
    }));
    flushSync();
    return document.body;
  }
  function verdict(more: Partial<Trial>, ondelete = () => undefined): HTMLElement {
    shown.push(mount(TrialVerdict, { target: document.body, props: { trial: { ...sampleTrial, ...more }, ondelete } }));
    flushSync();
    return document.body;
  }

  test("how far it is, with a way to stop it", () => {
    const onstop = vi.fn(async () => undefined);
    const body = progress({}, onstop);
    expect(body.querySelector("[role=status]")?.textContent).toBe("Being tried: 3 of 40 answers");
    expect(body.querySelector("progress")?.value).toBe(3);
    body.querySelector("button")?.click();
    expect(onstop).toHaveBeenCalledTimes(1);
  });

  test("why it failed", () => {
    expect(progress({ state: "failed", problem: "no model here" }).querySelector("[role=alert]")?.textContent).toContain("no model here");
    expect(document.body.querySelector("button")).toBeNull();
  });

  test("what came of it, with the table that it rests on", () => {
    const body = verdict({});
    expect(body.textContent).toContain(en.trials.verdicts.improved);
    expect(body.textContent).toContain("+27.5 points (95%: +11.0 to +43.0), p = 0.003.");
    expect([...body.querySelectorAll("tbody td")].map((cell) => cell.textContent)).toEqual(["21", "1", "12", "6"]);
    expect(body.textContent).toContain("40 items");
    expect(body.textContent).not.toContain("would take about");
  });

  test("and how many items it would take", () => {
    const ondelete = vi.fn();
    const body = verdict({ verdict: "not enough data", items_needed: 1234, difference: -0.02 }, ondelete);
    expect(body.textContent).toContain("about 1,234 items");
    expect(body.textContent).toContain("−2.0 points");
    body.querySelector("button")?.click();
    expect(ondelete).toHaveBeenCalledTimes(1);
  });
});
