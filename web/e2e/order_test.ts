// Finding and ordering conversations: search hits, folders, shares.
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Stage } from "./harness";
import { violations } from "./axe";
import { fill, fillLong } from "../test/mock_content";

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterAll(() => stage.close());
afterEach(async () => {
  for (const context of stage.browser.contexts()) await context.close();
  expect(stage.problems).toEqual([]);
});

async function search(page: Page, words: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.keyboard.type(words);
  await page.locator(".results mark").first().waitFor();
}

/** How far below the top of the conversation's view something stands, as a share of its height. */
function placeOf(target: Locator): Promise<number> {
  return target.evaluate((node) => {
    const view = document.querySelector(".scroller")?.getBoundingClientRect();
    return view ? (node.getBoundingClientRect().top - view.top) / view.height : -1;
  });
}

const numMarked = (page: Page) =>
  page.evaluate(() => {
    const marked = CSS.highlights.get("found");
    return marked === undefined ? 0 : [...marked].length;
  });

test("a hit far up in a long conversation is opened where the words are", async () => {
  const backend = stage.fresh();
  fillLong(backend.store, 300);
  const page = await stage.page();
  await search(page, "Question 17");
  await page.locator(".results a").first().click();
  const hit = page.locator("article.found");
  await hit.getByText("Question 17", { exact: true }).waitFor();
  await expect.poll(() => numMarked(page)).toBeGreaterThan(0);
  await expect.poll(() => placeOf(hit)).toBeGreaterThan(0);
  await page.waitForTimeout(1500); // what is added above meanwhile must not move it
  const place = await placeOf(hit);
  expect(place).toBeGreaterThan(0);
  expect(place).toBeLessThan(0.7);
  // Following the same hit again leads there again; asking something ends it.
  await page.locator(".scroller").evaluate((node) => (node.scrollTop = node.scrollHeight));
  await page.locator(".results a").first().click();
  await expect.poll(() => placeOf(hit)).toBeLessThan(0.7);
  await page.locator("#composer-field").fill("thanks");
  await page.keyboard.press("Enter");
  await expect.poll(() => numMarked(page)).toBe(0);
});

test("a hit on a branch that is not shown brings its branch", async () => {
  const { store } = stage.fresh();
  const { id } = store.createConversation({ title: "Branches" });
  const root = store.createMessage(id, { content: "first" });
  store.createMessage(id, { parent_id: root.id, role: "assistant", content: "An answer with **walnut** in it" });
  store.createMessage(id, { parent_id: root.id, role: "assistant", content: "Another answer" });
  const page = await stage.page(`/c/${id}`);
  await page.getByText("Another answer").waitFor();
  await search(page, "walnut");
  await page.locator(".results a").first().click();
  await page.locator("article.found").getByText("walnut").waitFor();
  await expect.poll(() => numMarked(page)).toBe(1);
  expect(new URL(page.url()).hash).toMatch(/^#m-/);
});

async function folderMenu(page: Page, folder: string, item: string): Promise<void> {
  await page.getByRole("button", { name: folder, exact: true }).hover();
  await page.getByRole("button", { name: `Actions for folder “${folder}”` }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

async function answer(page: Page, text: string): Promise<void> {
  await page.getByRole("dialog").getByRole("textbox").fill(text);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

test("folders lie in folders, are renamed, moved and deleted", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page();
  const named = (name: string) => [...backend.store.folders.values()].find((each) => each.name === name);
  await folderMenu(page, "Physics", "New folder inside …");
  await answer(page, "Optics");
  await page.getByRole("button", { name: "Optics", exact: true }).waitFor();
  expect(named("Optics")?.parent_id).toBe("f1");
  await folderMenu(page, "Physics", "Rename …");
  await answer(page, "Science");
  await page.getByRole("button", { name: "Science", exact: true }).waitFor();
  await folderMenu(page, "Science", "Move to folder …");
  // It cannot go into what lies in it.
  expect(await page.getByRole("dialog").getByRole("button", { name: "Optics" }).isDisabled()).toBe(true);
  await page.keyboard.press("Escape");
  await folderMenu(page, "Optics", "Move to folder …");
  await page.getByRole("dialog").getByRole("button", { name: "Top level" }).click();
  await expect.poll(() => named("Optics")?.parent_id).toBe(null);
  await page.getByText("Moved out of the folder").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => named("Optics")?.parent_id).toBe("f1");
  await folderMenu(page, "Science", "Delete folder");
  await expect.poll(() => named("Optics")?.parent_id).toBe(null);
  await page.getByRole("button", { name: "Optics", exact: true }).waitFor();
  expect(backend.store.conversations.size).toBeGreaterThan(5);
});

test("a chat is put into a folder by its menu, and taken out by dragging", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page("/", { reducedMotion: "reduce" });
  const title = "A palindrome in Python";
  const chat = [...backend.store.conversations.values()].find((each) => each.title === title);
  const row = page.getByRole("link", { name: title });
  await row.hover();
  await page.getByRole("button", { name: new RegExp(`Actions for “${title}`) }).click();
  await page.getByRole("menuitem", { name: "Move to folder …" }).click();
  await page.waitForTimeout(200);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "Physics" }).click();
  await expect.poll(() => chat?.folder_id).toBe("f1");
  await page.getByRole("button", { name: "Physics", exact: true }).click();
  await expect.poll(() => page.getByRole("navigation", { name: "Chats" }).getByRole("link").count()).toBe(2);
  // Out again: the place for it appears while something is dragged.
  await row.hover();
  await page.mouse.down();
  const box = await row.boundingBox();
  await page.mouse.move((box?.x ?? 0) + 60, (box?.y ?? 0) - 30, { steps: 4 });
  const out = page.getByText("Drop here to take it out");
  await out.waitFor();
  await out.hover();
  await page.mouse.up();
  await expect.poll(() => chat?.folder_id).toBe(null);
  await expect.poll(() => page.getByRole("navigation", { name: "Chats" }).getByRole("link").count()).toBe(1);
});

test("chats and folders are dragged onto folders", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  backend.store.folders.set("f2", { id: "f2", name: "Travel", parent_id: null, position: 1 });
  const page = await stage.page();
  const travel = page.getByRole("button", { name: "Travel", exact: true });
  await page.getByRole("link", { name: "Trip to the coast in May" }).dragTo(travel);
  const trip = [...backend.store.conversations.values()].find((each) => each.title.startsWith("Trip"));
  await expect.poll(() => trip?.folder_id).toBe("f2");
  await travel.dragTo(page.getByRole("button", { name: "Physics", exact: true }));
  await expect.poll(() => backend.store.folders.get("f2")?.parent_id).toBe("f1");
});

test("folders are walked through with the arrow keys", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  backend.store.folders.set("f2", { id: "f2", name: "Optics", parent_id: "f1", position: 0 });
  backend.store.folders.set("f3", { id: "f3", name: "Travel", parent_id: null, position: 1 });
  const page = await stage.page();
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
  await page.getByRole("button", { name: "Physics", exact: true }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: "Optics", exact: true }).waitFor();
  await page.keyboard.press("ArrowRight");
  await expect.poll(focused).toBe("Optics");
  await page.keyboard.press("ArrowDown");
  await expect.poll(focused).toBe("Travel");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("button", { name: "Optics", exact: true }).waitFor({ state: "detached" });
  await page.keyboard.press("F2");
  await answer(page, "Nature");
  await expect.poll(() => backend.store.folders.get("f1")?.name).toBe("Nature");
});

test("a share that exists is shown again, and that the chat has gone on", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page();
  await page.getByRole("link", { name: "A palindrome in Python" }).click();
  const open = async () => {
    await page.locator("header").last().getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Share" }).click();
    return page.getByRole("dialog", { name: "Share" });
  };
  let dialog = await open();
  await dialog.getByRole("button", { name: "Create link" }).click();
  const link = await dialog.getByRole("textbox").inputValue();
  await page.keyboard.press("Escape");
  dialog = await open();
  expect(await dialog.getByRole("textbox").inputValue()).toBe(link);
  expect(await dialog.getByRole("button", { name: "New link" }).count()).toBe(0);
  await page.keyboard.press("Escape");
  await page.locator("#composer-field").fill("and backwards?");
  await page.keyboard.press("Enter");
  await page.getByText("You said: and backwards?").waitFor();
  dialog = await open();
  await dialog.getByText("as it was when you shared it").waitFor();
  await dialog.getByRole("button", { name: "New link" }).click();
  await dialog.getByRole("button", { name: "New link" }).waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Revoke link" }).click();
  await dialog.getByRole("button", { name: "Create link" }).waitFor();
});
