// The user's prompt library, and the places in a prompt that are filled in.
import * as api from "../api";
import type { Id, Prompt } from "../api_types";
import { notifyError } from "../state/notices.svelte";

/** The names in {{name}}, each once, in the order they come. */
export function variablesOf(text: string): string[] {
  const names = [...text.matchAll(/\{\{\s*([^{}\n]{1,60}?)\s*\}\}/g)].map((found) => found[1] ?? "");
  return [...new Set(names)].filter((name) => name !== "");
}

export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{\s*([^{}\n]{1,60}?)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? "") : whole,
  );
}

class Prompts {
  all = $state.raw<Prompt[]>([]);
  isAvailable = $state(true);
  private isLoaded = false;

  async load(): Promise<void> {
    if (this.isLoaded) return;
    try {
      this.all = (await api.prompts()).prompts;
      this.isLoaded = true;
    } catch (error) {
      if (error instanceof api.ApiError && error.kind === "missing") this.isAvailable = false;
    }
  }

  async save(id: Id | null, prompt: Pick<Prompt, "name" | "text">): Promise<boolean> {
    try {
      const saved = id === null ? await api.createPrompt(prompt) : await api.changePrompt(id, prompt);
      const others = this.all.filter((each) => each.id !== saved.id);
      this.all = [...others, saved].sort((a, b) => a.name.localeCompare(b.name));
      return true;
    } catch (error) {
      notifyError(error);
      return false;
    }
  }

  async remove(id: Id): Promise<void> {
    try {
      await api.deletePrompt(id);
      this.all = this.all.filter((each) => each.id !== id);
    } catch (error) {
      notifyError(error);
    }
  }
}

export const prompts = new Prompts();
