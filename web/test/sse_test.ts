import { afterEach, expect, test, vi } from "vitest";
import { ApiError, generationEvents, type GenerationEvent } from "../src/api";
import { EventParser } from "../src/sse";

test("events are read whatever pieces they arrive in", () => {
  const text = ': hello\r\nid: 7\nevent: content\ndata: {"text":"a"}\ndata: b\r\n\r\nid: 8\ndata: c\n\n';
  const whole = new EventParser().push(text);
  expect(whole).toEqual([
    { id: "7", event: "content", data: '{"text":"a"}\nb' },
    { id: "8", event: "message", data: "c" },
  ]);
  const parser = new EventParser();
  expect([...text].flatMap((letter) => parser.push(letter))).toEqual(whole);
});

// --- A server whose connections are scripted

type Connection = string[] | "refused" | number;

function event(id: number, kind: string, data: object): string {
  return `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}

function serve(connections: Connection[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    const connection = connections.shift();
    if (connection === undefined || connection === "refused") return Promise.reject(new TypeError());
    if (typeof connection === "number") return Promise.resolve(new Response("{}", { status: connection }));
    const bytes = connection.map((text) => new TextEncoder().encode(text));
    const body = new ReadableStream({
      start(controller) {
        for (const chunk of bytes) controller.enqueue(chunk);
        controller.close();
      },
    });
    return Promise.resolve(new Response(body));
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

async function collect(after = 0, onConnection?: (isConnected: boolean) => void) {
  const events: GenerationEvent[] = [];
  const signal = new AbortController().signal;
  const options = { after, signal, retryMs: 1, ...(onConnection ? { onConnection } : {}) };
  for await (const each of generationEvents("g1", options)) events.push(each);
  return events;
}

const done = event(4, "done", { message: { id: "m" } });

test("a lost stream goes on after the last event that was seen", async () => {
  const asked = serve([
    [event(1, "content", { text: "a" }), event(2, "content", { text: "b" })],
    "refused",
    [event(2, "content", { text: "b" }), event(3, "content", { text: "c" }), done],
  ]);
  const connections: boolean[] = [];
  const events = await collect(0, (isConnected) => connections.push(isConnected));
  expect(events.flatMap((each) => (each.kind === "content" ? [each.text] : []))).toEqual(["a", "b", "c"]);
  expect(events.at(-1)?.kind).toBe("done");
  expect(asked.map((url) => url.split("after=")[1])).toEqual(["0", "2", "2"]);
  expect(connections).toEqual([false, true]);
});

test("merged events skip numbers, and events of a newer server are passed over", async () => {
  serve([[event(3, "content", { text: "abc" }), event(9, "surprise", {}), event(10, "done", { message: {} })]]);
  const events = await collect();
  expect(events.map(({ kind }) => kind)).toEqual(["content", "done"]);
});

test("half an event at the end of a connection is not an event", async () => {
  serve([["id: 1\nevent: content\ndata: {\"te"], [event(1, "content", { text: "x" }), done]]);
  expect((await collect()).map(({ kind }) => kind)).toEqual(["content", "done"]);
});

test("a generation that does not exist is an error and not tried again", async () => {
  const asked = serve([404]);
  await expect(collect()).rejects.toThrow(ApiError);
  expect(asked).toHaveLength(1);
});

test("a server that fails for a moment is asked again", async () => {
  serve([503, [done]]);
  expect((await collect()).map(({ kind }) => kind)).toEqual(["done"]);
});

test("nothing more is asked once the reader has left", async () => {
  const asked = serve([[event(1, "content", { text: "a" })]]);
  const controller = new AbortController();
  for await (const each of generationEvents("g1", { signal: controller.signal, retryMs: 1 })) {
    expect(each.kind).toBe("content");
    controller.abort();
  }
  expect(asked).toHaveLength(1);
});
