// A conversation is a tree: a message edited or answered again has siblings. What is shown is one
// branch of it, from a root to a leaf.
import type { Id, Message } from "../api_types";

export class MessageTree {
  private readonly byId = new Map<Id, Message>();
  private readonly children = new Map<Id | null, Message[]>();

  constructor(messages: readonly Message[]) {
    for (const message of messages) this.byId.set(message.id, message);
    for (const message of messages) {
      // A parent that is not there must not hide what stands below it.
      const parent = this.parentOf(message)?.id ?? null;
      const siblings = this.children.get(parent);
      if (siblings) siblings.push(message);
      else this.children.set(parent, [message]);
    }
    for (const siblings of this.children.values()) {
      siblings.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
    }
  }

  get(id: Id | null): Message | undefined {
    return id === null ? undefined : this.byId.get(id);
  }

  parentOf(message: Message): Message | undefined {
    return this.get(message.parent_id);
  }

  childrenOf(id: Id | null): readonly Message[] {
    return this.children.get(id) ?? [];
  }

  siblingsOf(message: Message): readonly Message[] {
    return this.childrenOf(this.parentOf(message)?.id ?? null);
  }

  /** From the root down to `leaf`, both included. */
  branch(leaf: Id | null): Message[] {
    const branch: Message[] = [];
    const seen = new Set<Id>();
    for (let at = this.get(leaf); at && !seen.has(at.id); at = this.parentOf(at)) {
      seen.add(at.id);
      branch.push(at);
    }
    return branch.reverse();
  }

  /** The newest end below a message; of the whole tree for null. */
  newestLeaf(from: Id | null): Id | null {
    let at = from;
    const seen = new Set<Id | null>();
    for (let next = this.childrenOf(at).at(-1); next && !seen.has(next.id); ) {
      seen.add(next.id);
      at = next.id;
      next = this.childrenOf(at).at(-1);
    }
    return at;
  }

  /** The message and all below it. */
  subtree(id: Id): Set<Id> {
    const found = new Set<Id>([id]);
    const open = [id];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const child of this.childrenOf(at)) {
        if (found.has(child.id)) continue;
        found.add(child.id);
        open.push(child.id);
      }
    }
    return found;
  }

  /** Where a branch ends once the subtree of `id` is gone: the nearest sibling's end, or the parent. */
  leafWithout(id: Id): Id | null {
    const message = this.get(id);
    if (!message) return this.newestLeaf(null);
    const siblings = this.siblingsOf(message);
    const at = siblings.indexOf(message);
    const neighbour = siblings[at - 1] ?? siblings[at + 1];
    return neighbour ? this.newestLeaf(neighbour.id) : (this.parentOf(message)?.id ?? null);
  }
}
