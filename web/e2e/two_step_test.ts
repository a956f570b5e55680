// The second step of logging in, in Chromium, against the mock server.
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { appCode } from "../test/mock_accounts";
import { violations } from "./axe";
import { Stage } from "./harness";

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterAll(() => stage.close());
afterEach(async () => {
  for (const context of stage.browser.contexts()) await context.close();
  // The browser reports every answer that is no success; those are meant here.
  expect(stage.problems.filter((each) => !/status of 4\d\d/.test(each))).toEqual([]);
});

const password = "a long enough password";

async function logIn(page: Page, name: string): Promise<void> {
  await page.locator("input[autocomplete=username]").fill(name);
  await page.locator("input[autocomplete=current-password]").fill(password);
  await page.keyboard.press("Enter");
}

async function openAccount(page: Page): Promise<void> {
  await page.locator("#composer-field").waitFor();
  await page.locator(".person").click();
  await page.getByRole("menuitem").first().click();
  await page.getByRole("dialog").waitFor();
}

test("is turned on with an app, asked for by the entrance, and turned off", async () => {
  const ann = stage.fresh().withAccounts().add("ann", password);
  const page = await stage.page();
  await logIn(page, "ann");
  await openAccount(page);
  const dialog = page.getByRole("dialog", { name: "Account" });
  const section = dialog.getByRole("region", { name: "Two-step log-in" });
  await section.getByRole("button", { name: "Turn on …" }).click();
  await page.keyboard.type(password); // the field has the focus
  await page.keyboard.press("Enter");
  await section.getByRole("img", { name: "QR code with the key" }).waitFor();
  await section.getByText("JBSW Y3DP EHPK 3PXP").waitFor();
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await section.getByRole("alert").getByText("This code is wrong").waitFor();
  await page.keyboard.type(appCode);
  await page.keyboard.press("Enter");
  await section.getByText("code-0000-0000-0007").waitFor();
  expect(await section.getByRole("listitem").count()).toBe(8);
  await section.getByRole("button", { name: "I have kept them" }).click();
  await section.getByText("logging in asks for a code").waitFor();
  expect(ann.has_totp).toBe(true);

  const other = await stage.page();
  await logIn(other, "ann");
  const field = other.getByLabel("Code", { exact: true });
  await field.waitFor();
  expect(await other.getByRole("alert").innerText()).toBe("");
  expect(await field.evaluate((node) => node === document.activeElement)).toBe(true);
  await other.keyboard.type("999999");
  await other.keyboard.press("Enter");
  await other.getByRole("alert").getByText("This code is wrong").waitFor();
  await field.fill("code-0000-0000-0003");
  await other.keyboard.press("Enter");
  await other.locator("#composer-field").waitFor();
  expect(ann.recoveryCodes).toHaveLength(7);

  await section.getByRole("button", { name: "Turn off …" }).click();
  await page.keyboard.type(password);
  await section.getByLabel("Code", { exact: true }).fill(appCode);
  await section.getByRole("button", { name: "Turn off" }).click();
  await section.getByRole("button", { name: "Turn on …" }).waitFor();
  expect(ann.has_totp).toBe(false);
});

test("an administrator turns it off for somebody else", async () => {
  const accounts = stage.fresh().withAccounts();
  accounts.add("root", password, "administrator");
  const bob = accounts.add("bob", password, "user", { has_totp: true, recoveryCodes: [] });
  const page = await stage.page();
  await logIn(page, "root");
  await page.locator("#composer-field").waitFor();
  await page.locator(".person").click();
  await page.getByRole("menuitem", { name: "Administration" }).click();
  const dialog = page.getByRole("dialog", { name: "Administration" });
  await dialog.getByText("two-step", { exact: true }).waitFor();
  await dialog.getByRole("button", { name: "Actions for bob" }).click();
  await page.getByRole("menuitem", { name: "Turn off two-step log-in" }).click();
  await dialog.getByText("two-step", { exact: true }).waitFor({ state: "detached" });
  expect(bob.has_totp).toBe(false);
});

const phone = { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true };

test.each([["en-US", "light"], ["zh-CN", "dark"]] as const)("axe finds nothing in its steps on a phone in %s, %s", async (locale, colorScheme) => {
  stage.fresh().withAccounts().add("ann", password);
  const page = await stage.page("/", { ...phone, locale, colorScheme, reducedMotion: "reduce" });
  await logIn(page, "ann");
  await page.locator("#composer-field").waitFor();
  await page.locator("header button").first().click();
  await openAccount(page);
  const section = page.locator("section[aria-labelledby=account-two-step]");
  const check = async () => {
    await page.waitForTimeout(400);
    expect(await violations(page)).toEqual([]);
    const inside = await page.locator("dialog .body").evaluate((node) => node.scrollWidth - node.clientWidth);
    expect(inside).toBeLessThanOrEqual(0);
  };
  await section.getByRole("button").click();
  await section.locator("input").fill(password);
  await page.keyboard.press("Enter");
  await section.locator("svg path").first().waitFor();
  await section.locator("input").waitFor();
  await check();
  await section.locator("input").fill(appCode);
  await page.keyboard.press("Enter");
  await section.locator("ol").waitFor();
  await check();
  await section.locator(".primary").click();
  await section.getByRole("button").click();
  await check();
});
