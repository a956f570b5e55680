import { expect, test } from "vitest";
import type { Message } from "../src/api_types";
import { MessageTree } from "../src/chat/tree";

function message(id: string, parent_id: string | null, created = Number(id.slice(1))): Message {
  return {
    id, parent_id, created, conversation_id: "c", role: "user", content: id, reasoning: "",
    status: "done", error: null, attachments: [], generation: null, rating: null, probe: null, comparison: null,
  };
}

//        m1
//      /    \
//    m2      m5
//    |  \     |
//    m3  m4  m6
const tree = new MessageTree([
  message("m1", null), message("m2", "m1"), message("m3", "m2"), message("m4", "m2"),
  message("m5", "m1"), message("m6", "m5"),
]);
const ids = (messages: readonly Message[]) => messages.map(({ id }) => id);

test("a branch goes from the root to its leaf", () => {
  expect(ids(tree.branch("m4"))).toEqual(["m1", "m2", "m4"]);
  expect(tree.branch(null)).toEqual([]);
});

test("siblings come in the order they were written, whatever order they arrive in", () => {
  const shuffled = new MessageTree([message("m4", "m2"), message("m3", "m2"), message("m2", null)]);
  const found = shuffled.get("m4");
  expect(found && ids(shuffled.siblingsOf(found))).toEqual(["m3", "m4"]);
});

test("the newest leaf lies below the newest children", () => {
  expect(tree.newestLeaf(null)).toBe("m6");
  expect(tree.newestLeaf("m2")).toBe("m4");
  expect(new MessageTree([]).newestLeaf(null)).toBe(null);
});

test("without a subtree the branch ends at its neighbour, or at the parent", () => {
  expect(tree.leafWithout("m4")).toBe("m3");
  expect(tree.leafWithout("m2")).toBe("m6");
  expect(tree.leafWithout("m6")).toBe("m5");
  expect(tree.leafWithout("m1")).toBe(null);
});

test("a subtree is the message and all below it", () => {
  expect([...tree.subtree("m2")].sort()).toEqual(["m2", "m3", "m4"]);
});

test("a message whose parent is gone is a root, and a circle does not hang", () => {
  const orphan = new MessageTree([message("m2", "gone")]);
  expect(ids(orphan.branch("m2"))).toEqual(["m2"]);
  const circle = new MessageTree([message("a1", "a2"), message("a2", "a1")]);
  expect(circle.branch("a1")).toHaveLength(2);
  expect([...circle.subtree("a1")]).toHaveLength(2);
});
