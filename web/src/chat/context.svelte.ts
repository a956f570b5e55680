// The context meter's numbers: what the prompt would hold if the draft were sent now.
import * as api from "../api";
import type { ContextCount, Id } from "../api_types";

const pauseMs = 350;

export interface Wanted {
  conversation: Id | null;
  leaf: Id | null;
  draft: string;
  model: string;
}

export class ContextCounter {
  count = $state.raw<ContextCount | null>(null);
  private isMissing = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private controller: AbortController | null = null;

  /** Counts soon, once nothing has changed for a moment. */
  ask(wanted: Wanted): void {
    this.cancel();
    // A message that the server does not know yet cannot be counted.
    if (this.isMissing || wanted.leaf?.startsWith("~")) return;
    this.timer = setTimeout(() => void this.run(wanted), pauseMs);
  }

  cancel(): void {
    clearTimeout(this.timer);
    this.controller?.abort();
  }

  private async run({ conversation, leaf, draft, model }: Wanted): Promise<void> {
    const controller = new AbortController();
    this.controller = controller;
    try {
      this.count = await api.count(
        { conversation_id: conversation, leaf_id: leaf, draft, model },
        controller.signal,
      );
    } catch (error) {
      if (controller.signal.aborted) return;
      this.count = null;
      const isUnknownUrl = error instanceof api.ApiError && error.code === "unknown_url";
      if (isUnknownUrl) this.isMissing = true;
    }
  }
}
