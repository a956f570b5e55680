// Short messages at the edge of the page, some with a way back.
import { ApiError } from "../api";
import { t } from "../text/text.svelte";

export interface Notice {
  id: number;
  text: string;
  isError: boolean;
  action: { label: string; run: () => void } | null;
}

export const shownMs = 6000;

export const notices = $state<Notice[]>([]);
let lastId = 0;

export function dismiss(id: number): void {
  const at = notices.findIndex((notice) => notice.id === id);
  if (at !== -1) notices.splice(at, 1);
}

export function notify(text: string, action: Notice["action"] = null, isError = false): number {
  const id = ++lastId;
  notices.push({ id, text, isError, action });
  if (notices.length > 3) notices.shift();
  setTimeout(() => dismiss(id), shownMs);
  return id;
}

export function describe(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  if (error.kind === "unreachable") return t.unreachable;
  if (error.code === "log_in_first") return t.accounts.sessionEnded;
  // Who may ask, and may not do this: the server says why.
  if (error.code === "permission_denied") return error.message;
  if (error.code === "not_allowed") return t.accounts.errors.not_allowed;
  return error.kind === "denied" ? t.denied : error.message;
}

export function notifyError(error: unknown): void {
  // Whoever logs in again needs no other words (App.svelte).
  if (error instanceof ApiError && error.code === "log_in_first") return askLogIn();
  notify(describe(error), null, true);
}

// --- A session that ended: someone wants something that needs one.

export const logInAgain = $state({ isAsked: false });

export function askLogIn(): void {
  logInAgain.isAsked = true;
}

// --- For screen readers: what a glance would tell others.

export const announcement = $state({ text: "" });

export function announce(text: string): void {
  announcement.text = text;
}
