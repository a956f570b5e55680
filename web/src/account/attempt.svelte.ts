// One form's way to the server: that it is on its way, and why it failed.
import { ApiError } from "../api";
import { describe } from "../state/notices.svelte";
import { t } from "../text/text.svelte";

/** What the server's refusal means, in the reader's language. */
export function refusalText(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  const known = t.accounts.errors as Record<string, string>;
  return known[error.code] ?? describe(error);
}

export class Attempt {
  isWorking = $state(false);
  /** Why the last attempt failed; "" if it did not. */
  failure = $state("");
  /** The server's code of the failure. */
  code = $state("");
  waitSeconds = $state(0);
  private timer: ReturnType<typeof setInterval> | undefined;

  readonly isBlocked = $derived(this.isWorking || this.waitSeconds > 0);

  /** Whether the work was done. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.isBlocked) return false;
    this.isWorking = true;
    this.failure = "";
    this.code = "";
    try {
      await work();
      return true;
    } catch (error) {
      this.failure = refusalText(error);
      if (error instanceof ApiError) {
        this.code = error.code;
        this.wait(error.retrySeconds ?? 0);
      }
      return false;
    } finally {
      this.isWorking = false;
    }
  }

  private wait(seconds: number): void {
    clearInterval(this.timer);
    this.waitSeconds = seconds;
    if (seconds === 0) return;
    this.timer = setInterval(() => {
      this.waitSeconds -= 1;
      if (this.waitSeconds > 0) return;
      clearInterval(this.timer);
      this.failure = "";
    }, 1000);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
