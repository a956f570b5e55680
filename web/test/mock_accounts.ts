// Accounts of the mock server: who is logged in where, and what administrators may do.
import type { IncomingMessage } from "node:http";
import type {
  AuditEvent, Device, Id, Invitation, SignUp, User, UserRole,
} from "../src/api_types";
import { MockProvider } from "./mock_provider";
import { newId } from "./mock_store";

type Body = Record<string, unknown>;
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
interface Account extends User {
  password: string;
  /** Those that still work; null: one-time codes are off. */
  recoveryCodes: string[] | null;
  has_password: boolean;
  is_linked: boolean;
}
interface Login extends Device {
  user: Id;
}

const refuse = (status: number, code: string, headers: Record<string, string> = {}): Answer => ({
  status, headers, body: { error: { message: code.replaceAll("_", " "), code } },
});
const none: Answer = { status: 204 };
/** An account as its owner sees it. */
const toOwner = ({ password: _, recoveryCodes: __, ...account }: Account) => account;

/** What every authenticator app shows here. */
export const appCode = "123456";
const cookieName = "falconet_session";

export class MockAccounts {
  signUp: Exclude<SignUp, "first"> = "open";
  readonly users = new Map<Id, Account>();
  readonly logins = new Map<Id, Login>();
  readonly invitations = new Map<string, Invitation & { token: string }>();
  readonly events: AuditEvent[] = [];
  provider: MockProvider | null = null;
  private numFailures = 0;

  /** `session`: what someone who is in is told beside who they are. */
  constructor(private readonly session: () => object) {}

  add(name: string, password: string, role: UserRole = "user", more: Partial<Account> = {}): Account {
    const account: Account = {
      id: newId(), name, password, role, display_name: "", groups: [], is_disabled: false,
      must_change_password: false, has_totp: false, recoveryCodes: null, has_password: true, is_linked: false, created: Date.now(), last_seen: null, num_conversations: 0, ...more,
    };
    this.users.set(account.id, account);
    return account;
  }

  /** A provider that lets `user` in, or nobody for this reason. */
  withProvider(name: string, user: Account | string): void {
    const isUser = typeof user !== "string";
    this.provider = new MockProvider(name, isUser ? "" : user, () =>
      isUser ? this.enter({ headers: {} } as IncomingMessage, user, 303) : none);
  }

  /** Ends every session, as a restart with a new key would. */
  endSessions(): void {
    this.logins.clear();
  }

  private loginOf(request: IncomingMessage): Login | undefined {
    const [, id] = new RegExp(`${cookieName}=(\\w+)`).exec(request.headers.cookie ?? "") ?? [];
    return this.logins.get(id ?? "");
  }

  /** An answer to what is about accounts, or to who may not ask; null: the rest of the server goes on. */
  answer(request: IncomingMessage, path: string, body: Body, query: URLSearchParams): Answer | null {
    const what = `${request.method} ${path}`;
    const login = this.loginOf(request);
    const user = this.users.get(login?.user ?? "");
    if (path.startsWith("/shared/")) return null;
    if (what === "GET /session") return this.describe(user);
    if (what === "POST /sign-up") return this.join(request, body);
    if (what === "POST /log-in") return this.logIn(request, body);
    const byProvider = this.provider === null ? null : this.answerProvider(this.provider, what, user, body);
    if (byProvider) return byProvider;
    if (!login || !user) return refuse(401, "log_in_first");
    if (what === "POST /log-out") return this.logOut(login, user);
    if (what === "POST /password") return this.changePassword(login, user, body);
    if (user.must_change_password) return refuse(403, "change_password_first");
    return this.changeTotp(what, user, body) ?? this.own(what, login, user, body) ?? this.administrate(what, user, body, query);
  }

  private describe(user: Account | undefined): Answer {
    const oidc = this.provider === null ? {} : { oidc: { name: this.provider.name } };
    if (user === undefined) {
      const sign_up = this.users.size === 0 ? "first" : this.signUp;
      return { status: 200, body: { user: null, is_local: false, sign_up, version: "0.2.0", ...oidc } };
    }
    const who = toOwner(user);
    const policy = { administrators_may_read: false };
    return { status: 200, body: { ...this.session(), is_local: false, user: who, policy, ...oidc } };
  }

  private enter(request: IncomingMessage, user: Account, status: number): Answer {
    const login: Login = {
      id: newId(), user: user.id, created: Date.now(), last_seen: Date.now(),
      user_agent: request.headers["user-agent"] ?? "", is_current: false,
    };
    this.logins.set(login.id, login);
    user.last_seen = Date.now();
    const cookie = `${cookieName}=${login.id}; HttpOnly; SameSite=Lax; Path=/`;
    return { ...this.describe(user), status, headers: { "Set-Cookie": cookie } };
  }

  private note(actor: string | null, action: string, subject: string | null = null, detail = {}): void {
    this.events.unshift({ id: newId(), at: Date.now(), actor, action, subject, address: "127.0.0.1", detail });
  }

  private wrongWith(name: string, password: string): Answer | null {
    if (!/^[\p{L}\p{N}._@-]{2,64}$/u.test(name)) return refuse(400, "name_invalid");
    if (this.find(name)) return refuse(409, "name_taken");
    return password.length < 10 || password === name ? refuse(400, "password_too_weak") : null;
  }

  private find(name: string): Account | undefined {
    return [...this.users.values()].find((each) => each.name.toLowerCase() === name.toLowerCase());
  }

  private join(request: IncomingMessage, body: Body): Answer {
    const { name, password, display_name, invitation } = body as Record<string, string>;
    const isFirst = this.users.size === 0;
    const invited = this.invitations.get(invitation ?? "");
    if (!isFirst && this.signUp === "closed") return refuse(403, "sign_up_closed");
    if (!isFirst && this.signUp === "invitation" && !invited) return refuse(403, "invitation_invalid");
    const wrong = this.wrongWith(name ?? "", password ?? "");
    if (wrong) return wrong;
    if (invited) this.invitations.delete(invited.token);
    const role = isFirst ? "administrator" : (invited?.role ?? "user");
    const user = this.add(name ?? "", password ?? "", role, { display_name: display_name ?? "" });
    this.note(user.name, "sign-up");
    return this.enter(request, user, 201);
  }

  private logIn(request: IncomingMessage, body: Body): Answer {
    if (this.numFailures >= 5) return refuse(429, "too_many_attempts", { "Retry-After": "2" });
    const user = this.find(String(body["name"]));
    if (user === undefined || user.password !== body["password"]) {
      this.numFailures += 1;
      this.note(null, "log-in-failed", String(body["name"]));
      return refuse(401, "wrong_name_or_password");
    }
    if (user.is_disabled) return refuse(403, "account_disabled");
    const wrong = this.wrongCode(user, body, 401);
    if (wrong) return wrong;
    this.numFailures = 0;
    this.note(user.name, "log-in");
    return this.enter(request, user, 200);
  }

  /** Of who logs in with codes: the refusal of a missing or wrong one. Recovery codes are used up. */
  private wrongCode(user: Account, body: Body, status: number): Answer | null {
    const code = String(body["code"] ?? "");
    if (!user.has_totp || code === appCode) return null;
    if (code === "") return refuse(status, "code_required");
    if (!user.recoveryCodes?.includes(code)) return refuse(status, "wrong_code");
    user.recoveryCodes = user.recoveryCodes.filter((each) => each !== code);
    return null;
  }

  private answerProvider(provider: MockProvider, what: string, user: Account | undefined, body: Body): Answer | null {
    if (what === "POST /oidc/start") return provider.start(body["link"] === true);
    if (what === "GET /oidc/callback") {
      const isLinked = user !== undefined && provider.takeLink();
      if (isLinked) user.is_linked = true;
      return provider.comeBack(isLinked);
    }
    if (user === undefined || !what.endsWith("/oidc/link")) return null;
    if (what.startsWith("DELETE")) {
      user.is_linked = false;
      return none;
    }
    if (body["password"] !== user.password) return refuse(403, "wrong_password");
    provider.isPermitted = true;
    return none;
  }

  private changeTotp(what: string, user: Account, body: Body): Answer | null {
    if (!/^\w+ \/totp/.test(what)) return null;
    if (what === "POST /totp/confirm") {
      if (body["code"] !== appCode) return refuse(403, "wrong_code");
      const recovery_codes = Array.from({ length: 8 }, (_, index) => `code-0000-0000-000${index}`);
      Object.assign(user, { has_totp: true, recoveryCodes: recovery_codes });
      return { status: 200, body: { recovery_codes } };
    }
    if (body["password"] !== user.password) return refuse(403, "wrong_password");
    if (what === "POST /totp") {
      const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
      const uri = `otpauth://totp/Falconet:${user.name}?secret=${secret}&issuer=Falconet`;
      return { status: 201, body: { secret, uri } };
    }
    const wrong = this.wrongCode(user, body, 403);
    if (wrong) return wrong;
    Object.assign(user, { has_totp: false, recoveryCodes: null });
    return none;
  }

  private logOut(login: Login, user: Account): Answer {
    this.logins.delete(login.id);
    this.note(user.name, "log-out");
    return none;
  }

  private endOthers(user: Id, kept: Id | null): void {
    for (const each of [...this.logins.values()]) {
      if (each.user === user && each.id !== kept) this.logins.delete(each.id);
    }
  }

  private changePassword(login: Login, user: Account, body: Body): Answer {
    if (body["old_password"] !== user.password) return refuse(403, "wrong_password");
    const chosen = String(body["new_password"]);
    if (chosen.length < 10) return refuse(400, "password_too_weak");
    Object.assign(user, { password: chosen, must_change_password: false });
    this.endOthers(user.id, login.id);
    this.note(user.name, "password-changed");
    return none;
  }

  private isLast(user: Account): boolean {
    const others = [...this.users.values()].filter((each) => each !== user && !each.is_disabled);
    return user.role === "administrator" && !others.some((each) => each.role === "administrator");
  }

  private own(what: string, login: Login, user: Account, body: Body): Answer | null {
    const device = /^DELETE \/sessions\/(\w+)$/.exec(what);
    if (what === "PATCH /account") {
      user.display_name = String(body["display_name"]);
      return { status: 200, body: (this.describe(user).body as { user: unknown }).user };
    }
    if (what === "DELETE /account") {
      if (user.has_password && body["password"] !== user.password) return refuse(403, "wrong_password");
      if (this.isLast(user)) return refuse(409, "last_administrator");
      this.users.delete(user.id);
      this.endOthers(user.id, null);
      return none;
    }
    if (what === "GET /sessions") {
      const sessions = [...this.logins.values()].filter((each) => each.user === user.id)
        .map(({ user: _, ...each }) => ({ ...each, is_current: each.id === login.id }));
      return { status: 200, body: { sessions } };
    }
    if (device === null) return null;
    this.logins.delete(device[1] ?? "");
    return none;
  }

  private administrate(what: string, actor: Account, body: Body, query: URLSearchParams): Answer | null {
    if (!/^\w+ \/(users|invitations|policy|audit|endpoints)/.test(what)) return null;
    if (actor.role !== "administrator") return refuse(403, "not_allowed");
    if (/^\w+ \/endpoints/.test(what)) return null;
    const [, method, kind, id = ""] = /^(\w+) \/(\w+)\/?(\w*)$/.exec(what) ?? [];
    if (kind === "users") return this.changeUsers(`${method}`, id, actor, body);
    if (kind === "invitations") return this.changeInvitations(`${method}`, id, actor, body);
    if (kind === "policy") {
      if (method === "PATCH") this.signUp = body["sign_up"] as Exclude<SignUp, "first">;
      return { status: 200, body: { sign_up: this.signUp } };
    }
    const begin = Number(query.get("before") ?? 0);
    const end = begin + Number(query.get("limit") ?? 50);
    const next = end < this.events.length ? String(end) : null;
    return { status: 200, body: { events: this.events.slice(begin, end), next } };
  }

  private changeUsers(method: string, id: Id, actor: Account, body: Body): Answer {
    const shown = ({ password: _, recoveryCodes: __, has_password: ___, is_linked: ____, ...user }: Account) => user;
    if (method === "GET") return { status: 200, body: { users: [...this.users.values()].map(shown) } };
    if (method === "POST") {
      const wrong = this.wrongWith(String(body["name"]), String(body["password"]));
      if (wrong) return wrong;
      const role = body["role"] as UserRole;
      const made = this.add(String(body["name"]), String(body["password"]), role, { must_change_password: true });
      this.note(actor.name, "user-created", made.name, { role });
      return { status: 201, body: shown(made) };
    }
    const user = this.users.get(id);
    if (user === undefined) return refuse(404, "not_found");
    const losesRole = method === "DELETE" || body["is_disabled"] === true || (body["role"] ?? user.role) !== user.role;
    if (losesRole && this.isLast(user)) return refuse(409, "last_administrator");
    if (method === "DELETE") {
      this.users.delete(id);
      this.endOthers(id, null);
      this.note(actor.name, "user-deleted", user.name);
      return none;
    }
    const { new_password, ...fields } = body;
    Object.assign(user, fields, new_password ? { password: new_password, must_change_password: true } : {});
    if (new_password || fields["is_disabled"]) this.endOthers(id, null);
    this.note(actor.name, "user-changed", user.name, fields);
    return { status: 200, body: shown(user) };
  }

  private changeInvitations(method: string, id: Id, actor: Account, body: Body): Answer {
    const shown = ({ token: _, ...each }: Invitation & { token: string }) => each;
    if (method === "GET") return { status: 200, body: { invitations: [...this.invitations.values()].map(shown) } };
    if (method === "DELETE") {
      for (const [token, each] of this.invitations) if (each.id === id) this.invitations.delete(token);
      return none;
    }
    const invitation = {
      id: newId(), token: `inv${newId()}`, role: body["role"] as UserRole, created: Date.now(),
      expires: body["expires"] as number | null,
    };
    this.invitations.set(invitation.token, invitation);
    this.note(actor.name, "invitation-created", null, { role: invitation.role });
    const path = `/?invitation=${invitation.token}`;
    return { status: 201, body: { invitation: { ...invitation, path } } };
  }
}
