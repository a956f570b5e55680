// @vitest-environment jsdom
// Passages of an answer: found again by their words and neighbours.
import { beforeEach, expect, test } from "vitest";
import { markOf, markOfWords, placeOf } from "../src/chat/mark";

let root: HTMLElement;
beforeEach(() => {
  document.body.innerHTML = "<div><p>two and <b>two</b> is five</p><p>two is more than one</p></div>";
  root = document.querySelector("div")!;
});

const textOf = (): string => root.textContent ?? "";

test("a selection over several nodes becomes its words and those around them", () => {
  const bold = root.querySelector("b")!.firstChild!;
  const after = root.querySelector("b")!.nextSibling!;
  getSelection()!.setBaseAndExtent(bold, 1, after, 8);
  const mark = markOf(getSelection(), root);
  expect(mark).toEqual({ exact: "wo is five", prefix: "two and t", suffix: "two is more than one" });
  expect(placeOf(textOf(), mark!)).toBe(9);
});

test("words that stand several times are found where their neighbours are", () => {
  const third = { exact: "two", prefix: "is five", suffix: " is more" };
  expect(placeOf(textOf(), third)).toBe(textOf().lastIndexOf("two"));
  expect(placeOf(textOf(), { exact: "two", prefix: "and ", suffix: " is five" })).toBe(8);
  expect(placeOf(textOf(), { exact: "seven", prefix: "", suffix: "" })).toBe(-1);
});

test("typed words are marked where they stand first, and what is not there is no mark", () => {
  expect(markOfWords(" five ", root)).toEqual({ exact: "five", prefix: "two and two is ", suffix: "two is more than one" });
  expect(markOfWords("six", root)).toBeNull();
  expect(markOfWords("  ", root)).toBeNull();
});

test("a selection elsewhere, or none, is no mark", () => {
  document.body.append("outside");
  getSelection()!.selectAllChildren(document.body);
  expect(markOf(getSelection(), root)).toBeNull();
  getSelection()!.removeAllRanges();
  expect(markOf(getSelection(), root)).toBeNull();
});
