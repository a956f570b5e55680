// What the page says about models on other servers, in English.
import { plural } from "./plural";

export const enEndpoints = {
  title: "Models on other servers",
  why: "Any server with an OpenAI-compatible API: vLLM, Ollama, llama.cpp, OpenRouter and others. Their models stand beside those of this machine; what people write to one is sent to its server.",
  manage: "Other servers",
  none: "None yet. Everything is answered by this machine.",
  add: "Add a server",
  edit: "Edit",
  save: "Save",
  remove: "Remove",
  enable: "Enable",
  disable: "Disable",
  actions: (name: string) => `Actions for ${name}`,
  fromEnvironment: "from the environment",
  fromEnvironmentWhy: "Set by OPENAI_API_BASE_URL where this server was started; it cannot be changed here.",
  added: (name: string) => `${name} is added`,
  saved: (name: string) => `${name} is changed`,
  removed: (name: string) => `${name} is removed. Answers that are being written go on.`,

  // The form
  name: "Name",
  nameHint: "How its models are labelled",
  url: "Base URL",
  urlHint: "Usually ends in /v1",
  key: "API key",
  keyHint: "Kept on this server, and never shown again",
  keepKey: "Keep the key that is set",
  keyEnds: (end: string) => `It ends in ${end}`,
  keyNone: "no key",
  keySet: (end: string | null) => (end === null ? "key set" : `key …${end}`),
  models: "Models",
  modelsHint: "Optional: only these, one a line. Otherwise all it has.",
  test: "Test",
  testing: "Asking the server …",

  // What became of asking it
  numModels: (count: number) => plural(count, "model", "models"),
  asking: "is being asked",
  disabled: "disabled",
  answers: {
    models: "It answers.",
    unreachable: "Nothing answers there. Is the address right, and does the server run?",
    tls: "There is no secure connection: its certificate is not trusted, or it speaks no TLS.",
    key_refused: "The server is there, but does not take this key.",
    redirected: "The server points to another address. The key is not sent there: enter that address if you trust it.",
    no_list: "The server is there, but has no list of models at this address. Does it end in /v1?",
    not_openai: "Something answers there, but not like an OpenAI-compatible server.",
    failed: "The server answers with an error.",
  },
  found: (count: number, some: string) => `${plural(count, "model", "models")}: ${some}`,
  errors: {
    key_needed: "The key that is set was given for another server. Type the key for this one.",
    name_taken: "Another server has this name.",
  },
};
