import { File } from "node:buffer";
import { describe, expect, test } from "vitest";
import type { Conversation } from "../src/api_types";
import { fillIn, variablesOf } from "../src/chat/prompts.svelte";
import { readFiles } from "../src/chat/attach";
import { SentenceReader } from "../src/chat/sentences";
import { doesSend, isComposing } from "../src/parts/keyboard";
import { parseNumber } from "../src/sheets/parameters";
import { rowsOf, visibleRange } from "../src/sidebar/rows";
import { conversationPath, parsePath } from "../src/state/router.svelte";

describe("Enter", () => {
  const keys = { sendWithEnter: true, isTouch: false };
  const enter = (init: KeyboardEventInit = {}) => new KeyboardEvent("keydown", { key: "Enter", ...init });

  test("sends, and Shift makes it a new line", () => {
    expect(doesSend(enter(), keys)).toBe(true);
    expect(doesSend(enter({ shiftKey: true }), keys)).toBe(false);
  });

  test("never sends while an input method composes", () => {
    expect(doesSend(enter({ isComposing: true }), keys)).toBe(false);
    expect(doesSend(enter({ isComposing: true, ctrlKey: true }), keys)).toBe(false);
  });

  test("Safari's Enter that ends a composition does not send", () => {
    expect(isComposing({ isComposing: false, keyCode: 229 })).toBe(true);
    expect(doesSend(enter({ keyCode: 229 }), keys)).toBe(false);
  });

  test("sends only with Ctrl where the user or the keyboard wants new lines", () => {
    expect(doesSend(enter(), { ...keys, sendWithEnter: false })).toBe(false);
    expect(doesSend(enter(), { ...keys, isTouch: true })).toBe(false);
    expect(doesSend(enter({ ctrlKey: true }), { ...keys, sendWithEnter: false })).toBe(true);
    expect(doesSend(enter({ metaKey: true }), { ...keys, isTouch: true })).toBe(true);
  });
});

describe("the list", () => {
  const now = new Date("2026-03-15T12:00:00").getTime();
  const chat = (id: string, daysAgo: number, is_pinned = false): Conversation => ({
    id, is_pinned, title: id, is_title_auto: true, folder_id: null, tags: [], model: null,
    parameters: {}, leaf_id: null, is_archived: false, is_unread: false, is_temporary: false,
    created: 0, changed: now - daysAgo * 86_400_000,
  });

  test("shows pinned chats first, then by day, then by month", () => {
    const rows = rowsOf([chat("a", 0), chat("b", 1), chat("c", 5), chat("d", 20), chat("e", 70), chat("p", 300, true)], now);
    const shown = rows.map((row) => (row.kind === "chat" ? row.chat.id : (row.period ?? new Date(row.month ?? 0).getMonth())));
    expect(shown).toEqual(["pinned", "p", "today", "a", "yesterday", "b", "lastWeek", "c", "lastMonth", "d", 0, "e"]);
  });

  test("of ten thousand rows only those in view exist", () => {
    const { first, end } = visibleRange(10_000, 36, 36 * 5000, 720);
    expect(first).toBeLessThanOrEqual(5000);
    expect(end).toBeGreaterThanOrEqual(5020);
    expect(end - first).toBeLessThan(50);
  });

  test("ten thousand chats become rows within a frame or two", () => {
    const chats = Array.from({ length: 10_000 }, (_, at) => chat(`c${at}`, at / 20));
    const begin = performance.now();
    rowsOf(chats, now);
    expect(performance.now() - begin).toBeLessThan(200);
  });
});

test("addresses name a view", () => {
  expect(parsePath("/")).toEqual({ view: "new" });
  expect(parsePath("/c/01AB")).toEqual({ view: "conversation", id: "01AB" });
  expect(parsePath("/c/01AB#m-02CD")).toEqual({ view: "conversation", id: "01AB", message: "02CD" });
  expect(parsePath("/c/01AB#fn1")).toEqual({ view: "conversation", id: "01AB" });
  expect(parsePath(conversationPath("a b", "c/d"))).toEqual({ view: "conversation", id: "a b", message: "c/d" });
  expect(parsePath("/s/tok/")).toEqual({ view: "shared", token: "tok" });
  expect(parsePath("/c/a/b")).toEqual({ view: "new" });
});

test("the places of a prompt are filled in, and a text in one is no place", () => {
  const text = "To {{language}}: {{ text }} ({{language}}) {{}}";
  expect(variablesOf(text)).toEqual(["language", "text"]);
  expect(fillIn(text, { language: "中文", text: "{{language}}" })).toBe("To 中文: {{language}} (中文) {{}}");
  expect(fillIn("{{constructor}}", {})).toBe("{{constructor}}");
});

test("sentences are said once and whole", () => {
  const reader = new SentenceReader();
  expect(reader.take("Hello")).toBe("");
  expect(reader.take("Hello there. How")).toBe("Hello there.");
  expect(reader.take("Hello there. How are you? 你好。")).toBe("How are you? 你好。");
  expect(reader.take("Hello there. How are you? 你好。\n- **one**\n")).toBe("one");
});

test("files that are no text are refused by name", async () => {
  const text = new File(["print(1)"], "a.py");
  const binary = new File([new Uint8Array([0xff, 0xfe, 0x00])], "b.bin");
  const big = new File(["x".repeat(1_000_001)], "c.txt");
  const { attachments, refused } = await readFiles([text, binary, big] as unknown as globalThis.File[]);
  expect(attachments).toEqual([{ name: "a.py", text: "print(1)" }]);
  expect(refused).toEqual([{ name: "b.bin", why: "not-text" }, { name: "c.txt", why: "too-big" }]);
});

test("numbers are kept in range; nothing is the model's own default", () => {
  const temperature = { name: "temperature", min: 0, max: 2, step: 0.05 } as const;
  expect(parseNumber(temperature, "")).toBe(undefined);
  expect(parseNumber(temperature, "much")).toBe(undefined);
  expect(parseNumber(temperature, "0,7")).toBe(0.7);
  expect(parseNumber(temperature, "9")).toBe(2);
  expect(parseNumber({ name: "max_tokens", min: 1, max: 100, step: 1 }, "2.6")).toBe(3);
});
