// An interview in the chat: given on a phone, in parts, and with the keyboard alone; and its guide.
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { violations } from "./axe";
import { Stage } from "./harness";

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterAll(() => stage.close());
afterEach(async () => {
  for (const context of stage.browser.contexts()) await context.close();
  expect(stage.problems).toEqual([]);
});

const phone = { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true, reducedMotion: "reduce" } as const;
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** A participant who allows an interview and has answered the questionnaire, and the study. */
function participant() {
  const { studies } = stage.fresh();
  const { token, questionnaire } = studies.addRunning();
  studies.answer("POST", "/participations", { token, segment: "Students", scopes: ["interview"], locale: "en", consent_version: 1 });
  studies.answers.set(questionnaire.id, { answers: {}, submitted: Date.now() });
  studies.interview.change({ is_offered: true });
  const id = studies.participations[0]?.id ?? "";
  return { studies, id };
}

test("whoever allows it is interviewed on a phone, stops, goes on, and comes to the end", async () => {
  const { studies } = participant();
  const page = await stage.page("/", phone);
  const waits = page.getByRole("region", { name: "An interview waits" });
  await waits.getByText("2 questions").waitFor();
  expect(await violations(page)).toEqual([]);
  await waits.getByRole("link", { name: "Begin" }).click();
  await page.getByRole("heading", { name: "A conversation about the model" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Begin" }).click();

  const field = page.getByRole("textbox", { name: "Your answer" });
  await field.fill("It forgets");
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Can you give an example?").waitFor();
  await field.fill("Yesterday it forgot my na");
  await page.getByRole("link", { name: "Stop for now" }).click();
  await waits.getByRole("link", { name: "Go on" }).click();
  await page.getByText("Can you give an example?").waitFor();
  expect(await field.inputValue()).toBe("Yesterday it forgot my na");
  await field.fill("Yesterday it forgot my name.");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("What do you wish?").waitFor();
  await page.getByText("Question 2 of 2").waitFor();
  await page.getByRole("button", { name: "Skip this question" }).click();
  await page.getByRole("heading", { name: /Thank you/ }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  expect(studies.interview.begun?.turns.filter((turn) => turn.is_participant).map(({ text }) => text)).toEqual([
    "It forgets", "Yesterday it forgot my name.",
  ]);
  await page.getByRole("link", { name: "To the chat" }).click();
  await page.locator("#composer-field").waitFor();
  await page.locator("header button").first().click();
  await page.getByRole("button", { name: "Taking part" }).click();
  await page.getByRole("dialog").getByText("Given on").waitFor();
  expect(await waits.count()).toBe(0);
});

test("who puts it off is left alone, and a receipt that is lost doubles nothing", async () => {
  const { studies, id } = participant();
  const page = await stage.page();
  const waits = page.getByRole("region", { name: "An interview waits" });
  await waits.getByRole("button", { name: "Later" }).click();
  await waits.waitFor({ state: "detached" });
  await page.goto(`${stage.origin}/interview/${id}`);
  await page.getByRole("button", { name: "Begin" }).click();
  studies.interview.numLost = 1;
  await page.getByRole("textbox").fill("It forgets what I said before.");
  await page.keyboard.press("Enter");
  await page.getByText("the answer was lost").waitFor();
  // The browser tells its console of every answer that is an error.
  stage.problems.splice(0);
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("What do you wish?").waitFor();
  expect(studies.interview.begun?.turns.filter((turn) => turn.is_participant)).toHaveLength(1);
});

test("an interview is given with the keyboard alone, in Chinese", async () => {
  const { studies, id } = participant();
  const page = await stage.page(`/interview/${id}`, { locale: "zh-CN" });
  await page.getByRole("button", { name: "开始" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("最让您不满意的是什么？").waitFor();
  // The focus is where the answer goes.
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
  await page.keyboard.type("它总是忘记我前面说过的话。");
  await page.keyboard.press("Enter");
  await page.getByText("您希望什么？").waitFor();
  await page.keyboard.press("Tab"); // past what cannot be sent yet
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /谢谢/ }).waitFor();
  expect(studies.interview.begun?.locale).toBe("zh");
  expect(studies.interview.begun?.turns.at(2)).toEqual({ is_participant: true, text: "它总是忘记我前面说过的话。" });
});

test("a researcher makes the guide of a study and offers the interview", async () => {
  const { studies } = stage.fresh();
  studies.addRunning();
  const page = await stage.page("/", { viewport: { width: 375, height: 800 }, reducedMotion: "reduce" });
  await page.locator("header button").first().click();
  await page.getByRole("button", { name: "Studies" }).click();
  await page.getByRole("button", { name: /Is a small model enough/ }).click();
  await page.getByRole("tab", { name: "Interview" }).click();
  await page.getByText("The consent text does not ask for an interview").waitFor();
  await page.getByRole("button", { name: "Begin with the guide of the model study" }).click();
  const second = page.getByRole("region", { name: "Question 2" });
  await second.getByRole("button", { name: "Add a rule" }).click();
  await second.getByRole("combobox", { name: "When" }).selectOption({ label: "It contains a word" });
  await second.getByRole("textbox", { name: /Words, separated by commas/ }).fill("faster，更快");
  await second.getByRole("textbox", { name: "What is asked then, English" }).fill("How fast?");
  await second.getByRole("textbox", { name: "What is asked then, Chinese" }).fill("多快？");
  expect(await violations(page)).toEqual([]);
  const width = await page.locator("dialog .body").evaluate((node) => node.scrollWidth - node.clientWidth);
  expect(width).toBeLessThanOrEqual(0);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("switch", { name: /Offer the interview/ }).check();
  await page.getByRole("combobox", { name: "When it is asked" }).selectOption("after_chats");
  await expect.poll(() => studies.interview.guide).toMatchObject({ is_offered: true, due: "after_chats", due_after: 5 });
  expect(studies.interview.guide?.definition.questions[1]?.probes).toEqual([
    { rule: "mentions", terms: ["faster", "更快"], text: { en: "How fast?", zh: "多快？" } },
  ]);
  expect(await violations(page)).toEqual([]);
});
