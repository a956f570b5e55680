// Ties the stores together: which thread is open, and who hears what.
import { untrack } from "svelte";
import { t } from "../text/text.svelte";
import { chats } from "./chats.svelte";
import { generations } from "./generations.svelte";
import { announce } from "./notices.svelte";
import { loadParticipations, refreshParticipations } from "./participations.svelte";
import { finishRemovals } from "./removals";
import { route } from "./router.svelte";
import { loadModelFetch, loadSession, models, store } from "./session.svelte";
import { loadSettings } from "./settings.svelte";
import { onOtherTabs, tellOtherTabs } from "./tabs";
import { Thread } from "./thread.svelte";

export type Sheet =
  | "settings" | "parameters" | "shortcuts" | "prompts" | "share" | "export" | "import" | "account"
  | "administration" | "feedback" | "endpoints" | "studies" | "takingPart" | "coding";

export const ui = $state<{ sheet: Sheet | null; isDrawerOpen: boolean }>({
  sheet: null,
  isDrawerOpen: false,
});

let current = $state.raw(new Thread(null));

export const thread = (): Thread => current;

/** A thread that has just got its id is the one that the new address names. Only the address calls
    for another: one that turns out to be missing would be asked for again and again. */
export function showRoute(): void {
  const at = route();
  if (at.view !== "new" && at.view !== "conversation") return;
  const id = at.view === "conversation" ? at.id : null;
  untrack(() => {
    if (thread().id === id && thread().state !== "missing") return;
    current = new Thread(id);
  });
}

/** A fresh conversation, also when the one shown is not begun yet. */
export function freshThread(): void {
  current = new Thread(null);
}

function listen(): void {
  generations.listen({
    onTitle: (id, title) => {
      const chat = chats.get(id);
      if (chat) chats.put({ ...chat, title });
    },
    onDone: (generation, message) => {
      const id = generation.conversation_id;
      thread().whenDone(generation, message);
      announce(t.done);
      refreshParticipations();
      if (thread().id !== id) void chats.change(id, { is_unread: true });
      tellOtherTabs({ kind: "conversation", id });
    },
    onLost: (generation, why) => thread().whenLost(generation, why),
  });
  onOtherTabs((change) => {
    if (change.kind === "deleted") return chats.forget(change.id);
    void chats.load();
    if (change.kind === "conversation" && change.id === thread().id) void thread().load();
  });
}

export async function start(): Promise<void> {
  listen();
  await loadSession();
  if (store.state !== "ready") return;
  await finishRemovals();
  const isDemo = models().some((model) => model.is_demo);
  // What this server does not have stays hidden; nothing else depends on it.
  await Promise.allSettled([
    loadSettings(),
    chats.load(),
    chats.loadFolders(),
    loadParticipations(),
    ...(isDemo ? [loadModelFetch()] : []),
    generations.attachActive(thread().id),
  ]);
}

