// Formulas by KaTeX, which is loaded with the first of them.
import type KatexModule from "katex";

type Katex = typeof KatexModule & {
  __renderToDomTree: (tex: string, options: object) => VirtualNode;
};
interface VirtualNode {
  attributes?: Record<string, string>;
  children?: VirtualNode[];
  toNode: () => Node;
}

let katex: Promise<Katex> | null = null;

async function loadKatex(): Promise<Katex> {
  const [module] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
  return module.default as Katex;
}

/** The page's policy refuses style attributes; KaTeX sets all others through the style object. */
function dropStyleAttributes(node: VirtualNode): void {
  if (node.attributes) delete node.attributes["style"];
  for (const child of node.children ?? []) dropStyleAttributes(child);
}

/** Replaces the TeX in `node` by the formula; TeX that is wrong stays as it was written. */
export async function typeset(node: HTMLElement): Promise<void> {
  const tex = node.dataset["tex"] ?? node.textContent ?? "";
  node.dataset["tex"] = tex;
  katex ??= loadKatex();
  try {
    const { __renderToDomTree: render } = await katex;
    const tree = render(tex, {
      displayMode: node.classList.contains("display"),
      throwOnError: true,
      strict: "ignore",
      maxExpand: 1000,
      maxSize: 40,
    });
    dropStyleAttributes(tree);
    node.replaceChildren(tree.toNode());
    node.classList.add("typeset");
  } catch {
    node.classList.add("wrong");
  }
}
