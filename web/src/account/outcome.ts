// What logging in with a provider came to: the server says it in the address, once.
import { notify } from "../state/notices.svelte";
import { store } from "../state/session.svelte";
import { t } from "../text/text.svelte";

/** Reads it and takes it out of the address, so that it is told once. Null: there is none. */
export function takeOutcome(): string | null {
  const search = new URLSearchParams(location.search);
  const outcome = search.get("oidc");
  if (outcome === null) return null;
  search.delete("oidc");
  const rest = search.toString();
  history.replaceState(null, "", location.pathname + (rest === "" ? "" : `?${rest}`));
  return outcome;
}

export function outcomeText(outcome: string): string {
  const known = t.accounts.oidcOutcomes as Record<string, (name: string) => string>;
  return (known[outcome] ?? t.accounts.oidcOutcomes.failed)(store.oidc?.name ?? "");
}

/** To someone who is in: that the account is linked, or why not. */
export function tellOutcome(): void {
  const outcome = takeOutcome();
  if (outcome !== null) notify(outcomeText(outcome), null, outcome !== "linked");
}
