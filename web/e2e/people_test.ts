// For everyone: languages, themes, small screens, the keyboard alone, screen readers.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { violations } from "./axe";
import { Stage, ask, settled } from "./harness";
import { fill, fillLong } from "../test/mock_content";

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterAll(() => stage.close());
afterEach(async () => {
  for (const context of stage.browser.contexts()) await context.close();
  expect(stage.problems).toEqual([]);
});

const phone = { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true };

test.each(["light", "dark"] as const)("axe finds nothing in a %s conversation", async (colorScheme) => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page("/", { colorScheme, reducedMotion: "reduce" });
  await page.waitForTimeout(400);
  expect(await violations(page)).toEqual([]);
  await ask(page, "Why is the sky blue, with code?");
  await settled(page);
  await page.getByRole("button", { name: "Bad answer" }).click();
  await page.waitForTimeout(600);
  expect(await violations(page)).toEqual([]);
});

test("axe finds nothing in the sheets", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page("/", { reducedMotion: "reduce" });
  for (const command of ["/settings", "/parameters", "/keys", "/prompts", "/import"]) {
    await page.locator("#composer-field").fill(command);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.waitForTimeout(150);
    expect(await violations(page), command).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
});

test("axe finds nothing on a phone, with the drawer open and closed", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page("/", { ...phone, reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Show sidebar" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Show sidebar" }).click();
  await page.waitForTimeout(200);
  expect(await violations(page)).toEqual([]);
});

test("a phone scrolls in one direction only, and its Enter starts a line", async () => {
  stage.fresh();
  const page = await stage.page("/", phone);
  await page.locator("#composer-field").fill("Why is the sky blue, with code and a table?");
  await page.keyboard.press("Enter");
  expect(await page.locator("article").count()).toBe(0);
  await page.getByRole("button", { name: "Send" }).click();
  await settled(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  const wide = await page.evaluate(() => {
    const scroller = document.querySelector(".scroller");
    return scroller ? scroller.scrollWidth - scroller.clientWidth : 1;
  });
  expect(wide).toBeLessThanOrEqual(0);
});

test("language and theme change at once and are kept", async () => {
  stage.fresh();
  const page = await stage.page();
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByText("中文", { exact: true }).click();
  await page.getByRole("heading", { name: "设置" }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.getByText("深色", { exact: true }).click();
  expect(await paper()).not.toBe(light);
  await page.reload();
  await page.getByPlaceholder("随便问").waitFor();
  expect(await paper()).not.toBe(light);
});

test("the browser's language is the first one", async () => {
  stage.fresh();
  const page = await stage.page("/", { locale: "zh-CN" });
  await page.getByPlaceholder("随便问").waitFor();
});

test("Enter that chooses a word does not send", async () => {
  stage.fresh();
  const page = await stage.page();
  const field = page.locator("#composer-field");
  await field.fill("ni hao");
  await field.evaluate((node) => {
    const press = (init: KeyboardEventInit) =>
      node.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }));
    press({ isComposing: true });
    press({ keyCode: 229 });
  });
  await page.waitForTimeout(200);
  expect(await page.locator("article").count()).toBe(0);
  expect(await field.inputValue()).toBe("ni hao");
});

test("everything works with the keyboard alone", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page();
  await page.getByRole("link", { name: "A palindrome in Python" }).waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
  // Ask, then rate: Tab from the field back to the thumbs.
  await page.keyboard.press("Shift+Escape");
  await page.keyboard.type("hello");
  await page.keyboard.press("Enter");
  await settled(page);
  const bad = page.getByRole("button", { name: "Bad answer" });
  await page.keyboard.press("Shift+Tab");
  for (let step = 0; step < 12 && !(await bad.evaluate((node) => node === document.activeElement)); step += 1) {
    await page.keyboard.press("Shift+Tab");
  }
  await page.keyboard.press("Enter");
  await page.getByText("What was wrong?").waitFor();
  // A conversation of the list, and its menu.
  await page.keyboard.press("Control+k");
  for (let step = 0; step < 5; step += 1) await page.keyboard.press("Tab"); // past the folders
  await page.keyboard.press("Home");
  expect(await focused()).toBe("Names for a small boat");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  expect(await focused()).toBe("Rename");
  await page.keyboard.press("End");
  expect(await focused()).toBe("Delete");
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  // Sheets open and close, and give the focus back.
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("a prompt is found with a slash and its places are filled in", async () => {
  const backend = stage.fresh();
  fill(backend.store);
  const page = await stage.page();
  await page.locator("#composer-field").fill("/trans");
  await page.getByRole("option", { name: /Translate/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "language" }).fill("Chinese");
  await page.getByRole("textbox", { name: "text" }).fill("Good morning");
  await page.getByRole("button", { name: "Insert" }).click();
  await expect.poll(() => page.locator("#composer-field").inputValue()).toBe("Translate into Chinese:\n\nGood morning");
});

test("a line shows where the model's memory ends", async () => {
  const backend = stage.fresh();
  const id = fillLong(backend.store, 60);
  const page = await stage.page(`/c/${id}`);
  await page.locator(".memory").waitFor({ state: "attached" });
  await expect.poll(() => page.locator("article").count()).toBe(60);
  const numForgotten = await page.locator("article.forgotten").count();
  expect(numForgotten).toBeGreaterThan(0);
  await page.getByRole("button", { name: /Context \d+% full/ }).click();
  await page.getByText(`${numForgotten} messages no longer fit`).waitFor();
});

test("following stops when the reader scrolls up, and begins again at the end", async () => {
  stage.fresh(3);
  const page = await stage.page();
  await ask(page, "long");
  await page.getByText("Part 4", { exact: true }).waitFor();
  const top = () => page.locator(".scroller").evaluate((node) => node.scrollTop);
  await page.mouse.move(700, 300);
  await page.mouse.wheel(0, -500);
  await page.waitForTimeout(150);
  const there = await top();
  await page.waitForTimeout(700);
  expect(Math.abs((await top()) - there)).toBeLessThan(3);
  await page.getByRole("button", { name: "To the end" }).click();
  await page.waitForTimeout(800);
  expect(await top()).toBeGreaterThan(there + 300);
});
