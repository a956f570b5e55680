// Growing text in blocks: what is complete is parsed once, only the last block again and again.
import type MarkdownIt from "markdown-it";
import type Token from "markdown-it/lib/token.mjs";

export interface Block {
  source: string;
  html: string;
}

/** The lines at which top-level blocks begin. */
function blockStarts(tokens: readonly Token[]): number[] {
  return tokens
    .filter((token) => token.level === 0 && token.nesting >= 0 && token.map !== null)
    .map((token) => token.map?.[0] ?? 0);
}

/** Offsets of the lines' beginnings. */
function lineOffsets(text: string): number[] {
  const offsets = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) offsets.push(at + 1);
  return offsets;
}

/** Notes and link targets may stand anywhere and change blocks that are complete. */
export function hasDistantParts(text: string): boolean {
  return /^ {0,3}\[[^\]\n]+\]:/m.test(text);
}

let numSplitters = 0;

export class BlockSplitter {
  /** Blocks that will not change any more. */
  private readonly finished: Block[] = [];
  private finishedLength = 0;
  private text = "";
  /** Keeps the anchors of notes apart between the texts of one page. */
  private readonly docId = `n${++numSplitters}`;

  constructor(
    private readonly md: MarkdownIt,
    private readonly settle: (block: string) => string,
  ) {}

  /** All blocks of the text, of which those given before keep their identity. */
  update(text: string, isComplete: boolean): Block[] {
    if (!text.startsWith(this.text.slice(0, this.finishedLength))) this.reset();
    this.text = text;
    if (isComplete && hasDistantParts(text)) {
      this.reset();
      return [{ source: text, html: this.render(text) }];
    }
    const tail = text.slice(this.finishedLength);
    const offsets = lineOffsets(tail);
    const starts = blockStarts(this.md.parse(tail, {})).map((line) => offsets[line] ?? 0);
    starts.forEach((start, at) => {
      const next = starts[at + 1];
      if (next === undefined) return;
      const source = tail.slice(start, next);
      this.finished.push({ source, html: this.render(source) });
    });
    const lastStart = starts.at(-1) ?? 0;
    this.finishedLength += lastStart;
    const source = tail.slice(lastStart);
    const shown = isComplete ? source : this.settle(source);
    if (shown.trim() === "") return [...this.finished];
    return [...this.finished, { source: shown, html: this.render(shown) }];
  }

  private render(source: string): string {
    return this.md.render(source, { docId: this.docId });
  }

  private reset(): void {
    this.finished.length = 0;
    this.finishedLength = 0;
    this.text = "";
  }
}
