// A picture or a page that a model wrote, in a frame that can reach nothing: it has an origin of its
// own, no network, and tells us its height and what went wrong.
import { framePath, mermaidLibrary } from "../api";
import { t } from "../text/text.svelte";
import type { ArtifactKind } from "./artifact_kind";

const minHeight = 48;
const maxHeight = { mermaid: 640, svg: 640, html: 560 } satisfies Record<ArtifactKind, number>;
const names = { mermaid: "Mermaid", svg: "SVG", html: "HTML" } satisfies Record<ArtifactKind, string>;
/** A page that fills its window says so by being as tall as it; it then gets this much. */
const pageHeight = 420;
/** After this long something is wrong that does not say so itself. */
const maxDrawMs = 15_000;

interface Report {
  isReady?: unknown;
  isDrawn?: unknown;
  height?: unknown;
  error?: unknown;
}

export class Artifact {
  readonly node = document.createElement("div");
  private readonly frame = document.createElement("iframe");
  private readonly problem = document.createElement("p");
  private readonly listener = (event: MessageEvent) => void this.hear(event);
  private readonly timer = setTimeout(() => this.fail(t.pictureSlow), maxDrawMs);

  constructor(
    private readonly kind: ArtifactKind,
    private readonly source: string,
    private readonly onFailure: () => void,
  ) {
    this.node.className = `artifact ${kind}`;
    this.problem.className = "problem";
    this.problem.hidden = true;
    this.problem.setAttribute("role", "status");
    this.frame.setAttribute("sandbox", "allow-scripts");
    this.frame.setAttribute("allow", "");
    this.frame.referrerPolicy = "no-referrer";
    this.frame.src = framePath;
    this.frame.title = t.pictureOf(names[kind]);
    this.setHeight(kind === "html" ? pageHeight : 120);
    this.node.append(this.problem, this.frame);
    window.addEventListener("message", this.listener);
  }

  remove(): void {
    clearTimeout(this.timer);
    window.removeEventListener("message", this.listener);
    this.node.remove();
  }

  private async hear(event: MessageEvent): Promise<void> {
    if (!this.node.isConnected) return this.remove(); // its conversation is not shown any more
    if (event.source !== this.frame.contentWindow || this.frame.contentWindow === null) return;
    const report = (event.data as { falconet?: Report } | null)?.falconet;
    if (typeof report !== "object" || report === null) return;
    if (report.isReady === true) return this.send();
    if (report.isDrawn === true) clearTimeout(this.timer);
    if (typeof report.height === "number" && Number.isFinite(report.height)) this.setHeight(report.height);
    if (typeof report.error === "string") this.fail(report.error);
  }

  private async send(): Promise<void> {
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const chosen = document.documentElement.classList;
    const style = getComputedStyle(document.body);
    try {
      this.frame.contentWindow?.postMessage({
        kind: this.kind,
        source: this.source,
        isDark: this.kind === "mermaid" && (chosen.contains("dark") || (isDark && !chosen.contains("light"))),
        font: style.fontFamily,
        ...(this.kind === "mermaid" ? { library: await mermaidLibrary() } : {}),
      }, "*");
    } catch (error) {
      this.fail(String(error));
    }
  }

  private setHeight(height: number): void {
    const least = this.kind === "html" ? pageHeight : minHeight;
    // Through the style object, which the page's policy allows.
    this.frame.style.height = `${Math.min(Math.max(height, least), maxHeight[this.kind])}px`;
  }

  private fail(why: string): void {
    clearTimeout(this.timer);
    this.problem.textContent = `${t.pictureBroken} ${why}`;
    this.problem.hidden = false;
    // A page goes on after an error in it; a picture that cannot be drawn is its code.
    if (this.kind === "html") return;
    this.frame.hidden = true;
    this.onFailure();
  }
}
