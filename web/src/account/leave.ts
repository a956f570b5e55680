// Logging out: what was to be deleted is deleted, what was being written goes with its writer.
import * as api from "../api";
import { forgetDrafts } from "../state/drafts";
import { notifyError } from "../state/notices.svelte";
import { commitRemovals } from "../state/removals";

/** Forgets what this browser keeps of the user, and begins anew. */
export function beginAnew(): void {
  forgetDrafts();
  location.assign("/");
}

export async function leave(): Promise<void> {
  try {
    await commitRemovals();
    await api.logOut();
    beginAnew();
  } catch (error) {
    notifyError(error);
  }
}
