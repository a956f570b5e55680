// Other servers whose models are offered here, as who keeps this one changes them.
import * as api from "../api";
import type { Endpoint, EndpointTest } from "../api_types";
import { describe, notify } from "../state/notices.svelte";
import { loadSession } from "../state/session.svelte";
import { t } from "../text/text.svelte";

const pollMs = 800;
const maxShownModels = 6;

/** What the server's refusal means, in the reader's language. */
export function endpointRefusal(error: unknown): string {
  const known = t.endpoints.errors as Record<string, string>;
  return (error instanceof api.ApiError && known[error.code]) || describe(error);
}

/** Names that somebody typed, a line or a comma between them, each once. */
export function modelNames(text: string): string[] {
  return [...new Set(text.split(/[\n,，]/).map((name) => name.trim()).filter((name) => name !== ""))];
}

export function testText({ answer, models }: EndpointTest): string {
  if (answer !== "models") return t.endpoints.answers[answer];
  if (models.length === 0) return `${t.endpoints.answers.models} ${t.endpoints.numModels(0)}`;
  const some = models.slice(0, maxShownModels).join(", ") + (models.length > maxShownModels ? ", …" : "");
  return `${t.endpoints.answers.models} ${t.endpoints.found(models.length, some)}`;
}

export function stateText(endpoint: Endpoint): string {
  if (endpoint.state === "asking") return t.endpoints.asking;
  if (endpoint.state === "disabled") return t.endpoints.disabled;
  if (endpoint.state === "ready" || endpoint.answer === null) return t.endpoints.numModels(endpoint.num_models);
  return t.endpoints.answers[endpoint.answer];
}

export class Endpoints {
  /** Null: not loaded yet. */
  all = $state.raw<Endpoint[] | null>(null);
  failure = $state("");
  private timer: ReturnType<typeof setTimeout> | undefined;

  async load(): Promise<void> {
    try {
      this.all = (await api.endpoints()).endpoints;
      this.failure = "";
    } catch (error) {
      this.failure = endpointRefusal(error);
      return;
    }
    clearTimeout(this.timer);
    if (this.all.some(({ state }) => state === "asking")) {
      this.timer = setTimeout(() => void this.load(), pollMs);
    } else {
      void loadSession(); // the models that there are now
    }
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  async save(endpoint: Endpoint | null, fields: api.EndpointFields): Promise<void> {
    const kept = endpoint?.id
      ? await api.changeEndpoint(endpoint.id, fields)
      : await api.addEndpoint(fields);
    notify(endpoint === null ? t.endpoints.added(kept.name) : t.endpoints.saved(kept.name));
    await this.load();
  }

  async setEnabled(endpoint: Endpoint, is_enabled: boolean): Promise<void> {
    await this.attempt(async () => {
      await api.changeEndpoint(endpoint.id ?? "", { is_enabled });
      await this.load();
    });
  }

  async remove(endpoint: Endpoint): Promise<void> {
    await this.attempt(async () => {
      await api.deleteEndpoint(endpoint.id ?? "");
      notify(t.endpoints.removed(endpoint.name));
      await this.load();
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => notify(endpointRefusal(error), null, true));
  }
}
