// Studies of the mock server: one researcher, one participant, links and questionnaires.
import type {
  Agreement, Answers, Consent, Id, LocalizedText, Participation, Questionnaire, QuestionnaireDefinition,
  QuestionnaireTemplate, Scope, Study, StudyInvitation, StudyLink, WholeStudy,
} from "../src/api_types";
import { MockChatInterview, sampleGuide } from "./mock_chat_interview";
import { newId } from "./mock_store";

type Body = Record<string, unknown>;
export interface StudyAnswer {
  status: number;
  body?: unknown;
}
type Handler = (id: string, body: Body) => StudyAnswer;

const ok = (body: unknown, status = 200): StudyAnswer => ({ status, body });
const none: StudyAnswer = { status: 204 };
const missing: StudyAnswer = { status: 404, body: { error: { message: "there is no such thing", code: "not_found" } } };

export const bothWays = (en: string, zh: string): LocalizedText => ({ en, zh });

/** One question of most types, one of them hidden at first. */
export const sampleDefinition: QuestionnaireDefinition = {
  title: bothWays("About the model", "关于模型"),
  intro: bothWays("Two minutes.", "两分钟。"),
  questions: [
    {
      id: "problems", type: "multiple", text: bothWays("Which problems did you meet?", "您遇到过哪些问题？"),
      choices: [
        { id: "memory", text: bothWays("It forgets", "健忘") }, { id: "speed", text: bothWays("It is slow", "太慢") },
      ],
    },
    {
      id: "turns", type: "number", required: true, least: 1, most: 50, show_if: { question: "problems", contains: "memory" },
      text: bothWays("After how many turns?", "多少轮之后？"),
    },
    { id: "recommend", type: "nps", required: true, text: bothWays("Would you recommend it?", "您会推荐它吗？") },
    {
      id: "order", type: "ranking", text: bothWays("What matters most?", "什么最重要？"),
      choices: [
        { id: "a", text: bothWays("Speed", "速度") }, { id: "b", text: bothWays("Truth", "真实") },
        { id: "c", text: bothWays("Style", "文风") },
      ],
    },
    { id: "sus", type: "sus", text: bothWays("How usable is it?", "好用吗？") },
    { id: "why", type: "long_text", text: bothWays("Anything else?", "还有什么想说的？") },
  ],
};

export class MockStudies {
  readonly all = new Map<Id, WholeStudy>();
  readonly questionnaires = new Map<Id, Questionnaire>();
  readonly links = new Map<string, StudyLink & { study: Id }>();
  readonly participations: Participation[] = [];
  readonly answers = new Map<Id, { answers: Answers; submitted: number | null }>();
  /** Secrets of those without an account, and their questionnaire. */
  readonly respondents = new Map<string, Id>();
  readonly interview = new MockChatInterview();

  /** A study that runs, with a questionnaire, and a link to it. */
  addRunning(): { study: Study; questionnaire: Questionnaire; token: string } {
    const { study } = this.create({ name: "Is a small model enough?", goal: "Where does it fail?" });
    Object.assign(study, { state: "running", started: Date.now(), protocol_digest: "0".repeat(64) });
    study.segments = [{ name: "Developers", target: 15 }, { name: "Students", target: 6 }];
    this.setConsent(study.id, { text_en: "We keep your ratings.", text_zh: "我们保存您的评分。", scopes: ["ratings_and_logs", "quotes"] });
    const questionnaire = this.ask(study.id, { definition: sampleDefinition });
    const token = `j${newId()}`;
    this.links.set(token, { ...this.link({ max_uses: 10 }), study: study.id });
    return { study, questionnaire, token };
  }

  private create(body: Body): WholeStudy {
    const study: Study = {
      id: newId(), name: "", goal: "", hypotheses: [], segments: [], arms: [], is_open: false, begins: null, ends: null, retention_days: null,
      state: "draft", started: null, ended: null, protocol_digest: "", created: Date.now(), ...body,
    };
    const whole = { study, consent: null };
    this.all.set(study.id, whole);
    return whole;
  }

  private setConsent(id: Id, body: Body): StudyAnswer {
    const whole = this.all.get(id);
    if (whole === undefined) return missing;
    whole.consent = { version: 1, created: Date.now(), ...(body as Pick<Consent, "text_en" | "text_zh" | "scopes">) };
    return ok(whole);
  }

  private ask(study_id: Id, body: Body): Questionnaire {
    const questionnaire: Questionnaire = {
      id: newId(), study_id, version: 1, due: "at_once", due_after: 0, created: Date.now(), num_submitted: 0,
      definition: sampleDefinition, ...body,
    };
    this.questionnaires.set(questionnaire.id, questionnaire);
    return questionnaire;
  }

  private link(body: Body): StudyLink {
    return {
      id: newId(), segment: null, channel: "", questionnaire_id: null, max_uses: 1, num_uses: 0,
      created: Date.now(), expires: null, ...body,
    };
  }

  private change(id: Id, body: object): StudyAnswer {
    const whole = this.all.get(id);
    if (whole === undefined) return missing;
    Object.assign(whole.study, body);
    return ok({ ...whole });
  }

  private invitationTo(id: Id): StudyInvitation | null {
    const whole = this.all.get(id);
    if (!whole?.consent) return null;
    const { name, goal, segments, ends, state } = whole.study;
    return { id, name, goal, segments: segments.map((each) => each.name), ends, state, consent: whole.consent };
  }

  private askedOf(study: Id) {
    return [...this.questionnaires.values()].filter((each) => each.study_id === study).map((each) => ({
      id: each.id, title: each.definition.title, num_questions: each.definition.questions.length,
      has_begun: this.answers.has(each.id), submitted: this.answers.get(each.id)?.submitted ?? null,
    }));
  }

  private participationsNow(): StudyAnswer {
    const participations = this.participations.map((each) => ({
      ...each, questionnaires: this.askedOf(each.study.id),
      interview: each.scopes.includes("interview") ? this.interview.waiting() : null,
    }));
    const open = [...this.all.values()]
      .filter(({ study }) => study.is_open && study.state === "running")
      .filter(({ study }) => !participations.some((each) => each.study.id === study.id))
      .flatMap(({ study }) => this.invitationTo(study.id) ?? []);
    return ok({ participations, open });
  }

  private join(body: Body): StudyAnswer {
    const { token, study_id, segment, scopes } = body as unknown as Agreement & { token?: string; study_id?: Id };
    const link = this.links.get(token ?? "");
    const study = this.invitationTo(link?.study ?? study_id ?? "");
    if (study === null) return missing;
    if (link) link.num_uses += 1;
    const participation: Participation = {
      id: `p-${newId()}`, segment, scopes, consented: Date.now(), consent_version: study.consent.version, study, questionnaires: [], interview: null,
    };
    this.participations.push(participation);
    return ok(participation, 201);
  }

  private leave(id: string): StudyAnswer {
    const at = this.participations.findIndex((each) => each.id === id);
    if (at === -1) return missing;
    this.participations.splice(at, 1);
    this.answers.clear();
    this.interview.begun = null;
    return none;
  }

  private allow(id: string, body: Body): StudyAnswer {
    const found = this.participations.find((each) => each.id === id);
    if (found === undefined) return missing;
    found.scopes = body["scopes"] as Scope[];
    return ok(found);
  }

  private toFill(id: Id): StudyAnswer {
    const questionnaire = this.questionnaires.get(id);
    if (questionnaire === undefined) return missing;
    const { version, definition } = questionnaire;
    return ok({ id, version, definition, answers: {}, submitted: null, ...this.answers.get(id) });
  }

  private fill(id: Id, body: Body): StudyAnswer {
    if (this.answers.get(id)?.submitted) return { status: 409, body: { error: { message: "answered already" } } };
    const submitted = body["submit"] === true ? Date.now() : null;
    this.answers.set(id, { answers: body["answers"] as Answers, submitted });
    return this.toFill(id);
  }

  private respond(token: string, body: Body): StudyAnswer {
    const asked = this.links.get(token)?.questionnaire_id;
    if (!asked) return missing;
    const secret = `s${newId()}`;
    this.respondents.set(secret, asked);
    return ok({ secret, participation: { id: `p-${newId()}`, consented: Date.now(), ...body } }, 201);
  }

  private respondent(secret: string): StudyAnswer {
    const asked = this.respondents.get(secret);
    return asked === undefined ? missing : ok({ participation: {}, questionnaire: this.toFill(asked).body });
  }

  private turn(body: Body): StudyAnswer {
    const after = this.interview.answer(Number(body["turn"]), body["text"] as string | undefined);
    if (after === null) return { status: 409, body: { error: { message: "answered already", code: "already_exists" } } };
    if (this.interview.numLost === 0) return ok(after);
    this.interview.numLost -= 1;
    return { status: 503, body: { error: { message: "the answer was lost", code: "unavailable" } } };
  }

  private progress(id: Id): StudyAnswer {
    const number = this.participations.filter((each) => each.study.id === id).length;
    const row = (name: string) => ({ name, target: 15, invited: 10, consented: number, active: number, answered: 0, withdrawn: 0 });
    const segments = this.all.get(id)?.study.segments ?? [];
    return ok({ total: row(""), segments: segments.map(({ name }) => row(name)), channels: [row("mail")] });
  }

  private templates(): QuestionnaireTemplate[] {
    return [{ name: "model_study", definition: sampleDefinition }];
  }

  private readonly routes: readonly (readonly [string, RegExp, Handler])[] = [
    ["GET", /^\/feedback\/studies$/, () => ok({ studies: [...this.all.values()].map(({ study }) => study) })],
    ["POST", /^\/feedback\/studies$/, (_, body) => ok(this.create(body), 201)],
    ["GET", /^\/feedback\/studies\/(\w+)$/, (id) => (this.all.has(id) ? ok(this.all.get(id)) : missing)],
    ["PATCH", /^\/feedback\/studies\/(\w+)$/, (id, body) => this.change(id, body)],
    ["DELETE", /^\/feedback\/studies\/(\w+)$/, (id) => (this.all.delete(id), none)],
    ["POST", /^\/feedback\/studies\/(\w+)\/start$/, (id) => this.change(id, { state: "running", started: Date.now(), protocol_digest: "0".repeat(64) })],
    ["POST", /^\/feedback\/studies\/(\w+)\/end$/, (id) => this.change(id, { state: "ended", ended: Date.now() })],
    ["PUT", /^\/feedback\/studies\/(\w+)\/consent$/, (id, body) => this.setConsent(id, body)],
    ["GET", /^\/feedback\/studies\/(\w+)\/progress$/, (id) => this.progress(id)],
    ["GET", /^\/feedback\/studies\/\w+\/participants$/, () => ok({ participants: [] })],
    ["GET", /^\/feedback\/studies\/(\w+)\/links$/, (id) => ok({ links: [...this.links.values()].filter((each) => each.study === id) })],
    ["POST", /^\/feedback\/studies\/(\w+)\/links$/, (id, body) => {
      const token = `j${newId()}`;
      const link = { ...this.link(body), study: id };
      this.links.set(token, link);
      return ok({ link: { ...link, path: `/join/${token}` } }, 201);
    }],
    ["GET", /^\/feedback\/studies\/(\w+)\/questionnaires$/, (id) => ok({ questionnaires: [...this.questionnaires.values()].filter((each) => each.study_id === id) })],
    ["POST", /^\/feedback\/studies\/(\w+)\/questionnaires$/, (id, body) => ok(this.ask(id, body), 201)],
    ["PATCH", /^\/feedback\/questionnaires\/(\w+)$/, (id, body) => ok(Object.assign(this.questionnaires.get(id) ?? {}, body))],
    ["DELETE", /^\/feedback\/questionnaires\/(\w+)$/, (id) => (this.questionnaires.delete(id), none)],
    ["GET", /^\/feedback\/questionnaire-templates$/, () => ok({ templates: this.templates() })],
    ["GET", /^\/participations$/, () => this.participationsNow()],
    ["POST", /^\/participations$/, (_, body) => this.join(body)],
    ["PATCH", /^\/participations\/([\w-]+)$/, (id, body) => this.allow(id, body)],
    ["DELETE", /^\/participations\/([\w-]+)$/, (id) => this.leave(id)],
    ["GET", /^\/feedback\/studies\/\w+\/interview-guide$/, () => ok({ guide: this.interview.guide, template: sampleGuide })],
    ["PUT", /^\/feedback\/studies\/\w+\/interview-guide$/, (_, body) => ok({ guide: this.interview.change(body), template: sampleGuide })],
    ["GET", /^\/participations\/([\w-]+)\/interview$/, () => (this.interview.waiting() ? ok(this.interview.now()) : missing)],
    ["POST", /^\/participations\/([\w-]+)\/interview$/, (_, body) => ok(this.interview.begin(body["locale"] as "en" | "zh"))],
    ["POST", /^\/participations\/([\w-]+)\/interview\/turns$/, (_, body) => this.turn(body)],
    ["GET", /^\/questionnaires\/(\w+)$/, (id) => this.toFill(id)],
    ["PUT", /^\/questionnaires\/(\w+)$/, (id, body) => this.fill(id, body)],
    ["POST", /^\/study-links\/(\w+)\/respondents$/, (token, body) => this.respond(token, body)],
    ["GET", /^\/respondents\/(\w+)$/, (secret) => this.respondent(secret)],
    ["PUT", /^\/respondents\/(\w+)$/, (secret, body) => this.fill(this.respondents.get(secret) ?? "", body)],
    ["DELETE", /^\/respondents\/(\w+)$/, (secret) => {
      this.answers.delete(this.respondents.get(secret) ?? "");
      this.respondents.delete(secret);
      return none;
    }],
    ["GET", /^\/study-links\/(\w+)$/, (token) => {
      const link = this.links.get(token);
      return link ? ok({ study: this.invitationTo(link.study), segment: link.segment, needs_account: link.questionnaire_id === null }) : missing;
    }],
  ];

  /** Null: it is about something else. */
  answer(method: string, path: string, body: Body): StudyAnswer | null {
    for (const [wanted, pattern, handler] of this.routes) {
      const match = pattern.exec(path);
      if (wanted === method && match !== null) return handler(match[1] ?? "", body);
    }
    return null;
  }
}
