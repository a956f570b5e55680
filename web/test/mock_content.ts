// Something to look at: conversations of several ages, one of them long.
import { sampleAnalysis, sampleComments } from "./mock_feedback";
import type { MockStore } from "./mock_store";
import { answerTo } from "./mock_model";

const dayMs = 86_400_000;

const titles: readonly (readonly [string, number])[] = [
  ["Why the sky is blue", 0], ["二次方程的解法", 0], ["A palindrome in Python", 0],
  ["Trip to the coast in May", 1], ["把会议纪要改写成邮件", 1], ["Regular expressions for dates", 3],
  ["What a KV cache holds", 4], ["红烧肉怎么做", 5], ["Names for a small boat", 6],
  ["Proof that √2 is irrational", 12], ["Letter to the landlord", 15], ["SQL: last row per group", 22],
  ["解释贝叶斯定理", 26], ["Bash: rename many files", 45], ["Haiku about rain", 60],
  ["Rust lifetimes, explained", 90], ["读书笔记：《乡土中国》", 120],
];

function addConversation(store: MockStore, title: string, numDays: number): string {
  const question = /\p{Script=Han}/u.test(title) ? `请说说：${title}` : `Tell me: ${title} (sky)`;
  const { id } = store.createConversation({ title, is_title_auto: false });
  const asked = store.createMessage(id, { content: question });
  const { reasoning, content } = answerTo(question);
  store.createMessage(id, { parent_id: asked.id, role: "assistant", content, reasoning });
  const time = Date.now() - numDays * dayMs - 60_000;
  Object.assign(store.conversations.get(id) ?? {}, { changed: time, created: time });
  return id;
}

export function fill(store: MockStore): void {
  store.analysis = sampleAnalysis;
  store.comments = sampleComments;
  const ids = titles.map(([title, numDays]) => addConversation(store, title, numDays));
  Object.assign(store.conversations.get(ids[8] ?? "") ?? {}, { is_pinned: true });
  Object.assign(store.conversations.get(ids[6] ?? "") ?? {}, { tags: ["work"], is_unread: true });
  store.folders.set("f1", { id: "f1", name: "Physics", parent_id: null, position: 0 });
  Object.assign(store.conversations.get(ids[0] ?? "") ?? {}, { folder_id: "f1" });
  const prompt = { id: "p1", name: "Translate", text: "Translate into {{language}}:\n\n{{text}}", changed: 0 };
  store.prompts.set(prompt.id, prompt);
  store.prompts.set("p2", { id: "p2", name: "Explain simply", text: "Explain this to a ten-year-old:", changed: 0 });
}

/** A conversation of many turns. */
export function fillLong(store: MockStore, numMessages: number): string {
  const { id } = store.createConversation({ title: "A long conversation", is_title_auto: false });
  let parent: string | null = null;
  for (let turn = 0; turn < numMessages / 2; turn += 1) {
    const asked = store.createMessage(id, { parent_id: parent, content: `Question ${turn + 1}` });
    const { content } = answerTo(turn % 2 === 0 ? "sky" : "python");
    parent = store.createMessage(id, { parent_id: asked.id, role: "assistant", content }).id;
  }
  return id;
}

export function fillMany(store: MockStore, numConversations: number): void {
  for (let at = 0; at < numConversations; at += 1) {
    const time = Date.now() - at * 3_600_000;
    store.createConversation({ title: `Conversation ${at + 1}`, created: time, changed: time });
  }
}
