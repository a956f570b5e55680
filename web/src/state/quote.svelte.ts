// A passage on its way into the field: an action of a message puts it here, the composer takes it.

export const quoted = $state<{ text: string }>({ text: "" });

/** Each line as Markdown quotes it, and room to write below. */
export const asQuote = (text: string): string =>
  `${text.trim().split("\n").map((line) => `> ${line}`.trimEnd()).join("\n")}\n\n`;

/** What is selected in the element; nothing if that is elsewhere. */
export function selectedIn(element: Element | null): string {
  const selection = getSelection();
  if (element === null || selection === null || selection.isCollapsed) return "";
  return element.contains(selection.getRangeAt(0).commonAncestorContainer) ? selection.toString() : "";
}
