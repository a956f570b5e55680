// Shows growing Markdown in a node. Blocks that are complete keep their nodes, and with them the
// reader's selection; in the last block only what changed is touched.
import { BlockSplitter, type Block } from "./blocks";
import { CodeBlock } from "./code_block";
import { settle } from "./half_open";
import { createParser, toFragment } from "./parser";
import { typeset } from "./typeset";

const parser = createParser();

export class MarkdownView {
  private readonly splitter = new BlockSplitter(parser, settle);
  private shown: Block[] = [];
  private numComplete = 0;
  private readonly codeBlocks = new Map<Element, CodeBlock>();

  constructor(private readonly root: HTMLElement) {}

  update(text: string, isComplete: boolean): void {
    const blocks = this.splitter.update(text, isComplete);
    blocks.forEach((block, at) => {
      const before = this.shown[at];
      if (before === block || before?.html === block.html) return;
      const wrapper = this.root.children[at] ?? this.addWrapper();
      this.morphChildren(wrapper, toFragment(block.html));
    });
    while (this.root.children.length > blocks.length) this.root.lastElementChild?.remove();
    this.shown = blocks;
    this.completeCode(isComplete ? blocks.length : blocks.length - 1);
  }

  /** Code in the first `numBlocks` blocks has come to its end. */
  private completeCode(numBlocks: number): void {
    for (const wrapper of [...this.root.children].slice(this.numComplete, numBlocks)) {
      for (const figure of wrapper.querySelectorAll("figure.code")) {
        void this.codeBlocks.get(figure)?.complete();
      }
    }
    this.numComplete = Math.max(0, numBlocks);
  }

  /** After a change of the language. */
  relabel(): void {
    for (const block of this.codeBlocks.values()) block.relabel();
  }

  private addWrapper(): HTMLElement {
    const wrapper = document.createElement("div");
    this.root.append(wrapper);
    return wrapper;
  }

  /** Makes the children of `node` those of `wanted`, keeping the nodes that are alike. */
  private morphChildren(node: Element, wanted: ParentNode): void {
    let old = node.firstChild;
    for (const next of [...wanted.childNodes]) {
      if (old !== null && this.morph(old, next)) {
        old = old.nextSibling;
        continue;
      }
      node.insertBefore(this.enhance(next), old);
      const gone: ChildNode | null = old;
      old = old?.nextSibling ?? null;
      gone?.remove();
    }
    while (old !== null) {
      const next: ChildNode | null = old.nextSibling;
      old.remove();
      old = next;
    }
  }

  /** Whether `old` could be made into `next`. */
  private morph(old: ChildNode, next: ChildNode): boolean {
    if (old instanceof Text && next instanceof Text) {
      if (old.data !== next.data) old.data = next.data;
      return true;
    }
    if (!(old instanceof Element) || !(next instanceof Element)) return false;
    const codeBlock = this.codeBlocks.get(old);
    if (codeBlock !== undefined || next.matches("pre.code")) {
      if (codeBlock?.language !== (next.getAttribute("data-language") ?? "")) return false;
      if (!next.matches("pre.code")) return false;
      codeBlock.show(next.textContent ?? "");
      return true;
    }
    if (old instanceof HTMLElement && old.dataset["tex"] !== undefined) {
      return next.matches(".math") && old.dataset["tex"] === next.textContent;
    }
    if (!isAlike(old, next) || next.matches(".math")) return false;
    this.morphChildren(old, next);
    return true;
  }

  /** Gives code its header and has formulas typeset, in a node that is new. */
  private enhance(node: ChildNode): ChildNode {
    if (!(node instanceof Element)) return node;
    if (node.matches("pre.code")) return this.codeBlock(node);
    for (const pre of node.querySelectorAll("pre.code")) pre.replaceWith(this.codeBlock(pre));
    const formulas = [...node.querySelectorAll<HTMLElement>(".math:not(.open)")];
    if (node.matches(".math:not(.open)")) formulas.push(node as HTMLElement);
    for (const formula of formulas) void typeset(formula);
    return node;
  }

  private codeBlock(pre: Element): HTMLElement {
    const block = new CodeBlock(pre.getAttribute("data-language") ?? "");
    block.show(pre.textContent ?? "");
    this.codeBlocks.set(block.node, block);
    return block.node;
  }
}

function isAlike(a: Element, b: Element): boolean {
  if (a.tagName !== b.tagName || a.attributes.length !== b.attributes.length) return false;
  return [...a.attributes].every((attribute) => b.getAttribute(attribute.name) === attribute.value);
}
