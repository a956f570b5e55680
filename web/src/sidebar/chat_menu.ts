// What can be done with a conversation, as a menu.
import type { Conversation } from "../api_types";
import type { MenuItem, MenuItems } from "../parts/Menu.svelte";
import { askText } from "../state/ask.svelte";
import { chats } from "../state/chats.svelte";
import { notify } from "../state/notices.svelte";
import { t } from "../text/text.svelte";
import { chooseFolderFor } from "./moves";

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

function setArchived(chat: Conversation, isArchived: boolean): void {
  void chats.change(chat.id, { is_archived: isArchived });
  if (!isArchived) return;
  notify(t.archivedDone, {
    label: t.undo,
    run: () => void chats.change(chat.id, { is_archived: false }),
  });
}

export function chatMenu(chat: Conversation): MenuItems {
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
    ...(chats.hasFolders ? [{
      label: `${t.moveToFolder} …`, icon: "folder", run: () => void chooseFolderFor(chat),
    } satisfies MenuItem] : []),
    null,
    {
      label: chat.is_archived ? t.unarchive : t.archive,
      icon: "archive",
      run: () => setArchived(chat, !chat.is_archived),
    },
    { label: t.remove, icon: "trash", isDanger: true, run: () => chats.remove(chat.id) },
  ];
}
