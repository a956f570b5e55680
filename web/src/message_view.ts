// One message on the page: a question as it was typed, or an answer as it grows.
import { MarkdownView } from "./markdown";
import { duration, texts } from "./texts";

function append<Tag extends keyof HTMLElementTagNameMap>(
  parent: HTMLElement,
  tag: Tag,
  className: string,
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  node.className = className;
  parent.append(node);
  return node;
}

function messageItem(list: HTMLElement, role: "user" | "assistant", author: string): HTMLElement {
  const item = append(list, "li", `message ${role}`);
  append(item, "h2", "visually-hidden").textContent = author;
  return item;
}

export function showQuestion(list: HTMLElement, text: string): HTMLElement {
  const item = messageItem(list, "user", texts.you);
  append(item, "p", "bubble").textContent = text;
  return item;
}

/** The collapsible reasoning: open while it grows, closed once the answer begins. */
class ReasoningView {
  private readonly details: HTMLDetailsElement;
  private readonly summary: HTMLElement;
  private readonly text: HTMLElement;
  private readonly begun = performance.now();
  private readonly timer: number;
  private wasToggledByReader = false;

  constructor(before: HTMLElement) {
    this.details = document.createElement("details");
    this.details.className = "reasoning is-running";
    this.summary = append(this.details, "summary", "");
    this.text = append(this.details, "div", "reasoning-text");
    this.details.open = true;
    // A click sets it; opening and closing it ourselves does not.
    this.summary.addEventListener("click", () => (this.wasToggledByReader = true));
    before.before(this.details);
    this.timer = window.setInterval(() => this.showTime(), 1000);
    this.showTime();
  }

  private showTime(): void {
    this.summary.textContent = texts.thinking(duration(performance.now() - this.begun));
  }

  show(text: string): void {
    const isAtEnd = this.text.scrollHeight - this.text.scrollTop - this.text.clientHeight < 24;
    this.text.textContent = text;
    if (isAtEnd) this.text.scrollTop = this.text.scrollHeight;
  }

  finish(): void {
    window.clearInterval(this.timer);
    this.details.classList.remove("is-running");
    this.summary.textContent = texts.thought(duration(performance.now() - this.begun));
    if (!this.wasToggledByReader) this.details.open = false;
  }
}

export class AnswerView {
  readonly item: HTMLElement;
  reasoning = "";
  content = "";
  private numTokens = 0;
  private firstTokenAt: number | null = null;
  private reasoningView: ReasoningView | null = null;
  private isReasoningFinished = false;
  private readonly body: HTMLElement;
  private readonly footer: HTMLElement;
  private readonly markdown: MarkdownView;
  private frame = 0;

  /** `onGrown` is called after each change of the answer's height. */
  constructor(
    list: HTMLElement,
    private readonly onGrown: () => void,
  ) {
    this.item = messageItem(list, "assistant", texts.assistant);
    this.item.ariaBusy = "true";
    this.body = append(this.item, "div", "answer");
    this.footer = append(this.item, "p", "measure");
    this.footer.textContent = texts.waiting;
    this.markdown = new MarkdownView(this.body);
  }

  showPrefill(done: number, total: number): void {
    this.footer.textContent = texts.reading(Math.floor((100 * done) / Math.max(total, 1)));
  }

  grow(reasoning: string, content: string, tokens: number): void {
    this.firstTokenAt ??= performance.now();
    this.reasoning += reasoning;
    this.content += content;
    this.numTokens = tokens;
    // Many deltas may come between two frames; the text is laid out once.
    this.frame ||= requestAnimationFrame(() => this.render());
  }

  private render(): void {
    this.frame = 0;
    if (this.reasoning.trim() !== "") this.reasoningView ??= new ReasoningView(this.body);
    if (!this.isReasoningFinished) this.reasoningView?.show(this.reasoning);
    if (this.content !== "") {
      this.finishReasoning();
      this.markdown.show(this.content);
    }
    this.footer.textContent = this.measure();
    this.onGrown();
  }

  private measure(): string {
    const seconds = (performance.now() - (this.firstTokenAt ?? performance.now())) / 1000;
    // The first token is the end of prefill and not of decoding.
    const speed = seconds > 0.2 ? (this.numTokens - 1) / seconds : 0;
    return speed > 0 ? texts.speed(this.numTokens, speed.toFixed(1)) : "";
  }

  private finishReasoning(): void {
    if (this.isReasoningFinished || this.reasoningView === null) return;
    this.isReasoningFinished = true;
    this.reasoningView.finish();
  }

  finish(reason: string): void {
    cancelAnimationFrame(this.frame);
    this.render();
    this.finishReasoning();
    this.item.ariaBusy = "false";
    const notes: Record<string, string> = {
      cancelled: texts.stopped,
      length: texts.cut,
      repetition: texts.repeating,
    };
    this.footer.textContent = [this.measure(), notes[reason]].filter(Boolean).join(" · ");
    this.onGrown();
  }

  fail(message: string, onRetry: () => void): void {
    this.finish("");
    const line = append(this.item, "p", "failure");
    line.setAttribute("role", "alert");
    append(line, "span", "").textContent = message;
    const retry = append(line, "button", "quiet");
    retry.type = "button";
    retry.textContent = texts.retry;
    retry.addEventListener("click", onRetry);
    this.onGrown();
  }
}
