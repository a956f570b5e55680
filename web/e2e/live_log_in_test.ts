// Other ways to log in, with the program itself: one-time codes from Node's own HMAC, and a provider
// whose tokens Node signs. Neither knows the program's code.
import { createHash, createHmac, createSign, generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Live, hasProgram } from "./live";

const password = "a long enough password";
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 6238, as an authenticator app computes it. */
function appCode(secret: string, time = Date.now()): string {
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(time / 30_000)));
  const mac = createHmac("sha1", key).update(step).digest();
  const at = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Waits until a code lasts for the next ten seconds at least. */
async function freshStep(): Promise<void> {
  const past = Date.now() % 30_000;
  if (past > 20_000) await sleep(30_000 - past);
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** Lets everybody in as the same person, at once. */
class Provider {
  private readonly keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  private readonly codes = new Map<string, URLSearchParams>();
  private readonly server: Server = createServer((request, response) => {
    void this.answer(request).then(({ status = 200, location, body }) => {
      response.writeHead(status, location === undefined ? {} : { Location: location });
      response.end(body === undefined ? "" : JSON.stringify(body));
    });
  });

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }
  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage): Promise<{ status?: number; location?: string; body?: unknown }> {
    const url = new URL(request.url ?? "/", this.origin);
    if (url.pathname === "/.well-known/openid-configuration") {
      const at = (path: string) => `${this.origin}/${path}`;
      return { body: { issuer: this.origin, authorization_endpoint: at("authorize"), token_endpoint: at("token"), jwks_uri: at("keys") } };
    }
    if (url.pathname === "/keys") {
      return { body: { keys: [{ ...this.keys.publicKey.export({ format: "jwk" }), kid: "k", alg: "ES256", use: "sig" }] } };
    }
    if (url.pathname === "/authorize") {
      const code = randomUUID();
      this.codes.set(code, url.searchParams);
      const back = new URL(url.searchParams.get("redirect_uri") ?? "");
      back.search = new URLSearchParams({ code, state: url.searchParams.get("state") ?? "" }).toString();
      return { status: 302, location: back.href };
    }
    const form = new URLSearchParams(await textOf(request));
    const asked = this.codes.get(form.get("code") ?? "");
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    if (asked?.get("code_challenge") !== challenge) return { status: 400, body: { error: "invalid_grant" } };
    return { body: { id_token: this.token(asked), access_token: "x", token_type: "Bearer" } };
  }

  private token(asked: URLSearchParams): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.origin, aud: asked.get("client_id"), nonce: asked.get("nonce"), iat: now, exp: now + 60,
      sub: "1234", preferred_username: "ann", name: "Ann B.",
    };
    const text = `${base64url({ alg: "ES256", kid: "k" })}.${base64url(claims)}`;
    const signature = createSign("sha256").update(text).sign({ key: this.keys.privateKey, dsaEncoding: "ieee-p1363" });
    return `${text}.${signature.toString("base64url")}`;
  }
}

async function openAccount(page: Page): Promise<void> {
  await page.locator("#composer-field").waitFor();
  await page.locator(".person").click();
  await page.getByRole("menuitem", { name: "Account" }).click();
}

describe.skipIf(!hasProgram)("other ways to log in", () => {
  const provider = new Provider();
  let live: Live;
  beforeAll(async () => {
    await provider.open();
    live = await Live.open("--auth", "--oidc-issuer", provider.origin, "--oidc-client-id", "falconet", "--oidc-name", "Company", "--oidc-sign-up", "open");
  });
  afterAll(async () => {
    await live.close();
    provider.close();
  });

  test("a code of an app that knows the secret alone", async () => {
    const page = await live.page();
    await page.getByLabel("User name").fill("root");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Create account" }).click();
    await openAccount(page);
    const section = page.getByRole("region", { name: "Two-step log-in" });
    await section.getByRole("button", { name: "Turn on …" }).click();
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    const secret = (await section.locator("code").innerText()).replaceAll(" ", "");
    await section.getByRole("img", { name: "QR code with the key" }).waitFor();
    // The code of the half minute before, so that this one's is still to be used.
    await freshStep();
    await section.getByLabel("The code that the app shows now").fill(appCode(secret, Date.now() - 30_000));
    await page.keyboard.press("Enter");
    await section.getByRole("button", { name: "I have kept them" }).click();
    const other = await live.page();
    await other.getByLabel("User name").fill("root");
    await other.getByLabel("Password", { exact: true }).fill(password);
    await other.keyboard.press("Enter");
    await other.getByLabel("Code", { exact: true }).fill(appCode(secret));
    await other.keyboard.press("Enter");
    await other.locator("#composer-field").waitFor();
  });

  test("a provider that signs who somebody is", async () => {
    const page = await live.page();
    await page.getByRole("button", { name: "Log in with Company" }).click();
    await openAccount(page);
    const dialog = page.getByRole("dialog", { name: "Account" });
    expect(await dialog.getByLabel("Displayed name").inputValue()).toBe("Ann B.");
    await dialog.getByText("It is the only way into this account").waitFor();
    expect(new URL(page.url()).search).toBe("");
  });
});
