// Interviews and their codebook as the server keeps them, for the mock server.
import type { CodeEvent, Interview, InterviewCode, InterviewSpan, NewInterview, Utterance } from "../src/api_types";
import type { Answer } from "./mock_accounts";
import type { Handler } from "./mock_server";

export class MockInterviews {
  interview: Interview | null = null;
  utterances: Utterance[] = [];
  spans: InterviewSpan[] = [];
  codes: InterviewCode[] = [];
  history: CodeEvent[] = [];

  add({ title, participant, text, may_be_quoted }: NewInterview): Interview {
    this.utterances = (text ?? "A: from a document").trim().split("\n").map((line, index) => {
      const [speaker = "", said = ""] = line.split(": ");
      return { id: `t${index}`, speaker, is_participant: speaker !== "Q", begin_ms: index * 65_000, end_ms: null, text: said };
    });
    this.interview = {
      id: "v1", title, participant, may_be_quoted, utterances: this.utterances.length, spans: 0, study_id: null, created: 1_764_000_000_000,
    };
    return this.interview;
  }

  addCode(fields: Partial<InterviewCode>): InterviewCode {
    const code = {
      id: `k${this.codes.length}`, parent_id: null, name: "", definition: "", category: "", merged_into: null, spans: 0, ...fields,
    };
    this.codes = [...this.codes, code];
    this.history.push({ code_id: code.id, happened: 1_764_000_000_000, action: "added", detail: {} });
    return code;
  }

  merge(id: string, into: string): void {
    for (const span of this.spans) if (span.code_id === id) span.code_id = into;
    const code = this.codes.find((each) => each.id === id);
    if (code) code.merged_into = into;
    this.history.push({ code_id: id, happened: 1_764_000_000_000, action: "merged", detail: {} });
  }
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const none: Answer = { status: 204 };

export function interviewRoutes(
  all: () => MockInterviews,
): (readonly [string, RegExp, Handler])[] {
  const book = () => ({ codes: all().codes, history: all().history });
  return [
    ["GET", /^\/feedback\/interviews$/, () => {
      const { interview } = all();
      return ok({ interviews: interview ? [interview] : [] });
    }],
    ["POST", /^\/feedback\/interviews$/, (_, body) =>
      body["content"] !== undefined && Buffer.from(String(body["content"]), "base64url").toString() !== "PK good"
        ? { status: 400, body: { error: { message: "the file is not a .docx document that can be read", code: "invalid" } } }
        : { status: 201, body: { interview: all().add(body as unknown as NewInterview) } }],
    ["GET", /^\/feedback\/interviews\/\w+$/, () => {
      const { interview, utterances, spans } = all();
      return ok({ interview, utterances, spans });
    }],
    ["PATCH", /^\/feedback\/interviews\/\w+$/, (_, body) => {
      const { interview } = all();
      return ok({ interview: Object.assign(interview ?? {}, body) });
    }],
    ["POST", /^\/feedback\/interviews\/\w+\/spans$/, (_, body) => {
      const span = { id: `x${all().spans.length}`, ...(body as unknown as Omit<InterviewSpan, "id">) };
      all().spans = [...all().spans, span];
      return { status: 201, body: { span } };
    }],
    ["DELETE", /^\/feedback\/spans\/(\w+)$/, ([id]) => {
      all().spans = all().spans.filter((each) => each.id !== id);
      return none;
    }],
    ["GET", /^\/feedback\/codes$/, () => ok(book())],
    ["POST", /^\/feedback\/codes$/, (_, body) => ({ status: 201, body: { code: all().addCode(body) } })],
    ["PATCH", /^\/feedback\/codes\/(\w+)$/, ([id], body) => {
      const code = all().codes.find((each) => each.id === id);
      return ok({ code: Object.assign(code ?? {}, body) });
    }],
    ["POST", /^\/feedback\/codes\/(\w+)\/merge$/, ([id = ""], body) => {
      all().merge(id, String(body["into"]));
      return none;
    }],
  ];
}
