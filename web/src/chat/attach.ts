// Files and long pastes as attachments of a message.
import type { Attachment } from "../api_types";

const maxBytes = 1_000_000;
/** A paste longer than this would bury what is written around it. */
export const longPaste = 6000;

export type Refused = { name: string; why: "too-big" | "not-text" };

/** The text of files; those that are too big or no text are named. */
export async function readFiles(
  files: Iterable<File>,
): Promise<{ attachments: Attachment[]; refused: Refused[] }> {
  const attachments: Attachment[] = [];
  const refused: Refused[] = [];
  for (const file of files) {
    if (file.size > maxBytes) {
      refused.push({ name: file.name, why: "too-big" });
      continue;
    }
    try {
      const bytes = await file.arrayBuffer();
      const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      if (text.includes("\0")) throw new Error("not text");
      attachments.push({ name: file.name, text });
    } catch {
      refused.push({ name: file.name, why: "not-text" });
    }
  }
  return { attachments, refused };
}
