// Markdown as models write it, built from DOM nodes. Text never passes through innerHTML, so
// nothing a model says can become markup.
import { texts } from "./texts";

type Block = { raw: string; make: () => HTMLElement };

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
}

// Code first: what stands in it is not read any further.
const inlinePattern =
  /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)|\*\*(?=\S)([\s\S]*?\S)\*\*|\*(?=[^\s*])([^*\n]*[^\s*])\*|\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/g;

function inline(text: string): (Node | string)[] {
  const nodes: (Node | string)[] = [];
  let end = 0;
  for (const match of text.matchAll(inlinePattern)) {
    nodes.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const [, , code, bold, italic, label, url] = match;
    if (code !== undefined) nodes.push(element("code", code.trim()));
    else if (bold !== undefined) nodes.push(element("strong", ...inline(bold)));
    else if (italic !== undefined) nodes.push(element("em", ...inline(italic)));
    else if (label !== undefined && url !== undefined) nodes.push(link(label, url));
  }
  nodes.push(text.slice(end));
  return nodes;
}

function link(label: string, url: string): HTMLElement {
  const anchor = element("a", label);
  anchor.href = url;
  anchor.rel = "noopener noreferrer";
  anchor.target = "_blank";
  return anchor;
}

function codeBlock(language: string, code: string): HTMLElement {
  const copy = element("button", texts.copy);
  copy.type = "button";
  copy.className = "quiet copy";
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code);
    copy.textContent = texts.copied;
    setTimeout(() => (copy.textContent = texts.copy), 1500);
  });
  const block = element(
    "figure",
    element("figcaption", element("span", language), copy),
    element("pre", element("code", code)),
  );
  block.className = "code";
  return block;
}

const listItem = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;

/** Items by indentation; the lines below an item belong to it. */
function list(lines: string[]): HTMLElement {
  const first = listItem.exec(lines[0] ?? "");
  const isOrdered = /\d/.test(first?.[2] ?? "");
  const node = element(isOrdered ? "ol" : "ul");
  if (node instanceof HTMLOListElement) node.start = parseInt(first?.[2] ?? "1", 10);
  const indent = first?.[1]?.length ?? 0;
  for (let i = 0; i < lines.length; ) {
    const item = listItem.exec(lines[i] ?? "");
    const nested: string[] = [];
    for (i += 1; i < lines.length; i += 1) {
      const line = lines[i] ?? "";
      const next = listItem.exec(line);
      if (next !== null && (next[1]?.length ?? 0) <= indent + 1) break;
      nested.push(line);
    }
    const child = element("li", ...inline(item?.[3] ?? ""));
    const dedented = nested.map((line) => line.slice(Math.min(indent + 2, leadingSpaces(line))));
    if (dedented.some((line) => line.trim() !== "")) {
      child.append(...blocksOf(dedented.join("\n")).map((block) => block.make()));
    }
    node.append(child);
  }
  return node;
}

function leadingSpaces(line: string): number {
  return line.length - line.trimStart().length;
}

function tableRow(line: string): string[] {
  return line.replace(/^\s*\||\|\s*$/g, "").split("|").map((cell) => cell.trim());
}

function table(lines: string[]): HTMLElement {
  const [head = "", , ...rows] = lines;
  const cells = (tag: "th" | "td", line: string) =>
    element("tr", ...tableRow(line).map((cell) => element(tag, ...inline(cell))));
  const node = element(
    "div",
    element(
      "table",
      element("thead", cells("th", head)),
      element("tbody", ...rows.map((row) => cells("td", row))),
    ),
  );
  node.className = "table";
  return node;
}

/** The lines from `start` on for which `belongs` holds. */
function takeWhile(lines: string[], start: number, belongs: (line: string) => boolean): string[] {
  let end = start;
  while (end < lines.length && belongs(lines[end] ?? "")) end += 1;
  return lines.slice(start, end);
}

const fence = /^\s*(`{3,}|~{3,})\s*([^\s`]*)/;
const heading = /^(#{1,6})\s+(.*?)\s*#*$/;
const rule = /^\s*([-*_])(\s*\1){2,}\s*$/;

function isPlain(line: string): boolean {
  return (
    line.trim() !== "" &&
    !fence.test(line) &&
    !heading.test(line) &&
    !listItem.test(line) &&
    !rule.test(line) &&
    !line.startsWith(">")
  );
}

function takeFence(lines: string[], start: number): { used: string[]; make: () => HTMLElement } {
  const [, mark = "```", language = ""] = fence.exec(lines[start] ?? "") ?? [];
  const isEnd = (line: string) => line.trim().startsWith(mark) && line.trim().length <= mark.length;
  const body = takeWhile(lines, start + 1, (line) => !isEnd(line));
  // The closing fence, unless it has not come yet.
  const used = lines.slice(start, start + body.length + 2);
  return { used, make: () => codeBlock(language, body.join("\n")) };
}

/** Items, what is indented below them, and lines that merely continue the one above. */
function takeList(lines: string[], start: number): string[] {
  const belongs = (line: string) => listItem.test(line) || /^\s{2,}\S/.test(line);
  let end = start + 1;
  for (let i = end; i < lines.length; i += 1) {
    const line = lines[i] ?? "";
    if (line.trim() === "") continue; // kept only if the list goes on below
    const follows = i === end;
    if (!belongs(line) && !(follows && isPlain(line))) break;
    end = i + 1;
  }
  return lines.slice(start, end);
}

function takeBlock(lines: string[], start: number): { used: string[]; make: () => HTMLElement } {
  const line = lines[start] ?? "";
  const one = [line];
  if (fence.test(line)) return takeFence(lines, start);
  const title = heading.exec(line);
  if (title !== null) {
    // The page has its own h1 and h2.
    const level = Math.min((title[1]?.length ?? 1) + 2, 6) as 3 | 4 | 5 | 6;
    return { used: one, make: () => element(`h${level}`, ...inline(title[2] ?? "")) };
  }
  if (rule.test(line)) return { used: one, make: () => element("hr") };
  if (listItem.test(line)) {
    const used = takeList(lines, start);
    return { used, make: () => list(used) };
  }
  if (line.startsWith(">")) {
    const used = takeWhile(lines, start, (next) => next.startsWith(">"));
    const inner = used.map((quoted) => quoted.replace(/^>\s?/, "")).join("\n");
    return { used, make: () => element("blockquote", ...blocksOf(inner).map((b) => b.make())) };
  }
  if (line.includes("|") && /^[\s|:-]*-[\s|:-]*$/.test(lines[start + 1] ?? "")) {
    const used = takeWhile(lines, start, (next) => next.includes("|"));
    return { used, make: () => table(used) };
  }
  const used = takeWhile(lines, start, isPlain);
  return { used, make: () => element("p", ...inline(used.join("\n"))) };
}

function blocksOf(text: string): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; ) {
    if (lines[i]?.trim() === "") {
      i += 1;
      continue;
    }
    const { used, make } = takeBlock(lines, i);
    i += Math.max(used.length, 1);
    blocks.push({ raw: used.join("\n"), make });
  }
  return blocks;
}

/** Shows growing text: blocks that have not changed keep their nodes, and the reader's selection. */
export class MarkdownView {
  private raws: string[] = [];

  constructor(private readonly root: HTMLElement) {}

  show(text: string): void {
    const blocks = blocksOf(text);
    const firstNew = blocks.findIndex((block, i) => block.raw !== this.raws[i]);
    const numKept = firstNew === -1 ? blocks.length : firstNew;
    while (this.root.children.length > numKept) this.root.lastElementChild?.remove();
    this.root.append(...blocks.slice(numKept).map((block) => block.make()));
    this.raws = blocks.map((block) => block.raw);
  }
}
