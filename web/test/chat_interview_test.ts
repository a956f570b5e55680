// An interview in the chat as its giver sees it, and the guide while it is being made.
import { mount, tick, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { InterviewGuide, Participation } from "../src/api_types";
import { participations, whatWaits } from "../src/state/participations.svelte";
import { parsePath } from "../src/state/router.svelte";
import { blankGuide, guideToEdit, movedBy, newProbe, toGuide } from "../src/studies/guide";
import GuideEditor from "../src/studies/GuideEditor.svelte";
import InterviewPage from "../src/survey/InterviewPage.svelte";
import { setLanguage, t } from "../src/text/text.svelte";
import { MockChatInterview, sampleGuide } from "./mock_chat_interview";

const open: Record<string, unknown>[] = [];

beforeEach(() => {
  setLanguage("en");
  localStorage.clear();
  Element.prototype.scrollIntoView = () => undefined; // jsdom lays nothing out
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
});
afterEach(async () => {
  for (const component of open.splice(0)) await unmount(component);
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const nameOf = (node: Element) => (node.getAttribute("aria-label") ?? node.textContent ?? "").trim();
const button = (name: string) => {
  const found = [...document.querySelectorAll("button")].find((each) => nameOf(each) === name);
  if (found === undefined) throw new Error(`no button ${name}`);
  return found;
};
const field = () => {
  const found = document.querySelector("textarea");
  if (found === null) throw new Error("no field");
  return found;
};
const turns = () => [...document.querySelectorAll("ol li")].map((each) => each.textContent?.trim());
const alert = () => document.querySelector("[role=alert]")?.textContent;

async function write(text: string): Promise<void> {
  await vi.waitFor(() => (field().value = text));
  field().dispatchEvent(new Event("input", { bubbles: true }));
  await tick();
}

describe("giving an interview", () => {
  /** The page before a server in memory; `sent` are the turns that it was told. */
  function begin(server = new MockChatInterview()) {
    server.change({ is_offered: true });
    const sent: { turn: number; text?: string; skip?: true }[] = [];
    vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}) => {
      if (init.method !== "POST") return new Response(JSON.stringify(server.now()));
      const body = JSON.parse(String(init.body)) as { turn: number; text?: string; locale: "en" | "zh" };
      if (!path.endsWith("/turns")) return new Response(JSON.stringify(server.begin(body.locale)));
      sent.push(body);
      const after = server.answer(body.turn, body.text);
      if (server.numLost > 0) {
        server.numLost -= 1;
        throw new TypeError("the connection was lost");
      }
      const taken = { error: { message: "answered already", code: "already_exists" } };
      return new Response(JSON.stringify(after ?? taken), { status: after ? 200 : 409 });
    });
    open.push(mount(InterviewPage, { target: document.body, props: { id: "p-1" } }));
    return { server, sent };
  }

  test("each turn is sent with its number, and a short answer is asked about", async () => {
    const { server, sent } = begin();
    await vi.waitFor(() => button("Begin").click());
    await vi.waitFor(() => expect(turns().at(-1)).toBe("Interviewer: What bothers you most?"));
    expect(document.querySelector("form [role=status]")?.textContent).toBe("Question 1 of 2");
    expect(button("Send").disabled).toBe(true);
    await write("It forgets");
    button("Send").click();
    await vi.waitFor(() => expect(turns().at(-1)).toBe("Interviewer: Can you give an example?"));
    expect(turns().at(-2)).toBe("You: It forgets");
    expect(field().value).toBe("");
    expect(document.activeElement).toBe(field());
    button("Skip this question").click();
    await vi.waitFor(() => expect(turns().at(-1)).toBe("Interviewer: What do you wish?"));
    await write("A longer memory.");
    field().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await vi.waitFor(() => expect(document.querySelector("h2")?.textContent).toBe(t.chatInterview.thanks));
    expect(document.activeElement).toBe(document.querySelector("h2"));
    expect(document.querySelector("form")).toBeNull();
    expect(sent).toEqual([{ turn: 1, text: "It forgets" }, { turn: 3, skip: true }, { turn: 4, text: "A longer memory." }]);
    expect(server.begun?.ended).not.toBeNull();
  });

  test("an answer whose receipt is lost stays in the field and is not doubled", async () => {
    const { server, sent } = begin();
    await vi.waitFor(() => button("Begin").click());
    await write("It forgets my name, for example.");
    server.numLost = 1;
    button("Send").click();
    await vi.waitFor(() => expect(alert()).toBe(t.unreachable));
    expect(field().value).toBe("It forgets my name, for example.");
    button("Send").click();
    await vi.waitFor(() => expect(turns().at(-1)).toBe("Interviewer: What do you wish?"));
    expect(sent.map(({ turn }) => turn)).toEqual([1, 1]);
    expect(server.begun?.turns.filter((each) => each.is_participant)).toHaveLength(1);
  });

  test("who answered in another tab sees it, and loses nothing that is written here", async () => {
    const { server } = begin();
    await vi.waitFor(() => button("Begin").click());
    await write("It is slow with long texts.");
    server.answer(1, "It forgets what I told it.");
    button("Send").click();
    await vi.waitFor(() => expect(alert()).toBe(t.chatInterview.takenElsewhere));
    expect(turns()).toContain("You: It forgets what I told it.");
    expect(turns().at(-1)).toBe("Interviewer: What do you wish?");
    expect(field().value).toBe("It is slow with long texts.");
  });

  test("who stops finds the question and what was written when coming back", async () => {
    const { server } = begin();
    await vi.waitFor(() => button("Begin").click());
    await write("I will tell you lat");
    const [page] = open.splice(0);
    if (page) await unmount(page);
    setLanguage("zh");
    begin(server);
    await vi.waitFor(() => expect(field().value).toBe("I will tell you lat"));
    expect(turns().at(-1)).toBe("访谈者: What bothers you most?"); // in the language that it began with
    expect(document.querySelector("li span:last-child")?.getAttribute("lang")).toBe("en");
    expect(button("跳过此问题").disabled).toBe(false);
  });

  test("a study that has ended takes no more answers", async () => {
    const server = new MockChatInterview();
    server.begin("en").is_open = false;
    begin(server);
    await vi.waitFor(() => expect(document.body.textContent).toContain(t.chatInterview.closed));
    expect(document.querySelector("form")).toBeNull();
  });
});

test("an interview waits after the questionnaires, until it is given", () => {
  const interview = { title: sampleGuide.title, num_questions: 2, has_begun: false, ended: null };
  const asked = { id: "q", title: sampleGuide.title, num_questions: 3, has_begun: true, submitted: null };
  const participation = { id: "p-1", questionnaires: [asked], interview } as unknown as Participation;
  participations.all = [participation, { ...participation, id: "p-2", questionnaires: [], interview: null }];
  expect(whatWaits().map(({ kind, id }) => [kind, id])).toEqual([["questionnaire", "q"], ["interview", "p-1"]]);
  participations.all = [{ ...participation, questionnaires: [], interview: { ...interview, has_begun: true, ended: 1 } }];
  expect(whatWaits()).toEqual([]);
  participations.all = [];
});

test("an interview has an address of its own", () => {
  expect(parsePath("/interview/p-4AB")).toEqual({ view: "interview", id: "p-4AB" });
});

describe("a guide that is being made", () => {
  const withTerms: InterviewGuide = {
    title: sampleGuide.title,
    questions: [
      { text: sampleGuide.title, probes: [{ rule: "mentions", terms: ["slow", "慢"], text: sampleGuide.title }] },
      { text: sampleGuide.title },
    ],
  };

  test("comes out as it went in", () => {
    expect(toGuide(guideToEdit(sampleGuide))).toEqual(sampleGuide);
    expect(toGuide(guideToEdit(withTerms))).toEqual(withTerms);
  });

  test("has of each rule what the rule needs", () => {
    const edited = blankGuide();
    edited.questions[0]?.probes.push(
      { ...newProbe([]), rule: "mentions", terms: " slow， 慢、forg* ;; " },
      { ...newProbe([]), rule: "always", terms: "left over" },
    );
    const [mentions, always] = toGuide(edited).questions[0]?.probes ?? [];
    expect(mentions).toEqual({ rule: "mentions", terms: ["slow", "慢", "forg*"], text: { en: "", zh: "" } });
    expect(always).toEqual({ rule: "always", text: { en: "", zh: "" } });
  });

  test("is put in another order", () => {
    expect(movedBy(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
    expect(movedBy(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
  });

  test("is edited question by question, and says what the server finds wrong with it", async () => {
    const saved: InterviewGuide[] = [];
    const onsave = async (guide: InterviewGuide) => {
      saved.push(guide);
      if (saved.length === 1) throw new Error("questions[1].text.zh: expected a text in Chinese");
    };
    open.push(mount(GuideEditor, { target: document.body, props: { guide: guideToEdit(sampleGuide), onsave, oncancel: () => undefined } }));
    const section = (at: number) => document.querySelectorAll("section")[at] as HTMLElement;
    button("Move down: Question 1").click();
    await vi.waitFor(() => expect(section(1).querySelector("select")?.value).toBe("short"));
    expect(document.activeElement?.closest("section")).toBe(section(1)); // the focus goes with the question
    [...section(0).querySelectorAll("button")].find((each) => nameOf(each) === "Add a rule")?.click();
    await vi.waitFor(() => expect(document.activeElement).toBe(section(0).querySelector("select")));
    button("Save").click();
    await vi.waitFor(() => expect(alert()).toContain("questions[1].text.zh: expected a text in Chinese"));
    button("Save").click();
    await vi.waitFor(() => expect(saved).toHaveLength(2));
    expect(saved[1]?.questions.map(({ text }) => text.en)).toEqual(["What do you wish?", "What bothers you most?"]);
    expect(saved[1]?.questions[0]?.probes).toHaveLength(1);
    expect(alert()).toBeUndefined();
  });
});
