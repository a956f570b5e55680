// Drawing a sample, coding it by keyboard, reading what came of it and deciding where coders differ.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { violations } from "./axe";
import { Stage } from "./harness";
import { fill } from "../test/mock_content";
import { sampleFigures } from "../test/mock_annotation";

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterAll(() => stage.close());
afterEach(async () => {
  for (const context of stage.browser.contexts()) await context.close();
  expect(stage.problems).toEqual([]);
});

const order = {
  title: "Week 1", design: { method: "random", size: 3, seed: 1 } as const,
  rubrics: ["correctness", "reasoning_intact"], has_categories: true, coders_per_item: 2,
};

test("a sample is drawn with what was chosen", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page();
  await page.getByRole("button", { name: "Feedback" }).click();
  await page.getByRole("tab", { name: "Samples" }).click();
  await page.getByText("No answers were drawn yet.").waitFor();
  await page.getByRole("button", { name: "Draw a sample" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("Errors of May");
  await dialog.getByLabel("How to draw").selectOption("errors_first");
  await dialog.getByLabel("Answers").fill("3");
  await dialog.getByLabel("Seed").fill("42");
  await page.getByRole("checkbox", { name: /Reasoning intact/ }).check();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Draw", exact: true }).click();
  await page.getByRole("heading", { name: "Errors of May" }).waitFor();
  const drawn = backend.store.annotation.samples[0];
  expect(drawn?.design).toMatchObject({ method: "errors_first", size: 3, seed: 42, from: 0 });
  expect(drawn?.rubrics.map(({ name }) => name)).toEqual(["correctness", "reasoning_intact"]);
  await page.getByText("Nobody has coded anything yet.").waitFor();
});

test("an answer is coded by keyboard alone, and taken back", async () => {
  const backend = stage.fresh();
  backend.store.annotation.draw({ ...order });
  const page = await stage.page();
  await page.getByRole("button", { name: "Annotate" }).click();
  await page.getByRole("button", { name: "Code “Week 1”" }).click();
  await page.getByText("What is 2+2?").waitFor();
  await page.getByText("0 of 3").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await page.getByText("Answer this first").waitFor();
  await page.keyboard.press("3"); // right
  await page.keyboard.press("Enter");
  await page.keyboard.press("x"); // cannot judge the reasoning
  await page.keyboard.press("Enter");
  await page.keyboard.press("4"); // memory
  await page.keyboard.press("c");
  await page.keyboard.type("a question: u and 1 are letters here");
  await page.keyboard.press("Enter"); // back to the keys
  await page.keyboard.press("Enter");
  await page.getByText("Why is the sky blue?").waitFor();
  const coded = () => backend.store.annotation.items[0]?.coding;
  expect(coded()?.values).toMatchObject({ correctness: 2, reasoning_intact: null, memory: 1, speed: 0 });
  expect(coded()?.comment).toBe("a question: u and 1 are letters here");
  await page.keyboard.press("u");
  await page.getByText("What is 2+2?").waitFor();
  expect(coded()).toBeNull();
  expect(await page.getByRole("button", { name: "3 Right" }).getAttribute("aria-pressed")).toBe("true");
  await page.keyboard.press("1");
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("Enter");
  await page.getByText("Why is the sky blue?").waitFor();
  expect(coded()?.values["correctness"]).toBe(0);
});

test("at the end of a queue it says so", async () => {
  const backend = stage.fresh();
  backend.store.annotation.draw({ ...order, design: { ...order.design, size: 1 }, has_categories: false });
  const page = await stage.page();
  await page.getByRole("button", { name: "Annotate" }).click();
  await page.getByRole("button", { name: "Code “Week 1”" }).click();
  await page.getByText("What is 2+2?").waitFor();
  await page.getByRole("button", { name: "1 Wrong" }).click();
  await page.getByRole("button", { name: "2 Yes" }).click();
  await page.getByRole("button", { name: "Next answer" }).click();
  await page.getByText("Done: nothing is left for you here.").waitFor();
});

test.each([["en-US", 1280], ["zh-CN", 375]] as const)(
  "agreement is shown, and no share where coders disagree, in %s", async (locale, width) => {
    const backend = stage.fresh();
    fill(backend.store);
    backend.store.annotation.draw({ ...order });
    if (backend.store.analysis) backend.store.analysis = { ...backend.store.analysis, annotations: sampleFigures };
    const page = await stage.page("/", { locale, viewport: { width, height: 800 }, reducedMotion: "reduce" });
    const isChinese = locale === "zh-CN";
    if (width < 900) await page.locator("header button").first().click();
    await page.getByRole("button", { name: isChinese ? "反馈" : "Feedback" }).click();
    await page.getByRole("tab", { name: isChinese ? "样本" : "Samples" }).click();
    await page.getByRole("button", { name: /Week 1/ }).click();
    await page.getByText("α 0.81").waitFor();
    await page.getByText(isChinese ? /请修订编码手册/ : /revise the codebook/).waitFor();
    await page.getByText(/62%/).waitFor();
    expect(await violations(page)).toEqual([]);
    const overflow = await page.locator("dialog .body").evaluate((node) => node.scrollWidth - node.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  },
);

test("a researcher decides where coders differ, beside what they said", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const { annotation } = backend.store;
  annotation.draw({ ...order });
  if (backend.store.analysis) backend.store.analysis = { ...backend.store.analysis, annotations: sampleFigures };
  annotation.differing = [{
    id: "i0", participant: "p-0123456789ab",
    messages: annotation.items[0]?.item.messages ?? [],
    codes: [{
      code: "correctness", decision: null,
      coders: [{ coder: "a", value: 2, comment: "fine" }, { coder: "b", value: 0, comment: "" }],
    }],
  }];
  const page = await stage.page();
  await page.getByRole("button", { name: "Feedback" }).click();
  await page.getByRole("tab", { name: "Samples" }).click();
  await page.getByRole("button", { name: "Open Week 1" }).click();
  await page.getByRole("button", { name: "Where coders differ" }).click();
  await page.getByText("p-0123456789ab").waitFor();
  expect(await page.locator("dd").allTextContents()).toEqual(["Right", "fine", "Wrong"]);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("textbox", { name: "Why" }).fill("the second step is wrong");
  await page.getByRole("button", { name: "Wrong" }).click();
  await page.getByText("Decided: Wrong").waitFor();
  expect(annotation.differing[0]?.codes[0]?.decision).toMatchObject({ value: 0, comment: "the second step is wrong" });
  expect(await page.locator("dd").allTextContents()).toEqual(["Right", "fine", "Wrong"]);
});

test("a rubric is changed into a new version, and one's own is made in both languages", async () => {
  const { store } = stage.fresh();
  const page = await stage.page();
  await page.getByRole("button", { name: "Feedback" }).click();
  await page.getByRole("tab", { name: "Samples" }).click();
  await page.getByRole("button", { name: "Rubrics" }).click();
  await page.getByRole("button", { name: "Change: Correctness" }).click();
  const english = page.getByRole("group", { name: "English" });
  await english.getByRole("textbox", { name: "Question" }).fill("Is it true?");
  const values = page.getByRole("textbox", { name: "Answers" });
  expect(await values.inputValue()).toBe("Wrong | 错误\nPartly right | 部分正确\nRight | 正确");
  await values.fill("Wrong | 错误\nRight | 正确\nNothing said | 没有论断");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Save as a new version" }).click();
  await page.getByText("Version 2").waitFor();
  const saved = store.annotation.rubrics[0];
  expect(saved?.definition).toEqual({ en: "Is it true?", zh: "回答中的论断是否正确？" });
  expect(saved?.values.map(({ value }) => value)).toEqual([0, 2, 3]);
  await page.getByRole("button", { name: "New rubric" }).click();
  await page.getByRole("textbox", { name: "Short name" }).fill("clarity");
  for (const [group, label] of [["English", "Clarity"], ["中文", "清晰"]] as const) {
    const fields = page.getByRole("group", { name: group });
    await fields.getByRole("textbox", { name: "Name" }).fill(label);
    await fields.getByRole("textbox", { name: "Question" }).fill(`${label}?`);
  }
  await page.getByRole("button", { name: "Save as a new version" }).click();
  await page.getByText("Clarity?").waitFor();
  expect(store.annotation.rubrics[0]).toMatchObject({ name: "clarity", version: 1, scale: "binary", label: { zh: "清晰" } });
});
