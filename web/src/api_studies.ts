// The part of the API that is about studies; api.ts sends the requests.
import { change, get } from "./api";
import type * as T from "./api_types";

// --- For researchers

const feedback = "/api/feedback";
const studyPath = (id: T.Id) => `${feedback}/studies/${id}`;

export type StudyPatch = Partial<
  Pick<T.Study, "name" | "goal" | "hypotheses" | "segments" | "arms" | "is_open" | "begins" | "ends" | "retention_days">
>;
export type NewStudyLink = Partial<
  Pick<T.StudyLink, "segment" | "channel" | "questionnaire_id" | "max_uses" | "expires">
>;
export type GuidePatch = Partial<Pick<T.StudyGuide, "definition" | "is_offered" | "due" | "due_after">>;
export type QuestionnairePatch = Partial<Pick<T.Questionnaire, "definition" | "due" | "due_after">>;

export const studies = () => get<{ studies: T.Study[] }>(`${feedback}/studies`);
export const study = (id: T.Id) => get<T.WholeStudy>(studyPath(id));
export const createStudy = (fields: StudyPatch) =>
  change<T.WholeStudy>("POST", `${feedback}/studies`, fields);
export const changeStudy = (id: T.Id, patch: StudyPatch) =>
  change<T.WholeStudy>("PATCH", studyPath(id), patch);
export const deleteStudy = (id: T.Id) => change<void>("DELETE", studyPath(id));
export const startStudy = (id: T.Id) => change<T.WholeStudy>("POST", `${studyPath(id)}/start`);
export const endStudy = (id: T.Id) => change<T.WholeStudy>("POST", `${studyPath(id)}/end`);
export const setConsent = (id: T.Id, consent: Pick<T.Consent, "text_en" | "text_zh" | "scopes">) =>
  change<T.WholeStudy>("PUT", `${studyPath(id)}/consent`, consent);
export const studyProgress = (id: T.Id) => get<T.StudyProgress>(`${studyPath(id)}/progress`);
export const studyParticipants = (id: T.Id) =>
  get<{ participants: T.StudyParticipant[] }>(`${studyPath(id)}/participants`);
export const studyLinks = (id: T.Id) => get<{ links: T.StudyLink[] }>(`${studyPath(id)}/links`);
export const createStudyLink = (id: T.Id, link: NewStudyLink) =>
  change<{ link: T.StudyLink }>("POST", `${studyPath(id)}/links`, link);
export const closeStudyLink = (id: T.Id) => change<void>("DELETE", `${feedback}/study-links/${id}`);

export const questionnaires = (study: T.Id) =>
  get<{ questionnaires: T.Questionnaire[] }>(`${studyPath(study)}/questionnaires`);
export const createQuestionnaire = (study: T.Id, fields: QuestionnairePatch) =>
  change<T.Questionnaire>("POST", `${studyPath(study)}/questionnaires`, fields);
export const changeQuestionnaire = (id: T.Id, patch: QuestionnairePatch) =>
  change<T.Questionnaire>("PATCH", `${feedback}/questionnaires/${id}`, patch);
export const deleteQuestionnaire = (id: T.Id) =>
  change<void>("DELETE", `${feedback}/questionnaires/${id}`);
export const questionnaireTemplates = () =>
  get<{ templates: T.QuestionnaireTemplate[] }>(`${feedback}/questionnaire-templates`);

export const interviewGuide = (study: T.Id) =>
  get<T.GuideAndTemplate>(`${studyPath(study)}/interview-guide`);
export const changeInterviewGuide = (study: T.Id, patch: GuidePatch) =>
  change<T.GuideAndTemplate>("PUT", `${studyPath(study)}/interview-guide`, patch);

// --- For those who take part

export const participations = () =>
  get<{ participations: T.Participation[]; open: T.StudyInvitation[] }>("/participations");
export const joinStudy = (how: { token: string } | { study_id: T.Id }, agreement: T.Agreement) =>
  change<T.Participation>("POST", "/participations", { ...how, ...agreement });
export const changeParticipation = (
  id: string, consent: Pick<T.Agreement, "consent_version" | "scopes">,
) => change<T.Participation>("PATCH", `/participations/${id}`, consent);
export const withdraw = (id: string) => change<void>("DELETE", `/participations/${id}`);

export const questionnaire = (id: T.Id) => get<T.QuestionnaireToFill>(`/questionnaires/${id}`);
export const answerQuestionnaire = (id: T.Id, answers: T.Answers, submit: boolean) =>
  change<T.QuestionnaireToFill>("PUT", `/questionnaires/${id}`, { answers, submit });

export const chatInterview = (participation: string) =>
  get<T.ChatInterview>(`/participations/${participation}/interview`);
export const beginInterview = (participation: string, locale: "en" | "zh") =>
  change<T.BegunInterview>("POST", `/participations/${participation}/interview`, { locale });
/** A turn that arrived before changes nothing: whoever got no answer sends it again. */
export const answerInterview = (
  participation: string, turn: number, answer: { text: string } | { skip: true },
) =>
  change<T.BegunInterview>(
    "POST", `/participations/${participation}/interview/turns`, { turn, ...answer },
  );

// --- Following a link; without an account a secret stands for it

export const followLink = (token: string) => get<T.FollowedLink>(`/study-links/${token}`);
export const becomeRespondent = (token: string, agreement: T.Agreement) =>
  change<{ secret: string; participation: T.OwnConsent }>(
    "POST", `/study-links/${token}/respondents`, agreement,
  );
export const respondent = (secret: string) =>
  get<{ participation: T.OwnConsent; questionnaire: T.QuestionnaireToFill }>(`/respondents/${secret}`);
export const answerAsRespondent = (secret: string, answers: T.Answers, submit: boolean) =>
  change<T.QuestionnaireToFill>("PUT", `/respondents/${secret}`, { answers, submit });
export const withdrawRespondent = (secret: string) =>
  change<void>("DELETE", `/respondents/${secret}`);
