// The client's own helpers for bound answers, unchanged, against the bundled model: parse(), Zod schemas,
// parsed streams, tools that the client runs itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { LengthFinishReasonError } from "openai/error";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

const client = new OpenAI({
  baseURL: `${process.env.FALCONET_URL}/v1`,
  apiKey: process.env.FALCONET_KEY,
  maxRetries: 0,
});
const model = "spark";
const user = (content) => ({ role: "user", content });

const Person = z.object({ name: z.string(), age: z.number().int() });
const asked =
  '{"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name", "age"]}';
const extraction = [
  user(`Extract the data as JSON for this schema: ${asked}\nText: Emma Miller is 41 years old, lives in London and works as a teacher.`),
];
const extract = {
  model,
  messages: extraction,
  temperature: 0,
  response_format: zodResponseFormat(Person, "person"),
};
const emma = { name: "Emma Miller", age: 41 };

test("parse() returns what the Zod schema describes", async () => {
  const completion = await client.beta.chat.completions.parse(extract);
  assert.deepEqual(completion.choices[0].message.parsed, emma);
  assert.equal(completion.choices[0].message.refusal, null);
  assert.deepEqual(completion.choices[0].validation, { valid: true });
});

test("parse() survives any temperature, since the answer is bound", async () => {
  const Shelf = z.object({
    kind: z.enum(["books", "tools", "toys"]),
    places: z.array(z.object({ row: z.number().int().min(1).max(9), label: z.string().max(12) })).max(3),
    note: z.union([z.string().max(20), z.null()]),
    is_full: z.boolean(),
  });
  for (const temperature of [0, 1, 2]) {
    const completion = await client.beta.chat.completions.parse({
      model,
      messages: [user("Describe a shelf as JSON.")],
      temperature,
      n: 4,
      seed: 3,
      max_tokens: 700,
      response_format: zodResponseFormat(Shelf, "shelf"),
    });
    for (const choice of completion.choices) assert.ok(Shelf.parse(choice.message.parsed));
  }
});

test("parse() throws the client's own error where the tokens run out", async () => {
  await assert.rejects(
    client.beta.chat.completions.parse({ ...extract, max_tokens: 8 }),
    LengthFinishReasonError,
  );
});

test("a parsed stream grows and ends in the same value", async () => {
  const stream = client.beta.chat.completions.stream(extract);
  let text = "";
  const lengths = [];
  stream.on("content.delta", ({ delta, snapshot, parsed }) => {
    text += delta;
    assert.equal(snapshot, text);
    assert.ok(parsed === null || typeof parsed === "object");
    lengths.push(snapshot.length);
  });
  const done = new Promise((resolve) => stream.on("content.done", resolve));
  const completion = await stream.finalChatCompletion();
  assert.ok(lengths.length > 1, "it came in pieces");
  assert.deepEqual(completion.choices[0].message.parsed, emma);
  assert.deepEqual((await done).parsed, emma);
});

const GetWeather = z.object({ city: z.string() });
const weatherTool = zodFunction({
  name: "get_weather",
  description: "Get the weather of a city",
  parameters: GetWeather,
});
const askWeather = {
  model,
  messages: [user("What is the weather in London?")],
  temperature: 0,
  tools: [weatherTool],
};

test("parse() reads the arguments of a call", async () => {
  const completion = await client.beta.chat.completions.parse(askWeather);
  const [call] = completion.choices[0].message.tool_calls;
  assert.equal(completion.choices[0].finish_reason, "tool_calls");
  assert.deepEqual(call.function.parsed_arguments, { city: "London" });
});

test("streamed calls are put together by the client", async () => {
  const stream = client.beta.chat.completions.stream(askWeather);
  let argumentsText = "";
  stream.on("tool_calls.function.arguments.delta", ({ name, arguments_delta }) => {
    assert.equal(name, "get_weather");
    argumentsText += arguments_delta;
  });
  const completion = await stream.finalChatCompletion();
  const [call] = completion.choices[0].message.tool_calls;
  assert.equal(call.function.arguments, argumentsText);
  assert.deepEqual(call.function.parsed_arguments, { city: "London" });
  assert.ok(!completion.choices[0].message.content, "nothing leaks into the content");
});

for (const isStreamed of [false, true]) {
  test(`runTools() calls the function and answers with its result${isStreamed ? ", streamed" : ""}`, async () => {
    const called = [];
    const runner = client.beta.chat.completions.runTools({
      ...askWeather,
      stream: isStreamed,
      tools: [
        {
          type: "function",
          function: {
            name: "get_weather",
            description: "Get the weather of a city",
            parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
            parse: JSON.parse,
            function: ({ city }) => {
              called.push(city);
              return "14 degrees and rain";
            },
          },
        },
      ],
    });
    const answer = await runner.finalContent();
    assert.deepEqual(called, ["London"]);
    assert.equal(typeof answer, "string");
    assert.ok(runner.messages.some(({ role }) => role === "tool"));
  });
}

test("a schema that cannot be enforced is refused, or judged at the end where the client asks for that", async () => {
  const format = (strict) => ({
    type: "json_schema",
    json_schema: {
      name: "pair",
      strict,
      schema: {
        type: "array", items: { enum: [1, 2] }, minItems: 2, maxItems: 2, not: { uniqueItems: true },
      },
    },
  });
  const ask = (strict) =>
    client.chat.completions.create({
      model, messages: [user("Two numbers?")], response_format: format(strict), n: 8, temperature: 1.5, seed: 1,
    });
  await assert.rejects(ask(true), (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.match(error.message, /\/not/);
    return true;
  });
  const answer = await ask(false);
  for (const { message, validation } of answer.choices) {
    const [first, second] = JSON.parse(message.content);
    assert.equal(validation.valid, first === second);
    assert.equal(validation.not_enforced.length, 1);
    if (!validation.valid) assert.match(validation.error, /the root: .*\/not/);
  }
});
