// Two answers side by side: judged blind, changed, named, or left alone.
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

const texts = {
  en: { title: "Two answers to your question", left: "Answer 1", right: "Answer 2", show: "Show whose they are" },
  zh: { title: "你的问题有两个回答", left: "回答 1", right: "回答 2", show: "看看各自来自谁" },
};

test.each([["en-US", 1280], ["zh-CN", 375]] as const)(
  "a reader judges two answers by keyboard and is told whose they are afterwards, %s", async (locale, width) => {
    const backend = stage.fresh();
    backend.store.sideBySide = ["as it is", "a larger model"];
    const page = await stage.page("/", { locale, viewport: { width, height: 800 } });
    const text = texts[locale === "zh-CN" ? "zh" : "en"];
    await ask(page, "hello");
    const pair = page.getByRole("region", { name: text.title });
    await pair.waitFor();
    await settled(page);
    const answers = pair.getByRole("article");
    expect(await answers.count()).toBe(2);
    const [left, right] = [(await answers.nth(0).boundingBox())!, (await answers.nth(1).boundingBox())!];
    if (width > 1000) expect(right.x, "side by side").toBeGreaterThan(left.x + left.width - 1);
    else expect(right.y, "below each other").toBeGreaterThan(left.y + left.height - 1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
    expect(await page.getByText("a larger model").count(), "nobody is named").toBe(0);
    const messages = () => [...backend.store.messages.values()].filter((each) => each.role === "assistant");
    expect(messages().map((each) => each.generation)).toEqual([null, null]);

    const verdict = pair.getByRole("group");
    const button = verdict.getByRole("button", { name: text.right, exact: true });
    await button.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => messages()[1]?.comparison?.choice).toBe("right");
    await expect.poll(() => button.getAttribute("aria-pressed")).toBe("true");
    await verdict.getByRole("button", { name: text.left, exact: true }).click();
    await expect.poll(() => messages()[0]?.comparison?.choice).toBe("left");
    await pair.getByRole("button", { name: text.show }).click();
    await pair.getByText("a larger model").waitFor();
    expect(await violations(page)).toEqual([]);
  },
);

test("a reader who judges nothing goes on from the answer of their choice", async () => {
  const backend = stage.fresh();
  backend.store.sideBySide = ["as it is", "brief"];
  const page = await stage.page();
  await ask(page, "hello");
  const pair = page.getByRole("region", { name: texts.en.title });
  await settled(page);
  await pair.getByRole("button", { name: "Go on from this one" }).click();
  const [, right] = [...backend.store.messages.values()].filter((each) => each.role === "assistant");
  backend.store.sideBySide = null;
  await ask(page, "and then?");
  await settled(page);
  const next = [...backend.store.messages.values()].find((each) => each.content === "and then?");
  expect(next?.parent_id).toBe(right?.id);
  await pair.waitFor({ state: "detached" });
  expect(right?.comparison?.choice).toBeNull();
});

test("a researcher begins a comparison of two models and reads A against B", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page("/", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Feedback" }).click();
  await page.getByRole("heading", { name: "A against B, side by side" }).waitFor();
  await page.getByRole("cell", { name: "0.59 (0.36 – 0.95)" }).waitFor();
  await page.getByRole("tab", { name: "Experiments" }).click();
  await page.getByRole("button", { name: "New experiment" }).click();
  await page.getByLabel("Name of the other setting").fill("Small model");
  await page.getByLabel("Hypothesis").fill("The smaller one is good enough");
  await page.getByLabel(/^Side by side/).check();
  await page.getByLabel("Its model").selectOption("qwen2.5:0.5b");
  await page.getByLabel("Which questions").selectOption("1 question in 10");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText("Told when 20 people have judged a pair").waitFor();
  expect(backend.study.experiments[0]).toMatchObject({
    kind: "side_by_side", share: 0.1, second: { model: "qwen2.5:0.5b", parameters: {} },
  });
  expect(await violations(page)).toEqual([]);
});

test.each([["en-US", 1280], ["zh-CN", 375]] as const)("researchers set up the reasons beside a thumb, %s", async (locale, width) => {
  const backend = stage.fresh();
  const page = await stage.page("/", { locale, viewport: { width, height: 800 }, reducedMotion: "reduce" });
  const isEnglish = locale === "en-US";
  if (width < 900) await page.locator("header button").first().click();
  await page.getByRole("button", { name: isEnglish ? "Feedback" : "反馈" }).click();
  await page.getByText(isEnglish ? "Reasons offered beside a thumb" : "评分旁提供的理由").click();
  const bad = page.getByRole("group", { name: isEnglish ? "Beside a thumb down" : "差评旁" });
  await bad.getByRole("button", { name: isEnglish ? "Add a reason" : "添加理由" }).click();
  const added = bad.getByRole("group").last();
  await added.getByLabel(isEnglish ? "In English" : "英文").fill("Made-up source");
  await added.getByLabel(isEnglish ? "In Chinese" : "中文").fill("编造来源");
  await added.getByLabel(isEnglish ? "Counts as" : "计入").selectOption("factual");
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.getByRole("button", { name: isEnglish ? "Save" : "保存", exact: true }).click();
  await expect.poll(() => backend.store.reasons?.bad.at(-1)).toEqual(
    { id: "made_up_source", en: "Made-up source", zh: "编造来源", category: "factual" });
  expect(backend.store.reasons?.bad[0]?.id, "those that were there keep their names").toBe("wrong");
  await page.getByRole("button", { name: isEnglish ? "The page's own again" : "恢复页面自带的理由" }).click();
  await expect.poll(() => backend.store.reasons).toBeNull();
});
