import { afterEach, describe, expect, test, vi } from "vitest";
import { artifactKind, drawsItself } from "../src/markdown/artifact_kind";
import { rangesOf } from "../src/chat/found";
import { framePolicy } from "../frame_policy";

describe("code that is a picture", () => {
  test.each([
    ["mermaid", "graph TD\nA-->B", "mermaid"],
    ["Mermaid", "pie", "mermaid"],
    ["mermaid", "  \n", null],
    ["svg", '<svg xmlns="http://www.w3.org/2000/svg"></svg>', "svg"],
    ["xml", '<?xml version="1.0"?>\n<!-- a -->\n<svg viewBox="0 0 1 1"/>', "svg"],
    ["", "<svg></svg>", "svg"],
    ["xml", "<config/>", null],
    ["svg", "just words", null],
    ["html", "<!DOCTYPE html><p>hello", "html"],
    ["html", "<canvas id=c></canvas><script>1</script>", "html"],
    ["html", "<b>bold</b>", null],
    ["python", "print('<html>')", null],
    ["", "plain text", null],
  ] as const)("%s %j is %s", (language, code, kind) => {
    expect(artifactKind(language, code)).toBe(kind);
  });

  test("pages run only when the reader wants them to", () => {
    expect(drawsItself("html")).toBe(false);
    expect(drawsItself("mermaid")).toBe(true);
  });

  test("the frame's policy names no source on any network", () => {
    expect(framePolicy).toMatch(/^sandbox allow-scripts; default-src 'none'/);
    expect(framePolicy).not.toMatch(/allow-same-origin|allow-popups|allow-top|https?:|\*|connect-src|frame-src/);
  });
});

describe("drawing", () => {
  afterEach(() => (vi.unstubAllGlobals(), vi.resetModules()));
  const canDraw = async (policy: string | null) => {
    const headers = new Headers(policy === null ? {} : { "Content-Security-Policy": policy });
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("", { headers })));
    vi.resetModules();
    return (await import("../src/api")).canDraw();
  };

  test("happens only where the server shuts the frame in", async () => {
    expect(await canDraw(framePolicy)).toBe(true);
    expect(await canDraw("default-src 'none'")).toBe(false);
    expect(await canDraw(`sandbox allow-scripts allow-same-origin; default-src 'none'`)).toBe(false);
    expect(await canDraw(null)).toBe(false);
  });
});

test("words that were found are marked wherever they stand, whatever their case", () => {
  const root = document.createElement("div");
  root.innerHTML = "<p>The Sky is <b>blue</b>; skyward.</p><p>天空是蓝色的，天空。</p>";
  const marked = (...words: string[]) => rangesOf(root, words).map(String);
  expect(marked("sky")).toEqual(["Sky", "sky"]);
  expect(marked("blue", "SKY")).toEqual(["Sky", "blue", "sky"]);
  expect(marked("天空")).toEqual(["天空", "天空"]);
  expect(marked("", " ")).toEqual([]);
});
