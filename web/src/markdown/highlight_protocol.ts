// What the page and the highlighting worker say to each other.

export interface HighlightRequest {
  id: number;
  language: string;
  code: string;
}

/** Text and the class it is shown with; together the runs are the whole code. */
export type Run = [text: string, kind: string];

export interface HighlightReply {
  id: number;
  /** Null: the language is not known. */
  runs: Run[] | null;
}
