import { defineConfig } from "vitest/config";

// One browser for all files, one file after the other: timing is part of what is tested.
export default defineConfig({
  test: {
    include: ["e2e/**/*_test.ts"],
    environment: "node",
    globalSetup: "e2e/setup.ts",
    // Long, for machines that are busy with other things.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    fileParallelism: false,
  },
});
