// Asks for a line of text in a small dialog.
export interface Question {
  title: string;
  hint: string;
  value: string;
  answer: (text: string | null) => void;
}

export const asked = $state<{ question: Question | null }>({ question: null });

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
