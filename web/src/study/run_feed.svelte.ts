// A run in the background of the server, watched while it goes on.
import { ApiError } from "../api";
import type { Run } from "../api_trials";
import { describe } from "../state/notices.svelte";

const askAgainMs = 1000;

type AnyRun = Run<unknown, unknown>;

export class RunFeed<Reply extends { run: AnyRun | null }> {
  reply = $state.raw<Reply | null>(null);
  failure = $state("");
  /** The server has no such runs. */
  isMissing = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;

  constructor(
    private readonly ask: () => Promise<Reply>,
    /** A run that was watched has ended. */
    private readonly onEnd: () => void = () => undefined,
  ) {}

  get isRunning(): boolean {
    return this.reply?.run?.state === "running";
  }

  async load(): Promise<void> {
    clearTimeout(this.timer);
    const wasRunning = this.isRunning;
    try {
      const reply = await this.ask();
      if (this.isClosed) return;
      this.reply = reply;
      this.failure = "";
    } catch (error) {
      if (this.isClosed) return;
      this.isMissing = error instanceof ApiError && error.kind === "missing";
      this.failure = this.isMissing ? "" : describe(error);
    }
    if (this.isRunning) this.timer = setTimeout(() => void this.load(), askAgainMs);
    else if (wasRunning) this.onEnd();
  }

  /** Nothing is asked any more. */
  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }
}
