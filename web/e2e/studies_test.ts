// Taking part in a study and running one.
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
const scale = (page: Page, name: string | RegExp) => page.getByRole("radiogroup", { name });

test("whoever follows a link agrees, takes part, and withdraws again", async () => {
  const { studies } = stage.fresh();
  const { token } = studies.addRunning();
  const page = await stage.page(`/join/${token}`, phone);
  await page.getByRole("heading", { name: "Is a small model enough?" }).waitFor();
  await page.getByText("We keep your ratings.").waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await page.getByRole("combobox").selectOption("Students");
  await page.getByRole("checkbox", { name: /Ratings and figures/ }).check();
  await page.getByRole("button", { name: "I agree and take part" }).click();
  await page.getByRole("heading", { name: "You take part. Thank you." }).waitFor();
  expect(studies.participations[0]).toMatchObject({ segment: "Students", scopes: ["ratings_and_logs"], consent_version: 1 });

  await page.getByRole("link", { name: "To the chat" }).click();
  await page.getByRole("region", { name: "A questionnaire waits" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.locator("header button").first().click();
  await page.getByRole("button", { name: "Taking part" }).click();
  const dialog = page.getByRole("dialog", { name: "Taking part" });
  await dialog.getByText("You allow: Ratings and figures of my chats").waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "What I allow" }).click();
  await dialog.getByRole("checkbox", { name: /Quoting my words/ }).check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => studies.participations[0]?.scopes).toEqual(["ratings_and_logs", "quotes"]);
  await dialog.getByRole("button", { name: "Withdraw …" }).click();
  await dialog.getByRole("button", { name: "Withdraw", exact: true }).click();
  await dialog.getByText("There is no study to take part in.").waitFor();
  expect(studies.participations).toEqual([]);
});

test("a questionnaire is filled in on a phone, in parts, and sent once", async () => {
  const { studies } = stage.fresh();
  const { questionnaire } = studies.addRunning();
  const page = await stage.page(`/survey/${questionnaire.id}`, phone);
  await page.getByRole("heading", { name: "About the model" }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  // Nobody is scolded before they have tried.
  expect(await page.getByText("Please answer this question.").count()).toBe(0);
  await page.getByRole("button", { name: "Submit answers" }).click();
  await page.getByText("1 question needs another look.").waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("question-recommend");
  expect(await violations(page)).toEqual([]);

  await page.getByText("It forgets").click();
  await page.getByRole("spinbutton").fill("99");
  await page.getByText("Please give a number from 1 to 50.").waitFor({ state: "detached" });
  await scale(page, "Would you recommend it?").getByText("8", { exact: true }).click();
  await page.getByRole("button", { name: "Truth" }).click();
  await page.getByRole("button", { name: "Speed" }).click(); // the last place is left for style
  await page.getByRole("button", { name: "Move up: Speed" }).click();
  await page.getByText("Kept").waitFor();
  expect(studies.answers.get(questionnaire.id)).toEqual({
    answers: { problems: ["memory"], recommend: 8, order: ["a", "b", "c"] }, submitted: null,
  });
  await page.getByRole("button", { name: "Submit answers" }).click();
  await page.getByText("Please give a number from 1 to 50.").waitFor();
  await page.reload();
  // What was kept is there again; what was wrong was not kept.
  await expect.poll(() => page.getByRole("checkbox", { name: "It forgets" }).isChecked()).toBe(true);
  await page.getByRole("spinbutton").fill("5");
  await page.getByRole("button", { name: "Submit answers" }).click();
  await page.getByRole("heading", { name: /Thank you/ }).waitFor();
  expect(studies.answers.get(questionnaire.id)?.answers).toEqual({
    problems: ["memory"], turns: 5, recommend: 8, order: ["a", "b", "c"],
  });
  await page.reload();
  await page.getByRole("heading", { name: /Thank you/ }).waitFor();
});

test("who has no account answers by a link, comes back, and takes the answers back", async () => {
  const { studies } = stage.fresh();
  const { token, questionnaire } = studies.addRunning();
  const link = studies.links.get(token);
  if (link) link.questionnaire_id = questionnaire.id;
  const page = await stage.page(`/join/${token}`, phone);
  await page.getByRole("combobox").selectOption("Developers");
  // There are no chats whose figures could be used.
  expect(await page.getByRole("checkbox").count()).toBe(1);
  await page.getByRole("button", { name: "I agree and take part" }).click();
  await scale(page, "Would you recommend it?").getByText("10", { exact: true }).click();
  await page.getByText("Kept").waitFor();
  await page.reload();
  await expect.poll(() => scale(page, "Would you recommend it?").getByRole("radio", { name: "10" }).isChecked()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Submit answers" }).click();
  await page.getByRole("heading", { name: /Thank you/ }).waitFor();
  expect(studies.answers.get(questionnaire.id)?.submitted).not.toBeNull();
  await page.getByRole("button", { name: "Withdraw" }).click();
  await page.getByRole("button", { name: "I agree and take part" }).waitFor();
  expect(studies.answers.size).toBe(0);
});

test("a questionnaire is filled in with the keyboard alone, in Chinese", async () => {
  const { studies } = stage.fresh();
  const { questionnaire } = studies.addRunning();
  const page = await stage.page(`/survey/${questionnaire.id}`, { locale: "zh-CN" });
  const memory = page.getByRole("checkbox", { name: /./ }).first();
  await memory.waitFor();
  await memory.focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("7");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight"); // from nothing chosen to the first or second step
  for (let step = 0; step < 60; step += 1) {
    const label = await page.evaluate(() => document.activeElement?.textContent?.trim());
    if (label === "提交问卷") break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /谢谢/ }).waitFor();
  expect(studies.answers.get(questionnaire.id)?.answers).toMatchObject({ problems: ["memory"], turns: 7 });
});

test("a researcher plans a study, builds its questionnaire and gives out a link", async () => {
  const { studies } = stage.fresh();
  const page = await stage.page("/", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Studies" }).click();
  await page.getByText("No study yet.").waitFor();
  await page.getByRole("button", { name: "New study" }).click();
  await page.getByRole("textbox", { name: "New study" }).fill("Is it enough?");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Is it enough?" });
  await dialog.getByRole("textbox", { name: /Hypotheses/ }).fill("Long prompts fail\n\nIt forgets");
  await dialog.getByRole("button", { name: "Add group" }).click();
  await dialog.getByRole("textbox", { name: "Group" }).fill("Developers");
  await dialog.getByRole("spinbutton", { name: "Wanted" }).fill("15");
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  const made = () => [...studies.all.values()][0]?.study;
  await expect.poll(() => made()?.hypotheses).toEqual(["Long prompts fail", "It forgets"]);
  expect(made()?.segments).toEqual([{ name: "Developers", target: 15 }]);
  expect(await dialog.getByRole("button", { name: "Start the study" }).isDisabled()).toBe(true);

  await dialog.getByRole("tab", { name: "Consent" }).click();
  await dialog.getByRole("textbox", { name: "Text in English" }).fill("We keep ratings.");
  await dialog.getByRole("textbox", { name: "Text in Chinese" }).fill("我们保存评分。");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => [...studies.all.values()][0]?.consent?.text_zh).toBe("我们保存评分。");

  await dialog.getByRole("tab", { name: "Questionnaires" }).click();
  await dialog.getByRole("combobox", { name: "New questionnaire" }).selectOption("blank");
  await dialog.getByRole("button", { name: "New questionnaire" }).click();
  await dialog.getByRole("textbox", { name: "Title, English" }).fill("Problems");
  await dialog.getByRole("textbox", { name: "Title, Chinese" }).fill("问题");
  const first = dialog.getByRole("region", { name: "Question 1" });
  await first.getByRole("textbox", { name: "Question, English" }).fill("Did it forget?");
  await first.getByRole("textbox", { name: "Question, Chinese" }).fill("它健忘吗？");
  await first.getByRole("textbox", { name: "Choices 1, English" }).fill("Yes");
  await first.getByRole("textbox", { name: "Choices 2, English" }).fill("No");
  await dialog.getByRole("button", { name: "Add question" }).click();
  const second = dialog.getByRole("region", { name: "Question 2" });
  await second.getByRole("combobox", { name: "Type" }).selectOption("number");
  await second.getByRole("textbox", { name: "Question, English" }).fill("After how many turns?");
  await second.getByRole("combobox", { name: "Shown" }).selectOption({ index: 1 });
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Preview" }).click();
  await dialog.getByText("Did it forget?").waitFor();
  expect(await dialog.getByText("After how many turns?").count()).toBe(0);
  await dialog.getByText("Yes", { exact: true }).click();
  await dialog.getByText("After how many turns?").waitFor();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => [...studies.questionnaires.values()][0]?.definition.questions[1]?.show_if).toEqual({ question: "q1", is: "c1" });

  await dialog.getByRole("tab", { name: "Plan" }).click();
  await dialog.getByRole("button", { name: "Start the study" }).click();
  await dialog.getByText("0".repeat(64)).waitFor();
  expect(await dialog.getByRole("textbox", { name: /Hypotheses/ }).isDisabled()).toBe(true);
  await dialog.getByRole("tab", { name: "People" }).click();
  await dialog.getByRole("spinbutton", { name: "People" }).fill("15");
  await dialog.getByRole("button", { name: "Create link" }).click();
  const link = await dialog.getByRole("textbox", { name: "Link", exact: true }).inputValue();
  expect(link).toMatch(/\/join\/j\d+$/);
  expect(await violations(page)).toEqual([]);
  const width = await page.locator("dialog .body").evaluate((node) => node.scrollWidth - node.clientWidth);
  expect(width).toBeLessThanOrEqual(0);
});
