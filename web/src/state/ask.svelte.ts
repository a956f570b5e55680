// Asks for a line of text, or for a folder, in a small dialog.
import type { Id } from "../api_types";

export interface Question {
  title: string;
  hint: string;
  value: string;
  answer: (text: string | null) => void;
}

export interface FolderQuestion {
  title: string;
  /** Where it lies now; null is outside of all. */
  current: Id | null;
  /** The folder that is moved: it cannot go into itself. */
  moved: Id | null;
  answer: (folder: Id | null | undefined) => void;
}

export const asked = $state<{ question: Question | null; folder: FolderQuestion | null }>({
  question: null,
  folder: null,
});

/** Null: the user thought better of it. */
export function askText(title: string, value = "", hint = ""): Promise<string | null> {
  return new Promise((resolve) => {
    asked.question = {
      title,
      hint,
      value,
      answer: (text) => {
        asked.question = null;
        resolve(text);
      },
    };
  });
}

/** Null: outside of all folders. Undefined: the user thought better of it. */
export function askFolder(wanted: Omit<FolderQuestion, "answer">): Promise<Id | null | undefined> {
  return new Promise((resolve) => {
    asked.folder = {
      ...wanted,
      answer: (folder) => {
        asked.folder = null;
        resolve(folder);
      },
    };
  });
}
