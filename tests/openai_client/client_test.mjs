// What applications do with OpenAI's client, done to a running server: $FALCONET_URL, $FALCONET_KEY.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";

const url = process.env.FALCONET_URL;
const model = "tested";
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: process.env.FALCONET_KEY, maxRetries: 0 });
const messages = [{ role: "user", content: "Once upon a time" }];

// Models without a chat template of their own get the simplest there is.
const withTemplate = {
  chat_template: "{% for message in messages %}{{ message.content }}\n{% endfor %}",
};
const chat = (more) =>
  client.chat.completions.create({ model, messages, max_tokens: 16, ...withTemplate, ...more });

/** The error that a call ends in. */
async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail("the call should have failed");
}

test("models are listed and found by each of their names", async () => {
  const list = await client.models.list();
  assert.deepEqual(list.data.map((entry) => entry.id), [model, "other-name"]);
  const found = await client.models.retrieve("other-name");
  assert.equal(found.object, "model");
  assert.ok(found.max_model_len > 0);
  assert.equal((await failure(client.models.retrieve("nobody"))).status, 404);
});

test("a chat is answered with usage and a finish reason", async () => {
  const answer = await chat({ seed: 1 });
  assert.equal(answer.object, "chat.completion");
  assert.match(answer.id, /^chatcmpl-/);
  assert.equal(answer.model, model);
  const [choice] = answer.choices;
  assert.equal(choice.message.role, "assistant");
  assert.equal(typeof choice.message.content, "string");
  assert.ok(["stop", "length"].includes(choice.finish_reason));
  const { prompt_tokens, completion_tokens, total_tokens } = answer.usage;
  assert.ok(prompt_tokens > 0 && completion_tokens > 0 && completion_tokens <= 16);
  assert.equal(total_tokens, prompt_tokens + completion_tokens);
});

test("the same seed gives the same answer, plain or streamed", async () => {
  const options = { seed: 42, temperature: 1 };
  const [first, second] = await Promise.all([chat(options), chat(options)]);
  assert.equal(first.choices[0].message.content, second.choices[0].message.content);
  let streamed = "";
  for await (const chunk of await chat({ ...options, stream: true })) {
    streamed += chunk.choices[0]?.delta.content ?? "";
  }
  assert.equal(streamed, first.choices[0].message.content);
});

test("a stream begins with the role and ends with the finish reason and the usage", async () => {
  const chunks = [];
  const options = { stream: true, stream_options: { include_usage: true } };
  for await (const chunk of await chat(options)) chunks.push(chunk);
  assert.equal(chunks[0].choices[0].delta.role, "assistant");
  assert.ok(chunks.every((chunk) => chunk.id === chunks[0].id));
  assert.equal(chunks.filter((chunk) => chunk.choices[0]?.finish_reason).length, 1);
  const last = chunks.at(-1);
  assert.deepEqual(last.choices, []);
  assert.ok(last.usage.completion_tokens > 0);
});

test("the client's own stream helper puts the message together", async () => {
  const stream = client.beta.chat.completions.stream({
    model, messages, max_tokens: 8, ...withTemplate,
  });
  const message = await stream.finalMessage();
  assert.equal(message.role, "assistant");
});

test("several choices are numbered, and logprobs are within their bounds", async () => {
  const answer = await chat({ n: 2, logprobs: true, top_logprobs: 3, max_tokens: 4 });
  assert.deepEqual(answer.choices.map((choice) => choice.index), [0, 1]);
  for (const choice of answer.choices) {
    assert.ok(choice.logprobs.content.length > 0);
    for (const token of choice.logprobs.content) {
      assert.ok(token.logprob <= 0);
      assert.equal(token.top_logprobs.length, 3);
      assert.ok(token.top_logprobs[0].logprob >= token.top_logprobs[2].logprob);
    }
  }
});

test("completions answer text, batches and token ids, and echo on request", async () => {
  const base = { model, max_tokens: 8, temperature: 0 };
  const one = await client.completions.create({ ...base, prompt: "Once upon a time" });
  assert.equal(one.object, "text_completion");
  const echoed = await client.completions.create({ ...base, prompt: "Once upon a time", echo: true });
  assert.equal(echoed.choices[0].text, "Once upon a time" + one.choices[0].text);
  const batch = await client.completions.create({ ...base, prompt: ["Once upon a time", "The"] });
  assert.deepEqual(batch.choices.map((choice) => choice.index), [0, 1]);
  assert.equal(batch.choices[0].text, one.choices[0].text);
  const ids = await client.completions.create({ ...base, prompt: [1, 2, 3] });
  assert.equal(ids.usage.prompt_tokens, 3);
  let streamed = "";
  for await (const chunk of await client.completions.create({
    ...base, prompt: "Once upon a time", stream: true,
  })) streamed += chunk.choices[0]?.text ?? "";
  assert.equal(streamed, one.choices[0].text);
});

test("errors arrive as the client's own error types", async () => {
  const unknown = await failure(chat({ model: "gpt-4" }));
  assert.ok(unknown instanceof OpenAI.NotFoundError);
  assert.equal(unknown.code, "model_not_found");
  const wrong = await failure(chat({ temperature: "hot" }));
  assert.ok(wrong instanceof OpenAI.BadRequestError);
  assert.equal(wrong.param, "temperature");
  const outside = await failure(chat({ top_p: 7 }));
  assert.ok(outside instanceof OpenAI.BadRequestError);
  assert.equal(outside.param, "top_p");
  const long = await failure(
    client.completions.create({ model, prompt: "word ".repeat(400_000), max_tokens: 1 }),
  );
  assert.ok(long instanceof OpenAI.BadRequestError);
  assert.equal(long.code, "context_length_exceeded");
  const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: "wrong", maxRetries: 0 });
  assert.ok((await failure(stranger.models.list())) instanceof OpenAI.AuthenticationError);
});

test("an aborted stream ends, and the server goes on", async () => {
  const stream = await chat({ stream: true, max_tokens: 200, ignore_eos: true });
  let numChunks = 0;
  for await (const _ of stream) {
    numChunks += 1;
    if (numChunks === 3) stream.controller.abort();
  }
  assert.ok(numChunks >= 3);
  assert.equal((await chat({ max_tokens: 1 })).choices.length, 1);
});

test("many chats at once are all answered", async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => chat({ seed: i, max_tokens: 8 })),
  );
  assert.equal(answers.length, 8);
});
