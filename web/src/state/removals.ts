// Removing with a way back: it is done for good when the notice has gone, or with the page. A
// browser may drop what a page asks for while it leaves, so what is to be done is written down.
import * as api from "../api";
import type { Id } from "../api_types";
import { t } from "../text/text.svelte";
import { notify, notifyError, shownMs } from "./notices.svelte";
import { load, store } from "./storage";

interface Target {
  kind: "conversation" | "message";
  id: Id;
}
interface Kept extends Target {
  tab: string;
  at: number;
}
interface Removal extends Target {
  text: string;
  onDone: () => void;
  onUndo: () => void;
}

/** The same after a reload of this tab, and another in every other tab. */
const tab = (sessionStorage["falconet.tab"] ??= String(Math.random())) as string;
const pending = new Set<(keepalive: boolean) => Promise<void>>();

const kept = () => load<Kept[]>("removals") ?? [];

function forget(id: Id): void {
  const rest = kept().filter((each) => each.id !== id);
  store("removals", rest.length === 0 ? null : rest);
}

async function remove({ kind, id }: Target, keepalive = false): Promise<void> {
  const request = kind === "conversation" ? api.deleteConversation : api.deleteMessage;
  await request(id, keepalive).catch((error: unknown) => {
    // Gone is what it should be.
    if (!(error instanceof api.ApiError) || error.kind !== "missing") throw error;
  });
  forget(id);
}

export function removeWithUndo({ kind, id, text, onDone, onUndo }: Removal): void {
  store("removals", [...kept(), { kind, id, tab, at: Date.now() }]);
  const commit = (keepalive: boolean) => {
    clearTimeout(timer);
    pending.delete(commit);
    return remove({ kind, id }, keepalive).then(onDone, (error: unknown) => {
      if (keepalive) return; // the next page does it
      forget(id);
      onUndo();
      notifyError(error);
    });
  };
  const timer = setTimeout(() => void commit(false), shownMs);
  pending.add(commit);
  const undo = () => {
    clearTimeout(timer);
    if (!pending.delete(commit)) return;
    forget(id);
    onUndo();
  };
  notify(text, { label: t.undo, run: undo });
}

/** What an earlier page did not get done. Those of a tab that is still open are its own affair. */
export async function finishRemovals(): Promise<void> {
  const isLeft = (each: Kept) => each.tab === tab || Date.now() - each.at > 3 * shownMs;
  await Promise.allSettled(kept().filter(isLeft).map((each) => remove(each)));
}

/** Does now what could still be undone. */
export async function commitRemovals(): Promise<void> {
  await Promise.all([...pending].map((commit) => commit(false)));
}

window.addEventListener("pagehide", () => {
  for (const commit of [...pending]) void commit(true);
});
