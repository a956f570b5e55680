// The page's keyboard shortcuts: what is pressed, and how it is written.
import { isComposing, isTyping } from "./parts/keyboard";
import { settings } from "./state/settings.svelte";

export type ShortcutName =
  | "newChat" | "search" | "sidebar" | "focus" | "stop" | "copyLast" | "editLast" | "parameters"
  | "help";

interface Shortcut {
  name: ShortcutName;
  keys: readonly string[];
  code: string;
  ctrl?: boolean;
  shift?: boolean;
  alt?: boolean;
}

/** By the key's place, so that they hold on every layout. */
export const shortcuts: readonly Shortcut[] = [
  { name: "newChat", keys: ["Ctrl", "Shift", "O"], code: "KeyO", ctrl: true, shift: true },
  { name: "search", keys: ["Ctrl", "K"], code: "KeyK", ctrl: true },
  { name: "sidebar", keys: ["Ctrl", "B"], code: "KeyB", ctrl: true },
  { name: "focus", keys: ["Shift", "Esc"], code: "Escape", shift: true },
  { name: "stop", keys: ["Esc"], code: "Escape" },
  { name: "copyLast", keys: ["Alt", "C"], code: "KeyC", alt: true },
  { name: "editLast", keys: ["Alt", "E"], code: "KeyE", alt: true },
  { name: "parameters", keys: ["Alt", "P"], code: "KeyP", alt: true },
  { name: "help", keys: ["Ctrl", "/"], code: "Slash", ctrl: true },
];

export function shortcutOf(event: KeyboardEvent): ShortcutName | null {
  if (isComposing(event)) return null;
  if (event.key === "?" && settings.questionMarkHelps && !isTyping(event.target)) return "help";
  const found = shortcuts.find(
    (shortcut) =>
      shortcut.code === event.code &&
      (shortcut.ctrl ?? false) === (event.ctrlKey || event.metaKey) &&
      (shortcut.shift ?? false) === event.shiftKey &&
      (shortcut.alt ?? false) === event.altKey,
  );
  return found?.name ?? null;
}
