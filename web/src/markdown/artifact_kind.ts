// Code that is a picture or a page: which it is, if it is one.

export type ArtifactKind = "mermaid" | "svg" | "html";

const isSvg = (code: string) => /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i.test(code);

export function artifactKind(language: string, code: string): ArtifactKind | null {
  const name = language.toLowerCase();
  if (code.trim() === "") return null;
  if (name === "mermaid") return "mermaid";
  if (name === "svg" || (["xml", "html", ""].includes(name) && isSvg(code))) return isSvg(code) ? "svg" : null;
  // A line of markup in an explanation is no page.
  const isPage = /<(!doctype html|html|body|script|style|canvas|div|main|section|table|form|button|h1)[\s>]/i.test(code);
  return ["html", "htm", "xhtml"].includes(name) && isPage ? "html" : null;
}

/** Pages run programs of the model's; the reader starts them. Pictures are only drawn. */
export const drawsItself = (kind: ArtifactKind): boolean => kind !== "html";
