// Real answers of the bundled model through OpenAI's client: reasoning, JSON, a tool, memory of what was said.
// Examples of what it can do; how often it can is what src/cli/spark_test.cpp asks, on items that nobody chose.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: `${process.env.FALCONET_URL}/v1`,
  apiKey: process.env.FALCONET_KEY,
  maxRetries: 0,
});
const ask = (messages, more) =>
  client.chat.completions.create({ model: "spark", messages, temperature: 0, ...more });
const user = (content) => ({ role: "user", content });

test("a word problem is reasoned through and answered, as a stream", async () => {
  const question = "小明有 12 个苹果,又买了 30 个,吃了 5 个,还剩几个?";
  let reasoning = "";
  let content = "";
  for await (const chunk of await ask([user(question)], { stream: true })) {
    reasoning += chunk.choices[0]?.delta.reasoning ?? "";
    content += chunk.choices[0]?.delta.content ?? "";
  }
  assert.match(reasoning, /42/, "12 and 30 are added first");
  assert.match(content, /\\boxed\{37\}/);
});

for (const [language, keys, ask_for, wanted] of [
  ["English", ["name", "age"],
   (schema) => `Extract the data as JSON for this schema: ${schema}\nText: Emma Miller is 41 years old, lives in London and works as a teacher.`,
   { name: "Emma Miller", age: 41 }],
  ["Chinese", ["城市", "年龄"], (schema) => `按这个模式提取JSON：${schema}\n文本：我叫王芳，34岁，在北京当医生。`,
   { 城市: "北京", 年龄: 34 }],
]) {
  test(`a schema is filled with what a text in ${language} says`, async () => {
    const [text, number] = keys;
    const asked = `{"type": "object", "properties": {"${text}": {"type": "string"}, "${number}": {"type": "integer"}}, "required": ["${text}", "${number}"]}`;
    const schema = { ...JSON.parse(asked), additionalProperties: false };
    const answer = await ask([user(ask_for(asked))], {
      response_format: { type: "json_schema", json_schema: { name: "person", strict: true, schema } },
    });
    assert.deepEqual(JSON.parse(answer.choices[0].message.content), wanted);
  });
}

test("the right tool is called with its argument", async () => {
  const tool = (name, description, argument) => ({
    type: "function",
    function: {
      name,
      description,
      parameters: { type: "object", properties: { [argument]: { type: "string" } }, required: [argument] },
    },
  });
  const answer = await ask([user("What is the weather in London?")], {
    tools: [tool("web_search", "Search the web", "query"), tool("get_weather", "Get the weather of a city", "city")],
  });
  const [call] = answer.choices[0].message.tool_calls;
  assert.equal(answer.choices[0].finish_reason, "tool_calls");
  assert.equal(call.function.name, "get_weather");
  assert.deepEqual(JSON.parse(call.function.arguments), { city: "London" });
});

test("what was said earlier is remembered", async () => {
  const answer = await ask([
    user("My favorite color is green."),
    { role: "assistant", content: "I will remember that." },
    user("Thanks!"),
    { role: "assistant", content: "You are welcome!" },
    user("What is my favorite color?"),
  ]);
  assert.match(answer.choices[0].message.content, /green/);
});
