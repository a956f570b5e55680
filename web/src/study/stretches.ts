// Stretches of an utterance, counted in characters as Unicode counts them (a JavaScript string counts
// UTF-16 units, of which an emoji has two).
import type { InterviewSpan } from "../api_types";

export interface Stretch {
  begin: number;
  end: number;
}

/** Characters in the first `units` UTF-16 units. */
export const charactersIn = (text: string, units = text.length): number => [...text.slice(0, units)].length;

export const quoteOf = (text: string, { begin, end }: Stretch): string => [...text].slice(begin, end).join("");

/** The sentences of a text, each with the space that follows it. */
export function sentencesOf(text: string): Stretch[] {
  const sentences: Stretch[] = [];
  for (const [part] of text.matchAll(/[^.!?。！？\n]*(?:[.!?。！？\n]+\s*|$)/g)) {
    if (part === "") continue;
    const begin = sentences.at(-1)?.end ?? 0;
    sentences.push({ begin, end: begin + charactersIn(part) });
  }
  return sentences;
}

/** The stretch one sentence further on, or with `isExtended` one sentence longer or shorter. */
export function moved(text: string, now: Stretch | null, by: 1 | -1, isExtended: boolean): Stretch | null {
  const sentences = sentencesOf(text);
  if (sentences.length === 0) return null;
  if (now === null) return sentences.at(by === 1 ? 0 : -1) ?? null;
  const first = sentences.findIndex(({ end }) => end > now.begin);
  const last = sentences.findLastIndex(({ begin }) => begin < now.end);
  const at = Math.min(Math.max((by === 1 || isExtended ? last : first) + by, 0), sentences.length - 1);
  const sentence = sentences[at];
  if (sentence === undefined) return now;
  return isExtended ? { begin: now.begin, end: Math.max(sentence.end, sentences[first]?.end ?? 0) } : sentence;
}

export interface Piece extends Stretch {
  text: string;
  spans: InterviewSpan[];
  isChosen: boolean;
}

/** The text cut wherever a span or the choice begins or ends. */
export function piecesOf(text: string, spans: readonly InterviewSpan[], chosen: Stretch | null): Piece[] {
  const characters = [...text];
  const cuts = new Set([0, characters.length]);
  for (const { begin, end } of [...spans, ...(chosen ? [chosen] : [])]) cuts.add(begin).add(end);
  const sorted = [...cuts].filter((cut) => cut <= characters.length).sort((a, b) => a - b);
  return sorted.slice(0, -1).map((begin, index) => {
    const end = sorted[index + 1] ?? begin;
    const holds = (stretch: Stretch) => stretch.begin <= begin && end <= stretch.end;
    return {
      begin, end, text: characters.slice(begin, end).join(""), spans: spans.filter(holds),
      isChosen: chosen !== null && holds(chosen),
    };
  });
}

/** The selection of the page, if it lies in this node, which holds the text and nothing else. */
export function selectedIn(node: Node, selection: Selection | null): Stretch | null {
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!node.contains(range.startContainer) || !node.contains(range.endContainer)) return null;
  const upTo = (container: Node, offset: number) => {
    const before = document.createRange();
    before.setStart(node, 0);
    before.setEnd(container, offset);
    return charactersIn(before.toString());
  };
  const begin = upTo(range.startContainer, range.startOffset);
  const end = upTo(range.endContainer, range.endOffset);
  return end > begin ? { begin, end } : null;
}
