import { defineConfig } from "vitest/config";

// One browser for all files, one file after the other: timing is part of what is tested.
export default defineConfig({
  test: {
    include: ["e2e/**/*_test.ts"],
    environment: "node",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
