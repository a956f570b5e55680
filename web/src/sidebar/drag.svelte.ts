// What is being dragged in the sidebar: a conversation or a folder, and where it may be let go.
import type { Id } from "../api_types";
import { chats } from "../state/chats.svelte";
import { canMove } from "./folders";
import { moveChat, moveFolder } from "./moves";

export interface Dragged {
  kind: "chat" | "folder";
  id: Id;
}

/** Other pages and programs do not understand this type, and ours ignores theirs. */
const mediaType = "application/x-falconet";

class Drag {
  what = $state.raw<Dragged | null>(null);
  /** The folder under the pointer; null is the place outside of all, undefined none. */
  over = $state<Id | null | undefined>(undefined);

  begin(event: DragEvent, what: Dragged): void {
    event.dataTransfer?.setData(mediaType, what.id);
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
    // At once, the browser would take its picture of the row after the page has changed.
    setTimeout(() => (this.what = what), 0);
  }

  end(): void {
    this.what = null;
    this.over = undefined;
  }

  allows(into: Id | null): boolean {
    if (this.what === null) return false;
    if (this.what.kind === "folder") return canMove(chats.folders, this.what.id, into);
    return chats.get(this.what.id)?.folder_id !== into;
  }

  enter(event: DragEvent, into: Id | null): void {
    if (!this.allows(into)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "move";
    this.over = into;
  }

  leave(into: Id | null): void {
    if (this.over === into) this.over = undefined;
  }

  drop(event: DragEvent, into: Id | null): void {
    const { what } = this;
    if (what === null || !this.allows(into)) return;
    event.preventDefault();
    this.end();
    if (what.kind === "chat") void moveChat(what.id, into);
    else void moveFolder(what.id, into);
  }
}

export const drag = new Drag();
