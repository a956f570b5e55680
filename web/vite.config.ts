import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";
import { embed } from "./embed";
import { framePolicy } from "./frame_policy";

const assetsSource = process.env.FALCONET_WEB_ASSETS;

const atRoot = (name: string) => readFileSync(new URL(`./root/${name}`, import.meta.url));

/**
 * Files that stand at the root: a service worker serves what lies below its own address, and the
 * frame for pictures has a policy of its own.
 */
const rootFiles: Plugin = {
  name: "root-files",
  apply: "build",
  generateBundle() {
    for (const fileName of ["sw.js", "frame.html"]) {
      this.emitFile({ type: "asset", fileName, source: atRoot(fileName) });
    }
  },
};

// Mermaid is one file that the page fetches with the first diagram and hands to the frame. Packed
// here and unpacked by the page, it takes a quarter of its room in the program.
const mermaidFile = createRequire(import.meta.url).resolve("@mermaid-js/tiny");
const mermaidVersion = (
  JSON.parse(readFileSync(`${mermaidFile.split("/dist/")[0]}/package.json`, "utf8")) as { version: string }
).version;
const mermaidPath = `assets/mermaid-${mermaidVersion}.gz`;
const packedMermaid = () => gzipSync(readFileSync(mermaidFile), { level: 9 });

const mermaid: Plugin = {
  name: "mermaid",
  apply: "build",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: mermaidPath, source: packedMermaid() });
  },
};

/** Every browser that runs the page reads woff2. */
const oneFontFormat: Plugin = {
  name: "one-font-format",
  enforce: "pre",
  transform(code, id) {
    if (!id.includes("katex.min.css")) return null;
    return code.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)/g, "");
  },
};

/** `npm run mock`: the page with a server in memory. */
const mock: Plugin = {
  name: "mock",
  async configureServer(server) {
    const { MockServer } = await import("./test/mock_server");
    const { fill } = await import("./test/mock_content");
    const backend = new MockServer();
    fill(backend.store);
    server.middlewares.use((request, response, next) => {
      if (request.url === "/frame.html") response.setHeader("Content-Security-Policy", framePolicy);
      if (request.url === "/frame.html") response.setHeader("Content-Type", "text/html").end(atRoot("frame.html"));
      else if (request.url === `/${mermaidPath}`) response.end(packedMermaid());
      else next();
    });
    server.middlewares.use((request, response, next) => backend.handle(request, response, next));
  },
};

export default defineConfig(({ mode }) => ({
  plugins: [
    oneFontFormat,
    svelte(),
    rootFiles,
    mermaid,
    ...(mode === "mock" ? [mock] : []),
    ...(assetsSource === undefined ? [] : [embed(assetsSource)]),
  ],
  worker: { format: "es" },
  define: { __MERMAID_PATH__: JSON.stringify(`/${mermaidPath}`) },
  build: {
    target: "es2022",
    emptyOutDir: true,
    // Inlined files would be data: URLs, which the page's content security policy forbids.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  server: {
    // `npm run dev` for work on the page, against a running falconet.
    ...(mode === "mock" ? {} : { proxy: { "/api": "http://127.0.0.1:8000" } }),
  },
}));
