// A questionnaire while it is being made: nothing of it is optional, so that fields can be bound to it.
import type {
  LocalizedText, QuestionChoice, QuestionDefinition, QuestionnaireDefinition, QuestionType, ShowCondition,
} from "../api_types";

export interface EditedQuestion {
  id: string;
  type: QuestionType;
  text: LocalizedText;
  help: LocalizedText;
  required: boolean;
  choices: QuestionChoice[];
  rows: QuestionChoice[];
  least: number;
  most: number;
  least_label: LocalizedText;
  most_label: LocalizedText;
  show_if: ShowCondition | null;
}

export interface EditedQuestionnaire {
  title: LocalizedText;
  intro: LocalizedText;
  questions: EditedQuestion[];
}

export const questionTypes: readonly QuestionType[] = [
  "single", "multiple", "likert", "matrix", "nps", "csat", "sus", "ranking", "number", "short_text", "long_text",
];

const blank = (): LocalizedText => ({ en: "", zh: "" });
const isBlank = ({ en, zh }: LocalizedText) => en.trim() === "" && zh.trim() === "";

export const hasChoices = (type: QuestionType) => ["single", "multiple", "ranking"].includes(type);
export const hasSteps = (type: QuestionType) => type === "likert" || type === "matrix";
export const hasEnds = (type: QuestionType) => ["likert", "matrix", "nps", "csat", "sus"].includes(type);
export const isNumeric = (type: QuestionType) => ["likert", "nps", "csat", "number"].includes(type);
/** Whether a later question can depend on it. */
export const canDecide = (type: QuestionType) => isNumeric(type) || type === "single" || type === "multiple";

/** An id that no other has: answers are kept under it, so it never changes afterwards. */
export function freeId(prefix: string, taken: readonly string[]): string {
  for (let number = taken.length + 1; ; number += 1) {
    const id = `${prefix}${number}`;
    if (!taken.includes(id)) return id;
  }
}

export function newQuestion(taken: readonly string[], type: QuestionType = "single"): EditedQuestion {
  return {
    id: freeId("q", taken), type, text: blank(), help: blank(), required: false,
    choices: [{ id: "c1", text: blank() }, { id: "c2", text: blank() }],
    rows: [{ id: "r1", text: blank() }, { id: "r2", text: blank() }],
    least: type === "number" ? 0 : 1, most: type === "number" ? 100 : 5,
    least_label: blank(), most_label: blank(), show_if: null,
  };
}

export function toEdit(definition: QuestionnaireDefinition): EditedQuestionnaire {
  const copy = structuredClone(definition);
  return {
    title: copy.title,
    intro: copy.intro ?? blank(),
    questions: copy.questions.map((question) => ({
      ...newQuestion([], question.type), help: blank(), ...question, show_if: question.show_if ?? null,
    })),
  };
}

export const blankQuestionnaire = (): EditedQuestionnaire => ({
  title: blank(), intro: blank(), questions: [newQuestion([])],
});

function definitionOf(question: EditedQuestion): QuestionDefinition {
  const { id, type, text, help, required, choices, rows, least, most, least_label, most_label, show_if } = question;
  return {
    id, type, text, required,
    ...(isBlank(help) ? {} : { help }),
    ...(hasChoices(type) ? { choices } : {}),
    ...(type === "matrix" ? { rows } : {}),
    ...(type === "number" ? { least, most } : {}),
    ...(hasSteps(type) ? { most } : {}),
    ...(hasEnds(type) && !isBlank(least_label) ? { least_label } : {}),
    ...(hasEnds(type) && !isBlank(most_label) ? { most_label } : {}),
    ...(show_if === null ? {} : { show_if }),
  };
}

/** As the server takes it: only what the types of the questions have. */
export function toDefinition(edited: EditedQuestionnaire): QuestionnaireDefinition {
  return {
    title: edited.title,
    ...(isBlank(edited.intro) ? {} : { intro: edited.intro }),
    questions: edited.questions.map(definitionOf),
  };
}

/** Moves a question; what depends on one that no longer comes before it is always shown. */
export function moved(questions: readonly EditedQuestion[], from: number, by: number): EditedQuestion[] {
  const order = [...questions];
  const [question] = order.splice(from, 1);
  if (question !== undefined) order.splice(from + by, 0, question);
  return withoutLostConditions(order);
}

export function removed(questions: readonly EditedQuestion[], at: number): EditedQuestion[] {
  return withoutLostConditions(questions.filter((_, index) => index !== at));
}

export function withoutLostConditions(questions: EditedQuestion[]): EditedQuestion[] {
  return questions.map((question, index) => {
    const condition = question.show_if;
    if (condition === null) return question;
    const asked = questions.slice(0, index).find(({ id }) => id === condition.question);
    return asked !== undefined && fits(condition, asked) ? question : { ...question, show_if: null };
  });
}

/** Whether a question can have the answer that a condition speaks of. */
function fits(condition: ShowCondition, asked: EditedQuestion): boolean {
  const hasChoice = (id: unknown) => asked.choices.some((choice) => choice.id === id);
  if (asked.type === "multiple") return hasChoice(condition.contains);
  if (asked.type === "single") return hasChoice(condition.is);
  return isNumeric(asked.type) && condition.contains === undefined && typeof condition.is !== "string";
}

/** A condition on a question, as it is when the question is chosen. */
export function conditionOn(asked: EditedQuestion): ShowCondition {
  const first = asked.choices[0]?.id ?? "";
  if (asked.type === "multiple") return { question: asked.id, contains: first };
  if (asked.type === "single") return { question: asked.id, is: first };
  return { question: asked.id, at_least: asked.least };
}
