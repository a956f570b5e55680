// Math for markdown-it: $ $$ \( \) \[ \], and \boxed{} without any delimiter, as reasoning models
// end their answers. A dollar is money unless it hugs what it encloses.
import type MarkdownIt from "markdown-it";
import type StateBlock from "markdown-it/lib/rules_block/state_block.mjs";
import type StateInline from "markdown-it/lib/rules_inline/state_inline.mjs";

export interface Delimited {
  tex: string;
  isDisplay: boolean;
  end: number;
}

const isSpace = (text: string | undefined) => text === undefined || /\s/.test(text);

/** The end of a run that begins at `from`, at a `close` that is not escaped; -1 if there is none. */
function findClose(source: string, close: string, from: number): number {
  for (let at = source.indexOf(close, from); at !== -1; at = source.indexOf(close, at + 1)) {
    let numSlashes = 0;
    while (source[at - 1 - numSlashes] === "\\") numSlashes += 1;
    // One slash before it makes it a character of the formula; two are a line break.
    if (numSlashes % 2 === 0) return at;
  }
  return -1;
}

function takeDollars(source: string, at: number): Delimited | null {
  const isDisplay = source[at + 1] === "$";
  const mark = isDisplay ? "$$" : "$";
  const begin = at + mark.length;
  if (!isDisplay && isSpace(source[begin])) return null;
  const close = findClose(source, mark, begin);
  if (close <= begin) return null;
  const tex = source.slice(begin, close);
  if (tex.includes("\n\n")) return null;
  const isMoney = isSpace(source[close - 1]) || /\d/.test(source[close + 1] ?? "");
  if (!isDisplay && isMoney) return null;
  return { tex, isDisplay, end: close + mark.length };
}

function takeBackslash(source: string, at: number): Delimited | null {
  const isDisplay = source[at + 1] === "[";
  if (!isDisplay && source[at + 1] !== "(") return null;
  const close = findClose(source, isDisplay ? "\\]" : "\\)", at + 2);
  if (close === -1) return null;
  const tex = source.slice(at + 2, close);
  return tex.trim() === "" ? null : { tex, isDisplay, end: close + 2 };
}

function takeBoxed(source: string, at: number): Delimited | null {
  const opening = "\\boxed{";
  if (!source.startsWith(opening, at)) return null;
  let depth = 1;
  let end = at + opening.length;
  for (; end < source.length && depth > 0; end += 1) {
    if (source[end] === "\\") end += 1;
    else if (source[end] === "{") depth += 1;
    else if (source[end] === "}") depth -= 1;
  }
  return depth > 0 ? null : { tex: source.slice(at, end), isDisplay: false, end };
}

/** Math that begins at `at`, if any does. */
export function takeMath(source: string, at: number): Delimited | null {
  if (source[at] === "$") return takeDollars(source, at);
  return source[at] === "\\" ? (takeBackslash(source, at) ?? takeBoxed(source, at)) : null;
}

function inlineRule(state: StateInline, silent: boolean): boolean {
  const math = takeMath(state.src.slice(0, state.posMax), state.pos);
  if (math === null) return false;
  if (!silent) {
    const token = state.push("math", "span", 0);
    token.content = math.tex;
    token.meta = { isDisplay: math.isDisplay };
  }
  state.pos = math.end;
  return true;
}

/** Display math that begins a line; it may hold empty lines, and may not be closed yet. */
function blockRule(state: StateBlock, line: number, endLine: number, silent: boolean): boolean {
  if ((state.sCount[line] ?? 0) - state.blkIndent >= 4) return false; // indented code
  const begin = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
  const mark = state.src.slice(begin, begin + 2);
  if (mark !== "$$" && mark !== "\\[") return false;
  const limit = state.eMarks[endLine - 1] ?? state.src.length;
  const source = state.src.slice(0, limit);
  const close = findClose(source, mark === "$$" ? "$$" : "\\]", begin + 2);
  const end = close === -1 ? limit : close + 2;
  let last = line;
  while (last + 1 < endLine && (state.eMarks[last] ?? 0) < end) last += 1;
  // Text behind it makes it inline math of a paragraph.
  if (source.slice(end, state.eMarks[last]).trim() !== "") return false;
  if (silent) return true;
  const token = state.push("math", "div", 0);
  token.block = true;
  token.content = source.slice(begin + 2, close === -1 ? limit : close);
  token.meta = { isDisplay: true, isOpen: close === -1 };
  token.map = [line, last + 1];
  state.line = last + 1;
  return true;
}

export function math(md: MarkdownIt): void {
  md.inline.ruler.before("escape", "math", inlineRule);
  md.block.ruler.before("fence", "math", blockRule, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
  md.renderer.rules["math"] = (tokens, at) => {
    const token = tokens[at];
    if (token === undefined) return "";
    const { isDisplay, isOpen = false } = token.meta as { isDisplay: boolean; isOpen?: boolean };
    const kind = `math${isDisplay ? " display" : ""}${isOpen ? " open" : ""}`;
    return `<${token.tag} class="${kind}">${md.utils.escapeHtml(token.content)}</${token.tag}>`;
  };
}
