// A branch of a conversation as a document.
import type { Conversation, Message } from "../api_types";
import { createParser, toFragment } from "../markdown/parser";
import { t } from "../text/text.svelte";

function nameOf(message: Message): string {
  return { user: t.you, assistant: t.assistant, system: t.systemRole }[message.role];
}

/** A fence longer than any in the text, so that the text cannot end it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

export function asMarkdown(title: string, branch: readonly Message[]): string {
  const parts = branch.map((message) => {
    const attached = message.attachments.map(({ name, text }) => `**${name}**\n\n${fenced(text)}`);
    return [`## ${nameOf(message)}`, ...attached, message.content].join("\n\n");
  });
  return `# ${title}\n\n${parts.join("\n\n")}\n`;
}

export function asJson(conversation: Conversation, branch: readonly Message[]): string {
  return JSON.stringify({ format: "falconet-conversation", conversation, messages: branch }, null, 2);
}

const pageStyle = `body{max-width:44rem;margin:3rem auto;padding:0 1.25rem;color:#1b1f1d;
font:1rem/1.7 system-ui,sans-serif}h1{font-size:1.5rem}h2{margin-top:2.5rem;color:#616964;
font-size:.875rem}pre{overflow-x:auto;padding:1rem;border:1px solid #e1e4dd;border-radius:.75rem}
code,.math{font-family:ui-monospace,monospace;font-size:.875em}.math.display{display:block}
blockquote{margin-inline:0;padding-inline-start:1em;border-inline-start:2px solid #868e88}
table{border-collapse:collapse}th,td{padding:.4em .8em;border-bottom:1px solid #e1e4dd}`;

/** One file that needs nothing else. */
export function asHtml(title: string, branch: readonly Message[], language: string): string {
  const page = document.implementation.createHTMLDocument(title);
  page.documentElement.lang = language;
  const style = page.createElement("style");
  style.textContent = pageStyle;
  const charset = page.createElement("meta");
  charset.setAttribute("charset", "utf-8");
  page.head.prepend(charset, style);
  const heading = page.createElement("h1");
  heading.textContent = title;
  page.body.append(heading);
  const parser = createParser();
  for (const message of branch) {
    const name = page.createElement("h2");
    name.textContent = nameOf(message);
    page.body.append(name, toFragment(parser.render(message.content)));
  }
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
}
