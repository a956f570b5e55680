// Pictures and pages that models write: drawn in a frame, and shut in there.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Stage } from "./harness";
import { violations } from "./axe";

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterAll(() => stage.close());
afterEach(async () => {
  for (const context of stage.browser.contexts()) await context.close();
  expect(stage.problems).toEqual([]);
});

/** A conversation whose answer is the text. */
async function answered(content: string, options: Parameters<Stage["page"]>[1] = {}): Promise<Page> {
  const { store } = stage.fresh();
  const { id } = store.createConversation({ title: "Pictures" });
  const asked = store.createMessage(id, { content: "draw" });
  store.createMessage(id, { parent_id: asked.id, role: "assistant", content });
  return stage.page(`/c/${id}`, options);
}

const fenced = (language: string, code: string) => `Here:\n\n\`\`\`${language}\n${code}\n\`\`\`\n\nDone.`;
const flow = "graph TD\n  A[Question] --> B{Enough?}\n  B -->|yes| C[Answer]\n  B -->|no| A";

test("a diagram is drawn by itself, and its code is one click away", async () => {
  const page = await answered(fenced("mermaid", flow), { reducedMotion: "reduce" });
  const picture = page.frameLocator(".artifact iframe");
  await picture.locator("svg").getByText("Enough?").waitFor();
  await expect.poll(() => page.locator(".artifact iframe").evaluate((node) => node.clientHeight)).toBeGreaterThan(150);
  expect(await page.locator(".code pre").isVisible()).toBe(false);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Show code" }).click();
  await page.locator(".code pre").getByText("graph TD").waitFor();
  expect(await page.locator(".artifact").count()).toBe(0);
  await page.getByRole("button", { name: "Show picture" }).click();
  await picture.locator("svg").waitFor();
});

test("a diagram that is broken says so and shows its code", async () => {
  const page = await answered(fenced("mermaid", "graph TD\n  A[unclosed --> B"));
  await page.getByText(/This cannot be drawn: Parse error on line \d/).waitFor();
  await page.locator(".code pre").getByText("unclosed").waitFor();
  expect(await page.locator(".artifact iframe").isVisible()).toBe(false);
});

test("a drawing is drawn, one that is broken says so, and neither runs anything", async () => {
  const bad = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"></svg>';
  const good = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><script>parent.postMessage({hacked:1},"*")</script><circle cx="10" cy="10" r="8"/></svg>';
  const page = await answered(`${fenced("svg", good)}\n\n${fenced("svg", bad)}`);
  await page.evaluate(() => addEventListener("message", ({ data }) => Object.assign(window, (data as object | null) ?? {})));
  await page.frameLocator(".artifact iframe").first().locator("circle").waitFor();
  await page.getByText(/This cannot be drawn: error on line 1 at column \d+/).waitFor();
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
});

test("a page runs when the reader wants it, and reaches neither this one nor any network", async () => {
  let numRequests = 0;
  const outside = createServer((_, response) => {
    numRequests += 1;
    response.end();
  });
  let numConnections = 0;
  outside.on("connection", () => (numConnections += 1));
  await new Promise<void>((resolve) => outside.listen(0, "127.0.0.1", resolve));
  const far = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
  const code = `<!doctype html><body><h1 id="out">waiting</h1><img src="${far}/img"><link rel="stylesheet" href="${far}/css">
<script src="${far}/js"></script><script>
const results = [];
const attempt = async (name, work) => { try { await work(); results.push(name); } catch { /* as it should be */ } };
(async () => {
  await attempt("parent", () => parent.document.title);
  await attempt("storage", () => localStorage.setItem("a", "b"));
  await attempt("cookie", () => { document.cookie = "a=b"; if (document.cookie) return; throw 0; });
  await attempt("fetch", () => fetch("${far}/fetch"));
  await attempt("own server", () => fetch("${stage.origin}/api/app/session"));
  await attempt("socket", () => new Promise((yes, no) => { const s = new WebSocket("${far.replace("http", "ws")}"); s.onopen = yes; s.onerror = no; }));
  await attempt("peer", () => new RTCPeerConnection());
  await attempt("worker", () => new Promise((yes, no) => { const w = new Worker(URL.createObjectURL(new Blob(["postMessage(1)"]))); w.onmessage = yes; w.onerror = no; }));
  await attempt("eval", () => eval("1"));
  await attempt("popup", () => { if (window.open("${far}/popup") === null) throw 0; });
  await attempt("top", () => { top.location = "${far}/top"; });
  navigator.sendBeacon?.("${far}/beacon");
  document.getElementById("out").textContent = "ran; got out by: " + results.join(", ");
  setTimeout(() => { location = "${far}/self"; }, 2500);
})();
</script>`;
  const page = await answered(fenced("html", code));
  const address = page.url();
  const show = page.getByRole("button", { name: "Show picture" });
  await show.waitFor();
  await page.waitForTimeout(300);
  expect(await page.locator(".artifact").count()).toBe(0); // nothing ran by itself
  await show.click();
  const out = page.frameLocator(".artifact iframe").locator("#out");
  await out.getByText("ran;").waitFor();
  expect((await out.innerText()).trim()).toBe("ran; got out by:");
  await page.waitForTimeout(3500); // it tries to go elsewhere itself, too
  expect(numRequests).toBe(0);
  // A browser may look up and open a connection before it asks whether it may use it; nothing is
  // sent on it, and nothing of the user's is in the frame.
  process.stdout.write(`connections without a request: ${numConnections}\n`);
  expect(page.url()).toBe(address);
  stage.problems.length = 0; // the browser reports each thing that it refused
  outside.closeAllConnections();
  await new Promise((resolve) => outside.close(resolve));
});

test("while an answer is written its code stays code, and Mermaid is fetched with the first diagram only", async () => {
  const { store } = stage.fresh(6);
  const asked: string[] = [];
  const page = await stage.page();
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.reload();
  await page.locator("#composer-field").fill("draw a diagram");
  await page.keyboard.press("Enter");
  await page.locator(".code pre").getByText("graph TD").waitFor();
  expect(await page.locator(".artifact").count()).toBe(0);
  expect(asked.some((path) => path.includes("mermaid"))).toBe(false);
  await page.frameLocator(".artifact iframe").locator("svg").waitFor();
  expect(asked.filter((path) => path.includes("mermaid"))).toHaveLength(1);
  expect(store.conversations.size).toBe(1);
});

test("without the server's policy for the frame there are no pictures, and the code is there", async () => {
  const { store } = stage.fresh();
  const { id } = store.createConversation({ title: "Pictures" });
  const asked = store.createMessage(id, { content: "draw" });
  store.createMessage(id, { parent_id: asked.id, role: "assistant", content: fenced("mermaid", flow) });
  const page = await stage.page();
  await page.route("**/frame.html", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { "Content-Type": "text/html" } });
  });
  await page.goto(`${stage.origin}/c/${id}`);
  await page.locator(".code pre").getByText("graph TD").waitFor();
  await page.waitForTimeout(500);
  expect(await page.getByRole("button", { name: "Show picture" }).count()).toBe(0);
});
