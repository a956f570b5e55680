// Folders as a tree: who lies in whom, and where one may be moved to.
import type { Folder, Id } from "../api_types";

export interface FolderRow {
  folder: Folder;
  depth: number;
  hasChildren: boolean;
}

/** Deeper than this a sidebar has no room to show it; the rest is shown at this depth. */
export const maxDepth = 5;

function byPlace(a: Folder, b: Folder): number {
  return a.position - b.position || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1);
}

/** Parents by their id; a folder whose parent is not there, or lies in itself, stands at the top. */
function childrenOf(folders: readonly Folder[]): Map<Id | null, Folder[]> {
  const known = new Map(folders.map((folder) => [folder.id, folder]));
  const children = new Map<Id | null, Folder[]>();
  for (const folder of folders) {
    const isLost = !known.has(folder.parent_id ?? "") || isInside(folders, folder.parent_id, folder.id);
    const parent = isLost ? null : folder.parent_id;
    children.set(parent, [...(children.get(parent) ?? []), folder]);
  }
  for (const siblings of children.values()) siblings.sort(byPlace);
  return children;
}

/** All folders, each below its parent; of those that are folded only themselves. */
export function folderRows(folders: readonly Folder[], isOpen: (id: Id) => boolean): FolderRow[] {
  const children = childrenOf(folders);
  const rows: FolderRow[] = [];
  const visit = (parent: Id | null, depth: number): void => {
    for (const folder of children.get(parent) ?? []) {
      const hasChildren = children.has(folder.id);
      rows.push({ folder, depth: Math.min(depth, maxDepth), hasChildren });
      if (hasChildren && isOpen(folder.id)) visit(folder.id, depth + 1);
    }
  };
  visit(null, 0);
  return rows;
}

/** Whether `inner` is `outer` or lies somewhere in it. */
export function isInside(folders: readonly Folder[], inner: Id | null, outer: Id): boolean {
  const parents = new Map(folders.map((folder) => [folder.id, folder.parent_id]));
  const seen = new Set<Id>();
  for (let at = inner; at !== null && !seen.has(at); at = parents.get(at) ?? null) {
    if (at === outer) return true;
    seen.add(at);
  }
  return false;
}

/** Whether a folder can be moved into another; null is out of all folders. */
export function canMove(folders: readonly Folder[], moved: Id, into: Id | null): boolean {
  const current = folders.find((folder) => folder.id === moved)?.parent_id ?? null;
  return current !== into && !isInside(folders, into, moved);
}
