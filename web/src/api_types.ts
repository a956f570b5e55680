// What the server and the page tell each other.
export type * from "./api_study_types";
import type { CodeFigures } from "./api_annotation_types";
import type { ArmOutcome, ContestantPair } from "./api_experiment_types";
import type { SurveyFigures } from "./api_study_types";

export type Id = string;
/** Milliseconds since 1970. */
export type Time = number;

export interface Model {
  id: string;
  has_reasoning: boolean;
  max_model_len: number;
  is_ready: boolean;
  /** False: it is on another server, which does not answer at present. */
  is_available: boolean;
  is_demo: boolean;
  /** The server that answers instead of this machine, and the name that it was given here. */
  remote_host: string | null;
  remote_name: string | null;
}

/** What came of asking another server for its models. */
export type EndpointAnswer =
  | "models" | "unreachable" | "tls" | "key_refused" | "redirected" | "no_list" | "not_openai" | "failed";

/** Another server whose models are offered here. */
export interface Endpoint {
  /** Null: it comes from the environment (`is_fixed`). */
  id: Id | null;
  name: string;
  url: string;
  host: string;
  has_key: boolean;
  key_end: string | null;
  /** Those that are offered; none: all it has. */
  models: string[];
  is_enabled: boolean;
  is_fixed: boolean;
  state: "asking" | "ready" | "unavailable" | "disabled";
  num_models: number;
  answer: EndpointAnswer | null;
  message: string | null;
}

export interface EndpointTest {
  answer: EndpointAnswer;
  /** What exactly was found. */
  message: string;
  models: string[];
}

export type UserRole = "administrator" | "researcher" | "annotator" | "user";

/** Who is logged in. Without accounts there is one local user, and only `id`, `name` and `role`. */
export interface SessionUser {
  id: Id;
  name: string;
  role: UserRole;
  display_name?: string;
  groups?: string[];
  must_change_password?: boolean;
  has_totp?: boolean;
  /** False: the account logs in with the provider alone. */
  has_password?: boolean;
  /** To somebody at the provider, where there is one. */
  is_linked?: boolean;
}

export interface Session {
  user: SessionUser;
  is_local: boolean;
  version: string;
  models: Model[];
  recommended_model: { name: string; is_here: boolean } | null;
  policy?: { administrators_may_read: boolean };
  /** Where a researcher has set others than the page's own. */
  rating_reasons?: RatingReasons;
  /** Another server that says who people are. */
  oidc?: { name: string };
}

export interface RatingReason {
  id: string;
  en: string;
  zh: string;
  category?: string;
}

export interface RatingReasons {
  good: RatingReason[];
  bad: RatingReason[];
}

/** Who may make an account; `first`: there is none yet, and who makes it is the administrator. */
export type SignUp = "first" | "open" | "invitation" | "closed";

/** What a server with accounts says to someone who is not logged in. */
export interface SignedOut {
  user: null;
  is_local: false;
  sign_up: SignUp;
  oidc?: { name: string };
  version: string;
}

/** What an authenticator app needs: told once, before the codes are on. */
export interface TotpSetUp {
  /** In base 32. */
  secret: string;
  /** The same for a QR code: otpauth://totp/… */
  uri: string;
}

/** A browser that is logged in. */
export interface Device {
  id: Id;
  created: Time;
  last_seen: Time;
  user_agent: string;
  is_current: boolean;
}

/** An account as administrators see it. */
export interface User {
  id: Id;
  name: string;
  display_name: string;
  role: UserRole;
  groups: string[];
  is_disabled: boolean;
  must_change_password: boolean;
  has_totp: boolean;
  created: Time;
  last_seen: Time | null;
  num_conversations: number;
}

export interface Invitation {
  id: Id;
  role: UserRole;
  created: Time;
  expires: Time | null;
}

/** Only the answer to its making holds the link; the server keeps a digest. */
export interface NewInvitation extends Invitation {
  token: string;
  path: string;
}

export interface AuditEvent {
  id: Id;
  at: Time;
  actor: string | null;
  action: string;
  subject: string | null;
  address: string;
  detail: Record<string, unknown>;
}

/** Absent: the model's own default. */
export interface Parameters {
  temperature?: number;
  top_p?: number;
  top_k?: number;
  min_p?: number;
  repetition_penalty?: number;
  max_tokens?: number;
  thinking_budget?: number;
  seed?: number;
  system?: string;
}

export interface Conversation {
  id: Id;
  title: string;
  is_title_auto: boolean;
  folder_id: Id | null;
  tags: string[];
  model: string | null;
  parameters: Parameters;
  leaf_id: Id | null;
  is_pinned: boolean;
  is_archived: boolean;
  is_unread: boolean;
  is_temporary: boolean;
  created: Time;
  changed: Time;
}

export type Role = "user" | "assistant" | "system";
export type MessageStatus = "done" | "streaming" | "stopped" | "interrupted" | "failed";

export interface Attachment {
  name: string;
  text: string;
}

/** What an answer saw, what it did not see, and what it cost. */
export interface Ledger {
  id: Id;
  model: string;
  prompt_tokens: number;
  reasoning_tokens: number;
  answer_tokens: number;
  cached_tokens: number;
  context_max: number;
  evicted_message_ids: Id[];
  turn: number;
  queue_ms: number;
  prefill_ms: number;
  decode_ms: number;
  tokens_per_second: number;
  finish_reason: string | null;
  seed: number | string;
  parameters: Parameters;
}

/** A passage of an answer, by its words and those around it. */
export interface TextMark {
  exact: string;
  prefix: string;
  suffix: string;
}

export interface Rating {
  value: 1 | -1;
  /** 1 to 10. */
  score: number | null;
  reasons: string[];
  comment: string;
  /** What is wrong in the answer. */
  marks: TextMark[];
  /** The answer that there should have been. */
  better: string;
  changed: Time;
}

export interface Message {
  id: Id;
  conversation_id: Id;
  parent_id: Id | null;
  role: Role;
  content: string;
  reasoning: string;
  status: MessageStatus;
  error: { message: string } | null;
  attachments: Attachment[];
  created: Time;
  generation: Ledger | null;
  rating: Rating | null;
  /** Drawn by chance: the reader is asked about this answer. */
  probe: Probe | null;
  /** One of two answers to its question. */
  comparison: Comparison | null;
}

export type PairChoice = "left" | "right" | "tie";

export interface Comparison {
  id: Id;
  side: "left" | "right";
  choice: PairChoice | null;
  /** Whose answer it is; null until the reader has judged and asked. */
  arm: string | null;
}

export interface Probe {
  probability: number;
  shown: Time | null;
  answered: Time | null;
}

export interface Generation {
  id: Id;
  conversation_id: Id;
  message_id: Id;
  state: "queued" | "reading" | "writing" | "done" | "stopped" | "failed";
  last_event: number;
}

export type GenerationEvent =
  | { kind: "queued"; position: number }
  | { kind: "reading"; done: number; total: number }
  | { kind: "reasoning"; text: string }
  | { kind: "content"; text: string }
  | { kind: "speed"; tokens: number; tokens_per_second: number }
  | { kind: "title"; title: string }
  | { kind: "done"; message: Message };

export interface Folder {
  id: Id;
  name: string;
  parent_id: Id | null;
  position: number;
}

export interface Prompt {
  id: Id;
  name: string;
  text: string;
  changed: Time;
}

export interface SnippetPart {
  text: string;
  is_hit: boolean;
}

export interface SearchHit {
  conversation: Conversation;
  message_id: Id | null;
  snippet: SnippetPart[];
}

export interface Share {
  token: string;
  /** The end of the branch that is shown; older servers do not say. */
  leaf_id?: Id;
  path: string;
  expires: Time | null;
}

export interface SharedMessage {
  role: Role;
  content: string;
  reasoning: string;
}

export interface SharedConversation {
  title: string;
  messages: SharedMessage[];
  created: Time;
}

export interface ContextCount {
  max: number;
  system: number;
  history: number;
  draft: number;
  evicted_message_ids: Id[];
}

export interface ImportResult {
  imported: number;
  skipped: number;
  problems: string[];
}

/** How far the fetching of a model has come. */
export interface ModelFetch {
  name: string;
  state: "idle" | "running" | "done" | "failed";
  done_bytes: number;
  total_bytes: number;
  error: string | null;
}

export type Settings = Record<string, unknown>;

// --- Feedback

export type Interval = readonly [low: number, high: number];

export interface MessageRate {
  rate: number;
  interval: Interval;
  with: number;
  messages: number;
}

export interface PeopleRate {
  with: number;
  people: number;
  interval?: Interval;
}

export type IssueCategory =
  | "long_text" | "function_calling" | "style" | "memory" | "reasoning" | "factual" | "speed"
  | "formatting" | "refusal" | "safety" | "other";

export interface CategoryRow {
  category: IssueCategory;
  problem?: MessageRate;
  reported_by: PeopleRate;
  praised_by: PeopleRate;
}

export interface Finding {
  id: string;
  kind: string;
  category: IssueCategory;
  /** In the language that was asked for. */
  sentence: string;
  /** `setting`: of a request or of the server, to be tried. */
  suggestion: { en: string; zh: string; setting?: Record<string, unknown> } | null;
}

/** The share of poor answers against something else. */
export interface QualityCurve {
  variable: "prompt_tokens" | "turn";
  tested: boolean;
  shape: "threshold" | "gradual" | "none";
  threshold?: number;
  threshold_interval?: Interval;
  bins: { low: number; high?: number; poor: MessageRate }[];
}

export interface Theme {
  keyphrases: string[];
  people: number;
  comments: number;
  sentiments: Record<"negative" | "neutral" | "positive", number>;
}

/** What poor ratings go along with; nothing says that it is their cause. */
export interface Driver {
  kind: "condition" | "complaint";
  name: string;
  poor_with: number;
  poor_without: number;
  odds_ratio?: number;
  odds_interval?: Interval;
  q?: number;
}

export interface Trend {
  alarm: boolean;
  change?: number;
  weeks: { week: string; poor?: MessageRate }[];
}

export type Provenance = "live" | "imported" | "replayed" | "simulated";

export interface Analysis {
  answers_by_provenance?: Partial<Record<Provenance, number>>;
  flow: {
    total: { active: number; rated: number };
    answers: number;
    probes_shown: number;
    probes_answered: number;
    voluntary_ratings: number;
  };
  basis: "probes" | "all";
  poor?: MessageRate;
  categories: CategoryRow[];
  findings: Finding[];
  annotations?: CodeFigures[];
  arms?: ArmOutcome[];
  comparisons?: { offered: number; judged: number; pairs: ContestantPair[]; left?: MessageRate };
  surveys?: SurveyFigures[];
  curves?: QualityCurve[];
  themes?: { themes: Theme[] };
  drivers?: { tested: boolean; associated_with_poor_ratings: Driver[] };
  trend?: Trend;
}

export interface Comment {
  message_id: Id;
  scale?: "thumbs" | "score";
  value: number | null;
  reasons: string[];
  comment: string;
  trigger: "voluntary" | "probe";
  answered: Time | null;
}

export interface FeedbackSettings {
  probe_probability: number;
  /** Nothing: the page's own. */
  reasons?: RatingReasons | null;
}

/** Told to everybody. */
export interface PublishedChange {
  id: Id;
  published: Time;
  en: string;
  zh: string;
}

export type * from "./api_annotation_types";
export type * from "./api_experiment_types";
