// Who is here and which models answer; waits for a server that is not there yet.
import * as api from "../api";
import { settings } from "./settings.svelte";
import { load, store as keep } from "./storage";

/**
 * `signedOut`: someone must log in before there is anything to see. `ended`: the session ended while
 * the page was in use; what is on it stays. `mustChange`: the password was given by someone else.
 */
export type SessionState =
  | "loading" | "ready" | "unreachable" | "denied" | "missing" | "signedOut" | "ended" | "mustChange";

interface SessionStore {
  state: SessionState;
  session: api.Session | null;
  signUp: api.SignUp;
  /** The provider that people may log in with. */
  oidc: { name: string } | null;
  modelFetch: api.ModelFetch | null;
}

export const store = $state<SessionStore>({
  state: "loading",
  session: null,
  signUp: "closed",
  oidc: null,
  modelFetch: null,
});

const pollMs = 1500;

/** Whether this server had accounts when it was seen last: then nothing is shown before it answers. */
export const hadAccounts = load<boolean>("hasAccounts") === true;

/** Whose drafts are whose in a browser that several people use; "" for the one local user. */
let owner = load<string>("owner") ?? "";
export const draftOwner = (): string => owner;

function stateOf(error: unknown): SessionState {
  const kind = error instanceof api.ApiError ? error.kind : "unreachable";
  if (kind === "denied" || kind === "missing") return kind;
  return "unreachable";
}

/** Takes what the server says about who is here. */
export function enter(found: api.Session | api.SignedOut): void {
  keep("hasAccounts", found.is_local ? null : true);
  store.oidc = found.oidc ?? null;
  if (found.user === null) {
    store.signUp = found.sign_up;
    store.state = store.session === null ? "signedOut" : "ended";
    if (store.session === null) keep("owner", null);
    return;
  }
  owner = found.is_local ? "" : found.user.id;
  keep("owner", owner || null);
  store.session = found;
  store.state = found.user.must_change_password ? "mustChange" : "ready";
}

async function refresh(): Promise<void> {
  try {
    enter(await api.session());
  } catch (error) {
    store.state = stateOf(error);
  }
}

/** Asks until the server answers and every model is loaded. */
export async function loadSession(): Promise<void> {
  for (;;) {
    await refresh();
    if (store.state !== "ready" && store.state !== "unreachable") return;
    const isLoading = store.session?.models.some((model) => !model.is_ready);
    if (store.state === "ready" && !isLoading) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

api.whenRefused((code) => {
  if (store.state !== "ready") return;
  store.state = code === "log_in_first" ? "ended" : "mustChange";
});

/** Accounts are shown nowhere if this server has none. */
export const hasAccounts = (): boolean => store.session !== null && !store.session.is_local;
export const isAdministrator = (): boolean =>
  hasAccounts() && store.session?.user.role === "administrator";

/** Who changes what concerns all of this server: administrators, and whoever is alone with it. */
export const mayKeep = (): boolean => store.session?.is_local === true || isAdministrator();

/** Who reads what people say of answers: researchers, and whoever is alone with the server. */
export const mayStudy = (): boolean => {
  const session = store.session;
  if (session === null) return false;
  return session.is_local || ["administrator", "researcher"].includes(session.user.role);
};

/** Who reads the answers of samples and says what they are worth. */
export const mayAnnotate = (): boolean => mayStudy() || store.session?.user.role === "annotator";

export function models(): api.Model[] {
  return store.session?.models ?? [];
}

/** The model that answers if a conversation has chosen none, or one that is gone. Nothing goes to
    another server unless that was chosen. */
export function modelFor(wanted: string | null): api.Model | undefined {
  const find = (id: string | null) => models().find((model) => model.id === id);
  const usual = find(settings.model);
  return (
    find(wanted) ??
    (wanted === null || usual?.remote_host === null ? usual : undefined) ??
    models().find((model) => !model.is_demo && model.remote_host === null) ??
    models()[0]
  );
}

// --- Fetching the recommended model, where the server can.

/** Asks whether the server can fetch models; hidden from the user if it cannot. */
export async function loadModelFetch(): Promise<void> {
  if (!mayKeep()) return; // whoever else asks is refused
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
