// Answers that are being written, whether their conversation is open or not.
import * as api from "../api";
import type { Generation, GenerationEvent, Id, Message } from "../api_types";
import { describe } from "./notices.svelte";

/** Text is shown this often at most: fluent to read, and cheap. */
const flushMs = 40;
/** Each stream holds a connection, of which a browser has six for all tabs of a server. */
const maxOthers = 2;

export class LiveAnswer {
  reasoning = $state("");
  content = $state("");
  phase = $state<"queued" | "reading" | "thinking" | "writing">("queued");
  position = $state(0);
  reading = $state({ done: 0, total: 0 });
  tokens = $state(0);
  tokensPerSecond = $state(0);
  isConnected = $state(true);
  isStopping = $state(false);
  readonly begun = Date.now();
  thinkingBegun = $state<number | null>(null);
  thinkingEnded = $state<number | null>(null);

  private readonly controller = new AbortController();
  private pendingReasoning = "";
  private pendingContent = "";
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    readonly generation: Generation,
    /** What stood there before, when an answer is continued. */
    base: Pick<Message, "reasoning" | "content">,
  ) {
    this.reasoning = base.reasoning;
    this.content = base.content;
  }

  /** Reads to the end; the final message, or null if this tab let go of it. */
  async follow(onTitle: (title: string) => void): Promise<Message | null> {
    const events = api.generationEvents(this.generation.id, {
      signal: this.controller.signal,
      onConnection: (isConnected) => (this.isConnected = isConnected),
    });
    for await (const event of events) {
      if (event.kind === "title") onTitle(event.title);
      if (event.kind === "done") {
        this.flush();
        return event.message;
      }
      this.take(event);
    }
    return null;
  }

  private take(event: GenerationEvent): void {
    if (event.kind === "queued") this.position = event.position;
    if (event.kind === "reading") {
      this.phase = "reading";
      this.reading = { done: event.done, total: event.total };
    }
    if (event.kind === "speed") {
      this.tokens = event.tokens;
      this.tokensPerSecond = event.tokens_per_second;
    }
    if (event.kind === "reasoning") this.pendingReasoning += event.text;
    if (event.kind === "content") this.pendingContent += event.text;
    if (event.kind === "reasoning" || event.kind === "content") {
      // Not requestAnimationFrame, which sleeps in a tab that is not seen.
      this.timer ??= setTimeout(() => this.flush(), flushMs);
    }
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.pendingReasoning !== "") {
      this.thinkingBegun ??= Date.now();
      this.phase = "thinking";
      this.reasoning += this.pendingReasoning;
    }
    if (this.pendingContent !== "") {
      if (this.thinkingBegun !== null) this.thinkingEnded ??= Date.now();
      this.phase = "writing";
      this.content += this.pendingContent;
    }
    this.pendingReasoning = "";
    this.pendingContent = "";
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    try {
      await api.stopGeneration(this.generation.id);
    } catch (error) {
      this.isStopping = false;
      throw error;
    }
  }

  letGo(): void {
    this.controller.abort();
    if (this.timer !== null) clearTimeout(this.timer);
  }
}

export interface GenerationListener {
  onDone: (generation: Generation, message: Message) => void;
  onLost: (generation: Generation, why: string) => void;
  onTitle: (conversation: Id, title: string) => void;
}

class Generations {
  private live = $state.raw<ReadonlyMap<Id, LiveAnswer>>(new Map());
  private readonly listeners = new Set<GenerationListener>();

  /** The answer that is being written into a message. */
  of(message: Id): LiveAnswer | undefined {
    return this.live.get(message);
  }

  inConversation(conversation: Id): LiveAnswer | undefined {
    for (const answer of this.live.values()) {
      if (answer.generation.conversation_id === conversation) return answer;
    }
    return undefined;
  }

  /** All that is being written there: two answers, where they stand side by side. */
  async stopIn(conversation: Id): Promise<void> {
    const running = [...this.live.values()].filter((each) => each.generation.conversation_id === conversation);
    await Promise.all(running.map((each) => each.stop()));
  }

  listen(listener: GenerationListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Follows a generation from its first event; nothing if it is followed already. */
  attach(generation: Generation, base: Pick<Message, "reasoning" | "content">): void {
    if (this.live.has(generation.message_id)) return;
    const answer = new LiveAnswer(generation, base);
    this.live = new Map(this.live).set(generation.message_id, answer);
    void this.run(answer);
  }

  private async run(answer: LiveAnswer): Promise<void> {
    const { generation } = answer;
    let message: Message | null = null;
    let why = "";
    try {
      message = await answer.follow((title) => {
        for (const each of this.listeners) each.onTitle(generation.conversation_id, title);
      });
    } catch (error) {
      why = describe(error);
    }
    // Listeners first: what was live and what is final change in the same frame.
    for (const each of this.listeners) {
      if (message !== null) each.onDone(generation, message);
      else each.onLost(generation, why);
    }
    this.forget(generation.message_id);
  }

  forget(message: Id): void {
    const answer = this.live.get(message);
    if (answer === undefined) return;
    answer.letGo();
    const rest = new Map(this.live);
    rest.delete(message);
    this.live = rest;
  }

  /**
   * Follows what runs on the server already, since this page was reloaded or another tab asked:
   * what belongs to the open conversation, and a few others. Replayed from the first event on, so
   * it begins with nothing.
   */
  async attachActive(conversation: Id | null): Promise<Generation[]> {
    const { generations } = await api.activeGenerations();
    for (const generation of generations) {
      const isOpen = generation.conversation_id === conversation;
      if (isOpen || this.live.size < maxOthers) {
        this.attach(generation, { reasoning: "", content: "" });
      }
    }
    return generations;
  }
}

export const generations = new Generations();
