// A branch copied into a conversation of its own.
import * as api from "../api";
import type { Id } from "../api_types";
import { t } from "../text/text.svelte";
import { chats } from "./chats.svelte";
import { notify, notifyError } from "./notices.svelte";
import { conversationPath, navigate } from "./router.svelte";
import type { Thread } from "./thread.svelte";

export async function fork(thread: Thread, last: Id): Promise<void> {
  const { conversation } = thread;
  if (conversation === null) return;
  try {
    const copy = await api.createConversation({
      title: thread.title,
      folder_id: conversation.folder_id,
      tags: conversation.tags,
      model: conversation.model,
      parameters: conversation.parameters,
    });
    let parent: Id | null = null;
    for (const { role, content, attachments } of thread.tree.branch(last)) {
      const message: api.NewMessage = { parent_id: parent, role, content, attachments };
      parent = (await api.createMessage(copy.id, message)).id;
    }
    chats.put(copy);
    navigate(conversationPath(copy.id));
    notify(t.forked);
  } catch (error) {
    notifyError(error);
  }
}
