// What can be done with a conversation, as a menu.
import type { Conversation } from "../api_types";
import type { MenuItem, MenuItems } from "../parts/Menu.svelte";
import { askText } from "../state/ask.svelte";
import { chats } from "../state/chats.svelte";
import { notify } from "../state/notices.svelte";
import { t } from "../text/text.svelte";

async function rename(chat: Conversation): Promise<void> {
  const title = await askText(t.rename, chat.title);
  if (title) void chats.change(chat.id, { title });
}

async function changeTags(chat: Conversation): Promise<void> {
  const text = await askText(t.tags, chat.tags.join(", "), t.tagsHint);
  if (text === null) return;
  const tags = text.split(/[,，、]/).map((tag) => tag.trim()).filter((tag) => tag !== "");
  void chats.change(chat.id, { tags: [...new Set(tags)] });
}

async function moveToNewFolder(chat: Conversation): Promise<void> {
  const name = await askText(t.newFolder);
  const folder = name ? await chats.createFolder(name) : null;
  if (folder) void chats.change(chat.id, { folder_id: folder.id });
}

function setArchived(chat: Conversation, isArchived: boolean): void {
  void chats.change(chat.id, { is_archived: isArchived });
  if (!isArchived) return;
  notify(t.archivedDone, {
    label: t.undo,
    run: () => void chats.change(chat.id, { is_archived: false }),
  });
}

function folderItems(chat: Conversation): MenuItem[] {
  if (!chats.hasFolders) return [];
  const move = (folder_id: string | null) => () => void chats.change(chat.id, { folder_id });
  const others = chats.folders.filter((folder) => folder.id !== chat.folder_id);
  return [
    ...others.map((folder): MenuItem => ({
      label: t.moveTo(folder.name), icon: "folder", run: move(folder.id),
    })),
    ...(chat.folder_id === null
      ? []
      : [{ label: t.noFolder, icon: "close", run: move(null) } satisfies MenuItem]),
    { label: `${t.newFolder} …`, icon: "plus", run: () => void moveToNewFolder(chat) },
  ];
}

export function chatMenu(chat: Conversation): MenuItems {
  const folders = folderItems(chat);
  return [
    { label: t.rename, icon: "edit", run: () => void rename(chat) },
    {
      label: chat.is_pinned ? t.unpin : t.pin,
      icon: "pin",
      run: () => void chats.change(chat.id, { is_pinned: !chat.is_pinned }),
    },
    { label: t.tags, icon: "tag", run: () => void changeTags(chat) },
    ...(chat.is_unread ? [] : [{
      label: t.markUnread, icon: "check",
      run: () => void chats.change(chat.id, { is_unread: true }),
    } satisfies MenuItem]),
    ...(folders.length > 0 ? [null, ...folders] : []),
    null,
    {
      label: chat.is_archived ? t.unarchive : t.archive,
      icon: "archive",
      run: () => setArchived(chat, !chat.is_archived),
    },
    { label: t.remove, icon: "trash", isDanger: true, run: () => chats.remove(chat.id) },
  ];
}
