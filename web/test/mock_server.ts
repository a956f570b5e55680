// The page's API, spoken by a server in memory: for work on the page, and for its tests.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Conversation, Id, ModelFetch, PairChoice, RatingReasons } from "../src/api_types";
import { MockAccounts, type Answer } from "./mock_accounts";
import { MockStudy } from "./mock_feedback";
import { MockFigures } from "./mock_figures";
import { MockEndpoints } from "./mock_endpoints";
import { MockStudies } from "./mock_studies";
import { annotationRoutes } from "./mock_annotation_routes";
import { interviewRoutes } from "./mock_interviews";
import { MockTrials } from "./mock_trials";
import { MockStore, newId, type Running } from "./mock_store";
import { tokensOf } from "./mock_model";

export type Body = Record<string, unknown>;
export type Handler = (match: string[], body: Body, query: URLSearchParams) => Answer;

const ok = (body: unknown): Answer => ({ status: 200, body });
const none: Answer = { status: 204 };
const missing = (what: string): Answer => ({
  status: 404,
  body: { error: { message: `there is no ${what}`, code: "not_found" } },
});

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : (JSON.parse(text) as Body);
}

export class MockServer {
  readonly store = new MockStore();
  readonly study = new MockStudy();
  readonly endpoints = new MockEndpoints(this.store);
  readonly studies = new MockStudies();
  readonly figures = new MockFigures();
  readonly trials = new MockTrials();
  /** Null: one local user, nobody logs in. */
  accounts: MockAccounts | null = null;
  /** Paths below /api/app that this server pretends not to have. */
  readonly missing: RegExp[] = [];
  /** The server as `--auth` starts it, with nobody known yet. */
  withAccounts(): MockAccounts {
    this.accounts = new MockAccounts(() => this.store.session);
    return this.accounts;
  }

  private fetching: ModelFetch = { name: "", state: "idle", done_bytes: 0, total_bytes: 0, error: null };
  private readonly streams = new Set<ServerResponse>();

  private readonly routes: readonly (readonly [string, RegExp, Handler])[] = [
    ["GET", /^\/session$/, () => ok(this.store.session)],
    ["GET", /^\/settings$/, () => ok(this.store.settings)],
    ["PATCH", /^\/settings$/, (_, body) => ok(Object.assign(this.store.settings, body))],
    ["GET", /^\/conversations$/, (_, __, query) => this.list(query)],
    ["GET", /^\/conversations\/search$/, (_, __, query) => this.search(query)],
    ["POST", /^\/conversations$/, (_, body) => ok(this.store.createConversation(body))],
    ["GET", /^\/conversations\/(\w+)$/, ([id = ""]) => this.conversation(id)],
    ["PATCH", /^\/conversations\/(\w+)$/, ([id = ""], body) => this.patch(id, body)],
    ["DELETE", /^\/conversations\/(\w+)$/, ([id = ""]) => this.remove(id)],
    ["POST", /^\/conversations\/(\w+)\/messages$/, ([id = ""], body) => ok(this.store.createMessage(id, body))],
    ["DELETE", /^\/messages\/(\w+)$/, ([id = ""]) => (this.store.deleteMessage(id), none)],
    ["POST", /^\/conversations\/(\w+)\/generations$/, ([id = ""], body) => this.generate(id, body)],
    ["GET", /^\/generations$/, () => ok({ generations: this.active() })],
    ["POST", /^\/generations\/(\w+)\/stop$/, ([id = ""]) => this.stop(id)],
    ["PUT", /^\/messages\/(\w+)\/rating$/, ([id = ""], body) => this.rate(id, body)],
    ["PUT", /^\/comparisons\/(\w+)$/, ([id = ""], body) => this.judge(id, body)],
    ["POST", /^\/messages\/\w+\/signals$/, () => ({ status: 204 })],
    ["POST", /^\/messages\/(\w+)\/probe$/, ([id = ""]) => this.showProbe(id)],
    ["GET", /^\/feedback\/analysis$/, (_, __, query) => ok(this.figures.reply(this.store.analysis, query))],
    ["GET", /^\/feedback\/comments$/, () => ok({ comments: this.store.comments })],
    ["GET", /^\/feedback\/experiments$/, () => ok({ experiments: this.study.experiments })],
    ["POST", /^\/feedback\/experiments$/, (_, body) => this.study.start(body)],
    ["POST", /^\/feedback\/experiments\/(\w+)\/end$/, ([id = ""]) => this.study.end(id)],
    ["GET", /^\/changes$/, () => ok({ changes: this.study.changes })],
    ["POST", /^\/feedback\/changes$/, (_, body) => this.study.publish(body)],
    ["DELETE", /^\/feedback\/changes\/(\w+)$/, ([id = ""]) => this.study.withdraw(id)],
    ["GET", /^\/feedback\/settings$/, () => ok(this.feedbackSettings())],
    ["PATCH", /^\/feedback\/settings$/, (_, body) => this.changeFeedback(body)],
    ...this.trials.routes,
    ...annotationRoutes(() => this.store.annotation),
    ...interviewRoutes(() => this.store.interviews),
    ["GET", /^\/folders$/, () => ok({ folders: [...this.store.folders.values()] })],
    ["POST", /^\/folders$/, (_, body) => this.createFolder(body)],
    ["PATCH", /^\/folders\/(\w+)$/, ([id = ""], body) => this.patchFolder(id, body)],
    ["DELETE", /^\/folders\/(\w+)$/, ([id = ""]) => this.removeFolder(id)],
    ["GET", /^\/prompts$/, () => ok({ prompts: [...this.store.prompts.values()] })],
    ["POST", /^\/prompts$/, (_, body) => this.savePrompt(newId(), body)],
    ["PATCH", /^\/prompts\/(\w+)$/, ([id = ""], body) => this.savePrompt(id, body)],
    ["DELETE", /^\/prompts\/(\w+)$/, ([id = ""]) => (this.store.prompts.delete(id), none)],
    ["POST", /^\/conversations\/(\w+)\/share$/, ([id = ""], body) => this.share(id, body)],
    ["GET", /^\/conversations\/(\w+)\/share$/, ([id = ""]) => this.shareOf(id)],
    ["DELETE", /^\/conversations\/(\w+)\/share$/, ([id = ""]) => this.unshare(id)],
    ["GET", /^\/shared\/(\w+)$/, ([token = ""]) => this.shared(token)],
    ["POST", /^\/import$/, () => ok({ imported: 2, skipped: 1, problems: ["one chat was empty"] })],
    ["GET", /^\/models\/fetch$/, () => ok(this.fetching)],
    ["POST", /^\/models\/fetch$/, (_, body) => this.fetchModel(body)],
    ["GET", /^\/endpoints$/, () => ok({ endpoints: this.endpoints.list() })],
    ["POST", /^\/endpoints$/, (_, body) => this.endpoints.add(body)],
    ["POST", /^\/endpoints\/test$/, (_, body) => this.endpoints.test(body)],
    ["PATCH", /^\/endpoints\/(\w+)$/, ([id = ""], body) => this.endpoints.change(id, body)],
    ["DELETE", /^\/endpoints\/(\w+)$/, ([id = ""]) => this.endpoints.remove(id)],
    ["POST", /^\/count$/, (_, body) => this.count(body)],
  ];

  /** Answers what lies below /api/app and leaves the rest to `next`. */
  handle(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    const url = new URL(request.url ?? "/", "http://mock");
    if (!/^\/api\/(app|feedback)\//.test(url.pathname)) return next();
    const path = url.pathname.replace(/^\/api(\/app)?/, "");
    const events = /^\/generations\/(\w+)\/events$/.exec(path);
    if (events) return this.stream(events[1] ?? "", Number(url.searchParams.get("after")), response);
    void this.answer(request, path, url.searchParams).then(({ status, body, headers }) => {
      response.statusCode = status;
      for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
      response.setHeader("Content-Type", "application/json");
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Cuts every stream, as a lost network would. */
  cutStreams(): void {
    for (const stream of this.streams) stream.destroy();
    this.streams.clear();
  }

  private async answer(request: IncomingMessage, path: string, query: URLSearchParams): Promise<Answer> {
    const method = request.method ?? "GET";
    if (method !== "GET" && request.headers["x-falconet"] !== "1") {
      return { status: 403, body: { error: { message: "X-Falconet is missing" } } };
    }
    const body = await readBody(request).catch(() => ({}));
    const refusal = this.accounts?.answer(request, path, body, query) ?? null;
    if (refusal !== null) return refusal;
    const ofStudies = this.studies.answer(method, path, body);
    if (ofStudies !== null) return ofStudies;
    for (const [wanted, pattern, handler] of this.routes) {
      const match = pattern.exec(path);
      if (wanted !== method || match === null) continue;
      if (this.missing.some((each) => each.test(path))) break;
      return handler(match.slice(1), body, query);
    }
    return { status: 404, body: { error: { message: `nothing at ${path}`, code: "unknown_url" } } };
  }

  private stream(id: Id, after: number, response: ServerResponse): void {
    const running = this.store.running.get(id);
    if (running === undefined) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    this.streams.add(response);
    let sent = after;
    const flush = () => {
      for (; sent < running.events.length; sent += 1) {
        const event = running.events[sent];
        if (event === undefined) break;
        const { kind, ...data } = event;
        response.write(`id: ${sent + 1}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
        if (kind === "done") response.end();
      }
    };
    running.listeners.add(flush);
    response.on("close", () => {
      running.listeners.delete(flush);
      this.streams.delete(response);
    });
    flush();
  }

  // --- Conversations

  private list(query: URLSearchParams): Answer {
    const limit = Number(query.get("limit") ?? 50);
    const before = query.get("before");
    const key = (each: Conversation) => `${each.changed.toString().padStart(15, "0")} ${each.id}`;
    const found = [...this.store.conversations.values()]
      .filter((each) => each.is_archived === (query.get("archived") === "1"))
      .filter((each) => query.get("pinned") === null || each.is_pinned)
      .filter((each) => query.get("folder") === null || each.folder_id === query.get("folder"))
      .filter((each) => query.get("tag") === null || each.tags.includes(query.get("tag") ?? ""))
      .filter((each) => !each.is_temporary && (before === null || key(each) < before))
      .sort((a, b) => (key(a) < key(b) ? 1 : -1));
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return ok({ conversations: page, next: found.length > limit && last ? key(last) : null });
  }

  private search(query: URLSearchParams): Answer {
    const q = (query.get("q") ?? "").toLowerCase();
    const hits = [...this.store.conversations.values()].flatMap((conversation) => {
      const texts = [
        { id: null, text: conversation.title },
        ...this.store.messagesOf(conversation.id).map(({ id, content }) => ({ id, text: content })),
      ];
      const hit = texts.find(({ text }) => text.toLowerCase().includes(q));
      if (hit === undefined) return [];
      const at = hit.text.toLowerCase().indexOf(q);
      const snippet = [
        { text: hit.text.slice(Math.max(0, at - 30), at), is_hit: false },
        { text: hit.text.slice(at, at + q.length), is_hit: true },
        { text: hit.text.slice(at + q.length, at + q.length + 60), is_hit: false },
      ];
      return [{ conversation, message_id: hit.id, snippet }];
    });
    return ok({ hits: hits.slice(0, 30), next: null });
  }

  private conversation(id: Id): Answer {
    const conversation = this.store.conversations.get(id);
    if (conversation === undefined) return missing("such conversation");
    return ok({ conversation, messages: this.store.messagesOf(id) });
  }

  private patch(id: Id, body: Body): Answer {
    const conversation = this.store.conversations.get(id);
    if (conversation === undefined) return missing("such conversation");
    return ok(Object.assign(conversation, body));
  }

  private remove(id: Id): Answer {
    this.store.conversations.delete(id);
    for (const message of this.store.messagesOf(id)) this.store.messages.delete(message.id);
    return none;
  }

  // --- Generations and ratings

  private feedbackSettings(): object {
    return { probe_probability: this.store.probeProbability, reasons: this.store.reasons };
  }

  private changeFeedback(body: Body): Answer {
    if ("probe_probability" in body) this.store.probeProbability = Number(body["probe_probability"]);
    if ("reasons" in body) this.store.reasons = body["reasons"] as RatingReasons | null;
    return ok(this.feedbackSettings());
  }

  private showProbe(id: Id): Answer {
    const message = this.store.messages.get(id);
    if (!message?.probe) return { status: 404, body: { error: { message: "nobody is asked about this" } } };
    message.probe = { ...message.probe, shown: Date.now() };
    return ok({ probe: message.probe });
  }

  private generate(id: Id, body: Body): Answer {
    const parent = String(body["parent_id"]);
    if (!this.store.messages.has(parent)) return missing("such message");
    const isAnswered = [...this.store.messages.values()].some((each) => each.parent_id === parent);
    const start = (doesContinue: boolean) => {
      const { generation } = this.store.generate(id, parent, doesContinue);
      return { generation, message: this.store.messages.get(generation.message_id) };
    };
    const left = start(body["continue"] === true);
    if (this.store.sideBySide === null || isAnswered || !left.message) return { status: 201, body: left };
    const right = start(false);
    const comparison = { id: newId(), choice: null, arm: null };
    left.message.comparison = { ...comparison, side: "left" };
    if (right.message) right.message.comparison = { ...comparison, side: "right" };
    return { status: 201, body: { ...left, other: right } };
  }

  private judge(id: Id, body: Body): Answer {
    const pair = [...this.store.messages.values()].filter((each) => each.comparison?.id === id);
    if (pair.length !== 2) return missing("such comparison");
    for (const message of pair) {
      if (message.comparison === null) continue;
      message.comparison.choice = body["choice"] as PairChoice | null;
      if (body["names"] !== true) continue;
      message.comparison.arm = this.store.sideBySide?.[message.comparison.side === "left" ? 0 : 1] ?? "";
      message.generation = this.store.hidden.get(message.id) ?? message.generation;
    }
    return ok({ messages: pair });
  }

  private active(): Running["generation"][] {
    return [...this.store.running.values()]
      .map((running) => running.generation)
      .filter((generation) => !["done", "stopped", "failed"].includes(generation.state));
  }

  private stop(id: Id): Answer {
    const running = this.store.running.get(id);
    if (running === undefined) return missing("such generation");
    running.isStopped = true;
    return none;
  }

  private rate(id: Id, body: Body): Answer {
    const message = this.store.messages.get(id);
    if (message === undefined) return missing("such message");
    const { value, ...said } = body as { value: 1 | -1 | null };
    const empty = { score: null, reasons: [], comment: "", marks: [], better: "" };
    message.rating = value === null ? null : { ...empty, ...said, value, changed: Date.now() };
    return ok({ rating: message.rating });
  }

  // --- Folders, prompts, shares, counting

  private createFolder(body: Body): Answer {
    const parent_id = (body["parent_id"] ?? null) as Id | null;
    const folder = { id: newId(), name: String(body["name"]), parent_id, position: 0 };
    this.store.folders.set(folder.id, folder);
    return ok(folder);
  }

  private patchFolder(id: Id, body: Body): Answer {
    const folder = this.store.folders.get(id);
    return folder === undefined ? missing("such folder") : ok(Object.assign(folder, body));
  }

  private removeFolder(id: Id): Answer {
    const parent_id = this.store.folders.get(id)?.parent_id ?? null;
    this.store.folders.delete(id);
    for (const each of this.store.folders.values()) if (each.parent_id === id) each.parent_id = parent_id;
    for (const each of this.store.conversations.values()) {
      if (each.folder_id === id) each.folder_id = null;
    }
    return none;
  }

  private savePrompt(id: Id, body: Body): Answer {
    const before = this.store.prompts.get(id);
    const prompt = { id, name: "", text: "", ...before, ...body, changed: Date.now() };
    this.store.prompts.set(id, prompt);
    return ok(prompt);
  }

  private share(id: Id, body: Body): Answer {
    const token = `t${id}`;
    const expires = (body["expires"] ?? null) as number | null;
    this.store.shares.set(token, { conversation: id, leaf: String(body["leaf_id"]), expires });
    return this.shareOf(id);
  }

  private shareOf(id: Id): Answer {
    const found = this.store.shares.get(`t${id}`);
    if (found === undefined) return ok({ share: null });
    const { leaf: leaf_id, expires } = found;
    return ok({ share: { token: `t${id}`, path: `/s/t${id}`, expires, leaf_id } });
  }

  private unshare(id: Id): Answer {
    this.store.shares.delete(`t${id}`);
    return none;
  }

  private shared(token: string): Answer {
    const share = this.store.shares.get(token);
    const conversation = this.store.conversations.get(share?.conversation ?? "");
    if (share === undefined || conversation === undefined) return missing("such link");
    const messages = this.store.branch(share.leaf).map(({ role, content, reasoning }) => ({ role, content, reasoning }));
    return ok({ title: conversation.title, messages, created: conversation.created });
  }

  private fetchModel(body: Body): Answer {
    const name = String(body["name"]);
    const total_bytes = 1_100_000_000;
    this.fetching = { name, state: "running", done_bytes: total_bytes * 0.42, total_bytes, error: null };
    return ok(this.fetching);
  }

  private count(body: Body): Answer {
    const wanted = this.store.session.models.find(({ id }) => id === body["model"]);
    const max = wanted?.max_model_len ?? 4096;
    const branch = this.store.branch((body["leaf_id"] as Id | null) ?? null);
    const draft = tokensOf(String(body["draft"])).length;
    const sizes = branch.map(({ id, content }) => ({ id, size: tokensOf(content).length + 8 }));
    const evicted: Id[] = [];
    let history = sizes.reduce((sum, { size }) => sum + size, 0);
    for (const { id, size } of sizes) {
      if (history + draft + 12 <= max - 512) break;
      evicted.push(id);
      history -= size;
    }
    return ok({ max, system: 12, history, draft, evicted_message_ids: evicted });
  }
}
