// What was written and not sent, one draft a conversation ("new" for the one that is not begun).
import type { Attachment } from "../api_types";
import { load, store, storedKeys } from "./storage";

export interface Draft {
  text: string;
  attachments: Attachment[];
}

export interface Outgoing extends Draft {
  key: number;
}

/** Older drafts give way, so that the browser's room is never full of them. */
const maxDrafts = 100;

export const emptyDraft = (): Draft => ({ text: "", attachments: [] });

export function loadDraft(conversation: string | null): Draft {
  return { ...emptyDraft(), ...load<Draft>(`draft.${conversation ?? "new"}`) };
}

export function storeDraft(conversation: string | null, draft: Draft): void {
  const isEmpty = draft.text === "" && draft.attachments.length === 0;
  store(`draft.${conversation ?? "new"}`, isEmpty ? null : { ...draft, at: Date.now() });
  if (!isEmpty) dropOldDrafts();
}

function dropOldDrafts(): void {
  const keys = storedKeys("draft.");
  if (keys.length <= maxDrafts) return;
  const age = (key: string) => load<{ at?: number }>(key)?.at ?? 0;
  for (const key of keys.sort((a, b) => age(a) - age(b)).slice(0, keys.length - maxDrafts)) {
    store(key, null);
  }
}

export function loadQueue(conversation: string): Outgoing[] {
  return load<Outgoing[]>(`queue.${conversation}`) ?? [];
}

export function storeQueue(conversation: string, queue: Outgoing[]): void {
  store(`queue.${conversation}`, queue.length === 0 ? null : queue);
}
