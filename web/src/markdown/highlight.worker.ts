// Colours code away from the page's thread, so that long code never holds it up.
import hljs from "highlight.js/lib/core";
import type { LanguageFn } from "highlight.js";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import latex from "highlight.js/lib/languages/latex";
import lua from "highlight.js/lib/languages/lua";
import makefile from "highlight.js/lib/languages/makefile";
import markdown from "highlight.js/lib/languages/markdown";
import php from "highlight.js/lib/languages/php";
import python from "highlight.js/lib/languages/python";
import r from "highlight.js/lib/languages/r";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import type { HighlightReply, HighlightRequest, Run } from "./highlight_protocol";

const languages: Record<string, LanguageFn> = {
  bash, c, cpp, csharp, css, diff, dockerfile, go, ini, java, javascript, json, kotlin, latex, lua,
  makefile, markdown, php, python, r, ruby, rust, sql, swift, typescript, xml, yaml,
};
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

interface Scope {
  scope?: string;
  children: (Scope | string)[];
}

function runsOf(node: Scope, kind: string, runs: Run[]): Run[] {
  for (const child of node.children) {
    const last = runs.at(-1);
    if (typeof child !== "string") {
      runsOf(child, child.scope?.split(".")[0]?.replace(/^language:.*/, "") || kind, runs);
    } else if (last?.[1] === kind) {
      last[0] += child;
    } else {
      runs.push([child, kind]);
    }
  }
  return runs;
}

function highlight({ language, code }: HighlightRequest): Run[] | null {
  if (hljs.getLanguage(language) === undefined) return null;
  const result = hljs.highlight(code, { language, ignoreIllegals: true });
  // The tree of scopes: from it the page makes nodes, where HTML would have to be trusted.
  const { rootNode } = result._emitter as unknown as { rootNode: Scope };
  return runsOf(rootNode, "", []);
}

self.addEventListener("message", (event: MessageEvent<HighlightRequest>) => {
  const reply: HighlightReply = { id: event.data.id, runs: highlight(event.data) };
  self.postMessage(reply);
});
