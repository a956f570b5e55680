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
    expect(await dialog.locator("table svg").count(), "every share with its interval drawn").toBe(13 + 11 + 1 + 1);
    await dialog.getByText(/Net promoter score 26 \(-5 – 52\)|净推荐值 26（-5 – 52）/).waitFor();
    await dialog.getByText(/Mean 71.3|均值 71.3/).waitFor();
    await dialog.getByText("写信到 [邮箱] 即可").waitFor();
    await dialog.getByText(/Answered by 24 of 28 people|28 人中 24 人作答/).waitFor();
    expect(await violations(page)).toEqual([]);
    const overflow = await page.locator("dialog .body").evaluate((node) => node.scrollWidth - node.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await dialog.getByRole("combobox").first().selectOption("0.1");
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

test("figures say what they are of and how old they are, and are chosen from", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  backend.figures.refreshes = 2;
  backend.figures.isMaking = true;
  const page = await stage.page("/", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Feedback" }).click();
  const dialog = page.getByRole("dialog", { name: "Feedback" });
  await dialog.getByText("The figures are being made.").waitFor();
  await dialog.getByText(/^As of .*2025/).waitFor();
  expect(backend.figures.asked.length, "asked again until they were there").toBe(3);
  expect(backend.figures.asked.at(-1)?.get("wait"), "a page is not kept waiting").not.toBeNull();
  expect(backend.figures.asked.map((query) => query.get("after")), "since it asked").toEqual([null, "7", "7"]);
  await dialog.getByText(/different origin are counted together here: 339 imported, 2,900 live/).waitFor();

  await dialog.getByLabel("Origin").selectOption("live");
  await dialog.getByText(/different origin/).waitFor({ state: "detached" });
  await dialog.getByLabel("From").fill("2025-11-01");
  await dialog.getByLabel("Until").fill("2025-11-30");
  await expect.poll(() => backend.figures.asked.at(-1)?.get("until")).not.toBeNull();
  const asked = backend.figures.asked.at(-1)!;
  expect(asked.get("provenance")).toBe("live");
  const days = (Number(asked.get("until")) - Number(asked.get("from"))) / 86_400_000;
  expect(days, "both days are within").toBeCloseTo(30, 0);
  expect(await violations(page)).toEqual([]);

  await dialog.getByLabel("Model").selectOption("tiny");
  await dialog.getByText("No answer fits this choice.").waitFor();
  await dialog.getByRole("button", { name: "Show all" }).click();
  await dialog.getByText(/19 of 32 people/).first().waitFor();
  await dialog.getByRole("button", { name: "Bring up to date" }).click();
  await expect.poll(() => backend.figures.asked.at(-1)?.get("wait") ?? "none").toBe("none");
});

test("tables and charts are taken along as files, and printed without what is for the screen", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page("/", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Feedback" }).click();
  const dialog = page.getByRole("dialog", { name: "Feedback" });
  const saved = async (button: string): Promise<string> => {
    const [download] = await Promise.all([
      page.waitForEvent("download"), dialog.getByRole("button", { name: button }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  };
  const csv = await saved("Table “Poor answers by the turn of the conversation” as CSV");
  const lines = csv.trim().split("\r\n");
  expect(lines[0]).toContain("Turn,Poor answers,lower end,upper end,Ratings");
  expect(lines[1], "numbers as they are, not as they are shown").toBe("1,0.16,0.128,0.2,140");
  const svg = await saved("Chart “Poor answers by the turn of the conversation” as SVG");
  const blank = await page.context().newPage(); // whose policy lets a test read XML
  const parsed = await blank.evaluate((text) => {
    const picture = new DOMParser().parseFromString(text, "image/svg+xml");
    return { error: picture.querySelector("parsererror") !== null, circles: picture.querySelectorAll("circle").length };
  }, svg);
  expect(parsed).toEqual({ error: false, circles: 6 });

  await page.emulateMedia({ media: "print" });
  await expect.poll(() => dialog.getByRole("button", { name: /as CSV/ }).count()).toBe(0);
  const box = await page.locator("dialog .body").evaluate((node) => node.scrollHeight - node.clientHeight);
  expect(box, "nothing is left to scroll to").toBeLessThanOrEqual(0);
  expect(await page.locator("#composer-field").isVisible(), "the chat behind it").toBe(false);
});
