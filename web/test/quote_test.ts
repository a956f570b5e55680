// @vitest-environment jsdom
// Quoting, and reading aloud with this machine's voices only.
import { beforeEach, expect, test, vi } from "vitest";
import { asQuote, selectedIn } from "../src/state/quote.svelte";
import { speech } from "../src/state/speech.svelte";

const voice = (lang: string, localService: boolean) => ({ lang, localService, name: lang }) as SpeechSynthesisVoice;
class Utterance {
  voice: SpeechSynthesisVoice | null = null;
  lang = "";
  onend: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly text: string) {}
}
let voices: SpeechSynthesisVoice[] = [];
const speak = vi.fn();
const cancel = vi.fn();
beforeEach(() => {
  vi.stubGlobal("speechSynthesis", { getVoices: () => voices, speak, cancel });
  vi.stubGlobal("SpeechSynthesisUtterance", Utterance);
  speak.mockClear();
});

test("each line is quoted, and empty ones stay empty", () => {
  expect(asQuote(" one\n\ntwo \n")).toBe("> one\n>\n> two\n\n");
});

test("only what is selected in the message is quoted", () => {
  document.body.innerHTML = "<p>inside</p><i>outside</i>";
  const inside = document.querySelector("p")!;
  getSelection()!.selectAllChildren(inside);
  expect(selectedIn(inside)).toBe("inside");
  getSelection()!.selectAllChildren(document.querySelector("i")!);
  expect(selectedIn(inside)).toBe("");
});

test("a voice that would send the text away reads nothing", () => {
  voices = [voice("en-US", false), voice("zh-CN", true)];
  expect(speech.canRead("hello")).toBe(false);
  expect(speech.canRead("你好")).toBe(true);
  speech.read("m1", "hello");
  expect(speak).not.toHaveBeenCalled();
});

test("one message is read at a time, until its end", () => {
  voices = [voice("en-GB", true)];
  speech.read("m1", "hello");
  speech.read("m2", "world");
  expect(speech.reading).toBe("m2");
  const [first, second] = speak.mock.calls.map(([utterance]) => utterance as Utterance);
  first?.onend?.();
  expect(speech.reading, "the end of the one before is no end of this one").toBe("m2");
  second?.onend?.();
  expect(speech.reading).toBeNull();
  expect(second?.voice?.lang).toBe("en-GB");
});
