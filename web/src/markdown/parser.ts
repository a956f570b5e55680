// Markdown as models write it, to HTML. HTML in the source stays text.
import DOMPurify from "dompurify";
import MarkdownIt from "markdown-it";
import cjkFriendly from "markdown-it-cjk-friendly";
import footnote from "markdown-it-footnote";
import { math } from "./math";

/** The page has an h1 and h2 of its own. */
const headingShift = 2;

function headings(md: MarkdownIt): void {
  md.core.ruler.push("headings", (state) => {
    for (const token of state.tokens) {
      if (token.type !== "heading_open" && token.type !== "heading_close") continue;
      token.tag = `h${Math.min(Number(token.tag.slice(1)) + headingShift, 6)}`;
    }
  });
}

/** "[ ] " and "[x] " at the beginning of a list item. */
function tasks(md: MarkdownIt): void {
  md.core.ruler.after("inline", "tasks", (state) => {
    state.tokens.forEach((token, at) => {
      const mark = /^\[([ xX])\]\s+/.exec(token.content);
      const item = state.tokens[at - 2];
      if (token.type !== "inline" || mark === null || item?.type !== "list_item_open") return;
      const first = token.children?.[0];
      if (first?.type !== "text") return;
      first.content = first.content.slice(mark[0].length);
      const box = new state.Token("task", "input", 0);
      box.meta = { isDone: mark[1] !== " " };
      token.children?.unshift(box);
      item.attrJoin("class", "task");
    });
  });
  md.renderer.rules["task"] = (tokens, at) => {
    const { isDone } = tokens[at]?.meta as { isDone: boolean };
    return `<input type="checkbox" disabled${isDone ? " checked" : ""}> `;
  };
}

/** Columns are aligned by class: a style attribute would be refused by the page's policy. */
function tables(md: MarkdownIt): void {
  md.core.ruler.push("tables", (state) => {
    for (const token of state.tokens) {
      const align = /text-align:(\w+)/.exec(token.attrGet("style") ?? "")?.[1];
      if (align === undefined) continue;
      token.attrs = (token.attrs ?? []).filter(([name]) => name !== "style");
      token.attrJoin("class", `align-${align}`);
    }
  });
  md.renderer.rules["table_open"] = () => '<div class="table" tabindex="0"><table>';
  md.renderer.rules["table_close"] = () => "</table></div>";
}

function links(md: MarkdownIt): void {
  md.core.ruler.push("links", (state) => {
    for (const token of state.tokens.flatMap((each) => each.children ?? [])) {
      if (token.type !== "link_open") continue;
      token.attrSet("target", "_blank");
      token.attrSet("rel", "noopener noreferrer");
    }
  });
  // A picture from elsewhere would tell its host who reads; its address is shown instead.
  md.renderer.rules["image"] = (tokens, at) => {
    const token = tokens[at];
    const source = token?.attrGet("src") ?? "";
    const label = token?.content || source;
    const escape = md.utils.escapeHtml;
    return `<a href="${escape(source)}" target="_blank" rel="noopener noreferrer">${escape(label)}</a>`;
  };
}

function code(md: MarkdownIt): void {
  const block = (language: string, text: string) =>
    `<pre class="code" data-language="${md.utils.escapeHtml(language)}"><code>` +
    `${md.utils.escapeHtml(text.replace(/\n$/, ""))}</code></pre>`;
  md.renderer.rules["fence"] = (tokens, at) => {
    const token = tokens[at];
    return block(token?.info.trim().split(/\s+/)[0] ?? "", token?.content ?? "");
  };
  md.renderer.rules["code_block"] = (tokens, at) => block("", tokens[at]?.content ?? "");
}

export function createParser(): MarkdownIt {
  // A line that was ended is ended: poems, addresses and steps come that way, and chats show it so.
  const md = new MarkdownIt({ html: false, linkify: true, breaks: true });
  // "main.py" and "example.com" in passing are no links; what begins with http is.
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  md.use(cjkFriendly).use(footnote).use(math);
  for (const extension of [headings, tasks, tables, links, code]) md.use(extension);
  return md;
}

/** Belt and braces: the parser writes no markup that this would remove. */
export function toFragment(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    ADD_ATTR: ["target", "data-language"],
    FORBID_ATTR: ["style"],
    FORBID_TAGS: ["style", "form", "img", "svg", "math", "iframe", "audio", "video"],
  });
}
