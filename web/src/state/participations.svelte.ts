// The studies that one takes part in, and what waits: questionnaires and interviews.
import * as studies from "../api_studies";
import type { LocalizedText, Participation, StudyInvitation } from "../api_types";

interface Participations {
  all: Participation[];
  /** Studies that one may join from here. */
  open: StudyInvitation[];
}

export const participations = $state<Participations>({ all: [], open: [] });

/** A server without studies has nothing of them on its page. */
export async function loadParticipations(): Promise<void> {
  try {
    const found = await studies.participations();
    participations.all = found.participations;
    participations.open = found.open;
  } catch {
    participations.all = [];
    participations.open = [];
  }
}

/** After an answer: another questionnaire may be due. */
export function refreshParticipations(): void {
  if (participations.all.length > 0) void loadParticipations();
}

export const hasStudies = (): boolean => participations.all.length + participations.open.length > 0;

export interface Waiting {
  kind: "questionnaire" | "interview";
  /** Of the questionnaire, or of the participation that the interview is of. */
  id: string;
  title: LocalizedText;
  num_questions: number;
  has_begun: boolean;
}

/** Questionnaires first: they take less time. */
export function whatWaits(): Waiting[] {
  const questionnaires = participations.all
    .flatMap((each) => each.questionnaires)
    .filter((each) => each.submitted === null)
    .map((each): Waiting => ({ kind: "questionnaire", ...each }));
  const interviews = participations.all.flatMap(({ id, interview }): Waiting[] =>
    interview === null || interview.ended !== null ? [] : [{ kind: "interview", id, ...interview }],
  );
  return [...questionnaires, ...interviews];
}
