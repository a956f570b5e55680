// Tells the other tabs of this browser what changed here.
import type { Id } from "../api_types";

export type Change =
  | { kind: "conversation"; id: Id }
  | { kind: "deleted"; id: Id }
  | { kind: "list" };

const channel = "BroadcastChannel" in window ? new BroadcastChannel("falconet") : null;

export function tellOtherTabs(change: Change): void {
  channel?.postMessage(change);
}

export function onOtherTabs(react: (change: Change) => void): () => void {
  const listener = (event: MessageEvent<Change>) => react(event.data);
  channel?.addEventListener("message", listener);
  return () => channel?.removeEventListener("message", listener);
}
