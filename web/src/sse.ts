// Server-sent events out of a stream of bytes, as the HTML standard reads them.

export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/** Takes text in pieces of any size and gives back the events that are complete. */
export class EventParser {
  private pending = "";
  private id = "";
  private event = "";
  private data: string[] = [];

  push(text: string): ServerEvent[] {
    this.pending += text;
    const events: ServerEvent[] = [];
    for (;;) {
      // A "\r" at the end may be the first half of a "\r\n".
      const end = /\r\n|\n|\r(?!$)/.exec(this.pending);
      if (end === null) return events;
      const line = this.pending.slice(0, end.index);
      this.pending = this.pending.slice(end.index + end[0].length);
      const event = this.takeLine(line);
      if (event !== null) events.push(event);
    }
  }

  private takeLine(line: string): ServerEvent | null {
    if (line === "") return this.dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return null; // a comment that keeps the connection open
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id") this.id = value;
    if (field === "event") this.event = value;
    if (field === "data") this.data.push(value);
    return null;
  }

  private dispatch(): ServerEvent | null {
    const { id, event, data } = this;
    this.event = "";
    this.data = [];
    return data.length === 0 ? null : { id, event: event || "message", data: data.join("\n") };
  }
}

export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    // Also when the caller leaves early: the connection must not stay open.
    await reader.cancel().catch(() => undefined);
  }
}
