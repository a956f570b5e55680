import { expect, test } from "vitest";
import { browserLanguage, dictionaries, formatSpeed } from "../src/text/text.svelte";

/** "detail.model": "Model" for all texts; functions are called with stand-ins. */
function flatten(node: unknown, path = ""): Map<string, unknown> {
  if (typeof node !== "object" || node === null) return new Map([[path, node]]);
  const parts = Object.entries(node).map(([key, value]) =>
    flatten(value, path === "" ? key : `${path}.${key}`),
  );
  return new Map(parts.flatMap((part) => [...part]));
}

const en = flatten(dictionaries.en);
const zh = flatten(dictionaries.zh);

test("every text is there in both languages", () => {
  expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
});

test("no text is empty, and functions take as many arguments in both languages", () => {
  for (const dictionary of [en, zh]) {
    for (const [key, value] of dictionary) {
      const text = typeof value === "function" ? String(value(2, 3)) : String(value);
      expect(text.trim(), key).not.toBe("");
      expect(text, key).not.toContain("undefined");
    }
  }
  for (const [key, value] of en) {
    if (typeof value === "function") expect(zh.get(key), key).toBeTypeOf("function");
  }
});

test("Chinese texts are Chinese", () => {
  const shared = new Set(["parameter.top_p", "parameter.top_k", "parameter.min_p"]); // names of their own
  for (const [key, value] of zh) {
    if (typeof value === "string" && !shared.has(key)) expect(value, key).toMatch(/\p{Script=Han}/u);
  }
});

test("the browser's first language that the page speaks is chosen", () => {
  expect(browserLanguage(["zh-TW", "en"])).toBe("zh");
  expect(browserLanguage(["de-DE", "zh-CN", "en"])).toBe("zh");
  expect(browserLanguage(["fr"])).toBe("en");
});

test("a speed has decimals only where they matter", () => {
  expect([7.04, 99.94, 1701.2].map(formatSpeed)).toEqual(["7.0", "99.9", "1,701"]);
  const { thoughtFor, underSecond, seconds } = dictionaries.zh;
  expect(thoughtFor(underSecond)).toBe("思考了不到 1 秒");
  expect(thoughtFor(seconds(3))).toBe("思考了 3 秒");
});
