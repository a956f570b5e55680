// A block of code: its language, and buttons to copy, keep and wrap it.
import { canDraw } from "../api";
import { t } from "../text/text.svelte";
import type { Artifact } from "./artifact";
import { artifactKind, drawsItself, type ArtifactKind } from "./artifact_kind";
import { copyText, saveFile } from "../parts/files";
import { highlight, showRuns } from "./highlight";

const extensions: Record<string, string> = {
  bash: "sh", sh: "sh", shell: "sh", c: "c", cpp: "cpp", "c++": "cpp", csharp: "cs", css: "css",
  go: "go", html: "html", java: "java", javascript: "js", js: "js", json: "json", kotlin: "kt",
  latex: "tex", lua: "lua", markdown: "md", php: "php", python: "py", py: "py", r: "R", ruby: "rb",
  rust: "rs", sql: "sql", swift: "swift", typescript: "ts", ts: "ts", xml: "xml", yaml: "yaml",
};

/** While code grows it is coloured this often at most. */
const highlightMs = 300;

function button(onClick: () => void): HTMLButtonElement {
  const node = document.createElement("button");
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

/** Once, when the node is about to come into view. */
function whenSeen(node: Element, run: () => void): void {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    run();
  }, { rootMargin: "300px" });
  observer.observe(node);
}

export class CodeBlock {
  readonly node = document.createElement("figure");
  private readonly label = document.createElement("span");
  private readonly pre = document.createElement("pre");
  private readonly code = document.createElement("code");
  private readonly copy = button(() => void this.copyCode());
  private readonly download = button(() => this.save());
  private readonly wrap = button(() => this.toggleWrap());
  private readonly toggle = button(() => void (this.picture ? this.hidePicture() : this.showPicture()));
  private picture: Artifact | null = null;
  private text = "";
  private isHighlighting = false;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(readonly language: string) {
    this.node.className = "code";
    this.label.className = "language";
    this.label.textContent = language;
    const head = document.createElement("figcaption");
    this.wrap.ariaPressed = "false";
    this.wrap.className = "wrap";
    head.append(this.label, this.wrap, this.download, this.copy);
    this.pre.tabIndex = 0;
    this.pre.append(this.code);
    this.node.append(head, this.pre);
    this.relabel();
  }

  relabel(): void {
    if (this.language === "") this.label.textContent = t.code;
    this.pre.ariaLabel = this.language || t.code;
    this.pre.setAttribute("role", "region");
    this.copy.textContent = t.copy;
    this.download.textContent = t.download;
    this.wrap.textContent = t.wrap;
    this.toggle.textContent = this.picture ? t.showCode : t.showPicture;
    this.toggle.title = t.pictureRuns;
  }

  /** The code will not grow any more: if it is a picture it can be drawn. */
  async complete(): Promise<void> {
    const kind = artifactKind(this.language, this.text);
    if (kind === null || this.toggle.isConnected || !(await canDraw())) return;
    this.label.after(this.toggle);
    if (drawsItself(kind)) whenSeen(this.node, () => void this.showPicture());
  }

  private async showPicture(): Promise<void> {
    const kind: ArtifactKind | null = artifactKind(this.language, this.text);
    if (kind === null || this.picture !== null) return;
    const { Artifact } = await import("./artifact");
    if (this.picture !== null) return; // asked for twice
    this.picture = new Artifact(kind, this.text, () => (this.pre.hidden = false));
    this.pre.before(this.picture.node);
    this.pre.hidden = true;
    this.relabel();
  }

  private hidePicture(): void {
    this.picture?.remove();
    this.picture = null;
    this.pre.hidden = false;
    this.relabel();
  }

  show(text: string): void {
    if (text === this.text) return;
    const isLonger = text.startsWith(this.text) && this.code.lastChild !== null;
    if (isLonger) this.append(text.slice(this.text.length));
    else this.code.textContent = text;
    this.text = text;
    if (this.picture) this.hidePicture();
    this.timer ??= setTimeout(() => void this.colour(), isLonger ? highlightMs : 0);
  }

  /** New code joins the text at the end; what is coloured already keeps its nodes. */
  private append(text: string): void {
    const last = this.code.lastChild;
    if (last instanceof Text) last.appendData(text);
    else this.code.append(text);
  }

  private async colour(): Promise<void> {
    this.timer = null;
    if (this.isHighlighting) return;
    this.isHighlighting = true;
    const asked = this.text;
    const runs = await highlight(this.language, asked);
    this.isHighlighting = false;
    const isGrown = this.text !== asked;
    if (isGrown && !this.text.startsWith(asked)) return void this.colour();
    if (runs === null) return;
    showRuns(this.code, isGrown ? [...runs, [this.text.slice(asked.length), ""]] : runs);
    if (isGrown) this.timer ??= setTimeout(() => void this.colour(), highlightMs);
  }

  private async copyCode(): Promise<void> {
    this.copy.textContent = (await copyText(this.text)) ? t.copied : t.copyFailed;
    setTimeout(() => this.relabel(), 1500);
  }

  private save(): void {
    saveFile(`code.${extensions[this.language.toLowerCase()] ?? "txt"}`, this.text, "text/plain");
  }

  private toggleWrap(): void {
    const isWrapped = this.node.classList.toggle("wrapped");
    this.wrap.ariaPressed = String(isWrapped);
  }
}
