// The program itself and a browser, for the tests of both together.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Screens, launch } from "./harness";

export const program =
  process.env["FALCONET_PROGRAM"] ?? new URL("../../build/release/src/falconet", import.meta.url).pathname;
export const hasProgram = existsSync(program);
if (!hasProgram) {
  process.stderr.write(`SKIPPED: the page with the program, since there is no ${program} (FALCONET_PROGRAM names it)\n`);
}

const startMs = 60_000;

/** Runs a command of the program to its end. */
async function run(...words: string[]): Promise<void> {
  const child = spawn(program, words, { stdio: "inherit" });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`falconet ${words.join(" ")} ended with ${code}`);
}

/** A server in a folder of its own. */
export class Live extends Screens {
  private child: ChildProcess | null = null;
  private said = "";
  origin = "";

  static open(...flags: string[]): Promise<Live> {
    return Live.openIn({}, ...flags);
  }

  static async openIn(environment: Record<string, string>, ...flags: string[]): Promise<Live> {
    const folder = await mkdtemp(join(tmpdir(), "falconet-live-"));
    const live = new Live(await launch(), folder, flags, environment);
    await live.start();
    return live;
  }

  /** With a model of random weights that writes to the end of its context: nobody waits for its sense. */
  static async openEndless(...flags: string[]): Promise<Live> {
    const folder = await mkdtemp(join(tmpdir(), "falconet-live-"));
    const model = join(folder, "endless.gguf");
    await run("synth", "--shape", "smollm2-135m", "--type", "q4_0", "-o", model);
    const live = new Live(await launch(), folder, [model, "--max-model-len", "4096", "--reasoning-parser", "none", ...flags]);
    await live.start();
    return live;
  }

  private constructor(
    browser: Awaited<ReturnType<typeof launch>>,
    private readonly folder: string,
    private readonly flags: string[],
    private readonly environment: Record<string, string> = {},
  ) {
    super(browser);
  }

  /** Starts the server; after a first time on the same port and the same data. */
  async start(): Promise<void> {
    const port = this.origin === "" ? "0" : new URL(this.origin).port;
    const words = ["serve", ...this.flags, "--port", port, "--data", join(this.folder, "data")];
    const child = spawn(program, words, {
      env: { ...process.env, ...this.environment, FALCONET_HOME: this.folder },
    });
    this.child = child;
    this.said = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (this.said += String(text)));
    for (const end = Date.now() + startMs; Date.now() < end; await sleep(50)) {
      if (child.exitCode !== null) break;
      const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(this.said)?.[0];
      if (origin === undefined) continue;
      this.origin = origin;
      if (await fetch(`${origin}/health`).then((answer) => answer.ok, () => false)) return;
    }
    throw new Error(`the server is not ready:\n${this.said}`);
  }

  /** As a crash ends it: no time to write anything. */
  async kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    const { child } = this;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.kill("SIGTERM");
    await rm(this.folder, { recursive: true, force: true });
  }
}
