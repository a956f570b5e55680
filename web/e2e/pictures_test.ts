// The pictures of docs/images: the program with the model that comes with it, on a phone and in the dark,
// in both languages. Made by hand, where FALCONET_PICTURES names their folder:
//   FALCONET_PICTURES=../docs/images npm run e2e -- pictures
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { ask, settled } from "./harness";
import { Live, hasProgram } from "./live";

const folder = process.env["FALCONET_PICTURES"] ?? "";
const phone = { viewport: { width: 375, height: 760 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

async function picture(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

describe.skipIf(!hasProgram || folder === "")("pictures", () => {
  let live: Live;
  beforeAll(async () => (live = await Live.open()));
  afterAll(() => live.close());

  const english = "Anna has 12 apples. She buys 30 more and gives 5 to a friend. How many are left?";
  const chinese = "小明有 12 个苹果，又买了 30 个，送给朋友 5 个，还剩几个？";

  /** A chat with its reasoning shown. */
  async function chat(page: Page, question: string, reasoning: RegExp): Promise<void> {
    await ask(page, question);
    await settled(page);
    await page.getByRole("button", { name: reasoning }).click();
    await page.locator("h1").first().hover();
  }

  test("a phone, in English", async () => {
    const page = await live.page("/", { ...phone, reducedMotion: "reduce" });
    await page.locator("#composer-field").fill(english);
    await page.getByRole("button", { name: "Send" }).click();
    await settled(page);
    await page.getByRole("button", { name: /Thought for/ }).click();
    await picture(page, "phone");
    await page.context().close();
  });

  test("a phone, in Chinese and dark", async () => {
    const page = await live.page("/", { ...phone, locale: "zh-CN", colorScheme: "dark", reducedMotion: "reduce" });
    await page.locator("#composer-field").fill(chinese);
    await page.getByRole("button", { name: "发送" }).click();
    await settled(page);
    await page.getByRole("button", { name: /思考了/ }).click();
    await picture(page, "phone-zh");
    await page.context().close();
  });

  test("dark, in English", async () => {
    const page = await live.page("/", { colorScheme: "dark", reducedMotion: "reduce" });
    await chat(page, english, /Thought for/);
    await picture(page, "dark");
    await page.context().close();
  });

  test("light, in English", async () => {
    const page = await live.page("/", { reducedMotion: "reduce" });
    await chat(page, english, /Thought for/);
    await picture(page, "chat");
    await page.context().close();
  });

  test("light, in Chinese", async () => {
    const page = await live.page("/", { locale: "zh-CN", reducedMotion: "reduce" });
    await chat(page, chinese, /思考了/);
    await picture(page, "chat-zh");
    await page.context().close();
  });
});
