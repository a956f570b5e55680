// Who is here and which models answer; waits for a server that is not there yet.
import * as api from "../api";
import { settings } from "./settings.svelte";

export type SessionState = "loading" | "ready" | "unreachable" | "denied" | "missing";

interface SessionStore {
  state: SessionState;
  session: api.Session | null;
  modelFetch: api.ModelFetch | null;
}

export const store = $state<SessionStore>({ state: "loading", session: null, modelFetch: null });

const pollMs = 1500;

function stateOf(error: unknown): SessionState {
  const kind = error instanceof api.ApiError ? error.kind : "unreachable";
  if (kind === "denied" || kind === "missing") return kind;
  return "unreachable";
}

async function refresh(): Promise<void> {
  try {
    store.session = await api.session();
    store.state = "ready";
  } catch (error) {
    store.state = stateOf(error);
  }
}

/** Asks until the server answers and every model is loaded. */
export async function loadSession(): Promise<void> {
  for (;;) {
    await refresh();
    if (store.state === "denied" || store.state === "missing") return;
    const isLoading = store.session?.models.some((model) => !model.is_ready);
    if (store.state === "ready" && !isLoading) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

export function models(): api.Model[] {
  return store.session?.models ?? [];
}

/** The model that answers if a conversation has chosen none, or one that is gone. */
export function modelFor(wanted: string | null): api.Model | undefined {
  const find = (id: string | null) => models().find((model) => model.id === id);
  return (
    find(wanted) ??
    find(settings.model) ??
    models().find((model) => !model.is_demo) ??
    models()[0]
  );
}

// --- Fetching the recommended model, where the server can.

/** Asks whether the server can fetch models; hidden from the user if it cannot. */
export async function loadModelFetch(): Promise<void> {
  try {
    store.modelFetch = await api.modelFetch();
    if (store.modelFetch.state === "running") void followFetch();
  } catch {
    store.modelFetch = null;
  }
}

export async function fetchRecommended(): Promise<void> {
  const name = store.session?.recommended_model?.name;
  if (name === undefined) return;
  store.modelFetch = await api.fetchModel(name);
  void followFetch();
}

async function followFetch(): Promise<void> {
  while (store.modelFetch?.state === "running") {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    // A server that does not answer for a moment is still fetching.
    store.modelFetch = await api.modelFetch().catch(() => store.modelFetch);
  }
  if (store.modelFetch?.state === "done") await loadSession();
}
