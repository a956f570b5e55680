// The only module that speaks to the server.
import type * as T from "./api_types";
import { readEvents, type ServerEvent } from "./sse";

export type * from "./api_types";

export type ErrorKind = "unreachable" | "missing" | "denied" | "refused" | "server";

/** Why a request came to nothing. `missing`: this server has no such feature or thing. */
export class ApiError extends Error {
  constructor(
    readonly kind: ErrorKind,
    message: string,
    readonly code = "",
    /** When it may be tried again; null if the server does not say. */
    readonly retrySeconds: number | null = null,
  ) {
    super(message);
  }
}

const root = "/api/app";

function kindOf(status: number): ErrorKind {
  if (status === 404 || status === 405) return "missing";
  if (status === 401 || status === 403) return "denied";
  return status >= 500 ? "server" : "refused";
}

async function errorOf(response: Response): Promise<ApiError> {
  const fallback = `${response.status} ${response.statusText}`.trim();
  const kind = kindOf(response.status);
  try {
    const body = (await response.json()) as { error?: { message?: string; code?: string } };
    const wait = Number(response.headers.get("Retry-After"));
    const retrySeconds = wait > 0 ? Math.ceil(wait) : null;
    return new ApiError(kind, body.error?.message ?? fallback, body.error?.code ?? "", retrySeconds);
  } catch {
    return new ApiError(kind, fallback);
  }
}

let onRefused: (code: string) => void = () => undefined;

/** Who hears that the session is over (`log_in_first`) or waits for a new password. */
export function whenRefused(hear: (code: string) => void): void {
  onRefused = hear;
}

async function send(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError("unreachable", "the server does not answer");
  }
  if (response.ok) return response;
  const error = await errorOf(response);
  if (error.code === "log_in_first" || error.code === "change_password_first") onRefused(error.code);
  throw error;
}

/** A path below the page's own API, or the whole path of another. */
const whole = (path: string) => (path.startsWith("/api/") ? path : root + path);

export async function get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return (await send(whole(path), signal ? { signal } : {})).json() as Promise<Answer>;
}

type Method = "POST" | "PATCH" | "PUT" | "DELETE";

export async function change<Answer>(
  method: Method,
  path: string,
  body?: unknown,
  init: RequestInit = {},
): Promise<Answer> {
  const headers: Record<string, string> = { "X-Falconet": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await send(whole(path), {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...init,
  });
  const text = response.status === 204 ? "" : await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as Answer;
}

export function query(values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") search.set(key, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

// --- Session and settings

export const session = () => get<T.Session | T.SignedOut>("/session");
export const settings = () => get<T.Settings>("/settings");
export const changeSettings = (patch: T.Settings) =>
  change<T.Settings>("PATCH", "/settings", patch);

// --- Accounts

export interface SignUpForm {
  name: string;
  password: string;
  display_name?: string;
  invitation?: string;
}
export type UserPatch = Partial<Pick<T.User, "role" | "groups" | "is_disabled" | "display_name">> & {
  new_password?: string;
  /** One-time codes can only be turned off for others. */
  has_totp?: false;
};

export const signUp = (form: SignUpForm) => change<T.Session>("POST", "/sign-up", form);
/** `code`: the second step, where the server has asked for it. */
export const logIn = (name: string, password: string, code = "") =>
  change<T.Session>("POST", "/log-in", { name, password, ...(code === "" ? {} : { code }) });
export const logOut = () => change<void>("POST", "/log-out");
export const changePassword = (old_password: string, new_password: string) =>
  change<void>("POST", "/password", { old_password, new_password });
export const changeAccount = (patch: { display_name: string }) =>
  change<T.SessionUser>("PATCH", "/account", patch);
export const deleteAccount = (password: string) =>
  change<void>("DELETE", "/account", { password });
export const beginTotp = (password: string) => change<T.TotpSetUp>("POST", "/totp", { password });
export const confirmTotp = (code: string) =>
  change<{ recovery_codes: string[] }>("POST", "/totp/confirm", { code });
export const turnTotpOff = (password: string, code: string) =>
  change<void>("DELETE", "/totp", { password, code });
/** Where the browser has to go; `isLinking`: to link the account of who is here. */
export const startOidc = (isLinking = false) =>
  change<{ url: string }>("POST", "/oidc/start", { link: isLinking });
export const permitLink = (password: string, code: string) =>
  change<void>("POST", "/oidc/link", { password, code });
export const unlink = () => change<void>("DELETE", "/oidc/link");
export const devices = () => get<{ sessions: T.Device[] }>("/sessions");
export const logOutDevice = (id: T.Id) => change<void>("DELETE", `/sessions/${id}`);

export const users = () => get<{ users: T.User[] }>("/users");
export const createUser = (user: SignUpForm & { role: T.UserRole }) =>
  change<T.User>("POST", "/users", user);
export const changeUser = (id: T.Id, patch: UserPatch) =>
  change<T.User>("PATCH", `/users/${id}`, patch);
export const deleteUser = (id: T.Id) => change<void>("DELETE", `/users/${id}`);
export const invitations = () => get<{ invitations: T.Invitation[] }>("/invitations");
export const invite = (wanted: { role: T.UserRole; expires: T.Time | null }) =>
  change<{ invitation: T.NewInvitation }>("POST", "/invitations", wanted);
export const withdrawInvitation = (id: T.Id) => change<void>("DELETE", `/invitations/${id}`);
export const policy = () => get<{ sign_up: Exclude<T.SignUp, "first"> }>("/policy");
export const changePolicy = (sign_up: Exclude<T.SignUp, "first">) =>
  change<{ sign_up: Exclude<T.SignUp, "first"> }>("PATCH", "/policy", { sign_up });
export const audit = (before?: string) =>
  get<{ events: T.AuditEvent[]; next: string | null }>(`/audit${query({ limit: 50, before })}`);

// --- Conversations

export interface ListQuery {
  limit?: number;
  before?: string;
  folder?: T.Id;
  tag?: string;
  archived?: 0 | 1;
  pinned?: 1;
}
export interface ConversationPage {
  conversations: T.Conversation[];
  next: string | null;
}
export type ConversationPatch = Partial<
  Pick<
    T.Conversation,
    | "title" | "folder_id" | "tags" | "is_pinned" | "is_archived" | "is_unread" | "model"
    | "parameters" | "leaf_id"
  >
>;
type NewConversation = Partial<
  Pick<T.Conversation, "title" | "folder_id" | "tags" | "model" | "parameters" | "is_temporary">
>;

export const conversations = (wanted: ListQuery = {}) =>
  get<ConversationPage>(`/conversations${query({ ...wanted })}`);
export const search = (q: string, before?: string, signal?: AbortSignal) =>
  get<{ hits: T.SearchHit[]; next: string | null }>(
    `/conversations/search${query({ q, limit: 30, before })}`,
    signal,
  );
export const conversation = (id: T.Id) =>
  get<{ conversation: T.Conversation; messages: T.Message[] }>(`/conversations/${id}`);
export const createConversation = (body: NewConversation) =>
  change<T.Conversation>("POST", "/conversations", body);
export const changeConversation = (id: T.Id, patch: ConversationPatch) =>
  change<T.Conversation>("PATCH", `/conversations/${id}`, patch);
/** `keepalive`: the request outlives the page. */
export const deleteConversation = (id: T.Id, keepalive = false) =>
  change<void>("DELETE", `/conversations/${id}`, undefined, { keepalive });

// --- Messages and generations

export interface NewMessage {
  parent_id: T.Id | null;
  role: T.Role;
  content: string;
  attachments: T.Attachment[];
}
export interface NewGeneration {
  parent_id: T.Id;
  model: string;
  parameters: T.Parameters;
  continue: boolean;
}
export interface StartedGeneration {
  generation: T.Generation;
  message: T.Message;
  /** The right one of two answers, where they are to stand side by side. */
  other?: Omit<StartedGeneration, "other">;
}

export const createMessage = (conversation: T.Id, message: NewMessage) =>
  change<T.Message>("POST", `/conversations/${conversation}/messages`, message);
export const deleteMessage = (id: T.Id, keepalive = false) =>
  change<void>("DELETE", `/messages/${id}`, undefined, { keepalive });
export const generate = (conversation: T.Id, wanted: NewGeneration) =>
  change<StartedGeneration>("POST", `/conversations/${conversation}/generations`, wanted);
export const judgePair = (comparison: T.Id, choice: T.PairChoice | null, names = false) =>
  change<{ messages: T.Message[] }>("PUT", `/comparisons/${comparison}`, { choice, names });
export const activeGenerations = () =>
  get<{ generations: T.Generation[] }>("/generations?active=1");
export const stopGeneration = (id: T.Id) => change<void>("POST", `/generations/${id}/stop`);
export const probeShown = (message: T.Id) =>
  change<{ probe: T.Probe }>("POST", `/messages/${message}/probe`);
export const signal = (message: T.Id, kind: "copied") =>
  change<void>("POST", `/messages/${message}/signals`, { kind });
/** What is not said is taken back; no value takes back the whole rating. */
export const rate = (message: T.Id, rating: Partial<Omit<T.Rating, "value" | "changed">> & {
  value: T.Rating["value"] | null;
}) => change<{ rating: T.Rating | null }>("PUT", `/messages/${message}/rating`, rating);
export const count = (
  body: { conversation_id: T.Id | null; leaf_id: T.Id | null; draft: string; model: string },
  signal: AbortSignal,
) => change<T.ContextCount>("POST", "/count", body, { signal });

// --- Folders, prompts, shares, everything at once

export const folders = () => get<{ folders: T.Folder[] }>("/folders");
export const createFolder = (name: string, parent_id: T.Id | null = null) =>
  change<T.Folder>("POST", "/folders", { name, parent_id });
export const changeFolder = (id: T.Id, patch: Partial<Omit<T.Folder, "id">>) =>
  change<T.Folder>("PATCH", `/folders/${id}`, patch);
export const deleteFolder = (id: T.Id) => change<void>("DELETE", `/folders/${id}`);

export const prompts = () => get<{ prompts: T.Prompt[] }>("/prompts");
export const createPrompt = (prompt: Pick<T.Prompt, "name" | "text">) =>
  change<T.Prompt>("POST", "/prompts", prompt);
export const changePrompt = (id: T.Id, patch: Partial<Pick<T.Prompt, "name" | "text">>) =>
  change<T.Prompt>("PATCH", `/prompts/${id}`, patch);
export const deletePrompt = (id: T.Id) => change<void>("DELETE", `/prompts/${id}`);

export const share = (id: T.Id, body: { leaf_id: T.Id; expires: T.Time | null }) =>
  change<{ share: T.Share }>("POST", `/conversations/${id}/share`, body);
/** The share that a conversation has. */
export const shareOf = (id: T.Id) => get<{ share: T.Share | null }>(`/conversations/${id}/share`);
export const unshare = (id: T.Id) => change<void>("DELETE", `/conversations/${id}/share`);
export const shared = (token: string) => get<T.SharedConversation>(`/shared/${token}`);

export const exportUrl = `${root}/export`;
export const importAll = (file: Blob) =>
  change<T.ImportResult>("POST", "/import", undefined, {
    headers: { "X-Falconet": "1", "Content-Type": "application/json" },
    body: file,
  });

export const modelFetch = () => get<T.ModelFetch>("/models/fetch");
export const fetchModel = (name: string) => change<T.ModelFetch>("POST", "/models/fetch", { name });

// --- Models on other servers

/** Without `api_key` the one that is set is kept. */
export type EndpointFields = Partial<Pick<T.Endpoint, "name" | "url" | "models" | "is_enabled">> & {
  api_key?: string;
};

export const endpoints = () => get<{ endpoints: T.Endpoint[] }>("/endpoints");
export const addEndpoint = (fields: EndpointFields) =>
  change<T.Endpoint>("POST", "/endpoints", fields);
export const changeEndpoint = (id: T.Id, fields: EndpointFields) =>
  change<T.Endpoint>("PATCH", `/endpoints/${id}`, fields);
export const deleteEndpoint = (id: T.Id) => change<void>("DELETE", `/endpoints/${id}`);
export const testEndpoint = (
  wanted: { url: string; api_key?: string; id?: T.Id },
  signal: AbortSignal,
) => change<T.EndpointTest>("POST", "/endpoints/test", wanted, { signal });

// --- Pictures that models write (markdown/artifact.ts)

/** The frame they are drawn in. */
export const framePath = "/frame.html";

let frameCheck: Promise<boolean> | null = null;

/** Whether the server has the frame, and shuts it in: without its policy nothing is drawn. */
export function canDraw(): Promise<boolean> {
  frameCheck ??= send(framePath).then(
    ({ headers }) => /^sandbox allow-scripts;/.test(headers.get("Content-Security-Policy") ?? ""),
    () => false,
  );
  return frameCheck;
}

declare const __MERMAID_PATH__: string;
let mermaid: Promise<string> | null = null;

/** Mermaid's program, to be run in the frame and nowhere else. It is kept packed. */
export function mermaidLibrary(): Promise<string> {
  mermaid ??= send(__MERMAID_PATH__)
    .then(({ body }) => new Response(body?.pipeThrough(new DecompressionStream("gzip"))).text())
    .catch((error: unknown) => {
      mermaid = null; // the next picture tries again
      throw error;
    });
  return mermaid;
}

// --- Events of a generation

function eventOf({ event, data }: ServerEvent): T.GenerationEvent | null {
  const kinds = ["queued", "reading", "reasoning", "content", "speed", "title", "done"];
  if (!kinds.includes(event)) return null; // a newer server may say more
  return { kind: event, ...(JSON.parse(data) as object) } as T.GenerationEvent;
}

/** Waits, or not if the signal is aborted. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

export interface EventsOptions {
  after?: number;
  signal: AbortSignal;
  /** Called when the connection is lost (false) and when it is there again (true). */
  onConnection?: (isConnected: boolean) => void;
  /** Waiting time before the first new attempt; it doubles up to 8 s. */
  retryMs?: number;
}

interface Progress {
  /** The number of the last event that was seen. */
  last: number;
  numFailures: number;
}

/** The new events that one connection brings; returns whether the last of all was among them. */
async function* connection(
  id: T.Id,
  progress: Progress,
  signal: AbortSignal,
  onOpen: () => void,
): AsyncGenerator<T.GenerationEvent, boolean> {
  const response = await send(`${root}/generations/${id}/events?after=${progress.last}`, { signal });
  if (response.body === null) throw new ApiError("server", "an answer without a body");
  onOpen();
  for await (const raw of readEvents(response.body)) {
    const number = Number(raw.id);
    if (!Number.isInteger(number) || number <= progress.last) continue;
    progress.last = number;
    progress.numFailures = 0;
    const event = eventOf(raw);
    if (event !== null) yield event;
    if (event?.kind === "done") return true;
  }
  return false;
}

function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof ApiError) || error.kind === "unreachable" || error.kind === "server";
}

/**
 * The events of a generation to its end. A lost connection is taken up again after the last event
 * that was seen, so none is missed and none comes twice.
 */
export async function* generationEvents(
  id: T.Id,
  { after = 0, signal, onConnection, retryMs = 400 }: EventsOptions,
): AsyncGenerator<T.GenerationEvent> {
  const progress: Progress = { last: after, numFailures: 0 };
  let isDown = false;
  const report = (isConnected: boolean) => {
    if (isDown === isConnected) onConnection?.(isConnected);
    isDown = !isConnected;
  };
  while (!signal.aborted) {
    try {
      const isDone = yield* connection(id, progress, signal, () => report(true));
      if (isDone) return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isWorthRetrying(error)) throw error;
    }
    report(false);
    await pause(Math.min(retryMs * 2 ** progress.numFailures, 8000), signal);
    progress.numFailures += 1;
  }
}

// --- Feedback, for researchers

const feedback = "/api/feedback";

export const feedbackSettings = () => get<T.FeedbackSettings>(`${feedback}/settings`);
export const changeFeedbackSettings = (patch: Partial<T.FeedbackSettings>) =>
  change<T.FeedbackSettings>("PATCH", `${feedback}/settings`, patch);

export interface NewExperiment {
  name: string;
  hypothesis: string;
  people_per_arm: number;
  kind?: T.ExperimentKind;
  share?: number;
  study?: T.Id;
  first: NewArm;
  second: NewArm;
}
export type NewArm = Pick<T.ExperimentArm, "name"> & Partial<Pick<T.ExperimentArm, "parameters" | "model">>;
export const experiments = () => get<{ experiments: T.Experiment[] }>(`${feedback}/experiments`);
export const startExperiment = (wanted: NewExperiment) =>
  change<{ experiment: T.Experiment }>("POST", `${feedback}/experiments`, wanted);
export const endExperiment = (id: T.Id) =>
  change<{ experiment: T.Experiment }>("POST", `${feedback}/experiments/${id}/end`);

export const publishedChanges = () => get<{ changes: T.PublishedChange[] }>("/changes");
export const publishChange = (texts: Pick<T.PublishedChange, "en" | "zh">) =>
  change<{ change: T.PublishedChange }>("POST", `${feedback}/changes`, texts);
export const withdrawChange = (id: T.Id) => change<void>("DELETE", `${feedback}/changes/${id}`);
// --- Samples and their coding

export const rubrics = () => get<{ rubrics: T.Rubric[] }>(`${feedback}/rubrics`);
export const saveRubric = ({ name, ...rubric }: T.Rubric) =>
  change<{ rubric: T.Rubric }>("PUT", `${feedback}/rubrics/${encodeURIComponent(name)}`, rubric);
export const samples = () => get<{ samples: T.Sample[] }>(`${feedback}/samples`);
export const drawSample = (order: T.SampleOrder) =>
  change<{ sample: T.Sample }>("POST", `${feedback}/samples`, order);
export const sample = (id: T.Id) =>
  get<{ sample: T.Sample; rubrics: T.Rubric[] }>(`${feedback}/samples/${id}`);
export const deleteSample = (id: T.Id) => change<undefined>("DELETE", `${feedback}/samples/${id}`);
export const differences = (id: T.Id) =>
  get<{ items: T.DifferingItem[] }>(`${feedback}/samples/${id}/differences`);
export const decide = (item: T.Id, decision: { code: string; value: number; comment: string }) =>
  change<undefined>("PUT", `${feedback}/items/${item}/decision`, decision);

export const codingQueues = () => get<{ queues: T.CodingQueue[] }>(`${feedback}/queues`);
export const nextItem = (queue: T.Id) => change<T.ItemInHand>("POST", `${feedback}/queues/${queue}/next`);
export const undoCoding = (queue: T.Id) => change<T.ItemInHand>("POST", `${feedback}/queues/${queue}/undo`);
export const submitCoding = (item: T.Id, coding: { values: T.Judgements; comment: string }) =>
  change<undefined>("PUT", `${feedback}/items/${item}/coding`, coding);

// --- Interviews

export const interviews = () => get<{ interviews: T.Interview[] }>(`${feedback}/interviews`);
export const addInterview = (interview: T.NewInterview) =>
  change<{ interview: T.Interview }>("POST", `${feedback}/interviews`, interview);
export const interview = (id: T.Id) => get<T.WholeInterview>(`${feedback}/interviews/${id}`);
export const changeInterview = (id: T.Id, patch: { may_be_quoted?: boolean; interviewers?: string[] }) =>
  change<{ interview: T.Interview }>("PATCH", `${feedback}/interviews/${id}`, patch);
export const deleteInterview = (id: T.Id) => change<undefined>("DELETE", `${feedback}/interviews/${id}`);
export const addSpan = (interview: T.Id, span: Omit<T.InterviewSpan, "id">) =>
  change<{ span: T.InterviewSpan }>("POST", `${feedback}/interviews/${interview}/spans`, span);
export const deleteSpan = (id: T.Id) => change<undefined>("DELETE", `${feedback}/spans/${id}`);
export const interviewCodes = () =>
  get<{ codes: T.InterviewCode[]; history: T.CodeEvent[] }>(`${feedback}/codes`);
export const addCode = (code: Partial<T.InterviewCode>) =>
  change<{ code: T.InterviewCode }>("POST", `${feedback}/codes`, code);
export const changeCode = (id: T.Id, patch: Partial<T.InterviewCode>) =>
  change<{ code: T.InterviewCode }>("PATCH", `${feedback}/codes/${id}`, patch);
export const mergeCode = (id: T.Id, into: T.Id) =>
  change<undefined>("POST", `${feedback}/codes/${id}/merge`, { into });
export const splitCode = (id: T.Id, name: string, span_ids: T.Id[]) =>
  change<{ code: T.InterviewCode }>("POST", `${feedback}/codes/${id}/split`, { name, span_ids });
