// The user's settings: kept on the server, and in the browser so that they hold from the first frame.
import * as api from "../api";
import type { Parameters } from "../api_types";
import { browserLanguage, languageTags, setLanguage, type Language } from "../text/text.svelte";
import { load, store } from "./storage";

/** Parameters under a name. */
export interface Preset {
  name: string;
  parameters: Parameters;
}

export interface Settings {
  theme: "system" | "light" | "dark";
  language: "system" | Language;
  sendWithEnter: boolean;
  showSpeed: boolean;
  readAloud: boolean;
  wideText: boolean;
  isSidebarHidden: boolean;
  questionMarkHelps: boolean;
  /** Praised and corrected answers may be exported to train a model. */
  mayTrain: boolean;
  model: string;
  presets: Preset[];
}

const defaults: Settings = {
  theme: "system",
  language: "system",
  sendWithEnter: true,
  showSpeed: true,
  readAloud: false,
  wideText: false,
  isSidebarHidden: false,
  questionMarkHelps: true,
  mayTrain: false,
  model: "",
  presets: [],
};

/** Known keys whose values have the right type; the rest is someone else's. */
function valid(found: Record<string, unknown> | null): Partial<Settings> {
  const entries = Object.entries(found ?? {}).filter(
    ([key, value]) => {
      const known = defaults[key as keyof Settings];
      return key in defaults && typeof value === typeof known && Array.isArray(value) === Array.isArray(known);
    },
  );
  return Object.fromEntries(entries) as Partial<Settings>;
}

export const settings = $state<Settings>({ ...defaults, ...valid(load("settings")) });

function apply(): void {
  const language =
    settings.language === "system" ? browserLanguage(navigator.languages) : settings.language;
  setLanguage(language);
  const root = document.documentElement;
  root.lang = languageTags[language];
  root.classList.toggle("light", settings.theme === "light");
  root.classList.toggle("dark", settings.theme === "dark");
  root.classList.toggle("wide", settings.wideText);
}

/** Whether someone is logged in, whose settings the server keeps. */
let isKept = false;

export function change(patch: Partial<Settings>): void {
  Object.assign(settings, patch);
  store("settings", $state.snapshot(settings));
  apply();
  // The browser's copy holds even where the server keeps none.
  if (isKept) api.changeSettings(patch).catch(() => undefined);
}

export async function loadSettings(): Promise<void> {
  isKept = true;
  Object.assign(settings, valid(await api.settings()));
  store("settings", $state.snapshot(settings));
  apply();
}

window.addEventListener("storage", (event) => {
  if (event.key !== "falconet.settings") return;
  Object.assign(settings, valid(load("settings")));
  apply();
});

apply();
