// The built page, the mock server and a browser, for the tests.
import { createServer, type Server } from "node:http";
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { AddressInfo } from "node:net";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { inject } from "vitest";
import { framePolicy } from "../frame_policy";
import { MockServer } from "../test/mock_server";

/** As the program sends it (src/server/page.cpp). */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
  "trusted-types svelte-trusted-html dompurify falconet";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".gz": "application/gzip",
};

const executablePath = process.env["FALCONET_CHROMIUM"] ?? "/usr/bin/chromium";
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run",
];

/** A browser before some server; it notes errors, warnings and requests to anyone else. */
export abstract class Screens {
  readonly problems: string[] = [];

  protected constructor(readonly browser: Browser) {}

  abstract readonly origin: string;

  /** A page that notes errors, warnings and requests to anyone else. */
  async page(path = "/", options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      locale: "en-US", viewport: { width: 1280, height: 800 }, ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(40_000);
    this.watch(page);
    await page.goto(this.origin + path);
    return page;
  }

  watch(page: Page): void {
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.problems.push(message.text());
    });
    page.on("pageerror", (error) => this.problems.push(String(error)));
    page.on("request", (request) => {
      const isOurs = request.url().startsWith(this.origin) || /^(blob|data):/.test(request.url());
      if (!isOurs) this.problems.push(`a request to ${request.url()}`);
    });
  }
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath, args: flags });
}

export class Stage extends Screens {
  private constructor(
    private readonly server: Server,
    browser: Browser,
    readonly origin: string,
    readonly backend: { current: MockServer },
  ) {
    super(browser);
  }

  static async open(): Promise<Stage> {
    const folder = inject("folder");
    const backend = { current: new MockServer() };
    const server = createServer((request, response) => {
      backend.current.handle(request, response, () => {
        const { pathname } = new URL(request.url ?? "/", "http://mock");
        const file = /^\/((c|s|join|survey|interview)\/[\w-]+)?$/.test(pathname) ? "/index.html" : pathname;
        try {
          const bytes = readFileSync(join(folder, file));
          response.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream");
          response.setHeader("Content-Security-Policy", file === "/frame.html" ? framePolicy : policy);
          response.setHeader("X-Content-Type-Options", "nosniff");
          response.end(bytes);
        } catch {
          response.statusCode = 404;
          response.end();
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return new Stage(server, await launch(), `http://127.0.0.1:${port}`, backend);
  }

  /** A server with nothing in it, so that tests do not see each other. */
  fresh(tokenMs = 2): MockServer {
    const backend = new MockServer();
    backend.store.tokenMs = tokenMs;
    this.backend.current = backend;
    this.problems.length = 0;
    return backend;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export async function ask(page: Page, text: string): Promise<void> {
  await page.locator("#composer-field").fill(text);
  await page.keyboard.press("Enter");
}

/** Waits until no answer is being written. */
export async function settled(page: Page): Promise<void> {
  await page.locator("article.assistant").last().waitFor();
  await page.locator('article[aria-busy="true"]').first().waitFor({ state: "detached" });
}
