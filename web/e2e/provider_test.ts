// Logging in with a provider of identities, in Chromium, against the mock server, which stands for
// the provider as well: the browser goes to another address and comes back.
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
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

async function openAccount(page: Page): Promise<void> {
  await page.locator("#composer-field").waitFor();
  await page.locator(".person").click();
  await page.getByRole("menuitem", { name: "Account" }).click();
}

test("a button at the entrance logs in, and an account without a password is asked for none", async () => {
  const accounts = stage.fresh().withAccounts();
  accounts.add("root", password, "administrator");
  const ann = accounts.add("ann", "no password", "user", { has_password: false, is_linked: true });
  accounts.withProvider("Company", ann);
  const page = await stage.page();
  await page.getByRole("button", { name: "Log in with Company" }).click();
  await openAccount(page);
  const dialog = page.getByRole("dialog", { name: "Account" });
  await dialog.getByText("You can log in with Company instead").waitFor();
  expect(await dialog.getByRole("button", { name: "Change password" }).count()).toBe(0);
  expect(await dialog.getByRole("button", { name: "Unlink" }).count()).toBe(0);
  await dialog.getByRole("button", { name: "Delete account …" }).click();
  expect(await dialog.locator("input[type=password]").count()).toBe(0);
  await dialog.getByRole("button", { name: "Delete my account and all my data" }).click();
  await page.getByRole("heading", { name: "Log in to Falconet" }).waitFor();
  expect(accounts.users.has(ann.id)).toBe(false);
});

test("the entrance says why nobody came in, once", async () => {
  const accounts = stage.fresh().withAccounts();
  accounts.add("root", password, "administrator");
  accounts.withProvider("Company", "closed");
  const page = await stage.page();
  await page.getByRole("button", { name: "Log in with Company" }).click();
  await page.getByRole("alert").getByText("Who logs in with Company for the first time").waitFor();
  expect(new URL(page.url()).search).toBe("");
  await page.reload();
  await page.getByRole("button", { name: "Log in with Company" }).waitFor();
  expect(await page.getByText("Who logs in with Company for the first time").count()).toBe(0);
});

test("an account is linked after its password, and unlinked", async () => {
  const accounts = stage.fresh().withAccounts();
  const root = accounts.add("root", password, "administrator");
  accounts.withProvider("Company", "closed");
  const page = await stage.page();
  await page.locator("input[autocomplete=username]").fill("root");
  await page.locator("input[autocomplete=current-password]").fill(password);
  await page.keyboard.press("Enter");
  await openAccount(page);
  const section = page.getByRole("region", { name: "Log in with Company" });
  await section.getByRole("button", { name: "Link …" }).click();
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  await section.getByText("This is not your current password.").waitFor();
  await section.locator("input").fill(password);
  await page.keyboard.press("Enter");
  await page.getByText("You can log in with Company now").first().waitFor();
  expect(root.is_linked).toBe(true);
  await openAccount(page);
  await section.getByRole("button", { name: "Unlink" }).click();
  await section.getByRole("button", { name: "Link …" }).waitFor();
  expect(root.is_linked).toBe(false);
});

test("without a provider there is no such button", async () => {
  stage.fresh().withAccounts().add("root", password, "administrator");
  const page = await stage.page();
  await page.getByRole("button", { name: "Log in" }).waitFor();
  expect(await page.getByRole("button", { name: /Log in with/ }).count()).toBe(0);
});

test.each([["en-US", "light"], ["zh-CN", "dark"]] as const)("axe finds nothing at the entrance on a phone in %s, %s", async (locale, colorScheme) => {
  const accounts = stage.fresh().withAccounts();
  accounts.add("root", password, "administrator");
  accounts.withProvider("A provider with a rather long name, as some have", "failed");
  const page = await stage.page("/?oidc=denied", {
    viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true, locale, colorScheme,
  });
  await page.getByRole("alert").first().waitFor();
  await page.waitForTimeout(300);
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});
