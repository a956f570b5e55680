// Other servers, for the mock server: what an address is called decides how it answers.
import type { Endpoint, EndpointAnswer, EndpointTest, Id } from "../src/api_types";
import type { Answer } from "./mock_accounts";
import { newId, type MockStore } from "./mock_store";

type Body = Record<string, unknown>;
interface Kept extends Endpoint {
  key: string;
}

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const refuse = (status: number, code: string): Answer => ({
  status, body: { error: { message: code.replaceAll("_", " "), code } },
});

/** "down" is not there, "locked" wants the key "right-key-1234", everything else has two models. */
function ask(url: string, key: string): EndpointTest {
  const failed = (answer: EndpointAnswer, message: string) => ({ answer, message, models: [] });
  if (url.includes("down")) return failed("unreachable", `${url}/models: connection refused`);
  if (url.includes("locked") && key !== "right-key-1234") return failed("key_refused", "locked answers 401");
  return { answer: "models", message: "", models: ["far/large", "far/small"] };
}

export class MockEndpoints {
  readonly kept: Kept[] = [];
  /** How long an endpoint is being asked. */
  askMs = 60;

  constructor(private readonly store: MockStore) {}

  list(): Endpoint[] {
    return this.kept.map((endpoint) => this.shown(endpoint));
  }

  /** One that the environment names. */
  addFixed(url: string): void {
    this.keep({ url, name: new URL(url).host, is_fixed: true, id: null });
  }

  add(body: Body): Answer {
    if (this.kept.some(({ name }) => name === body["name"])) return refuse(409, "name_taken");
    return ok(this.shown(this.keep(body)), 201);
  }

  change(id: Id, body: Body): Answer {
    const endpoint = this.kept.find((each) => each.id === id);
    if (endpoint === undefined) return refuse(404, "not_found");
    if (this.movesKey(endpoint, body)) return refuse(400, "key_needed");
    this.apply(endpoint, body);
    return ok(this.shown(endpoint));
  }

  remove(id: Id): Answer {
    const at = this.kept.findIndex((each) => each.id === id);
    if (at < 0) return refuse(404, "not_found");
    const [gone] = this.kept.splice(at, 1);
    if (gone) this.offer(gone, []);
    return { status: 204 };
  }

  test(body: Body): Answer {
    const kept = this.kept.find((each) => each.id !== null && each.id === body["id"]);
    if (kept && this.movesKey(kept, body)) return refuse(400, "key_needed");
    return ok(ask(String(body["url"]), String(body["api_key"] ?? kept?.key ?? "")));
  }

  private movesKey(endpoint: Kept, body: Body): boolean {
    if (body["api_key"] !== undefined || body["url"] === undefined || endpoint.key === "") return false;
    return new URL(String(body["url"])).origin !== new URL(endpoint.url).origin;
  }

  private keep(body: Body): Kept {
    const endpoint: Kept = {
      id: newId(), name: "", url: "", host: "", has_key: false, key_end: null, models: [],
      is_enabled: true, is_fixed: false, state: "asking", num_models: 0, answer: null, message: null, key: "",
    };
    this.kept.push(endpoint);
    this.apply(endpoint, body);
    return endpoint;
  }

  private apply(endpoint: Kept, body: Body): void {
    const { api_key, ...fields } = body;
    Object.assign(endpoint, fields);
    if (api_key !== undefined) endpoint.key = String(api_key);
    endpoint.host = new URL(endpoint.url).host;
    endpoint.has_key = endpoint.key !== "";
    endpoint.key_end = endpoint.key.length >= 12 ? endpoint.key.slice(-4) : null;
    endpoint.state = endpoint.is_enabled ? "asking" : "disabled";
    this.offer(endpoint, []);
    if (endpoint.is_enabled) setTimeout(() => this.settle(endpoint), this.askMs);
  }

  private settle(endpoint: Kept): void {
    const { answer, message, models } = ask(endpoint.url, endpoint.key);
    const offered = endpoint.models.length > 0 ? endpoint.models : models;
    Object.assign(endpoint, {
      answer, message, num_models: offered.length, state: answer === "models" ? "ready" : "unavailable",
    });
    if (this.kept.includes(endpoint)) this.offer(endpoint, offered);
  }

  private offer(endpoint: Kept, models: readonly string[]): void {
    const { session } = this.store;
    const others = session.models.filter(({ remote_name }) => remote_name !== endpoint.name);
    session.models = [
      ...others,
      ...models.map((id) => ({
        id, has_reasoning: false, max_model_len: 32768, is_ready: true, is_demo: false,
        is_available: endpoint.state === "ready", remote_host: endpoint.host, remote_name: endpoint.name,
      })),
    ];
  }

  private shown({ key: _, ...endpoint }: Kept): Endpoint {
    return endpoint;
  }
}
