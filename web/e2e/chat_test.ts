// Asking, stopping, branching, and coming back: in Chromium, against the mock server.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Stage, ask, settled } from "./harness";
import { fill, fillMany } from "../test/mock_content";

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterAll(() => stage.close());
afterEach(async () => {
  for (const context of stage.browser.contexts()) await context.close();
  expect(stage.problems).toEqual([]);
});

test("the first question is answered, and has an address and a title", async () => {
  stage.fresh();
  const page = await stage.page();
  await ask(page, "Why is the sky blue?");
  await settled(page);
  expect(await page.locator("article.user").innerText()).toContain("Why is the sky blue?");
  expect(await page.locator("article.assistant").innerText()).toContain("Rayleigh scattering");
  await page.locator(".math.typeset .katex").first().waitFor();
  expect(new URL(page.url()).pathname).toMatch(/^\/c\/\w+$/);
  await page.getByRole("link", { name: "Why is the sky blue?" }).waitFor();
  // The reasoning folded itself when the answer began.
  const reasoning = page.getByRole("button", { name: /Thought for/ });
  expect(await reasoning.getAttribute("aria-expanded")).toBe("false");
});

test("text appears while it is written, and stopping keeps what is there", async () => {
  stage.fresh(15);
  const page = await stage.page();
  await ask(page, "long");
  await page.locator(".blocks h3").waitFor();
  await page.keyboard.press("Escape");
  await settled(page);
  await page.getByText("Stopped").waitFor();
  const text = await page.locator("article.assistant").innerText();
  expect(text).toContain("A long answer");
  expect(text).not.toContain("Part 9");
});

test("code is coloured in the worker and copied from its header", async () => {
  stage.fresh();
  const page = await stage.page("/", { permissions: ["clipboard-read", "clipboard-write"] });
  await ask(page, "Write a Python function");
  await settled(page);
  await page.locator(".code .hl-keyword").first().waitFor();
  await page.locator(".code").getByRole("button", { name: "Copy" }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain("def is_palindrome(word: str) -> bool:\n    ");
});

test("an edited question and a new answer are versions that can be looked through", async () => {
  stage.fresh();
  const page = await stage.page();
  await ask(page, "first wording");
  await settled(page);
  await page.locator("article.user").hover();
  await page.locator("article.user").getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Edit message").fill("second wording");
  await page.keyboard.press("Enter");
  await page.getByText("You said: second wording").waitFor();
  await settled(page);
  await page.getByRole("button", { name: "Answer again" }).click();
  await page.locator("article.assistant").getByText("2/2").waitFor();
  await settled(page);
  await page.locator("article.user").hover();
  await page.locator("article.user").getByRole("button", { name: "Previous version" }).click();
  await page.getByText("You said: first wording").waitFor();
  await page.reload();
  await page.getByText("You said: first wording").waitFor();
});

test("an answer goes on after a reload and can still be stopped", async () => {
  stage.fresh(10);
  const page = await stage.page();
  await ask(page, "long");
  await page.getByText("Part 1", { exact: true }).waitFor();
  await page.reload();
  await page.getByText("Part 1", { exact: true }).waitFor();
  await page.getByText("Part 2", { exact: true }).waitFor();
  expect(await page.getByText("A long answer").count()).toBe(1);
  await page.getByRole("button", { name: "Stop" }).click();
  await settled(page);
  await page.getByText("Stopped").waitFor();
});

test("a stream that is cut goes on without loss", async () => {
  const backend = stage.fresh(4);
  const page = await stage.page();
  await ask(page, "Why is the sky blue?");
  await page.locator("article.assistant").getByText("Rayleigh").waitFor();
  backend.cutStreams();
  await settled(page);
  const stored = [...backend.store.messages.values()].at(-1)?.content ?? "";
  const lastWords = stored.trim().split(" ").slice(-4).join(" ");
  expect(await page.locator("article.assistant").innerText()).toContain(lastWords);
  // The browser itself reports the cut; nothing else may be wrong.
  stage.problems.splice(0, stage.problems.length, ...stage.problems.filter((each) => !/ERR_|incomplete/i.test(each)));
});

test("two tabs show one conversation", async () => {
  stage.fresh(6);
  const one = await stage.page();
  await ask(one, "hello");
  await settled(one);
  const two = await one.context().newPage();
  stage.watch(two);
  await two.goto(one.url());
  await two.getByText("You said: hello").waitFor();
  await ask(one, "Why is the sky blue?");
  await two.locator("article.user").getByText("Why is the sky blue?").waitFor();
  await two.locator("article.assistant").getByText("Rayleigh").waitFor();
});

test("the next message waits for the running answer", async () => {
  stage.fresh(4);
  const page = await stage.page();
  await ask(page, "Why is the sky blue?");
  await page.getByRole("button", { name: "Stop" }).waitFor();
  await ask(page, "and then?");
  await page.getByText("Send now").waitFor();
  await page.getByText("You said: and then?").waitFor();
  expect(await page.locator("article.user").count()).toBe(2);
});

test("a failed answer says why and can be tried again", async () => {
  stage.fresh();
  const page = await stage.page();
  await ask(page, "please fail");
  await page.getByRole("alert").getByText("the model ran out of memory").waitFor();
  await page.getByRole("button", { name: "Try again" }).waitFor();
});

test("what was not sent is still there after a reload, for each conversation", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page();
  await page.locator("#composer-field").fill("half a thought");
  await page.getByRole("link", { name: "A palindrome in Python" }).click();
  const written = () => page.locator("#composer-field").inputValue();
  await expect.poll(written).toBe("");
  await page.locator("#composer-field").fill("another");
  await page.waitForTimeout(600);
  await page.reload();
  await expect.poll(written).toBe("another");
  await page.getByRole("link", { name: "New chat" }).first().click();
  await expect.poll(written).toBe("half a thought");
});

test("a deleted conversation comes back with Undo, and is gone without", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page();
  const row = page.getByRole("link", { name: "Trip to the coast in May" });
  const remove = async () => {
    await row.hover();
    await page.getByRole("button", { name: /Trip to the coast/ }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await row.waitFor({ state: "detached" });
  };
  const numBefore = backend.store.conversations.size;
  await remove();
  await page.getByRole("button", { name: "Undo" }).click();
  await row.waitFor();
  await remove();
  await page.reload();
  await page.getByRole("link", { name: "A palindrome in Python" }).waitFor();
  await row.waitFor({ state: "detached" });
  await expect.poll(() => backend.store.conversations.size).toBe(numBefore - 1);
});

test("ten thousand conversations are fifty rows", async () => {
  const backend = stage.fresh();
  fillMany(backend.store, 10_000);
  const page = await stage.page();
  await page.getByRole("link", { name: "Conversation 1", exact: true }).waitFor();
  const list = page.getByRole("navigation", { name: "Chats" });
  for (let step = 0; step < 6; step += 1) {
    await list.evaluate((node) => (node.scrollTop = node.scrollHeight));
    await page.waitForTimeout(150);
  }
  expect(await list.locator("li").count()).toBeLessThan(60);
  expect(await list.evaluate((node) => node.scrollHeight)).toBeGreaterThan(36 * 1000);
});

test("search shows where the words are", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("scattering");
  await page.locator("mark").first().waitFor();
  expect(await page.locator("mark").first().innerText()).toBe("scattering");
});

test("the page opens while the server is away, and comes back with it", async () => {
  stage.fresh();
  const page = await stage.page();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload(); // now through the worker, which keeps what it sees
  await page.locator("#composer-field").waitFor();
  await page.waitForTimeout(500);
  await page.context().setOffline(true);
  await page.reload();
  await page.getByText("The server does not answer").waitFor();
  await page.locator("#composer-field").fill("written offline");
  await page.context().setOffline(false);
  await page.getByText("The server does not answer").waitFor({ state: "detached" });
  await ask(page, "hello");
  await settled(page);
  stage.problems.length = 0; // the browser reports each request that failed
});

test("a question that was refused stays, with the reason and a way to try again", async () => {
  const backend = stage.fresh();
  backend.missing.push(/generations$/);
  const page = await stage.page();
  await ask(page, "hello");
  await page.getByRole("alert").getByText("nothing at").waitFor();
  backend.missing.length = 0;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("You said: hello").waitFor();
  stage.problems.length = 0; // the browser reports the 404
});

test("hostile text stays text", async () => {
  stage.fresh();
  const page = await stage.page();
  await ask(page, "xss");
  await settled(page);
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  expect(await page.locator("article.assistant").innerText()).toContain("<img src=x");
  // Trusted Types: not even a mistake of ours could make markup of it.
  const refusal = await page.evaluate(() => {
    try {
      document.body.insertAdjacentHTML("beforeend", "<img src=x>");
      return "none";
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(refusal).toBe("TypeError");
  stage.problems.length = 0; // the browser reports what it refused
});

test("a shared conversation is read without a session", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const chat = [...backend.store.conversations.values()][0];
  backend.store.shares.set("tok", { conversation: chat?.id ?? "", leaf: chat?.leaf_id ?? "", expires: null });
  const page = await stage.page("/s/tok");
  await page.getByRole("heading", { name: "Why the sky is blue" }).waitFor();
  await page.locator(".blocks").first().waitFor();
  expect(await page.locator("#composer-field").count()).toBe(0);
});

test("a conversation that is not there is asked for once, and said not to be there", async () => {
  stage.fresh();
  const page = await stage.page("/");
  let numAsked = 0;
  page.on("request", (request) => (numAsked += /conversations\/nobody$/.test(request.url()) ? 1 : 0));
  await page.goto(`${stage.origin}/c/nobody`);
  await page.getByText("There is no such conversation.").waitFor();
  await page.waitForTimeout(500);
  expect(numAsked).toBe(1);
  await page.getByRole("button", { name: "Start a new chat" }).click();
  await ask(page, "hello");
  await settled(page);
  stage.problems.length = 0; // the browser reports the 404
});

test("what the server does not have is not shown, and the rest works", async () => {
  const backend = stage.fresh();
  backend.missing.push(/^\/folders/, /^\/count/, /^\/settings/);
  const page = await stage.page();
  await ask(page, "hello");
  await settled(page);
  await page.getByText("You said: hello").waitFor();
  expect(await page.getByRole("button", { name: /Context/ }).count()).toBe(0);
  stage.problems.length = 0; // the browser reports each 404
});

test("a passage is quoted, and parameters are kept under a name", async () => {
  const backend = stage.fresh();
  const page = await stage.page();
  await ask(page, "hello");
  await settled(page);
  await page.locator("article.assistant .blocks").evaluate((blocks) => {
    const text = document.createTreeWalker(blocks, NodeFilter.SHOW_TEXT).nextNode()!;
    getSelection()!.setBaseAndExtent(text, 0, text, 8);
  });
  await page.locator("article.assistant").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Quote" }).click();
  const field = page.locator("#composer-field");
  await expect.poll(() => field.inputValue()).toBe("> You said\n\n");
  await expect.poll(() => field.evaluate((node) => node === document.activeElement)).toBe(true);

  await page.getByRole("button", { name: "Parameters" }).first().click();
  const sheet = page.getByRole("dialog", { name: "Parameters" });
  await sheet.getByLabel("Temperature").fill("0.2");
  await sheet.getByLabel("Temperature").press("Tab");
  await sheet.getByLabel("Name these parameters").fill("Careful");
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.getByRole("button", { name: "Back to the defaults" }).click();
  await expect.poll(() => sheet.getByLabel("Temperature").inputValue()).toBe("");
  await sheet.getByRole("button", { name: "Careful", exact: true }).click();
  await expect.poll(() => sheet.getByLabel("Temperature").inputValue()).toBe("0.2");
  expect(backend.store.settings["presets"]).toEqual([{ name: "Careful", parameters: { temperature: 0.2 } }]);
  await sheet.getByRole("button", { name: "Remove the preset “Careful”" }).click();
  await expect.poll(() => backend.store.settings["presets"]).toEqual([]);
});
