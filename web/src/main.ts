// The chat page: a conversation kept in memory, one answer at a time.
import { ApiError, isReady, listModels, streamChat, type ChatMessage } from "./api";
import { AnswerView, showQuestion } from "./message_view";
import { language, texts } from "./texts";

function byId<T extends HTMLElement>(id: string): T {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`the page has no #${id}`);
  return node as T;
}

const scroller = byId("scroller");
const welcome = byId("welcome");
const messageList = byId("messages");
const form = byId<HTMLFormElement>("composer");
const input = byId<HTMLTextAreaElement>("input");
const sendButton = byId<HTMLButtonElement>("send");
const stopButton = byId<HTMLButtonElement>("stop");
const newChatButton = byId<HTMLButtonElement>("new-chat");
const modelSelect = byId<HTMLSelectElement>("model");
const notice = byId("notice");

let conversation: ChatMessage[] = [];
let running: AbortController | null = null;
let isServerReady = false;

// --- Scrolling: follow the answer unless the reader has scrolled away from its end.

let isFollowing = true;
scroller.addEventListener("scroll", () => {
  const distance = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  isFollowing = distance < 48;
});

function follow(): void {
  if (isFollowing) scroller.scrollTop = scroller.scrollHeight;
}

// --- Asking and answering.

function showRunning(isRunning: boolean): void {
  sendButton.hidden = isRunning;
  stopButton.hidden = !isRunning;
  newChatButton.hidden = conversation.length === 0;
  welcome.hidden = conversation.length > 0;
  updateSendButton();
}

async function answer(): Promise<void> {
  const asked = conversation;
  const controller = new AbortController();
  running = controller;
  showRunning(true);
  const view = new AnswerView(messageList, follow);
  follow();
  let reason = "";
  let failure: string | null = null;
  try {
    for await (const event of streamChat(modelSelect.value, asked, controller.signal)) {
      if (event.kind === "prefill") view.showPrefill(event.done, event.total);
      if (event.kind === "delta") view.grow(event.reasoning, event.content, event.tokens);
      if (event.kind === "finished") reason = event.reason;
    }
  } catch (error) {
    if (controller.signal.aborted) reason = "cancelled";
    else failure = error instanceof ApiError ? error.message : texts.unreachable;
  }
  if (conversation !== asked) return view.finish(""); // a new chat was begun meanwhile
  running = null;
  if (failure === null) {
    view.finish(reason);
    // Earlier reasoning is never sent again: models were trained without it.
    if (view.content !== "") asked.push({ role: "assistant", content: view.content });
    byId("announcer").textContent = texts.done;
  } else {
    view.fail(failure, () => {
      view.item.remove();
      void answer();
    });
  }
  showRunning(false);
}

function ask(text: string): void {
  if (text.trim() === "" || running !== null || !isServerReady) return;
  const last = conversation.at(-1);
  // Templates expect turns to alternate, so a question without an answer joins the next one.
  if (last?.role === "user") last.content += `\n\n${text.trim()}`;
  else conversation.push({ role: "user", content: text.trim() });
  showQuestion(messageList, text.trim());
  input.value = "";
  fitInput();
  isFollowing = true;
  void answer();
}

function stop(): void {
  running?.abort();
  input.focus();
}

function startNewChat(): void {
  const wasRunning = running;
  conversation = [];
  running = null;
  wasRunning?.abort();
  messageList.replaceChildren();
  showRunning(false);
  input.focus();
}

// --- The composer.

function fitInput(): void {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
}

function updateSendButton(): void {
  sendButton.disabled = input.value.trim() === "" || !isServerReady;
}

input.addEventListener("input", () => {
  fitInput();
  updateSendButton();
});

input.addEventListener("keydown", (event) => {
  // While an input method composes, Enter chooses a word (229 is what older Safari reports).
  const isComposing = event.isComposing || event.keyCode === 229;
  if (event.key !== "Enter" || event.shiftKey || isComposing) return;
  event.preventDefault();
  ask(input.value);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(input.value);
});
stopButton.addEventListener("click", stop);
newChatButton.addEventListener("click", startNewChat);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && running !== null) stop();
});

// --- The server: wait until its model is loaded, then name it.

function showModels(names: string[]): void {
  modelSelect.replaceChildren(...names.map((name) => new Option(name, name)));
  modelSelect.hidden = names.length < 2;
  const label = byId("model-name");
  label.textContent = names[0] ?? "";
  label.hidden = names.length !== 1;
}

async function waitForServer(): Promise<void> {
  for (;;) {
    try {
      if (await isReady()) break;
      notice.textContent = texts.loading;
    } catch {
      notice.textContent = texts.unreachable;
    }
    notice.hidden = false;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  showModels(await listModels());
  notice.hidden = true;
  isServerReady = true;
  updateSendButton();
}

function showTexts(): void {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll<HTMLElement>("[data-text]")) {
    const text = texts[node.dataset["text"] as keyof typeof texts];
    if (typeof text === "string") node.textContent = text;
  }
  input.placeholder = texts.placeholder;
  input.setAttribute("aria-label", texts.placeholder);
  for (const [button, label] of [[sendButton, texts.send], [stopButton, texts.stop]] as const) {
    button.setAttribute("aria-label", label);
    button.title = label;
  }
  for (const example of texts.examples) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = example;
    button.addEventListener("click", () => ask(example));
    const item = document.createElement("li");
    item.append(button);
    byId("examples").append(item);
  }
}

showTexts();
showRunning(false);
void waitForServer();
