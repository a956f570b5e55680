// A study before the program itself: planned, joined, answered, analysed, and left.
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe";
import { ask, settled } from "./harness";
import { Live, hasProgram } from "./live";

const steps = (page: Page, name: string) => page.getByRole("radiogroup", { name });

describe.skipIf(!hasProgram)("a study with the program", () => {
  let live: Live;
  beforeAll(async () => void (live = await Live.open()));
  afterAll(() => live.close());
  afterEach(async () => {
    for (const context of live.browser.contexts()) await context.close();
    expect(live.problems.splice(0)).toEqual([]);
  });

  test("goes from its plan to its analysis, all on the page", async () => {
    const page = await live.page("/", { reducedMotion: "reduce" });
    await page.getByRole("button", { name: "Studies" }).click();
    await page.getByRole("button", { name: "New study" }).click();
    await page.getByRole("textbox", { name: "New study" }).fill("Is Spark enough?");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Is Spark enough?" });
    await dialog.getByRole("textbox", { name: /Hypotheses/ }).fill("It forgets");
    await dialog.getByRole("button", { name: "Add group" }).click();
    await dialog.getByRole("textbox", { name: "Group" }).fill("Developers");
    await dialog.getByRole("spinbutton", { name: "Wanted" }).fill("2");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("tab", { name: "Consent" }).click();
    await dialog.getByRole("textbox", { name: "Text in English" }).fill("We keep ratings.");
    await dialog.getByRole("textbox", { name: "Text in Chinese" }).fill("我们保存评分。");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Version 1").waitFor();
    // The model study's own questionnaire, as it comes.
    await dialog.getByRole("tab", { name: "Questionnaires" }).click();
    await dialog.getByRole("button", { name: "New questionnaire" }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText(/9 questions · Version 1/).waitFor();
    await dialog.getByRole("tab", { name: "Plan" }).click();
    await dialog.getByRole("button", { name: "Start the study" }).click();
    await dialog.locator("code").filter({ hasText: /^[0-9a-f]{64}$/ }).waitFor();
    await dialog.getByRole("tab", { name: "People" }).click();
    await dialog.getByRole("spinbutton", { name: "People" }).fill("2");
    await dialog.getByRole("button", { name: "Create link" }).click();
    const link = new URL(await dialog.getByRole("textbox", { name: "Link", exact: true }).inputValue());

    await page.goto(live.origin + link.pathname);
    await page.getByRole("combobox").selectOption("Developers");
    await page.getByRole("checkbox", { name: /Ratings and figures/ }).check();
    await page.getByRole("button", { name: "I agree and take part" }).click();
    await page.getByRole("link", { name: "To the chat" }).click();
    await ask(page, "What is 12 + 30?");
    await settled(page);
    await page.getByRole("region", { name: "A questionnaire waits" }).getByRole("link", { name: "Begin" }).click();
    await page.getByText("Mathematics", { exact: true }).click();
    await steps(page, "How satisfied are you with its answers, all in all?").getByText("2", { exact: true }).click();
    await page.getByRole("group", { name: /Which problems/ }).getByText("Forgot what was said earlier").click();
    await page.getByRole("spinbutton").fill("5");
    await steps(page, "How likely are you to recommend it to a colleague?").getByText("3", { exact: true }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Submit answers" }).click();
    await page.getByRole("heading", { name: /Thank you/ }).waitFor();

    await page.getByRole("link", { name: "To the chat" }).click();
    await page.getByRole("button", { name: "Studies" }).click();
    await page.getByRole("button", { name: /Is Spark enough/ }).click();
    await dialog.getByRole("tab", { name: "Results" }).click();
    await dialog.getByRole("row", { name: /Memory/ }).getByText("1 of 1 person").waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("tab", { name: "People" }).click();
    await dialog.getByRole("row", { name: /All/ }).getByText("2", { exact: true }).first().waitFor();
    await dialog.getByRole("row", { name: /^p-/ }).waitFor();
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "Taking part" }).click();
    const own = page.getByRole("dialog", { name: "Taking part" });
    await own.getByText(/Answered on/).waitFor();
    await own.getByRole("button", { name: "Withdraw …" }).click();
    await own.getByRole("button", { name: "Withdraw", exact: true }).click();
    await own.getByText("There is no study to take part in.").waitFor();
    const studies = await page.request.get(`${live.origin}/api/feedback/studies`);
    const { id } = ((await studies.json()) as { studies: { id: string }[] }).studies[0] ?? { id: "" };
    const analysis = await page.request.get(`${live.origin}/api/feedback/analysis?study=${id}`);
    const left = (await analysis.json()) as { analysis: { flow: { total: object; answers: number } } };
    expect(left.analysis.flow.total).toMatchObject({ active: 0, surveyed: 0 });
    expect(left.analysis.flow.answers).toBe(0);
  });
});
