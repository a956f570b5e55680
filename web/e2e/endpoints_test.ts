// Models on other servers: added, tested, changed and removed; in Chromium, against the mock server.
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Stage } from "./harness";
import { violations } from "./axe";

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterAll(() => stage.close());
afterEach(async () => {
  for (const context of stage.browser.contexts()) await context.close();
  // The browser reports every answer that is no success; those are meant here.
  expect(stage.problems.filter((each) => !/status of 4\d\d/.test(each))).toEqual([]);
});

const title = "Models on other servers";

async function open(page: Page) {
  await page.locator("#composer-field").fill("/settings");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Other servers" }).click();
  const dialog = page.getByRole("dialog", { name: title });
  await dialog.waitFor();
  return dialog;
}

async function modelsInPicker(page: Page): Promise<string> {
  await page.getByRole("button", { name: /^Model:/ }).click();
  const text = await page.getByRole("menu").innerText();
  await page.keyboard.press("Escape");
  return text;
}

test("a server is tested, added, and its models can be chosen at once", async () => {
  const backend = stage.fresh();
  const page = await stage.page();
  const dialog = await open(page);
  await dialog.getByRole("button", { name: "Add a server" }).click();
  await dialog.getByLabel("Name").fill("The lab");
  await dialog.getByLabel("Base URL").fill("https://down.example/v1");
  await dialog.getByRole("button", { name: "Test" }).click();
  await dialog.getByText("Nothing answers there.").waitFor();
  await dialog.getByLabel("Base URL").fill("https://locked.example/v1");
  await dialog.getByRole("button", { name: "Test" }).click();
  await dialog.getByText("does not take this key").waitFor();
  await dialog.getByLabel("API key").fill("right-key-1234");
  await dialog.getByRole("button", { name: "Test" }).click();
  await dialog.getByText("It answers. 2 models: far/large, far/small").waitFor();
  expect(backend.endpoints.kept).toEqual([]);
  await dialog.getByRole("button", { name: "Add a server" }).click();
  await dialog.getByText("2 models", { exact: true }).waitFor();
  await dialog.getByText("key …1234").waitFor();
  expect(await page.content()).not.toContain("right-key-1234");
  await page.keyboard.press("Escape");
  await expect.poll(() => modelsInPicker(page)).toContain("The lab");
});

test("a key stays where it was given for; a server is switched off and removed", async () => {
  const backend = stage.fresh();
  backend.endpoints.add({ name: "The lab", url: "https://locked.example/v1", api_key: "right-key-1234" });
  const [kept] = backend.endpoints.kept;
  const page = await stage.page();
  const dialog = await open(page);
  const choose = async (item: string) => {
    await dialog.getByRole("button", { name: "Actions for The lab" }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  await choose("Edit");
  await dialog.getByText("It ends in 1234").waitFor();
  await dialog.getByLabel("Base URL").fill("https://locked.example/v2");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("https://locked.example/v2").waitFor();
  expect(kept?.key).toBe("right-key-1234");
  await choose("Edit");
  await dialog.getByLabel("Base URL").fill("https://elsewhere.example/v1");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("alert").getByText("given for another server").waitFor();
  expect(kept?.url).toBe("https://locked.example/v2");
  await dialog.getByLabel("API key").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("no key").waitFor();
  expect(kept).toMatchObject({ key: "", url: "https://elsewhere.example/v1" });
  await choose("Disable");
  await dialog.getByText("disabled", { exact: true }).waitFor();
  await choose("Enable");
  await dialog.getByText("2 models", { exact: true }).waitFor();
  await choose("Remove");
  await dialog.getByText("None yet.").waitFor();
  expect(backend.endpoints.kept).toEqual([]);
});

test("what the environment names is shown and not changed; what is down says so", async () => {
  const backend = stage.fresh();
  backend.endpoints.addFixed("https://fixed.example/v1");
  backend.endpoints.add({ name: "Attic", url: "https://down.example/v1", models: ["old"] });
  const page = await stage.page();
  const dialog = await open(page);
  await dialog.getByText("from the environment").waitFor();
  expect(await dialog.getByRole("button", { name: "Actions for fixed.example" }).count()).toBe(0);
  await dialog.getByText("Nothing answers there.").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => modelsInPicker(page)).toMatch(/old\s+not available now · Attic/);
});

test.each(["light", "dark"] as const)("axe finds nothing in the %s sheet, and a phone need not scroll sideways", async (colorScheme) => {
  const backend = stage.fresh();
  backend.endpoints.add({ name: "The lab", url: "https://lab.example/a/rather/long/address/v1", api_key: "right-key-1234" });
  backend.endpoints.add({ name: "Attic", url: "https://down.example/v1" });
  const page = await stage.page("/", { viewport: { width: 375, height: 740 }, colorScheme, reducedMotion: "reduce" });
  const dialog = await open(page);
  await dialog.getByText("Nothing answers there.").waitFor();
  await page.waitForTimeout(150);
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Actions for The lab" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await dialog.getByRole("button", { name: "Test" }).click();
  await dialog.getByText("It answers.").waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  expect(await dialog.evaluate((node) => node.scrollWidth - node.clientWidth)).toBeLessThanOrEqual(0);
});

test("who has an account and is no administrator finds none of it", async () => {
  const accounts = stage.fresh().withAccounts();
  accounts.add("ann", "a long enough password");
  const page = await stage.page();
  await page.getByLabel("User name").fill("ann");
  await page.getByLabel("Password", { exact: true }).fill("a long enough password");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.locator("#composer-field").fill("/settings");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Settings" }).waitFor();
  expect(await page.getByRole("button", { name: "Other servers" }).count()).toBe(0);
});
