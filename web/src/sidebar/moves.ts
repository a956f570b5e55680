// Moving conversations and folders, by whatever means.
import type { Conversation, Folder, Id } from "../api_types";
import { askFolder, askText } from "../state/ask.svelte";
import { chats } from "../state/chats.svelte";
import { notify } from "../state/notices.svelte";
import { t } from "../text/text.svelte";

function tell(into: Id | null, undo: () => void): void {
  const name = chats.folders.find((folder) => folder.id === into)?.name;
  notify(name === undefined ? t.movedOut : t.movedTo(name), { label: t.undo, run: undo });
}

export async function moveChat(id: Id, into: Id | null): Promise<void> {
  const from = chats.get(id)?.folder_id ?? null;
  if (await chats.change(id, { folder_id: into })) {
    tell(into, () => void chats.change(id, { folder_id: from }));
  }
}

export async function moveFolder(id: Id, into: Id | null): Promise<void> {
  const from = chats.folders.find((folder) => folder.id === id)?.parent_id ?? null;
  if (await chats.changeFolder(id, { parent_id: into })) {
    tell(into, () => void chats.changeFolder(id, { parent_id: from }));
  }
}

export async function chooseFolderFor(chat: Conversation): Promise<void> {
  const title = t.moveFolder(chat.title || t.untitled);
  const into = await askFolder({ title, current: chat.folder_id, moved: null });
  if (into !== undefined && into !== chat.folder_id) await moveChat(chat.id, into);
}

export async function choosePlaceFor(folder: Folder): Promise<void> {
  const title = t.moveFolder(folder.name);
  const into = await askFolder({ title, current: folder.parent_id, moved: folder.id });
  if (into !== undefined && into !== folder.parent_id) await moveFolder(folder.id, into);
}

/** Null: no folder was made. */
export async function newFolder(parent: Id | null): Promise<Folder | null> {
  const name = await askText(t.newFolder);
  return name ? chats.createFolder(name, parent) : null;
}
