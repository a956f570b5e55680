// Trying what a finding suggests, and having a model judge a sample.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { violations } from "./axe";
import { Stage } from "./harness";
import { fill } from "../test/mock_content";
import { sampleFigures } from "../test/mock_annotation";
import { sampleTrial } from "../test/mock_trials";

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterAll(() => stage.close());
afterEach(async () => {
  for (const context of stage.browser.contexts()) await context.close();
  expect(stage.problems).toEqual([]);
});

test("what a finding suggests is tried on recorded questions, and the verdict stays beside it", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page("/", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Feedback" }).click();
  const findings = page.getByRole("dialog", { name: "Feedback" });
  const button = findings.getByRole("button", { name: /^Try it/ });
  await button.waitFor();
  expect(await button.count(), "only where a request can carry what is suggested").toBe(1);
  await button.click();
  const sheet = page.getByRole("dialog", { name: "Try it" });
  const recorded = sheet.getByRole("radio", { name: /Questions that were asked here \(20\)/ });
  const second = sheet.getByRole("group", { name: "Setting B" });
  expect(await second.getByLabel("Output").inputValue(), "what the finding suggests").toBe("schema");
  await sheet.getByText(/come without a schema/).waitFor();
  expect(await recorded.isDisabled()).toBe(true);
  await second.getByLabel("Output").selectOption("json");
  await sheet.getByText(/corrected it \(12\) or praised it \(8\)/).waitFor();
  expect(await recorded.isChecked()).toBe(true);
  await second.getByLabel("Temperature").fill("0");
  await sheet.getByLabel("Of these").selectOption("second");
  expect(await violations(page)).toEqual([]);
  backend.trials.step = 1;
  await sheet.getByRole("button", { name: "Begin" }).click();
  await sheet.waitFor({ state: "detached" });
  await findings.getByText(/Being tried: \d+ of 40 answers/).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(backend.trials.orders).toEqual([{
    finding: "problem:function_calling", model: "deepseek-r1:1.5b", half: "second",
    a: { max_tokens: 4096 }, b: { output: "json", max_tokens: 4096, temperature: 0 },
  }]);
  backend.trials.step = 40;
  await findings.getByText("Improved: B is right more often than A.").waitFor();
  await findings.getByText(/\+27.5 points \(95%: \+11.0 to \+43.0\), p = 0.003/).waitFor();
  await findings.getByText(/^40 items/).click();
  await findings.getByRole("row", { name: "A wrong 12 6" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await findings.getByRole("button", { name: /^Delete the trial of/ }).click();
  await expect.poll(() => backend.trials.trials.length).toBe(0);
});

test("a trial is stopped by keyboard on a phone; a file replaces what nobody asked", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  backend.trials.trials = [{ ...sampleTrial, verdict: "not enough data", p: 0.4, items_needed: 900 }];
  backend.trials.recorded = { items: 0, corrected: 0, praised: 0, without_check: 0, with_files: 0, most: 500 };
  backend.trials.step = 1;
  const page = await stage.page("/", { locale: "zh-CN", viewport: { width: 375, height: 800 }, reducedMotion: "reduce" });
  await page.locator("header button").first().click();
  await page.getByRole("button", { name: "反馈" }).click();
  await page.getByText("数据不足，分不出甲和乙。").waitFor();
  await page.getByText("约需 900 题").waitFor();
  await page.getByRole("button", { name: /^试一试/ }).press("Enter");
  const sheet = page.getByRole("dialog", { name: "试一试" });
  await sheet.getByRole("button", { name: "开始" }).click();
  await sheet.getByRole("alert").getByText("请选择题目文件。").waitFor();
  const items = '{"messages": [{"role": "user", "content": "2+2?"}], "check": {"kind": "contains", "value": "4"}}\n';
  await sheet.getByLabel("文件", { exact: true }).setInputFiles({ name: "sums.jsonl", mimeType: "text/plain", buffer: Buffer.from(items) });
  const overflow = await sheet.locator(".body").evaluate((node) => node.scrollWidth - node.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await sheet.getByRole("button", { name: "开始" }).click();
  await page.getByRole("button", { name: "停止" }).press("Enter");
  await page.getByText("中途停止，无法得出结论。").waitFor();
  expect(backend.trials.orders[0]).toMatchObject({ items, items_name: "sums.jsonl" });
  expect(await violations(page)).toEqual([]);
});

test("a model judges a sample, and says where the words go", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const sample = backend.store.annotation.draw({
    title: "Week 1", design: { method: "random", size: 3, seed: 1 }, rubrics: ["correctness"], has_categories: true, coders_per_item: 2,
  });
  backend.store.analysis = { ...backend.store.analysis!, annotations: sampleFigures.map((each) => ({ ...each, sample: sample.id })) };
  const page = await stage.page("/", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Feedback" }).click();
  await page.getByRole("tab", { name: "Samples" }).click();
  await page.getByRole("button", { name: "Open Week 1" }).click();
  await page.getByRole("button", { name: "Have a model judge" }).click();
  await page.getByRole("combobox", { name: "Model" }).selectOption("qwen2.5:0.5b");
  await page.getByText("These words are sent to example.org.").waitFor();
  expect(await violations(page)).toEqual([]);
  const asked = backend.figures.asked.length;
  await page.getByRole("button", { name: "Begin" }).click();
  await page.getByText("Being judged: 20 of 40 answers").waitFor();
  await page.getByText("qwen2.5:0.5b: 40 answers judged, 0 before. 1 judgement could not be read.").waitFor();
  await expect.poll(() => backend.figures.asked.length).toBeGreaterThan(asked); // the figures are renewed
});
