// A whole study before the program itself, from its plan to its report, as its people see it. Tells the
// story of docs/study-walk.md; where FALCONET_PICTURES names a folder, takes its pictures:
//   FALCONET_PICTURES=../docs/images npm run e2e -- walk
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { violations } from "./axe";
import { ask, settled } from "./harness";
import { Live, hasProgram } from "./live";
import { WalkPerson, walkPassword } from "./walk_people";

const folder = process.env["FALCONET_PICTURES"] ?? "";
const phone: BrowserContextOptions = {
  viewport: { width: 375, height: 760 }, hasTouch: true, isMobile: true, deviceScaleFactor: folder === "" ? 1 : 2,
};
const transcript = [
  "Interviewer: How do you use it?",
  "Mia: Mostly for arithmetic. It answers at once, which I like. But it forgot my name twice.",
  "Interviewer: What should change?",
  "Mia: It should remember what I said.",
].join("\n");

/** Each of them is in either half by chance: of so many at least five are in both, but once in 50,000 walks. */
const othersCount = 32;
const isPoor = (number: number) => number % 3 === 0;
const complaints = Array.from({ length: othersCount }, (_, number) => number).filter(isPoor).length + 1; // and Mia

const refused: string[] = [];

async function picture(page: Page, name: string): Promise<void> {
  if (folder === "") return;
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(folder, `walk-${name}.png`) });
}

/** Opens one of the pages for those who work on studies. */
async function open(page: Page, name: string): Promise<void> {
  await page.locator(".person").click();
  await page.getByRole("menuitem", { name, exact: true }).click();
}

/** Somebody's browser, logged in. */
async function browserOf(live: Live, name: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await live.page("/", { reducedMotion: "reduce", ...options });
  page.setDefaultTimeout(20_000);
  page.on("response", (response) => {
    if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`);
  });
  const isChinese = options.locale === "zh-CN";
  await page.getByLabel(isChinese ? "用户名" : "User name").fill(name);
  await page.getByLabel(isChinese ? "密码" : "Password", { exact: true }).fill(walkPassword);
  await page.keyboard.press("Enter");
  await page.locator("#composer-field").waitFor();
  return page;
}

describe.skipIf(!hasProgram)("the walk through a study", () => {
  let live: Live;
  let ada: WalkPerson;
  let researcher: Page;
  let link = "";
  const others: WalkPerson[] = [];
  const study = () => researcher.getByRole("dialog", { name: "Is Spark enough?" });
  const feedback = () => researcher.getByRole("dialog", { name: "Feedback" });

  beforeAll(async () => {
    live = await Live.open("--auth");
    ada = await WalkPerson.signUp(live.origin, "ada");
    for (const name of ["bob", "cleo"]) {
      await (await WalkPerson.signUp(live.origin, name, await ada.invite("annotator"))).close();
    }
    for (const name of ["mia", "xiaolin"]) await (await WalkPerson.signUp(live.origin, name, await ada.invite("user"))).close();
    researcher = await browserOf(live, "ada");
  });
  // Each step stands on those before it.
  let isLost = false;
  beforeEach((context) => context.skip(isLost, "an earlier step failed"));
  afterEach(({ task }) => void (isLost ||= task.result?.state === "fail"));
  afterAll(async () => {
    for (const person of [ada, ...others]) await person.close();
    await live.close();
    expect({ problems: live.problems, refused }).toEqual({ problems: [], refused: [] });
  });

  test("a study is planned, and its hypotheses fixed before there is data", async () => {
    await open(researcher, "Studies");
    await researcher.getByRole("button", { name: "New study" }).click();
    await researcher.getByRole("textbox", { name: "New study" }).fill("Is Spark enough?");
    await researcher.keyboard.press("Enter");
    await study().getByRole("textbox", { name: "What you want to find out" }).fill("Whether a small model answers our people well enough.");
    await study().getByRole("textbox", { name: /Hypotheses/ }).fill("It forgets what was said earlier");
    for (const [name, wanted] of [["Developers", "14"], ["Students", "14"]] as const) {
      await study().getByRole("button", { name: "Add group" }).click();
      await study().getByRole("textbox", { name: "Group" }).last().fill(name);
      await study().getByRole("spinbutton", { name: "Wanted" }).last().fill(wanted);
    }
    await study().getByRole("button", { name: "Save" }).click();
    await study().getByRole("tab", { name: "Consent" }).click();
    await study().getByRole("textbox", { name: "Text in English" }).fill("We keep ratings and figures, never your messages.");
    await study().getByRole("textbox", { name: "Text in Chinese" }).fill("我们保存评分和统计数据，不保存您的消息。");
    await study().getByRole("checkbox", { name: /Quoting my words/ }).check();
    await study().getByRole("button", { name: "Save" }).click();
    await study().getByText("Version 1").waitFor();
    await study().getByRole("tab", { name: "Questionnaires" }).click();
    await study().getByRole("button", { name: "New questionnaire" }).click();
    await study().getByRole("button", { name: "Save" }).click();
    await study().getByText(/9 questions · Version 1/).waitFor();
    await picture(researcher, "questionnaire");
    await study().getByRole("tab", { name: "Plan" }).click();
    await study().getByRole("button", { name: "Start the study" }).click();
    await study().locator("code").filter({ hasText: /^[0-9a-f]{64}$/ }).waitFor();
    expect(await violations(researcher)).toEqual([]);
    await picture(researcher, "plan");
  });

  test("people are invited", async () => {
    await study().getByRole("tab", { name: "People" }).click();
    await study().getByRole("spinbutton", { name: "People" }).fill(String(othersCount + 4));
    await study().getByRole("button", { name: "Create link" }).click();
    link = new URL(await study().getByRole("textbox", { name: "Link", exact: true }).inputValue()).pathname;
    await picture(researcher, "link");
  });

  test("somebody agrees, chats in English, rates, and fills in the questionnaire", async () => {
    const mia = await browserOf(live, "mia");
    await mia.goto(live.origin + link);
    await mia.getByRole("combobox").selectOption("Developers");
    await mia.getByRole("checkbox", { name: /Ratings and figures/ }).check();
    await mia.getByRole("checkbox", { name: /Quoting my words/ }).check();
    await picture(mia, "consent");
    await mia.getByRole("button", { name: "I agree and take part" }).click();
    await mia.getByRole("link", { name: "To the chat" }).click();
    await ask(mia, "What is 12 + 30?");
    await settled(mia);
    await mia.getByRole("button", { name: "Bad answer" }).click();
    const form = mia.locator("form").filter({ hasText: "What was wrong?" });
    await form.getByRole("button", { name: "Not correct" }).click();
    await form.getByRole("textbox").fill("It forgot what I said before");
    await picture(mia, "rating");
    await form.getByRole("button", { name: "Save" }).click();
    await mia.getByRole("region", { name: "A questionnaire waits" }).getByRole("link", { name: "Begin" }).click();
    await mia.getByText("Mathematics", { exact: true }).click();
    await mia.getByRole("radiogroup", { name: "How satisfied are you with its answers, all in all?" }).getByText("2", { exact: true }).click();
    await mia.getByRole("group", { name: /Which problems/ }).getByText("Forgot what was said earlier").click();
    await mia.getByRole("spinbutton").fill("5");
    await mia.getByRole("radiogroup", { name: "How likely are you to recommend it to a colleague?" }).getByText("3", { exact: true }).click();
    await mia.getByRole("button", { name: "Submit answers" }).click();
    await mia.getByRole("heading", { name: /Thank you/ }).waitFor();
    await mia.context().close();
  });

  test("somebody else does so in Chinese, on a phone", async () => {
    const lin = await browserOf(live, "xiaolin", { ...phone, locale: "zh-CN" });
    await lin.goto(live.origin + link);
    await lin.getByRole("combobox").selectOption("Students");
    await lin.getByRole("checkbox", { name: /评分与对话的统计数据/ }).check();
    await lin.getByRole("button", { name: "我同意并参与" }).click();
    await lin.getByRole("link", { name: "前往对话" }).click();
    await lin.locator("#composer-field").fill("12 加 30 等于几？");
    await lin.getByRole("button", { name: "发送" }).click();
    await settled(lin);
    await lin.getByRole("region", { name: "有一份问卷等待填写" }).getByRole("link", { name: "开始填写" }).click();
    const first = lin.getByRole("radiogroup").first();
    await first.waitFor();
    expect(await violations(lin)).toEqual([]);
    const overflow = await lin.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, "a phone scrolls in one direction only").toBeLessThanOrEqual(0);
    await lin.getByText("数学", { exact: true }).click();
    await first.getByText("4", { exact: true }).click();
    await picture(lin, "phone");
    for (const group of await lin.getByRole("radiogroup").all()) await group.getByText("4", { exact: true }).click();
    await lin.getByRole("button", { name: "提交问卷" }).click();
    await lin.getByRole("heading", { name: /谢谢/ }).waitFor();
    await lin.context().close();
  });

  test("an experiment begins, and many others ask and rate", async () => {
    await researcher.keyboard.press("Escape");
    await open(researcher, "Feedback");
    await feedback().getByRole("tab", { name: "Experiments" }).click();
    await feedback().getByRole("button", { name: "New experiment" }).click();
    await feedback().getByLabel("Name of the other setting").fill("Brief");
    await feedback().getByLabel("Hypothesis").fill("Brief answers are less often poor");
    await feedback().getByLabel("Its system prompt").fill("Be brief.");
    await feedback().getByLabel("People in each half").fill("5");
    await feedback().getByRole("button", { name: "Start", exact: true }).click();
    await feedback().getByText("Told when 5 people of each half have rated").waitFor();
    for (let number = 0; number < othersCount; number += 1) {
      const person = await WalkPerson.signUp(live.origin, `person${number}`, await ada.invite("user"));
      others.push(person);
      await person.join(link, number % 2 === 0 ? "Developers" : "Students", number % 4 === 3 ? "zh" : "en");
      const message = await person.ask(number % 4 === 3 ? "3 乘 4 等于几？" : "What is 3 times 4?");
      await person.rate(message, isPoor(number)
        ? { value: -1, reasons: ["forgot"], comment: number % 4 === 3 ? "忘了我前面说的话" : "forgot what I said before" }
        : { value: 1, reasons: ["correct"], comment: "" });
    }
  }, 180_000);

  test("a sample is drawn, and two people code it", async () => {
    await feedback().getByRole("tab", { name: "Samples" }).click();
    await feedback().getByRole("button", { name: "Draw a sample" }).click();
    await feedback().getByRole("textbox", { name: "Name" }).fill("First look");
    await feedback().getByLabel("Answers").fill("6");
    await feedback().getByRole("checkbox", { name: /Helpful/ }).uncheck();
    await feedback().getByRole("button", { name: "Draw", exact: true }).click();
    await feedback().getByRole("heading", { name: "First look" }).waitFor();
    for (const [coder, keys] of [["bob", "333331"], ["cleo", "333311"]] as const) {
      const page = await browserOf(live, coder);
      await open(page, "Annotate");
      await page.getByRole("button", { name: "Code “First look”" }).click();
      for (const [index, key] of [...keys].entries()) {
        await page.getByText(`${index} of 6`).waitFor();
        if (index === 0 && coder === "bob") await picture(page, "coding");
        await page.keyboard.press(key);
        await page.keyboard.press("Enter"); // to the categories
        await page.keyboard.press("Enter");
      }
      await page.getByText("Done: nothing is left for you here.").waitFor();
      await page.context().close();
    }
  });

  test("where they differ a researcher decides", async () => {
    await feedback().getByRole("button", { name: "All samples" }).click();
    await feedback().getByRole("button", { name: "Open First look" }).click();
    await feedback().getByText(/α/).first().waitFor();
    await feedback().getByRole("button", { name: "Where coders differ" }).click();
    const differing = feedback().getByRole("region").filter({ has: researcher.locator("fieldset") });
    await differing.first().waitFor();
    const places = await differing.count();
    expect(places, "each coder has an order of their own, and one or both marked another answer").toBeGreaterThan(0);
    await picture(researcher, "differences");
    for (const place of await differing.all()) {
      await place.getByRole("button", { name: "Right", exact: true }).click();
      await place.getByText("Decided: Right").waitFor();
    }
    await feedback().getByRole("button", { name: "Agreement and shares" }).click();
    await feedback().getByText(`${places} differ, ${places} decided`).waitFor();
    expect(await violations(researcher)).toEqual([]);
    await picture(researcher, "agreement");
  });

  test("an interview is coded", async () => {
    await feedback().getByRole("tab", { name: "Interviews" }).click();
    await feedback().getByRole("button", { name: "Add interview" }).click();
    await feedback().getByRole("textbox", { name: "Title" }).fill("Talk with Mia");
    await feedback().getByRole("textbox", { name: "Participant" }).fill("mia");
    await feedback().getByLabel("Transcript").setInputFiles({ name: "talk.txt", mimeType: "text/plain", buffer: Buffer.from(transcript) });
    await feedback().getByRole("checkbox", { name: "May be quoted" }).check();
    await feedback().getByRole("button", { name: "Add interview" }).click();
    await feedback().getByRole("heading", { name: "Talk with Mia" }).waitFor();
    await feedback().getByRole("group", { name: "Interviewer said" }).first().focus();
    await researcher.keyboard.press("ArrowDown");
    for (let sentence = 0; sentence < 3; sentence += 1) await researcher.keyboard.press("ArrowRight");
    await feedback().getByText("“But it forgot my name twice.”").waitFor();
    await researcher.keyboard.press("Enter");
    await researcher.keyboard.type("memory");
    await researcher.keyboard.press("Enter");
    await feedback().getByRole("button", { name: "Take off: memory" }).waitFor();
    await picture(researcher, "interview");
  });

  test("the experiment has a verdict, whatever it is", async () => {
    await feedback().getByRole("tab", { name: "Experiments" }).click();
    await feedback().getByText(/^(Improved|Worse|Not enough data): /).waitFor();
    await picture(researcher, "experiment");
    await feedback().getByRole("button", { name: "End it" }).click();
    await researcher.keyboard.press("Escape");
  });

  test("the findings are read, and the report is taken along", async () => {
    await open(researcher, "Studies");
    await researcher.getByRole("button", { name: /Is Spark enough/ }).click();
    await study().getByRole("tab", { name: "Results" }).click();
    await study().getByRole("row", { name: /Memory/ }).getByText(`${complaints} of ${othersCount + 2} people`).waitFor();
    expect(await violations(researcher)).toEqual([]);
    await picture(researcher, "findings");
    await study().getByRole("heading", { name: /Questionnaire: / }).scrollIntoViewIfNeeded();
    await study().getByText(`Sent in by 2 of ${othersCount + 2} people`).waitFor();
    await picture(researcher, "answers");
    const [download] = await Promise.all([
      researcher.waitForEvent("download"), study().getByRole("link", { name: "Download the report" }).click(),
    ]);
    const report = await readFile(await download.path(), "utf8");
    for (const words of ["What users say of the model", "Developers", "Students", "forgot what I said before"]) expect(report).toContain(words);
    expect(report, "two people are too few to be shown").not.toContain("Mathematics");
  });
});
