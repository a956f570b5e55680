import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../src/api";
import type { Session, User } from "../src/api_types";
import { Attempt, refusalText } from "../src/account/attempt.svelte";
import { deviceName } from "../src/account/device";
import { newPassword } from "../src/account/password";
import { detailText } from "../src/admin/audit";
import { groupsOf, matching } from "../src/admin/users.svelte";
import { forgetDrafts, loadDraft, storeDraft } from "../src/state/drafts";
import { enter, hasAccounts, isAdministrator, store } from "../src/state/session.svelte";
import { en } from "../src/text/en";

const session = (id: string, more: Partial<Session> = {}): Session => ({
  user: { id, name: id, role: "user" }, is_local: false, version: "1", models: [],
  recommended_model: null, ...more,
});
const draft = (text: string) => ({ text, attachments: [] });

describe("who is here", () => {
  beforeEach(() => {
    localStorage.clear();
    store.session = null;
  });

  test("a server without accounts shows none of them", () => {
    enter(session("local", { is_local: true }));
    expect(store.state).toBe("ready");
    expect(hasAccounts()).toBe(false);
    expect(localStorage.length).toBe(0);
  });

  test("an administrator is one only where there are accounts", () => {
    const user = { id: "u", name: "u", role: "administrator" } as const;
    enter(session("u", { user, is_local: true }));
    expect(isAdministrator()).toBe(false);
    enter(session("u", { user }));
    expect(isAdministrator()).toBe(true);
  });

  test("nobody logged in is the way in; a session that ends leaves the page as it is", () => {
    const out = { user: null, is_local: false, sign_up: "open", version: "1" } as const;
    enter(out);
    expect(store.state).toBe("signedOut");
    enter(session("ann"));
    enter(out);
    expect(store.state).toBe("ended");
    expect(store.session?.user.id).toBe("ann");
  });

  test("a password given by someone else has to be changed first", () => {
    enter(session("ann", { user: { id: "ann", name: "ann", role: "user", must_change_password: true } }));
    expect(store.state).toBe("mustChange");
  });

  test("drafts are each user's own, and go when their writer logs out", () => {
    enter(session("ann"));
    storeDraft(null, draft("from Ann"));
    enter(session("bob"));
    expect(loadDraft(null).text).toBe("");
    storeDraft(null, draft("from Bob"));
    enter(session("ann"));
    expect(loadDraft(null).text).toBe("from Ann");
    forgetDrafts();
    expect(loadDraft(null).text).toBe("");
    enter(session("bob"));
    expect(loadDraft(null).text).toBe("from Bob");
  });
});

describe("an attempt", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("says in the reader's words why it failed", () => {
    expect(refusalText(new ApiError("denied", "x", "wrong_name_or_password"))).toBe(en.accounts.errors.wrong_name_or_password);
    expect(refusalText(new ApiError("refused", "the server's own words", "new_code"))).toBe("the server's own words");
  });

  test("waits as long as the server says before the next one", async () => {
    const attempt = new Attempt();
    const refused = () => Promise.reject(new ApiError("refused", "x", "too_many_attempts", 3));
    expect(await attempt.run(refused)).toBe(false);
    expect(attempt.isBlocked).toBe(true);
    const work = vi.fn(() => Promise.resolve());
    expect(await attempt.run(work)).toBe(false);
    expect(work).not.toHaveBeenCalled();
    vi.advanceTimersByTime(3000);
    expect(attempt.isBlocked).toBe(false);
    expect(await attempt.run(work)).toBe(true);
  });
});

test("browsers are called what people call them", () => {
  const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
  expect(deviceName(chrome)).toBe("Chrome on Linux");
  expect(deviceName(`${chrome} Edg/140.0`)).toBe("Edge on Linux");
  expect(deviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1")).toBe("Safari on iPhone");
  expect(deviceName("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0")).toBe("Firefox on Windows");
  expect(deviceName("curl/8.5.0")).toBe("curl");
  expect(deviceName("")).toBe("Unknown device");
});

test("passwords to hand over are long, readable and not the same twice", () => {
  const made = Array.from({ length: 50 }, newPassword);
  for (const password of made) expect(password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
  expect(new Set(made).size).toBe(50);
  expect(made.join("")).not.toMatch(/[ilo01]/);
});

test("users are found by name, display name, role and group", () => {
  const user = (name: string, more: Partial<User> = {}): User => ({
    id: name, name, display_name: "", role: "user", groups: [], is_disabled: false,
    must_change_password: false, has_totp: false, created: 0, last_seen: null, num_conversations: 0, ...more,
  });
  const all = [user("ann", { display_name: "安娜" }), user("bob", { groups: ["Pilot A"] }), user("cy", { role: "researcher" })];
  const names = (query: string) => matching(all, query).map(({ name }) => name);
  expect(names("")).toEqual(["ann", "bob", "cy"]);
  expect(names("安娜")).toEqual(["ann"]);
  expect(names("a pilot")).toEqual(["bob"]);
  expect(names("RESEARCH")).toEqual(["cy"]);
  expect(groupsOf(" a, b，c、a ,")).toEqual(["a", "b", "c"]);
});

test("what the audit log adds is readable whatever its form", () => {
  expect(detailText({ role: "researcher", groups: ["a", "b"], is_disabled: true })).toBe("role: researcher, groups: a, b, is disabled: true");
  expect(detailText({ reason: null, other: "" })).toBe("");
  expect(detailText(undefined)).toBe("");
});
