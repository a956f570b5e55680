// The page before the program itself, with the bundled model answering.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe";
import { ask, settled } from "./harness";
import { Live, hasProgram } from "./live";

const answers = (page: Page) => page.locator("article.assistant");
const lastAnswer = (page: Page) => answers(page).last().innerText();

/** Opens a server for the tests of one block, and looks after each for what went wrong unseen. */
function withServer(open: () => Promise<Live>, expected: RegExp = /^$/): () => Live {
  let live: Live;
  beforeAll(async () => void (live = await open()));
  afterAll(() => live.close());
  afterEach(async () => {
    for (const context of live.browser.contexts()) await context.close();
    const problems = live.problems.splice(0).filter((each) => !expected.test(each));
    expect(problems).toEqual([]);
  });
  return () => live;
}

describe.skipIf(!hasProgram)("one user without accounts", () => {
  const live = withServer(() => Live.open());

  test("the first question is answered, and is still there after a reload", async () => {
    const page = await live().page();
    await page.getByText("A demonstration model is answering").waitFor();
    await page.getByRole("button", { name: /Fetch deepseek-r1/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await ask(page, "What is 12 + 30?");
    await settled(page);
    await page.locator(".math.typeset .katex").first().waitFor();
    await expect.poll(() => lastAnswer(page)).toContain("42");
    await page.getByRole("button", { name: /Thought for/ }).click();
    await page.locator("article.assistant").getByText("12+30").first().waitFor();
    await page.getByRole("link", { name: "What is 12 + 30?" }).waitFor();
    expect(await violations(page)).toEqual([]);
    const { pathname } = new URL(page.url());
    await page.reload();
    await settled(page);
    expect(new URL(page.url()).pathname).toBe(pathname);
    await expect.poll(() => lastAnswer(page)).toContain("42");
  });

  test("a Chinese question is answered in Chinese, on a phone, in the dark", async () => {
    const page = await live().page("/", {
      viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true, locale: "zh-CN", colorScheme: "dark",
    });
    await page.locator("#composer-field").fill("小明有 12 个苹果,又买了 30 个,吃了 5 个,还剩几个?");
    await page.getByRole("button", { name: "发送" }).click();
    await settled(page);
    await expect.poll(() => lastAnswer(page)).toMatch(/答案是\s*37/); // once the formula is set
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });

  test("edits and new answers are versions, kept by the server", async () => {
    const page = await live().page();
    await ask(page, "What is 3 + 4?");
    await settled(page);
    await page.locator("article.user").hover();
    await page.locator("article.user").getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Edit message").fill("What is 5 + 4?");
    await page.keyboard.press("Enter");
    await page.locator("article.user").getByText("2/2").waitFor();
    await settled(page);
    await expect.poll(() => lastAnswer(page)).toContain("9");
    await page.getByRole("button", { name: "Answer again" }).click();
    await answers(page).getByText("2/2").waitFor();
    await settled(page);
    await page.reload();
    await page.locator("article.user").hover();
    await page.locator("article.user").getByRole("button", { name: "Previous version" }).click();
    await page.locator("article.user").getByText("What is 3 + 4?").waitFor();
    await expect.poll(() => lastAnswer(page)).toContain("7");
  });

  test("a thumb and its reasons are kept", async () => {
    const page = await live().page();
    await ask(page, "What is 8 + 8?");
    await settled(page);
    await page.getByRole("button", { name: "Bad answer" }).click();
    await page.getByText("Too long", { exact: true }).click();
    await page.getByText("Saved. Thank you.").first().waitFor();
    await page.reload();
    await settled(page);
    expect(await page.getByRole("button", { name: "Bad answer" }).getAttribute("aria-pressed")).toBe("true");
  });

  test("what is said of answers is read by whoever runs the server", async () => {
    const page = await live().page();
    const settings = `${live().origin}/api/feedback/settings`;
    const every = { headers: { "X-Falconet": "1" }, data: { probe_probability: 1 } };
    expect((await page.request.patch(settings, every)).status()).toBe(200);
    await ask(page, "What is 9 + 8?");
    await settled(page);
    const question = page.getByRole("region", { name: "Was this a good answer?" });
    await question.getByRole("button", { name: "Bad", exact: true }).click();
    await page.getByText("Forgot what I said", { exact: true }).click();
    await page.getByPlaceholder(/Say more/).fill("It forgot my name.");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Feedback" }).click();
    const dialog = page.getByRole("dialog", { name: "Feedback" });
    await dialog.getByText("It forgot my name.").waitFor();
    await dialog.getByRole("row", { name: /Memory/ }).getByText("1 of 1 person").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.request.patch(settings, { ...every, data: { probe_probability: 0 } });
  });

  test("search finds words of both languages", async () => {
    const page = await live().page();
    for (const [question, word] of [["My name is Quentin.", "Quentin"], ["我住在长沙。", "长沙"]] as const) {
      await page.getByRole("link", { name: "New chat" }).first().click();
      await ask(page, question);
      await settled(page);
      await page.keyboard.press("Control+k");
      await page.keyboard.type(word);
      await expect.poll(() => page.locator(".results mark").first().innerText()).toBe(word);
      await page.keyboard.press("Escape");
    }
  });

  test("a share is read elsewhere until it is revoked", async () => {
    const page = await live().page();
    await ask(page, "What is 20 + 22?");
    await settled(page);
    await page.locator("header").getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Share" }).click();
    await page.getByRole("button", { name: "Create link" }).click();
    const link = await page.getByRole("dialog").getByRole("textbox").inputValue();
    const reader = await live().page(new URL(link).pathname);
    await reader.getByText("What is 20 + 22?").first().waitFor();
    expect(await reader.locator("#composer-field").count()).toBe(0);
    await page.getByRole("button", { name: "Revoke link" }).click();
    await page.getByText("The link no longer works").waitFor();
    expect((await reader.request.get(live().origin + "/api/app/shared/" + link.split("/").at(-1))).status()).toBe(404);
  });

  test("everything is exported, deleted, and imported again", async () => {
    const page = await live().page();
    await ask(page, "What is 31 + 11?");
    await settled(page);
    await page.getByRole("button", { name: "Settings" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Export everything" }).click(),
    ]);
    const file = await download.path();
    const exported = await readFile(file, "utf8");
    expect(exported).toContain("What is 31 + 11?");
    const all = async () => {
      const answer = await page.request.get(live().origin + "/api/app/conversations?limit=100");
      return ((await answer.json()) as { conversations: unknown[] }).conversations.length;
    };
    const numBefore = await all();
    await page.keyboard.press("Escape");
    const row = page.getByRole("link", { name: "What is 31 + 11?" });
    await row.hover();
    await page.getByRole("button", { name: /Actions for “What is 31/ }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await row.waitFor({ state: "detached" });
    await expect.poll(all).toBe(numBefore - 1); // when it can no longer be undone
    await page.locator("#composer-field").fill("/import");
    await page.keyboard.press("Enter");
    await page.locator('input[type="file"][accept*="json"]').setInputFiles({
      name: "falconet.json", mimeType: "application/json", buffer: Buffer.from(exported),
    });
    await page.getByText(/chats? imported/).waitFor();
    await page.keyboard.press("Escape");
    await row.waitFor();
    await row.click();
    await settled(page);
    await expect.poll(() => lastAnswer(page)).toContain("42");
    expect(await all()).toBe(numBefore);
  });
});

describe.skipIf(!hasProgram)("answers that take their time", () => {
  // The browser reports the connections that a dead server cuts.
  const live = withServer(() => Live.openEndless(), /ERR_|Failed to load resource/);

  /** Asks, and waits until a good part of the answer is there. */
  async function begin(page: Page): Promise<void> {
    await ask(page, "Go on and on.");
    await expect.poll(async () => (await lastAnswer(page).catch(() => "")).length).toBeGreaterThan(150);
  }

  test("an answer is stopped, and what was written stays", async () => {
    const page = await live().page();
    await begin(page);
    await page.getByRole("button", { name: "Stop" }).click();
    await settled(page);
    await page.getByText("Stopped").waitFor();
    expect((await lastAnswer(page)).length).toBeGreaterThan(100);
  });

  test("a reload and a second browser join the running answer, and either can stop it", async () => {
    const page = await live().page();
    await begin(page);
    await page.reload();
    const second = await live().page(new URL(page.url()).pathname);
    const length = async (at: Page) => (await lastAnswer(at)).length;
    await second.locator('article[aria-busy="true"]').waitFor();
    const before = await length(second);
    await expect.poll(() => length(second)).toBeGreaterThan(before + 50);
    await second.getByRole("button", { name: "Stop" }).click();
    await settled(page);
    await page.getByText("Stopped").waitFor();
    await settled(second);
    expect(await lastAnswer(page)).toBe(await lastAnswer(second));
  });

  test("a server that is killed loses nothing that was saved, and the page finds it again", async () => {
    const page = await live().page();
    await begin(page);
    const written = await lastAnswer(page);
    await page.waitForTimeout(1500); // it is saved every second
    await live().kill();
    await page.getByText(/Connection lost|does not answer/).first().waitFor();
    await page.locator("#composer-field").fill("a thought meanwhile");
    await live().start();
    await page.getByText("Interrupted when the server ended").waitFor();
    expect((await lastAnswer(page)).slice(0, 100)).toBe(written.slice(0, 100));
    expect((await lastAnswer(page)).length).toBeGreaterThanOrEqual(150);
    expect(await page.locator("#composer-field").inputValue()).toBe("a thought meanwhile");
    await page.reload();
    await page.getByText("Interrupted when the server ended").waitFor();
  });
});

describe.skipIf(!hasProgram)("a model on another server", () => {
  let far: Live;
  const live = withServer(async () => {
    far = await Live.open("--served-model-name", "far", "--api-key", "a-key");
    return Live.openIn({ OPENAI_API_BASE_URL: `${far.origin}/v1/`, OPENAI_API_KEY: "a-key" });
  });
  afterAll(() => far.close());

  test("answers when it is chosen, and the page says where words go", async () => {
    const page = await live().page();
    await page.getByText("Nothing you write leaves it.").waitFor();
    await expect.poll(async () => {
      await page.reload();
      await page.getByRole("button", { name: /^Model:/ }).click();
      return page.getByRole("menuitemradio", { name: /^far/ }).count();
    }).toBe(1);
    await page.getByRole("menuitemradio", { name: /^far/ }).click();
    const { host } = new URL(far.origin);
    await page.getByText(`Answers come from ${host}. What you write is sent there.`).waitFor();
    await ask(page, "What is 17 + 25?");
    await settled(page);
    await expect.poll(() => lastAnswer(page)).toContain("42");
    await page.getByText(`What you write is sent to ${host}.`).waitFor();
    await page.getByRole("button", { name: /Thought for/ }).waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

describe.skipIf(!hasProgram)("a server that is added on the page", () => {
  let far: Live;
  const live = withServer(async () => {
    far = await Live.open("--served-model-name", "far", "--api-key", "a-key-of-some-length");
    return Live.open();
    // Tokens may be counted for a model at the moment in which it goes.
  }, /status of 404/);
  afterAll(() => far.close());

  test("is tested with a wrong key and a right one, answers, and is gone when it is removed", async () => {
    const page = await live().page();
    const openSheet = async () => {
      await page.locator("#composer-field").fill("/settings");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Other servers" }).click();
    };
    await openSheet();
    const dialog = page.getByRole("dialog", { name: "Models on other servers" });
    await dialog.getByRole("button", { name: "Add a server" }).click();
    await dialog.getByLabel("Name").fill("Next door");
    await dialog.getByLabel("Base URL").fill(`${far.origin}/v1/`);
    await dialog.getByRole("button", { name: "Test" }).click();
    await dialog.getByText("does not take this key").waitFor();
    await dialog.getByLabel("API key").fill("a-key-of-some-length");
    await dialog.getByRole("button", { name: "Test" }).click();
    await dialog.getByText("It answers. 1 model: far").waitFor();
    await dialog.getByRole("button", { name: "Add a server" }).click();
    await dialog.getByText("1 model", { exact: true }).waitFor();
    await dialog.getByText("key …ngth").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Model:/ }).click();
    await page.getByRole("menuitemradio", { name: /^far.*Next door/ }).click();
    await ask(page, "What is 17 + 25?");
    await settled(page);
    await expect.poll(() => lastAnswer(page)).toContain("42");
    await openSheet();
    await dialog.getByRole("button", { name: "Actions for Next door" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await dialog.getByText("None yet.").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(async () => {
      await page.getByRole("button", { name: /^Model:/ }).click();
      const count = await page.getByRole("menuitemradio", { name: /^far/ }).count();
      await page.keyboard.press("Escape");
      return count;
    }).toBe(0);
  });
});

describe.skipIf(!hasProgram)("two users with accounts", () => {
  // The browser reports the answers that say no; those are meant here.
  const live = withServer(() => Live.open("--auth"), /status of 4\d\d/);
  const password = "a long enough password";

  async function signUp(page: Page, name: string): Promise<void> {
    await page.getByLabel("User name").fill(name);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.locator("#composer-field").waitFor();
  }

  test("from signing up to a first answer, and nobody sees another's chats", async () => {
    const ann = await live().page();
    await ann.getByRole("heading", { name: "Welcome to Falconet" }).waitFor();
    await signUp(ann, "ann");
    await ask(ann, "My name is Ann and my code is K7-482.");
    await settled(ann);
    const address = new URL(ann.url()).pathname;
    await ann.locator(".person").click();
    await ann.getByRole("menuitem", { name: "Administration" }).click();
    const dialog = ann.getByRole("dialog", { name: "Administration" });
    await dialog.getByRole("tab", { name: "Users" }).focus();
    await ann.keyboard.press("ArrowRight");
    await dialog.getByText("With invitation").click();
    await dialog.getByRole("button", { name: "Create invitation" }).click();
    const link = await dialog.getByRole("textbox", { name: "Invitation link" }).inputValue();

    const bob = await live().page(link.slice(live().origin.length));
    await signUp(bob, "bob");
    await bob.getByText("Your chats will be here.").waitFor();
    await bob.goto(live().origin + address);
    await bob.getByText("There is no such conversation.").waitFor();
    const id = address.split("/").at(-1);
    const direct = await bob.request.get(`${live().origin}/api/app/conversations/${id}`);
    expect(direct.status()).toBe(404);
    await bob.keyboard.press("Control+k");
    await bob.keyboard.type("K7-482");
    await bob.getByText("Nothing found").waitFor();
  });
});
