// The only module that speaks to the server.

export interface ChatMessage {
  role: "user" | "assistant";
  content: string;
}

/** What a running answer reports, in the order of its stream. */
export type ChatEvent =
  | { kind: "prefill"; done: number; total: number }
  | { kind: "delta"; reasoning: string; content: string; tokens: number }
  | { kind: "finished"; reason: string };

export class ApiError extends Error {}

async function errorOf(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as { error?: { message?: string } };
    return new ApiError(body.error?.message ?? response.statusText);
  } catch {
    return new ApiError(`${response.status} ${response.statusText}`);
  }
}

/** Whether every model is loaded; throws if the server cannot be reached. */
export async function isReady(): Promise<boolean> {
  return (await fetch("/health")).ok;
}

export async function listModels(): Promise<string[]> {
  const response = await fetch("/v1/models");
  if (!response.ok) throw await errorOf(response);
  const list = (await response.json()) as { data: { id: string }[] };
  return list.data.map((model) => model.id);
}

/** The data of server-sent events; comments and other fields are skipped. */
async function* eventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let pending = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    pending += decoder.decode(value, { stream: true });
    const lines = pending.split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("data: ")) yield line.slice("data: ".length);
    }
  }
}

interface Chunk {
  error?: { message: string };
  prefill_progress?: { done: number; total: number };
  usage?: { completion_tokens: number } | null;
  choices?: {
    delta: { content?: string; reasoning?: string };
    finish_reason: string | null;
  }[];
}

/** Aborting the signal ends the generation on the server too. */
export async function* streamChat(
  model: string,
  messages: ChatMessage[],
  signal: AbortSignal,
): AsyncGenerator<ChatEvent> {
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      model,
      messages,
      stream: true,
      stream_options: { continuous_usage_stats: true, include_progress: true },
      detect_loops: true,
    }),
    signal,
  });
  if (!response.ok || response.body === null) throw await errorOf(response);
  for await (const data of eventData(response.body)) {
    if (data === "[DONE]") return;
    const chunk = JSON.parse(data) as Chunk;
    if (chunk.error) throw new ApiError(chunk.error.message);
    if (chunk.prefill_progress) yield { kind: "prefill", ...chunk.prefill_progress };
    const choice = chunk.choices?.[0];
    if (choice === undefined) continue;
    const { reasoning = "", content = "" } = choice.delta;
    const tokens = chunk.usage?.completion_tokens ?? 0;
    if (reasoning || content) yield { kind: "delta", reasoning, content, tokens };
    if (choice.finish_reason !== null) yield { kind: "finished", reason: choice.finish_reason };
  }
  throw new ApiError("the connection ended before the answer did");
}
