// An interview in the chat, for the mock server. The rules of the real one are tested there
// (src/feedback/interview_guide_test.cpp): here a short answer is asked about once.
import type { BegunInterview, ChatInterview, InterviewGuide, LocalizedText, StudyGuide, WaitingInterview } from "../src/api_types";

type GuidePatch = Partial<StudyGuide>;

const bothWays = (en: string, zh: string): LocalizedText => ({ en, zh });
const shortCharacters = 12;

export const sampleGuide: InterviewGuide = {
  title: bothWays("A conversation about the model", "聊聊模型"),
  intro: bothWays("There are two questions.", "一共两个问题。"),
  closing: bothWays("That was the last question.", "问题到此结束。"),
  questions: [
    {
      text: bothWays("What bothers you most?", "最让您不满意的是什么？"),
      probes: [{ rule: "short", words: 6, characters: 10, text: bothWays("Can you give an example?", "能举个例子吗？") }],
    },
    { text: bothWays("What do you wish?", "您希望什么？") },
  ],
};

export class MockChatInterview {
  guide: StudyGuide | null = null;
  begun: BegunInterview | null = null;
  /** Requests whose answers get lost on the way. */
  numLost = 0;
  private isProbe = false;

  change(patch: GuidePatch): StudyGuide {
    const before = this.guide ?? {
      version: 0, is_offered: false, due: "at_once" as const, due_after: 0, changed: 0, num_begun: 0, num_ended: 0,
      definition: sampleGuide,
    };
    const version = before.version + (patch.definition ? 1 : 0);
    this.guide = { ...before, ...patch, version };
    return this.guide;
  }

  waiting(): WaitingInterview | null {
    if (!this.guide?.is_offered && this.begun === null) return null;
    const { title, questions } = this.definition();
    return { title, num_questions: questions.length, has_begun: this.begun !== null, ended: this.begun?.ended ?? null };
  }

  private definition = (): InterviewGuide => this.guide?.definition ?? sampleGuide;

  now(): ChatInterview {
    const { title, intro, questions } = this.definition();
    return this.begun ?? {
      study: "Is a small model enough?", title, intro: intro ?? null, num_questions: questions.length, is_open: true, has_begun: false,
    };
  }

  begin(locale: "en" | "zh"): BegunInterview {
    const { title, intro, questions } = this.definition();
    this.begun ??= {
      study: "Is a small model enough?", title, intro: intro ?? null, num_questions: questions.length, is_open: true,
      has_begun: true, locale, question: 1, turn: 1, ended: null,
      turns: [intro, questions[0]?.text].map((text) => ({ is_participant: false, text: text?.[locale] ?? "" })),
    };
    return this.begun;
  }

  private ask(text: LocalizedText | undefined, interview: BegunInterview): void {
    if (text) interview.turns.push({ is_participant: false, text: text[interview.locale] });
    interview.turn = interview.turns.length - 1;
  }

  /** Null: the turn was taken with other words. */
  answer(turn: number, text: string | undefined): BegunInterview | null {
    if (this.begun === null) return null;
    const interview = structuredClone(this.begun);
    if (turn !== interview.turn) return interview.turns[turn + 1]?.text === text ? interview : null;
    if (text !== undefined) interview.turns.push({ is_participant: true, text: text.trim() });
    const question = this.definition().questions[interview.question - 1];
    const [probe] = question?.probes ?? [];
    const asksOn = !this.isProbe && probe !== undefined && text !== undefined && text.length < shortCharacters;
    this.isProbe = asksOn;
    if (asksOn) this.ask(probe.text, interview);
    else if (interview.question < interview.num_questions) {
      interview.question += 1;
      this.ask(this.definition().questions[interview.question - 1]?.text, interview);
    } else {
      interview.ended = Date.now();
      this.ask(this.definition().closing, interview);
    }
    this.begun = interview;
    return interview;
  }
}
