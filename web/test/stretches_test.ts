import { expect, test } from "vitest";
import { treeOf } from "../src/study/codes";
import { moved, piecesOf, quoteOf, selectedIn, sentencesOf } from "../src/study/stretches";

const said = "It forgot 🙂. 它忘了！Then fine";

test("sentences cover a text without a gap, and count characters", () => {
  const sentences = sentencesOf(said);
  expect(sentences.map((each) => quoteOf(said, each))).toEqual(["It forgot 🙂. ", "它忘了！", "Then fine"]);
  expect(sentences.at(-1)?.end).toBe([...said].length);
  expect(sentencesOf("")).toEqual([]);
});

test("arrow keys go from sentence to sentence, and with Shift take more", () => {
  const first = moved(said, null, 1, false);
  expect(quoteOf(said, first ?? { begin: 0, end: 0 })).toBe("It forgot 🙂. ");
  const both = moved(said, first, 1, true);
  expect(quoteOf(said, both ?? { begin: 0, end: 0 })).toBe("It forgot 🙂. 它忘了！");
  expect(moved(said, both, -1, true)).toEqual(first);
  const last = moved(said, null, -1, false);
  expect(moved(said, last, 1, false)).toEqual(last);
});

test("a text is cut where stretches begin and end", () => {
  const span = { id: "x", utterance_id: "u", code_id: "k", begin: 3, end: 9 };
  const pieces = piecesOf(said, [span], { begin: 5, end: 13 });
  expect(pieces.map(({ text }) => text).join("")).toBe(said);
  expect(pieces.filter(({ spans }) => spans.length > 0).map(({ text }) => text).join("")).toBe("forgot");
  expect(pieces.filter(({ isChosen }) => isChosen).map(({ text }) => text).join("")).toBe("rgot 🙂. ");
});

test("a selection is counted in characters across the pieces it runs through", () => {
  const node = document.createElement("p");
  node.innerHTML = "<span>It forgot 🙂. </span><span>它忘了！</span>";
  document.body.append(node);
  const [first, second] = [...node.childNodes].map((each) => each.firstChild);
  const selection = document.getSelection();
  if (!first || !second || !selection) throw new Error("no selection");
  selection.setBaseAndExtent(first, 3, second, 2);
  const stretch = selectedIn(node, selection);
  expect(stretch).toEqual({ begin: 3, end: 15 });
  expect(quoteOf(said, stretch ?? { begin: 0, end: 0 })).toBe("forgot 🙂. 它忘");
  selection.setBaseAndExtent(first, 3, first, 3);
  expect(selectedIn(node, selection)).toBeNull();
});

test("the codebook is a tree without what was merged", () => {
  const code = (id: string, name: string, parent_id: string | null, merged_into: string | null = null) =>
    ({ id, name, parent_id, merged_into, definition: "", category: "", spans: 0 });
  const rows = treeOf([code("1", "tools", null), code("2", "errors", "1"), code("3", "memory", null), code("4", "old", null, "3")]);
  expect(rows.map(({ path, depth }) => [path, depth])).toEqual([["memory", 0], ["tools", 0], ["tools / errors", 1]]);
});
