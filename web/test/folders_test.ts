import { describe, expect, test } from "vitest";
import type { Folder } from "../src/api_types";
import { canMove, folderRows, isInside, maxDepth } from "../src/sidebar/folders";

const folder = (id: string, parent_id: string | null = null, position = 0): Folder => ({ id, name: id, parent_id, position });
const all = [folder("b"), folder("a"), folder("a2", "a"), folder("a1", "a"), folder("deep", "a1")];
const shown = (folders: Folder[], isOpen: (id: string) => boolean = () => true) =>
  folderRows(folders, isOpen).map(({ folder: { id }, depth }) => `${"-".repeat(depth)}${id}`);

describe("folders", () => {
  test("stand below the one they lie in, by place and then by name", () => {
    expect(shown(all)).toEqual(["a", "-a1", "--deep", "-a2", "b"]);
    expect(shown([folder("x", null, 2), folder("y", null, 1)])).toEqual(["y", "x"]);
  });

  test("of a folded one only itself is shown", () => {
    expect(shown(all, (id) => id === "a")).toEqual(["a", "-a1", "-a2", "b"]);
    expect(shown(all, () => false)).toEqual(["a", "b"]);
  });

  test("none is lost because its parent is, or because it lies in itself", () => {
    expect(shown([folder("x", "gone")])).toEqual(["x"]);
    expect(shown([folder("x", "y"), folder("y", "x")]).sort()).toEqual(["x", "y"]);
    expect(shown([folder("x", "x")])).toEqual(["x"]);
  });

  test("many in each other are shown no deeper than there is room", () => {
    const chain = Array.from({ length: 12 }, (_, at) => folder(`f${at}`, at === 0 ? null : `f${at - 1}`));
    const rows = folderRows(chain, () => true);
    expect(rows).toHaveLength(12);
    expect(Math.max(...rows.map((row) => row.depth))).toBe(maxDepth);
  });

  test("cannot be moved into themselves, what lies in them, or where they are", () => {
    expect(canMove(all, "a", "deep")).toBe(false);
    expect(canMove(all, "a", "a")).toBe(false);
    expect(canMove(all, "a1", "a")).toBe(false);
    expect(canMove(all, "b", null)).toBe(false);
    expect(canMove(all, "b", "deep")).toBe(true);
    expect(canMove(all, "deep", null)).toBe(true);
    expect(isInside(all, "deep", "a")).toBe(true);
    expect(isInside(all, null, "a")).toBe(false);
  });
});
