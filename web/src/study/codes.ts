// The codebook as a tree.
import type { Id, InterviewCode } from "../api_types";

export interface CodeRow {
  code: InterviewCode;
  depth: number;
  /** "tools / errors". */
  path: string;
}

/** Codes in use, each below its parent, siblings by name. */
export function treeOf(codes: readonly InterviewCode[]): CodeRow[] {
  const rows: CodeRow[] = [];
  const used = codes.filter(({ merged_into }) => merged_into === null);
  const add = (parent: Id | null, depth: number, before: string) => {
    const children = used.filter(({ parent_id }) => parent_id === parent);
    for (const code of children.sort((a, b) => a.name.localeCompare(b.name))) {
      const path = before === "" ? code.name : `${before} / ${code.name}`;
      rows.push({ code, depth, path });
      add(code.id, depth + 1, path);
    }
  };
  add(null, 0, "");
  return rows;
}
