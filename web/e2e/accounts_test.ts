// Getting in, staying in, and looking after those who are: in Chromium, against the mock server.
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Stage, ask, settled } from "./harness";
import { violations } from "./axe";

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterAll(() => stage.close());
afterEach(async () => {
  for (const context of stage.browser.contexts()) await context.close();
  // The browser reports every answer that is no success; those are meant here.
  expect(stage.problems.filter((each) => !/status of 4\d\d/.test(each))).toEqual([]);
});

const password = "a long enough password";

async function logIn(page: Page, name: string, secret = password): Promise<void> {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Log in" }).click();
}

async function openMenu(page: Page, item: string): Promise<void> {
  await page.locator(".person").click();
  await page.getByRole("menuitem", { name: item }).click();
}

test("the first account is made on the page and is the administrator", async () => {
  const accounts = stage.fresh().withAccounts();
  const page = await stage.page();
  await page.getByRole("heading", { name: "Welcome to Falconet" }).waitFor();
  await page.getByLabel("User name").fill("ann");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("Too easy to guess").first().waitFor();
  expect(await page.getByLabel("Password", { exact: true }).getAttribute("aria-invalid")).toBe("true");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
  await page.locator("#composer-field").waitFor();
  expect([...accounts.users.values()].map(({ role }) => role)).toEqual(["administrator"]);
  await ask(page, "hello");
  await settled(page);
  await page.locator(".person").click();
  await page.getByRole("menuitem", { name: "Administration" }).waitFor();
});

test("logging in, wrongly and rightly, and out again", async () => {
  stage.fresh().withAccounts().add("ann", password);
  const page = await stage.page();
  await logIn(page, "ann", "not the password");
  await page.getByRole("alert").getByText("Name or password is not right.").waitFor();
  await logIn(page, "ANN");
  await page.locator("#composer-field").waitFor();
  await page.reload();
  await page.locator("#composer-field").waitFor();
  await page.locator("#composer-field").fill("a secret draft");
  await page.waitForTimeout(500);
  await page.locator(".person").click();
  expect(await page.getByRole("menuitem", { name: "Administration" }).count()).toBe(0);
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.getByRole("heading", { name: "Log in to Falconet" }).waitFor();
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  expect(kept).not.toContain("a secret draft");
});

test("too many attempts have to wait, and see how long", async () => {
  stage.fresh().withAccounts().add("ann", password);
  const page = await stage.page();
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await logIn(page, "ann", `wrong ${attempt}`);
    await expect.poll(() => page.getByRole("alert").innerText()).not.toBe("");
    await page.waitForTimeout(80);
  }
  await page.getByText(/Try again in \d seconds?/).waitFor();
  expect(await page.getByRole("button", { name: "Log in" }).isDisabled()).toBe(true);
  await expect.poll(() => page.getByRole("button", { name: "Log in" }).isDisabled()).toBe(false);
});

test("an invitation makes an account once; without one there is only logging in", async () => {
  const accounts = stage.fresh().withAccounts();
  accounts.add("root", password, "administrator");
  accounts.signUp = "invitation";
  accounts.invitations.set("tok", { id: "i1", token: "tok", role: "researcher", created: 1, expires: null });
  const stranger = await stage.page();
  await stranger.getByText("New accounts need an invitation link").waitFor();
  const page = await stage.page("/?invitation=tok");
  await page.getByText("You were invited").waitFor();
  await page.getByLabel("User name").fill("rita");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.locator("#composer-field").waitFor();
  expect(new URL(page.url()).search).toBe("");
  expect([...accounts.users.values()].at(-1)).toMatchObject({ name: "rita", role: "researcher" });
  const second = await stage.page("/?invitation=tok");
  await second.getByLabel("User name").fill("late");
  await second.getByLabel("Password", { exact: true }).fill(password);
  await second.getByRole("button", { name: "Create account" }).click();
  await second.getByText("This invitation has been used").waitFor();
});

test("a password from an administrator is changed before anything else", async () => {
  stage.fresh().withAccounts().add("ann", "given-by-the-boss", "user", { must_change_password: true });
  const page = await stage.page();
  await logIn(page, "ann", "given-by-the-boss");
  await page.getByRole("heading", { name: "Choose a password of your own" }).waitFor();
  await page.getByLabel("Current password").fill("given-by-the-boss");
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.locator("#composer-field").waitFor();
});

test("a session that ends while one writes loses nothing", async () => {
  const accounts = stage.fresh().withAccounts();
  accounts.add("ann", password);
  const page = await stage.page();
  await logIn(page, "ann");
  await ask(page, "hello");
  await settled(page);
  const address = page.url();
  accounts.endSessions();
  await page.locator("#composer-field").fill("a slow and careful question");
  // Whoever writes goes on writing; a line says what happened.
  await page.getByRole("alert").getByText("What you wrote is still here").waitFor();
  expect(await page.locator("#composer-field").evaluate((node) => node === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Log in to go on" });
  await dialog.waitFor();
  expect(await dialog.getByLabel("User name").inputValue()).toBe("ann");
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "Log in" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(page.url()).toBe(address);
  expect(await page.locator("#composer-field").inputValue()).toBe("a slow and careful question");
  await page.locator("#composer-field").press("Enter");
  await page.getByText("You said: a slow and careful question").waitFor();
});

test("one's account: name, password, devices, and its end", async () => {
  const backend = stage.fresh();
  const accounts = backend.withAccounts();
  accounts.add("root", password, "administrator");
  const ann = accounts.add("ann", password);
  const other = await stage.page("/", { userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1" });
  await logIn(other, "ann");
  await other.locator("#composer-field").waitFor();
  const page = await stage.page();
  await logIn(page, "ann");
  await openMenu(page, "Account");
  const dialog = page.getByRole("dialog", { name: "Account" });
  await dialog.getByText("Administrators cannot read your chats.").waitFor();
  await dialog.getByLabel("Displayed name").fill("Ann B.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => ann.display_name).toBe("Ann B.");
  await dialog.getByText("This device").waitFor();
  await dialog.getByRole("button", { name: "Log out: Safari on iPhone" }).click();
  await expect.poll(() => accounts.logins.size).toBe(1);
  await dialog.getByLabel("Current password").fill(password);
  await dialog.getByLabel("New password").fill("another good password");
  await dialog.getByRole("button", { name: "Change password" }).click();
  await expect.poll(() => ann.password).toBe("another good password");
  // The page has its answer, too, and has emptied the fields.
  await expect.poll(() => dialog.getByLabel("Current password").inputValue()).toBe("");
  await dialog.getByLabel("Current password").fill("not it");
  await dialog.getByLabel("New password").fill("yet another password");
  await dialog.getByRole("button", { name: "Change password" }).click();
  await dialog.getByText("This is not your current password.").first().waitFor();
  await dialog.getByRole("button", { name: "Delete account …" }).click();
  await dialog.getByText("Nobody can bring them back").waitFor();
  await dialog.getByLabel("Your password, to confirm").fill("another good password");
  await dialog.getByRole("button", { name: "Delete my account and all my data" }).click();
  await page.getByRole("heading", { name: "Log in to Falconet" }).waitFor();
  expect(accounts.users.has(ann.id)).toBe(false);
});

test("an administrator adds, changes, disables and deletes users", async () => {
  const accounts = stage.fresh().withAccounts();
  accounts.add("root", password, "administrator");
  const bob = accounts.add("bob", password);
  const page = await stage.page();
  await logIn(page, "root");
  await openMenu(page, "Administration");
  const dialog = page.getByRole("dialog", { name: "Administration" });
  await dialog.getByRole("button", { name: "Add user" }).click();
  await dialog.getByLabel("User name").fill("cleo");
  await dialog.getByLabel("Role").selectOption("annotator");
  await dialog.getByRole("button", { name: "Add user" }).click();
  await dialog.getByText("cleo", { exact: true }).waitFor();
  expect([...accounts.users.values()].at(-1)).toMatchObject({ role: "annotator", must_change_password: true });
  const choose = async (name: string, item: string | RegExp) => {
    await dialog.getByRole("button", { name: `Actions for ${name}` }).click();
    await page.getByRole(typeof item === "string" ? "menuitem" : "menuitemradio", { name: item }).click();
  };
  await choose("bob", /Researcher/);
  await expect.poll(() => bob.role).toBe("researcher");
  await choose("bob", "Groups …");
  await page.getByRole("textbox", { name: "Groups" }).fill("pilot, 一组");
  await page.keyboard.press("Enter");
  await expect.poll(() => bob.groups).toEqual(["pilot", "一组"]);
  await choose("bob", "Reset password …");
  const given = await page.getByRole("textbox", { name: "Reset password" }).inputValue();
  await page.keyboard.press("Enter");
  await expect.poll(() => bob.password).toBe(given);
  await choose("bob", "Disable");
  await dialog.getByText("disabled", { exact: true }).waitFor();
  await choose("root", /Role: User/);
  await page.getByText("This is the last administrator").waitFor();
  await choose("bob", "Delete user …");
  await page.getByRole("textbox", { name: "Delete user" }).fill("bob");
  await page.keyboard.press("Enter");
  await expect.poll(() => accounts.users.has(bob.id)).toBe(false);
});

test("an administrator invites, sets who may come in, and reads the log", async () => {
  const accounts = stage.fresh().withAccounts();
  accounts.add("root", password, "administrator");
  const page = await stage.page();
  await logIn(page, "root");
  await openMenu(page, "Administration");
  const dialog = page.getByRole("dialog", { name: "Administration" });
  await dialog.getByRole("tab", { name: "Users" }).focus();
  await page.keyboard.press("ArrowRight");
  await dialog.getByText("With invitation").click();
  await expect.poll(() => accounts.signUp).toBe("invitation");
  await dialog.getByRole("button", { name: "Create invitation" }).click();
  const link = await dialog.getByRole("textbox", { name: "Invitation link" }).inputValue();
  expect(link).toMatch(new RegExp(`^${stage.origin}/\\?invitation=\\w+$`));
  await dialog.getByRole("button", { name: "Withdraw" }).click();
  await dialog.getByText("No open invitations.").waitFor();
  expect(accounts.invitations.size).toBe(0);
  await dialog.getByRole("tab", { name: "Audit log" }).click();
  await dialog.getByText("created an invitation").waitFor();
  await dialog.getByText("logged in").first().waitFor();
});

test("without accounts none of this is there", async () => {
  stage.fresh();
  const page = await stage.page();
  await page.getByRole("button", { name: "Settings" }).waitFor();
  expect(await page.locator(".person").count()).toBe(0);
  expect(await page.getByText(/log in|log out|account/i).count()).toBe(0);
});

const phone = { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true };

test.each([["en-US", "light"], ["zh-CN", "dark"]] as const)("axe finds nothing on a phone in %s, %s", async (locale, colorScheme) => {
  const accounts = stage.fresh().withAccounts();
  accounts.add("root", password, "administrator");
  accounts.add("bob", password, "user", { is_disabled: true, groups: ["pilot"] });
  const page = await stage.page("/", { ...phone, locale, colorScheme, reducedMotion: "reduce" });
  const isWide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await page.locator("form input").first().waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await isWide()).toBeLessThanOrEqual(0);
  await page.locator("input[autocomplete=username]").fill("root");
  await page.locator("input[autocomplete=current-password]").fill(password);
  await page.keyboard.press("Enter");
  await page.locator("#composer-field").waitFor();
  for (const at of [0, 1]) {
    await page.locator("header button").first().click();
    await page.locator(".person").click();
    await page.getByRole("menuitem").nth(at).click();
    await page.getByRole("dialog").waitFor();
    await page.waitForTimeout(400);
    expect(await violations(page)).toEqual([]);
    if (at === 1) {
      for (const tab of [1, 2]) {
        await page.getByRole("tab").nth(tab).click();
        await page.waitForTimeout(200);
        expect(await violations(page)).toEqual([]);
      }
    }
    const inside = await page.locator("dialog .body").evaluate((node) => node.scrollWidth - node.clientWidth);
    expect(inside).toBeLessThanOrEqual(0);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.mouse.click(360, 400); // the drawer closes
    await page.waitForTimeout(150);
  }
});
