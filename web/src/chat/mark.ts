// Passages of an answer that its reader marks. A passage is kept by its words and those around it
// (the TextQuoteSelector of the W3C's Web Annotation Data Model), since the text that is read has
// other offsets than the Markdown that it was made of.
import type { TextMark } from "../api_types";

const highlightName = "marked";
const edgeLength = 32;
/** As the server has it, in characters instead of bytes, which are three of them at most. */
const maxLength = 600;

interface Piece {
  node: Text;
  start: number;
}

/** The text below a node, and which node each part of it is from. */
function piecesOf(root: Node): { text: string; pieces: Piece[] } {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const pieces: Piece[] = [];
  let text = "";
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    pieces.push({ node: node as Text, start: text.length });
    text += node.textContent ?? "";
  }
  return { text, pieces };
}

function markAt(text: string, start: number, end: number): TextMark | null {
  const exact = text.slice(start, Math.min(end, start + maxLength));
  if (exact.trim() === "") return null;
  return {
    exact,
    prefix: text.slice(Math.max(0, start - edgeLength), start),
    suffix: text.slice(start + exact.length, start + exact.length + edgeLength),
  };
}

/** Where a range's border stands in the text. */
function offsetOf(pieces: Piece[], root: Node, node: Node, offset: number): number {
  const before = document.createRange();
  before.selectNodeContents(root);
  before.setEnd(node, offset);
  const last = pieces.findLast((piece) => before.intersectsNode(piece.node) || piece.node === node);
  if (last === undefined) return 0;
  return last.start + (last.node === node ? offset : last.node.length);
}

/** What is selected, if it is a passage of the text below `root`. */
export function markOf(selection: Selection | null, root: Node): TextMark | null {
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!root.contains(range.commonAncestorContainer)) return null;
  const { text, pieces } = piecesOf(root);
  const start = offsetOf(pieces, root, range.startContainer, range.startOffset);
  const end = offsetOf(pieces, root, range.endContainer, range.endOffset);
  return markAt(text, start, end);
}

/** The first place where the words stand; for whoever types them instead of selecting them. */
export function markOfWords(words: string, root: Node): TextMark | null {
  const { text } = piecesOf(root);
  const start = words.trim() === "" ? -1 : text.indexOf(words.trim());
  return start === -1 ? null : markAt(text, start, start + words.trim().length);
}

const commonEnd = (a: string, b: string): number => {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length += 1;
  return length;
};
const commonStart = (a: string, b: string): number => {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return length;
};

/** Of all places where the words stand the one with the likest neighbours; -1 if there is none. */
export function placeOf(text: string, mark: TextMark): number {
  let best = -1;
  let bestLikeness = -1;
  for (let at = text.indexOf(mark.exact); at !== -1; at = text.indexOf(mark.exact, at + 1)) {
    const likeness = commonEnd(text.slice(0, at), mark.prefix) + commonStart(text.slice(at + mark.exact.length), mark.suffix);
    if (likeness > bestLikeness) [best, bestLikeness] = [at, likeness];
  }
  return best;
}

function rangeOf(pieces: Piece[], start: number, end: number): Range | null {
  const from = pieces.findLast((piece) => piece.start <= start);
  const to = pieces.findLast((piece) => piece.start < end);
  if (from === undefined || to === undefined) return null;
  const range = document.createRange();
  range.setStart(from.node, start - from.start);
  range.setEnd(to.node, end - to.start);
  return range;
}

/** Shows the marks with the browser's own highlights, which change no node. */
export function showMarks(root: Node, marks: readonly TextMark[]): void {
  if (!CSS.highlights) return;
  const { text, pieces } = piecesOf(root);
  const ranges = marks.flatMap((mark) => {
    const start = placeOf(text, mark);
    const range = start === -1 ? null : rangeOf(pieces, start, start + mark.exact.length);
    return range === null ? [] : [range];
  });
  CSS.highlights.set(highlightName, new Highlight(...ranges));
}

export function clearMarks(): void {
  CSS.highlights?.delete(highlightName);
}
