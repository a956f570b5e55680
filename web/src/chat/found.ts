// Leads to a message that a search found, and marks the words in it.

/** The words of the hit that was followed last. */
export const found: { words: string[] } = { words: [] };

const highlightName = "found";
/** A message is typeset after it has appeared; longer than this it does not take. */
const maxWaitMs = 4000;

/** Where the words stand in the text below a node, whatever their case. */
export function rangesOf(root: Node, words: readonly string[]): Range[] {
  const wanted = [...new Set(words.map((word) => word.toLowerCase()))].filter((word) => word.trim() !== "");
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = (node.textContent ?? "").toLowerCase();
    for (const word of wanted) {
      for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
        ranges.push(rangeOf(node, at, at + word.length));
      }
    }
  }
  return ranges.sort((a, b) => a.compareBoundaryPoints(Range.START_TO_START, b));
}

function rangeOf(node: Node, start: number, end: number): Range {
  const range = document.createRange();
  const { length } = node.textContent ?? "";
  // Some letters change their length with their case.
  range.setStart(node, Math.min(start, length));
  range.setEnd(node, Math.min(end, length));
  return range;
}

export function clearFound(): void {
  CSS.highlights?.delete(highlightName);
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Marks the words in the message and brings the first of them into view. */
export async function lead(scroller: HTMLElement, article: HTMLElement): Promise<void> {
  clearFound();
  article.scrollIntoView({ block: "start" });
  article.focus({ preventScroll: true });
  const ranges = await waitForWords(article);
  if (ranges.length > 0 && CSS.highlights) CSS.highlights.set(highlightName, new Highlight(...ranges));
  // What comes into view is laid out only then and moves the rest: look again until it stands still.
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const isThere = bringIntoView(scroller, ranges[0] ?? article);
    await frame();
    await frame();
    if (isThere && attempt > 1) return;
  }
}

async function waitForWords(article: HTMLElement): Promise<Range[]> {
  const end = performance.now() + maxWaitMs;
  for (;;) {
    const ranges = [...article.querySelectorAll(".bubble, .blocks")].flatMap((text) => rangesOf(text, found.words));
    const isTypeset = article.querySelector(".bubble, .blocks > *") !== null;
    if (ranges.length > 0 || (isTypeset && found.words.length === 0) || performance.now() > end) return ranges;
    await frame();
  }
}

/** Whether it was where it should be already. */
function bringIntoView(scroller: HTMLElement, target: Range | HTMLElement): boolean {
  const view = scroller.getBoundingClientRect();
  const { top } = target.getBoundingClientRect();
  const isMessage = target instanceof HTMLElement;
  const wanted = view.top + (isMessage ? 16 : view.height / 3);
  const before = scroller.scrollTop;
  if (Math.abs(top - wanted) > 4) scroller.scrollTop += top - wanted;
  return Math.abs(scroller.scrollTop - before) <= 4;
}
