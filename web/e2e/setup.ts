// Builds the page once for all test files.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    folder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "falconet-page-"));
  const root = new URL("..", import.meta.url).pathname;
  // The page as users get it: the test runner says "test", which would make it a page for developers.
  process.env["NODE_ENV"] = "production";
  await build({ root, logLevel: "error", build: { outDir: folder } });
  project.provide("folder", folder);
  return () => rm(folder, { recursive: true, force: true });
}
