// While text is still arriving, its end is often half a mark: "**impor", "[see](http", "`na". Shown
// as it stands it would flicker into its form a moment later; so it is closed, or held back.

/** A last line that may yet become something else: a rule, a heading, a list, a fence, a table. */
const undecidedLine = /(^|\n)[ \t]*([-=*_#>+`~|$]+|\d{1,9}[.)]?|[-*+] *\[?[ xX]?\]?|\\\[?)[ \t]*$/;
const tableHead = /(^|\n)[ \t]*\|[^\n]*(\n[ \t]*\|?[-:| \t]*)?$/;

/** The line of dashes below a table's head, complete. */
const tableRule = /\n[ \t]*\|?[ \t]*:?-[^\n]*\n/;

function holdBack(block: string): string {
  const undecided = undecidedLine.exec(block);
  const text = undecided === null ? block : block.slice(0, undecided.index);
  const head = tableHead.exec(text);
  // Before its line of dashes a table is nothing to look at.
  return head === null || tableRule.test(block) ? text : text.slice(0, head.index);
}

interface Open {
  mark: string;
  at: number;
}

/** Marks of emphasis that are open at the end, outermost first; code and escapes do not count. */
function openMarks(text: string): Open[] {
  const open: Open[] = [];
  const pattern = /\\[\s\S]|(`+)|(\*\*|\*|~~)/g;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const [whole, ticks, mark] = found;
    if (ticks !== undefined) {
      const end = new RegExp(`(?<!\`)${ticks}(?!\`)`, "g");
      end.lastIndex = pattern.lastIndex;
      const close = end.exec(text);
      if (close === null) return [...open, { mark: ticks, at: found.index }];
      pattern.lastIndex = end.lastIndex;
    } else if (mark !== undefined) {
      const last = open.findLastIndex((each) => each.mark === mark);
      const isBullet = mark === "*" && /(^|\n)[ \t]*$/.test(text.slice(0, found.index));
      const opens = !/\s/.test(text[found.index + whole.length] ?? " ");
      if (last !== -1) open.length = last;
      else if (opens && !isBullet) open.push({ mark, at: found.index });
    }
  }
  return open;
}

/** The last block of growing text in a form that only grows. */
export function settle(block: string): string {
  if (/^[ \t]*(`{3,}|~{3,}|\$\$|\\\[)/.test(block)) return block; // code and math show as they come
  let text = holdBack(block);
  // Only the last paragraph or item can be open.
  const begin = Math.max(text.lastIndexOf("\n\n") + 2, text.lastIndexOf("\n- ") + 1, 0);
  let tail = text.slice(begin === 1 ? 0 : begin);
  text = text.slice(0, text.length - tail.length);
  tail = tail.replace(/!?\[[^\]\n]*(\]\([^)\s]*)?$/, "");
  tail = tail.replace(/(\*{1,2}|~{1,2}|`+|\\|\$)$/, "");
  tail = tail.replace(/(?<![\\$\w])\$(?![\s$\d])[^$\n]*$|\\\((?:(?!\\\))[\s\S])*$/, "");
  const closing = openMarks(tail).reverse().map(({ mark }) => mark).join("");
  return text + (closing === "" ? tail : tail.trimEnd() + closing);
}
