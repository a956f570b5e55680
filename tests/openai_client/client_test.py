"""OpenAI's Python client and its own helpers against a running server with the bundled model:
$FALCONET_URL, $FALCONET_KEY. For comparison: run.sh runs it where the packages openai and pydantic are
there ($FALCONET_PYTHON names another interpreter), and says so loudly where they are not."""

import json
import os
import unittest
from typing import Literal, Optional

import openai
from pydantic import BaseModel, Field

client = openai.OpenAI(
    base_url=os.environ["FALCONET_URL"] + "/v1", api_key=os.environ["FALCONET_KEY"], max_retries=0)


class Person(BaseModel):
    name: str
    age: int


ASKED = ('{"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, '
         '"required": ["name", "age"]}')
EXTRACT = dict(
    model="spark",
    temperature=0,
    messages=[{"role": "user", "content":
               f"Extract the data as JSON for this schema: {ASKED}\nText: Emma Miller is 41 years old, "
               "lives in London and works as a teacher."}])
EMMA = Person(name="Emma Miller", age=41)


class GetWeather(BaseModel):
    """Get the weather of a city"""
    city: str


ASK_WEATHER = dict(
    model="spark",
    temperature=0,
    messages=[{"role": "user", "content": "What is the weather in London?"}],
    tools=[openai.pydantic_function_tool(GetWeather, name="get_weather")])


class ParseHelpers(unittest.TestCase):
    def test_parse_returns_the_model(self):
        completion = client.chat.completions.parse(response_format=Person, **EXTRACT)
        self.assertEqual(completion.choices[0].message.parsed, EMMA)

    def test_parse_survives_any_temperature(self):
        class Shelf(BaseModel):
            kind: Literal["books", "tools", "toys"]
            rows: list[int] = Field(max_length=3)
            note: Optional[str] = Field(max_length=20)
            is_full: bool

        for temperature in (0, 1, 2):
            completion = client.chat.completions.parse(
                model="spark", messages=[{"role": "user", "content": "Describe a shelf as JSON."}],
                temperature=temperature, n=4, seed=3, max_tokens=700, response_format=Shelf)
            for choice in completion.choices:
                self.assertIsInstance(choice.message.parsed, Shelf)

    def test_parse_raises_where_the_tokens_run_out(self):
        with self.assertRaises(openai.LengthFinishReasonError):
            client.chat.completions.parse(response_format=Person, **EXTRACT, max_tokens=8)

    def test_a_parsed_stream_ends_in_the_same_value(self):
        text = ""
        with client.chat.completions.stream(response_format=Person, **EXTRACT) as stream:
            for event in stream:
                if event.type == "content.delta":
                    text += event.delta
                    self.assertEqual(event.snapshot, text)
            completion = stream.get_final_completion()
        self.assertEqual(completion.choices[0].message.parsed, EMMA)

    def test_parse_reads_the_arguments_of_a_call(self):
        completion = client.chat.completions.parse(**ASK_WEATHER)
        call = completion.choices[0].message.tool_calls[0]
        self.assertEqual(completion.choices[0].finish_reason, "tool_calls")
        self.assertEqual(call.function.parsed_arguments, GetWeather(city="London"))

    def test_streamed_calls_are_put_together(self):
        arguments = ""
        with client.chat.completions.stream(**ASK_WEATHER) as stream:
            for event in stream:
                if event.type == "tool_calls.function.arguments.delta":
                    arguments += event.arguments_delta
            completion = stream.get_final_completion()
        message = completion.choices[0].message
        self.assertEqual(message.tool_calls[0].function.arguments, arguments)
        self.assertEqual(message.tool_calls[0].function.parsed_arguments, GetWeather(city="London"))
        self.assertFalse(message.content)

    def test_what_is_not_enforced_is_judged(self):
        schema = {"type": "array", "items": {"enum": [1, 2]}, "minItems": 2, "maxItems": 2,
                  "not": {"uniqueItems": True}}
        answer = client.chat.completions.create(
            model="spark", messages=[{"role": "user", "content": "Two numbers?"}], n=8, seed=1,
            temperature=1.5, response_format={
                "type": "json_schema",
                "json_schema": {"name": "pair", "strict": False, "schema": schema}})
        for choice in answer.choices:
            first, second = json.loads(choice.message.content)
            self.assertEqual(choice.model_extra["validation"]["valid"], first == second)


if __name__ == "__main__":
    unittest.main(verbosity=2)
