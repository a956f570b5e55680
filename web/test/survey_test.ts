import { beforeEach, expect, test } from "vitest";
import type { QuestionDefinition, QuestionnaireDefinition } from "../src/api_types";
import { answersToKeep, answersToSend, isShown, localized, problemOf, shownQuestions, stepsOf } from "../src/survey/logic";
import {
  blankQuestionnaire, conditionOn, freeId, moved, newQuestion, removed, toDefinition, toEdit,
} from "../src/studies/builder";
import { fieldOfTime, timeOfField } from "../src/studies/dates";
import { setLanguage } from "../src/text/text.svelte";
import { sampleDefinition } from "./mock_studies";

beforeEach(() => setLanguage("en"));

const questionOf = (id: string): QuestionDefinition => {
  const found = sampleDefinition.questions.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no question ${id}`);
  return found;
};
const ids = (questions: readonly { id: string }[]) => questions.map(({ id }) => id);

test("a question is shown when the answer that it depends on is there", () => {
  expect(ids(shownQuestions(sampleDefinition, {}))).not.toContain("turns");
  expect(ids(shownQuestions(sampleDefinition, { problems: ["speed"] }))).not.toContain("turns");
  expect(ids(shownQuestions(sampleDefinition, { problems: ["speed", "memory"] }))).toContain("turns");
});

test("what depends on a hidden question is hidden too", () => {
  const chain: QuestionnaireDefinition = {
    ...sampleDefinition,
    questions: [
      ...sampleDefinition.questions,
      { id: "deeper", type: "nps", text: { en: "x", zh: "y" }, show_if: { question: "turns", at_least: 5 } },
    ],
  };
  const deeper = chain.questions.at(-1) as QuestionDefinition;
  expect(isShown(chain, deeper, { problems: ["memory"], turns: 5 })).toBe(true);
  expect(isShown(chain, deeper, { problems: ["memory"], turns: 4 })).toBe(false);
  expect(isShown(chain, deeper, { problems: ["speed"], turns: 5 })).toBe(false);
});

test("answers to hidden questions are not sent", () => {
  const answers = { problems: ["speed"], turns: 7, recommend: 3, why: "  " };
  expect(answersToSend(sampleDefinition, answers)).toEqual({ problems: ["speed"], recommend: 3 });
  expect(answersToKeep(sampleDefinition, { problems: ["memory"], turns: 99 })).toEqual({ problems: ["memory"] });
});

test("what is wrong with an answer is said", () => {
  expect(problemOf(questionOf("recommend"), undefined)).toEqual({ kind: "required" });
  expect(problemOf(questionOf("recommend"), 0)).toBeNull();
  expect(problemOf(questionOf("turns"), 99)).toEqual({ kind: "range", least: 1, most: 50 });
  expect(problemOf(questionOf("order"), ["a"])).toEqual({ kind: "ranking" });
  expect(problemOf(questionOf("order"), ["a", "c", "b"])).toBeNull();
  expect(problemOf(questionOf("sus"), { 1: 3 })).toEqual({ kind: "rows" });
  expect(problemOf(questionOf("sus"), undefined)).toBeNull();
  expect(problemOf(questionOf("why"), "x".repeat(5001))).toEqual({ kind: "long", most: 5000 });
});

test("scales have their steps, and texts the reader's language or the other one", () => {
  expect(stepsOf(questionOf("recommend"))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(stepsOf({ id: "x", type: "likert", most: 7, text: { en: "", zh: "" } })).toHaveLength(7);
  setLanguage("zh");
  expect(localized(sampleDefinition.title)).toBe("关于模型");
  expect(localized({ en: "only", zh: "" })).toBe("only");
});

test("a questionnaire comes out of the builder as it went in", () => {
  const plain = { ...sampleDefinition, questions: sampleDefinition.questions.map((each) => ({ required: false, ...each })) };
  expect(toDefinition(toEdit(sampleDefinition))).toEqual(plain);
});

test("the builder gives free ids and drops what a type has no use for", () => {
  expect(freeId("q", ["q2"])).toBe("q3");
  expect(freeId("q", [])).toBe("q1");
  const [question] = toDefinition({ ...blankQuestionnaire(), questions: [newQuestion([], "nps")] }).questions;
  expect(Object.keys(question ?? {}).sort()).toEqual(["id", "required", "text", "type"]);
});

test("a condition goes when the question that it speaks of no longer comes before", () => {
  const first = newQuestion([], "multiple");
  const second = { ...newQuestion([first.id], "nps"), show_if: conditionOn(first) };
  expect(second.show_if).toEqual({ question: first.id, contains: "c1" });
  expect(moved([first, second], 1, -1).map(({ show_if }) => show_if)).toEqual([null, null]);
  expect(removed([first, second], 0)[0]?.show_if).toBeNull();
});

test("times of fields are local and come back", () => {
  const time = new Date(2026, 10, 30, 9, 5).getTime();
  expect(fieldOfTime(time)).toBe("2026-11-30T09:05");
  expect(timeOfField(fieldOfTime(time))).toBe(time);
  expect(timeOfField("")).toBeNull();
});
