// Asks the worker to colour code; the worker starts with the first request.
import { ownScript } from "../parts/trusted";
import workerUrl from "./highlight.worker.ts?worker&url";
import type { HighlightReply, HighlightRequest, Run } from "./highlight_protocol";

/** Longer code stays plain: the colours of a megabyte are a hundred thousand nodes. */
const maxLength = 60_000;

let worker: Worker | null = null;
let lastId = 0;
const waiting = new Map<number, (runs: Run[] | null) => void>();

function start(): Worker {
  const started = new Worker(ownScript(workerUrl), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<HighlightReply>) => {
    waiting.get(data.id)?.(data.runs);
    waiting.delete(data.id);
  });
  started.addEventListener("error", () => {
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
  });
  return started;
}

export function highlight(language: string, code: string): Promise<Run[] | null> {
  if (language === "" || code.length > maxLength) return Promise.resolve(null);
  worker ??= start();
  const request: HighlightRequest = { id: ++lastId, language: language.toLowerCase(), code };
  return new Promise((resolve) => {
    waiting.set(request.id, resolve);
    worker?.postMessage(request);
  });
}

/** Shows the runs in `node`; nodes that stand already as they should are left alone. */
export function showRuns(node: HTMLElement, runs: readonly Run[]): void {
  let at: ChildNode | null = node.firstChild;
  for (const [text, kind] of runs) {
    const isSame =
      at !== null &&
      at.textContent === text &&
      (at instanceof HTMLElement ? at.className : "") === (kind && `hl-${kind}`);
    if (at !== null && isSame) {
      at = at.nextSibling;
      continue;
    }
    while (at !== null) {
      const next: ChildNode | null = at.nextSibling;
      at.remove();
      at = next;
    }
    node.append(runNode(text, kind));
  }
  while (at !== null) {
    const next: ChildNode | null = at.nextSibling;
    at.remove();
    at = next;
  }
}

function runNode(text: string, kind: string): Node {
  if (kind === "") return document.createTextNode(text);
  const span = document.createElement("span");
  span.className = `hl-${kind}`;
  span.textContent = text;
  return span;
}
