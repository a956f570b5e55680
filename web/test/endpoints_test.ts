import { describe, expect, test } from "vitest";
import { endpointRefusal, modelNames, stateText, testText } from "../src/admin/endpoints.svelte";
import { ApiError } from "../src/api";
import type { Endpoint } from "../src/api_types";
import { enter, mayKeep, store } from "../src/state/session.svelte";
import { en } from "../src/text/en";

const endpoint = (more: Partial<Endpoint>): Endpoint => ({
  id: "e", name: "Lab", url: "https://lab.example/v1", host: "lab.example", has_key: false, key_end: null,
  models: [], is_enabled: true, is_fixed: false, state: "ready", num_models: 3, answer: "models",
  message: "", ...more,
});

test("names of models come one a line or with commas, each once", () => {
  expect(modelNames(" a/b\n\nc, a/b，d ")).toEqual(["a/b", "c", "d"]);
  expect(modelNames("  \n")).toEqual([]);
});

describe("what a server answered is said in words", () => {
  test("its models, some by name", () => {
    expect(testText({ answer: "models", message: "", models: ["a", "b"] })).toContain("2 models: a, b");
    const many = testText({ answer: "models", message: "", models: [..."abcdefgh"] });
    expect(many).toContain("8 models: a, b, c, d, e, f, …");
  });

  test("or why there are none", () => {
    expect(testText({ answer: "key_refused", message: "401", models: [] })).toBe(en.endpoints.answers.key_refused);
    expect(stateText(endpoint({ state: "unavailable", answer: "tls" }))).toBe(en.endpoints.answers.tls);
    expect(stateText(endpoint({ state: "asking", answer: null }))).toBe("is being asked");
    expect(stateText(endpoint({ state: "disabled" }))).toBe("disabled");
    expect(stateText(endpoint({ num_models: 1 }))).toBe("1 model");
  });

  test("a refusal has the reader's words", () => {
    expect(endpointRefusal(new ApiError("refused", "api_key: …", "key_needed"))).toBe(en.endpoints.errors.key_needed);
    expect(endpointRefusal(new ApiError("refused", "url: expected an address"))).toBe("url: expected an address");
  });
});

test("other servers are for administrators, and for whoever is alone", () => {
  const session = { version: "1", models: [], recommended_model: null };
  store.session = null;
  expect(mayKeep()).toBe(false);
  enter({ ...session, user: { id: "u", name: "u", role: "user" }, is_local: true });
  expect(mayKeep()).toBe(true);
  enter({ ...session, user: { id: "u", name: "u", role: "researcher" }, is_local: false });
  expect(mayKeep()).toBe(false);
  enter({ ...session, user: { id: "u", name: "u", role: "administrator" }, is_local: false });
  expect(mayKeep()).toBe(true);
});
