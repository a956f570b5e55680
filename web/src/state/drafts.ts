// What was written and not sent, one draft a conversation ("new" for the one that is not begun).
// Where there are accounts each has drafts of its own: people share browsers.
import type { Attachment } from "../api_types";
import { draftOwner } from "./session.svelte";
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

const draftKey = (conversation: string | null) =>
  `draft.${draftOwner()}${draftOwner() && "."}${conversation ?? "new"}`;
const queueKey = (conversation: string) => `queue.${conversation}`;

export function loadDraft(conversation: string | null): Draft {
  return { ...emptyDraft(), ...load<Draft>(draftKey(conversation)) };
}

export function storeDraft(conversation: string | null, draft: Draft): void {
  const isEmpty = draft.text === "" && draft.attachments.length === 0;
  store(draftKey(conversation), isEmpty ? null : { ...draft, at: Date.now() });
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

/** When their writer logs out. A session that merely ended keeps them. */
export function forgetDrafts(): void {
  const own = `draft.${draftOwner()}.`;
  for (const key of storedKeys(own)) store(key, null);
  for (const key of storedKeys("queue.")) store(key, null);
}

export function loadQueue(conversation: string): Outgoing[] {
  return load<Outgoing[]>(queueKey(conversation)) ?? [];
}

export function storeQueue(conversation: string, queue: Outgoing[]): void {
  store(queueKey(conversation), queue.length === 0 ? null : queue);
}
