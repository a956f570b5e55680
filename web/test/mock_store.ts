// The mock server's data, in memory.
import type {
  Analysis, Comment, Conversation, Folder, Generation, GenerationEvent, Id, Message, Prompt, RatingReasons, Session,
  Settings,
} from "../src/api_types";
import { MockAnnotation } from "./mock_annotation";
import { MockInterviews } from "./mock_interviews";
import { answerTo, tokensOf } from "./mock_model";

let lastId = 0;
export const newId = () => (++lastId).toString().padStart(8, "0");

export interface Running {
  generation: Generation;
  events: GenerationEvent[];
  listeners: Set<() => void>;
  isStopped: boolean;
}

export class MockStore {
  session: Session = {
    user: { id: "u1", name: "local", role: "administrator" },
    is_local: true,
    version: "0.2.0",
    models: [
      { id: "deepseek-r1:1.5b", has_reasoning: true, max_model_len: 4096, is_ready: true, is_available: true, is_demo: false, remote_host: null, remote_name: null },
      { id: "qwen2.5:0.5b", has_reasoning: false, max_model_len: 8192, is_ready: true, is_available: true, is_demo: false, remote_host: "example.org", remote_name: null },
    ],
    recommended_model: { name: "deepseek-r1:1.5b", is_here: true },
  };
  settings: Settings = {};
  conversations = new Map<Id, Conversation>();
  messages = new Map<Id, Message>();
  folders = new Map<Id, Folder>();
  prompts = new Map<Id, Prompt>();
  shares = new Map<string, { conversation: Id; leaf: Id; expires: number | null }>();
  running = new Map<Id, Running>();
  analysis: Analysis | null = null;
  comments: Comment[] = [];
  probeProbability = 0;
  reasons: RatingReasons | null = null;
  annotation = new MockAnnotation();
  interviews = new MockInterviews();
  /** Whose answers stand on the left and on the right; null: questions get one answer. */
  sideBySide: [string, string] | null = null;
  /** Ledgers of answers whose reader has not been told yet whose they are. */
  hidden = new Map<Id, Message["generation"]>();
  /** Between two tokens. */
  tokenMs = 12;

  createConversation(body: Partial<Conversation>): Conversation {
    const now = Date.now();
    const conversation: Conversation = {
      id: newId(), title: "", is_title_auto: true, folder_id: null, tags: [], model: null,
      parameters: {}, leaf_id: null, is_pinned: false, is_archived: false, is_unread: false,
      is_temporary: false, created: now, changed: now, ...body,
    };
    this.conversations.set(conversation.id, conversation);
    return conversation;
  }

  createMessage(conversation: Id, body: Partial<Message>): Message {
    const message: Message = {
      id: newId(), conversation_id: conversation, parent_id: null, role: "user", content: "",
      reasoning: "", status: "done", error: null, attachments: [], created: Date.now(),
      generation: null, rating: null, probe: null, comparison: null, ...body,
    };
    this.messages.set(message.id, message);
    this.touch(conversation, { leaf_id: message.id });
    return message;
  }

  touch(id: Id, patch: Partial<Conversation>): Conversation | undefined {
    const conversation = this.conversations.get(id);
    if (conversation) Object.assign(conversation, patch, { changed: Date.now() });
    return conversation;
  }

  messagesOf(conversation: Id): Message[] {
    return [...this.messages.values()].filter((each) => each.conversation_id === conversation);
  }

  branch(leaf: Id | null): Message[] {
    const branch: Message[] = [];
    for (let at = this.messages.get(leaf ?? ""); at; at = this.messages.get(at.parent_id ?? "")) {
      branch.unshift(at);
    }
    return branch;
  }

  deleteMessage(id: Id): void {
    for (const child of [...this.messages.values()]) {
      if (child.parent_id === id) this.deleteMessage(child.id);
    }
    this.messages.delete(id);
  }

  // --- Generations

  generate(conversation: Id, parent: Id, doesContinue: boolean): Running {
    const asked = this.messages.get(parent);
    const message = doesContinue && asked
      ? asked
      : this.createMessage(conversation, { parent_id: parent, role: "assistant" });
    message.status = "streaming";
    const generation: Generation = {
      id: newId(), conversation_id: conversation, message_id: message.id, state: "queued",
      last_event: 0,
    };
    const running: Running = { generation, events: [], listeners: new Set(), isStopped: false };
    this.running.set(generation.id, running);
    const question = doesContinue ? "go on" : (asked?.content ?? "");
    void this.run(running, message, question);
    return running;
  }

  private emit(running: Running, event: GenerationEvent): void {
    running.events.push(event);
    running.generation.last_event = running.events.length;
    for (const listener of running.listeners) listener();
  }

  private async run(running: Running, message: Message, question: string): Promise<void> {
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const { reasoning, content, failure } = answerTo(question);
    const total = 40 + tokensOf(question).length;
    this.emit(running, { kind: "queued", position: 1 });
    running.generation.state = "reading";
    for (const share of [0.3, 0.7, 1]) {
      await wait(this.tokenMs * 3);
      this.emit(running, { kind: "reading", done: Math.floor(total * share), total });
    }
    running.generation.state = "writing";
    const pieces = [
      ...tokensOf(reasoning).map((text) => ({ kind: "reasoning", text }) as const),
      ...tokensOf(content).map((text) => ({ kind: "content", text }) as const),
    ];
    let numTokens = 0;
    for (const piece of pieces) {
      if (running.isStopped) break;
      await wait(this.tokenMs);
      message[piece.kind] += piece.text;
      numTokens += 1;
      this.emit(running, piece);
      if (numTokens % 40 === 0) {
        this.emit(running, { kind: "speed", tokens: numTokens, tokens_per_second: 1000 / Math.max(1, this.tokenMs) });
      }
    }
    this.finish(running, message, question, failure, tokensOf(reasoning).length, numTokens, total);
  }

  private finish(
    running: Running, message: Message, question: string, failure: string | undefined,
    numReasoning: number, numTokens: number, promptTokens: number,
  ): void {
    const { generation } = running;
    message.status = failure ? "failed" : running.isStopped ? "stopped" : "done";
    if (message.status === "done" && this.probeProbability >= 1) {
      message.probe = { probability: 1, shown: null, answered: null };
    }
    message.error = failure ? { message: failure } : null;
    message.generation = {
      id: generation.id, model: this.session.models[0]?.id ?? "", prompt_tokens: promptTokens,
      reasoning_tokens: Math.min(numReasoning, numTokens),
      answer_tokens: Math.max(0, numTokens - numReasoning), cached_tokens: 12, context_max: 4096,
      evicted_message_ids: [], turn: this.branch(message.id).length / 2, queue_ms: 3,
      prefill_ms: 84, decode_ms: numTokens * 40, tokens_per_second: 24.6,
      finish_reason: running.isStopped ? "cancelled" : "stop", seed: 1234567, parameters: {},
    };
    if (message.comparison !== null && message.comparison.arm === null) {
      this.hidden.set(message.id, message.generation);
      message.generation = null;
    }
    generation.state = "done";
    const conversation = this.conversations.get(generation.conversation_id);
    if (conversation && conversation.title === "") {
      const title = question.slice(0, 40);
      this.touch(conversation.id, { title });
      this.emit(running, { kind: "title", title });
    }
    this.emit(running, { kind: "done", message: structuredClone(message) });
  }
}
