// Saying what one thinks of answers, and reading what others said.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { violations } from "./axe";
import { Stage, ask, settled } from "./harness";
import { fill } from "../test/mock_content";

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterAll(() => stage.close());
afterEach(async () => {
  for (const context of stage.browser.contexts()) await context.close();
  expect(stage.problems).toEqual([]);
});

test("an answer drawn by chance is asked about, and the reader may leave it", async () => {
  const backend = stage.fresh();
  backend.store.probeProbability = 1;
  const page = await stage.page();
  await ask(page, "hello");
  await settled(page);
  const question = page.getByRole("region", { name: "Was this a good answer?" });
  await question.waitFor();
  const message = () => [...backend.store.messages.values()].at(-1);
  await expect.poll(() => message()?.probe?.shown ?? null).not.toBeNull();
  expect(await violations(page)).toEqual([]);
  await question.getByRole("button", { name: "Not now" }).click();
  await question.waitFor({ state: "detached" });
  await ask(page, "and again");
  await settled(page);
  await question.getByRole("button", { name: "Bad", exact: true }).click();
  await page.getByText("What was wrong?").waitFor();
  expect(message()?.rating?.value).toBe(-1);
  await question.waitFor({ state: "detached" });
});

test("a reader scores an answer, marks what is wrong in it and writes a better one", async () => {
  const backend = stage.fresh();
  const page = await stage.page("/", { viewport: { width: 375, height: 800 } });
  await ask(page, "hello");
  await settled(page);
  const message = () => [...backend.store.messages.values()].at(-1)!;
  await page.getByRole("button", { name: "Bad answer" }).click();
  const form = page.locator("form").filter({ hasText: "What was wrong?" });
  await form.getByRole("button", { name: "Not correct" }).click();
  await form.getByRole("button", { name: "3 of 10" }).click();
  await expect.poll(() => message().rating?.score).toBe(3);
  expect(message().rating?.reasons, "what was said before stays").toEqual(["wrong"]);
  await form.getByRole("button", { name: "Mark what is wrong" }).click();
  const first = message().content.split(/\s/)[0]!;
  await page.locator("article.assistant .blocks").evaluate((blocks) => {
    const walker = document.createTreeWalker(blocks, NodeFilter.SHOW_TEXT);
    const text = walker.nextNode()!;
    getSelection()!.setBaseAndExtent(text, 0, text, (text.textContent ?? "").split(/\s/)[0]!.length);
  });
  await expect.poll(() => form.getByLabel("Wrong words").inputValue()).toBe(first);
  await form.getByRole("button", { name: "Mark", exact: true }).click();
  await expect.poll(() => message().rating?.marks.map((mark) => mark.exact)).toEqual([first]);
  await form.getByLabel("Wrong words").fill("not in there at all");
  await form.getByRole("button", { name: "Mark", exact: true }).click();
  await form.getByRole("alert").waitFor();
  await form.getByLabel("Wrong words").fill("");
  expect(await violations(page)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await form.getByLabel("A better answer would be").fill("Hello, dear reader.");
  await form.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => message().rating?.better).toBe("Hello, dear reader.");
  expect(message().rating).toMatchObject({ value: -1, score: 3, reasons: ["wrong"] });
});

test.each([["en-US", "Feedback", 1280], ["zh-CN", "反馈", 375]] as const)(
  "findings are read in %s", async (locale, title, width) => {
    const backend = stage.fresh();
    fill(backend.store);
    const page = await stage.page("/", { locale, viewport: { width, height: 800 }, reducedMotion: "reduce" });
    if (width < 900) await page.locator("header button").first().click();
    await page.getByRole("button", { name: title }).click();
    const dialog = page.getByRole("dialog", { name: title });
    await dialog.getByText(/19 (of 32|人)|32 人中 19 人/).first().waitFor();
    await dialog.getByText("证明写得很清楚").waitFor();
    await dialog.getByText(/Worse beyond about 4.5|超过约 4.5/).waitFor();
    await dialog.getByText(/14.2 \(8.1–24.9\)/).waitFor();
    expect(await dialog.locator("table svg").count(), "every share with its interval drawn").toBe(13);
    expect(await violations(page)).toEqual([]);
    const overflow = await page.locator("dialog .body").evaluate((node) => node.scrollWidth - node.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await dialog.getByRole("combobox").selectOption("0.1");
    await expect.poll(() => backend.store.probeProbability).toBe(0.1);
  },
);

test("whoever has not asked anything yet reads so", async () => {
  stage.fresh();
  const page = await stage.page();
  await page.getByRole("button", { name: "Feedback" }).click();
  await page.getByText("Nobody has asked anything yet.").waitFor();
});

test("an experiment is started before there is data, and everybody learns what changed", async () => {
  const backend = stage.fresh();
  backend.study.experiments = [{
    id: "old", name: "Shorter", kind: "halves", share: 1, study: null, hypothesis: "short answers please", people_per_arm: 12,
    started: 1_763_000_000_000, ended: 1_764_000_000_000,
    first: { name: "as it is", parameters: {}, model: "", people: 12, ratings: 80, poor: 0.41 },
    second: { name: "Shorter", parameters: { system: "Be brief." }, model: "", people: 12, ratings: 91, poor: 0.22 },
    is_decided: true, verdict: "improved", difference: -0.19, interval: [-0.31, -0.06], p: 0.012, people_needed: null,
  }];
  const page = await stage.page("/", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Feedback" }).click();
  await page.getByRole("tab", { name: "Experiments" }).click();
  await page.getByText("Improved: -19.0% poor answers (-31.0% – -6.0%), p = 0.012.").waitFor();
  await page.getByRole("button", { name: "New experiment" }).click();
  await page.getByLabel("Name of the other setting").fill("Colloquial");
  await page.getByLabel("Hypothesis").fill("A warmer tone makes fewer answers poor");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("alert").filter({ hasText: "something of its own" }).waitFor();
  await page.getByLabel("Its system prompt").fill("Talk as friends do.");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText("Told when 20 people of each half have rated").waitFor();
  expect(backend.study.experiments[0]?.second.parameters).toEqual({ system: "Talk as friends do." });
  expect(await page.getByRole("button", { name: "New experiment" }).count(), "one at a time").toBe(0);
  await page.getByRole("button", { name: "End it" }).click();
  await page.getByText("Ended before enough people had rated").waitFor();

  await page.getByLabel("In English").fill("Answers are shorter: 41% → 22% poor");
  await page.getByLabel("In Chinese").fill("回答更短了");
  await page.getByRole("button", { name: "Tell everybody" }).click();
  await page.getByRole("button", { name: "Take it back" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByText("Answers are shorter: 41% → 22% poor").waitFor();
});
