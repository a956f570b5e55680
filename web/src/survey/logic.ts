// Which questions are shown, and what is wrong with an answer: as src/feedback/questionnaire_answers.cpp
// says it, so that people hear of it at once. The server has the last word.
import type {
  Answers, AnswerValue, LocalizedText, QuestionDefinition, QuestionnaireDefinition, ShowCondition,
} from "../api_types";
import { language } from "../text/text.svelte";

export const numSusItems = 10;

/** In the reader's language, or in the other one. */
export const localized = (text: LocalizedText | undefined): string =>
  text === undefined ? "" : text[language()] || text.en || text.zh;

export function isEmpty(answer: AnswerValue | undefined): boolean {
  if (answer === undefined) return true;
  if (typeof answer === "string") return answer.trim() === "";
  if (typeof answer === "number") return false;
  return Object.keys(answer).length === 0;
}

function isMet(condition: ShowCondition, answer: AnswerValue): boolean {
  const { is, contains, at_least, at_most } = condition;
  if (is !== undefined) return answer === is;
  if (contains !== undefined) return Array.isArray(answer) && answer.includes(contains);
  if (typeof answer !== "number") return false;
  if (at_least !== undefined) return answer >= at_least;
  return at_most !== undefined && answer <= at_most;
}

export function isShown(
  definition: QuestionnaireDefinition, question: QuestionDefinition, answers: Answers,
): boolean {
  const condition = question.show_if;
  if (condition === undefined) return true;
  const asked = definition.questions.find(({ id }) => id === condition.question);
  if (asked === undefined || asked === question || !isShown(definition, asked, answers)) return false;
  const answer = answers[asked.id];
  return answer !== undefined && !isEmpty(answer) && isMet(condition, answer);
}

export const shownQuestions = (
  definition: QuestionnaireDefinition, answers: Answers,
): QuestionDefinition[] =>
  definition.questions.filter((question) => isShown(definition, question, answers));

/** The least and the most that a question's number can be. */
export function rangeOf(question: QuestionDefinition): readonly [number, number] {
  switch (question.type) {
    case "nps": return [0, 10];
    case "csat": case "sus": return [1, 5];
    case "number": return [question.least ?? 0, question.most ?? 100];
    default: return [1, question.most ?? 5];
  }
}

export function stepsOf(question: QuestionDefinition): number[] {
  const [least, most] = rangeOf(question);
  return Array.from({ length: most - least + 1 }, (_, step) => least + step);
}

export const rowIds = (question: QuestionDefinition): string[] =>
  question.type === "sus"
    ? Array.from({ length: numSusItems }, (_, item) => String(item + 1))
    : (question.rows ?? []).map(({ id }) => id);

/** What is wrong with an answer that is about to be submitted; null if nothing is. */
export type Problem =
  | { kind: "required" }
  | { kind: "rows" }
  | { kind: "ranking" }
  | { kind: "range"; least: number; most: number }
  | { kind: "long"; most: number };

export const maxShort = 300;
export const maxLong = 5000;

export function problemOf(question: QuestionDefinition, answer: AnswerValue | undefined): Problem | null {
  if (answer === undefined || isEmpty(answer)) return question.required ? { kind: "required" } : null;
  const { type } = question;
  if (type === "matrix" || type === "sus") {
    const isWhole = Object.keys(answer).length === rowIds(question).length;
    return isWhole || (type === "matrix" && !question.required) ? null : { kind: "rows" };
  }
  if (type === "ranking") {
    const isWhole = Array.isArray(answer) && answer.length === (question.choices ?? []).length;
    return isWhole ? null : { kind: "ranking" };
  }
  if (type === "number") {
    const [least, most] = rangeOf(question);
    const isIn = typeof answer === "number" && answer >= least && answer <= most;
    return isIn ? null : { kind: "range", least, most };
  }
  if (typeof answer === "string" && (type === "short_text" || type === "long_text")) {
    const most = type === "short_text" ? maxShort : maxLong;
    return answer.length <= most ? null : { kind: "long", most };
  }
  return null;
}

/** The answers to what is shown; those to what is hidden are not sent. */
export function answersToSend(definition: QuestionnaireDefinition, answers: Answers): Answers {
  const kept: Answers = {};
  for (const { id } of shownQuestions(definition, answers)) {
    const answer = answers[id];
    if (answer !== undefined && !isEmpty(answer)) kept[id] = answer;
  }
  return kept;
}

/** The same, without what the server would not even keep for later. */
export function answersToKeep(definition: QuestionnaireDefinition, answers: Answers): Answers {
  const kept = answersToSend(definition, answers);
  for (const question of definition.questions) {
    const kind = problemOf(question, kept[question.id])?.kind;
    if (kind === "range" || kind === "long") delete kept[question.id];
  }
  return kept;
}
