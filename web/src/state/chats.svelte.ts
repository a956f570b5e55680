// The list of conversations as the sidebar shows it, and what can be done to one of them.
import * as api from "../api";
import type { Conversation, Folder, Id } from "../api_types";
import { t } from "../text/text.svelte";
import { notifyError } from "./notices.svelte";
import { removeWithUndo } from "./removals";
import { navigate, route } from "./router.svelte";
import { tellOtherTabs } from "./tabs";

export interface Filter {
  folder: Id | null;
  tag: string | null;
  isArchived: boolean;
}

const pageSize = 200;

class Chats {
  /** By id; replaced as a whole, so that ten thousand are not ten thousand proxies. */
  private all = $state.raw<ReadonlyMap<Id, Conversation>>(new Map());
  private removed = $state.raw<ReadonlySet<Id>>(new Set());
  filter = $state.raw<Filter>({ folder: null, tag: null, isArchived: false });
  folders = $state.raw<Folder[]>([]);
  hasFolders = $state(false);
  state = $state<"loading" | "ready" | "failed" | "missing">("loading");
  private next = $state.raw<string | null>(null);
  private isLoadingMore = false;
  private epoch = 0;

  /** Newest change first, without what the filter hides. */
  readonly shown = $derived.by(() => {
    const { folder, tag, isArchived } = this.filter;
    return [...this.all.values()]
      .filter(
        (chat) =>
          !this.removed.has(chat.id) &&
          chat.is_archived === isArchived &&
          (folder === null || chat.folder_id === folder) &&
          (tag === null || chat.tags.includes(tag)),
      )
      .sort((a, b) => b.changed - a.changed);
  });

  readonly tags = $derived.by(() => {
    const names = new Set<string>();
    for (const chat of this.all.values()) for (const tag of chat.tags) names.add(tag);
    return [...names].sort((a, b) => a.localeCompare(b));
  });

  get(id: Id): Conversation | undefined {
    return this.all.get(id);
  }

  get hasMore(): boolean {
    return this.next !== null;
  }

  private query(): api.ListQuery {
    const { folder, tag, isArchived } = this.filter;
    return {
      limit: pageSize,
      archived: isArchived ? 1 : 0,
      ...(folder === null ? {} : { folder }),
      ...(tag === null ? {} : { tag }),
    };
  }

  async load(): Promise<void> {
    const epoch = ++this.epoch;
    try {
      const [page, pinned] = await Promise.all([
        api.conversations(this.query()),
        api.conversations({ ...this.query(), pinned: 1 }),
      ]);
      if (epoch !== this.epoch) return;
      this.add([...page.conversations, ...pinned.conversations]);
      this.next = page.next;
      this.state = "ready";
    } catch (error) {
      if (epoch !== this.epoch) return;
      this.state = error instanceof api.ApiError && error.kind === "missing" ? "missing" : "failed";
    }
  }

  async loadFolders(): Promise<void> {
    try {
      this.folders = (await api.folders()).folders;
      this.hasFolders = true;
    } catch {
      this.hasFolders = false;
    }
  }

  async loadMore(): Promise<void> {
    if (this.next === null || this.isLoadingMore) return;
    this.isLoadingMore = true;
    const epoch = this.epoch;
    try {
      const page = await api.conversations({ ...this.query(), before: this.next });
      if (epoch !== this.epoch) return;
      this.add(page.conversations);
      this.next = page.next;
    } catch (error) {
      notifyError(error);
    } finally {
      this.isLoadingMore = false;
    }
  }

  show(filter: Partial<Filter>): void {
    this.filter = { folder: null, tag: null, isArchived: false, ...filter };
    this.next = null;
    void this.load();
  }

  private add(found: readonly Conversation[]): void {
    const all = new Map(this.all);
    for (const chat of found) if (!chat.is_temporary) all.set(chat.id, chat);
    this.all = all;
  }

  put(chat: Conversation): void {
    this.add([chat]);
  }

  forget(id: Id): void {
    const all = new Map(this.all);
    all.delete(id);
    this.all = all;
  }

  /** Shown at once, taken back if the server refuses. */
  async change(id: Id, patch: api.ConversationPatch): Promise<boolean> {
    const before = this.all.get(id);
    const isRenamed = patch.title !== undefined;
    if (before) this.put({ ...before, ...patch, ...(isRenamed ? { is_title_auto: false } : {}) });
    try {
      this.put(await api.changeConversation(id, patch));
      tellOtherTabs({ kind: "list" });
      return true;
    } catch (error) {
      if (before) this.put(before);
      notifyError(error);
      return false;
    }
  }

  private setRemoved(id: Id, isRemoved: boolean): void {
    const removed = new Set(this.removed);
    if (isRemoved) removed.add(id);
    else removed.delete(id);
    this.removed = removed;
  }

  remove(id: Id): void {
    this.setRemoved(id, true);
    const shown = route();
    if (shown.view === "conversation" && shown.id === id) navigate("/");
    removeWithUndo({
      kind: "conversation",
      id,
      text: t.chatDeleted,
      onDone: () => {
        this.forget(id);
        this.setRemoved(id, false);
        tellOtherTabs({ kind: "deleted", id });
      },
      onUndo: () => this.setRemoved(id, false),
    });
  }

  // --- Folders

  async createFolder(name: string, parent: Id | null = null): Promise<Folder | null> {
    try {
      const folder = await api.createFolder(name, parent);
      this.folders = [...this.folders, folder];
      return folder;
    } catch (error) {
      notifyError(error);
      return null;
    }
  }

  private setFolder(changed: Folder): void {
    this.folders = this.folders.map((each) => (each.id === changed.id ? changed : each));
  }

  /** Shown at once, taken back if the server refuses. */
  async changeFolder(id: Id, patch: Partial<Omit<Folder, "id">>): Promise<boolean> {
    const before = this.folders.find((folder) => folder.id === id);
    if (before === undefined) return false;
    this.setFolder({ ...before, ...patch });
    try {
      this.setFolder(await api.changeFolder(id, patch));
      return true;
    } catch (error) {
      this.setFolder(before);
      notifyError(error);
      return false;
    }
  }

  /** What lies in it moves up: folders to where it lay, conversations out of all folders. */
  async removeFolder(id: Id): Promise<boolean> {
    try {
      await api.deleteFolder(id);
    } catch (error) {
      notifyError(error);
      return false;
    }
    const parent_id = this.folders.find((folder) => folder.id === id)?.parent_id ?? null;
    this.folders = this.folders
      .filter((folder) => folder.id !== id)
      .map((folder) => (folder.parent_id === id ? { ...folder, parent_id } : folder));
    this.add(
      [...this.all.values()]
        .filter((chat) => chat.folder_id === id)
        .map((chat) => ({ ...chat, folder_id: null })),
    );
    if (this.filter.folder === id) this.show({});
    return true;
  }
}

export const chats = new Chats();
