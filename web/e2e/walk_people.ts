// The people of a study beside those in a browser: accounts that ask and rate through the API.
import { request, type APIRequestContext } from "playwright-core";

const password = "a long enough password";

/** Somebody with an account, without a browser. */
export class WalkPerson {
  private constructor(private readonly api: APIRequestContext) {}

  static async signUp(origin: string, name: string, invitation = ""): Promise<WalkPerson> {
    const api = await request.newContext({ baseURL: origin, extraHTTPHeaders: { "X-Falconet": "1", Origin: origin } });
    const person = new WalkPerson(api);
    await person.send("POST", "/api/app/sign-up", { name, password, ...(invitation === "" ? {} : { invitation }) });
    return person;
  }

  async send<T = Record<string, unknown>>(method: string, path: string, data?: unknown): Promise<T> {
    const response = await this.api.fetch(path, { method, ...(data === undefined ? {} : { data }) });
    const text = await response.text();
    if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${text.slice(0, 300)}`);
    return (text === "" ? {} : JSON.parse(text)) as T;
  }

  /** The token of an invitation to this server. */
  async invite(role: string): Promise<string> {
    const made = await this.send<{ invitation: { token: string } }>("POST", "/api/app/invitations", { role, expires: null });
    return made.invitation.token;
  }

  async join(link: string, segment: string, locale: "en" | "zh"): Promise<void> {
    await this.send("POST", "/api/app/participations", {
      token: link.split("/").at(-1), segment, locale, consent_version: 1, scopes: ["ratings_and_logs", "quotes"],
    });
  }

  /** The whole answer's message; `parameters` are its chat's. */
  async ask(question: string): Promise<string> {
    const chat = await this.send<{ id: string }>("POST", "/api/app/conversations", {});
    const path = `/api/app/conversations/${chat.id}`;
    const asked = await this.send<{ id: string }>("POST", `${path}/messages`, { role: "user", content: question });
    const started = await this.send<{ generation: { id: string }; message: { id: string } }>(
      "POST", `${path}/generations`, { parent_id: asked.id, parameters: { max_tokens: 24 } },
    );
    await (await this.api.get(`/api/app/generations/${started.generation.id}/events`)).text();
    return started.message.id;
  }

  async rate(message: string, rating: { value: 1 | -1; reasons?: string[]; comment?: string }): Promise<void> {
    await this.send("PUT", `/api/app/messages/${message}/rating`, rating);
  }

  close(): Promise<void> {
    return this.api.dispose();
  }
}

export { password as walkPassword };
