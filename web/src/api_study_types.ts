// What the server and the page tell each other about studies.
import type { Id, Parameters, Time } from "./api_types";

export type StudyState = "draft" | "running" | "ended";
/** What people may allow, each for itself. */
export type Scope = "ratings_and_logs" | "quotes" | "fine_tuning" | "interview";

export interface Segment {
  name: string;
  target: number;
}

export interface DeclaredArm {
  name: string;
  parameters: Parameters;
  /** Empty: whichever was asked for. */
  model: string;
}

export interface Study {
  id: Id;
  name: string;
  goal: string;
  hypotheses: string[];
  segments: Segment[];
  /** Models and settings under test. */
  arms: DeclaredArm[];
  /** Accounts may join from the page, without a link. */
  is_open: boolean;
  begins: Time | null;
  ends: Time | null;
  /** After its end; null: as long as the server keeps records. */
  retention_days: number | null;
  state: StudyState;
  started: Time | null;
  ended: Time | null;
  protocol_digest: string;
  created: Time;
}

export interface Consent {
  version: number;
  text_en: string;
  text_zh: string;
  scopes: Scope[];
  created: Time;
}

export interface WholeStudy {
  study: Study;
  consent: Consent | null;
}

export interface StudyLink {
  id: Id;
  segment: string | null;
  channel: string;
  /** Who follows it answers this questionnaire and needs no account. */
  questionnaire_id: Id | null;
  max_uses: number;
  num_uses: number;
  created: Time;
  expires: Time | null;
  /** Only in the answer to its making. */
  path?: string;
}

export interface ProgressRow {
  name: string;
  target: number;
  invited: number;
  consented: number;
  active: number;
  answered: number;
  withdrawn: number;
}

export interface StudyProgress {
  total: ProgressRow;
  segments: ProgressRow[];
  channels: ProgressRow[];
}

/** For researchers: a pseudonym, and no account. */
export interface StudyParticipant {
  id: string;
  segment: string;
  locale: "en" | "zh";
  channel: string;
  consented: Time;
  consent_version: number;
  scopes: Scope[];
  withdrawn: Time | null;
  num_answers: number;
  num_submitted: number;
}

// --- Questionnaires

export interface LocalizedText {
  en: string;
  zh: string;
}

export type QuestionType =
  | "single" | "multiple" | "likert" | "matrix" | "nps" | "csat" | "sus" | "ranking" | "number"
  | "short_text" | "long_text";

export interface QuestionChoice {
  id: string;
  text: LocalizedText;
}

export interface ShowCondition {
  question: string;
  is?: string | number;
  contains?: string;
  at_least?: number;
  at_most?: number;
}

export interface QuestionDefinition {
  id: string;
  type: QuestionType;
  text: LocalizedText;
  help?: LocalizedText;
  required?: boolean;
  choices?: QuestionChoice[];
  rows?: QuestionChoice[];
  least?: number;
  most?: number;
  least_label?: LocalizedText;
  most_label?: LocalizedText;
  show_if?: ShowCondition;
}

export interface QuestionnaireDefinition {
  title: LocalizedText;
  intro?: LocalizedText;
  questions: QuestionDefinition[];
}

export type QuestionnaireDue = "at_once" | "after_chats" | "after_first_error" | "at_end" | "by_link";

/** As researchers see it. */
export interface Questionnaire {
  id: Id;
  study_id: Id;
  version: number;
  due: QuestionnaireDue;
  due_after: number;
  created: Time;
  num_submitted: number;
  definition: QuestionnaireDefinition;
}

export interface QuestionnaireTemplate {
  name: "model_study" | "sus" | "nps";
  definition: QuestionnaireDefinition;
}

export type AnswerValue = string | number | string[] | Record<string, number>;
/** By question. */
export type Answers = Record<string, AnswerValue>;

/** As whoever fills it in sees it. */
export interface QuestionnaireToFill {
  id: Id;
  version: number;
  definition: QuestionnaireDefinition;
  answers: Answers;
  submitted: Time | null;
}

// --- Taking part

/** What one reads before one agrees. */
export interface StudyInvitation {
  id: Id;
  name: string;
  goal: string;
  segments: string[];
  ends: Time | null;
  state: StudyState;
  consent: Consent;
}

export interface FollowedLink {
  study: StudyInvitation;
  /** The link's; null: people choose theirs. */
  segment: string | null;
  needs_account: boolean;
}

/** What one agrees to. */
export interface Agreement {
  segment: string;
  locale: "en" | "zh";
  consent_version: number;
  scopes: Scope[];
}

export interface WaitingQuestionnaire {
  id: Id;
  title: LocalizedText;
  num_questions: number;
  has_begun: boolean;
  submitted: Time | null;
}

export interface OwnConsent {
  /** The pseudonym. */
  id: string;
  segment: string;
  consented: Time;
  consent_version: number;
  scopes: Scope[];
}

export interface Participation extends OwnConsent {
  study: StudyInvitation;
  questionnaires: WaitingQuestionnaire[];
  /** Null: none is offered, or none is allowed. */
  interview: WaitingInterview | null;
}

// --- Interviews in the chat

export type ProbeRule = "short" | "no_example" | "mentions" | "always";

export interface GuideProbe {
  rule: ProbeRule;
  /** Of "short". */
  words?: number;
  characters?: number;
  /** Of "mentions". */
  terms?: string[];
  text: LocalizedText;
}

export interface GuideQuestion {
  text: LocalizedText;
  probes?: GuideProbe[];
}

export interface InterviewGuide {
  title: LocalizedText;
  intro?: LocalizedText;
  closing?: LocalizedText;
  questions: GuideQuestion[];
}

/** As researchers see it. */
export interface StudyGuide {
  version: number;
  is_offered: boolean;
  due: QuestionnaireDue;
  due_after: number;
  changed: Time;
  num_begun: number;
  num_ended: number;
  definition: InterviewGuide;
}

export interface GuideAndTemplate {
  guide: StudyGuide | null;
  template: InterviewGuide;
}

export interface WaitingInterview {
  title: LocalizedText;
  num_questions: number;
  has_begun: boolean;
  ended: Time | null;
}

interface InterviewHead {
  /** The study's name. */
  study: string;
  title: LocalizedText;
  intro: LocalizedText | null;
  num_questions: number;
  /** Answers are taken now. */
  is_open: boolean;
}

export interface BegunInterview extends InterviewHead {
  has_begun: true;
  /** In which it is asked. */
  locale: "en" | "zh";
  /** Which one is being asked, from 1. */
  question: number;
  /** The number of the turn that waits for an answer. */
  turn: number;
  ended: Time | null;
  turns: { is_participant: boolean; text: string }[];
}

/** As whoever gives it sees it. */
export type ChatInterview = (InterviewHead & { has_begun: false }) | BegunInterview;

// --- What people answered

export interface SurveyPeople {
  /** Null: too few to be shown. */
  with: number | null;
  people: number;
  interval?: [number, number];
}

export interface SurveyValue extends LocalizedText {
  /** Of a choice; of a step its number. */
  id: string;
  people: SurveyPeople;
  /** Of a ranking. */
  mean_place?: number;
}

export interface SurveyQuestionFigures extends LocalizedText {
  id: string;
  type: string;
  answered: SurveyPeople;
  values: SurveyValue[];
  mean?: { mean: number; deviation: number; interval?: [number, number] };
  /** In points from −100 to 100. */
  net_promoters?: {
    score: number;
    interval: [number, number];
    promoters: number | null;
    passives: number | null;
    detractors: number | null;
  };
  satisfied?: SurveyPeople;
  texts?: string[];
}

export interface SurveyFigures extends LocalizedText {
  id: Id;
  version: number;
  responded: SurveyPeople;
  unknown_answers: number;
  questions: SurveyQuestionFigures[];
}
