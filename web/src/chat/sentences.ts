// Growing text in whole sentences, for those who hear it.

/** The longest text that waits for its full stop. */
const maxPending = 300;

export class SentenceReader {
  private numRead = 0;

  /** What is complete and was not given before. */
  take(text: string): string {
    const rest = text.slice(this.numRead);
    let end = 0;
    for (const stop of rest.matchAll(/[.!?](?=\s)|[。！？；]|\n+/g)) {
      end = stop.index + stop[0].length;
    }
    if (end === 0 && rest.length > maxPending) end = rest.lastIndexOf(" ") + 1;
    this.numRead += end;
    return plain(rest.slice(0, end));
  }
}

/** Without the marks that are seen and not said. */
function plain(markdown: string): string {
  return markdown
    .replace(/^[ \t]*(#{1,6}|[-*+>])[ \t]+/gm, "")
    .replace(/\*\*|__|`+|~~/g, "")
    .trim();
}
