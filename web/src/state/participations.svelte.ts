// The studies that one takes part in, and which questionnaires wait.
import * as studies from "../api_studies";
import type { Participation, StudyInvitation, WaitingQuestionnaire } from "../api_types";

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

export function waitingQuestionnaires(): WaitingQuestionnaire[] {
  return participations.all.flatMap(({ questionnaires }) =>
    questionnaires.filter((each) => each.submitted === null),
  );
}
