// An interview is added, coded by keyboard and by mouse, and its codebook put in order.
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

const transcript = "Q: How was it?\nAda: It was fast 🙂. It forgot my name. I liked it.\n";

test("a transcript becomes an interview whose stretches are coded by keyboard alone", async () => {
  const { store } = stage.fresh();
  const page = await stage.page();
  await page.getByRole("button", { name: "Feedback" }).click();
  await page.getByRole("tab", { name: "Interviews" }).click();
  await page.getByText("No interviews yet.").waitFor();
  await page.getByRole("button", { name: "Add interview" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Title" }).fill("Talk with Ada");
  await dialog.getByRole("textbox", { name: "Participant" }).fill("P1");
  await dialog.getByLabel("Transcript").setInputFiles({
    name: "talk.txt", mimeType: "text/plain", buffer: Buffer.from(transcript),
  });
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Add interview" }).click();
  await dialog.getByRole("heading", { name: "Talk with Ada" }).waitFor();
  await dialog.getByRole("group", { name: "Q said" }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await dialog.getByText("“It forgot my name.”").waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.type("forgets");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Take off: forgets" }).waitFor();
  expect(store.interviews.spans).toMatchObject([{ utterance_id: "t1", begin: 15, end: 34 }]);
  expect(await violations(page)).toEqual([]);
});

test("a stretch is chosen with the mouse, and the codebook merges and counts", async () => {
  const { store } = stage.fresh();
  store.interviews.add({ title: "Talk", participant: "P1", file_name: "x.txt", text: transcript, may_be_quoted: false });
  store.interviews.addCode({ name: "old" });
  const page = await stage.page("/", { viewport: { width: 375, height: 800 }, reducedMotion: "reduce" });
  await page.locator("header button").first().click();
  await page.getByRole("button", { name: "Feedback" }).click();
  await page.getByRole("tab", { name: "Interviews" }).click();
  await page.getByRole("button", { name: "Open Talk" }).click();
  const said = page.getByRole("group", { name: "Ada said" });
  await said.dblclick({ position: { x: 12, y: 12 } });
  await page.getByText("“It”").waitFor();
  await page.getByRole("combobox", { name: "Code" }).fill("old");
  await page.getByRole("button", { name: "Give code" }).click();
  await expect.poll(() => store.interviews.spans.length).toBe(1);
  await page.getByRole("checkbox", { name: "May be quoted" }).check();
  await expect.poll(() => store.interviews.interview?.may_be_quoted).toBe(true);
  const overflow = await page.locator("dialog .body").evaluate((node) => node.scrollWidth - node.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await page.getByRole("button", { name: "All interviews" }).click();
  await page.getByRole("button", { name: "Codebook" }).click();
  await page.getByRole("textbox", { name: "Name of a code" }).fill("memory");
  await page.getByRole("button", { name: "Add code" }).click();
  await page.getByRole("combobox", { name: "memory counts as" }).selectOption("memory");
  await page.getByRole("combobox", { name: "Merge old into" }).selectOption({ label: "memory" });
  await expect.poll(() => store.interviews.spans[0]?.code_id).toBe("k1");
  expect(store.interviews.codes[1]?.category).toBe("memory");
  expect(await violations(page)).toEqual([]);
});

test("a word processor's file goes as its bytes, and is refused with the reason if it is none", async () => {
  const { store } = stage.fresh();
  const page = await stage.page();
  await page.getByRole("button", { name: "Feedback" }).click();
  await page.getByRole("tab", { name: "Interviews" }).click();
  await page.getByRole("button", { name: "Add interview" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Title" }).fill("x");
  await dialog.getByRole("textbox", { name: "Participant" }).fill("P1");
  const send = async (bytes: string): Promise<void> => {
    await dialog.getByLabel("Transcript").setInputFiles({
      name: "talk.docx", mimeType: "application/octet-stream", buffer: Buffer.from(bytes),
    });
    await dialog.getByRole("button", { name: "Add interview" }).click();
  };
  await send("PK\u{1f642}?>");
  await dialog.getByRole("alert").filter({ hasText: "not a .docx document" }).waitFor();
  stage.problems.length = 0; // the browser notes the refusal itself
  await send("PK good");
  await dialog.getByRole("heading", { name: "x" }).waitFor();
  expect(store.interviews.interview?.title).toBe("x");
});
