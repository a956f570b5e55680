// The open conversation: its messages, the branch that is shown, and what is asked of it.
import * as api from "../api";
import type { Conversation, Generation, Id, Message, Parameters } from "../api_types";
import { MessageTree } from "../chat/tree";
import { t } from "../text/text.svelte";
import { chats } from "./chats.svelte";
import { loadQueue, storeQueue, type Draft, type Outgoing } from "./drafts";
import { generations } from "./generations.svelte";
import { describe, notifyError } from "./notices.svelte";
import { removeWithUndo } from "./removals";
import { conversationPath, navigate } from "./router.svelte";
import { modelFor } from "./session.svelte";
import { change as changeSettings } from "./settings.svelte";
import { tellOtherTabs } from "./tabs";

const nothing = { reasoning: "", content: "" };

export class Thread {
  id = $state<Id | null>(null);
  state = $state<"loading" | "ready" | "missing" | "failed">("ready");
  failure = $state("");
  conversation = $state.raw<Conversation | null>(null);
  private messages = $state.raw<Message[]>([]);
  private hidden = $state.raw<ReadonlySet<Id>>(new Set());
  leaf = $state<Id | null>(null);
  queue = $state.raw<Outgoing[]>([]);
  /** What a conversation that is not begun yet will begin with. */
  private chosen = $state.raw<{ model: string | null; parameters: Parameters }>({
    model: null,
    parameters: {},
  });
  isTemporary = $state(false);
  private isSending = $state(false);
  /** Why the last question got no answer. */
  refusal = $state("");
  /** Who stops an answer wants to think before the next question goes out. */
  private isQueueHeld = false;

  readonly tree = $derived(
    new MessageTree(this.messages.filter((message) => !this.hidden.has(message.id))),
  );
  readonly branch = $derived(this.tree.branch(this.leaf));
  readonly model = $derived(
    modelFor(this.conversation ? this.conversation.model : this.chosen.model),
  );
  readonly parameters = $derived(this.conversation?.parameters ?? this.chosen.parameters);
  readonly live = $derived(this.id === null ? undefined : generations.inConversation(this.id));
  readonly isBusy = $derived(this.live !== undefined || this.isSending);
  readonly title = $derived(
    (this.id === null ? undefined : chats.get(this.id)?.title) ?? this.conversation?.title ?? "",
  );

  constructor(id: Id | null) {
    this.id = id;
    if (id === null) return;
    this.queue = loadQueue(id);
    this.state = "loading";
    void this.load();
  }

  async load(): Promise<void> {
    const id = this.id;
    if (id === null) return;
    try {
      const { conversation, messages } = await api.conversation(id);
      this.conversation = conversation;
      this.messages = messages;
      const tree = new MessageTree(messages);
      if (!tree.get(this.leaf)) this.leaf = tree.get(conversation.leaf_id)?.id ?? null;
      this.leaf = tree.newestLeaf(this.leaf);
      this.state = "ready";
      if (conversation.is_unread) void chats.change(id, { is_unread: false });
      await this.attachRunning();
    } catch (error) {
      const isMissing = error instanceof api.ApiError && error.kind === "missing";
      if (this.state === "ready") return notifyError(error);
      this.failure = describe(error);
      this.state = isMissing ? "missing" : "failed";
    }
  }

  private async attachRunning(): Promise<void> {
    if (!this.messages.some((message) => message.status === "streaming")) return this.sendQueued();
    const running = await generations.attachActive(this.id);
    const isOver = this.messages.some(
      (message) =>
        message.status === "streaming" &&
        !running.some((generation) => generation.message_id === message.id),
    );
    // It ended between the two questions.
    if (isOver) this.messages = (await api.conversation(this.id ?? "")).messages;
  }

  /** The two answers side by side that a message is one of; nothing if the other is gone. */
  pairOf(message: Message): { left: Message; right: Message } | null {
    const id = message.comparison?.id;
    if (id === undefined) return null;
    const pair = this.tree.siblingsOf(message).filter((each) => each.comparison?.id === id);
    const left = pair.find((each) => each.comparison?.side === "left");
    const right = pair.find((each) => each.comparison?.side === "right");
    return left && right ? { left, right } : null;
  }

  // --- Messages

  message(id: Id): Message | undefined {
    return this.tree.get(id);
  }

  put(message: Message): void {
    const at = this.messages.findIndex((known) => known.id === message.id);
    this.messages = at === -1 ? [...this.messages, message] : this.messages.with(at, message);
  }

  private drop(ids: ReadonlySet<Id>): void {
    this.messages = this.messages.filter((message) => !ids.has(message.id));
  }

  private changed(): void {
    if (this.id !== null) tellOtherTabs({ kind: "conversation", id: this.id });
  }

  private async begin(text: string): Promise<Id> {
    if (this.id !== null) return this.id;
    const conversation = await api.createConversation({
      model: this.model?.id ?? null,
      parameters: this.chosen.parameters,
      is_temporary: this.isTemporary,
    });
    this.conversation = conversation;
    this.id = conversation.id;
    // Until the server has found a title, the question is the best one.
    const title = conversation.title || text.trim().split("\n")[0]?.slice(0, 60) || "";
    chats.put({ ...conversation, title });
    navigate(conversationPath(conversation.id), "replace");
    return conversation.id;
  }

  /** Asks a question below the shown branch. False: nothing was sent, the draft is still needed. */
  async send(draft: Draft): Promise<boolean> {
    if (this.isBusy) {
      this.setQueue([...this.queue, { ...draft, key: Date.now() }]);
      return true;
    }
    return this.ask(this.leaf, draft);
  }

  async ask(parent: Id | null, draft: Draft): Promise<boolean> {
    const back = this.leaf;
    const sketch = this.sketch(parent, draft);
    this.isSending = true;
    this.refusal = "";
    this.put(sketch);
    this.leaf = sketch.id;
    let isSent = false;
    try {
      const conversation = await this.begin(draft.text);
      const message = await api.createMessage(conversation, {
        parent_id: parent,
        role: "user",
        content: draft.text,
        attachments: draft.attachments,
      });
      this.messages = this.messages.map((known) => (known.id === sketch.id ? message : known));
      this.leaf = message.id;
      isSent = true;
      await this.generate(message.id);
    } catch (error) {
      if (isSent) {
        this.refusal = describe(error);
      } else {
        this.drop(new Set([sketch.id]));
        this.leaf = back;
        notifyError(error);
      }
    } finally {
      this.isSending = false;
    }
    return isSent;
  }

  /** A message that is shown before the server has taken it. */
  private sketch(parent: Id | null, draft: Draft): Message {
    return {
      id: `~${Date.now()}`,
      conversation_id: this.id ?? "",
      parent_id: parent,
      role: "user",
      content: draft.text,
      reasoning: "",
      status: "done",
      error: null,
      attachments: draft.attachments,
      created: Date.now(),
      generation: null,
      rating: null,
      probe: null,
      comparison: null,
    };
  }

  /** Has the model answer a message, or go on with its own. */
  private async generate(parent: Id, doesContinue = false): Promise<void> {
    if (this.id === null) return;
    const { generation, message, other } = await api.generate(this.id, {
      parent_id: parent,
      model: this.model?.id ?? "",
      parameters: this.parameters,
      continue: doesContinue,
    });
    const base = doesContinue ? (this.message(parent) ?? nothing) : nothing;
    this.put({ ...message, ...(doesContinue ? { content: base.content } : {}) });
    this.leaf = message.id;
    generations.attach(generation, base);
    if (other !== undefined) {
      this.put(other.message);
      generations.attach(other.generation, nothing);
    }
    const listed = chats.get(this.id);
    if (listed) chats.put({ ...listed, changed: Date.now() });
    this.changed();
  }

  private async tryGenerate(parent: Id, doesContinue = false): Promise<void> {
    if (this.isBusy) return;
    this.isSending = true;
    this.refusal = "";
    try {
      await this.generate(parent, doesContinue);
    } catch (error) {
      if (this.leaf === parent) this.refusal = describe(error);
      else notifyError(error);
    } finally {
      this.isSending = false;
    }
  }

  regenerate(message: Message): Promise<void> {
    const parent = message.role === "user" ? message.id : message.parent_id;
    return parent === null ? Promise.resolve() : this.tryGenerate(parent);
  }

  continueAnswer(message: Message): Promise<void> {
    return this.tryGenerate(message.id, true);
  }

  /** A question is asked anew; an answer gets a corrected sibling. */
  async edit(message: Message, content: string): Promise<boolean> {
    if (message.role === "user") {
      return this.ask(message.parent_id, { text: content, attachments: message.attachments });
    }
    try {
      const edited = await api.createMessage(message.conversation_id, {
        parent_id: message.parent_id,
        role: message.role,
        content,
        attachments: [],
      });
      this.put(edited);
      this.leaf = edited.id;
      this.changed();
      return true;
    } catch (error) {
      notifyError(error);
      return false;
    }
  }

  showVersion(message: Message): void {
    this.leaf = this.tree.newestLeaf(message.id);
    if (this.id === null) return;
    // Only a wish for the next visit, so a failure needs no words.
    api.changeConversation(this.id, { leaf_id: this.leaf }).catch(() => undefined);
  }

  /** Shows the branch that a message stands on; false if there is no such message. */
  showMessage(id: Id): boolean {
    if (!this.message(id)) return false;
    if (!this.branch.some((message) => message.id === id)) this.leaf = this.tree.newestLeaf(id);
    return true;
  }

  remove(message: Message): void {
    const ids = this.tree.subtree(message.id);
    const back = this.leaf;
    this.leaf = this.tree.leafWithout(message.id);
    this.hidden = new Set([...this.hidden, ...ids]);
    const reveal = () => (this.hidden = new Set([...this.hidden].filter((id) => !ids.has(id))));
    removeWithUndo({
      kind: "message",
      id: message.id,
      text: t.messageDeleted,
      onDone: () => {
        this.drop(ids);
        reveal();
        this.changed();
      },
      onUndo: () => {
        reveal();
        this.leaf = back;
      },
    });
  }

  // --- The queue of messages that wait for the running answer

  setQueue(queue: Outgoing[]): void {
    this.queue = queue;
    if (this.id !== null) storeQueue(this.id, queue);
  }

  sendQueued(): void {
    const [first, ...rest] = this.queue;
    if (first === undefined || this.isBusy) return;
    this.setQueue(rest);
    void this.ask(this.leaf, first).then((isSent) => {
      if (!isSent) this.setQueue([first, ...this.queue]);
    });
  }

  /** Stops what is running; what has waited then goes first. */
  async sendNow(outgoing: Outgoing): Promise<void> {
    this.setQueue([outgoing, ...this.queue.filter((other) => other.key !== outgoing.key)]);
    if (this.isBusy) await this.stop(false);
    else this.sendQueued();
  }

  async stop(holdsQueue = true): Promise<void> {
    this.isQueueHeld = holdsQueue;
    try {
      if (this.id !== null) await generations.stopIn(this.id);
    } catch (error) {
      notifyError(error);
    }
  }

  // --- Choices

  setModel(id: string): void {
    changeSettings({ model: id });
    this.choose({ model: id });
  }

  setParameters(parameters: Parameters): void {
    this.choose({ parameters });
  }

  private choose(choice: { model?: string; parameters?: Parameters }): void {
    this.chosen = { ...this.chosen, ...choice };
    if (this.conversation === null || this.id === null) return;
    this.conversation = { ...this.conversation, ...choice };
    api.changeConversation(this.id, choice).catch(notifyError);
  }

  // --- What the generations report

  whenDone(generation: Generation, message: Message): void {
    if (generation.conversation_id !== this.id) return;
    this.put(message);
    // A question that waited is asked once the answer is no longer live.
    if (!this.isQueueHeld) setTimeout(() => this.sendQueued(), 0);
    this.isQueueHeld = false;
  }

  whenLost(generation: Generation, why: string): void {
    const message = this.message(generation.message_id);
    if (message && why !== "") this.put({ ...message, status: "failed", error: { message: why } });
  }
}
